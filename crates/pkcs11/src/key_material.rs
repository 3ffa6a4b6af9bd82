use cryptoki::mechanism::MechanismType;
use cryptoki::object::{Attribute, AttributeType, KeyType as TokenKeyType, ObjectHandle};
use cryptoki::session::Session;
use tokenring_jwk::{KeyType, PublicKey};

use crate::{Error, key_search};

/// What the token tells of a key.
#[derive(Clone, Debug)]
pub(crate) struct KeyMaterial {
    pub(crate) key_type: KeyType,
    pub(crate) public_key: Option<PublicKey>,
    /// The key wants the PIN for each signature.
    pub(crate) always_authenticate: bool,
    /// The mechanisms that the key is limited to, if it is.
    pub(crate) allowed: Option<Vec<MechanismType>>,
}

/// The weakest RSA key that JWS takes (RFC 7518 section 3.3).
const FEWEST_BITS: usize = 2048;

/// Reads what there is, and refuses a key that cannot be used.
pub(crate) fn read(session: &Session, key: ObjectHandle) -> Result<KeyMaterial, Error> {
    let private = Attributes::read(session, key)?;
    if private.sign == Some(false) {
        return Err(Error::KeyCannotSign);
    }
    let public = match key_search::find_public(session, key)? {
        Some(public) => Some(Attributes::read(session, public)?),
        None => None,
    };
    let key_type = private
        .key_type()
        .or_else(|| public.as_ref()?.key_type())
        .ok_or(Error::UnsupportedKey)?;
    let of_private = private.public_key(key_type)?;
    let of_public = match &public {
        Some(public) if public.kind == private.kind => public.public_key(key_type)?,
        Some(_) => return Err(Error::InconsistentKey),
        None => None,
    };
    if let (Some(one), Some(other)) = (&of_private, &of_public) {
        if one != other {
            return Err(Error::InconsistentKey);
        }
    }
    let public_key = of_private.or(of_public);
    let bits = match (&public_key, private.modulus.as_deref()) {
        (Some(public_key), _) => Some(public_key.bits()),
        // Bytes are near enough where the exponent is not told.
        (None, Some(modulus)) => Some(8 * modulus.len()),
        (None, None) => None,
    };
    if let (KeyType::Rsa, Some(bits @ ..FEWEST_BITS)) = (key_type, bits) {
        return Err(Error::WeakKey(bits));
    }
    Ok(KeyMaterial {
        key_type,
        public_key,
        always_authenticate: always_authenticate(session, key),
        allowed: allowed_mechanisms(session, key),
    })
}

/// Attributes of a private or of a public key.
#[derive(Default)]
struct Attributes {
    kind: Option<TokenKeyType>,
    sign: Option<bool>,
    modulus: Option<Vec<u8>>,
    exponent: Option<Vec<u8>>,
    curve: Option<Vec<u8>>,
    point: Option<Vec<u8>>,
    public_key_info: Option<Vec<u8>>,
}

impl Attributes {
    fn read(session: &Session, object: ObjectHandle) -> Result<Self, Error> {
        let wanted = [
            AttributeType::KeyType,
            AttributeType::Sign,
            AttributeType::Modulus,
            AttributeType::PublicExponent,
            AttributeType::EcParams,
            AttributeType::EcPoint,
            AttributeType::PublicKeyInfo,
        ];
        let mut attributes = Self::default();
        // Those that the token does not tell are left out.
        let told = session
            .get_attributes(object, &wanted)
            .map_err(|error| Error::module(&error))?;
        for attribute in told {
            match attribute {
                Attribute::KeyType(value) => attributes.kind = Some(value),
                Attribute::Sign(value) => attributes.sign = Some(value),
                Attribute::Modulus(value) => attributes.modulus = some(value),
                Attribute::PublicExponent(value) => attributes.exponent = some(value),
                Attribute::EcParams(value) => attributes.curve = some(value),
                Attribute::EcPoint(value) => attributes.point = some(value),
                Attribute::PublicKeyInfo(value) => attributes.public_key_info = some(value),
                _ => {}
            }
        }
        Ok(attributes)
    }

    fn key_type(&self) -> Option<KeyType> {
        match self.kind? {
            TokenKeyType::RSA => Some(KeyType::Rsa),
            TokenKeyType::EC | TokenKeyType::EC_EDWARDS => {
                let curve = self.curve.as_deref()?;
                let known = CURVES.iter().find(|(params, _)| *params == curve);
                known.map(|(_, key_type)| *key_type)
            }
            _ => None,
        }
    }

    /// The public key, if enough is told. What is told has to be sound.
    fn public_key(&self, key_type: KeyType) -> Result<Option<PublicKey>, Error> {
        let public_key = match key_type {
            KeyType::Rsa => match (&self.modulus, &self.exponent) {
                (Some(modulus), Some(exponent)) => Some(PublicKey::from_rsa(modulus, exponent)),
                _ => None,
            },
            _ => self
                .point
                .as_deref()
                .map(|point| PublicKey::from_encoded_point(key_type, unwrapped(point))),
        };
        let of_info = self
            .public_key_info
            .as_deref()
            .map(PublicKey::from_spki_der);
        let public_key = public_key.or(of_info).transpose();
        let public_key = public_key.map_err(|error| match error {
            tokenring_jwk::Error::RsaSize(bits) if bits < FEWEST_BITS => Error::WeakKey(bits),
            _ => Error::UnsupportedKey,
        })?;
        match &public_key {
            Some(key) if key.key_type() != key_type => Err(Error::InconsistentKey),
            _ => Ok(public_key),
        }
    }
}

/// An attribute that is there and empty is as good as none.
fn some(value: Vec<u8>) -> Option<Vec<u8>> {
    (!value.is_empty()).then_some(value)
}

/// What CKA_EC_PARAMS holds: the curve's object identifier (RFC 5480 section
/// 2.1.1.1), and for Ed25519 that of RFC 8410 section 3 or the curve's name
/// (PKCS#11 version 3.0 section 2.3.5).
const CURVES: &[(&[u8], KeyType)] = &[
    (b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07", KeyType::P256),
    (b"\x06\x05\x2b\x81\x04\x00\x22", KeyType::P384),
    (b"\x06\x05\x2b\x81\x04\x00\x23", KeyType::P521),
    (b"\x06\x03\x2b\x65\x70", KeyType::Ed25519),
    (b"\x13\x0cedwards25519", KeyType::Ed25519),
    (
        b"\x06\x09\x2b\x06\x01\x04\x01\xda\x47\x0f\x01",
        KeyType::Ed25519,
    ),
];

/// Takes a point out of the OCTET STRING that CKA_EC_POINT has around it, and
/// that some tokens leave out. A point begins with the same byte, but is never
/// as long as the length that follows says.
fn unwrapped(point: &[u8]) -> &[u8] {
    const OCTET_STRING: u8 = 4;
    const ONE_MORE_BYTE: u8 = 0x81;
    match point {
        [OCTET_STRING, ONE_MORE_BYTE, length, inner @ ..] | [OCTET_STRING, length, inner @ ..]
            if usize::from(*length) == inner.len() =>
        {
            inner
        }
        _ => point,
    }
}

/// Asked by itself, as tokens that do not know the attribute answer in many ways.
fn always_authenticate(session: &Session, key: ObjectHandle) -> bool {
    let told = session.get_attributes(key, &[AttributeType::AlwaysAuthenticate]);
    matches!(
        told.unwrap_or_default().as_slice(),
        [Attribute::AlwaysAuthenticate(true)]
    )
}

/// Asked by itself for the same reason. An empty list is no limit.
fn allowed_mechanisms(session: &Session, key: ObjectHandle) -> Option<Vec<MechanismType>> {
    let told = session.get_attributes(key, &[AttributeType::AllowedMechanisms]);
    match told.unwrap_or_default().pop() {
        Some(Attribute::AllowedMechanisms(list)) if !list.is_empty() => Some(list),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::unwrapped;

    #[track_caller]
    fn check(point: &[u8], expected: &[u8]) {
        assert_eq!(unwrapped(point), expected);
    }

    #[test]
    fn points_with_and_without_their_wrapper() {
        // P-256, P-384: an uncompressed point begins with 4, and so does its wrapper.
        for length in [65, 97] {
            let mut point = vec![7; length];
            *point.first_mut().unwrap() = 4;
            check(&point, &point);
            let wrapped = [&[4, u8::try_from(length).unwrap()], &point[..]].concat();
            check(&wrapped, &point);
        }
        // P-521: 133 bytes need the long form of a length.
        let mut point = vec![7; 133];
        *point.first_mut().unwrap() = 4;
        check(&point, &point);
        check(&[&[4, 0x81, 133], &point[..]].concat(), &point);
        // Ed25519 has 32 bytes, which may begin with anything.
        let point = [4; 32];
        check(&point, &point);
        check(&[&[4, 32], &point[..]].concat(), &point);
        check(&[], &[]);
        check(&[4], &[4]);
    }
}
