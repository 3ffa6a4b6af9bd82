use core::fmt;

use tokenring_jwk::{Algorithm, Jwk, KeyId};

/// Why keys do not vouch for a JWT.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum KeyProblem<'k> {
    /// The header's `alg` is none that a public key verifies: `none`, a symmetric one, or unknown.
    Algorithm,
    /// There are no keys that could verify a client assertion.
    NoKeys,
    /// No key has the header's `kid`.
    UnknownKeyId {
        /// The name that was probably meant.
        nearest: Option<&'k KeyId>,
    },
    /// No key is the one in the header's `jwk`.
    UnknownPublicKey,
    /// The key's `key_ops` are not those of a key that verifies.
    Operations {
        /// The key.
        key: &'k Jwk,
    },
    /// The key's `use` is not signing, or is not stated where it has to be.
    Use {
        /// The key.
        key: &'k Jwk,
    },
    /// The key's own `alg` is another than the header's.
    KeyAlgorithm {
        /// The key.
        key: &'k Jwk,
    },
    /// The key is not of the type that the header's `alg` signs with.
    Type {
        /// The key.
        key: &'k Jwk,
    },
    /// The RSA key is too small.
    Size {
        /// The key.
        key: &'k Jwk,
        /// The least number of bits.
        minimum: usize,
    },
    /// The provider at hand does not verify this algorithm, so nothing is known.
    Unsupported {
        /// The algorithm.
        algorithm: Algorithm,
    },
    /// There is no signature that can be read.
    NoSignature,
    /// The signature is another key's than the header names.
    OtherKey {
        /// The key that it is one of.
        key: &'k Jwk,
    },
    /// The header names no key, several fit, and the server takes that only of a single one.
    NoKeyId {
        /// How many fit.
        fitting: usize,
    },
    /// The header names no key, and the server tries the first that fits, which is another than
    /// the signature's.
    NotFirst {
        /// The key that the signature is one of.
        key: &'k Jwk,
        /// The key that is tried.
        first: Option<&'k Jwk>,
    },
    /// The signature verifies by no key under the header's `alg`.
    Signature {
        /// Key and algorithm under which it does verify.
        really: Option<(&'k Jwk, Algorithm)>,
    },
}

impl fmt::Display for KeyProblem<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Algorithm => {
                formatter.write_str("the header's `alg` is none that a public key verifies")
            }
            Self::NoKeys => formatter.write_str("the set has no key that signs assertions"),
            Self::UnknownKeyId { nearest: None } => {
                formatter.write_str("no key of the set has the header's `kid`")
            }
            Self::UnknownKeyId {
                nearest: Some(nearest),
            } => write!(
                formatter,
                "no key of the set has the header's `kid`; the nearest is `{}`",
                nearest.as_str().escape_debug()
            ),
            Self::UnknownPublicKey => {
                formatter.write_str("no key of the set is the one in the header's `jwk`")
            }
            Self::Operations { key } => {
                write!(formatter, "{} has `key_ops` without `verify`", Named(key))
            }
            Self::Use { key } => match key.key_use() {
                Some(key_use) => write!(formatter, "{} has `use` = `{key_use}`", Named(key)),
                None => write!(formatter, "{} has no `use`", Named(key)),
            },
            Self::KeyAlgorithm { key } => match key.algorithm() {
                Some(algorithm) => {
                    write!(formatter, "{} is for {algorithm} alone", Named(key))
                }
                None => write!(formatter, "{} has no `alg`", Named(key)),
            },
            Self::Type { key } => write!(
                formatter,
                "{} is of type {}, with which the header's `alg` doesn't sign",
                Named(key),
                key.public_key().key_type()
            ),
            Self::Size { key, minimum } => write!(
                formatter,
                "{} has {} bits, and {minimum} are the least",
                Named(key),
                key.public_key().bits()
            ),
            Self::Unsupported { algorithm } => {
                write!(formatter, "{algorithm} is not verified here")
            }
            Self::NoSignature => formatter.write_str("there is no signature that can be read"),
            Self::NoKeyId { fitting } => write!(
                formatter,
                "{fitting} keys of the set fit, and the header names none of them"
            ),
            Self::NotFirst { key, first } => {
                write!(formatter, "the signature is one of {}", Named(key))?;
                formatter
                    .write_str(", and without a `kid` only the first key that fits is tried")?;
                first.map_or(Ok(()), |first| write!(formatter, ", {}", Named(first)))
            }
            Self::OtherKey { key } => {
                write!(formatter, "the signature is one of {}", Named(key))
            }
            Self::Signature {
                really: Some((key, algorithm)),
            } => write!(
                formatter,
                "the signature is one of {} by {algorithm}, not by the header's `alg`",
                Named(key)
            ),
            Self::Signature { really: None } => {
                formatter.write_str("the signature verifies by no key of the set")
            }
        }
    }
}

/// A key by its name, which is untrusted text.
struct Named<'k>(&'k Jwk);

impl fmt::Display for Named<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.key_id() {
            Some(key_id) => write!(formatter, "key `{}`", key_id.as_str().escape_debug()),
            None => formatter.write_str("a key without `kid`"),
        }
    }
}
