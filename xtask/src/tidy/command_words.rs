use super::Problems;
use crate::failure::Failure;
use crate::workspace;

/// The crates that may name the options and commands of `tokenring`: it is made of them.
const COMMAND_CRATES: &[&str] = &["crates/cli/"];

/// Other programs, whose options a library may name on the same line.
const OTHER_PROGRAMS: &[&str] = &[
    "cargo ",
    // Keycloak's own start script has this option.
    "administrator can start it with --spi-",
    "openssl ",
    "pkcs11-tool",
    "sign-with-kms",
    "softhsm2-util",
];

/// Checks that libraries and gateway files name no option or command of the command line: they
/// give values, or references such as `{option:key-id}`, and the command words them.
pub(super) fn check(files: &[String], problems: &mut Problems) -> Result<(), Failure> {
    for path in files.iter().filter(|path| is_of_library(path)) {
        for (index, line) in workspace::read(path)?.lines().enumerate() {
            if let Some(words) = words_of_command(line) {
                problems.add(
                    &format!("{path}:{}", index + 1),
                    format!("names `{words}`, which is for the command to word"),
                );
            }
        }
    }
    Ok(())
}

fn is_of_library(path: &str) -> bool {
    let is_source = path.contains("/src/") && path.ends_with(".rs");
    let is_gateway = path.contains("/gateways/") && path.ends_with(".toml");
    path.starts_with("crates/")
        && (is_source || is_gateway)
        && !COMMAND_CRATES.iter().any(|of| path.starts_with(of))
}

/// An option such as `--kid`, or a command such as `tokenring doctor` in backticks.
fn words_of_command(line: &str) -> Option<&str> {
    if OTHER_PROGRAMS.iter().any(|other| line.contains(other)) {
        return None;
    }
    words_after(line, "--", |before| {
        !before.is_ascii_alphanumeric() && before != '-'
    })
    .or_else(|| words_after(line, "tokenring ", |before| before == '`'))
}

/// What begins so, goes on with a small letter, and has nothing else before it.
fn words_after<'l>(
    line: &'l str,
    start: &str,
    may_be_before: impl Fn(char) -> bool,
) -> Option<&'l str> {
    line.match_indices(start).find_map(|(place, _)| {
        let (before, words) = line.split_at_checked(place)?;
        let is_apart = before.chars().next_back().is_none_or(&may_be_before);
        let rest = words.strip_prefix(start)?;
        let goes_on = rest.starts_with(|next: char| next.is_ascii_lowercase());
        let is_end = |character: char| !character.is_ascii_lowercase() && character != '-';
        let length = start.len() + rest.find(is_end).unwrap_or(rest.len());
        (is_apart && goes_on).then(|| words.get(..length)).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, wanted: Option<&str>) {
        assert_eq!(words_of_command(line), wanted, "{line}");
    }

    #[test]
    fn words_of_the_command_line() {
        check("remedy = \"Give it as --kid.\"", Some("--kid"));
        check("\"--token-url URL\"", Some("--token-url"));
        check("`tokenring doctor` measures it", Some("tokenring doctor"));
        for line in [
            "remedy = \"Give it as {option:key-id}.\"",
            "as {command:get-token} does",
            "/// `openssl genpkey --help`",
            "const FORMAT: &str = \"tokenring key rotation, version 2\";",
            "-----BEGIN PRIVATE KEY-----",
            "// a -- b",
            "count--rest",
        ] {
            check(line, None);
        }
    }

    #[test]
    fn files_of_libraries() {
        for (path, wanted) in [
            ("crates/gateway/gateways/nhs.toml", true),
            ("crates/oauth/src/error.rs", true),
            ("crates/cli/src/endpoint.rs", false),
            ("crates/gateway/tests/it/main.rs", false),
            ("crates/gateway/FORMAT.md", false),
            ("xtask/src/main.rs", false),
        ] {
            assert_eq!(is_of_library(path), wanted, "{path}");
        }
    }
}
