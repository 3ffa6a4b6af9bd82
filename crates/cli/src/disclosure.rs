//! What a person, a log or a ticket gets to see of a value.
//!
//! Everything that is printed about a run, and is not its result, comes through here.

use serde_json::Value;
use tokenring_oauth::printable;

/// How the values of one run are shown.
pub(crate) struct Disclosure {
    client_id: Option<String>,
}

/// Words in a name that speak of a secret.
const SECRET: &[&str] = &[
    "secret",
    "password",
    "passphrase",
    "token",
    "assertion",
    "authorization",
    "cookie",
    "apikey",
    "api-key",
    "credential",
    "passwd",
    "pwd",
    "-key",
    "_key",
];
/// Options whose names have such a word, and whose values are none.
const HARMLESS: &[&str] = &["token-url", "private-key", "token-variable", "token-file"];
const NOT_SHOWN: &str = "(not shown)";

impl Disclosure {
    pub(crate) const fn new(client_id: Option<String>) -> Self {
        Self { client_id }
    }

    /// A value fit to be seen: what is likely to be a secret is not.
    pub(crate) fn value(&self, name: &str, value: &str) -> String {
        if value.contains("-----BEGIN") {
            return NOT_SHOWN.into();
        }
        // A body may hold anything; where it comes from may be seen.
        if matches!(name, "data" | "json") && value != "-" && !value.starts_with('@') {
            return format!("({} bytes, not shown)", value.len());
        }
        // Whoever may register has the whole of it.
        if let ("client", Some((id, source))) = (name, value.split_once('=')) {
            return printable(&fit_to_show(&format!("{}={source}", shortened(id)))).to_string();
        }
        let pair = match name {
            "param" | "header" | "claim" | "var" => value.split_once(['=', ':']),
            _ => None,
        };
        let text = match pair {
            Some((key, _)) if is_secret(key) => format!("{key}: {NOT_SHOWN}"),
            Some((key, _)) if matches!(name, "param" | "header") && is_secret_parameter(key) => {
                format!("{key}: {NOT_SHOWN}")
            }
            Some((key, part)) if self.is_client_id(unquoted(part)) => {
                format!("{key}={}", shortened(unquoted(part)))
            }
            None if is_secret(name) => NOT_SHOWN.into(),
            None if matches!(name, "client-id" | "client_id") || self.is_client_id(value) => {
                shortened(value)
            }
            _ => value.to_owned(),
        };
        printable(&fit_to_show(&text)).to_string()
    }

    /// The same for a parameter of a form or a header.
    pub(crate) fn parameter(&self, name: &str, value: &str) -> String {
        if is_secret_parameter(name) {
            return NOT_SHOWN.into();
        }
        self.value(name, value)
    }

    /// The same for each member of a JSON object, such as the claims of an assertion.
    pub(crate) fn object(&self, json: &str) -> String {
        let Ok(Value::Object(members)) = serde_json::from_str(json) else {
            return fit_to_show(json);
        };
        let mut shown = String::from("{");
        for (name, value) in &members {
            if shown.len() > 1 {
                shown.push(',');
            }
            let name_text = Value::from(name.as_str()).to_string();
            shown.push_str(&name_text);
            shown.push(':');
            let value_text = match value {
                Value::String(text) => Value::from(self.value(name, text)).to_string(),
                _ if is_secret(name) => Value::from(NOT_SHOWN).to_string(),
                value => value.to_string(),
            };
            shown.push_str(&value_text);
        }
        shown.push('}');
        shown
    }

    fn is_client_id(&self, value: &str) -> bool {
        self.client_id.as_deref() == Some(value)
    }
}

/// A claim of `--claim` is JSON, where a text has quotes.
fn unquoted(value: &str) -> &str {
    value.trim().trim_matches('"')
}

fn is_secret(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    let has_word = || name == "key" || SECRET.iter().any(|word| name.contains(word));
    !HARMLESS.contains(&name.as_str()) && has_word()
}

/// The same for a parameter or header of the user's own, where shorter words speak too.
pub(crate) fn is_secret_parameter(name: &str) -> bool {
    const WORDS: [&str; 13] = [
        "auth",
        "bearer",
        "dpop",
        "jwt",
        "otp",
        "pass",
        "passcode",
        "pin",
        "pw",
        "session",
        "sid",
        "sig",
        "signature",
    ];
    let name = name.trim().to_ascii_lowercase();
    let mut words = name.split(|character: char| !character.is_alphanumeric());
    is_secret(&name) || name.ends_with("key") || words.any(|word| WORDS.contains(&word))
}

/// So much of an identifier as tells it from another: some gateways open APIs by it alone.
pub(crate) fn shortened(id: &str) -> String {
    const SHOWN: usize = 4;
    let head: String = id.chars().take(SHOWN).collect();
    match id.chars().count() {
        length if length <= SHOWN => head,
        length => format!("{head}… ({length} characters)"),
    }
}

/// A text whose URLs have neither user information nor values in their queries, and that
/// holds neither a JWT nor a PIN.
pub(crate) fn fit_to_show(text: &str) -> String {
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
    shown.push_str(&fit_to_show(path));
    for (index, part) in query
        .into_iter()
        .flat_map(|query| query.split('&'))
        .enumerate()
    {
        shown.push(if index == 0 { '?' } else { '&' });
        if let Some((name, _)) = part.split_once('=') {
            shown.push_str(&fit_to_show(name));
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
        assert_eq!(fit_to_show(text), expected);
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

    #[test]
    fn values() {
        let disclosure = Disclosure::new(Some("planted-client".into()));
        let check = |name: &str, value: &str, expected: &str| {
            assert_eq!(disclosure.value(name, value), expected);
        };
        check("client-id", "another", "anot… (7 characters)");
        check("subject", "planted-client", "plan… (14 characters)");
        check("subject", "somebody", "somebody");
        check("param", "api_key=x", "api_key: (not shown)");
        check("header", "Key: x", "Key: (not shown)");
        check("header", "X-Auth: x", "X-Auth: (not shown)");
        check("header", "DPoP: x", "DPoP: (not shown)");
        check("param", "accessKey=x", "accessKey: (not shown)");
        check("param", "user_pin=x", "user_pin: (not shown)");
        check("param", "passage=x", "passage=x");
        check("auth", "bearer", "bearer");
        check("pin-file", "a", "a");
        check("claim", "a=\"planted-client\"", "a=plan… (14 characters)");
        check("token-url", "https://a.test/?b=c", "https://a.test/?b=…");
        check("private-key", "a.pem", "a.pem");
        check(
            "client",
            "my-api-key=a.json",
            "my-a… (10 characters)=a.json",
        );
        check("data", "text", "(4 bytes, not shown)");
        check("data", "@file", "@file");
        assert_eq!(disclosure.parameter("pin", "x"), NOT_SHOWN);
        assert_eq!(disclosure.parameter("scope", "x"), "x");
    }
}
