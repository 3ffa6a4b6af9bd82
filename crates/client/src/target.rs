//! The gateway that is named, and its environment.

use std::sync::Arc;

use tokenring_gateway::{Endpoint, EndpointBuilder, Environment, Gateway};
use tokenring_oauth::TokenEndpoint;

use crate::error::Reason;
use crate::options::GatewayOptions;
use crate::{ChosenGateway, EffectiveValue, Error, GatewayFile, Parameter, Purpose, ValueSource};

/// A gateway, one of its environments, and what was given in place of their values.
#[derive(Clone, Debug)]
pub struct Target {
    gateway: Gateway,
    endpoint: Endpoint,
    open_variables: Vec<String>,
    chosen: ChosenGateway,
}

/// What stands for any authorization server.
const ANY_GATEWAY: &str = "generic";

impl Target {
    pub(crate) fn resolve(options: &GatewayOptions) -> Result<Self, Error> {
        Self::resolve_needing(options, |_, _| true)
    }

    /// As [`Target::resolve`] for one who needs a part of it: variables that only the rest has get
    /// an example's value where nobody gave one.
    pub(crate) fn resolve_needing(
        options: &GatewayOptions,
        is_needed: fn(&Gateway, &str) -> bool,
    ) -> Result<Self, Error> {
        let gateway = find_gateway(options)?;
        let environment = find_environment(&gateway, options)?;
        let mut builder = gateway.endpoint(environment);
        for (name, value) in &options.variables {
            builder = builder.with_variable(name, value);
        }
        if let Some(url) = &options.token_url {
            let url = TokenEndpoint::new(url);
            let url = url.map_err(|error| Error::invalid(Parameter::TokenUrl, error))?;
            check_token_url(url.as_str())?;
            builder = builder.with_token_endpoint(url);
        }
        if let Some(issuer) = &options.issuer {
            check_issuer(issuer)?;
            builder = builder.with_issuer(issuer);
        }
        if let Some(audience) = &options.audience {
            check_audience(audience)?;
            builder = builder.with_audience(audience);
        }
        if let Some(issuer) = &options.assertion_issuer {
            builder = builder.with_assertion_issuer(issuer);
        }
        if let Some(subject) = &options.subject {
            builder = builder.with_subject(subject);
        }
        let (endpoint, open_variables) = build(builder, &gateway, is_needed)?;
        Ok(Self {
            gateway,
            endpoint,
            open_variables,
            chosen: options.into(),
        })
    }

    /// The gateway.
    #[must_use]
    pub const fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// The environment, with every variable filled in.
    #[must_use]
    pub const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The names of the variables that have an example's value, as nobody gave one; see
    /// [`ClientBuilder::target_needing`](crate::ClientBuilder::target_needing).
    #[must_use]
    pub fn open_variables(&self) -> &[String] {
        &self.open_variables
    }

    /// How the gateway was chosen.
    #[must_use]
    pub const fn chosen(&self) -> &ChosenGateway {
        &self.chosen
    }

    /// Where values come from that the gateway gives.
    pub(crate) fn source(&self) -> ValueSource {
        ValueSource::Environment {
            gateway: self.gateway.name().to_owned(),
            environment: self.endpoint.environment().to_owned(),
        }
    }

    /// The error that a variable has no value.
    pub(crate) fn missing_variable(&self, name: &str) -> Error {
        let mut variables = self.gateway.variables().iter();
        let described = variables.find(|variable| variable.name() == name);
        incomplete(tokenring_gateway::Error::MissingVariable {
            gateway: self.gateway.name().to_owned(),
            name: name.to_owned(),
            description: described.map_or("", |it| it.description()).to_owned(),
            example: described.and_then(|it| it.example()).map(str::to_owned),
        })
    }

    pub(crate) fn url(&self) -> Result<&TokenEndpoint, Error> {
        self.endpoint.token_endpoint().map_err(incomplete)
    }

    /// The values that the gateway was asked for in place of the caller.
    pub(crate) fn effective(&self, options: &GatewayOptions) -> Vec<EffectiveValue> {
        let own = |name: &str| ValueSource::Gateway(name.to_owned());
        let mut values = Vec::new();
        if options.name.is_none() {
            let name = self.gateway.name();
            values.push(EffectiveValue::new(
                Parameter::Gateway,
                name,
                ValueSource::Default,
            ));
        }
        if options.environment.is_none() {
            let source = own(self.gateway.name());
            let name = self.endpoint.environment();
            values.push(EffectiveValue::new(Parameter::Environment, name, source));
        }
        if let (None, Some(flow)) = (&options.flow, self.gateway.flow()) {
            let source = own(self.gateway.name());
            values.push(EffectiveValue::new(Parameter::Flow, flow, source));
        }
        if let (None, Ok(url)) = (&options.token_url, self.endpoint.token_endpoint()) {
            values.push(EffectiveValue::new(
                Parameter::TokenUrl,
                url.as_str(),
                self.source(),
            ));
        }
        if let (None, Ok(audience)) = (&options.audience, self.endpoint.audience()) {
            let audience = match audience {
                "" => "(none)",
                audience => audience,
            };
            values.push(EffectiveValue::new(
                Parameter::Audience,
                audience,
                self.source(),
            ));
        }
        values
    }
}

/// A gateway by its name or, where that looks like a path, from its file.
fn find_gateway(options: &GatewayOptions) -> Result<Gateway, Error> {
    let name = options.name.as_deref().unwrap_or(ANY_GATEWAY);
    let gateway = GatewayFile::find(name)?.into_gateway();
    match &options.flow {
        None => Ok(gateway),
        Some(flow) => {
            let gateway = gateway.with_flow(flow);
            gateway.map_err(|error| Error::invalid(Parameter::Flow, error))
        }
    }
}

fn find_environment<'g>(
    gateway: &'g Gateway,
    options: &GatewayOptions,
) -> Result<&'g Environment, Error> {
    let name = options.environment.as_deref();
    let found = match options.purpose {
        Purpose::GetToken | Purpose::MakeAssertion => gateway.environment(name),
        Purpose::CallApi => gateway.call_api_environment(name),
    };
    found.map_err(|error| match name {
        None => incomplete(error),
        Some(_) => Error::invalid(Parameter::Environment, error),
    })
}

/// Refuses what people take for the token endpoint.
fn check_token_url(url: &str) -> Result<(), Error> {
    if !url.contains("/.well-known/") {
        return Ok(());
    }
    let reason = Reason::new(
        "this is the server's metadata; give the URL that stands there as token_endpoint",
    );
    Err(Error::invalid(Parameter::TokenUrl, reason))
}

/// Refuses the text of a JSON list, which no server has for a name.
fn check_audience(audience: &str) -> Result<(), Error> {
    if !audience.trim_start().starts_with('[') {
        return Ok(());
    }
    let reason = Reason::new("an audience is one text and not a list; give the one that is meant");
    Err(Error::invalid(Parameter::Audience, reason))
}

fn check_issuer(issuer: &str) -> Result<(), Error> {
    let authority = issuer.split_once("://").map(|(_, rest)| rest);
    let authority = authority.and_then(|rest| rest.split(['/', '?', '#']).next());
    match authority {
        Some(authority) if authority.contains('@') => {
            let reason =
                Reason::new("a URL with a user name or password is not taken; leave that out");
            Err(Error::invalid(Parameter::Issuer, reason))
        }
        _ => Ok(()),
    }
}

/// Builds an endpoint, with the names of what got an example's value; everything that is missing is
/// named at once.
fn build(
    mut builder: EndpointBuilder<'_>,
    gateway: &Gateway,
    is_needed: fn(&Gateway, &str) -> bool,
) -> Result<(Endpoint, Vec<String>), Error> {
    use tokenring_gateway::Error as GatewayError;

    let mut first: Option<GatewayError> = None;
    let mut also_missing = Vec::new();
    let mut open = Vec::new();
    loop {
        let error = match (builder.clone().build(), first.take()) {
            (Ok(endpoint), None) => return Ok((endpoint, open)),
            (Err(error @ GatewayError::MissingVariable { .. }), kept) => {
                first = kept;
                error
            }
            (_, Some(error)) | (Err(error), None) => {
                return Err(Error::Gateway {
                    source: Arc::new(error),
                    also_missing,
                });
            }
        };
        let GatewayError::MissingVariable { name, example, .. } = &error else {
            return Err(incomplete(error));
        };
        // With a value of the right form the next one that is missing can be found.
        let example = example.as_deref().unwrap_or("example");
        builder = builder.with_variable(name.as_str(), example);
        if !is_needed(gateway, name) {
            open.push(name.clone());
            continue;
        }
        if first.is_some() {
            also_missing.push(name.clone());
        } else {
            first = Some(error);
        }
    }
}

/// Something that the caller has to add or correct.
pub(crate) fn incomplete(error: tokenring_gateway::Error) -> Error {
    Error::Gateway {
        source: Arc::new(error),
        also_missing: Vec::new(),
    }
}
