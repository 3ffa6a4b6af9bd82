use std::fmt;

use crate::PastFailure;

/// Why there is no token; `E` is the error of the caller's own fetch.
#[non_exhaustive]
#[derive(Debug)]
pub enum Error<E> {
    /// The caller's fetch failed.
    Fetch(E),
    /// The same request has failed just now, mostly in another process, and was
    /// not repeated.
    RecentFailure(PastFailure),
    /// Another process is asking for the token and took too long.
    TimedOut,
}

impl<E> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fetch(_) => f.write_str("no access token was obtained"),
            Self::RecentFailure(failure) => write!(
                f,
                "the same token request failed just now and is not repeated within {} s; wait, or force a refresh",
                failure.cool_down().as_secs()
            ),
            Self::TimedOut => f.write_str(
                "another process is asking for the same token and did not get it in time; try again, or go without the cache",
            ),
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for Error<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Fetch(error) => Some(error),
            Self::RecentFailure(failure) => Some(failure),
            Self::TimedOut => None,
        }
    }
}
