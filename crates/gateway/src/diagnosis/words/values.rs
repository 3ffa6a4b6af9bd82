//! Values that servers repeat in their words: a name in them says nothing about the cause.

/// Names of parameters, which are quoted like values and are none.
const NAMES: [&str; 36] = [
    "alg",
    "assertion",
    "aud",
    "audience",
    "authorization",
    "claims",
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
    "content-type",
    "crit",
    "exp",
    "expires",
    "grant_type",
    "iat",
    "iss",
    "issuer",
    "jku",
    "jti",
    "jwks",
    "jwks_uri",
    "key",
    "kid",
    "kty",
    "nbf",
    "origin",
    "redirect_uri",
    "scope",
    "sub",
    "subject",
    "token",
    "typ",
    "use",
    "x5c",
    "x5t",
];

const QUOTES: [(char, char); 5] = [('\'', '\''), ('"', '"'), ('`', '`'), ('‘', '’'), ('“', '”')];

/// The words without values that were sent, where they are names and no common words.
pub(super) fn without_sent(words: &str, sent: &[&str]) -> String {
    let mut words = words.to_owned();
    for value in sent {
        let is_name = value
            .chars()
            .any(|character| !character.is_alphabetic() && !character.is_whitespace());
        let is_parameter = NAMES.iter().any(|name| name.eq_ignore_ascii_case(value));
        if is_name && !is_parameter {
            words = without_word(&words, value);
        }
    }
    words
}

/// A text without every occurrence of another that is no part of a longer word.
fn without_word(text: &str, word: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut last = 0;
    for (at, _) in text.match_indices(word) {
        let end = at.saturating_add(word.len());
        let before = text.get(..at).and_then(|before| before.chars().last());
        let after = text.get(end..).and_then(|after| after.chars().next());
        if ![before, after]
            .into_iter()
            .flatten()
            .any(char::is_alphanumeric)
        {
            kept.push_str(text.get(last..at).unwrap_or_default());
            last = end;
        }
    }
    kept.push_str(text.get(last..).unwrap_or_default());
    kept
}

/// The words without addresses, and without what is in quotes and is no parameter's name.
pub(super) fn without(words: &str) -> String {
    let mut kept = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(next) = rest.chars().next() {
        let is_within_word = kept.chars().last().is_some_and(char::is_alphanumeric);
        let quoted = (!is_within_word).then(|| quoted(rest)).flatten();
        if let Some((value, after)) = quoted {
            let is_name = NAMES.iter().any(|name| name.eq_ignore_ascii_case(value));
            kept.push(' ');
            kept.push_str(if is_name { value } else { "" });
            kept.push(' ');
            rest = after;
        } else if let Some(after) = (!is_within_word).then(|| after_address(rest)).flatten() {
            kept.push(' ');
            rest = after;
        } else {
            kept.push(next);
            rest = rest.get(next.len_utf8()..).unwrap_or_default();
        }
    }
    kept
}

/// A text in quotes at the beginning, and what follows it. An apostrophe is no quote.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let mut pairs = QUOTES.iter();
    let (inner, close) =
        pairs.find_map(|(open, close)| Some((text.strip_prefix(*open)?, close)))?;
    let ends = inner.match_indices(*close).map(|(at, _)| at);
    let mut ends = ends.filter_map(|at| {
        let after = inner.get(at.checked_add(close.len_utf8())?..)?;
        let is_apostrophe = after.starts_with(char::is_alphanumeric);
        (!is_apostrophe).then(|| Some((inner.get(..at)?, after)))?
    });
    ends.next()
}

/// What follows an address at the beginning.
fn after_address(text: &str) -> Option<&str> {
    let address = address(text)?;
    text.get(address.len()..)
}

/// An address at the beginning, such as `https://jwks.example/keys`.
fn address(text: &str) -> Option<&str> {
    let is_end = |character: char| {
        character.is_whitespace() || matches!(character, '\'' | '"' | '`' | ',' | ')' | ']' | '>')
    };
    let word = text.split(is_end).next()?;
    let (scheme, _) = word.split_once("://")?;
    let is_scheme = !scheme.is_empty() && scheme.chars().all(char::is_alphanumeric);
    is_scheme.then(|| word.trim_end_matches(['.', ';', ':']))
}

/// The first address in a server's words.
pub(in crate::diagnosis) fn first_address(words: &str) -> Option<&str> {
    let starts = words.char_indices().filter(|(at, character)| {
        let before = words.get(..*at).and_then(|before| before.chars().last());
        character.is_alphanumeric() && !before.is_some_and(char::is_alphanumeric)
    });
    let mut addresses = starts.filter_map(|(at, _)| address(words.get(at..)?));
    addresses.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &str, wanted: &str) {
        let found = without(words);
        let found: Vec<&str> = found.split_whitespace().collect();
        assert_eq!(found.join(" "), wanted);
    }

    #[test]
    fn values_are_left_out() {
        check("No key for kid: 'expired'", "No key for kid:");
        check("Missing token 'exp' claim", "Missing token exp claim");
        check(
            "the client's key isn't \"the audience\"",
            "the client's key isn't",
        );
        check("Must be 'https://aud.example/token'.", "Must be .");
        check(
            "Failed to fetch JWKS from http://exp.example/jwks. Then",
            "Failed to fetch JWKS from . Then",
        );
        check("an unclosed 'quote", "an unclosed 'quote");
        check("with use='sig' for", "with use= for");
        check("'that's it' said", "said");
    }

    #[test]
    fn values_that_were_sent() {
        let words = "Could not find client: expired-app; expired-apps are others";
        assert_eq!(
            without_sent(words, &["expired-app", "client", "client_id"]),
            "Could not find client: ; expired-apps are others"
        );
    }

    #[test]
    fn addresses() {
        let words = "request to (http://127.0.0.1:9/jwks) failed, reason: none";
        assert_eq!(first_address(words), Some("http://127.0.0.1:9/jwks"));
        assert_eq!(first_address("no address: //x"), None);
    }
}
