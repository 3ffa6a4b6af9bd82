use std::collections::BTreeSet;
use std::path::Path;

use clap::Arg;
use tokenring::{ChosenGateway, ClientBuilder, Error, GatewayFile, Parameter};
use tokenring_gateway::Gateway;
use tokenring_oauth::TokenEndpoint;

use super::help::{ASSERTION, WHO};
use super::{Effective, Field, Row, options};
use crate::failure::{Failure, Result};
use crate::setting::Setting;
use crate::settings::Settings;
use crate::words;

options! {
    /// Which gateway and environment.
    #[derive(Default)]
    struct GatewayChoice {
        /// One of {gateways} or a file [default: generic]
        gateway: Option<Setting<String>> = "gateway" "NAME|FILE" in WHO;
        /// Environment [default: the gateway's]
        environment: Option<Setting<String>> = "env" "NAME" in WHO;
        /// Way of registering, where the gateway has several [default: the gateway's]
        flow: Option<Setting<String>> = "flow" "NAME" in WHO;
        /// What the gateway leaves open; can be repeated
        variables: Vec<(String, Setting<String>)> = "var" "NAME=VALUE" in WHO;
    }

    /// Which gateway and environment, and what replaces or fills in its values.
    #[derive(Default)]
    struct GatewayOptions {
        choice: GatewayChoice;
        /// Token endpoint [default: the gateway's]
        token_url: Option<Setting<TokenEndpoint>> = "token-url" "URL" in WHO;
        /// Issuer of the authorization server [default: the gateway's]
        issuer: Option<Setting<String>> = "issuer" "URL" in WHO;
        /// Claim aud [default: by the gateway's rule]
        audience: Option<Setting<String>> = "audience" "AUDIENCE" in ASSERTION;
        /// Claim iss, where it is not the client [default: by the gateway's rule]
        assertion_issuer: Option<Setting<String>> = "assertion-issuer" "ISSUER" in ASSERTION;
        /// Claim sub; empty for none [default: by the gateway's rule]
        subject: Option<Setting<String>> = "subject" "SUBJECT" in ASSERTION;
    }
}

/// For a command that does without: `generic` is a gateway that nobody named.
impl Field for Option<GatewayOptions> {
    fn arguments(row: &Row) -> Vec<Arg> {
        GatewayOptions::arguments(row)
    }

    fn read(settings: &Settings<'_>, name: &'static str) -> Result<Self> {
        let options = || GatewayOptions::read(settings, name);
        let named = settings.value::<String>("gateway")?;
        named.map(|_| options()).transpose()
    }

    fn add_to(&self, name: &'static str, effective: &mut Effective) {
        if let Some(options) = self {
            options.add_to(name, effective);
        }
    }

    fn add_names(name: &'static str, names: &mut BTreeSet<&'static str>) {
        GatewayOptions::add_names(name, names);
    }
}

impl GatewayChoice {
    /// What was chosen, wherever it was said.
    pub(crate) fn chosen(&self) -> ChosenGateway {
        let builder = self.give_to("", ClientBuilder::default());
        self.name_in(builder).chosen_gateway()
    }

    fn name_in(&self, builder: ClientBuilder) -> ClientBuilder {
        match &self.gateway {
            Some(name) => builder.gateway(resolved(name)),
            None => builder,
        }
    }
}

impl GatewayOptions {
    /// Words an error, with the origin of the value at fault.
    pub(crate) fn to_failure(&self, error: &Error) -> Failure {
        let given = self.all_given();
        let failure = words::error::to_failure(error, |parameter| given.origin(parameter));
        self.advise(error, failure)
    }

    /// Says which gateways have an environment, where it is named and no gateway is.
    pub(super) fn advise(&self, error: &Error, failure: Failure) -> Failure {
        let is_environment = error.parameter() == Some(Parameter::Environment);
        let environment = match (&self.choice.gateway, &self.choice.environment) {
            (None, Some(environment)) if is_environment => environment.value(),
            _ => return failure,
        };
        let names = Gateway::names_with_environment(environment);
        let Some(first) = names.first() else {
            return Failure::new(
                failure.exit_code(),
                format!(
                    "no gateway is named, and none that is built in has an environment \
                     {environment:?}; `tokenring gateways` lists them"
                ),
            );
        };
        Failure::new(
            failure.exit_code(),
            format!(
                "no gateway is named; those with an environment {environment:?}: {}; add \
                 --gateway {first}, set TOKENRING_GATEWAY={first}, or run \
                 `tokenring config set gateway {first}`",
                names.join(", ")
            ),
        )
    }

    pub(crate) fn add_to_builder(&self, builder: ClientBuilder) -> ClientBuilder {
        let builder = self.give_to("", builder);
        self.choice.name_in(builder)
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
