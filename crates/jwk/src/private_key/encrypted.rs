//! Encrypted PKCS#8 (RFC 5958 section 3) under PBES2 (RFC 8018 section 6.2).

use alloc::vec::Vec;

use pkcs5::EncryptionScheme;
use pkcs5::der::Encode;
use pkcs5::pbes2::{EncryptionScheme as Cipher, Kdf, Parameters, Pbkdf2Params, Pbkdf2Prf};
use zeroize::Zeroizing;

use super::PrivateKey;
use crate::der::{self, Reader};
use crate::pem::{self, Block};
use crate::{Error, FoundInput, Passphrase, SecretPem};

/// Object identifiers of RFC 8018 appendix C and RFC 7914 section 7.
const PBES2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];
const PBKDF2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c];
const SCRYPT: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x04, 0x0b];

/// RFC 8018 section 4.2 names ten million as apt for the most critical keys.
/// They take seconds.
const MOST_ITERATIONS: u64 = 10_000_000;
/// RFC 7914 section 2: 128 bytes for each of N times r. OpenSSL reads no key
/// that takes more than 32 MiB.
const MOST_MEMORY: u64 = 64 * 1024 * 1024;
/// N times r times p. OpenSSL writes keys with 2^17.
const MOST_ROUNDS: u64 = 1 << 22;

/// OWASP's Password Storage Cheat Sheet for PBKDF2 with HMAC-SHA-256.
const ITERATIONS: u32 = 600_000;
const SALT_LENGTH: usize = 16;
const IV_LENGTH: usize = 16;

/// How many random bytes [`PrivateKey::encrypt`] takes.
pub(crate) const ENTROPY_LENGTH: usize = SALT_LENGTH + IV_LENGTH;

impl PrivateKey {
    /// Reads an encrypted PKCS#8 key in PEM (`BEGIN ENCRYPTED PRIVATE KEY`).
    ///
    /// # Errors
    ///
    /// [`Error::WrongPassphrase`]; [`Error::CostOverCap`] before any work is
    /// done, for more than 10,000,000 iterations of PBKDF2, and for a scrypt
    /// that takes more than 64 MiB or 2^22 rounds (N times r times p);
    /// [`Error::UnsupportedEncryption`], and whatever is wrong with the key.
    pub fn from_encrypted_pkcs8_pem(text: &str, passphrase: &Passphrase) -> Result<Self, Error> {
        let block = Block::find_private_key(text)?;
        if block.label != "ENCRYPTED PRIVATE KEY" {
            return Err(Error::UnsupportedEncryption);
        }
        let mut der = Vec::new();
        block.decode_into(&mut der)?;
        Self::from_encrypted_pkcs8_der(&der, passphrase)
    }

    /// Reads an encrypted PKCS#8 key in DER.
    ///
    /// # Errors
    ///
    /// As for [`PrivateKey::from_encrypted_pkcs8_pem`].
    pub fn from_encrypted_pkcs8_der(der: &[u8], passphrase: &Passphrase) -> Result<Self, Error> {
        let (scheme, contents) = split(der).ok_or(Error::MalformedKey)?;
        check_cost(scheme)?;
        let scheme =
            EncryptionScheme::try_from(scheme).map_err(|_| Error::UnsupportedEncryption)?;
        let mut buffer = Zeroizing::new(contents.to_vec());
        let plain = scheme
            .decrypt_in_place(passphrase.secret(), &mut buffer)
            .map_err(|error| match error {
                pkcs5::Error::DecryptFailed => Error::WrongPassphrase,
                _ => Error::UnsupportedEncryption,
            })?;
        // One wrong passphrase in 256 leaves padding that looks right, and
        // then what is under it isn't even a sequence of the right length.
        let mut whole = Reader::new(plain);
        if whole.sequence().is_none() || whole.end().is_none() {
            return Err(Error::WrongPassphrase);
        }
        match Self::from_der(plain) {
            Err(Error::UnexpectedInput(FoundInput::Unknown)) => Err(Error::WrongPassphrase),
            read => read,
        }
    }

    /// Writes an encrypted PKCS#8 key with `entropy` as its salt and its
    /// initialization vector, which have to be new each time.
    pub(crate) fn encrypt(
        &self,
        passphrase: &Passphrase,
        entropy: &[u8; ENTROPY_LENGTH],
    ) -> Result<SecretPem, Error> {
        let (salt, iv) = entropy.split_at(SALT_LENGTH);
        let iv = iv.try_into().map_err(|_| Error::Provider)?;
        let parameters = Parameters {
            kdf: Kdf::Pbkdf2(Pbkdf2Params {
                salt: salt.try_into().map_err(|_| Error::Provider)?,
                iteration_count: ITERATIONS,
                key_length: None,
                prf: Pbkdf2Prf::HmacWithSha256,
            }),
            encryption: Cipher::Aes256Cbc { iv },
        };
        let plain = self.to_pkcs8_der();
        let contents = parameters
            .encrypt(passphrase.secret(), plain.secret())
            .map_err(|_| Error::Provider)?;
        let scheme = write_scheme(&parameters)?;
        let contents = der::write(der::OCTET_STRING, &[&contents]);
        let der = der::write(der::SEQUENCE, &[&scheme, &contents]);
        let pem = pem::encode("ENCRYPTED PRIVATE KEY", &der);
        Ok(SecretPem::new(Zeroizing::new(pem)))
    }
}

/// The EncryptionScheme and the contents of an EncryptedPrivateKeyInfo.
fn split(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut outer = Reader::new(der);
    let mut body = outer.sequence()?;
    outer.end()?;
    let scheme = body.whole(der::SEQUENCE)?;
    let contents = body.value(der::OCTET_STRING)?;
    body.end()?;
    Some((scheme, contents))
}

/// Refuses what would cost too much, or isn't PBES2, before any of it is done.
fn check_cost(scheme: &[u8]) -> Result<(), Error> {
    let mut algorithm = Reader::new(scheme).sequence().ok_or(Error::MalformedKey)?;
    if algorithm.value(der::OBJECT_IDENTIFIER) != Some(PBES2) {
        return Err(Error::UnsupportedEncryption);
    }
    let mut derivation = algorithm
        .sequence()
        .and_then(|mut parameters| parameters.sequence())
        .ok_or(Error::MalformedKey)?;
    let function = derivation.value(der::OBJECT_IDENTIFIER);
    let mut parameters = derivation.sequence().ok_or(Error::UnsupportedEncryption)?;
    // The salt of PBKDF2 may be named instead of given, which nobody does.
    parameters
        .value(der::OCTET_STRING)
        .ok_or(Error::UnsupportedEncryption)?;
    let mut number = || parameters.unsigned().map(number).ok_or(Error::MalformedKey);
    match function {
        Some(PBKDF2) => match number()? {
            0 => Err(Error::MalformedKey),
            1..=MOST_ITERATIONS => Ok(()),
            _ => Err(over("iterations of PBKDF2", MOST_ITERATIONS)),
        },
        Some(SCRYPT) => {
            let (n, r, p) = (number()?, number()?, number()?);
            if n < 2 || !n.is_power_of_two() || r == 0 || p == 0 {
                return Err(Error::MalformedKey);
            }
            let memory = n.saturating_add(p).saturating_mul(r).saturating_mul(128);
            if memory > MOST_MEMORY {
                return Err(over("bytes of memory for scrypt", MOST_MEMORY));
            }
            if n.saturating_mul(r).saturating_mul(p) > MOST_ROUNDS {
                return Err(over("rounds of scrypt", MOST_ROUNDS));
            }
            Ok(())
        }
        _ => Err(Error::UnsupportedEncryption),
    }
}

const fn over(cost: &'static str, cap: u64) -> Error {
    Error::CostOverCap { cost, cap }
}

/// A magnitude as a number, and the largest one where it is larger.
fn number(magnitude: &[u8]) -> u64 {
    if magnitude.len() > 8 {
        return u64::MAX;
    }
    magnitude
        .iter()
        .fold(0, |number, &byte| (number << 8) | u64::from(byte))
}

fn write_scheme(parameters: &Parameters) -> Result<Vec<u8>, Error> {
    let scheme = EncryptionScheme::from(parameters.clone());
    let mut buffer = [0; 256];
    let written = scheme.encode_to_slice(&mut buffer);
    written.map(<[u8]>::to_vec).map_err(|_| Error::Provider)
}
