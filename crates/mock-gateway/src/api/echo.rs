use std::collections::BTreeMap;

use base64ct::{Base64, Encoding};
use hyper::StatusCode;
use hyper::header::{AUTHORIZATION, HeaderMap};
use hyper::http::request::Parts;
use serde_json::Value;

use super::credentials::API_KEY;
use crate::answer::Answer;
use crate::json::Members;

/// Tells what the client sent. A body that is no text stands in another member, encoded.
pub(super) fn answer(head: &Parts, body: Vec<u8>) -> Answer {
    let mut members = vec![
        ("method", head.method.as_str().into()),
        ("path", head.uri.path().into()),
        ("query", head.uri.query().into()),
        ("headers", headers_value(&head.headers)),
    ];
    match String::from_utf8(body) {
        Ok(text) => members.push(("body", text.into())),
        Err(error) => {
            let encoded = Base64::encode_string(error.as_bytes());
            members.push(("bodyBase64", encoded.into()));
        }
    }
    Answer::new(
        StatusCode::OK,
        "application/json",
        Members(&members).to_pretty(),
    )
}

/// Header names in lower case, with a list where a header came more than once.
fn headers_value(headers: &HeaderMap) -> Value {
    let mut all: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (name, value) in headers {
        let text = String::from_utf8_lossy(value.as_bytes());
        let shown = if name == AUTHORIZATION || name == API_KEY {
            shorten(&text)
        } else {
            text.into_owned()
        };
        all.entry(name.as_str()).or_default().push(shown.into());
    }
    let one_or_many = |mut values: Vec<Value>| match values.len() {
        1 => values.remove(0),
        _ => Value::Array(values),
    };
    all.into_iter()
        .map(|(name, values)| (name.to_owned(), one_or_many(values)))
        .collect()
}

/// Keeps the scheme and the first four characters of a credential.
///
/// An answer gets printed, logged and pasted into tickets; the token in it should not.
fn shorten(text: &str) -> String {
    let (scheme, secret) = match text.split_once(' ') {
        Some((scheme, secret)) => (format!("{scheme} "), secret),
        None => (String::new(), text),
    };
    // Of a short one, four characters would be much.
    let shown = if secret.chars().count() >= 12 { 4 } else { 0 };
    let start: String = secret.chars().take(shown).collect();
    format!("{scheme}{start}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortens_credentials() {
        assert_eq!(shorten("Bearer abcdefghijklmnop"), "Bearer abcd…");
        assert_eq!(shorten("Bearer short"), "Bearer …");
        assert_eq!(shorten("abcdefghijklmnop"), "abcd…");
        assert_eq!(shorten(""), "…");
    }
}
