use alloc::string::String;

use crate::key_material::{is_certificate, next_member, next_pem, next_run};

/// Returns a text without what lets somebody in: the user information and query values of URLs,
/// JWTs, the PINs of PKCS#11 URIs, and keys in base64 or JSON.
///
/// It knows secrets by their form alone: a password in a sentence stays. What was redacted once
/// is not changed by doing it again.
///
/// # Examples
///
/// ```
/// use tokenring_text::redact;
///
/// let text = "cannot reach https://user:pw@a.test/b?key=hunter2: refused";
/// assert_eq!(redact(text), "cannot reach https://a.test/b?key=…: refused");
/// assert_eq!(redact("pkcs11:object=a?pin-value=1234"), "pkcs11:object=a?pin-value=…");
/// ```
#[must_use]
pub fn redact(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    // Each turn takes what comes first.
    while let Some((start, show)) = next(rest) {
        let (before, found) = rest.split_at(start);
        shown.push_str(before);
        let length = show(found, &mut shown);
        rest = found.get(length..).unwrap_or_default();
    }
    shown.push_str(rest);
    // The parts of a JWT could pass for keys, and are gone now.
    without_keys(&shown)
}

fn without_keys(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    let next = |text: &str| {
        let found = [next_pem(text), next_run(text), next_member(text)];
        found.into_iter().flatten().min()
    };
    while let Some((start, end)) = next(rest) {
        shown.push_str(rest.get(..start).unwrap_or_default());
        let found = rest.get(start..end).unwrap_or_default();
        // More lines could be a key's.
        let is_public = is_certificate(found) && !found.contains([' ', '\n', '\r', '\t', '\\']);
        shown.push_str(match is_public {
            true => found,
            false => "(a key, which is not repeated here)",
        });
        rest = rest.get(end..).unwrap_or_default();
    }
    shown.push_str(rest);
    shown
}

/// Shows what a text begins with, and gives the length of what was looked at.
type Show = fn(&str, &mut String) -> usize;

/// Where the next part begins that is not shown as it is.
fn next(text: &str) -> Option<(usize, Show)> {
    let (show_url, show_jwt, show_pin): (Show, Show, Show) = (url, jwt, pin_value);
    let url = text.find("://").map(|start| (start, show_url));
    let jwt = text.find("eyJ").map(|start| (start, show_jwt));
    let mut windows = text.as_bytes().windows(PIN.len());
    let pin = windows.position(|part| part.eq_ignore_ascii_case(PIN.as_bytes()));
    let pin = pin.map(|start| (start, show_pin));
    [url, jwt, pin]
        .into_iter()
        .flatten()
        .min_by_key(|(start, _)| *start)
}

/// The attribute of a PKCS#11 URI that holds a PIN (RFC 7512 section 2.4).
const PIN: &str = "pin-value=";

/// Withholds a PIN, which may hold anything, to where the attribute or the URI ends.
fn pin_value(text: &str, shown: &mut String) -> usize {
    let (name, value) = text.split_at_checked(PIN.len()).unwrap_or((text, ""));
    shown.push_str(name);
    shown.push('…');
    let ends = ["&", "\"", "\n", ": "].map(|end| value.find(end));
    // What has been through here before is followed by text.
    let end = match value.starts_with('…') {
        true => '…'.len_utf8(),
        false => ends.into_iter().flatten().min().unwrap_or(value.len()),
    };
    name.len() + end
}

/// Shows the URL whose scheme has just been shown, and gives its length.
fn url(text: &str, shown: &mut String) -> usize {
    let is_outside = |character: char| {
        character.is_whitespace() || character.is_control() || "\"<>`".contains(character)
    };
    let end = text.find(is_outside).unwrap_or(text.len());
    // What ends a sentence or stands in front of a cause belongs to no URL.
    let whole = text.get(..end).unwrap_or_default();
    let whole = whole.trim_end_matches(|character| ":;,.)]'".contains(character));
    let (plain, fragment) = split(whole, '#');
    let (place, query) = split(plain, '?');
    let start = "://".len();
    let authority = place.get(start..).unwrap_or_default();
    let authority_end = authority.find('/').unwrap_or(authority.len());
    let (authority, path) = authority.split_at(authority_end);
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    shown.push_str("://");
    shown.push_str(host);
    // A URL may be a part of another's path.
    shown.push_str(&redact(path));
    for (index, part) in query
        .into_iter()
        .flat_map(|query| query.split('&'))
        .enumerate()
    {
        shown.push(if index == 0 { '?' } else { '&' });
        if let Some((name, _)) = part.split_once('=') {
            shown.push_str(&redact(name));
            shown.push('=');
        }
        if !part.is_empty() {
            shown.push('…');
        }
    }
    if fragment.is_some() {
        shown.push_str("#…");
    }
    whole.len().max(start)
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// `{"alg":""}` in base64url.
const SHORTEST_HEADER: usize = 14;

/// Withholds a JWT, if there is one, and gives the length of what was looked at.
fn jwt(text: &str, shown: &mut String) -> usize {
    let is_outside =
        |character: char| !character.is_ascii_alphanumeric() && !"-_.".contains(character);
    let end = text.find(is_outside).unwrap_or(text.len());
    let found = text.get(..end).unwrap_or_default();
    // Without its signature it is a JWT of nobody, and yet nothing to repeat. Shorter than
    // any header are names of files and words.
    let is_jwt = found
        .split_once('.')
        .is_some_and(|(header, rest)| header.len() >= SHORTEST_HEADER && !rest.is_empty());
    if !is_jwt {
        shown.push_str(found);
        return found.len();
    }
    let whole = found.trim_end_matches('.');
    shown.push_str("(a JWT, which is not repeated here)");
    whole.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(redact(text), expected);
    }

    #[test]
    fn urls() {
        check(
            "Asking https://a.test/token.",
            "Asking https://a.test/token.",
        );
        check(
            "API https://a.test/b?key=hunter2&c: no connection",
            "API https://a.test/b?key=…&…: no connection",
        );
        check("(https://u:pw@a.test?x#y)", "(https://a.test?…#…)");
        check("\"http://u@h/?a=b\", \"c\"", "\"http://h/?a=…\", \"c\"");
        check(
            "https://a.test/?u=https://b.test/?p=q r?s=t",
            "https://a.test/?u=… r?s=t",
        );
        check("a :// b", "a :// b");
        check("://", "://");
        check("https://a.test/?", "https://a.test/?");
    }

    #[test]
    fn jwts() {
        check(
            "cannot read eyJhbGciOiJub25lIn0.eyJpc3MiOiJ9.c2ln-_: gone",
            "cannot read (a JWT, which is not repeated here): gone",
        );
        check(
            "\"eyJhbGciOiIifQ.eyJpc3M.c2ln\"",
            "\"(a JWT, which is not repeated here)\"",
        );
        check(
            "https://a.test/eyJhbGciOiIifQ.eyJpc3M.c2ln",
            "https://a.test/(a JWT, which is not repeated here)",
        );
        check("eyJ is how they begin.", "eyJ is how they begin.");
        check("monkeyJungle.txt", "monkeyJungle.txt");
    }

    #[test]
    fn keys() {
        let ed25519 = "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
        let hidden = "private key (a key, which is not repeated here): not found";
        check(&["private key ", ed25519, ": not found"].concat(), hidden);
        let long = "aB3_".repeat(30);
        check(&["private key ", &long, ": not found"].concat(), hidden);
        // By its beginning it has 1287 bytes.
        let body = "aB3_".repeat(424);
        let certificate = ["MIIFAzCCAuugAwIBAgIU", &*body].concat();
        let quoted = ["\"", &*certificate, "\""].concat();
        check(&quoted, &quoted);
        for more in [["\n", ed25519], ["", ed25519], ["", "aB3_"]] {
            check(
                &[&*certificate, &more.concat()].concat(),
                "(a key, which is not repeated here)",
            );
        }
        let d = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
        for (quote, colon) in [("\"", ":"), ("\\\"", ": ")] {
            let jwk = |value: &str| {
                let member = |name: &str, value: &str| {
                    [quote, name, quote, colon, quote, value, quote].concat()
                };
                [
                    "{",
                    &member("crv", "Ed25519"),
                    ",",
                    &member("d", value),
                    "}",
                ]
                .concat()
            };
            check(&jwk(d), &jwk("(a key, which is not repeated here)"));
        }
        let lines = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2";
        let label = "PRIVATE KEY-----";
        let pem = [
            "-----BEGIN ",
            label,
            "\n",
            lines,
            "\n",
            lines,
            "\n-----END ",
            label,
        ]
        .concat();
        check(&["private key ", &pem, ": not found"].concat(), hidden);
        let example = "give a file that begins with -----BEGIN PRIVATE KEY----- and its lines";
        check(example, example);
        let broken = [ed25519, "\n", lines, "\n", lines].concat();
        check(&["private key ", &broken, ": not found"].concat(), hidden);
        check("{\"d\":\"short\"}", "{\"d\":\"short\"}");
    }

    #[test]
    fn pins() {
        check("pkcs11:a?pin-value=1234", "pkcs11:a?pin-value=…");
        check(
            "key PKCS11:a?PIN-VALUE=12 34&module-name=b: no file",
            "key PKCS11:a?PIN-VALUE=…&module-name=b: no file",
        );
        check("\"?pin-value=1:2\", or", "\"?pin-value=…\", or");
        check("pin-value=…  argument", "pin-value=…  argument");
        check("pin-value=a pin-value=b: c", "pin-value=…: c");
        check("x pin-value=", "x pin-value=…");
    }
}
