use super::SigningKey;
use super::backend::rand::{SecureRandom, SystemRandom};
use crate::{Certificate, CertificateTemplate, Error, PrivateKey};

/// Makes a self-signed certificate of a private key.
///
/// An RSA key signs it with RS256, whichever algorithm it signs assertions
/// with, PS256 among them; the other types have one algorithm.
///
/// # Errors
///
/// What is wrong with the key, and [`Error::Provider`] where there is no
/// randomness.
pub fn self_sign(
    private_key: &PrivateKey,
    template: &CertificateTemplate,
) -> Result<Certificate, Error> {
    let mut serial = [0; 16];
    SystemRandom::new()
        .fill(&mut serial)
        .map_err(|_| Error::Provider)?;
    let algorithm = private_key.key_type().usual_algorithm();
    let signing_key = SigningKey::new(private_key, algorithm)?;
    template.self_sign(&signing_key, signing_key.public_key(), serial)
}
