//! From settings to an access token.

use std::time::Duration;

use tokenring_assertion::JwtId;
use tokenring_gateway::{AssertionPlan, ScopeRule};
use tokenring_jwk::ring;
use tokenring_oauth::{
    Clock, ErrorResponse, Retry, Retryable, SecureUrl, SystemClock, TokenEndpoint, TokenRequest,
    TokenResponse, TransportError, TransportErrorKind, UreqTransport,
};

use tokenring_token_cache::CacheKey;

use crate::ExitCode;
use crate::bounded_file;
use crate::clock::{self, Skew};
use crate::console::Console;
use crate::endpoint::{Target, usage};
use crate::failure::{Failure, Reason, Result, chain};
use crate::plan;
use crate::setting::{Origin, Setting};
use crate::settings::Settings;
use crate::signing::Key;

/// Everything that a token request is made of.
pub(crate) struct Client {
    target: Target,
    client_id: String,
    plan: AssertionPlan,
    key: Key,
    token_endpoint: TokenEndpoint,
    scope: Option<String>,
    parameters: Vec<(String, String)>,
}

impl Client {
    pub(crate) fn read(target: Target, settings: &Settings<'_>, console: &Console) -> Result<Self> {
        let client_id = read_client_id(settings)?;
        let from_gateway = || target.origin.clone();
        let token_endpoint = target
            .endpoint
            .token_endpoint()
            .map_err(|error| usage(&error))?;
        settings.note_default("token-url", token_endpoint.as_str(), from_gateway());
        let audience = target.endpoint.audience().map_err(|error| usage(&error))?;
        settings.note_default("audience", audience, from_gateway());
        let plan = plan::read(&target, &client_id, audience, settings)?;
        let key = Key::read(&target, settings, console)?;
        let scope = settings.text("scope")?;
        if let Some(scope) = &scope {
            if target.gateway.request().scope() == ScopeRule::Ignored {
                console.warning(format_args!(
                    "gateway {} takes no notice of a scope; {:?} is sent all the same",
                    target.gateway.name(),
                    scope.value()
                ));
            }
        }
        let own = settings.pairs("param")?;
        let mut parameters = target.endpoint.parameters().to_vec();
        parameters.retain(|(name, _)| !own.iter().any(|(other, _)| other == name));
        parameters.extend(
            own.into_iter()
                .map(|(name, value)| (name, value.into_value())),
        );
        Ok(Self {
            token_endpoint: token_endpoint.clone(),
            scope: scope.map(Setting::into_value),
            client_id,
            plan,
            key,
            parameters,
            target,
        })
    }

    /// Mints an assertion and exchanges it for an access token, once.
    pub(crate) fn get_token(
        &self,
        transport: &UreqTransport,
        time_left: Duration,
        skew: Skew,
        console: &Console,
    ) -> Result<TokenResponse, Refusal> {
        let request = self.token_request(skew).map_err(Refusal::Own)?;
        console.detail(format_args!(
            "Asking {} for an access token",
            self.token_endpoint.as_str()
        ));
        let response = request
            .send_within(transport, time_left)
            .map_err(Refusal::Request)?;
        if let Some(scope) = &self.scope {
            let missing: Vec<_> = response.missing_scope(scope).collect();
            if !missing.is_empty() {
                console.warning(format_args!(
                    "the gateway granted less scope than asked for; missing: {}",
                    tokenring_oauth::printable(&missing.join(" "))
                ));
            }
        }
        Ok(response)
    }

    /// What the token of this client depends on, all of it.
    pub(crate) fn cache_key(&self) -> CacheKey {
        let endpoint = &self.target.endpoint;
        let mut key = CacheKey::builder(self.token_endpoint.as_str(), &self.client_id)
            .with_gateway(self.target.gateway.name())
            .with_environment(endpoint.environment())
            .with_audience(self.plan.audience())
            .with_grant("client_credentials")
            .with_algorithm(self.key.algorithm())
            .with_key_thumbprint(&ring::thumbprint(self.key.public_key()));
        if let Some(issuer) = endpoint.issuer() {
            key = key.with_issuer(issuer);
        }
        if let Some(key_id) = self.key.key_id() {
            key = key.with_key_id(key_id);
        }
        if let Some(scope) = &self.scope {
            key = key.with_scope(scope);
        }
        for (name, value) in &self.parameters {
            key = key.with_parameter(name, value);
        }
        for (name, value) in self.plan.added_claims() {
            key = key.with_claim(name, value);
        }
        key.with_value("typ", self.plan.token_type().unwrap_or_default())
            .build()
    }

    pub(crate) const fn token_endpoint(&self) -> &TokenEndpoint {
        &self.token_endpoint
    }

    /// The signing input of an assertion that is made now and not sent.
    pub(crate) fn sample(&self) -> Result<tokenring_assertion::SigningInput> {
        let jwt_id = JwtId::random().map_err(|error| unexpected(&error))?;
        self.plan
            .signing_input(
                clock::now()?,
                jwt_id,
                self.key.algorithm(),
                self.key.key_id(),
            )
            .map_err(|error| unusable_claims(&error))
    }

    /// The form of the token request without its assertion.
    pub(crate) fn form(&self) -> Vec<(&str, &str)> {
        let mut form = vec![("grant_type", "client_credentials")];
        if self.target.gateway.request().sends_client_id() {
            form.push(("client_id", &self.client_id));
        }
        form.extend(self.scope.as_deref().map(|scope| ("scope", scope)));
        form.extend(
            self.parameters
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        form
    }

    fn token_request(&self, skew: Skew) -> Result<TokenRequest> {
        let jwt_id = JwtId::random().map_err(|error| unexpected(&error))?;
        let assertion = self
            .plan
            .sign(skew.correct(clock::now()?), jwt_id, &self.key.signer()?)
            .map_err(|error| match error {
                tokenring_assertion::Error::Sign(_) => {
                    Failure::from_error(ExitCode::Signing, &error)
                }
                error => unusable_claims(&error),
            })?;
        let mut request = TokenRequest::client_credentials(&self.token_endpoint, assertion);
        if self.target.gateway.request().sends_client_id() {
            request = request.with_client_id(&self.client_id);
        }
        if let Some(scope) = &self.scope {
            request = request.with_scope(scope);
        }
        for (name, value) in &self.parameters {
            request = request
                .with_parameter(name, value)
                .map_err(|error| Failure::usage(format!("--param {name:?}: {}", chain(&error))))?;
        }
        Ok(request)
    }

    /// Words what went wrong, and adds what the server's clock says.
    pub(crate) fn word(&self, reason: &Refusal) -> Failure {
        let error = match reason {
            Refusal::Own(failure) => return failure.clone(),
            Refusal::Request(error) => error,
        };
        let step = format!("token endpoint {}", self.token_endpoint.as_str());
        match error {
            tokenring_oauth::Error::Transport(error) => unreachable(error).while_doing(&step),
            tokenring_oauth::Error::Refused(response) => {
                Failure::new(ExitCode::Refused, refusal(response))
                    .while_doing(&format!("{step} refused"))
            }
            error => Failure::from_error(ExitCode::Refused, error).while_doing(&step),
        }
    }
}

/// Why there is no token.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// For a reason on this side.
    Own(Failure),
    /// For what the request met.
    Request(tokenring_oauth::Error),
}

impl Refusal {
    /// How far the clocks are apart, where a server's answer tells.
    pub(crate) fn skew(&self) -> Option<Skew> {
        match self {
            Self::Request(tokenring_oauth::Error::Refused(response)) => Skew::of(response),
            _ => None,
        }
    }
}

impl Retryable for Refusal {
    fn retry(&self) -> Retry {
        match self {
            Self::Own(_) => Retry::Never,
            Self::Request(error) => error.retry(),
        }
    }
}

/// Words a connection that failed, with the option that mends it.
pub(crate) fn unreachable(error: &TransportError) -> Failure {
    let failure = Failure::from_error(ExitCode::Unreachable, error);
    match error.kind() {
        TransportErrorKind::UntrustedAuthority => failure.with_advice("--ca-cert FILE adds one"),
        TransportErrorKind::TimedOut => failure.with_advice("--timeout SECONDS sets it"),
        _ => failure,
    }
}

fn refusal(response: &ErrorResponse) -> String {
    match Skew::of(response) {
        None => response.to_string(),
        Some(skew) => format!(
            "{response}; {}: set it right, or reckon with it by --clock-skew auto",
            skew.describe()
        ),
    }
}

/// Chance, to spread over time what would otherwise come all at once.
pub(crate) fn random() -> u64 {
    SystemClock::new().random()
}

pub(crate) fn read_client_id(settings: &Settings<'_>) -> Result<String> {
    match settings.text("client-id")? {
        Some(id) if !id.value().is_empty() => Ok(id.into_value()),
        _ => Err(Failure::usage(
            "the client identifier is missing; give it as --client-id (or --api-key) ID",
        )),
    }
}

/// The transport that the settings ask for; the time-out is for the whole of one
/// token request.
pub(crate) fn transport(settings: &Settings<'_>) -> Result<UreqTransport> {
    let mut transport = UreqTransport::new().with_timeout(timeout(settings)?);
    if let Some(path) = settings.path("ca-cert")? {
        let pem = bounded_file::read(path.value(), LARGEST_CA_FILE).map_err(|error| {
            let reason = Reason::new(format!("cannot read {}: {error}", path.value().display()));
            Failure::invalid("ca-cert", &path, &reason)
        })?;
        transport = transport
            .with_ca_certificates_pem(&pem)
            .map_err(|error| Failure::invalid("ca-cert", &path, &error))?;
    }
    Ok(transport)
}

/// More than all public authorities take together.
const LARGEST_CA_FILE: u64 = 4 * 1024 * 1024;

/// Seconds that a token request may take when nobody says.
const TIMEOUT: Duration = Duration::from_secs(30);
/// A day: more than anybody waits, and less than overflows a clock.
const LONGEST_TIMEOUT: u64 = 24 * 60 * 60;

pub(crate) fn timeout(settings: &Settings<'_>) -> Result<Duration> {
    let Some(text) = settings.text("timeout")? else {
        settings.note(
            "timeout",
            &TIMEOUT.as_secs(),
            Origin::Default("default".into()),
        );
        return Ok(TIMEOUT);
    };
    let seconds = text.parse("timeout", |text| match text.parse() {
        Ok(seconds @ 1..=LONGEST_TIMEOUT) => Ok(seconds),
        _ => Err(Reason::new(format!(
            "a time-out is a whole number of seconds, 1 to {LONGEST_TIMEOUT}"
        ))),
    })?;
    Ok(Duration::from_secs(seconds.into_value()))
}

pub(crate) fn unusable_claims(error: &tokenring_assertion::Error) -> Failure {
    Failure::from_error(ExitCode::Usage, error).while_doing("--claim")
}

pub(crate) fn unexpected(error: &dyn std::error::Error) -> Failure {
    Failure::from_error(ExitCode::Unexpected, error)
}

/// A URL from the settings that something is sent to.
pub(crate) fn read_url(settings: &Settings<'_>) -> Result<SecureUrl> {
    let Some(url) = settings.text("url")? else {
        return Err(Failure::usage(
            "the API's URL is missing; give it as --url https://HOST/PATH",
        ));
    };
    url.parse("url", |url| SecureUrl::new(url))
        .map(Setting::into_value)
}
