//! Private JWKs (RFC 7518 sections 6.2.2 and 6.3.2, RFC 8037 section 2).

use alloc::vec::Vec;

use zeroize::{Zeroize, Zeroizing};

use super::{Material, PrivateKey};
use crate::jwk::{bytes, read_public_key};
use crate::{Error, FoundInput, JsonObject, KeyType, der};

/// The private integers of an RSA key, in the order of RSAPrivateKey.
const RSA_MEMBERS: [&str; 6] = ["d", "p", "q", "dp", "dq", "qi"];

pub(super) fn read(json: &str) -> Result<PrivateKey, Error> {
    let members = Members(JsonObject::parse(json.as_bytes())?);
    let members = &members.0;
    if members.get("kty").is_none() && members.get("keys").is_some() {
        return Err(Error::UnexpectedInput(FoundInput::JwkSet));
    }
    let public_key = read_public_key(members)?;
    if members.get("d").is_none() {
        return Err(Error::UnexpectedInput(FoundInput::PublicKey));
    }
    match public_key.key_type() {
        KeyType::Rsa => {
            if members.get("oth").is_some() {
                return Err(Error::RejectedKey("more than two primes".into()));
            }
            let mut body = Zeroizing::new(Vec::new());
            body.reserve_exact(json.len());
            body.extend(der::write_unsigned(&[]));
            for name in ["n", "e"].into_iter().chain(RSA_MEMBERS) {
                let magnitude = Zeroizing::new(bytes(members, name)?);
                body.extend_from_slice(&Zeroizing::new(der::write_unsigned(&magnitude)));
            }
            Ok(PrivateKey(Material::Rsa {
                pkcs1: Zeroizing::new(der::write(der::SEQUENCE, &[&body])),
                public_key,
            }))
        }
        KeyType::Ed25519 => {
            let d = Zeroizing::new(bytes(members, "d")?);
            let seed = d.as_slice().try_into();
            Ok(PrivateKey(Material::Ed25519 {
                seed: Zeroizing::new(seed.map_err(|_| Error::MalformedJwk("d"))?),
                public_key: Some(public_key),
            }))
        }
        key_type @ (KeyType::P256 | KeyType::P384 | KeyType::P521) => {
            let d = Zeroizing::new(bytes(members, "d")?);
            PrivateKey::from_scalar(key_type, &d, Some(public_key))
                .map_err(|_| Error::MalformedJwk("d"))
        }
    }
}

/// A parsed private JWK, whose values are wiped when dropped.
struct Members(JsonObject);

impl Drop for Members {
    fn drop(&mut self) {
        for value in self.0.values_mut() {
            if let serde_json::Value::String(text) = value {
                text.zeroize();
            }
        }
    }
}
