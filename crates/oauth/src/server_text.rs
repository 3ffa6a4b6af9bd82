use alloc::borrow::ToOwned;
use alloc::string::String;

use tokenring_text::is_deceptive;

/// What stands where a JSON Web Token stood.
const ELIDED: &str = "[JWT elided]";
/// What stands where a long run of base64 or hex stood.
const CUT: &str = "[cut]";
/// A longer run of characters that base64 or hex consists of is no word.
const LONGEST_RUN: usize = 40;

/// Takes a copy of a server's words that is safe to keep: at most `longest`
/// bytes, and without any JSON Web Token or other long run of base64 or hex,
/// because a server that echoes an assertion or a token would otherwise put it
/// into our errors and logs. What is in one of the known values is no such run:
/// a key ID may be a thumbprint of 43 characters.
pub(crate) fn keep(text: &str, longest: usize, known: &[String]) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, token_on)) = split_at_token(rest) {
        kept.push_str(before);
        kept.push_str(ELIDED);
        rest = token_on.trim_start_matches(is_token_character);
        // The end is cut off below; there is no need to build it.
        if kept.len() > longest {
            break;
        }
    }
    // So much more that a run which the bound falls into is seen to be one.
    let head = bounded(rest, longest + 2 * LONGEST_RUN);
    let is_whole = head.len() == rest.len();
    kept.push_str(head);
    let kept = without_runs(&kept, known);
    match bounded(&kept, longest) {
        all if all.len() == kept.len() && is_whole => kept,
        head => {
            let mut head = head.to_owned();
            head.push('…');
            head
        }
    }
}

/// The same for an ID by which the server's operator finds a request.
pub(crate) fn keep_id(text: &str, longest: usize, known: &[String]) -> String {
    if is_request_id(text) {
        bounded(text, longest).to_owned()
    } else {
        keep(text, longest, known)
    }
}

/// Splits before something that looks like a JSON Web Token, whole or cut:
/// base64url of `{"`, and so much of it that it is no word.
fn split_at_token(text: &str) -> Option<(&str, &str)> {
    const SHORTEST: usize = 16;
    let mut from = 0;
    loop {
        let start = from + text.get(from..)?.find("eyJ")?;
        let (before, token_on) = text.split_at_checked(start)?;
        let length = token_on
            .find(|character| !is_token_character(character))
            .unwrap_or(token_on.len());
        if length >= SHORTEST {
            return Some((before, token_on));
        }
        from = start + length;
    }
}

/// Whether this has the form of a request ID: at most 64 characters, with a
/// hyphen at least every 24.
fn is_request_id(text: &str) -> bool {
    text.len() <= 64
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && text.split('-').all(|part| part.len() <= 24)
}

/// Cuts runs of base64 or hex out, but for known values and the path segments of a URL.
fn without_runs(text: &str, known: &[String]) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_run_character) {
        let (before, run_on) = rest.split_at_checked(start).unwrap_or((rest, ""));
        kept.push_str(before);
        let is_url = ["http:", "https:"]
            .iter()
            .any(|scheme| kept.ends_with(scheme));
        let length = if is_url && run_on.starts_with("//") {
            let length = path_end(run_on);
            kept.push_str(run_on.get(..length).unwrap_or_default());
            length
        } else {
            let is_invisible = |character: char| is_deceptive(character) && !character.is_control();
            let is_outside = |character| !is_run_character(character) && !is_invisible(character);
            let length = run_on.find(is_outside).unwrap_or(run_on.len());
            let run = run_on.get(..length).unwrap_or_default();
            let visible = run.chars().filter(|character| is_run_character(*character));
            let is_known = || known.iter().any(|value| value.contains(run));
            kept.push_str(if visible.count() > LONGEST_RUN && !is_known() {
                CUT
            } else {
                run
            });
            length
        };
        rest = run_on.get(length..).unwrap_or_default();
    }
    kept.push_str(rest);
    kept
}

/// Where host and path of a URL end.
fn path_end(url: &str) -> usize {
    let is_outside = |character: char| {
        !character.is_ascii_graphic() || matches!(character, '?' | '#' | '"' | '<' | '>' | '\\')
    };
    url.find(is_outside).unwrap_or(url.len())
}

const fn is_run_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '+' | '/')
}

fn is_token_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.')
}

/// The start of a text, without half a character at its end.
pub(crate) fn bounded(text: &str, longest: usize) -> &str {
    let mut end = text.len().min(longest);
    loop {
        match text.get(..end) {
            Some(head) => return head,
            // Inside a character. The start of a text never is.
            None => end = end.saturating_sub(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_keep(text: &str, longest: usize, kept: &str) {
        assert_eq!(keep(text, longest, &[]), kept);
    }

    const TOKEN: &str = "eyJhbGciOiJSUzUxMiJ9.eyJpc3MiOiJhIn0.c2lnbmF0dXJl-_";

    #[test]
    fn tokens_are_elided() {
        check_keep(TOKEN, 100, ELIDED);
        check_keep(&std::format!("bad '{TOKEN}'!"), 100, "bad '[JWT elided]'!");
        check_keep(
            &std::format!("{TOKEN} and client_assertion={TOKEN}&x"),
            100,
            "[JWT elided] and client_assertion=[JWT elided]&x",
        );
        // Glued to a word, cut off, or a header alone.
        check_keep(&std::format!("Bearer.{TOKEN}"), 100, "Bearer.[JWT elided]");
        check_keep("eyJhbGciOiJSUzUxMiJ9", 100, ELIDED);
        // No token.
        check_keep("heyJude eyJ eyJabc", 100, "heyJude eyJ eyJabc");
    }

    #[test]
    fn length_is_bounded() {
        check_keep("abcdef", 6, "abcdef");
        check_keep("abcdefg", 6, "abcdef…");
        check_keep("abcde€", 6, "abcde…");
        check_keep("€", 1, "…");
        // A token is gone before the cut, never cut into a short rest.
        check_keep(&std::format!("x{TOKEN}"), 20, "x[JWT elided]");
        check_keep(&std::format!("0123456789{TOKEN}"), 15, "0123456789[JWT …");
        check_keep(&TOKEN.repeat(3), 30, ELIDED);
    }

    #[track_caller]
    fn check_id(id: &str, kept: &str) {
        assert_eq!(keep_id(id, 128, &[]), kept);
    }

    #[test]
    fn long_runs_are_cut() {
        let run = "0123456789abcdefABCDEF+/-_G0123456789abcd";
        assert_eq!(run.len(), LONGEST_RUN + 1);
        check_keep(run, 100, CUT);
        check_keep(&run[1..], 100, &run[1..]);
        check_keep(
            &std::format!("a {run}, \"{run}\""),
            100,
            "a [cut], \"[cut]\"",
        );
        check_keep(
            &std::format!("a{}\u{200b}{}", &run[..30], &run[..30]),
            100,
            CUT,
        );
        let lines = "ID b3a77dbe-af3b-4545-8c2c-a76ab79c15ff\r\nID 5018bf95-777c-448c-96ea";
        check_keep(lines, 100, lines);
        // Where the bound falls into a run, its head is no word.
        check_keep(&std::format!("abc {run}"), 20, "abc [cut]");
        check_keep(&std::format!("abc {}", run.repeat(9)), 20, "abc [cut]…");
        // A URL's path may be long, its query may hold anything.
        let guide = "https://digital.nhs.uk/developer/guides-and-documentation/security-and-authorisation/user-restricted-restful-apis-nhs-cis2-combined-authentication-and-authorisation";
        check_keep(
            &std::format!("See {guide}."),
            1_024,
            &std::format!("See {guide}."),
        );
        check_keep(
            &std::format!("{guide}?a={run}&b#{run}"),
            1_024,
            &std::format!("{guide}?a=[cut]&b#[cut]"),
        );
        check_keep(&std::format!("ftp://a/{run}"), 100, "ftp:[cut]");
    }

    #[test]
    fn request_ids_are_kept() {
        let nhs = "rrt-2806264692905980563-b-geu2-3900982-48576137-1";
        check_id(nhs, nhs);
        check_keep(nhs, 128, CUT);
        check_id(
            "b3a77dbe-af3b-4545-8c2c-a76ab79c15ff",
            "b3a77dbe-af3b-4545-8c2c-a76ab79c15ff",
        );
        check_id("short", "short");
        let long = "a123456789-".repeat(6);
        check_id(&long[..64], &long[..64]);
        check_id(&long[..65], CUT);
        check_id(&std::format!("{}-{}", "a".repeat(25), "b".repeat(24)), CUT);
    }
}
