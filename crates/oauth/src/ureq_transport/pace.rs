use alloc::boxed::Box;
use alloc::sync::Arc;
use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, NextTimeout, RustlsConnector,
    TcpConnector, Transport,
};
use ureq::{Error, Timeout};

/// What may come from one byte of a body to the next, in bytes: what is buffered, and trailers.
const LARGEST_GAP: usize = 512 * 1024;

/// How long a server may take from one byte of a body to the next, whatever it sends between
/// them.
///
/// `ureq` starts its clock anew for each byte that arrives, so that trailers, or a TLS record,
/// could go on for ever.
#[derive(Clone, Debug, Default)]
pub(super) struct Pace(Arc<Mutex<Option<Gap>>>);

/// What is waited for.
#[derive(Debug)]
struct Gap {
    until: Option<Instant>,
    received: usize,
}

impl Pace {
    /// Reads with a limit that begins now.
    pub(super) fn within<T>(&self, limit: Duration, read: impl FnOnce() -> T) -> T {
        *self.gap() = Some(Gap {
            until: Instant::now().checked_add(limit),
            received: 0,
        });
        let read = read();
        *self.gap() = None;
        read
    }

    /// The connectors of `ureq`, with this pace below TLS.
    pub(super) fn connector(&self) -> impl Connector {
        ().chain(ConnectProxyConnector::default())
            .chain(TcpConnector::default())
            .chain(PacedConnector(self.clone()))
            .chain(RustlsConnector::default())
    }

    fn gap(&self) -> MutexGuard<'_, Option<Gap>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shortens a time-out to what is left.
    fn shorten(&self, timeout: &mut NextTimeout) -> Result<(), Error> {
        let until = self.gap().as_ref().and_then(|gap| gap.until);
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        match left {
            Some(Duration::ZERO) => return Err(Error::Timeout(Timeout::RecvBody)),
            Some(left) if left < *timeout.after => {
                timeout.after = left.into();
                timeout.reason = Timeout::RecvBody;
            }
            _ => {}
        }
        Ok(())
    }

    /// Counts what has arrived.
    fn count(&self, bytes: usize) -> Result<(), Error> {
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

#[derive(Debug)]
struct PacedConnector(Pace);

impl<In: Transport> Connector<In> for PacedConnector {
    type Out = Paced;

    fn connect(
        &self,
        _: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Paced>, Error> {
        Ok(chained.map(|transport| Paced {
            transport: Box::new(transport),
            pace: self.0.clone(),
        }))
    }
}

/// A connection with a pace.
#[derive(Debug)]
struct Paced {
    transport: Box<dyn Transport>,
    pace: Pace,
}

impl Transport for Paced {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.transport.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.transport.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, mut timeout: NextTimeout) -> Result<bool, Error> {
        self.pace.shorten(&mut timeout)?;
        let before = self.transport.buffers().input().len();
        let has_more = self.transport.await_input(timeout)?;
        let after = self.transport.buffers().input().len();
        self.pace.count(after.saturating_sub(before))?;
        Ok(has_more)
    }

    fn is_open(&mut self) -> bool {
        self.transport.is_open()
    }

    fn is_tls(&self) -> bool {
        self.transport.is_tls()
    }
}
