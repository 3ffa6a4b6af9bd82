use core::fmt;

use tokenring_mock_gateway::{Faults, PlannedAnswer};

use crate::course::Course;

/// What an SDK is put through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Case {
    /// A request that is right.
    Token,
    /// A client that is not registered.
    Refusal,
    /// The gateway's own words for this status, and no trouble at the second request.
    Fault(u16),
    /// The same with a `Retry-After` of three seconds, and no word of the gateway's.
    RetryAfter(u16),
}

pub(crate) const CASES: [Case; 5] = [
    Case::Token,
    Case::Refusal,
    Case::Fault(429),
    Case::Fault(503),
    Case::Fault(500),
];
pub(crate) const RETRY_AFTER: [Case; 2] = [Case::RetryAfter(429), Case::RetryAfter(503)];

impl Case {
    pub(crate) fn faults(self) -> Option<Faults> {
        match self {
            Self::Fault(status) => Some(format!("{status}=1").parse().unwrap()),
            _ => None,
        }
    }

    pub(crate) fn answer(self) -> Option<PlannedAnswer> {
        let Self::RetryAfter(status) = self else {
            return None;
        };
        let answer = PlannedAnswer::new(status, r#"{"error":"temporarily_unavailable"}"#).unwrap();
        Some(answer.with_header("Retry-After", "3").unwrap())
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token => f.write_str("token"),
            Self::Refusal => f.write_str("refusal"),
            Self::Fault(status) => write!(f, "{status}"),
            Self::RetryAfter(status) => write!(f, "{status} after 3 s"),
        }
    }
}

/// What an SDK made of a `Retry-After` of three seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wait {
    /// It sent no second request.
    NotRepeated,
    TooShort,
    Kept,
}

impl Wait {
    pub(crate) fn of(course: &Course) -> Self {
        match course.wait {
            None => Self::NotRepeated,
            // The mock's clock is read when an answer is ready, so a little may be missing.
            Some(wait) if wait.as_millis() < 2900 => Self::TooShort,
            Some(_) => Self::Kept,
        }
    }
}
