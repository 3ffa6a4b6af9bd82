use std::fmt;
use std::sync::Arc;

use crate::PastFailure;

/// Why there is no token; `E` is the error of the caller's own fetch.
#[non_exhaustive]
#[derive(Debug)]
pub enum Error<E> {
    /// The fetch failed, in this call or in that of another thread, which shares its
    /// error.
    Fetch(Arc<E>),
    /// The same request has failed just now, mostly in another process, and was
    /// not repeated.
    RecentFailure(PastFailure),
    /// Another process is asking for the token and took too long.
    TimedOut,
    /// The time of this call was over before the request of another thread.
    DeadlinePassed,
    /// The fetch panicked in another thread.
    FetchPanicked,
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
            Self::DeadlinePassed => f.write_str(
                "no access token in time, as the token endpoint has not answered yet; try again, or allow more time",
            ),
            Self::FetchPanicked => f.write_str(
                "the token request panicked in another thread; see what that thread wrote, and report the defect",
            ),
        }
    }
}

impl<E: std::error::Error + 'static> std::error::Error for Error<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Fetch(error) => Some(&**error),
            Self::RecentFailure(failure) => Some(failure),
            Self::TimedOut | Self::DeadlinePassed | Self::FetchPanicked => None,
        }
    }
}

/// Shares the fetch's error.
impl<E> Clone for Error<E> {
    fn clone(&self) -> Self {
        match self {
            Self::Fetch(error) => Self::Fetch(Arc::clone(error)),
            Self::RecentFailure(failure) => Self::RecentFailure(failure.clone()),
            Self::TimedOut => Self::TimedOut,
            Self::DeadlinePassed => Self::DeadlinePassed,
            Self::FetchPanicked => Self::FetchPanicked,
        }
    }
}
