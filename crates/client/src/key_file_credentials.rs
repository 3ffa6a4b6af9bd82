//! What a vendor's key file says besides the key: client ID, token URL, and for whom it acts where.

use std::sync::Arc;

use tokenring_gateway::Grant;
use tokenring_keystore::{KeyFileContents, KeyFileCredentials, KeyFileReader};
use zeroize::Zeroizing;

use crate::event::Listener;
use crate::key_source::is_pkcs11_uri;
use crate::options::{GatewayOptions, KeyOptions};
use crate::{ClientBuilder, EffectiveValue, Parameter, Redactor, Target, ValueSource};

/// The form parameter that a vendor's file may have the value of (RFC 6749 section 2.3.1).
const CLIENT_SECRET: &str = "client_secret";

/// What a key's file gave.
#[derive(Default)]
pub(crate) struct TakenFromKeyFile {
    pub(crate) values: Vec<EffectiveValue>,
    /// The whole of it, which need not be read again for the key.
    pub(crate) contents: Option<Arc<KeyFileContents>>,
}

impl TakenFromKeyFile {
    /// Whether the gateway has to be resolved again with what is from there.
    pub(crate) fn changes_target(&self) -> bool {
        let mut values = self.values.iter();
        let is_of_request =
            |parameter| matches!(parameter, Parameter::ClientId | Parameter::FormParameter);
        values.any(|value| !is_of_request(value.parameter))
    }
}

impl ClientBuilder {
    /// Takes what nobody gave from the key's file, and says what that was.
    ///
    /// The file is looked at only where something is missing that it may have, and then its contents
    /// are kept. `target` is what the options come to without it, if they come to anything.
    pub(crate) fn take_from_key_file(&mut self, target: Option<&Target>) -> TakenFromKeyFile {
        let is_empty = |text: &Option<String>| text.as_ref().is_none_or(String::is_empty);
        let needs_client = is_empty(&self.assertion.client_id);
        let needs_url =
            self.gateway.token_url.is_none() && target.is_some_and(|target| target.url().is_err());
        let is_grant = is_grant(&self.gateway, target);
        let needs_secret = self.needs_client_secret(target);
        if !needs_client && !needs_url && !is_grant && !needs_secret {
            return TakenFromKeyFile::default();
        }
        let contents = read(&self.key, &self.listener);
        let mut taken = Vec::new();
        let credentials = contents.as_deref().and_then(KeyFileCredentials::read);
        let Some(credentials) = credentials else {
            return TakenFromKeyFile {
                values: taken,
                contents,
            };
        };
        let mut take = |parameter, value: &str| {
            taken.push(EffectiveValue::new(parameter, value, ValueSource::KeyFile));
        };
        if let (true, Some(subject)) = (is_grant, credentials.subject) {
            if needs_subject(&self.gateway, target, &subject) {
                take(Parameter::Subject, &subject);
                self.gateway.subject = Some(subject);
            }
        }
        if let (true, Some(issuer)) = (is_grant, credentials.issuer) {
            if let Some(environment) = environment_of(&self.gateway, &issuer) {
                take(Parameter::Environment, &environment);
                self.gateway.environment = Some(environment);
            }
        }
        if let (true, Some(client_id)) = (needs_client, credentials.client_id) {
            take(Parameter::ClientId, &client_id);
            self.assertion.client_id = Some(client_id);
        }
        if let (true, Some(token_url)) = (needs_url, credentials.token_url) {
            take(Parameter::TokenUrl, &token_url);
            self.gateway.token_url = Some(token_url);
        }
        if let (true, Some(client_secret)) = (needs_secret, credentials.client_secret) {
            let shown = format!("{CLIENT_SECRET}={}", Redactor::NOT_SHOWN);
            take(Parameter::FormParameter, &shown);
            let value = Zeroizing::new(client_secret.secret().to_owned());
            self.request.parameters.push((CLIENT_SECRET.into(), value));
        }
        TakenFromKeyFile {
            values: taken,
            contents,
        }
    }

    /// Whether the gateway wants a client secret in the form, and nobody gave it.
    fn needs_client_secret(&self, target: Option<&Target>) -> bool {
        let mut given = self.request.parameters.iter();
        if given.any(|(name, _)| name == CLIENT_SECRET) {
            return false;
        }
        holds_of(&self.gateway, target, |target| {
            let mut secrets = target.gateway().request().secret_parameters().iter();
            secrets.any(|name| name == CLIENT_SECRET)
        })
    }
}

/// Whether the assertion is the grant: then its subject is somebody else than the client.
fn is_grant(gateway: &GatewayOptions, target: Option<&Target>) -> bool {
    let is_grant = |target: &Target| target.gateway().request().grant() == Grant::JwtBearer;
    holds_of(gateway, target, is_grant)
}

/// Whether something is so of the target, or of the one that a subject would complete.
fn holds_of(
    gateway: &GatewayOptions,
    target: Option<&Target>,
    holds: impl Fn(&Target) -> bool,
) -> bool {
    match target {
        Some(target) => holds(target),
        None => Target::resolve(&with_subject(gateway, "")).is_ok_and(|target| holds(&target)),
    }
}

/// Whether the gateway leaves the subject open, or wants it by a variable that nobody gave.
fn needs_subject(gateway: &GatewayOptions, target: Option<&Target>, subject: &str) -> bool {
    if gateway.subject.is_some() {
        return false;
    }
    match target {
        Some(target) => target.endpoint().subject().is_none(),
        None => Target::resolve(&with_subject(gateway, subject)).is_ok(),
    }
}

/// The environment of this issuer, where nobody chose one.
fn environment_of(gateway: &GatewayOptions, issuer: &str) -> Option<String> {
    if gateway.environment.is_some() || gateway.issuer.is_some() {
        return None;
    }
    let target = Target::resolve(gateway).ok()?;
    let mut environments = target.gateway().environments().iter();
    let of_issuer = environments.find(|environment| {
        let chosen = GatewayOptions {
            environment: Some(environment.name().to_owned()),
            ..gateway.clone()
        };
        Target::resolve(&chosen).is_ok_and(|target| target.endpoint().issuer() == Some(issuer))
    });
    of_issuer.map(|environment| environment.name().to_owned())
}

fn with_subject(gateway: &GatewayOptions, subject: &str) -> GatewayOptions {
    GatewayOptions {
        subject: Some(subject.to_owned()),
        ..gateway.clone()
    }
}

/// Reads a file; what is wrong with it is said where the key is read.
fn read(options: &KeyOptions, listener: &Listener) -> Option<Arc<KeyFileContents>> {
    if options.external.is_some() || options.signer_command.is_some() {
        return None;
    }
    if let Some(contents) = &options.contents {
        return Some(Arc::clone(contents));
    }
    let path = options.name.as_ref()?;
    // Standard input and pipes can be read once.
    if path.to_str().is_some_and(is_pkcs11_uri) || !path.is_file() {
        return None;
    }
    let listener = listener.clone();
    let reader = KeyFileReader::new().with_event_handler(move |event| listener.tell_of_key(event));
    reader.read_contents(path).ok().map(Arc::new)
}
