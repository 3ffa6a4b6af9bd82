//! The ways in which keys are encrypted: PBES2 (RFC 8018 section 6.2) with PBKDF2 or scrypt and
//! AES or Triple DES in CBC mode, and Triple DES under the key derivation of PKCS#12.

use alloc::vec;
use alloc::vec::Vec;

use cbc::Decryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt, KeyInit, KeyIvInit};
use zeroize::Zeroizing;

use super::cost;
use crate::der::{self, Reader};
use crate::{Error, Passphrase};

/// Object identifiers of RFC 8018 appendix C, RFC 7914 section 7, FIPS 197 and RFC 7292
/// appendix C.
pub(super) const PBES2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];
pub(super) const PBKDF2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c];
const SCRYPT: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x04, 0x0b];
/// `pkcs-5` of RFC 8018: the older schemes are numbered below 12 there.
const PKCS5: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05];
/// `pkcs-12PbeIds` of RFC 7292.
const PKCS12_PBE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01];
const DES_EDE3_CBC: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x07];
const AES: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01];
/// `digestAlgorithm` of RFC 8018, in which the pseudorandom functions are numbered.
const DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02];

/// Decrypts what is encrypted under an AlgorithmIdentifier.
///
/// What would cost too much is refused before any of it is done.
pub(super) fn decrypt(
    scheme: &[u8],
    passphrase: &Passphrase,
    contents: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut algorithm = Reader::new(scheme).sequence().ok_or(Error::MalformedKey)?;
    let name = algorithm.value(der::OBJECT_IDENTIFIER);
    let name = name.ok_or(Error::MalformedKey)?;
    let mut parameters = algorithm.sequence().ok_or(Error::MalformedKey)?;
    if name == PBES2 {
        return decrypt_pbes2(&mut parameters, passphrase, contents);
    }
    match (name.strip_prefix(PKCS12_PBE), name.strip_prefix(PKCS5)) {
        (Some(&[variant @ (3 | 4)]), _) => {
            decrypt_pkcs12(variant, &mut parameters, passphrase, contents)
        }
        // RC2 and RC4, and DES and RC2: OpenSSL 3 has them in a module of their own.
        (Some(_), _) | (_, Some(&[1..=11])) => Err(Error::LegacyEncryption),
        _ => Err(Error::UnsupportedEncryption),
    }
}

fn decrypt_pbes2(
    parameters: &mut Reader<'_>,
    passphrase: &Passphrase,
    contents: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut derivation = parameters.sequence().ok_or(Error::MalformedKey)?;
    let function = derivation.value(der::OBJECT_IDENTIFIER);
    let mut derivation = derivation.sequence().ok_or(Error::UnsupportedEncryption)?;
    let mut encryption = parameters.sequence().ok_or(Error::MalformedKey)?;
    let name = encryption.value(der::OBJECT_IDENTIFIER);
    let name = name.ok_or(Error::MalformedKey)?;
    let iv = encryption.value(der::OCTET_STRING);
    let iv = iv.ok_or(Error::UnsupportedEncryption)?;
    let cipher = match (name, name.strip_prefix(AES)) {
        (DES_EDE3_CBC, _) => Cipher::TripleDes,
        (_, Some([2])) => Cipher::Aes128,
        (_, Some([22])) => Cipher::Aes192,
        (_, Some([42])) => Cipher::Aes256,
        _ => return Err(Error::UnsupportedEncryption),
    };
    let mut key = Zeroizing::new(vec![0; cipher.key_length()]);
    // The salt may be named instead of given, which nobody does.
    let salt = derivation.value(der::OCTET_STRING);
    let salt = salt.ok_or(Error::UnsupportedEncryption)?;
    match function {
        Some(PBKDF2) => {
            let iterations = cost::iterations(&mut derivation)?;
            // RFC 8018 appendix A.2: the length of the key, if it is stated, is the cipher's.
            let _length = derivation.unsigned();
            let digest = pseudorandom_function(&mut derivation)?;
            let password = passphrase.secret();
            match digest {
                7 => pbkdf2::pbkdf2_hmac::<sha1::Sha1>(password, salt, iterations, &mut key),
                8 => pbkdf2::pbkdf2_hmac::<sha2::Sha224>(password, salt, iterations, &mut key),
                9 => pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password, salt, iterations, &mut key),
                10 => pbkdf2::pbkdf2_hmac::<sha2::Sha384>(password, salt, iterations, &mut key),
                11 => pbkdf2::pbkdf2_hmac::<sha2::Sha512>(password, salt, iterations, &mut key),
                _ => return Err(Error::UnsupportedEncryption),
            }
        }
        Some(SCRYPT) => {
            let parameters = cost::scrypt(&mut derivation)?;
            scrypt::scrypt(passphrase.secret(), salt, &parameters, &mut key)
                .map_err(|_| Error::UnsupportedEncryption)?;
        }
        _ => return Err(Error::UnsupportedEncryption),
    }
    cipher.decrypt(&key, iv, contents)
}

/// The number of an HMAC below `digestAlgorithm`; HMAC with SHA-1 where none is named.
fn pseudorandom_function(parameters: &mut Reader<'_>) -> Result<u8, Error> {
    const HMAC_WITH_SHA1: u8 = 7;
    let Some(mut function) = parameters.sequence() else {
        return match parameters.end() {
            Some(()) => Ok(HMAC_WITH_SHA1),
            None => Err(Error::MalformedKey),
        };
    };
    let name = function.value(der::OBJECT_IDENTIFIER);
    match name.and_then(|name| name.strip_prefix(DIGEST)) {
        Some(&[number]) => Ok(number),
        _ => Err(Error::UnsupportedEncryption),
    }
}

/// Triple DES with three keys (variant 3) or two, as `openssl pkcs8 -v1 PBE-SHA1-3DES` and older
/// PKCS#12 files have it.
#[cfg(feature = "pkcs12")]
fn decrypt_pkcs12(
    variant: u8,
    parameters: &mut Reader<'_>,
    passphrase: &Passphrase,
    contents: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    use super::pkcs12::derivation::{Purpose, derive_sha1};

    let salt = parameters.value(der::OCTET_STRING);
    let salt = salt.ok_or(Error::MalformedKey)?;
    let iterations = cost::iterations(parameters)?;
    let length = if variant == 3 { 24 } else { 16 };
    let mut key = derive_sha1(passphrase, salt, Purpose::Key, iterations, length)?;
    if variant == 4 {
        key.reserve_exact(8);
        key.extend_from_within(..8);
    }
    let iv = derive_sha1(
        passphrase,
        salt,
        Purpose::InitializationVector,
        iterations,
        8,
    )?;
    Cipher::TripleDes.decrypt(&key, &iv, contents)
}

#[cfg(not(feature = "pkcs12"))]
const fn decrypt_pkcs12(
    _: u8,
    _: &mut Reader<'_>,
    _: &Passphrase,
    _: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    Err(Error::UnsupportedEncryption)
}

#[derive(Clone, Copy)]
pub(super) enum Cipher {
    Aes128,
    Aes192,
    Aes256,
    TripleDes,
}

impl Cipher {
    const fn key_length(self) -> usize {
        match self {
            Self::Aes128 => 16,
            Self::Aes192 | Self::TripleDes => 24,
            Self::Aes256 => 32,
        }
    }

    pub(super) fn decrypt(
        self,
        key: &[u8],
        iv: &[u8],
        contents: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        match self {
            Self::Aes128 => decrypt_cbc::<aes::Aes128>(key, iv, contents),
            Self::Aes192 => decrypt_cbc::<aes::Aes192>(key, iv, contents),
            Self::Aes256 => decrypt_cbc::<aes::Aes256>(key, iv, contents),
            Self::TripleDes => decrypt_cbc::<des::TdesEde3>(key, iv, contents),
        }
    }
}

/// Padding that is wrong tells a wrong passphrase, mostly.
fn decrypt_cbc<C: BlockCipherDecrypt + KeyInit>(
    key: &[u8],
    iv: &[u8],
    contents: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut buffer = Zeroizing::new(contents.to_vec());
    let decryptor = Decryptor::<C>::new_from_slices(key, iv).map_err(|_| Error::MalformedKey)?;
    let plain = decryptor.decrypt_padded::<Pkcs7>(&mut buffer);
    let length = plain.map_err(|_| Error::WrongPassphrase)?.len();
    buffer.truncate(length);
    Ok(buffer)
}
