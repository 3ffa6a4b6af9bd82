//! From settings to an access token.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokenring_assertion::{JwtId, Lifetime, NumericDate};
use tokenring_gateway::{AssertionPlan, ScopeRule};
use tokenring_jwk::Signer;
use tokenring_oauth::{
    ErrorResponse, SecureUrl, TokenEndpoint, TokenRequest, TokenResponse, TransportError,
    TransportErrorKind, UreqTransport,
};

use crate::ExitCode;
use crate::console::Console;
use crate::endpoint::{Target, usage};
use crate::failure::{Failure, Reason, Result, chain};
use crate::settings::{Origin, Setting, Settings, claim_value};
use crate::signing::{self, Key};

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
        let plan = read_plan(&target, &client_id, audience, settings)?;
        let key = signing::read(&target, settings, console)?;
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

    /// Mints an assertion and exchanges it for an access token.
    pub(crate) fn get_token(
        &self,
        transport: &UreqTransport,
        console: &Console,
    ) -> Result<TokenResponse> {
        let request = self.token_request()?;
        console.detail(format_args!(
            "Asking {} for an access token",
            self.token_endpoint.as_str()
        ));
        let response = request
            .send(transport)
            .map_err(|error| self.failure(&error))?;
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

    pub(crate) const fn token_endpoint(&self) -> &TokenEndpoint {
        &self.token_endpoint
    }

    /// The signing input of an assertion that is made now and not sent.
    pub(crate) fn sample(&self) -> Result<tokenring_assertion::SigningInput> {
        let jwt_id = JwtId::random().map_err(|error| unexpected(&error))?;
        self.plan
            .signing_input(now()?, jwt_id, self.key.algorithm(), self.key.key_id())
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

    fn token_request(&self) -> Result<TokenRequest> {
        let jwt_id = JwtId::random().map_err(|error| unexpected(&error))?;
        let assertion = self
            .plan
            .sign(now()?, jwt_id, &self.key)
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

    /// Words an error of the token request, and adds what the server's clock says.
    fn failure(&self, error: &tokenring_oauth::Error) -> Failure {
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

/// Words a connection that failed, with the option that mends it.
pub(crate) fn unreachable(error: &TransportError) -> Failure {
    let failure = Failure::from_error(ExitCode::Unreachable, error);
    match error.kind() {
        TransportErrorKind::UntrustedAuthority => failure.with_advice("--ca-cert FILE adds one"),
        TransportErrorKind::TimedOut => failure.with_advice("--timeout SECONDS sets it"),
        _ => failure,
    }
}

/// How far the clocks may be apart before it is worth a word, in seconds.
const CLOCK_SKEW: u64 = 5;

fn refusal(response: &ErrorResponse) -> String {
    let mut text = response.to_string();
    if let (Some(server), Ok(local)) = (response.date(), now()) {
        let (server, local) = (server.as_seconds(), local.as_seconds());
        let skew = local.abs_diff(server);
        if skew > CLOCK_SKEW {
            let way = if local > server { "ahead of" } else { "behind" };
            text.push_str(&format!(
                "; this machine's clock is {skew} s {way} the server's: set it right"
            ));
        }
    }
    text
}

/// The time, as the machine's clock has it.
pub(crate) fn now() -> Result<NumericDate> {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => Ok(NumericDate::from_seconds(since.as_secs())),
        Err(_) => Err(Failure::new(
            ExitCode::Configuration,
            "this machine's clock is before 1970; set it right",
        )),
    }
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
        let pem = std::fs::read(path.value()).map_err(|error| {
            let reason = Reason::new(format!("cannot read {}: {error}", path.value().display()));
            Failure::invalid("ca-cert", &path, &reason)
        })?;
        transport = transport
            .with_ca_certificates_pem(&pem)
            .map_err(|error| Failure::invalid("ca-cert", &path, &error))?;
    }
    Ok(transport)
}

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

fn read_plan(
    target: &Target,
    client_id: &str,
    audience: &str,
    settings: &Settings<'_>,
) -> Result<AssertionPlan> {
    let rules = target.gateway.assertion();
    let mut plan = AssertionPlan::new(rules, client_id, audience);
    let mut effective = rules.lifetime();
    if let Some(text) = settings.text("lifetime")? {
        let lifetime = text.parse("lifetime", |text| match text.parse() {
            Ok(seconds) => {
                Lifetime::from_seconds(seconds).map_err(|error| Reason::new(chain(&error)))
            }
            Err(_) => Err(Reason::new("a lifetime is a whole number of seconds")),
        })?;
        if let Some(maximum) = rules.maximum_lifetime() {
            if *lifetime.value() > maximum {
                let reason = Reason::new(format!(
                    "gateway {} takes {maximum} at most",
                    target.gateway.name()
                ));
                return Err(Failure::invalid("lifetime", &lifetime, &reason));
            }
        }
        effective = lifetime.into_value();
        plan = plan.with_lifetime(effective);
    }
    settings.note_default(
        "lifetime",
        &effective.as_seconds().to_string(),
        target.origin.clone(),
    );
    match settings.text("typ")? {
        Some(token_type) if token_type.value().is_empty() => plan = plan.without_token_type(),
        Some(token_type) => plan = plan.with_token_type(token_type.into_value()),
        None => {
            settings.note(
                "typ",
                rules.typ().unwrap_or("(none)"),
                target.origin.clone(),
            );
        }
    }
    for (name, text) in settings.pairs("claim")? {
        let value = text.parse("claim", |text| claim_value(text))?;
        plan = plan.with_claim(name, value.into_value());
    }
    // Claims that have a place of their own are found here, before any key is read.
    let jwt_id = JwtId::random().map_err(|error| unexpected(&error))?;
    plan.claims(NumericDate::from_seconds(0), jwt_id)
        .map_err(|error| unusable_claims(&error))?;
    Ok(plan)
}

fn unusable_claims(error: &tokenring_assertion::Error) -> Failure {
    Failure::from_error(ExitCode::Usage, error).while_doing("--claim")
}

fn unexpected(error: &dyn std::error::Error) -> Failure {
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
