//! PKCS#12 (RFC 7292), read by the crate `pkcs12`: the private keys in it; certificates are passed
//! over.

mod ber;
pub(super) mod derivation;

use alloc::string::String;
use alloc::vec::Vec;

use ::der::asn1::{Any, BmpString, ObjectIdentifier, OctetString};
use ::der::oid::db::rfc5912::{ID_SHA_1, ID_SHA_224, ID_SHA_256, ID_SHA_384, ID_SHA_512};
use ::der::{Decode, oid};
use ::pkcs12::pfx::Pfx;
use ::pkcs12::safe_bag::SafeContents;
use ::pkcs12::{
    AuthenticatedSafe, MacData, PKCS_12_KEY_BAG_OID, PKCS_12_PKCS8_KEY_BAG_OID,
    PKCS_12_SAFE_CONTENTS_BAG_OID,
};
use zeroize::Zeroizing;

use self::derivation::Hash;
use super::{cost, scheme};
use crate::der::{self, Reader};
use crate::private_key::PrivateKey;
use crate::{Error, FoundInput, KeyId, Passphrase, UnlockCost};

/// Object identifiers of RFC 5652 sections 4, 5 and 8.
const DATA: ObjectIdentifier = oid::db::rfc5911::ID_DATA;
const SIGNED_DATA: ObjectIdentifier = oid::db::rfc5911::ID_SIGNED_DATA;
const ENCRYPTED_DATA: ObjectIdentifier = oid::db::rfc5911::ID_ENCRYPTED_DATA;
/// `friendlyName` of RFC 2985 section 5.5.1.
const FRIENDLY_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.20");

/// `[0]`, explicit and implicit.
const EXPLICIT: u8 = 0xa0;
const IMPLICIT: u8 = 0x80;

impl PrivateKey {
    /// Reads the private key of a PKCS#12 file (`.p12`, `.pfx`), or the one whose friendly name
    /// is `key_id` where there are several.
    ///
    /// `openssl pkcs12 -export -inkey KEY.pem -in CERTIFICATE.pem -out KEY.p12` writes one.
    ///
    /// # Errors
    ///
    /// [`FoundInput::EncryptedKey`] where it takes a passphrase and there is none,
    /// [`Error::WrongPassphrase`], [`Error::CostOverCap`], [`Error::SeveralKeys`],
    /// [`FoundInput::NoPrivateKey`], and whatever is wrong with the key.
    pub fn from_pkcs12(
        contents: &[u8],
        passphrase: Option<&Passphrase>,
        key_id: Option<&KeyId>,
    ) -> Result<Self, Error> {
        let file = ber::to_der(contents).ok_or(Error::MalformedKey)?;
        let mut keys = Keys {
            passphrase,
            found: Vec::new(),
        };
        keys.read_file(&file).map_err(of_this_file)?;
        keys.choose(key_id)
    }
}

/// The keys that were found in a file, each with its friendly name.
struct Keys<'p> {
    passphrase: Option<&'p Passphrase>,
    found: Vec<(Option<KeyId>, PrivateKey)>,
}

impl Keys<'_> {
    fn choose(self, key_id: Option<&KeyId>) -> Result<PrivateKey, Error> {
        let is_wanted = |name: &Option<KeyId>| name.is_some() && name.as_ref() == key_id;
        let names = || self.found.iter().map(|(name, _)| name.clone()).collect();
        let wanted = self
            .found
            .iter()
            .filter(|(name, _)| is_wanted(name))
            .count();
        match (self.found.len(), wanted) {
            (0, _) => return Err(Error::UnexpectedInput(FoundInput::NoPrivateKey)),
            (1, _) | (_, 1) => {}
            _ => return Err(Error::SeveralKeys(names())),
        }
        let is_only = self.found.len() == 1;
        let mut keys = self.found.into_iter();
        let key = keys.find(|(name, _)| is_only || is_wanted(name));
        key.map(|(_, key)| key).ok_or(Error::MalformedKey)
    }

    fn read_file(&mut self, file: &[u8]) -> Result<(), Error> {
        let file = Pfx::from_der(file).map_err(damaged)?;
        match file.auth_safe.content_type {
            DATA => {}
            // It is signed, and no passphrase authenticates it.
            SIGNED_DATA => return Err(Error::UnsupportedEncryption),
            _ => return Err(Error::MalformedKey),
        }
        let safe: OctetString = file.auth_safe.content.decode_as().map_err(damaged)?;
        if let (Some(passphrase), Some(mac)) = (self.passphrase, &file.mac_data) {
            check_mac(mac, safe.as_bytes(), passphrase)?;
        }
        let safe = ber::to_der(safe.as_bytes()).ok_or(Error::MalformedKey)?;
        for part in AuthenticatedSafe::from_der(&safe).map_err(damaged)? {
            match part.content_type {
                DATA => {
                    let bags: OctetString = part.content.decode_as().map_err(damaged)?;
                    self.read_bags(&Zeroizing::new(bags.into_bytes()), 0)?;
                }
                ENCRYPTED_DATA => self.read_encrypted(&part.content)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Certificates are mostly in such a part, and in old files under a cipher that isn't read:
    /// they are not needed.
    fn read_encrypted(&mut self, part: &Any) -> Result<(), Error> {
        let Some(passphrase) = self.passphrase else {
            return Ok(());
        };
        let (scheme, octets) = encrypted_content(part.value()).ok_or(Error::MalformedKey)?;
        match scheme::decrypt(scheme, passphrase, &octets) {
            Ok(plain) => self.read_bags(&plain, 0),
            Err(Error::LegacyEncryption | Error::UnsupportedEncryption) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn read_bags(&mut self, contents: &[u8], depth: usize) -> Result<(), Error> {
        /// Bags may be in bags, which nobody does.
        const DEEPEST: usize = 4;
        let contents = ber::to_der(contents).ok_or(Error::MalformedKey)?;
        for bag in SafeContents::from_der(&contents).map_err(damaged)? {
            let value = Zeroizing::new(bag.bag_value);
            // With the tag `[0]` around it.
            let value = Reader::new(&value).value(EXPLICIT);
            let value = value.ok_or(Error::MalformedKey)?;
            let key = match bag.bag_id {
                PKCS_12_KEY_BAG_OID => PrivateKey::from_der(value)?,
                PKCS_12_PKCS8_KEY_BAG_OID => {
                    let passphrase = self
                        .passphrase
                        .ok_or(Error::UnexpectedInput(FoundInput::EncryptedKey))?;
                    PrivateKey::from_encrypted_pkcs8_der(value, passphrase)?
                }
                PKCS_12_SAFE_CONTENTS_BAG_OID if depth < DEEPEST => {
                    self.read_bags(value, depth + 1)?;
                    continue;
                }
                _ => continue,
            };
            let mut attributes = bag.bag_attributes.iter().flat_map(|all| all.iter());
            let name = attributes.find(|attribute| attribute.oid == FRIENDLY_NAME);
            let name = name.and_then(|attribute| key_name(attribute.values.get(0)?));
            self.found.push((name, key));
        }
        Ok(())
    }
}

/// What is advised for a key in a file of its own is none for one that is in this file.
fn of_this_file(error: Error) -> Error {
    match error {
        Error::UnsupportedEncryption | Error::LegacyEncryption => {
            Error::UnexpectedInput(FoundInput::Pkcs12Encryption)
        }
        Error::CostOverCap { cap, .. } => Error::CostOverCap {
            cost: UnlockCost::Pkcs12Iterations,
            cap,
        },
        error => error,
    }
}

fn damaged(_: ::der::Error) -> Error {
    Error::MalformedKey
}

/// The EncryptionScheme and the contents of an EncryptedData (RFC 5652 section 8).
///
/// The crate `cms` has this as well, and does not read the contents in pieces, which BER allows.
fn encrypted_content(data: &[u8]) -> Option<(&[u8], Zeroizing<Vec<u8>>)> {
    let mut data = Reader::new(data);
    let _version = data.unsigned()?;
    let mut content = data.sequence()?;
    let _type = content.value(der::OBJECT_IDENTIFIER)?;
    let scheme = content.whole(der::SEQUENCE)?;
    let octets = match content.value(IMPLICIT) {
        Some(octets) => Zeroizing::new(octets.to_vec()),
        None => join(content.value(EXPLICIT)?)?,
    };
    Some((scheme, octets))
}

/// The pieces of a string, in one.
fn join(pieces: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut input = Reader::new(pieces);
    let mut joined = Zeroizing::new(Vec::with_capacity(pieces.len()));
    while let Some(piece) = input.value(der::OCTET_STRING) {
        joined.extend_from_slice(piece);
    }
    input.end().map(|()| joined)
}

/// Checks what authenticates the file (RFC 7292 section 5.1), which tells a wrong passphrase.
///
/// A code of another kind, as RFC 9579 has it, is passed over: decryption tells as well.
fn check_mac(mac: &MacData, safe: &[u8], passphrase: &Passphrase) -> Result<(), Error> {
    let hash = match mac.mac.algorithm.oid {
        ID_SHA_1 => Hash::Sha1,
        ID_SHA_224 => Hash::Sha224,
        ID_SHA_256 => Hash::Sha256,
        ID_SHA_384 => Hash::Sha384,
        ID_SHA_512 => Hash::Sha512,
        _ => return Ok(()),
    };
    let iterations = u64::try_from(mac.iterations).map_err(|_| Error::MalformedKey)?;
    let iterations = cost::checked_iterations(iterations, UnlockCost::Pkcs12Iterations)?;
    let (code, salt) = (mac.mac.digest.as_bytes(), mac.mac_salt.as_bytes());
    match hash.authenticates(safe, code, passphrase, salt, iterations)? {
        true => Ok(()),
        false => Err(Error::WrongPassphrase),
    }
}

/// The name that people know a key by, the value of its `friendlyName`.
fn key_name(value: &Any) -> Option<KeyId> {
    let name: BmpString = value.decode_as().ok()?;
    let name: String = name.chars().collect();
    Some(KeyId::new(name))
}
