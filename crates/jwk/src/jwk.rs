mod key_operations;
mod names;

use alloc::vec::Vec;
use core::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

pub use self::key_operations::KeyOperations;
use crate::public_key::Members;
use crate::{Algorithm, Error, JsonObject, KeyId, KeyType, MemberFlaw, PublicKey};

/// Members that hold private or symmetric key material (RFC 7518 sections
/// 6.2.2, 6.3.2 and 6.4.1, RFC 8037 section 2, and `AKP` keys).
pub(crate) const PRIVATE_MEMBERS: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

/// A public key as a JSON Web Key (RFC 7517 section 4).
///
/// Members are written in a fixed order, `kty`, the key's own, `alg`, `kid`,
/// `use`, so that two exports of one key are equal byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwk {
    public_key: PublicKey,
    algorithm: Option<Algorithm>,
    key_id: Option<KeyId>,
    key_use: Option<KeyUse>,
    operations: KeyOperations,
}

impl Jwk {
    /// Takes a public key, with neither `alg` nor `kid` nor `use`.
    #[must_use]
    pub const fn new(public_key: PublicKey) -> Self {
        Self {
            public_key,
            algorithm: None,
            key_id: None,
            key_use: None,
            operations: KeyOperations::Verify,
        }
    }

    /// Reads one JWK from JSON.
    ///
    /// Members that this crate has no use for are passed over.
    ///
    /// # Errors
    ///
    /// What is wrong with the JWK; [`Error::PrivateMember`] where it isn't
    /// public.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self::from_members(&JsonObject::parse(text.as_bytes())?)
    }

    pub(crate) fn from_members(members: &JsonObject) -> Result<Self, Error> {
        if is_private(members) {
            return Err(Error::PrivateMember);
        }
        let public_key = read_public_key(members)?;
        let algorithm = match optional_text(members, "alg")? {
            None => None,
            Some(name) => {
                let algorithm: Algorithm = name
                    .parse()
                    .map_err(|_| names::algorithm(name, public_key.key_type()))?;
                algorithm.check_key_type(public_key.key_type())?;
                Some(algorithm)
            }
        };
        let key_use = match optional_text(members, "use")? {
            None => None,
            Some("sig" | SPIFFE_SIGNATURE) => Some(KeyUse::Signature),
            Some("enc") => Some(KeyUse::Encryption),
            Some(name) => return Err(names::key_use(name)),
        };
        Ok(Self {
            public_key,
            algorithm,
            key_id: optional_text(members, "kid")?.map(KeyId::from),
            key_use,
            operations: KeyOperations::of(members)?,
        })
    }

    /// States the algorithm that the key is for, `alg`. Defaults to none.
    ///
    /// # Errors
    ///
    /// [`Error::WrongKeyType`] where the algorithm does not sign with such keys.
    pub fn with_algorithm(mut self, algorithm: Algorithm) -> Result<Self, Error> {
        algorithm.check_key_type(self.public_key.key_type())?;
        self.algorithm = Some(algorithm);
        Ok(self)
    }

    /// States the key identifier, `kid`. Defaults to none.
    #[must_use]
    pub fn with_key_id(mut self, key_id: KeyId) -> Self {
        self.key_id = Some(key_id);
        self
    }

    /// States what the key is for, `use`. Defaults to none.
    #[must_use]
    #[doc(alias = "use")]
    pub const fn with_use(mut self, key_use: KeyUse) -> Self {
        self.key_use = Some(key_use);
        self
    }

    /// The key itself.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The algorithm that the key is for.
    #[must_use]
    #[doc(alias = "alg")]
    pub const fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }

    /// The key identifier.
    #[must_use]
    #[doc(alias = "kid")]
    pub const fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }

    /// What the key is for.
    #[must_use]
    #[doc(alias = "use")]
    pub const fn key_use(&self) -> Option<KeyUse> {
        self.key_use
    }

    /// What `key_ops` said, as it was read; it is not written.
    #[must_use]
    #[doc(alias = "key_ops")]
    pub const fn operations(&self) -> KeyOperations {
        self.operations
    }
}

impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let base64url = Base64UrlUnpadded::encode_string;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kty", self.public_key.key_type().kty())?;
        match self.public_key.members() {
            Members::Rsa { modulus, exponent } => {
                map.serialize_entry("n", &base64url(modulus))?;
                map.serialize_entry("e", &base64url(exponent))?;
            }
            Members::Ec { crv, x, y } => {
                map.serialize_entry("crv", crv)?;
                map.serialize_entry("x", &base64url(x))?;
                map.serialize_entry("y", &base64url(y))?;
            }
            Members::Okp { crv, x } => {
                map.serialize_entry("crv", crv)?;
                map.serialize_entry("x", &base64url(x))?;
            }
        }
        if let Some(algorithm) = self.algorithm {
            map.serialize_entry("alg", algorithm.name())?;
        }
        if let Some(key_id) = &self.key_id {
            map.serialize_entry("kid", key_id.as_str())?;
        }
        if let Some(key_use) = self.key_use {
            map.serialize_entry("use", key_use.name())?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Jwk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = JsonObject::deserialize(deserializer)?;
        Self::from_members(&members).map_err(de::Error::custom)
    }
}

/// What a public key is for (RFC 7517 section 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyUse {
    /// Signatures, `sig`; `jwt-svid` in the bundle of a SPIFFE trust domain means the same (SPIFFE
    /// Trust Domain and Bundle section 4.2.2).
    Signature,
    /// Encryption, `enc`.
    Encryption,
}

/// What SPIFFE calls the use of a key that signs JWTs.
pub(crate) const SPIFFE_SIGNATURE: &str = "jwt-svid";

impl KeyUse {
    /// The value of `use` on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Signature => "sig",
            Self::Encryption => "enc",
        }
    }
}

impl fmt::Display for KeyUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

pub(crate) fn read_public_key(members: &JsonObject) -> Result<PublicKey, Error> {
    match text(members, "kty")? {
        "RSA" => PublicKey::from_rsa(&integer(members, "n")?, &integer(members, "e")?),
        "EC" => {
            let key_type = elliptic_curve(members)?;
            let x = coordinate(members, "x", key_type)?;
            let y = coordinate(members, "y", key_type)?;
            PublicKey::from_coordinates(key_type, &x, &y)
        }
        "OKP" => {
            let crv = text(members, "crv")?;
            if crv != "Ed25519" {
                return Err(names::octet_curve(crv));
            }
            let x = coordinate(members, "x", KeyType::Ed25519)?;
            PublicKey::from_encoded_point(KeyType::Ed25519, &x)
        }
        kty => Err(names::key_type(kty)),
    }
}

pub(crate) fn elliptic_curve(members: &JsonObject) -> Result<KeyType, Error> {
    let crv = text(members, "crv")?;
    KeyType::from_elliptic_curve(crv).ok_or_else(|| names::elliptic_curve(crv))
}

/// A positive integer (RFC 7518 section 2, Base64urlUInt).
fn integer(members: &JsonObject, name: &'static str) -> Result<Vec<u8>, Error> {
    let octets = bytes(members, name)?;
    match octets.iter().any(|&octet| octet != 0) {
        true => Ok(octets),
        false if octets.is_empty() => Err(invalid(name, MemberFlaw::Empty)),
        false => Err(invalid(name, MemberFlaw::Zero)),
    }
}

/// A coordinate of exactly the length that its curve has.
fn coordinate(
    members: &JsonObject,
    name: &'static str,
    key_type: KeyType,
) -> Result<Vec<u8>, Error> {
    let coordinate = bytes(members, name)?;
    let (octets, expected) = (coordinate.len(), key_type.coordinate_len());
    match octets == expected {
        true => Ok(coordinate),
        false => Err(invalid(name, MemberFlaw::Length { octets, expected })),
    }
}

pub(crate) const fn invalid(member: &'static str, flaw: MemberFlaw) -> Error {
    Error::InvalidMember { member, flaw }
}

/// Whether one of the members is private or symmetric key material.
pub(crate) fn is_private(members: &JsonObject) -> bool {
    let mut private = PRIVATE_MEMBERS.iter();
    private.any(|name| member(members, name).is_some())
}

/// The value of a member that says something.
///
/// Serializers of several languages write null or an empty list where there is nothing to say.
pub(crate) fn member<'a>(members: &'a JsonObject, name: &str) -> Option<&'a Value> {
    let is_empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
    let value = members.get(name)?;
    (!value.is_null() && !is_empty(value)).then_some(value)
}

pub(crate) fn optional_text<'a>(
    members: &'a JsonObject,
    name: &'static str,
) -> Result<Option<&'a str>, Error> {
    match member(members, name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(value) => Err(invalid(name, MemberFlaw::NotText(kind(value)))),
    }
}

/// What JSON calls a value, with its article.
const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

pub(crate) fn text<'a>(members: &'a JsonObject, name: &'static str) -> Result<&'a str, Error> {
    optional_text(members, name)?.ok_or(invalid(name, MemberFlaw::Missing))
}

pub(crate) fn bytes(members: &JsonObject, name: &'static str) -> Result<Vec<u8>, Error> {
    let encoded: &str = text(members, name)?;
    Base64UrlUnpadded::decode_vec(encoded).map_err(|_| invalid(name, base64_flaw(encoded)))
}

/// Why a text isn't base64url.
fn base64_flaw(encoded: &str) -> MemberFlaw {
    let text = encoded.trim_end_matches('=');
    let is_base64 = |character: char| character.is_ascii_alphanumeric() || "+/".contains(character);
    let is_base64url =
        |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    if encoded.contains(char::is_whitespace) {
        MemberFlaw::WhiteSpace
    } else if text.chars().all(is_base64url) && text.len() < encoded.len() {
        MemberFlaw::Padding
    } else if text.contains(['+', '/']) && text.chars().all(is_base64) {
        MemberFlaw::StandardBase64
    } else {
        MemberFlaw::NotBase64Url
    }
}
