use std::fs;
use std::process::Command;

use tokenring_signer_command::{CommandLineError, Error, SignerCommand};

/// The words that `sh` makes of a line.
fn words_of_shell(line: &str) -> Option<Vec<String>> {
    // `set` takes the line's words as they are; what expands is not among them.
    let script = format!("set -- {line}\nfor word; do printf '%s\\0' \"$word\"; done");
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    if !output.status.success() {
        return None;
    }
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.split_terminator('\0').map(str::to_owned).collect())
}

/// The words that we make of it, as a program gets them.
fn words_of_ours(line: &str) -> Result<Vec<String>, CommandLineError> {
    let folder = tempfile::tempdir().unwrap();
    let words = folder.path().join("words");
    let program = format!(
        "sh -c 'printf \"%s\\0\" \"$@\" > \"$0\"; exit 3' '{}' ",
        words.to_str().unwrap()
    );
    match SignerCommand::from_command_line(&format!("{program}{line}")) {
        Ok(command) => {
            let answer = command.describe();
            assert!(matches!(answer, Err(Error::NotDescribed)), "{answer:?}");
            let text = fs::read_to_string(words).unwrap();
            Ok(text.split_terminator('\0').map(str::to_owned).collect())
        }
        Err(Error::CommandLine(error)) => Err(error),
        Err(error) => panic!("{error:?}"),
    }
}

#[track_caller]
fn check(line: &str, expected: &[&str]) {
    assert_eq!(words_of_ours(line).unwrap(), expected, "{line}");
    assert_eq!(words_of_shell(line).unwrap(), expected, "sh: {line}");
}

#[test]
fn accepted_lines() {
    check("a", &["a"]);
    check("  a \t b  ", &["a", "b"]);
    check("'a b' \"c d\"", &["a b", "c d"]);
    check("a'b'\"c\"d", &["abcd"]);
    check("a '' b", &["a", "", "b"]);
    check("'$HOME `x` \\ \"' x", &["$HOME `x` \\ \"", "x"]);
    check(r#""\$HOME \`x\` \\ \" \n""#, &["$HOME `x` \\ \" \\n"]);
    check(r"\$HOME \'\ \\x", &["$HOME", "' \\x"]);
    check(
        "--key=a,b:c/d.e@f%g+h^i-j_k",
        &["--key=a,b:c/d.e@f%g+h^i-j_k"],
    );
    check("a#b x=y", &["a#b", "x=y"]);
    check("'é ü' 日本", &["é ü", "日本"]);
    check("if x", &["if", "x"]);
}

#[track_caller]
fn check_refused(line: &str, expected: CommandLineError) {
    assert_eq!(refusal(line), expected, "{line}");
}

#[track_caller]
fn refusal(line: &str) -> CommandLineError {
    match SignerCommand::from_command_line(line).unwrap_err() {
        Error::CommandLine(error) => error,
        error => panic!("{error:?}"),
    }
}

#[test]
fn refused_lines() {
    for line in ["", " ", "\t "] {
        check_refused(line, CommandLineError::Empty);
    }
    for line in ["'", "a 'b", "a \"b", "a \"b\\"] {
        check_refused(line, CommandLineError::OpenQuote);
    }
    for character in "$`|&;<>()*?[]{}!~\n\r\0".chars() {
        let expected = CommandLineError::ShellSyntax(character);
        check_refused(&format!("a {character}"), expected);
        check_refused(&format!("a b{character}c"), expected);
    }
    for (line, character) in [
        ("a #b", '#'),
        ("#", '#'),
        ("~/sign", '~'),
        ("a \"$b\"", '$'),
        ("a \"`b`\"", '`'),
        ("a \"b!\"", '!'),
        ("KEY=value a", '='),
        ("a \\", '\\'),
        ("a \\\nb", '\\'),
        ("a \"\\\n\"", '\\'),
        ("a '\0'", '\0'),
        ("a \"\0\"", '\0'),
        ("a \"\\\0\"", '\0'),
        ("a \\\0", '\0'),
    ] {
        check_refused(line, CommandLineError::ShellSyntax(character));
    }
    for line in ["if a", "! a", "while a", "{ a"] {
        let refused = refusal(line);
        assert!(
            matches!(
                refused,
                CommandLineError::ReservedWord | CommandLineError::ShellSyntax(_)
            ),
            "{line}"
        );
    }
}

/// Lines put together at random: those that are accepted mean the same in `sh`.
#[test]
fn same_words_as_sh() {
    const PARTS: &[&str] = &[
        "a", "bc", " ", " ", "\t", "'", "'", "\"", "\"", "\\", "=", "#", "~", "-", "é", "x y",
        "'q'", "\"d\"", "\\\\", "\\ ", "%", ",", "^", "@", ":", "/",
    ];
    // A generator of numbers (Knuth's MMIX constants); the same lines each time.
    let mut state: u64 = 7;
    let mut accepted = 0;
    let mut lines = Vec::new();
    for _ in 0..4000 {
        let mut line = String::from("a ");
        for _ in 0..8 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let choice = usize::try_from(state >> 33).unwrap() % PARTS.len();
            line.push_str(PARTS.get(choice).unwrap());
        }
        if SignerCommand::from_command_line(&line).is_ok() {
            lines.push(line);
        }
    }
    for line in lines.iter().take(300) {
        accepted += 1;
        let words = words_of_shell(line).unwrap_or_else(|| panic!("sh refuses {line:?}"));
        assert_eq!(words_of_ours(line).unwrap(), words, "{line:?}");
    }
    assert_eq!(accepted, 300);
}
