use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::time::Duration;
use std::io::{self, Read};

use ureq::{Agent, AsSendBody, SendBody, http};
use zeroize::Zeroizing;

use super::UreqTransport;
use super::connector::RouteConnector;
use super::failure::{Failure, RequestBodyFailure};
use super::pace::Pace;
use super::proxy_check::ProxyLogin;
use super::resolver::HostResolver;
use crate::header::Headers;
use crate::sent_request::SentRequest;
use crate::{HttpRequest, HttpResponse, SecureUrl, TransportError};

/// The room for status line and headers of a response, in bytes.
const MAX_HEADER_SIZE: usize = 64 * 1024;

/// A limit of time that no clock overflows at.
const LONGEST: Duration = Duration::from_secs(366 * 86_400);

/// Resolving a name, and connecting with TLS, take no longer than this each.
pub(super) const LONGEST_CONNECT: Duration = Duration::from_secs(10);

/// A request but for its body.
pub(super) struct Exchange {
    pub(super) method: String,
    pub(super) url: SecureUrl,
    pub(super) headers: Headers,
    pub(super) limits: Limits,
    /// That of the response's body.
    pub(super) pace: Pace,
}

/// The time that an exchange may take.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// From the first step to the last byte of the response.
    pub(super) total: Option<Duration>,
    /// From one byte to the next, and for the headers and for the trailers as a whole.
    pub(super) idle: Duration,
}

impl Limits {
    pub(super) const fn total(total: Duration) -> Self {
        Self {
            total: Some(total),
            idle: total,
        }
    }
}

pub(super) enum RequestBody<'a> {
    None,
    Bytes(Zeroizing<Vec<u8>>),
    Borrowed(&'a [u8]),
    Reader(Box<dyn Read + 'a>, Option<u64>),
}

impl Exchange {
    pub(super) fn of(request: &HttpRequest, limits: Limits) -> Self {
        let mut headers = Headers::default();
        for (name, value) in request.headers() {
            headers.set_known(name, value);
        }
        Self {
            method: request.method().into(),
            url: request.secure_url().clone(),
            headers,
            limits,
            pace: Pace::default(),
        }
    }

    /// What an answer is compared with. The body is the caller's own business.
    pub(super) fn into_sent(self) -> Arc<SentRequest> {
        Arc::new(SentRequest {
            url: self.url,
            headers: self.headers,
            body: Zeroizing::default(),
            has_secret_client_id: false,
        })
    }
}

impl UreqTransport {
    /// What an error of this exchange will be told with.
    pub(super) fn failure(&self, exchange: &Exchange) -> Result<Failure, TransportError> {
        let proxy = self.proxy.of(&exchange.url)?;
        Ok(Failure::new(&exchange.url, proxy, exchange.limits))
    }

    pub(super) fn exchange(
        &self,
        exchange: &Exchange,
        body: RequestBody<'_>,
        failure: &Failure,
    ) -> Result<(HttpResponse, ureq::Body), TransportError> {
        let agent = self.agent(exchange, None)?;
        let result = match body {
            RequestBody::None => run(&agent, exchange, None, SendBody::none()),
            RequestBody::Bytes(bytes) => run(&agent, exchange, None, bytes.as_slice()),
            RequestBody::Borrowed(bytes) => run(&agent, exchange, None, bytes),
            RequestBody::Reader(reader, length) => {
                let mut reader = Measured {
                    reader,
                    remaining: length,
                };
                run(&agent, exchange, length, SendBody::from_reader(&mut reader))
            }
        };
        let (parts, body) = result
            .map_err(|error| failure.before_body(error))?
            .into_parts();
        let headers = parts
            .headers
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes());
                (name.as_str().to_string(), value.into_owned())
            })
            .collect();
        let head = HttpResponse::new(parts.status.as_u16(), headers, Vec::new())
            .with_http_1_0(parts.version == http::Version::HTTP_10);
        Ok((head, body))
    }

    /// An agent for one request: no connection is used twice, because a
    /// request on one that the server has just closed would be lost, and with
    /// it the assertion. It goes no further than the proxy if that is to be checked.
    pub(super) fn agent(
        &self,
        exchange: &Exchange,
        proxy_check: Option<ProxyLogin>,
    ) -> Result<Agent, TransportError> {
        let total = exchange.limits.total.map(|total| total.min(LONGEST));
        let idle = exchange.limits.idle.min(LONGEST);
        let connect = Some(idle.min(LONGEST_CONNECT));
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .allow_non_standard_methods(true)
            .accept_encoding("")
            .user_agent(self.user_agent.as_str())
            .max_response_header_size(MAX_HEADER_SIZE)
            .max_idle_connections(0)
            .max_idle_connections_per_host(0)
            // The connector goes through the proxy.
            .proxy(None)
            .timeout_global(total)
            .timeout_resolve(connect)
            .timeout_connect(connect)
            .timeout_send_request(Some(idle))
            .timeout_recv_response(Some(idle))
            .timeout_per_read(Some(idle))
            .timeout_per_write(Some(idle));
        let config = config.build();
        let proxy = self.proxy.of(&exchange.url)?.cloned();
        let resolver = HostResolver {
            is_proxied: proxy.is_some(),
        };
        let connector = RouteConnector {
            pace: exchange.pace.clone(),
            proxy,
            proxy_check,
            // What plain http would pay for and never use.
            tls: match exchange.url.is_https() {
                true => Some(self.tls_config(exchange.url.host())?),
                false => None,
            },
        };
        Ok(Agent::with_parts(config, connector, resolver))
    }
}

pub(super) fn run(
    agent: &Agent,
    exchange: &Exchange,
    length: Option<u64>,
    body: impl AsSendBody,
) -> Result<http::Response<ureq::Body>, ureq::Error> {
    let mut request = http::Request::builder()
        .method(exchange.method.as_str())
        .uri(exchange.url.as_str());
    for header in exchange.headers.iter() {
        let mut value = http::HeaderValue::from_str(header.secret_value())
            .map_err(|error| ureq::Error::Http(error.into()))?;
        value.set_sensitive(true);
        request = request.header(header.name(), value);
    }
    if let Some(length) = length {
        request = request.header(http::header::CONTENT_LENGTH, length);
    }
    agent.run(request.body(body)?)
}

/// A reader that gives as many bytes as were announced, or fails.
///
/// `ureq` would wait for the missing ones for ever.
struct Measured<R> {
    reader: R,
    remaining: Option<u64>,
}

impl<R: Read> Read for Measured<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = self.remaining.map_or(usize::MAX, |remaining| {
            usize::try_from(remaining).unwrap_or(usize::MAX)
        });
        let room = room.min(buffer.len());
        let Some(buffer) = buffer.get_mut(..room) else {
            return Ok(0);
        };
        if buffer.is_empty() {
            return Ok(0);
        }
        let read = loop {
            match self.reader.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(RequestBodyFailure::Unreadable(error).into()),
                Ok(read) => break read,
            }
        };
        if let Some(remaining) = &mut self.remaining {
            if read == 0 {
                return Err(RequestBodyFailure::TooShort.into());
            }
            *remaining = remaining.saturating_sub(u64::try_from(read).unwrap_or(u64::MAX));
        }
        Ok(read)
    }
}
