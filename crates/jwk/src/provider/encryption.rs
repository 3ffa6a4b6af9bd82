use super::backend::rand::{SecureRandom, SystemRandom};
use crate::private_key::encrypted::ENTROPY_LENGTH;
use crate::{Error, Passphrase, PrivateKey, SecretPem};

/// Writes a private key as encrypted PKCS#8 in PEM, which OpenSSL 1.1 and 3 read.
///
/// Under PBES2 with 600,000 iterations of PBKDF2 with HMAC-SHA-256, as OWASP's
/// Password Storage Cheat Sheet asks for, and AES-256 in CBC mode. It takes
/// some tenths of a second, and so does reading the key.
///
/// # Errors
///
/// [`Error::Provider`] where there is no randomness.
pub fn encrypt(private_key: &PrivateKey, passphrase: &Passphrase) -> Result<SecretPem, Error> {
    let mut entropy = [0; ENTROPY_LENGTH];
    SystemRandom::new()
        .fill(&mut entropy)
        .map_err(|_| Error::Provider)?;
    private_key.encrypt(passphrase, &entropy)
}
