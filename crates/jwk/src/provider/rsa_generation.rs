use super::{SigningKey, generate, verify};
use crate::{Algorithm, Error, KeySpec, KeyType, PrivateKey, Signer, rsa_generation};

/// Generates a key pair of any kind, an RSA one with every core.
///
/// The primes of an RSA key are searched for by as many threads as the system
/// says that it can run, which end with the search. What comes out is what
/// FIPS 186-5 appendix A.1.3 asks for: primes as long as half of the modulus,
/// over the square root of two times the power of two below them, which differ in
/// their first hundred bits; a public exponent of 65537; a private exponent longer than
/// half of the modulus, the inverse of the public one modulo the least common
/// multiple of the primes less one. A prime passed five rounds of Miller and
/// Rabin's test with random bases, where table B.1 wants four or five. The
/// provider then checks the key as it checks every key, and has to verify a
/// signature that was made with it.
///
/// Unlike there, a search begins at a random number and goes on to the next
/// ones, as it does in most programs.
///
/// The other kinds of keys are [`generate`]'s.
///
/// # Errors
///
/// [`Error::Provider`] where there is no randomness; [`generate`]'s for the
/// other kinds.
pub fn generate_in_parallel(spec: KeySpec) -> Result<PrivateKey, Error> {
    if spec.key_type() != KeyType::Rsa {
        return generate(spec);
    }
    let bits = u32::try_from(spec.bits()).map_err(|_| Error::Provider)?;
    let private_key = rsa_generation::generate(bits)?;
    let algorithm = Algorithm::Rs256;
    let signing_key = SigningKey::new(&private_key, algorithm)?;
    let message = b"a message to try the new key with";
    let signature = signing_key.sign(message).map_err(|_| Error::Provider)?;
    verify(signing_key.public_key(), algorithm, message, &signature)
        .map_err(|_| Error::Provider)?;
    Ok(private_key)
}
