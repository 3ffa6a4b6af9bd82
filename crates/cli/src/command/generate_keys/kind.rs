//! The kind of a new key.

use tokenring_jwk::{Algorithm, KeySpec, KeyType};

use crate::endpoint;
use crate::failure::{Failure, Reason, Result};
use crate::options::GenerationOptions;
use crate::setting::Setting;
use crate::words;
use tokenring::Target;

/// What to make: as asked for, else as the gateway has it.
pub(super) fn choose_kind(
    target: &Target,
    options: &GenerationOptions,
) -> Result<(Setting<KeySpec>, Algorithm)> {
    let accepted: Vec<_> = target.gateway().algorithms().collect();
    let asked_algorithm = options.algorithm.as_ref();
    if let Some(algorithm) = asked_algorithm {
        if !accepted.contains(algorithm.value()) {
            let reason = Reason::new(format!(
                "gateway {} takes {}",
                target.gateway().name(),
                words::error::names(&accepted)
            ));
            return Err(Failure::invalid("alg", algorithm, &reason));
        }
    }
    let spec = match (&options.key_type, asked_algorithm) {
        (Some(spec), _) => spec.clone(),
        (None, Some(algorithm)) => {
            let spec = spec_for(
                algorithm.value().key_type(),
                target.gateway().key().generate(),
            );
            Setting::new(spec, algorithm.origin().clone())
        }
        (None, None) => Setting::new(target.gateway().key().generate(), endpoint::origin(target)),
    };
    let key_type = spec.value().key_type();
    let algorithm = match asked_algorithm {
        Some(algorithm) if algorithm.value().key_type() != key_type => {
            let reason = Reason::new(format!(
                "{} signs with {} keys, and --key-type is {}; leave one of the two out",
                algorithm.value(),
                algorithm.value().key_type(),
                spec.value()
            ));
            return Err(Failure::invalid("alg", algorithm, &reason));
        }
        Some(algorithm) => *algorithm.value(),
        None => match accepted.iter().find(|it| it.key_type() == key_type) {
            Some(algorithm) => *algorithm,
            None => {
                let reason = Reason::new(format!(
                    "gateway {} takes {} alone",
                    target.gateway().name(),
                    words::error::names(&accepted)
                ));
                return Err(Failure::invalid("key-type", &spec, &reason));
            }
        },
    };
    Ok((spec, algorithm))
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
