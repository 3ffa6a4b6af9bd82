//! What a server met when it fetched the client's JWK Set, by its own words.

use super::Cause;
use super::incident::Incident;
use super::words::first_address;
use crate::Rule;

/// Fragments of words, small, and what they say came of it.
const OUTCOMES: &[(&[&str], &str)] = &[
    (&["refused"], "connection refused"),
    (&["timed out", "timeout", "etimedout"], "no answer in time"),
    (
        &[
            "unknownhost",
            "enotfound",
            "no such host",
            "not known",
            "eai_again",
        ],
        "unknown host",
    ),
    (
        &[
            "pkix",
            "x509",
            "certificate verify",
            "certification path",
            "certificate is not trusted",
            "untrusted certificate",
            "self-signed certificate",
            "self signed certificate",
            "ssl",
            "tls",
        ],
        "the server's certificate is not trusted",
    ),
    (&["redirect"], "a redirect"),
    (
        &[
            "jsonparse",
            "unexpected character",
            "unexpected token",
            "not json",
            "no json",
        ],
        "no JSON",
    ),
    (
        &["pemexception", "invalidkeyspec"],
        "a key in a form that the server cannot read",
    ),
];

/// A cause of a JWK Set that the server cannot fetch or read, with the URL and what came.
pub(super) fn described(cause: Cause, incident: &Incident<'_>) -> Cause {
    let is_of_fetch = matches!(
        cause.rule(),
        Some(Rule::KeysUnreachable | Rule::KeysUnreadable | Rule::KeysNotRegistered)
    );
    let words = incident.response.description().unwrap_or_default();
    if !is_of_fetch {
        return cause;
    }
    match (place(words), outcome(words)) {
        (Some(place), Some(outcome)) => cause.found(format!("{place}: {outcome}")),
        (Some(place), None) => cause.found(place.to_owned()),
        (None, Some(outcome)) => cause.found(outcome),
        (None, None) => cause,
    }
}

/// The URL, or the host and port, from which the server fetched.
fn place(words: &str) -> Option<&str> {
    first_address(words).or_else(|| {
        let (_, rest) = words.split_once("Connect to ")?;
        rest.split_whitespace().next()
    })
}

/// What came of it.
fn outcome(words: &str) -> Option<String> {
    let lower = words.to_lowercase();
    let mut outcomes = OUTCOMES.iter();
    let known = outcomes.find(|(fragments, _)| {
        let mut fragments = fragments.iter();
        fragments.any(|fragment| lower.contains(fragment))
    });
    known
        .map(|(_, outcome)| (*outcome).to_owned())
        .or_else(|| status(&lower).map(|status| format!("status {status}")))
}

/// The status that an answer had: a number of three digits after the word for it.
fn status(lower: &str) -> Option<u16> {
    let mut words = lower
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .peekable();
    let mut found = None;
    while let Some(word) = words.next() {
        let next = words.peek().and_then(|next| next.parse::<u16>().ok());
        if matches!(word, "code" | "status") {
            found = next.filter(|status| (100..600).contains(status)).or(found);
        }
    }
    found
}
