//! How a key is named and described in a JWK Set.

use tokenring::KeyIdScheme;
use tokenring_gateway::Gateway;
use tokenring_jwk::{Algorithm, Jwk, KeyId, KeyUse};
use tokenring_keystore::{AnyKey, key_file_stem};

use crate::options::JwkOptions;
use crate::{ExitCode, Failure, Reason, Result};

/// The public half as a JWK Set gets it.
pub(crate) fn jwk(key: &AnyKey, gateway: Option<&Gateway>, options: &JwkOptions) -> Result<Jwk> {
    let key_type = key.public_key.key_type();
    let by_gateway = || gateway?.assertion().default_algorithm(key_type);
    let mut jwk = Jwk::new(key.public_key.clone());
    let with = |algorithm: &Algorithm| jwk.clone().with_algorithm(*algorithm);
    jwk = match (&options.algorithm, key.algorithm.or_else(by_gateway)) {
        (Some(asked), _) => asked.parse("alg", with)?.into_value(),
        (None, Some(algorithm)) => with(&algorithm)
            .map_err(|error| Failure::from_error(ExitCode::Configuration, &error))?,
        (None, None) => jwk,
    };
    if let Some(key_id) = of_jwk(key, options)? {
        jwk = jwk.with_key_id(key_id);
    }
    Ok(jwk.with_use(key.key_use.unwrap_or(KeyUse::Signature)))
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
    let (key_id, reason) = match scheme.value() {
        KeyIdScheme::None => return Ok(None),
        KeyIdScheme::FileStem => (
            key.place.path().and_then(key_file_stem).map(KeyId::new),
            "the key is in no file KID.pem; give its name with --kid",
        ),
        value => (
            value.key_id_of(&key.public_key),
            "a JWK has no such name; use thumbprint or spki-sha256",
        ),
    };
    let unnamed = || Failure::invalid("kid-scheme", scheme, &Reason::new(reason));
    key_id.ok_or_else(unnamed).map(Some)
}
