//! The key derivation of PKCS#12 (RFC 7292 appendix B), by the crate `pkcs12`.

use alloc::vec::Vec;

use ::pkcs12::kdf::{Pkcs12KeyType, derive_key};
use hmac::digest::block_api::{BlockSizeUser, EagerHash};
use hmac::digest::{Digest, FixedOutputReset};
use hmac::{Hmac, KeyInit, Mac};
use zeroize::Zeroizing;

use crate::{Error, Passphrase};

/// What a derived value is for.
#[derive(Clone, Copy)]
pub(in crate::private_key::encrypted) enum Purpose {
    Key,
    InitializationVector,
}

/// Derives a value with SHA-1.
pub(in crate::private_key::encrypted) fn derive_sha1(
    passphrase: &Passphrase,
    salt: &[u8],
    purpose: Purpose,
    iterations: u32,
    length: usize,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let purpose = match purpose {
        Purpose::Key => Pkcs12KeyType::EncryptionKey,
        Purpose::InitializationVector => Pkcs12KeyType::Iv,
    };
    let rounds = i32::try_from(iterations).map_err(|_| Error::MalformedKey)?;
    let password = utf16(passphrase)?;
    let derived = derive_key::<sha1::Sha1>(&password, salt, purpose, rounds, length);
    Ok(Zeroizing::new(derived))
}

/// The hashes that authenticate a PKCS#12 file.
#[derive(Clone, Copy)]
pub(super) enum Hash {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// Whether the passphrase gives this authentication code of the contents.
    pub(super) fn authenticates(
        self,
        contents: &[u8],
        code: &[u8],
        passphrase: &Passphrase,
        salt: &[u8],
        iterations: u32,
    ) -> Result<bool, Error> {
        let verify = match self {
            Self::Sha1 => verify::<sha1::Sha1>,
            Self::Sha224 => verify::<sha2::Sha224>,
            Self::Sha256 => verify::<sha2::Sha256>,
            Self::Sha384 => verify::<sha2::Sha384>,
            Self::Sha512 => verify::<sha2::Sha512>,
        };
        let rounds = i32::try_from(iterations).map_err(|_| Error::MalformedKey)?;
        Ok(verify(contents, code, &utf16(passphrase)?, salt, rounds))
    }
}

fn verify<D>(contents: &[u8], code: &[u8], password: &[u8], salt: &[u8], rounds: i32) -> bool
where
    D: Digest + EagerHash + FixedOutputReset + BlockSizeUser,
{
    let length = <D as Digest>::output_size();
    let key = derive_key::<D>(password, salt, Pkcs12KeyType::Mac, rounds, length);
    let key = Zeroizing::new(key);
    let Ok(mut mac) = <Hmac<D> as KeyInit>::new_from_slice(&key) else {
        return false;
    };
    mac.update(contents);
    mac.verify_slice(code).is_ok()
}

/// The passphrase in UTF-16, big-endian, and ended by a zero, as RFC 7292 appendix B.1 wants it.
fn utf16(passphrase: &Passphrase) -> Result<Zeroizing<Vec<u8>>, Error> {
    let text = core::str::from_utf8(passphrase.secret()).map_err(|_| Error::WrongPassphrase)?;
    let mut encoded = Zeroizing::new(Vec::with_capacity(2 * text.len() + 2));
    for unit in text.encode_utf16().chain([0]) {
        encoded.extend_from_slice(&unit.to_be_bytes());
    }
    Ok(encoded)
}
