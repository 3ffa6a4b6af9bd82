use tokenring::{Client, ClientBuilder, Error, Parameter, Purpose, Target, ValueSource};

use super::{
    AssertionOptions, CacheOptions, ConnectionOptions, Effective, Field, GatewayOptions,
    KeyOptions, RequestOptions, options,
};
use crate::console::Console;
use crate::failure::{Failure, Result};
use crate::setting::Origin;
use crate::words;

options! {
    /// Everything that it takes to get tokens.
    struct TokenOptions {
        gateway: GatewayOptions;
        key: KeyOptions;
        assertion: AssertionOptions;
        request: RequestOptions;
        cache: CacheOptions;
        connection: ConnectionOptions;
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
        if let Some(first) = missing_value(error) {
            let missing = self.missing(&[first]);
            if missing.len() > 1 {
                return missing_values(&missing);
            }
        }
        let given = self.all_given();
        let failure = words::error::to_failure(error, |parameter| given.origin(parameter));
        self.gateway.advise(error, failure)
    }

    /// These values that are missing, and those that will be missed next.
    fn missing(&self, first: &[&'static str]) -> Vec<&'static str> {
        let mut missing = first.to_vec();
        let choice = &self.gateway.choice;
        let has_endpoint = choice.gateway.is_some()
            || self.gateway.token_url.is_some()
            || self.gateway.audience.is_some();
        let has_key = self.key.private_key.is_some() || self.key.signer_command.is_some();
        // A key file of a vendor can name the client.
        let has_client = has_key || self.assertion.client.client_id.is_some();
        for (name, is_given) in [
            (GATEWAY, has_endpoint),
            (CLIENT, has_client),
            (KEY, has_key),
        ] {
            if !is_given && !missing.contains(&name) {
                missing.push(name);
            }
        }
        missing
    }

    /// The API's URL is missing, and what else a token takes.
    pub(crate) fn without_url(&self, needs_token: bool) -> Failure {
        match needs_token {
            true => missing_values(&self.missing(&[URL])),
            false => missing_values(&[URL]),
        }
    }

    /// The client ID, which has to be given.
    pub(crate) fn client_id(&self) -> Result<&str> {
        let id = self.assertion.client.client_id.as_ref();
        match id.map(|id| id.value().as_str()) {
            Some(id) if !id.is_empty() => Ok(id),
            _ => Err(self.to_failure(&Error::Missing {
                parameter: Parameter::ClientId,
                gateway: None,
            })),
        }
    }

    pub(crate) fn builder(&self, purpose: Purpose, console: &Console) -> Result<ClientBuilder> {
        for (option, name) in self.request.secrets_in_arguments() {
            console.warning(format_args!(
                "other users of this machine can read --{option} {name} among the arguments; \
                 give its value in a file, as @FILE"
            ));
        }
        let console = console.clone();
        let builder = ClientBuilder::default()
            .purpose(purpose)
            .on_event(move |event| words::event::tell(&event, &console));
        let builder = self.gateway.add_to_builder(builder);
        let builder = self.key.add_to_builder(builder)?;
        let builder = self.assertion.give_to("", builder);
        let builder = self.request.give_to("", builder);
        let builder = self.cache.give_to("", builder);
        let builder = self.connection.give_to("", builder);
        Ok(match self.assertion.client.is_api_key() {
            true => builder.secret_client_id(),
            false => builder,
        })
    }

    /// Every value of a token request and where it comes from, with those that the client chose.
    pub(crate) fn effective(&self, client: &Client) -> Effective {
        let is_shown = |it| it != Parameter::CacheDirectory || !self.cache.no_cache;
        with_choices(self.all_given(), client, is_shown)
    }

    /// The same for an assertion alone.
    pub(crate) fn effective_of_assertion(&self, client: &Client) -> Effective {
        let mut effective = self.gateway.all_given();
        effective.extend(&self.assertion.all_given());
        effective.extend(&self.key.all_given());
        with_choices(effective, client, is_of_assertion)
    }

    /// The values of a call without a token.
    pub(crate) fn effective_of_call(&self, target: &Target) -> Effective {
        let mut effective = self.gateway.all_given();
        let default = Origin::Default("default".into());
        effective.add_default("gateway", target.gateway().name(), default);
        let origin = Origin::Gateway(target.gateway().name().into());
        effective.add_default("env", target.endpoint().environment(), origin);
        self.assertion.client.add_to("", &mut effective);
        self.connection.add_to("", &mut effective);
        effective
    }

    /// The values that an examination looks at, as far as they make a client.
    pub(crate) fn effective_of_examination(&self, client: Option<&Client>) -> Effective {
        match client {
            Some(client) => with_choices(self.all_given(), client, is_of_assertion),
            None => self.all_given(),
        }
    }
}

const CLIENT: &str = "the client ID (--client-id ID, also --api-key)";
const GATEWAY: &str = "the gateway (--gateway NAME) or its token endpoint (--token-url URL)";
const KEY: &str = "the private key (--private-key FILE)";
const URL: &str = "the API's URL (as an argument, also --url)";

/// The value that an error says is missing, of those that can be missing together.
fn missing_value(error: &Error) -> Option<&'static str> {
    match error {
        Error::Missing { parameter, .. } => match parameter {
            Parameter::ClientId => Some(CLIENT),
            Parameter::PrivateKey => Some(KEY),
            _ => None,
        },
        _ => None,
    }
}

/// All that is missing, in one line.
fn missing_values(missing: &[&str]) -> Failure {
    let all = match missing {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        all => all.concat(),
    };
    Failure::usage(format!("missing: {all}"))
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
