use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;
use std::io::{self, Read};

use tokenring_assertion::DpopProof;
use zeroize::Zeroizing;

use super::exchange::{Exchange, Limits, RequestBody};
use super::pace::Pace;
use crate::header::{Headers, is_token_byte};
use crate::http_request::IDENTITY;
use crate::{AccessToken, Error, HttpRequest, SecureUrl};

/// A request to an API, for [`UreqTransport::open`](super::UreqTransport::open).
///
/// `Debug` shows method, URL and header names: header values may be secrets.
pub struct ApiRequest<'a> {
    exchange: Exchange,
    body: RequestBody<'a>,
}

impl<'a> ApiRequest<'a> {
    /// Starts a request without a body.
    ///
    /// Any method that HTTP allows is taken, in the case given.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidMethod`]; also for `CONNECT`, which makes a tunnel and
    /// no request.
    pub fn new(method: &str, url: &SecureUrl) -> Result<Self, Error> {
        let is_token = !method.is_empty() && method.bytes().all(is_token_byte);
        if !is_token || method == "CONNECT" {
            return Err(Error::InvalidMethod);
        }
        let mut headers = Headers::default();
        headers.set_known(IDENTITY.0, IDENTITY.1);
        Ok(Self {
            exchange: Exchange {
                method: method.into(),
                url: url.clone(),
                headers,
                limits: Limits {
                    total: None,
                    idle: Duration::from_secs(60),
                },
                pace: Pace::default(),
            },
            // These announce a body, be it an empty one (RFC 9110 section 8.6).
            body: match method {
                "POST" | "PUT" | "PATCH" => RequestBody::Bytes(Zeroizing::default()),
                _ => RequestBody::None,
            },
        })
    }

    /// Sets a header, in place of one with the same name.
    ///
    /// Defaults to `Accept-Encoding: identity`. Whoever accepts another coding gets the body as it
    /// comes; else one that comes in gzip all the same is decompressed.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidHeaderName`], [`Error::InvalidHeaderValue`],
    /// [`Error::ReservedHeader`] for one that frames the message.
    pub fn with_header(mut self, name: &str, value: &str) -> Result<Self, Error> {
        self.exchange.headers.set(name, value)?;
        Ok(self)
    }

    /// Sets `Authorization` to this token
    /// ([RFC 6750 section 2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1)).
    #[must_use]
    pub fn with_bearer_token(mut self, token: &AccessToken) -> Self {
        let value = Zeroizing::new(format!("Bearer {}", token.secret()));
        self.exchange.headers.set_known("Authorization", &value);
        self
    }

    /// Sets `Authorization` to this token, which is bound to a key, and shows the key
    /// ([RFC 9449 section 7.1](https://www.rfc-editor.org/rfc/rfc9449#section-7.1)).
    #[must_use]
    pub fn with_bound_token(mut self, token: &AccessToken, proof: &DpopProof) -> Self {
        let value = Zeroizing::new(format!("DPoP {}", token.secret()));
        self.exchange.headers.set_known("Authorization", &value);
        self.exchange
            .headers
            .set_known(DpopProof::HEADER, proof.secret());
        self
    }

    /// Sets the body. Defaults to none, and an empty one for `POST`, `PUT` and
    /// `PATCH`.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = RequestBody::Bytes(Zeroizing::new(body.into()));
        self
    }

    /// Sets a body that is read while it is sent.
    ///
    /// With a length in bytes, no more than that is read, and less is an
    /// error; without one, the body is sent in chunks (RFC 9112 section 7.1).
    #[must_use]
    pub fn with_body_reader(mut self, body: impl Read + 'a, length: Option<u64>) -> Self {
        self.body = RequestBody::Reader(Box::new(body), length);
        self
    }

    /// Limits the time from the first step to the last byte of the response.
    /// Defaults to no limit.
    ///
    /// Cannot interrupt a body reader that blocks.
    #[must_use]
    pub const fn with_timeout(mut self, total: Duration) -> Self {
        self.exchange.limits.total = Some(total);
        self
    }

    /// Limits the time from one byte of the response's body to the next, the
    /// time for its headers and the time for its trailers, whatever the server
    /// sends meanwhile. Defaults to 60 seconds.
    #[must_use]
    pub const fn with_idle_timeout(mut self, idle: Duration) -> Self {
        self.exchange.limits.idle = idle;
        self
    }

    /// The request as plain data, for an HTTP client of another kind. A body that streams is read
    /// here.
    ///
    /// # Errors
    ///
    /// The body cannot be read, or is shorter than its length says.
    pub fn into_http(self) -> io::Result<HttpRequest> {
        let (exchange, body) = self.into_exchange();
        let mut bytes = Zeroizing::new(Vec::new());
        match body {
            RequestBody::None => {}
            RequestBody::Bytes(body) => bytes = body,
            RequestBody::Borrowed(body) => bytes.extend_from_slice(body),
            RequestBody::Reader(mut reader, None) => {
                reader.read_to_end(&mut bytes)?;
            }
            RequestBody::Reader(reader, Some(length)) => {
                let read = reader.take(length).read_to_end(&mut bytes)?;
                if u64::try_from(read).is_ok_and(|read| read < length) {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
        }
        let Exchange {
            method,
            url,
            headers,
            ..
        } = exchange;
        Ok(HttpRequest::new(method, &url, headers, bytes))
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.exchange.method
    }

    /// The URL.
    #[must_use]
    pub const fn url(&self) -> &SecureUrl {
        &self.exchange.url
    }

    pub(super) fn into_exchange(self) -> (Exchange, RequestBody<'a>) {
        (self.exchange, self.body)
    }
}

impl fmt::Debug for ApiRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers = &self.exchange.headers;
        let names: Vec<&str> = headers.iter().map(|header| header.name()).collect();
        f.debug_struct("ApiRequest")
            .field("method", &self.exchange.method)
            .field("url", &self.exchange.url.as_str())
            .field("headers", &names)
            .finish_non_exhaustive()
    }
}
