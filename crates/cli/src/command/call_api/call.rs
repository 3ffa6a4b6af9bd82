use std::thread;
use std::time::Duration;

use tokenring_oauth::{
    ApiRequest, ApiResponse, Retry, RetryPolicy, Retryable, SecureUrl, TransportError,
    UreqTransport, printable,
};
use tokenring_token_store::Token;

use super::body::Body;
use super::headers::Headers;
use super::limits::Limits;
use crate::ExitCode;
use crate::connection;
use crate::console::Console;
use crate::explanation::Explanation;
use crate::failure::{Failure, Result};
use crate::options::Effective;
use crate::tokens::Tokens;

/// A request, and all that is needed to send it, perhaps more than once.
pub(super) struct Call {
    pub(super) method: String,
    pub(super) url: SecureUrl,
    pub(super) headers: Headers,
    pub(super) body: Body,
    pub(super) credentials: Credentials,
    pub(super) transport: UreqTransport,
    pub(super) timeout: Duration,
    /// How often it is repeated where the API is too busy or not there.
    pub(super) retries: u32,
    pub(super) limits: Limits,
}

pub(super) enum Credentials {
    Tokens(Box<Tokens>),
    /// They stand in the header of this name.
    InHeader(String),
    None,
}

/// How many redirects are followed within the API's origin.
const REDIRECTS: u32 = 10;
/// Methods that can be sent again without doing anything twice (RFC 9110 section
/// 9.2.2).
const IDEMPOTENT: &[&str] = &["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"];

impl Call {
    /// Finds what is wrong with the request as it stands.
    pub(super) fn check(&self) -> Result<()> {
        self.request(&self.method, &self.url, true).map(|_| ())
    }

    /// Sends the request until there is an answer to show.
    pub(super) fn send(&self, console: &Console) -> Result<ApiResponse> {
        let mut token = match &self.credentials {
            Credentials::Tokens(tokens) => Some(
                tokens
                    .obtain(console)
                    .map_err(|failure| self.limits.explain(failure))?,
            ),
            _ => None,
        };
        let mut method = self.method.clone();
        let mut url = self.url.clone();
        let mut with_body = true;
        let (mut attempts, mut redirects, mut renewed) = (1, 0, false);
        loop {
            console.detail(format_args!("Calling {method} {}", url.as_str()));
            let sent = self.send_once(&method, &url, with_body, token.as_ref());
            self.limits.time_left()?;
            if let Some(pause) = self.pause(attempts, &sent) {
                if let Some(reason) = self.once_only(&method, with_body) {
                    console.say(format_args!(
                        "The API is not ready, and --retry leaves it at that: {reason}."
                    ));
                    return sent.map_err(|error| error.into_failure(&url));
                }
                console.say(format_args!(
                    "The API is not ready; trying again in {} s.",
                    pause.as_secs_f32().ceil()
                ));
                let left = self.limits.time_left()?;
                thread::sleep(left.map_or(pause, |left| left.min(pause)));
                attempts += 1;
                continue;
            }
            let response = sent.map_err(|error| error.into_failure(&url))?;
            let can_repeat = !with_body || self.body.is_repeatable();
            if let (Credentials::Tokens(tokens), Some(old), false) =
                (&self.credentials, &token, renewed)
            {
                if is_token_refused(&response) {
                    if !can_repeat {
                        renew_for_the_next(tokens, old, console);
                        return Ok(response);
                    }
                    console.say("The API did not take the token; trying once with a new one.");
                    let new = tokens.replace(old.access_token(), console);
                    token = Some(new.map_err(|failure| self.limits.explain(failure))?);
                    renewed = true;
                    continue;
                }
            }
            let Some(next) = self.redirect(&response, &url, console) else {
                return Ok(response);
            };
            redirects += 1;
            if redirects > REDIRECTS {
                return Err(Failure::new(
                    ExitCode::Unreachable,
                    format!("API {}: more than {REDIRECTS} redirects", self.url.as_str()),
                ));
            }
            // RFC 9110 section 15.4: 303 asks for the result of what was done, and
            // what follows a POST on 301 or 302 is a GET everywhere by now.
            match response.status() {
                303 if method != "HEAD" => (method, with_body) = ("GET".into(), false),
                301 | 302 if method == "POST" => (method, with_body) = ("GET".into(), false),
                _ if !can_repeat => return Ok(response),
                _ => {}
            }
            url = next;
        }
    }

    fn send_once(
        &self,
        method: &str,
        url: &SecureUrl,
        with_body: bool,
        token: Option<&Token>,
    ) -> Result<ApiResponse, Unsent> {
        let mut request = self.request(method, url, with_body).map_err(Unsent::Own)?;
        if let Some(left) = self.limits.time_left().map_err(Unsent::Own)? {
            request = request.with_timeout(left);
        }
        if let Some(token) = token {
            request = request.with_bearer_token(token.access_token());
        }
        if with_body {
            let deadline = self.limits.deadline;
            request = self.body.put_into(request, deadline).map_err(Unsent::Own)?;
        }
        self.transport.open(request).map_err(Unsent::Transport)
    }

    /// The request, yet without token and body.
    fn request<'r>(
        &self,
        method: &str,
        url: &SecureUrl,
        with_body: bool,
    ) -> Result<ApiRequest<'r>> {
        let mut request = ApiRequest::new(method, url)
            .map_err(|error| Failure::from_error(ExitCode::Usage, &error))?
            .with_idle_timeout(self.timeout);
        for (name, value) in self.headers.iter() {
            if !with_body && describes_body(name) {
                continue;
            }
            request = request
                .with_header(name, value)
                .map_err(|error| Failure::usage(format!("header {name}: {error}")))?;
        }
        Ok(request)
    }

    /// Why the request cannot be sent again, if it cannot.
    fn once_only(&self, method: &str, with_body: bool) -> Option<String> {
        if !IDEMPOTENT.contains(&method) {
            return Some(format!("a {method} that is sent twice may be done twice"));
        }
        let is_gone = with_body && !self.body.is_repeatable();
        is_gone.then(|| "a body that comes by a pipe is there once".into())
    }

    /// How long to wait before the request is sent again, where another attempt
    /// may help.
    fn pause(&self, attempts: u32, sent: &Result<ApiResponse, Unsent>) -> Option<Duration> {
        let retry = match sent {
            Ok(response) => match (response.status(), response.retry_after()) {
                (429 | 502..=504, Some(wait)) => Retry::After(wait),
                (429 | 502..=504, None) => Retry::AfterPause,
                _ => Retry::Never,
            },
            Err(Unsent::Transport(error)) => error.retry(),
            Err(Unsent::Own(_)) => Retry::Never,
        };
        let policy = RetryPolicy::new().with_attempts(self.retries.saturating_add(1));
        policy.pause_after(attempts, retry, connection::random())
    }

    /// Where the answer leads, if that is within the origin of the request.
    fn redirect(
        &self,
        response: &ApiResponse,
        from: &SecureUrl,
        console: &Console,
    ) -> Option<SecureUrl> {
        if !matches!(response.status(), 301 | 302 | 303 | 307 | 308) {
            return None;
        }
        let location = response.header("location")?;
        let next = from.join(location).filter(|next| next.is_same_origin(from));
        if next.is_none() {
            console.warning(format_args!(
                "the API redirects to {}, which is another origin and is not followed",
                printable(&response.words_to_show(location))
            ));
        }
        next
    }

    pub(super) fn explain(&self, effective: &Effective) -> Result<ExitCode> {
        let mut explanation = Explanation::new(effective);
        let mut lines = vec![format!("{} {}", self.method, self.url.as_str())];
        let mut secret = None;
        match &self.credentials {
            Credentials::Tokens(tokens) => {
                explanation.token_request(tokens.client())?;
                lines.push("Authorization: Bearer (the access token)".into());
            }
            Credentials::InHeader(name) => secret = Some(name.as_str()),
            Credentials::None => {}
        }
        lines.extend(self.headers.iter().map(|(name, value)| {
            if secret.is_some_and(|secret| secret.eq_ignore_ascii_case(name)) {
                return format!("{name}: (not shown)");
            }
            format!("{name}: {}", explanation.value(name, value))
        }));
        lines.extend(self.body.describe());
        explanation.section("API request, not sent", lines);
        explanation.print()?;
        Ok(ExitCode::Success)
    }
}

/// Why there is no answer.
enum Unsent {
    Own(Failure),
    Transport(TransportError),
}

impl Unsent {
    fn into_failure(self, url: &SecureUrl) -> Failure {
        match self {
            Self::Own(failure) => failure,
            Self::Transport(error) => {
                connection::unreachable(&error).while_doing(&format!("API {}", url.as_str()))
            }
        }
    }
}

/// Whether the API says that the token is expired or invalid (RFC 6750 section
/// 3.1).
fn is_token_refused(response: &ApiResponse) -> bool {
    response.status() == 401
        && response
            .headers()
            .filter(|(name, _)| name.eq_ignore_ascii_case("www-authenticate"))
            .any(|(_, value)| has_error(value, "invalid_token"))
}

/// Whether a challenge states this error, quoted or not (RFC 9110 section 11.2).
fn has_error(challenge: &str, error: &str) -> bool {
    let mut challenge = challenge.to_ascii_lowercase();
    challenge.retain(|character| !matches!(character, ' ' | '\t' | '"'));
    challenge.split(',').any(|parameter| {
        parameter.strip_prefix("bearer").unwrap_or(parameter) == format!("error={error}")
    })
}

/// Renews a token that an API did not take, where the call itself is over.
fn renew_for_the_next(tokens: &Tokens, old: &Token, console: &Console) {
    console.say(
        "The API did not take the token. The body cannot be sent again; the next call gets a \
         new token.",
    );
    // The API's answer is what the caller came for, whatever becomes of this.
    if let Err(failure) = tokens.replace(old.access_token(), console) {
        console.warning(failure);
    }
}

/// Whether a header says something of the body (RFC 9110 section 8).
fn describes_body(name: &str) -> bool {
    const PREFIX: &str = "content-";
    name.get(..PREFIX.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}
