//! Private JWKs (RFC 7518 sections 6.2.2 and 6.3.2, RFC 8037 section 2), alone
//! and in a JWK Set.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::Value;
use zeroize::{Zeroize, Zeroizing};

use super::der_format::{full_length, read_rsa_parts, write_rsa_parts};
use super::{LONGEST_RSA, Material, PrivateKey, completion};
use crate::jwk::{bytes, elliptic_curve, invalid, member, optional_text, read_public_key, text};
use crate::{
    Algorithm, Error, FoundInput, JsonObject, Jwk, KeyId, KeyType, MemberFlaw, PublicKey, foreign,
};

/// The private integers of an RSA key, in the order of RSAPrivateKey.
const RSA_MEMBERS: [&str; 6] = ["d", "p", "q", "dp", "dq", "qi"];

/// Reads a JWK.
pub(super) fn read(json: &str) -> Result<PrivateKey, Error> {
    let members = Members::parse(json)?;
    if members.is_set() {
        return Err(Error::UnexpectedInput(FoundInput::JwkSet));
    }
    members.read()
}

/// Reads a JWK, or one of a JWK Set.
pub(super) fn read_any(json: &str, key_id: Option<&KeyId>) -> Result<PrivateKey, Error> {
    let members = Members::parse(json)?;
    if members.is_set() {
        members.read_one_of_set(key_id)
    } else {
        members.read()
    }
}

/// Reads the private key of a JWK Set that has this identifier, or its only one.
pub(super) fn read_set(json: &str, key_id: Option<&KeyId>) -> Result<PrivateKey, Error> {
    let members = Members::parse(json)?;
    if members.is_set() {
        return members.read_one_of_set(key_id);
    }
    Err(if members.0.get("kty").is_some() {
        Error::MalformedJwk("keys")
    } else {
        foreign::identify_json(&members.0)
    })
}

/// Reads every private key of a JWK Set that is for signing.
pub(super) fn read_all(json: &str) -> Result<Vec<PrivateKey>, Error> {
    let keys = Members::parse(json)?.private_keys()?;
    let signing = keys.iter().filter(|key| key.check_purpose().is_ok());
    signing.map(|key| key.read()?.checked()).collect()
}

/// Writes the members of a public JWK and the private ones after them.
///
/// The buffer has its final size from the start, so that no copy of a secret
/// stays behind in memory that was given back.
pub(super) fn write(material: &Material, public: &Jwk) -> Result<Zeroizing<String>, Error> {
    let public = serde_json::to_string_pretty(public).map_err(|_| Error::MalformedKey)?;
    let public = public.strip_suffix("\n}").ok_or(Error::MalformedKey)?;
    let secrets: Vec<(&str, &[u8])> = match material {
        Material::Rsa { pkcs1, .. } => {
            let parts = read_rsa_parts(pkcs1).ok_or(Error::MalformedKey)?;
            RSA_MEMBERS
                .into_iter()
                .zip(parts.into_iter().skip(2))
                .collect()
        }
        Material::Ec { scalar, .. } => vec![("d", scalar)],
        Material::Ed25519 { seed, .. } => vec![("d", &seed[..])],
    };
    let lengths = secrets.iter().map(|(_, secret)| 2 * secret.len() + 16);
    let mut json = Zeroizing::new(String::new());
    json.reserve_exact(public.len() + lengths.sum::<usize>() + 16);
    json.push_str(public);
    for (name, secret) in secrets {
        let mut encoded = Zeroizing::new(vec![0; 2 * secret.len()]);
        let encoded = Base64UrlUnpadded::encode(secret, &mut encoded);
        let encoded = encoded.map_err(|_| Error::MalformedKey)?;
        for part in [",\n  \"", name, "\": \"", encoded, "\""] {
            json.push_str(part);
        }
    }
    json.push_str("\n}");
    Ok(json)
}

/// A parsed private JWK or JWK Set, whose values are wiped when dropped.
struct Members(JsonObject);

impl Members {
    fn parse(json: &str) -> Result<Self, Error> {
        Ok(Self(JsonObject::parse(json.as_bytes())?))
    }

    fn is_set(&self) -> bool {
        self.0.get("kty").is_none() && self.0.get("keys").is_some()
    }

    fn is_private(&self) -> bool {
        member(&self.0, "d").is_some()
    }

    fn key_id(&self) -> Option<KeyId> {
        self.0.get("kid").and_then(Value::as_str).map(KeyId::from)
    }

    /// The private keys of a set.
    fn private_keys(&self) -> Result<Vec<Self>, Error> {
        let Some(Value::Array(entries)) = self.0.get("keys") else {
            return Err(Error::MalformedJwk("keys"));
        };
        let mut keys = Vec::with_capacity(entries.len());
        for entry in entries {
            let members = JsonObject::from_value(entry).ok_or(Error::MalformedJwk("keys"))?;
            keys.push(Self(members));
        }
        keys.retain(Self::is_private);
        Ok(keys)
    }

    /// A set may hold the private keys of other uses beside the one that signs.
    fn read_one_of_set(&self, key_id: Option<&KeyId>) -> Result<PrivateKey, Error> {
        let mut keys = self.private_keys()?;
        let key_ids = |keys: &[Self]| keys.iter().map(Self::key_id).collect();
        if let Some(key_id) = key_id {
            let all = key_ids(&keys);
            keys.retain(|key| key.key_id().as_ref() == Some(key_id));
            if keys.is_empty() {
                return Err(Error::PrivateKeyNotFound(all));
            }
        } else if keys.len() > 1 {
            keys.retain(|key| key.check_purpose().is_ok());
        }
        match keys.as_slice() {
            [key] => key.read(),
            [] => Err(Error::PrivateKeyNotFound(Vec::new())),
            several => Err(Error::SeveralKeys(key_ids(several))),
        }
    }

    fn read(&self) -> Result<PrivateKey, Error> {
        let members = &self.0;
        self.check_type()?;
        if !self.is_private() {
            read_public_key(members)?;
            return Err(Error::UnexpectedInput(FoundInput::PublicKey));
        }
        let (key_type, public_key) = self.public_half()?;
        self.check_purpose()?;
        let algorithm = self.algorithm(key_type)?;
        let key_id = optional_text(members, "kid")?.map(KeyId::from);
        let material = match (key_type, public_key) {
            (KeyType::Rsa, None) => return Err(Error::MalformedJwk("n")),
            (KeyType::Rsa, Some(public_key)) => {
                if member(members, "oth").is_some() {
                    return Err(Error::RejectedKey("more than two primes".into()));
                }
                Material::Rsa {
                    pkcs1: self.rsa_private_key(&public_key)?,
                    public_key,
                }
            }
            (KeyType::Ed25519, public_key) => {
                let d = Zeroizing::new(bytes(members, "d")?);
                let seed = d.as_slice().try_into();
                Material::Ed25519 {
                    seed: Zeroizing::new(seed.map_err(|_| of_length("d", &d, key_type))?),
                    public_key,
                }
            }
            (KeyType::P256 | KeyType::P384 | KeyType::P521, public_key) => {
                let d = Zeroizing::new(bytes(members, "d")?);
                Material::from_scalar(key_type, &d, public_key)
                    .map_err(|_| of_length("d", &d, key_type))?
            }
        };
        let mut key = PrivateKey::new(material);
        key.key_id = key_id;
        key.algorithm = algorithm;
        Ok(key)
    }

    /// The public half that is in a private JWK, where it is.
    ///
    /// Some tools write coordinates without their leading zeros. They are put back: a wrong
    /// coordinate is found where the halves are compared. Without any, the public half follows
    /// from the private one.
    fn public_half(&self) -> Result<(KeyType, Option<PublicKey>), Error> {
        let members = &self.0;
        let is_absent = |name| member(members, name).is_none();
        match text(members, "kty")? {
            "EC" => {
                let key_type = elliptic_curve(members)?;
                if is_absent("x") && is_absent("y") {
                    return Ok((key_type, None));
                }
                let full = |name| {
                    let coordinate = bytes(members, name)?;
                    let full = full_length(&coordinate, key_type.coordinate_len());
                    full.ok_or_else(|| of_length(name, &coordinate, key_type))
                };
                let public_key = PublicKey::from_coordinates(key_type, &full("x")?, &full("y")?)?;
                Ok((key_type, Some(public_key)))
            }
            "OKP" if is_absent("x") && optional_text(members, "crv")? == Some("Ed25519") => {
                Ok((KeyType::Ed25519, None))
            }
            _ => read_public_key(members).map(|key| (key.key_type(), Some(key))),
        }
    }

    /// Names the kinds of keys that other tools make and that sign nothing here.
    fn check_type(&self) -> Result<(), Error> {
        let text = |name| self.0.get(name).and_then(Value::as_str);
        let found = match (text("kty"), text("crv")) {
            (None, _) if self.0.get("kty").is_none() => {
                return Err(foreign::identify_json(&self.0));
            }
            (Some("oct"), _) => FoundInput::SymmetricKey,
            (Some("EC"), Some("secp256k1")) => FoundInput::Secp256k1Key,
            (Some("OKP"), Some("Ed448")) => FoundInput::Ed448Key,
            (Some("OKP"), Some("X25519" | "X448")) => FoundInput::KeyAgreementKey,
            _ => return Ok(()),
        };
        Err(Error::UnexpectedInput(found))
    }

    /// Refuses a key that is for something else (RFC 7517 sections 4.2 and 4.3).
    fn check_purpose(&self) -> Result<(), Error> {
        if optional_text(&self.0, "use")?.is_some_and(|key_use| key_use != "sig") {
            return Err(Error::NotForSigning("use"));
        }
        match member(&self.0, "key_ops") {
            None => Ok(()),
            Some(Value::Array(operations)) if operations.iter().any(|name| name == "sign") => {
                Ok(())
            }
            Some(_) => Err(Error::NotForSigning("key_ops")),
        }
    }

    fn algorithm(&self, key_type: KeyType) -> Result<Option<Algorithm>, Error> {
        let Some(name) = optional_text(&self.0, "alg")? else {
            return Ok(None);
        };
        let algorithm: Algorithm = name.parse().map_err(|_| unknown_algorithm(name))?;
        algorithm.check_key_type(key_type)?;
        Ok(Some(algorithm))
    }

    /// An RSAPrivateKey of the members, with those that are left out.
    fn rsa_private_key(&self, public_key: &PublicKey) -> Result<Zeroizing<Vec<u8>>, Error> {
        let stated = |name| match member(&self.0, name) {
            None => Ok(None),
            Some(_) => bytes(&self.0, name).map(|value| Some(Zeroizing::new(value))),
        };
        let n = bytes(&self.0, "n")?;
        let e = bytes(&self.0, "e")?;
        let d = Zeroizing::new(bytes(&self.0, "d")?);
        let mut rest = Vec::with_capacity(5);
        for name in ["p", "q", "dp", "dq", "qi"] {
            rest.push(stated(name)?);
        }
        if rest.iter().any(Option::is_none) {
            let bits = public_key.bits();
            if bits > LONGEST_RSA {
                return Err(Error::RsaSize(bits));
            }
            let prime = |index: usize| rest.get(index).and_then(Option::as_ref);
            let computed = completion::complete(&completion::Stated {
                n: &n,
                e: &e,
                d: &d,
                p: prime(0).map(|prime| prime.as_slice()),
                q: prime(1).map(|prime| prime.as_slice()),
            })?;
            for (part, computed) in rest.iter_mut().zip(computed) {
                part.get_or_insert(computed);
            }
        }
        let parts = [&n[..], &e, &d].into_iter();
        Ok(write_rsa_parts(
            parts.chain(rest.iter().flatten().map(|part| part.as_slice())),
        ))
    }
}

/// An `alg` that signs nothing, or that is only misspelled.
fn unknown_algorithm(name: &str) -> Error {
    let same = |algorithm: &&Algorithm| algorithm.name().eq_ignore_ascii_case(name);
    match Algorithm::ALL.iter().find(same) {
        Some(&meant) => Error::AlgorithmCase {
            found: name.into(),
            meant,
        },
        None => Error::NotForSigning("alg"),
    }
}

fn of_length(member: &'static str, value: &[u8], key_type: KeyType) -> Error {
    let (octets, expected) = (value.len(), key_type.coordinate_len());
    invalid(member, MemberFlaw::Length { octets, expected })
}

impl Drop for Members {
    fn drop(&mut self) {
        self.0.values_mut().for_each(wipe);
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(values) => values.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        _ => {}
    }
}
