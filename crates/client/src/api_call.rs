//! A call of an API: with a token, repeated where that is safe, redirected within its origin.

use std::fmt;
use std::thread;
use std::time::Duration;

use tokenring_oauth::{
    ApiRequest as HttpRequest, ApiResponse, Clock, Retry, RetryPolicy, Retryable, SecureUrl,
    SystemClock, TransportError,
};
use tokenring_token_store::{Source, Token};

use crate::api_request::ApiRequest;
use crate::client::Client;
use crate::connection::Connection;
use crate::event::Listener;
use crate::request_plan::shown_url;
use crate::{Error, Event};

/// How many redirects are followed within the API's origin.
const REDIRECTS: u32 = 10;
/// Methods that can be sent again without doing anything twice (RFC 9110 section 9.2.2).
const IDEMPOTENT: &[&str] = &["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"];

impl Client {
    /// Calls an API with a token, and gives its answer, whatever the status.
    ///
    /// - A 401 to a token that was not requested for this very call, or that says
    ///   `invalid_token`, replaces the token and repeats the call once, if its body can be sent
    ///   again.
    /// - A redirect is followed within the origin; the token goes to no other.
    /// - [`ApiRequest::with_retries`] repeats what is idempotent when the API is busy.
    ///
    /// # Errors
    ///
    /// Those of [`Client::token`]; [`Error::ApiUnreachable`] if the API does not answer.
    pub fn call(&self, request: &ApiRequest) -> Result<ApiResponse, Error> {
        let core = &self.inner().core;
        ApiCall {
            request,
            connection: &core.connection,
            listener: &core.listener,
            client: Some(self),
        }
        .run()
    }
}

/// Calls APIs without a token: open ones, or by an API key in a header.
#[derive(Clone)]
pub struct ApiClient {
    connection: Connection,
    listener: Listener,
}

impl ApiClient {
    pub(crate) const fn new(connection: Connection, listener: Listener) -> Self {
        Self {
            connection,
            listener,
        }
    }

    /// Calls an API as [`Client::call`] does, without a token.
    ///
    /// # Errors
    ///
    /// [`Error::ApiUnreachable`] if the API does not answer.
    pub fn call(&self, request: &ApiRequest) -> Result<ApiResponse, Error> {
        ApiCall {
            request,
            connection: &self.connection,
            listener: &self.listener,
            client: None,
        }
        .run()
    }
}

impl fmt::Debug for ApiClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiClient").finish_non_exhaustive()
    }
}

struct ApiCall<'c> {
    request: &'c ApiRequest,
    connection: &'c Connection,
    listener: &'c Listener,
    /// Has the tokens, if the call needs one.
    client: Option<&'c Client>,
}

/// What is sent now, after redirects.
struct Step {
    method: String,
    url: SecureUrl,
    with_body: bool,
}

/// The token in use, and whether it may be replaced.
struct HeldToken {
    token: Token,
    is_new: bool,
    is_replaced: bool,
}

impl ApiCall<'_> {
    pub(crate) fn run(&self) -> Result<ApiResponse, Error> {
        let request = self.request;
        let mut step = Step {
            method: request.method.clone(),
            url: request.url.clone(),
            with_body: true,
        };
        // What the caller has to correct is found before a token is requested.
        self.http(&step)?;
        let mut held = match self.client {
            Some(client) => Some(self.obtain(client)?),
            None => None,
        };
        let (mut attempts, mut redirects) = (1, 0);
        loop {
            self.listener.tell(|| Event::Calling {
                method: step.method.clone(),
                url: shown_url(step.url.as_str()),
            });
            let sent = self.send(&step, held.as_ref())?;
            request.time_left()?;
            if let Some(pause) = self.pause(attempts, &sent) {
                if !self.may_repeat(&step) {
                    return sent.map_err(|error| unreachable(error, &step.url));
                }
                self.listener.tell(|| Event::ApiBusy { pause });
                let left = request.time_left()?;
                thread::sleep(left.map_or(pause, |left| left.min(pause)));
                attempts += 1;
                continue;
            }
            let response = sent.map_err(|error| unreachable(error, &step.url))?;
            let can_repeat = !step.with_body || request.is_body_repeatable();
            if let (Some(client), Some(old)) = (self.client, &mut held) {
                if old.is_rejected_by(&response) {
                    self.listener.tell(|| Event::TokenRejected {
                        is_repeated: can_repeat,
                    });
                    if !can_repeat {
                        // The API's answer is what the caller came for, whatever becomes of this.
                        if let Err(error) = client.replace(&old.token) {
                            self.listener.tell(|| Event::RenewalFailed(error));
                        }
                        return Ok(response);
                    }
                    let new = client.replace(&old.token);
                    old.token = new.map_err(|error| self.explain(error))?;
                    old.is_replaced = true;
                    continue;
                }
            }
            let Some(next) = self.redirect(&response, &step.url) else {
                return Ok(response);
            };
            redirects += 1;
            if redirects > REDIRECTS {
                let url = shown_url(request.url.as_str());
                return Err(Error::TooManyRedirects {
                    url,
                    followed: REDIRECTS,
                });
            }
            if !step.follow(response.status(), next) && !can_repeat {
                return Ok(response);
            }
        }
    }

    fn obtain(&self, client: &Client) -> Result<HeldToken, Error> {
        let lookup = client.lookup();
        let lookup = match self.request.time_left()? {
            Some(left) => lookup.with_timeout(left.min(self.connection.timeout)),
            None => lookup,
        };
        let (token, source) = client
            .obtain(&lookup)
            .map_err(|error| self.explain(error))?;
        Ok(HeldToken {
            token,
            is_new: source == Source::Fetch,
            is_replaced: false,
        })
    }

    /// What failed, or that the time was over.
    fn explain(&self, error: Error) -> Error {
        self.request.time_left().err().unwrap_or(error)
    }

    fn send(
        &self,
        step: &Step,
        held: Option<&HeldToken>,
    ) -> Result<Result<ApiResponse, TransportError>, Error> {
        let mut http = self.http(step)?;
        if let Some(left) = self.request.time_left()? {
            http = http.with_timeout(left);
        }
        if let Some(held) = held {
            http = http.with_bearer_token(held.token.access_token());
        }
        if let (Some(body), true) = (&self.request.body, step.with_body) {
            let opened = body.open();
            let (reader, length) = opened.map_err(|source| Error::RequestBody {
                source: std::sync::Arc::new(source),
            })?;
            http = http.with_body_reader(reader, length);
        }
        Ok(self.connection.api.open(http))
    }

    /// The request, yet without token and body.
    fn http<'r>(&self, step: &Step) -> Result<HttpRequest<'r>, Error> {
        let idle = self.request.idle_timeout.unwrap_or(self.connection.timeout);
        let mut http = HttpRequest::new(&step.method, &step.url)
            .map_err(|error| Error::invalid(crate::Parameter::Method, error))?
            .with_idle_timeout(idle);
        for (name, value) in &self.request.headers {
            if step.with_body || !describes_body(name) {
                http = http
                    .with_header(name, value)
                    .map_err(|error| ApiRequest::header_failure(name, &error))?;
            }
        }
        Ok(http)
    }

    /// Whether the request can be sent again; its listener is told why not.
    fn may_repeat(&self, step: &Step) -> bool {
        let is_idempotent = IDEMPOTENT.contains(&step.method.as_str());
        let is_there = !step.with_body || self.request.is_body_repeatable();
        if !is_idempotent || !is_there {
            let method = (!is_idempotent).then(|| step.method.clone());
            self.listener.tell(|| Event::NotRepeated { method });
        }
        is_idempotent && is_there
    }

    /// How long to wait before the request is sent again, where that may help.
    fn pause(&self, attempts: u32, sent: &Result<ApiResponse, TransportError>) -> Option<Duration> {
        let retry = match sent {
            Ok(response) => match (response.status(), response.retry_after()) {
                (429 | 502..=504, Some(wait)) => Retry::After(wait),
                (429 | 502..=504, None) => Retry::AfterPause,
                _ => Retry::Never,
            },
            Err(error) => error.retry(),
        };
        let attempts_at_most = self.request.retries.saturating_add(1);
        let policy = RetryPolicy::new().with_attempts(attempts_at_most);
        policy.pause_after(attempts, retry, SystemClock::new().random())
    }

    /// Where the answer leads, if that is within the origin of the request.
    fn redirect(&self, response: &ApiResponse, from: &SecureUrl) -> Option<SecureUrl> {
        if !matches!(response.status(), 301 | 302 | 303 | 307 | 308) {
            return None;
        }
        let location = response.header("location")?;
        let next = from.join(location).filter(|next| next.is_same_origin(from));
        if next.is_none() {
            self.listener.tell(|| Event::RedirectNotFollowed {
                location: response.words_to_show(location),
            });
        }
        next
    }
}

impl Step {
    /// Goes where an answer leads; whether that makes it a request without body.
    ///
    /// RFC 9110 section 15.4: 303 asks for the result of what was done, and what follows a POST on
    /// 301 or 302 is a GET everywhere by now.
    fn follow(&mut self, status: u16, next: SecureUrl) -> bool {
        let becomes_get = match status {
            303 => self.method != "HEAD",
            301 | 302 => self.method == "POST",
            _ => false,
        };
        if becomes_get {
            self.method = "GET".into();
            self.with_body = false;
        }
        self.url = next;
        becomes_get
    }
}

impl HeldToken {
    /// Whether an answer rejects the token, and a new one may do better (RFC 6750 section 3.1).
    fn is_rejected_by(&self, response: &ApiResponse) -> bool {
        response.status() == 401
            && !self.is_replaced
            && (!self.is_new || names_invalid_token(response))
    }
}

fn names_invalid_token(response: &ApiResponse) -> bool {
    let mut challenges = response
        .headers()
        .filter(|(name, _)| name.eq_ignore_ascii_case("www-authenticate"));
    challenges.any(|(_, value)| has_error(value, "invalid_token"))
}

/// Whether a challenge states this error, quoted or not (RFC 9110 section 11.2).
fn has_error(challenge: &str, error: &str) -> bool {
    let mut challenge = challenge.to_ascii_lowercase();
    challenge.retain(|character| !matches!(character, ' ' | '\t' | '"'));
    challenge.split(',').any(|parameter| {
        parameter.strip_prefix("bearer").unwrap_or(parameter) == format!("error={error}")
    })
}

/// Whether a header says something of the body (RFC 9110 section 8).
fn describes_body(name: &str) -> bool {
    const PREFIX: &str = "content-";
    name.get(..PREFIX.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}

fn unreachable(error: TransportError, url: &SecureUrl) -> Error {
    Error::ApiUnreachable {
        url: shown_url(url.as_str()),
        source: std::sync::Arc::new(error),
    }
}
