//! Encrypted PKCS#8 (RFC 5958 section 3), and what else takes a passphrase to read.

mod cost;
pub(crate) mod jwe;
mod openssh;
#[cfg(feature = "pkcs12")]
mod pkcs12;
mod scheme;

use alloc::vec::Vec;

use cbc::Encryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use zeroize::Zeroizing;

use super::PrivateKey;
use crate::der::{self, Reader};
use crate::pem::{self, Block};
use crate::{Error, FoundInput, Passphrase, SecretPem};

/// OWASP's Password Storage Cheat Sheet for PBKDF2 with HMAC-SHA-256.
const ITERATIONS: u32 = 600_000;
const SALT_LENGTH: usize = 16;
const IV_LENGTH: usize = 16;
/// Object identifiers of RFC 8018 appendix B.1.2 and FIPS 197.
const HMAC_WITH_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x09];
const AES_256_CBC: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a];

/// How many random bytes [`PrivateKey::encrypt`] takes.
pub(crate) const ENTROPY_LENGTH: usize = SALT_LENGTH + IV_LENGTH;

impl PrivateKey {
    /// Reads an encrypted key in PEM: PKCS#8 (`BEGIN ENCRYPTED PRIVATE KEY`), or OpenSSH's own
    /// format.
    ///
    /// # Errors
    ///
    /// [`Error::WrongPassphrase`]; [`Error::CostOverCap`] before any work is
    /// done, for more than 10,000,000 iterations, and for a scrypt
    /// that takes more than 64 MiB or 2^22 rounds (N times r times p);
    /// [`Error::UnsupportedEncryption`] and [`Error::LegacyEncryption`], and whatever is wrong
    /// with the key.
    pub fn from_encrypted_pem(text: &str, passphrase: &Passphrase) -> Result<Self, Error> {
        let found = Block::find_private_key(text)?;
        let mut contents = Zeroizing::new(Vec::new());
        match found.private_key.label {
            "ENCRYPTED PRIVATE KEY" => {
                found.private_key.decode_into(&mut contents)?;
                Self::from_encrypted_pkcs8_der(&contents, passphrase)?
                    .with_public_halves(&found.public_keys)
            }
            "OPENSSH PRIVATE KEY" => {
                found.private_key.decode_into(&mut contents)?;
                openssh::read(&contents, passphrase)?.with_public_halves(&found.public_keys)
            }
            _ => Self::from_pem(text),
        }
    }

    /// Reads an encrypted PKCS#8 key in DER.
    ///
    /// # Errors
    ///
    /// As for [`PrivateKey::from_encrypted_pem`].
    pub fn from_encrypted_pkcs8_der(der: &[u8], passphrase: &Passphrase) -> Result<Self, Error> {
        let (scheme, contents) = split(der).ok_or(Error::MalformedKey)?;
        let plain = scheme::decrypt(scheme, passphrase, contents)?;
        // One wrong passphrase in 256 leaves padding that looks right, and
        // then what is under it isn't even a sequence of the right length.
        let mut whole = Reader::new(&plain);
        if whole.sequence().is_none() || whole.end().is_none() {
            return Err(Error::WrongPassphrase);
        }
        match Self::from_der(&plain) {
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
        let mut key = Zeroizing::new([0; 32]);
        let password = passphrase.secret();
        pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password, salt, ITERATIONS, &mut key[..]);
        let encryptor = Encryptor::<aes::Aes256>::new_from_slices(&key[..], iv);
        let encryptor = encryptor.map_err(|_| Error::Provider)?;
        let plain = self.to_pkcs8_der();
        let length = plain.secret().len();
        let mut buffer = Zeroizing::new(Vec::with_capacity(length + IV_LENGTH));
        buffer.extend_from_slice(plain.secret());
        buffer.resize(length + IV_LENGTH, 0);
        let contents = encryptor.encrypt_padded::<Pkcs7>(&mut buffer, length);
        let contents = contents.map_err(|_| Error::Provider)?;
        let contents = der::write(der::OCTET_STRING, &[contents]);
        let der = der::write(der::SEQUENCE, &[&write_scheme(salt, iv), &contents]);
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

/// PBES2 with PBKDF2, HMAC-SHA-256 and AES-256 in CBC mode (RFC 8018 appendix A.4).
fn write_scheme(salt: &[u8], iv: &[u8]) -> Vec<u8> {
    let name = |identifier| der::write(der::OBJECT_IDENTIFIER, &[identifier]);
    let sequence = |parts: &[&[u8]]| der::write(der::SEQUENCE, parts);
    let octets = |bytes| der::write(der::OCTET_STRING, &[bytes]);
    let iterations = der::write_unsigned(&ITERATIONS.to_be_bytes());
    let function = sequence(&[&name(HMAC_WITH_SHA256), &der::write(der::NULL, &[])]);
    let parameters = sequence(&[&octets(salt), &iterations, &function]);
    let derivation = sequence(&[&name(scheme::PBKDF2), &parameters]);
    let encryption = sequence(&[&name(AES_256_CBC), &octets(iv)]);
    sequence(&[&name(scheme::PBES2), &sequence(&[&derivation, &encryption])])
}
