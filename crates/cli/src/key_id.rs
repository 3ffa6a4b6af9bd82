//! How a key is named and described in a JWK Set.

use tokenring_gateway::Gateway;
use tokenring_jwk::{Algorithm, Jwk, KeyId, KeyUse};
use tokenring_keystore::AnyKey;
pub(crate) use tokenring_keystore::key_file_stem as file_stem;

use crate::ExitCode;
use crate::failure::{Failure, Reason, Result};
use crate::options::JwkOptions;

/// The public half as a JWK Set gets it.
pub(crate) fn jwk(key: &AnyKey, gateway: Option<&Gateway>, options: &JwkOptions) -> Result<Jwk> {
    let key_type = key.public_key.key_type();
    let algorithm = asked_algorithm(key, options)?
        .or(key.algorithm)
        .or_else(|| gateway?.assertion().default_algorithm(key_type));
    let mut jwk = Jwk::new(key.public_key.clone());
    if let Some(algorithm) = algorithm {
        jwk = jwk
            .with_algorithm(algorithm)
            .map_err(|error| Failure::from_error(ExitCode::Configuration, &error))?;
    }
    if let Some(key_id) = of_jwk(key, options)? {
        jwk = jwk.with_key_id(key_id);
    }
    Ok(jwk.with_use(key.key_use.unwrap_or(KeyUse::Signature)))
}

/// The algorithm that is asked for, which is one of the key.
fn asked_algorithm(key: &AnyKey, options: &JwkOptions) -> Result<Option<Algorithm>> {
    let Some(asked) = &options.algorithm else {
        return Ok(None);
    };
    let jwk = Jwk::new(key.public_key.clone());
    asked.parse("alg", |algorithm| jwk.with_algorithm(*algorithm))?;
    Ok(Some(*asked.value()))
}

/// How a JWK of the key is named: as asked for, else as it says, else as its file.
pub(crate) fn of_jwk(key: &AnyKey, options: &JwkOptions) -> Result<Option<KeyId>> {
    let stated = options.key_id.as_ref();
    let Some(scheme) = &options.key_id_scheme else {
        return Ok(match stated {
            Some(text) if text.value().is_empty() => None,
            Some(text) => Some(KeyId::new(text.value().as_str())),
            None => key.own_key_id(),
        });
    };
    // Of a set it says which key is meant.
    if stated.is_some() && key.format != "JWK Set" {
        return Err(Failure::usage(
            "--kid gives the key identifier and --kid-scheme computes it; leave one out",
        ));
    }
    match scheme.value() {
        tokenring::KeyIdScheme::None => Ok(None),
        tokenring::KeyIdScheme::FileStem => match key.place.path().and_then(file_stem) {
            Some(stem) => Ok(Some(KeyId::new(stem))),
            None => {
                let reason = Reason::new("the key is in no file KID.pem; give its name with --kid");
                Err(Failure::invalid("kid-scheme", scheme, &reason))
            }
        },
        value => match value.key_id_of(&key.public_key) {
            Some(key_id) => Ok(Some(key_id)),
            None => {
                let reason = Reason::new("a JWK has no such name; use thumbprint or spki-sha256");
                Err(Failure::invalid("kid-scheme", scheme, &reason))
            }
        },
    }
}
