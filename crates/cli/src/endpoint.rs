//! The gateway that is named, and its environment.

use tokenring::{ClientBuilder, GatewayFile, Target};
use tokenring_gateway::Gateway;

use crate::options::{Effective, Field, GatewayChoice, GatewayOptions, resolved};
use crate::{Origin, Result, Setting, words};

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

/// Where values come from that the environment gives.
pub(crate) fn origin(target: &Target) -> Origin {
    let (gateway, environment) = (target.gateway().name(), target.endpoint().environment());
    Origin::Gateway(format!("{gateway}, environment {environment}"))
}

/// Adds which gateway and environment these are, and what replaces their values.
pub(crate) fn add_to(target: &Target, options: &GatewayOptions, effective: &mut Effective) {
    let gateway = target.gateway();
    let default = || Setting::new("generic".to_owned(), Origin::Default("default".into()));
    let name = options.choice.gateway.clone().unwrap_or_else(default);
    effective.add_given("gateway", Some(&name));
    let own = || Origin::Gateway(gateway.name().into());
    if let Some(flow) = gateway.flow() {
        effective.add("flow", flow, own());
    }
    effective.add("env", target.endpoint().environment(), own());
    // What was given takes the place of what the gateway has.
    effective.extend(&options.all_given());
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

/// The gateway, if one is named, for a command that does without.
pub(crate) fn stated_gateway(choice: &GatewayChoice) -> Result<Option<Gateway>> {
    let Some(name) = &choice.gateway else {
        return Ok(None);
    };
    let gateway = read_gateway(name)?.into_gateway();
    choose_flow(gateway, choice.flow.as_ref()).map(Some)
}

/// A gateway by its name or, where that looks like a path, from its file.
pub(crate) fn read_gateway(name: &Setting<String>) -> Result<GatewayFile> {
    GatewayFile::find(&resolved(name))
        .map_err(|error| words::error::to_failure(&error, |_| Some(name.origin().clone())))
}
