//! PKCS#12 (RFC 7292): the private keys in it; certificates are passed over.

mod ber;
pub(super) mod derivation;

use alloc::string::String;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use self::derivation::Hash;
use super::{cost, scheme};
use crate::der::{self, Reader};
use crate::private_key::PrivateKey;
use crate::{Error, FoundInput, KeyId, Passphrase};

/// Object identifiers of RFC 5652 sections 4 and 8, RFC 7292 appendix D, and RFC 2985.
const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
const ENCRYPTED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x06];
const BAG: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01];
const FRIENDLY_NAME: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x14];
const SHA1: &[u8] = &[0x2b, 0x0e, 0x03, 0x02, 0x1a];
const SHA2: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];

/// `[0]`, explicit and implicit.
const EXPLICIT: u8 = 0xa0;
const IMPLICIT: u8 = 0x80;
const SET: u8 = 0x31;
const BMP_STRING: u8 = 0x1e;

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
        keys.read_file(&file)?;
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
        let damaged = || Error::MalformedKey;
        let mut body = Reader::new(file).sequence().ok_or_else(damaged)?;
        if body.unsigned() != Some(&[3]) {
            return Err(damaged());
        }
        let mut content = body.sequence().ok_or_else(damaged)?;
        if content.value(der::OBJECT_IDENTIFIER) != Some(DATA) {
            return Err(Error::UnsupportedEncryption);
        }
        let safe = data_of(&mut content).ok_or_else(damaged)?;
        if let (Some(passphrase), Some(mac)) = (self.passphrase, body.sequence()) {
            check_mac(mac, safe, passphrase)?;
        }
        let safe = ber::to_der(safe).ok_or_else(damaged)?;
        let mut parts = Reader::new(&safe).sequence().ok_or_else(damaged)?;
        while let Some(mut part) = parts.sequence() {
            match part.value(der::OBJECT_IDENTIFIER) {
                Some(DATA) => self.read_bags(data_of(&mut part).ok_or_else(damaged)?, 0)?,
                Some(ENCRYPTED_DATA) => self.read_encrypted(&mut part)?,
                _ => {}
            }
        }
        parts.end().ok_or_else(damaged)
    }

    /// Certificates are mostly in such a part, and in old files under a cipher that isn't read:
    /// they are not needed.
    fn read_encrypted(&mut self, part: &mut Reader<'_>) -> Result<(), Error> {
        let mut parsed = || {
            let mut data = Reader::new(part.value(EXPLICIT)?).sequence()?;
            let _version = data.unsigned()?;
            let mut content = data.sequence()?;
            let _type = content.value(der::OBJECT_IDENTIFIER)?;
            let scheme = content.whole(der::SEQUENCE)?;
            let octets = match content.value(IMPLICIT) {
                Some(octets) => Zeroizing::new(octets.to_vec()),
                None => join(content.value(EXPLICIT)?)?,
            };
            Some((scheme, octets))
        };
        let (scheme, octets) = parsed().ok_or(Error::MalformedKey)?;
        let Some(passphrase) = self.passphrase else {
            return Ok(());
        };
        match scheme::decrypt(scheme, passphrase, &octets) {
            Ok(plain) => self.read_bags(&plain, 0),
            Err(Error::LegacyEncryption | Error::UnsupportedEncryption) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn read_bags(&mut self, contents: &[u8], depth: usize) -> Result<(), Error> {
        /// Bags may be in bags, which nobody does.
        const DEEPEST: usize = 4;
        let damaged = || Error::MalformedKey;
        let contents = ber::to_der(contents).ok_or_else(damaged)?;
        let mut bags = Reader::new(&contents).sequence().ok_or_else(damaged)?;
        while let Some(mut bag) = bags.sequence() {
            let kind = bag.value(der::OBJECT_IDENTIFIER).ok_or_else(damaged)?;
            let value = bag.value(EXPLICIT).ok_or_else(damaged)?;
            let key = match kind.strip_prefix(BAG) {
                Some([1]) => PrivateKey::from_der(value)?,
                Some([2]) => {
                    let passphrase = self
                        .passphrase
                        .ok_or(Error::UnexpectedInput(FoundInput::EncryptedKey))?;
                    PrivateKey::from_encrypted_pkcs8_der(value, passphrase)?
                }
                Some([6]) if depth < DEEPEST => {
                    self.read_bags(value, depth + 1)?;
                    continue;
                }
                _ => continue,
            };
            self.found.push((friendly_name(bag), key));
        }
        bags.end().ok_or_else(damaged)
    }
}

/// The contents of an OCTET STRING below `[0]`.
fn data_of<'a>(content: &mut Reader<'a>) -> Option<&'a [u8]> {
    Reader::new(content.value(EXPLICIT)?).value(der::OCTET_STRING)
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
fn check_mac(mut mac: Reader<'_>, safe: &[u8], passphrase: &Passphrase) -> Result<(), Error> {
    let damaged = || Error::MalformedKey;
    let mut digest = mac.sequence().ok_or_else(damaged)?;
    let mut algorithm = digest.sequence().ok_or_else(damaged)?;
    let code = digest.value(der::OCTET_STRING).ok_or_else(damaged)?;
    let salt = mac.value(der::OCTET_STRING).ok_or_else(damaged)?;
    let iterations = match mac.end() {
        Some(()) => 1,
        None => cost::iterations(&mut mac)?,
    };
    let name = algorithm.value(der::OBJECT_IDENTIFIER).unwrap_or_default();
    let hash = match (name, name.strip_prefix(SHA2)) {
        (SHA1, _) => Hash::Sha1,
        (_, Some([1])) => Hash::Sha256,
        (_, Some([2])) => Hash::Sha384,
        (_, Some([3])) => Hash::Sha512,
        (_, Some([4])) => Hash::Sha224,
        _ => return Ok(()),
    };
    match hash.authenticates(safe, code, passphrase, salt, iterations)? {
        true => Ok(()),
        false => Err(Error::WrongPassphrase),
    }
}

/// The name that people know a key by, `friendlyName` of its attributes.
fn friendly_name(mut bag: Reader<'_>) -> Option<KeyId> {
    let mut attributes = Reader::new(bag.value(SET)?);
    while let Some(mut attribute) = attributes.sequence() {
        if attribute.value(der::OBJECT_IDENTIFIER) == Some(FRIENDLY_NAME) {
            let text = Reader::new(attribute.value(SET)?).value(BMP_STRING)?;
            let pairs = text.chunks_exact(2);
            let units = pairs.map(|pair| {
                pair.iter()
                    .fold(0, |unit, &byte| (unit << 8) | u16::from(byte))
            });
            let units: Vec<u16> = units.collect();
            return Some(KeyId::new(String::from_utf16_lossy(&units)));
        }
    }
    None
}
