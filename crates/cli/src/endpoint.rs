//! The gateway that the settings name, and its environment.

use std::borrow::Cow;
use std::error::Error;
use std::path::Path;

use tokenring_gateway::{Endpoint, EndpointBuilder, Environment, Gateway};

use crate::ExitCode;
use crate::bounded_file;
use crate::failure::{Failure, Result};
use crate::options::{Effective, GatewayOptions};
use crate::setting::{Origin, Setting};

/// What the settings say of the gateway.
pub(crate) struct Target {
    pub(crate) gateway: Gateway,
    pub(crate) endpoint: Endpoint,
    /// Where values that the gateway gives come from.
    pub(crate) origin: Origin,
}

/// Which of a gateway's environments a name means: some APIs are called in one
/// and authenticated to in another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    GetToken,
    CallApi,
}

/// A gateway file is some kilobytes.
const LARGEST_FILE: u64 = 1024 * 1024;

impl Target {
    pub(crate) fn read(options: &GatewayOptions, purpose: Purpose) -> Result<Self> {
        Self::read_needing(options, purpose, |_, _| true)
    }

    /// As [`Target::read`] for one who needs a part of it: of variables that only the rest has
    /// there is an example where nobody gave a value.
    pub(crate) fn read_needing(
        options: &GatewayOptions,
        purpose: Purpose,
        is_needed: fn(&Gateway, &str) -> bool,
    ) -> Result<Self> {
        let name = gateway_name(options);
        let gateway = choose_flow(read_gateway(&name)?.gateway, options.flow.as_ref())?;
        let environment = options.environment.as_ref();
        let is_stated = options.gateway.is_some();
        let found = find_environment(&gateway, environment, purpose, is_stated)?;
        let origin = Origin::Gateway(format!("{}, environment {}", gateway.name(), found.name()));
        let mut builder = gateway.endpoint(found);
        for (name, value) in &options.variables {
            builder = builder.with_variable(name.as_str(), value.value().as_str());
        }
        if let Some(url) = &options.token_url {
            builder = builder.with_token_endpoint(url.value().clone());
        }
        if let Some(issuer) = &options.issuer {
            builder = builder.with_issuer(issuer.value().as_str());
        }
        if let Some(audience) = &options.audience {
            builder = builder.with_audience(audience.value().as_str());
        }
        if let Some(subject) = &options.subject {
            builder = builder.with_subject(subject.value().as_str());
        }
        let endpoint = build(builder, &gateway, is_needed)?;
        Ok(Self {
            endpoint,
            origin,
            gateway,
        })
    }

    /// The names of the variables that nobody gave a value, and that have an example's.
    pub(crate) fn open_variables(&self, options: &GatewayOptions) -> Vec<String> {
        let given = &options.variables;
        let filled = self.endpoint.variables();
        let variables = self.gateway.variables().iter();
        let open = variables.filter(|variable| {
            let is_it = |name: &str| name == variable.name();
            variable.default_value().is_none()
                && filled.iter().any(|(name, _)| is_it(name))
                && !given.iter().any(|(name, _)| is_it(name))
        });
        open.map(|variable| variable.name().to_owned()).collect()
    }

    /// Adds which gateway and environment these are, and what replaces its values.
    pub(crate) fn add_to(&self, options: &GatewayOptions, effective: &mut Effective) {
        effective.add_given("gateway", Some(&gateway_name(options)));
        let own = || Origin::Gateway(self.gateway.name().into());
        match (&options.flow, self.gateway.flow()) {
            (Some(_), _) => effective.add_given("flow", options.flow.as_ref()),
            (None, Some(flow)) => effective.add("flow", flow, own()),
            (None, None) => {}
        }
        match &options.environment {
            Some(_) => effective.add_given("env", options.environment.as_ref()),
            None => effective.add("env", self.endpoint.environment(), own()),
        }
        options.add_replacements(effective);
    }
}

/// Builds an endpoint; what is missing is told all at once.
fn build(
    mut builder: EndpointBuilder<'_>,
    gateway: &Gateway,
    is_needed: fn(&Gateway, &str) -> bool,
) -> Result<Endpoint> {
    use tokenring_gateway::Error;

    let mut missing: Option<Failure> = None;
    loop {
        let error = match builder.clone().build() {
            Ok(endpoint) => return missing.map_or(Ok(endpoint), Err),
            Err(error) => error,
        };
        let Error::MissingVariable { name, example, .. } = &error else {
            return Err(missing.unwrap_or_else(|| usage(&error)));
        };
        if is_needed(gateway, name) {
            missing = Some(match missing {
                None => usage(&error),
                Some(failure) => failure.with_advice(&format!("missing too: {name}")),
            });
        }
        // With a value of the right form the next that is missing can be found.
        let example = example.as_deref().unwrap_or("example");
        builder = builder.with_variable(name.as_str(), example);
    }
}

/// The gateway that is named, or the one for any server.
fn gateway_name(options: &GatewayOptions) -> Setting<String> {
    let default = || Setting::new("generic".into(), Origin::Default("default".into()));
    options.gateway.clone().unwrap_or_else(default)
}

/// A gateway, and the text that it was read from.
pub(crate) struct GatewayFile {
    pub(crate) gateway: Gateway,
    #[cfg_attr(
        not(feature = "diagnosis"),
        expect(dead_code, reason = "shown by `gateways` alone")
    )]
    pub(crate) text: Cow<'static, str>,
}

impl GatewayFile {
    /// Reads a file, which errors call by this name.
    pub(crate) fn open(path: &Path, name: &str) -> Result<Self> {
        let unusable = |error: &dyn Error| Failure::from_error(ExitCode::Configuration, error);
        let text = bounded_file::read_text(path, LARGEST_FILE).map_err(|error| {
            unusable(&error).while_doing(&format!("cannot read the gateway file {name}"))
        })?;
        let gateway = Gateway::parse(&text, name).map_err(|error| unusable(&error))?;
        Ok(Self {
            gateway,
            text: text.into(),
        })
    }
}

/// The gateway with the way of registering that is named, if one is.
pub(crate) fn choose_flow(gateway: Gateway, flow: Option<&Setting<String>>) -> Result<Gateway> {
    match flow {
        None => Ok(gateway),
        Some(flow) => flow
            .parse("flow", |flow| gateway.with_flow(flow))
            .map(Setting::into_value),
    }
}

/// A gateway by its name or, where that looks like a path, from its file.
pub(crate) fn read_gateway(name: &Setting<String>) -> Result<GatewayFile> {
    let looks_like_path = name.value().contains(['/', '\\', '.']);
    if looks_like_path {
        let path = name.origin().resolve(Path::new(name.value()));
        return GatewayFile::open(&path, name.value());
    }
    let gateway = name.parse("gateway", |name| Gateway::builtin(name))?;
    let text = Gateway::builtin_source(name.value()).unwrap_or_default();
    Ok(GatewayFile {
        gateway: gateway.into_value(),
        text: text.into(),
    })
}

fn find_environment<'g>(
    gateway: &'g Gateway,
    name: Option<&Setting<String>>,
    purpose: Purpose,
    gateway_is_stated: bool,
) -> Result<&'g Environment> {
    let find = |name| match purpose {
        Purpose::GetToken => gateway.environment(name),
        Purpose::CallApi => gateway.call_api_environment(name),
    };
    match name {
        None => find(None).map_err(|error| usage(&error)),
        Some(setting) => find(Some(setting.value())).map_err(|error| {
            let failure = Failure::invalid("env", setting, &error);
            if gateway_is_stated {
                return failure;
            }
            failure.with_advice("name the gateway that it belongs to with --gateway")
        }),
    }
}

/// Something that the caller has to add or correct.
pub(crate) fn usage(error: &tokenring_gateway::Error) -> Failure {
    use tokenring_gateway::Error;

    let failure = Failure::from_error(ExitCode::Usage, error);
    let advice = match error {
        Error::NoEnvironment { .. } => "the option is --env NAME",
        Error::NoTokenEndpoint { .. } => "the option is --token-url URL",
        Error::NoIssuer { .. } => "the option is --issuer URL",
        Error::MissingVariable { .. } | Error::UnknownVariable { .. } => {
            "the option is --var NAME=VALUE"
        }
        _ => return failure,
    };
    failure.with_advice(advice)
}
