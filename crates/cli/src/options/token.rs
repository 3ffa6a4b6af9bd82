use std::path::Path;

use tokenring::{
    Client, ClientBuilder, ClockSkewPolicy, Error, GatewayFile, Parameter, Purpose, Target,
    ValueSource,
};
use tokenring_gateway::RequestRules;

use super::{
    AssertionOptions, CacheOptions, ConnectionOptions, Effective, GatewayOptions, KeyOptions,
    RequestOptions,
};
use crate::console::Console;
use crate::disclosure::NOT_SHOWN;
use crate::failure::{Failure, Result};
use crate::setting::{Origin, Setting};
use crate::settings::Settings;
use crate::words;

/// Everything that it takes to get tokens.
#[derive(Clone, Debug)]
pub(crate) struct TokenOptions {
    pub(crate) gateway: GatewayOptions,
    pub(crate) assertion: AssertionOptions,
    pub(crate) request: RequestOptions,
    pub(crate) key: KeyOptions,
    pub(crate) connection: ConnectionOptions,
    pub(crate) cache: CacheOptions,
}

impl Settings<'_> {
    pub(crate) fn token_options(&self) -> Result<TokenOptions> {
        Ok(TokenOptions {
            gateway: self.gateway_options()?,
            assertion: self.assertion_options()?,
            request: self.request_options()?,
            key: self.key_options()?,
            connection: self.connection_options()?,
            cache: self.cache_options()?,
        })
    }
}

impl TokenOptions {
    /// A client that tells what happens on the console.
    pub(crate) fn client(&self, purpose: Purpose, console: &Console) -> Result<Client> {
        let builder = self.builder(purpose, console)?;
        builder.build().map_err(|error| self.to_failure(&error))
    }

    /// Words an error, with the origin of the value at fault.
    pub(crate) fn to_failure(&self, error: &Error) -> Failure {
        let failure = words::error::to_failure(error, |parameter| self.origin(parameter));
        self.gateway.advise(error, failure)
    }

    /// The client ID, which has to be given.
    pub(crate) fn client_id(&self) -> Result<&str> {
        let id = self.assertion.client_id.as_ref();
        match id.map(|id| id.value().as_str()) {
            Some(id) if !id.is_empty() => Ok(id),
            _ => Err(self.to_failure(&Error::Missing {
                parameter: Parameter::ClientId,
                gateway: None,
            })),
        }
    }

    pub(crate) fn builder(&self, purpose: Purpose, console: &Console) -> Result<ClientBuilder> {
        let console = console.clone();
        let builder = ClientBuilder::default()
            .purpose(purpose)
            .on_event(move |event| words::event::tell(&event, &console));
        let builder = self.gateway.add_to_builder(builder);
        let builder = self.key.add_to_builder(builder)?;
        let builder = self.add_assertion(builder);
        let mut builder = self.add_cache(builder);
        for (name, value) in &self.request.parameters {
            builder = match value.value().strip_prefix('@') {
                Some(path) => {
                    let path = value.origin().resolve(Path::new(path));
                    let text = format!("{name}=@{}", path.display());
                    builder.set(Parameter::FormParameter, &text)
                }
                None => builder.parameter(name, value.value()),
            };
        }
        for (name, value) in &self.request.headers {
            let header = match value.value().trim().strip_prefix('@') {
                Some(path) => {
                    let path = value.origin().resolve(Path::new(path));
                    format!("{name}: @{}", path.display())
                }
                None => format!("{name}: {}", value.value()),
            };
            builder = builder.set(Parameter::Header, &header);
        }
        if self
            .request
            .send_client_id
            .as_ref()
            .is_some_and(|on| *on.value())
        {
            builder = builder.send_client_id();
        }
        if self.request.corrects_clock_skew() {
            builder = builder.clock_skew(ClockSkewPolicy::Correct);
        }
        Ok(self.connection.add_to_builder(builder))
    }

    fn add_assertion(&self, mut builder: ClientBuilder) -> ClientBuilder {
        let options = &self.assertion;
        if let Some(id) = &options.client_id {
            builder = builder.client_id(id.value());
            if was_given_as_api_key() {
                builder = builder.secret_client_id();
            }
        }
        if let Some(lifetime) = &options.lifetime {
            let seconds = lifetime.value().as_seconds();
            builder = builder.lifetime(std::time::Duration::from_secs(seconds));
        }
        if let Some(typ) = &options.typ {
            builder = builder.typ(typ.value());
        }
        if let Some(scope) = &options.scope {
            builder = builder.scope(scope.value());
        }
        for claim in &options.claims {
            builder = builder.claim(&claim.name, claim.value.value().clone());
        }
        builder.lint(options.holds_rules())
    }

    fn add_cache(&self, mut builder: ClientBuilder) -> ClientBuilder {
        let options = &self.cache;
        builder = builder
            .force_refresh(options.force_refresh)
            .min_ttl(options.minimum_lifetime());
        match &options.directory {
            _ if options.no_cache => builder.no_store(),
            Some(directory) => builder.cache_dir(directory.value()),
            None => builder,
        }
    }

    /// Where the value of a parameter comes from, if it was given.
    fn origin(&self, parameter: Parameter) -> Option<Origin> {
        fn of<T>(setting: Option<&Setting<T>>) -> Option<Origin> {
            setting.map(|setting| setting.origin().clone())
        }
        match parameter {
            Parameter::ClientId => of(self.assertion.client_id.as_ref()),
            Parameter::Lifetime => of(self.assertion.lifetime.as_ref()),
            Parameter::Typ => of(self.assertion.typ.as_ref()),
            Parameter::Scope => of(self.assertion.scope.as_ref()),
            Parameter::Claim => of(self.assertion.claims.first().map(|claim| &claim.value)),
            Parameter::FormParameter => of(first(&self.request.parameters)),
            Parameter::CacheDirectory => of(self.cache.directory.as_ref()),
            Parameter::MinimumLifetime => of(self.cache.minimum_lifetime.as_ref()),
            parameter => {
                let key = self.key.origin(parameter);
                key.or_else(|| self.gateway.origin(parameter))
                    .or_else(|| self.connection.origin(parameter))
            }
        }
    }

    /// Every value of a token request and where it comes from, with those that the client chose.
    pub(crate) fn effective(&self, client: &Client) -> Effective {
        let mut effective = self.of_request(Some(client));
        if !self.cache.no_cache {
            self.cache.add_directory(&mut effective);
        }
        self.cache.add_minimum(&mut effective);
        with_choices(effective, client, |_| true)
    }

    /// The same for an assertion alone.
    pub(crate) fn effective_of_assertion(&self, client: &Client) -> Effective {
        with_choices(self.of_assertion(), client, is_of_assertion)
    }

    /// The values of a call without a token.
    pub(crate) fn effective_of_call(&self, target: &Target) -> Effective {
        let mut effective = self.of_gateway();
        let default = Origin::Default("default".into());
        effective.add_default("gateway", target.gateway().name(), default);
        let origin = Origin::Gateway(target.gateway().name().into());
        effective.add_default("env", target.endpoint().environment(), origin);
        effective.add_given("client-id", self.assertion.client_id.as_ref());
        self.connection.add_to(&mut effective);
        effective
    }

    /// The values that an examination looks at, as far as they make a client.
    pub(crate) fn effective_of_examination(&self, client: Option<&Client>) -> Effective {
        let given = self.of_request(client);
        match client {
            Some(client) => with_choices(given, client, is_of_assertion),
            None => given,
        }
    }

    fn of_gateway(&self) -> Effective {
        let mut effective = Effective::default();
        effective.add_given("gateway", self.gateway.gateway.as_ref());
        effective.add_given("flow", self.gateway.flow.as_ref());
        effective.add_given("env", self.gateway.environment.as_ref());
        self.gateway.add_replacements(&mut effective);
        effective
    }

    fn of_assertion(&self) -> Effective {
        let mut effective = self.of_gateway();
        self.assertion.add_to(&mut effective);
        self.key.add_to(&mut effective);
        effective
    }

    /// The parameters that the gateway's file calls secret are not shown, whatever their names.
    fn of_request(&self, client: Option<&Client>) -> Effective {
        let rules = client.map(|client| client.target().gateway().request());
        let secrets = rules.map_or(&[][..], RequestRules::secret_parameters);
        let is_secret =
            |name: &String, value: &str| secrets.contains(name) && !value.starts_with('@');
        let parameters = self.request.parameters.iter().map(|(name, value)| {
            let value = match is_secret(name, value.value()) {
                true => Setting::new(NOT_SHOWN.into(), value.origin().clone()),
                false => value.clone(),
            };
            (name.clone(), value)
        });
        let parameters: Vec<_> = parameters.collect();
        let mut effective = self.of_assertion();
        effective.add_given("send-client-id", self.request.send_client_id.as_ref());
        effective.add_pairs("param", &parameters);
        effective.add_pairs("token-header", &self.request.headers);
        effective.add_given("clock-skew", self.request.clock_skew.as_ref());
        self.connection.add_to(&mut effective);
        effective
    }
}

fn is_of_assertion(parameter: Parameter) -> bool {
    parameter != Parameter::CacheDirectory
}

/// Adds what a client chose.
fn with_choices(
    mut effective: Effective,
    client: &Client,
    is_shown: impl Fn(Parameter) -> bool,
) -> Effective {
    let values = client.effective_values().iter();
    for value in values.filter(|value| is_shown(value.parameter)) {
        let origin = Origin::from(&value.source);
        effective.add_default(value.parameter.name(), &value.value, origin);
    }
    let default = Origin::Default("default".into());
    effective.add_default("no-lint", "false", default);
    effective
}

fn first(pairs: &[(String, Setting<String>)]) -> Option<&Setting<String>> {
    pairs.first().map(|(_, setting)| setting)
}

impl GatewayOptions {
    /// Words an error, with the origin of the value at fault.
    pub(crate) fn to_failure(&self, error: &Error) -> Failure {
        let failure = words::error::to_failure(error, |parameter| self.origin(parameter));
        self.advise(error, failure)
    }

    /// Says that an environment belongs to a gateway, where none was named.
    fn advise(&self, error: &Error, failure: Failure) -> Failure {
        let is_environment = error.parameter() == Some(Parameter::Environment);
        match is_environment && self.gateway.is_none() {
            true => failure.with_advice("name the gateway that it belongs to with --gateway"),
            false => failure,
        }
    }

    /// Where the value of a parameter comes from, if it was given.
    fn origin(&self, parameter: Parameter) -> Option<Origin> {
        let setting = match parameter {
            Parameter::Gateway => self.gateway.as_ref(),
            Parameter::Environment => self.environment.as_ref(),
            Parameter::Flow => self.flow.as_ref(),
            Parameter::Variable => first(&self.variables),
            Parameter::TokenUrl => {
                let url = self.token_url.as_ref();
                return url.map(|url| url.origin().clone());
            }
            Parameter::Issuer => self.issuer.as_ref(),
            Parameter::Audience => self.audience.as_ref(),
            Parameter::AssertionIssuer => self.assertion_issuer.as_ref(),
            Parameter::Subject => self.subject.as_ref(),
            _ => None,
        };
        setting.map(|setting| setting.origin().clone())
    }

    pub(crate) fn add_to_builder(&self, mut builder: ClientBuilder) -> ClientBuilder {
        if let Some(name) = &self.gateway {
            builder = builder.gateway(resolved(name));
        }
        if let Some(name) = &self.environment {
            builder = builder.environment(name.value());
        }
        if let Some(name) = &self.flow {
            builder = builder.flow(name.value());
        }
        for (name, value) in &self.variables {
            builder = builder.variable(name, value.value());
        }
        if let Some(url) = &self.token_url {
            builder = builder.token_url(url.value().as_str());
        }
        if let Some(issuer) = &self.issuer {
            builder = builder.issuer(issuer.value());
        }
        if let Some(audience) = &self.audience {
            builder = builder.audience(audience.value());
        }
        if let Some(issuer) = &self.assertion_issuer {
            builder = builder.assertion_issuer(issuer.value());
        }
        if let Some(subject) = &self.subject {
            builder = builder.subject(subject.value());
        }
        builder
    }
}

/// A gateway's name or, where it is a path, that from the folder of whoever named it.
pub(crate) fn resolved(name: &Setting<String>) -> String {
    match GatewayFile::is_path(name.value()) {
        true => {
            let path = name.origin().resolve(Path::new(name.value()));
            path.display().to_string()
        }
        false => name.value().clone(),
    }
}

impl From<&ValueSource> for Origin {
    fn from(source: &ValueSource) -> Self {
        match source {
            ValueSource::Given => Self::Argument,
            ValueSource::Gateway(name) => Self::Gateway(name.clone()),
            ValueSource::Environment {
                gateway,
                environment,
            } => Self::Gateway(format!("{gateway}, environment {environment}")),
            ValueSource::KeyIdScheme => Self::Default("--kid-scheme".into()),
            source => Self::Default(source.to_string().into()),
        }
    }
}

/// The parser of arguments doesn't tell by which of its names an option was given.
fn was_given_as_api_key() -> bool {
    std::env::args_os().any(|argument| {
        let argument = argument.as_encoded_bytes();
        argument == b"--api-key" || argument.starts_with(b"--api-key=")
    })
}
