use core::time::Duration;

use http_body_util::BodyExt;
use hyper::StatusCode;
use hyper::body::{Body, Incoming};
use tokio::time::timeout;

use crate::answer::Answer;

/// How long a client may take to send its body.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How much of a body that is too large is still read, so that its sender gets to read the
/// answer instead of a reset connection.
const DISCARDED_BYTES: u64 = 64 * 1024 * 1024;

/// Why there is no body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unread {
    TooLarge,
    TimedOut,
    Broken,
}

impl Unread {
    pub(crate) fn into_answer(self) -> Answer {
        match self {
            Self::TooLarge => Answer::too_large(),
            Self::TimedOut => Answer::fault(
                StatusCode::REQUEST_TIMEOUT,
                "messaging.adaptors.http.flow.RequestTimeOut",
                "Request timed out",
            ),
            Self::Broken => Answer::fault(
                StatusCode::BAD_REQUEST,
                "protocol.http.BadFormData",
                "Bad Form Data",
            ),
        }
    }
}

/// Reads a body of at most `limit` bytes.
pub(crate) async fn read(body: Incoming, limit: usize) -> Result<Vec<u8>, Unread> {
    timeout(TIMEOUT, read_frames(body, limit))
        .await
        .unwrap_or(Err(Unread::TimedOut))
}

async fn read_frames(mut body: Incoming, limit: usize) -> Result<Vec<u8>, Unread> {
    if body.size_hint().lower() > DISCARDED_BYTES {
        return Err(Unread::TooLarge);
    }
    let mut read = Vec::new();
    let mut discarded: u64 = 0;
    let mut too_large = false;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Unread::Broken)?;
        let Some(data) = frame.data_ref() else {
            continue;
        };
        too_large = too_large || data.len() > limit.saturating_sub(read.len());
        if too_large {
            read = Vec::new();
            discarded = discarded.saturating_add(u64::try_from(data.len()).unwrap_or(u64::MAX));
            if discarded > DISCARDED_BYTES {
                break;
            }
        } else {
            read.extend_from_slice(data);
        }
    }
    if too_large {
        return Err(Unread::TooLarge);
    }
    Ok(read)
}
