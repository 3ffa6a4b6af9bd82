use alloc::boxed::Box;
use core::fmt;
use core::time::Duration;

use ureq::SendBody;

use super::UreqTransport;
use super::exchange::{Exchange, Limits, run};
use crate::{HttpRequest, SecureUrl, TransportError};

/// Whether a proxy that is checked is logged in to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ProxyLogin {
    /// As for a request.
    Sent,
    /// Not a second time, because the proxy has just rejected it: a user may be locked out after a
    /// few. What it answers says which logins it takes.
    Withheld,
}

impl UreqTransport {
    /// Has the proxy of a request to this URL connect to the host, and sends the host nothing.
    ///
    /// For transports of another kind that go the same way and learn less of a proxy's answer.
    /// Does nothing without a proxy.
    ///
    /// # Errors
    ///
    /// The [`TransportError`] that a request would fail with, if the proxy makes no connection.
    pub fn check_proxy(
        &self,
        url: &SecureUrl,
        login: ProxyLogin,
        limit: Duration,
    ) -> Result<(), TransportError> {
        if self.proxy.of(url)?.is_none() {
            return Ok(());
        }
        let limits = Limits::total(limit.min(self.timeout));
        let exchange = Exchange::of(&HttpRequest::get(url), limits);
        let failure = self.failure(&exchange)?;
        let agent = self.agent(&exchange, Some(login))?;
        match run(&agent, &exchange, None, SendBody::none()) {
            Err(ureq::Error::Other(error)) if error.is::<TunnelOpen>() => Ok(()),
            Err(error) => Err(failure.before_body(error)),
            Ok(_) => Ok(()),
        }
    }
}

/// Ends a check of a proxy that connects.
#[derive(Debug)]
pub(super) struct TunnelOpen;

impl fmt::Display for TunnelOpen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the proxy connects")
    }
}

impl core::error::Error for TunnelOpen {}

impl From<TunnelOpen> for ureq::Error {
    fn from(open: TunnelOpen) -> Self {
        Self::Other(Box::new(open))
    }
}
