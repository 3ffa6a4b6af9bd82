use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokenring_oauth::SecureUrl;
use zeroize::Zeroizing;

use crate::error::Reason;
use crate::{ApiHeaders, Error, Parameter};

/// A request to an API, which [`Client::call`](crate::Client::call) adds a token to.
#[derive(Clone)]
pub struct ApiRequest {
    pub(crate) method: String,
    pub(crate) url: SecureUrl,
    pub(crate) headers: Vec<(String, Zeroizing<String>)>,
    pub(crate) body: Option<Arc<dyn RequestBody>>,
    pub(crate) retries: u32,
    pub(crate) idle_timeout: Option<Duration>,
    pub(crate) deadline: Option<Instant>,
}

/// The body of an [`ApiRequest`], which may have to be sent more than once.
pub trait RequestBody: Send + Sync {
    /// Begins to read the body, and states its length in bytes if that is known.
    ///
    /// # Errors
    ///
    /// The body cannot be read.
    fn open(&self) -> io::Result<(Box<dyn Read + '_>, Option<u64>)>;

    /// Whether the same bytes can be read again.
    fn is_repeatable(&self) -> bool;
}

impl RequestBody for Vec<u8> {
    fn open(&self) -> io::Result<(Box<dyn Read + '_>, Option<u64>)> {
        let length = u64::try_from(self.len()).ok();
        Ok((Box::new(self.as_slice()), length))
    }

    fn is_repeatable(&self) -> bool {
        true
    }
}

impl ApiRequest {
    /// Takes the method, such as `POST`, and an `https` URL.
    ///
    /// # Errors
    ///
    /// The URL is malformed, or would send the token in clear.
    pub fn new(method: impl Into<String>, url: impl AsRef<str>) -> Result<Self, Error> {
        let url = SecureUrl::new(url.as_ref());
        let url = url.map_err(|error| Error::invalid(Parameter::Url, error))?;
        Ok(Self {
            method: method.into(),
            url,
            headers: Vec::new(),
            body: None,
            retries: 0,
            idle_timeout: None,
            deadline: None,
        })
    }

    /// A `GET` of an `https` URL.
    ///
    /// # Errors
    ///
    /// Those of [`ApiRequest::new`].
    pub fn get(url: impl AsRef<str>) -> Result<Self, Error> {
        Self::new("GET", url)
    }

    /// A `POST` of this body to an `https` URL.
    ///
    /// # Errors
    ///
    /// Those of [`ApiRequest::new`].
    pub fn post(url: impl AsRef<str>, body: impl Into<Vec<u8>>) -> Result<Self, Error> {
        Ok(Self::new("POST", url)?.with_body(body.into()))
    }

    /// Sets a header, in place of one of the same name. Defaults to none.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        self.headers
            .retain(|(other, _)| !other.eq_ignore_ascii_case(&name));
        self.headers.push((name, Zeroizing::new(value.into())));
        self
    }

    /// Whether a header of this name is set, in any case.
    pub(crate) fn has_header(&self, name: &str) -> bool {
        let mut headers = self.headers.iter();
        headers.any(|(other, _)| other.eq_ignore_ascii_case(name))
    }

    /// Sets each of these headers, in place of one of the same name. Defaults to none.
    #[must_use]
    pub fn with_headers(self, headers: &ApiHeaders<'_>) -> Self {
        let headers = headers.iter();
        headers.fold(self, |request, (name, value)| {
            request.with_header(name, value)
        })
    }

    /// Sets the body. Defaults to none.
    #[must_use]
    pub fn with_body(mut self, body: impl RequestBody + 'static) -> Self {
        self.body = Some(Arc::new(body));
        self
    }

    /// Sets how often the request is repeated where the API is too busy or cannot be reached, if
    /// its method is idempotent (RFC 9110 section 9.2.2). Defaults to 0.
    #[must_use]
    pub const fn with_retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// Sets how long nothing may come or go. Defaults to the client's timeout.
    #[must_use]
    pub const fn with_idle_timeout(mut self, limit: Duration) -> Self {
        self.idle_timeout = Some(limit);
        self
    }

    /// Sets when the call must be over, but for the body of the answer. Defaults to never.
    #[must_use]
    pub const fn with_deadline(mut self, deadline: Option<Instant>) -> Self {
        self.deadline = deadline;
        self
    }

    /// What is left of the time, or an error where nothing is.
    pub(crate) fn time_left(&self) -> Result<Option<Duration>, Error> {
        let Some(deadline) = self.deadline else {
            return Ok(None);
        };
        match deadline.saturating_duration_since(Instant::now()) {
            Duration::ZERO => Err(Error::DeadlinePassed),
            left => Ok(Some(left)),
        }
    }

    pub(crate) fn is_body_repeatable(&self) -> bool {
        self.body.as_ref().is_none_or(|body| body.is_repeatable())
    }

    /// Fails where a header could not be sent.
    pub(crate) fn header_failure(name: &str, error: &tokenring_oauth::Error) -> Error {
        Error::invalid(
            Parameter::Header,
            Reason::new(format!("header {name}: {error}")),
        )
    }
}

impl fmt::Debug for ApiRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("ApiRequest")
            .field("method", &self.method)
            .field("host", &self.url.host())
            .field("headers", &names)
            .finish_non_exhaustive()
    }
}
