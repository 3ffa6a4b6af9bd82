//! The gateway that is named, and its environment.

use std::borrow::Cow;
use std::error::Error;
use std::path::Path;

use tokenring::{ClientBuilder, Target};
use tokenring_gateway::Gateway;

use crate::ExitCode;
use crate::bounded_file;
use crate::failure::Failure;
use crate::failure::Result;
use crate::options::{Effective, GatewayOptions};
use crate::setting::{Origin, Setting};

/// A gateway file is some kilobytes.
const LARGEST_FILE: u64 = 1024 * 1024;

/// The gateway and environment that are named, for a command that needs a part of it: variables
/// that only the rest has get an example's value where nobody gave one.
pub(crate) fn target(
    options: &GatewayOptions,
    is_needed: fn(&Gateway, &str) -> bool,
) -> Result<Target> {
    let builder = options.add_to_builder(ClientBuilder::default());
    builder
        .target_needing(is_needed)
        .map_err(|error| options.to_failure(&error))
}

/// The names of the variables that nobody gave a value, and that have an example's.
pub(crate) fn open_variables(target: &Target, options: &GatewayOptions) -> Vec<String> {
    let given = &options.variables;
    let filled = target.endpoint().variables();
    let variables = target.gateway().variables().iter();
    let open = variables.filter(|variable| {
        let is_it = |name: &str| name == variable.name();
        variable.default_value().is_none()
            && filled.iter().any(|(name, _)| is_it(name))
            && !given.iter().any(|(name, _)| is_it(name))
    });
    open.map(|variable| variable.name().to_owned()).collect()
}

/// Where values come from that the environment gives.
pub(crate) fn origin(target: &Target) -> Origin {
    let (gateway, environment) = (target.gateway().name(), target.endpoint().environment());
    Origin::Gateway(format!("{gateway}, environment {environment}"))
}

/// Adds which gateway and environment these are, and what replaces their values.
pub(crate) fn add_to(target: &Target, options: &GatewayOptions, effective: &mut Effective) {
    let gateway = target.gateway();
    let default = || Setting::new("generic".to_owned(), Origin::Default("default".into()));
    let name = options.gateway.clone().unwrap_or_else(default);
    effective.add_given("gateway", Some(&name));
    let own = || Origin::Gateway(gateway.name().into());
    match (&options.flow, gateway.flow()) {
        (Some(_), _) => effective.add_given("flow", options.flow.as_ref()),
        (None, Some(flow)) => effective.add("flow", flow, own()),
        (None, None) => {}
    }
    match &options.environment {
        Some(_) => effective.add_given("env", options.environment.as_ref()),
        None => effective.add("env", target.endpoint().environment(), own()),
    }
    options.add_replacements(effective);
}

/// A gateway, and the text that it was read from.
pub(crate) struct GatewayFile {
    pub(crate) gateway: Gateway,
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
#[cfg(feature = "mock-gateway")]
pub(crate) fn choose_flow(gateway: Gateway, flow: Option<&Setting<String>>) -> Result<Gateway> {
    match flow {
        None => Ok(gateway),
        Some(flow) => flow
            .parse("flow", |flow| gateway.with_flow(flow))
            .map(Setting::into_value),
    }
}

/// Whether a gateway is named by its file.
pub(crate) fn looks_like_path(name: &str) -> bool {
    name.contains(['/', '\\', '.'])
}

/// A gateway by its name or, where that looks like a path, from its file.
pub(crate) fn read_gateway(name: &Setting<String>) -> Result<GatewayFile> {
    if looks_like_path(name.value()) {
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
