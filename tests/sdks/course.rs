use core::fmt;
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tokenring_mock_gateway::{EventKind, MockGateway};

/// What an SDK came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// A token, after so many token requests.
    Token(usize),
    /// An error, after so many.
    Error(usize),
}

/// What an SDK did, and what it said.
#[derive(Debug)]
pub(crate) struct Course {
    pub(crate) version: String,
    pub(crate) outcome: Outcome,
    /// How long it waited after the first answer, if it sent another request.
    pub(crate) wait: Option<Duration>,
    /// What `inspect` has against the assertion.
    pub(crate) complaint: Option<String>,
    error: Option<String>,
}

/// So much of an error is shown.
const LONGEST_ERROR: usize = 100;

impl Course {
    /// Reads the line that a script of `conformance/sdk` prints.
    #[track_caller]
    pub(crate) fn new(printed: &str, gateway: &MockGateway, complaint: Option<String>) -> Self {
        let found: Value = serde_json::from_str(printed.trim())
            .unwrap_or_else(|error| panic!("no JSON ({error}): {printed:?}"));
        let events = gateway.events();
        let times: Vec<SystemTime> = events
            .iter()
            .filter(|event| event.kind() == EventKind::TokenRequest)
            .map(|event| event.time())
            .collect();
        for event in &events {
            let is_lost = matches!(
                event.kind(),
                EventKind::TlsFailure | EventKind::ProxyRefusal
            );
            assert!(!is_lost, "{event}: {printed}");
        }
        let error = found["error"].as_str().map(|error| {
            let words: Vec<&str> = error.split_whitespace().collect();
            words.join(" ").chars().take(LONGEST_ERROR).collect()
        });
        let requests = times.len();
        let outcome = match found["token"].as_str() {
            Some(token) => {
                assert!(!token.is_empty());
                Outcome::Token(requests)
            }
            None => Outcome::Error(requests),
        };
        assert_eq!(error.is_none(), matches!(outcome, Outcome::Token(_)));
        let wait = match times.as_slice() {
            [first, second, ..] => second.duration_since(*first).ok(),
            _ => None,
        };
        Self {
            version: found["version"].as_str().unwrap().to_owned(),
            outcome,
            wait,
            complaint,
            error,
        }
    }
}

impl fmt::Display for Course {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, requests) = match self.outcome {
            Outcome::Token(requests) => ("token", requests),
            Outcome::Error(requests) => ("error", requests),
        };
        write!(f, "{what} after {requests}")?;
        if let Some(wait) = self.wait {
            write!(f, " ({:.0} s apart)", wait.as_secs_f64())?;
        }
        match &self.error {
            Some(error) => write!(f, ": {error}"),
            None => Ok(()),
        }
    }
}
