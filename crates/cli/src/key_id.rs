//! Key IDs that a scheme makes of a key.

use tokenring_gateway::KeyIdScheme;
use tokenring_jwk::{Algorithm, Jwk, KeyId, PublicKey, any};
use tokenring_keystore::AnyKey;
pub(crate) use tokenring_keystore::key_file_stem as file_stem;

use crate::failure::{Failure, Reason, Result};
use crate::options::JwkOptions;

/// The key ID that a scheme makes of the key itself.
pub(crate) fn of_public_key(scheme: KeyIdScheme, public_key: &PublicKey) -> Option<KeyId> {
    match scheme {
        KeyIdScheme::Thumbprint => Some(KeyId::new(any::thumbprint(public_key).to_string())),
        KeyIdScheme::SpkiSha256 => Some(KeyId::new(any::spki_hash(public_key).to_string())),
        _ => None,
    }
}

/// The algorithm that is asked for, which is one of the key.
pub(crate) fn asked_algorithm(key: &AnyKey, options: &JwkOptions) -> Result<Option<Algorithm>> {
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
        value => match value.of_key() {
            Some(of_key) => Ok(of_public_key(of_key, &key.public_key)),
            None => {
                let reason = Reason::new("a JWK has no such name; use thumbprint or spki-sha256");
                Err(Failure::invalid("kid-scheme", scheme, &reason))
            }
        },
    }
}
