use base64ct::{Base64Unpadded, Encoding};
use serde_json::Value;
use tokenring_jwk::{Algorithm, Error as JwkError, JsonObject, Jwk, KeyId, PublicKey, Signature};

use crate::{Description, Error};

/// Reads the answer to a request for a signature.
pub(crate) fn signature(answer: &[u8], algorithm: Algorithm) -> Result<Signature, Error> {
    let members = parse(answer)?;
    let fixed = bytes(&members, "signature")?;
    let der = bytes(&members, "signature_der")?;
    match (fixed, der) {
        (Some(_), Some(_)) => Err(Error::TwoSignatures),
        (Some(fixed), None) => Ok(Signature::from_bytes(fixed)),
        (None, Some(der)) => {
            Signature::from_ecdsa_der(&der, algorithm).map_err(|_| Error::SignatureDer(algorithm))
        }
        (None, None) => Err(Error::MalformedMember("signature")),
    }
}

/// Reads the answer to a request for a description.
pub(crate) fn description(answer: &[u8]) -> Result<Description, Error> {
    let members = parse(answer)?;
    let jwk = match members.get("jwk") {
        None => None,
        Some(jwk) => Some(read_jwk(jwk)?),
    };
    let spki = match bytes(&members, "spki")? {
        None => None,
        Some(spki) => {
            Some(PublicKey::from_spki_der(&spki).map_err(|_| Error::MalformedMember("spki"))?)
        }
    };
    let of_jwk = jwk.as_ref().map(|jwk| jwk.public_key().clone());
    if spki.is_some() && of_jwk.is_some() && spki != of_jwk {
        return Err(Error::MalformedMember("spki"));
    }
    let public_key = of_jwk.or(spki);
    let algorithm = match text(&members, "alg")? {
        Some(name) => name.parse().map_err(|_| Error::MalformedMember("alg"))?,
        None => jwk
            .as_ref()
            .and_then(Jwk::algorithm)
            .ok_or(Error::MalformedMember("alg"))?,
    };
    let key_id = match text(&members, "kid")? {
        Some(key_id) => Some(KeyId::new(key_id)),
        None => jwk.as_ref().and_then(|jwk| jwk.key_id().cloned()),
    };
    check_key_type(algorithm, public_key.as_ref())?;
    Ok(Description {
        algorithm,
        key_id,
        public_key,
    })
}

/// An algorithm and a public key that have nothing to do with each other would
/// make every signature fail.
pub(crate) fn check_key_type(
    algorithm: Algorithm,
    public_key: Option<&PublicKey>,
) -> Result<(), Error> {
    match public_key.map(PublicKey::key_type) {
        Some(key_type) if key_type != algorithm.key_type() => Err(Error::WrongKeyType {
            algorithm,
            key_type,
        }),
        _ => Ok(()),
    }
}

fn parse(answer: &[u8]) -> Result<JsonObject, Error> {
    JsonObject::parse(answer).map_err(|_| Error::MalformedAnswer)
}

fn read_jwk(jwk: &Value) -> Result<Jwk, Error> {
    Jwk::from_json(&jwk.to_string()).map_err(|error| match error {
        JwkError::PrivateMember => Error::PrivateKey,
        _ => Error::MalformedMember("jwk"),
    })
}

fn text<'a>(members: &'a JsonObject, name: &'static str) -> Result<Option<&'a str>, Error> {
    match members.get(name) {
        None => Ok(None),
        Some(value) => value.as_str().map(Some).ok_or(Error::MalformedMember(name)),
    }
}

/// Decodes base64 or base64url, padded or not: key services and the tools of a
/// shell write either.
fn bytes(members: &JsonObject, name: &'static str) -> Result<Option<Vec<u8>>, Error> {
    let Some(encoded) = text(members, name)? else {
        return Ok(None);
    };
    let encoded: String = encoded
        .trim_end_matches('=')
        .chars()
        .map(|character| match character {
            '-' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    Base64Unpadded::decode_vec(&encoded)
        .map(Some)
        .map_err(|_| Error::MalformedMember(name))
}
