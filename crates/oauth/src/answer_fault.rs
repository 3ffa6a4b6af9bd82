use core::fmt;

use tokenring_jwk::JsonType;

/// What is wrong with a member of an access token response that is used all the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum AnswerFault {
    /// `expires_in` is of this type, and not a number of seconds.
    ExpiresIn(JsonType),
    /// `expires_in` is more than
    /// [`TokenResponse::LONGEST_EXPIRES_IN`](crate::TokenResponse::LONGEST_EXPIRES_IN).
    ExpiresInBeyondReason,
    /// `scope` is of this type, and not a text.
    Scope(JsonType),
}

impl fmt::Display for AnswerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ExpiresIn(JsonType::Text) => {
                f.write_str("expires_in is a text that is not a number of seconds")
            }
            Self::ExpiresIn(found) => write!(f, "expires_in is {found}, not a number of seconds"),
            Self::ExpiresInBeyondReason => {
                f.write_str("expires_in is more than 68 years, which cannot be right")
            }
            Self::Scope(found) => write!(f, "scope is {found}, not a text"),
        }
    }
}
