//! The course of an API call: what is sent next, whoever sends it.

mod answer;
mod proofs;

use std::io::Read;
use std::time::Duration;

use tokenring_assertion::DpopProof;
use tokenring_oauth::{
    ApiRequest as HttpRequest, Clock, Retry, RetryPolicy, Retryable, SecureUrl, SystemClock,
    TransportError,
};
use tokenring_token_store::{Lookup, Source, Token};

pub(crate) use self::answer::Answer;
use self::answer::names_error;
use self::proofs::rejects_proof;
use crate::api_request::ApiRequest;
use crate::client::Client;
use crate::connection::Connection;
use crate::event::Listener;
use crate::request_plan::shown_url;
use crate::token_binding::{Dpop, TokenBinding};
use crate::{Error, Event};

/// How many redirects are followed within the API's origin.
const REDIRECTS: u32 = 10;
/// Methods that can be sent again without doing anything twice (RFC 9110 section 9.2.2).
const IDEMPOTENT: &[&str] = &["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"];

pub(crate) struct Course<'c> {
    request: &'c ApiRequest,
    listener: &'c Listener,
    /// What the gateway wants in addition to a token.
    token_headers: &'c [(String, String)],
    /// How long nothing may come or go.
    idle: Duration,
    /// How long a token request may take.
    token_timeout: Duration,
    step: Step,
    held: Option<HeldToken>,
    /// How the token is bound, where it may be.
    binding: Option<&'c Dpop>,
    has_new_proof: bool,
    attempts: u32,
    redirects: u32,
}

/// A body and its length in bytes, if that is known.
type OpenBody<'c> = (Box<dyn Read + 'c>, Option<u64>);

/// What is to be done next.
pub(crate) enum Next<R> {
    Send,
    /// And then send.
    Pause(Duration),
    /// Replace this token, and then send.
    Replace(Token),
    /// Replace this token for later, and return the answer.
    ReplaceForNextCall(Token, R),
    Return(R),
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

impl<'c> Course<'c> {
    /// Begins a call, unless its request could not be sent.
    pub(crate) fn begin(
        request: &'c ApiRequest,
        connection: &Connection,
        listener: &'c Listener,
    ) -> Result<Self, Error> {
        let course = Self {
            request,
            listener,
            token_headers: &[],
            idle: request.idle_timeout.unwrap_or(connection.timeout),
            token_timeout: connection.timeout,
            step: Step {
                method: request.method.clone(),
                url: request.url.clone(),
                with_body: true,
            },
            held: None,
            binding: None,
            has_new_proof: false,
            attempts: 1,
            redirects: 0,
        };
        course.head()?;
        Ok(course)
    }

    /// Sends these headers with the token, unless the caller has set them.
    pub(crate) const fn with_token_headers(mut self, headers: &'c [(String, String)]) -> Self {
        self.token_headers = headers;
        self
    }

    /// What to look for when the call needs a token.
    pub(crate) fn lookup(&self, client: &Client) -> Result<Lookup, Error> {
        let lookup = client.lookup();
        Ok(match self.request.time_left()? {
            Some(left) => lookup.with_timeout(left.min(self.token_timeout)),
            None => lookup,
        })
    }

    /// Uses this token, and has it be bound like this.
    pub(crate) fn hold(&mut self, (token, source): (Token, Source), binding: &'c TokenBinding) {
        self.binding = binding.dpop();
        self.held = Some(HeldToken {
            token,
            is_new: source == Source::Fetch,
            is_replaced: false,
        });
    }

    /// Uses this token in place of the one that was rejected.
    pub(crate) fn replace(&mut self, token: Token) {
        if let Some(held) = &mut self.held {
            held.token = token;
            held.is_replaced = true;
        }
    }

    /// Tells of what became of a token for the next call: the answer is what the caller came for.
    pub(crate) fn tell_of_renewal(&self, result: Result<Token, Error>) {
        if let Err(error) = result {
            self.listener.tell(|| Event::RenewalFailed(error));
        }
    }

    /// What failed, or that the time was over.
    pub(crate) fn explain(&self, error: Error) -> Error {
        self.request.time_left().err().unwrap_or(error)
    }

    pub(crate) fn tell_of_call(&self) {
        self.listener.tell(|| Event::Calling {
            method: self.step.method.clone(),
            url: shown_url(self.step.url.as_str()),
        });
    }

    /// The request with its token, yet without body.
    pub(crate) fn http<'r>(&self, proof: Option<&DpopProof>) -> Result<HttpRequest<'r>, Error> {
        let mut http = self.head()?;
        if let Some(left) = self.request.time_left()? {
            http = http.with_timeout(left);
        }
        if let Some(held) = &self.held {
            let token = held.token.access_token();
            http = match proof {
                Some(proof) => http.with_bound_token(token, proof),
                None => http.with_bearer_token(token),
            };
            for (name, value) in self.token_headers {
                if !self.request.has_header(name) {
                    http = http
                        .with_header(name, value)
                        .map_err(|error| ApiRequest::header_failure(name, &error))?;
                }
            }
        }
        Ok(http)
    }

    /// The body and its length, if one is sent.
    pub(crate) fn body(&self) -> Result<Option<OpenBody<'c>>, Error> {
        match (&self.request.body, self.step.with_body) {
            (Some(body), true) => {
                let opened = body.open();
                opened.map(Some).map_err(|source| Error::RequestBody {
                    source: std::sync::Arc::new(source),
                })
            }
            _ => Ok(None),
        }
    }

    /// What the body is read from, if one is sent.
    #[cfg(feature = "async")]
    pub(crate) fn body_source(&self) -> Option<std::sync::Arc<dyn crate::RequestBody>> {
        let body = self.request.body.clone();
        body.filter(|_| self.step.with_body)
    }

    /// How long a whole exchange may take.
    #[cfg(feature = "async")]
    pub(crate) fn time_limit(&self) -> Result<Duration, Error> {
        Ok(self.request.time_left()?.unwrap_or(self.idle))
    }

    /// What follows from an answer, or from none.
    pub(crate) fn answered<R: Answer>(
        &mut self,
        sent: Result<R, TransportError>,
    ) -> Result<Next<R>, Error> {
        self.request.time_left()?;
        if let Some(pause) = self.pause(&sent) {
            if !self.may_repeat() {
                return sent
                    .map(Next::Return)
                    .map_err(|error| self.unreachable(error));
            }
            self.listener.tell(|| Event::ApiBusy { pause });
            let left = self.request.time_left()?;
            self.attempts += 1;
            return Ok(Next::Pause(left.map_or(pause, |left| left.min(pause))));
        }
        let response = sent.map_err(|error| self.unreachable(error))?;
        let can_repeat = !self.step.with_body || self.request.is_body_repeatable();
        if self.wants_new_proof(&response) && can_repeat {
            self.has_new_proof = true;
            return Ok(Next::Send);
        }
        if let Some(held) = &self.held {
            if held.is_rejected_by(&response) {
                self.listener.tell(|| Event::TokenRejected {
                    is_repeated: can_repeat,
                });
                let old = held.token.clone();
                return Ok(match can_repeat {
                    true => Next::Replace(old),
                    false => Next::ReplaceForNextCall(old, response),
                });
            }
        }
        let Some(next) = self.redirect(&response) else {
            #[cfg(feature = "diagnosis")]
            self.explain_challenge(&response);
            return Ok(Next::Return(response));
        };
        self.redirects += 1;
        if self.redirects > REDIRECTS {
            return Err(Error::TooManyRedirects {
                url: shown_url(self.request.url.as_str()),
                followed: REDIRECTS,
            });
        }
        if !self.step.follow(response.status(), next) && !can_repeat {
            return Ok(Next::Return(response));
        }
        Ok(Next::Send)
    }

    /// The request without token and body.
    fn head<'r>(&self) -> Result<HttpRequest<'r>, Error> {
        let mut http = HttpRequest::new(&self.step.method, &self.step.url)
            .map_err(|error| Error::invalid(crate::Parameter::Method, error))?
            .with_idle_timeout(self.idle);
        for (name, value) in &self.request.headers {
            if self.step.with_body || !describes_body(name) {
                http = http
                    .with_header(name, value)
                    .map_err(|error| ApiRequest::header_failure(name, &error))?;
            }
        }
        Ok(http)
    }

    /// Whether the request can be sent again; its listener is told why not.
    fn may_repeat(&self) -> bool {
        let is_idempotent = IDEMPOTENT.contains(&self.step.method.as_str());
        let is_there = !self.step.with_body || self.request.is_body_repeatable();
        if !is_idempotent || !is_there {
            let method = (!is_idempotent).then(|| self.step.method.clone());
            self.listener.tell(|| Event::NotRepeated { method });
        }
        is_idempotent && is_there
    }

    /// How long to wait before the request is sent again, where that may help.
    fn pause<R: Answer>(&self, sent: &Result<R, TransportError>) -> Option<Duration> {
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
        policy.pause_after(self.attempts, retry, SystemClock::new().random())
    }

    /// Where the answer leads, if that is within the origin of the request.
    fn redirect(&self, response: &impl Answer) -> Option<SecureUrl> {
        if !matches!(response.status(), 301 | 302 | 303 | 307 | 308) {
            return None;
        }
        let from = &self.step.url;
        let mut headers = response.headers();
        let (_, location) = headers.find(|(name, _)| name.eq_ignore_ascii_case("location"))?;
        let next = from.join(location).filter(|next| next.is_same_origin(from));
        if next.is_none() {
            self.listener.tell(|| Event::RedirectNotFollowed {
                location: response.words_to_show(location),
            });
        }
        next
    }

    fn unreachable(&self, error: TransportError) -> Error {
        Error::ApiUnreachable {
            url: shown_url(self.step.url.as_str()),
            source: std::sync::Arc::new(error),
        }
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
    /// Whether the token goes with proofs.
    fn is_bound(&self) -> bool {
        TokenBinding::is_bound(self.token.token_type())
    }

    /// Whether an answer rejects the token, and a new one may do better (RFC 6750 section 3.1).
    fn is_rejected_by(&self, response: &impl Answer) -> bool {
        response.status() == 401
            && !self.is_replaced
            && !(self.is_bound() && rejects_proof(response))
            && (!self.is_new || names_error(response, "invalid_token"))
    }
}

/// Whether a header says something of the body (RFC 9110 section 8).
fn describes_body(name: &str) -> bool {
    const PREFIX: &str = "content-";
    name.get(..PREFIX.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}
