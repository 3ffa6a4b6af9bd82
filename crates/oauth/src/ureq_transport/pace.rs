use alloc::sync::Arc;
use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use ureq::unversioned::transport::NextTimeout;
use ureq::{Error, Timeout};

/// What may come from one byte of a body to the next, in bytes: what is buffered, and trailers.
/// Also what a proxy or a TLS handshake may send until the connection stands.
const LARGEST_GAP: usize = 512 * 1024;

/// How long a server may take from one byte of a body to the next, or to set a connection up,
/// whatever it sends meanwhile.
///
/// `ureq` starts its clock again for each byte that arrives, so that trailers, or a TLS record,
/// could go on for ever.
#[derive(Clone, Debug, Default)]
pub(super) struct Pace(Arc<Mutex<Option<Gap>>>);

/// What is waited for.
#[derive(Debug)]
struct Gap {
    until: Option<Instant>,
    reason: Timeout,
    received: usize,
}

impl Pace {
    /// Reads with a limit that begins now.
    pub(super) fn within<T>(&self, limit: Duration, read: impl FnOnce() -> T) -> T {
        self.until(Instant::now().checked_add(limit), Timeout::RecvBody, read)
    }

    /// Exchanges bytes until a moment at most.
    pub(super) fn until<T>(
        &self,
        until: Option<Instant>,
        reason: Timeout,
        exchange: impl FnOnce() -> T,
    ) -> T {
        *self.gap() = Some(Gap {
            until,
            reason,
            received: 0,
        });
        let result = exchange();
        *self.gap() = None;
        result
    }

    fn gap(&self) -> MutexGuard<'_, Option<Gap>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shortens a time-out to what is left.
    pub(super) fn shorten(&self, timeout: &mut NextTimeout) -> Result<(), Error> {
        let gap = self.gap();
        let Some((until, reason)) = gap.as_ref().and_then(|gap| Some((gap.until?, gap.reason)))
        else {
            return Ok(());
        };
        match until.saturating_duration_since(Instant::now()) {
            Duration::ZERO => return Err(Error::Timeout(reason)),
            left if left < *timeout.after => {
                timeout.after = left.into();
                timeout.reason = reason;
            }
            _ => {}
        }
        Ok(())
    }

    /// Counts what has arrived.
    pub(super) fn count(&self, bytes: usize) -> Result<(), Error> {
        let mut gap = self.gap();
        let Some(gap) = gap.as_mut() else {
            return Ok(());
        };
        gap.received = gap.received.saturating_add(bytes);
        if gap.received > LARGEST_GAP {
            return Err(Error::LargeResponseHeader(gap.received, LARGEST_GAP));
        }
        Ok(())
    }
}
