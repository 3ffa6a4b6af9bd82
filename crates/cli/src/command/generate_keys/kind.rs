//! The kind of a new key.

use tokenring_jwk::{Algorithm, KeySpec, KeyType};

use crate::endpoint::Target;
use crate::failure::{Failure, Reason, Result};
use crate::setting::Setting;
use crate::settings::Settings;
use crate::signing;

/// What to make: as asked for, else as the gateway has it.
pub(super) fn read_kind(target: &Target, settings: &Settings<'_>) -> Result<(KeySpec, Algorithm)> {
    let rules = target.gateway.assertion();
    let asked_algorithm = match settings.noted_text("alg")? {
        None => None,
        Some(name) => Some(name.parse("alg", |name| {
            let algorithm: Algorithm = name
                .parse()
                .map_err(|error: tokenring_jwk::Error| Reason::new(error.to_string()))?;
            if rules.algorithms().contains(&algorithm) {
                return Ok(algorithm);
            }
            Err(Reason::new(format!(
                "gateway {} takes {}",
                target.gateway.name(),
                signing::names(rules.algorithms())
            )))
        })?),
    };
    let asked_type = match settings.noted_text("key-type")? {
        None => None,
        Some(name) => Some(name.parse("key-type", |name| parse_key_type(name))?),
    };
    let spec = match (&asked_type, &asked_algorithm) {
        (Some(spec), _) => spec.clone(),
        (None, Some(algorithm)) => {
            let spec = spec_for(
                algorithm.value().key_type(),
                target.gateway.key().generate(),
            );
            Setting::new(spec, algorithm.origin().clone())
        }
        (None, None) => Setting::new(target.gateway.key().generate(), target.origin.clone()),
    };
    let name = spec
        .value()
        .to_string()
        .to_ascii_lowercase()
        .replace(' ', "-");
    settings.note_default("key-type", &name, spec.origin().clone());
    let key_type = spec.value().key_type();
    let algorithm = match asked_algorithm {
        Some(algorithm) if algorithm.value().key_type() != key_type => {
            let reason = Reason::new(format!(
                "{} signs with {} keys, and --key-type is {}; leave one of the two out",
                algorithm.value(),
                algorithm.value().key_type(),
                spec.value()
            ));
            return Err(Failure::invalid("alg", &algorithm, &reason));
        }
        Some(algorithm) => algorithm.into_value(),
        None => match rules.default_algorithm(key_type) {
            Some(algorithm) => algorithm,
            None => {
                let reason = Reason::new(format!(
                    "gateway {} takes {} alone",
                    target.gateway.name(),
                    signing::names(rules.algorithms())
                ));
                return Err(Failure::invalid("key-type", &spec, &reason));
            }
        },
    };
    settings.note_default("alg", algorithm.name(), target.origin.clone());
    Ok((spec.into_value(), algorithm))
}

pub(in crate::command) fn parse_key_type(name: &str) -> Result<KeySpec, Reason> {
    Ok(match name {
        "rsa-2048" => KeySpec::Rsa2048,
        "rsa-3072" => KeySpec::Rsa3072,
        "rsa-4096" => KeySpec::Rsa4096,
        "p-256" => KeySpec::P256,
        "p-384" => KeySpec::P384,
        "p-521" => KeySpec::P521,
        "ed25519" => KeySpec::Ed25519,
        _ => {
            return Err(Reason::new(format!(
                "unknown key type {name:?}; use rsa-2048, rsa-3072, rsa-4096, p-256, p-384, \
                 p-521 or ed25519"
            )));
        }
    })
}

/// The kind of key for a type; the size of RSA is the gateway's if it has one.
fn spec_for(key_type: KeyType, preferred: KeySpec) -> KeySpec {
    match key_type {
        key_type if key_type == preferred.key_type() => preferred,
        KeyType::P256 => KeySpec::P256,
        KeyType::P384 => KeySpec::P384,
        KeyType::P521 => KeySpec::P521,
        KeyType::Ed25519 => KeySpec::Ed25519,
        _ => KeySpec::Rsa3072,
    }
}
