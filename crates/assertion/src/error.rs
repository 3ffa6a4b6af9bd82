use alloc::string::String;
use core::error;
use core::fmt;

use tokenring_jwk::{Algorithm, KeyType, SignError};

use crate::Lifetime;

/// Why an assertion did not come about.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The lifetime is zero or longer than [`Lifetime::MAX_SECONDS`].
    Lifetime,
    /// A JWT identifier is empty.
    EmptyJwtId,
    /// A claim was added that has a place of its own.
    ReservedClaim(String),
    /// A header parameter was added that has a place of its own, or none here.
    ReservedHeaderParameter(String),
    /// A claim or header parameter was added twice.
    RepeatedName(String),
    /// The text is no signing input of an assertion.
    MalformedSigningInput,
    /// The operating system gave no randomness.
    Randomness,
    /// The signer failed; its error is the source.
    Sign(SignError),
    /// The signer of a DPoP proof failed; its error is the source.
    SignProof(SignError),
    /// The key of a DPoP proof is not one of the algorithm's.
    ProofKey {
        /// The algorithm.
        algorithm: Algorithm,
        /// The type of the key that was given.
        key_type: KeyType,
    },
    /// The signer's signature has a length that its algorithm never gives it.
    SignatureLength {
        /// The algorithm.
        algorithm: Algorithm,
        /// The length in bytes.
        length: usize,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lifetime => write!(
                f,
                "a lifetime is 1 to {} seconds; most gateways take 300 at most, and \
                 few more than a day",
                Lifetime::MAX_SECONDS
            ),
            Self::EmptyJwtId => f.write_str("a JWT identifier is not empty; leave it to be random"),
            Self::ReservedClaim(name) => {
                write!(f, "the claim {name:?} has a setting of its own; use that")
            }
            Self::ReservedHeaderParameter(name) => write!(
                f,
                "the header parameter {name:?} has a setting of its own or is not allowed here"
            ),
            Self::RepeatedName(name) => write!(f, "{name:?} is given twice; give it once"),
            Self::MalformedSigningInput => f.write_str(
                "this is no signing input: header and claims, each a JSON object in base64url, with \
                 a dot between them; give it as it was made",
            ),
            Self::Randomness => f.write_str("the operating system gave no randomness; try again"),
            Self::Sign(_) => f.write_str("signing the assertion failed"),
            Self::SignProof(_) => f.write_str("signing the DPoP proof failed"),
            Self::ProofKey {
                algorithm,
                key_type,
            } => write!(
                f,
                "{algorithm} does not sign with a key of type {key_type}; pass the public half of \
                 the signer's key"
            ),
            Self::SignatureLength { algorithm, length } => write!(
                f,
                "the signer returned a signature of {length} bytes, which {algorithm} never has; \
                 an ECDSA signature in ASN.1 has to be converted to R and S"
            ),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Sign(error) | Self::SignProof(error) => Some(error),
            _ => None,
        }
    }
}
