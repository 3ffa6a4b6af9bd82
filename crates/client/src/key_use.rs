//! What a client of a new key is given.

use tokenring_gateway::{KeyIdScheme, ScopeRule};
use tokenring_jwk::KeyId;
use tokenring_keystore::KeyFiles;

use crate::{KeyPlan, Parameter, Target};

/// A value that a client of a new key needs.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum NeededValue {
    /// It is this one, as [`ClientBuilder::set`](crate::ClientBuilder::set) takes it.
    Known(String),
    /// Somebody has to fill it in, for this word.
    Open(String),
}

impl KeyPlan {
    /// What a client is given to sign with the key in these files, in addition to the gateway.
    ///
    /// A certificate is expected next to the private key, as `KID.crt`.
    #[must_use]
    pub fn client_parameters(
        &self,
        target: &Target,
        files: &KeyFiles,
        key_id: &KeyId,
    ) -> Vec<(Parameter, NeededValue)> {
        let (gateway, endpoint) = (target.gateway(), target.endpoint());
        let known = |value: &str| NeededValue::Known(value.to_owned());
        let open = |word: &str| NeededValue::Open(word.to_owned());
        let mut values = Vec::new();
        if gateway.environments().len() > 1 {
            values.push((Parameter::Environment, known(endpoint.environment())));
        }
        if let Some(flow) = gateway.flow() {
            values.push((Parameter::Flow, known(flow)));
        }
        let variables = variables(target).into_iter();
        values.extend(variables.map(|value| (Parameter::Variable, value)));
        let is_requested = !gateway.request().jwt_is_token();
        if is_requested && endpoint.token_endpoint().is_err() {
            values.push((Parameter::TokenUrl, open("URL")));
        }
        if let Err(tokenring_gateway::Error::NoIssuer { .. }) = endpoint.audience() {
            values.push((Parameter::Issuer, open("ISSUER")));
        }
        let scope = gateway.request().scope();
        if matches!(scope, ScopeRule::Required | ScopeRule::InAssertion) {
            values.push((Parameter::Scope, open("SCOPE")));
        }
        for name in gateway.request().secret_parameters() {
            values.push((Parameter::FormParameter, open(&format!("{name}=@FILE"))));
        }
        let key_id = self.needed_key_id(target, key_id);
        values.extend(key_id.map(|value| (Parameter::KeyId, value)));
        values.push((Parameter::ClientId, open("ID")));
        let private_key = files.private_key();
        let path = private_key.display().to_string();
        values.push((Parameter::PrivateKey, NeededValue::Known(path)));
        let is_of_certificate = matches!(
            self.scheme(),
            KeyIdScheme::CertificateThumbprint
                | KeyIdScheme::CertificateSha1Thumbprint
                | KeyIdScheme::CertificateChain
        );
        if is_of_certificate {
            let path = private_key.with_extension("crt").display().to_string();
            values.push((Parameter::Certificate, NeededValue::Known(path)));
        }
        values
    }

    /// The key ID, where a client would take another one.
    fn needed_key_id(&self, target: &Target, key_id: &KeyId) -> Option<NeededValue> {
        let rules = target.gateway().key();
        let is_of_key = matches!(
            self.scheme(),
            KeyIdScheme::Thumbprint | KeyIdScheme::SpkiSha256 | KeyIdScheme::FreeText
        );
        if self.scheme() == KeyIdScheme::FreeText && !rules.registers_jwk_set() {
            // Whoever takes a bare key gives it a name that nobody knows before.
            return rules.id_required().then(|| NeededValue::Open("KID".into()));
        }
        // Without the JWK Set next to it a client would take what the scheme makes of the key.
        let is_needed = self.is_named() && is_of_key;
        is_needed.then(|| NeededValue::Known(key_id.to_string()))
    }
}

/// The variables that differ from their defaults.
fn variables(target: &Target) -> Vec<NeededValue> {
    let mut values = Vec::new();
    for variable in target.gateway().variables() {
        let name = variable.name();
        if target.open_variables().iter().any(|open| open == name) {
            let word = name.to_ascii_uppercase();
            values.push(NeededValue::Open(format!("{name}={word}")));
            continue;
        }
        let mut given = target.endpoint().variables().iter();
        let value = given.find(|(other, _)| other == name);
        let value = value.map(|(_, value)| value.as_str());
        let default = of_environment(target, name).or(variable.default_value());
        if let Some(value) = value.filter(|value| Some(*value) != default) {
            values.push(NeededValue::Known(format!("{name}={value}")));
        }
    }
    values
}

/// The value that the environment has for a variable.
fn of_environment<'t>(target: &'t Target, name: &str) -> Option<&'t str> {
    let environment = target.endpoint().environment();
    let environment = target.gateway().environment(Some(environment)).ok()?;
    let mut values = environment.variables().iter();
    let (_, value) = values.find(|(other, _)| other == name)?;
    Some(value)
}
