use core::error;
use core::fmt;
use std::io;
use std::path::PathBuf;

use tokenring_jwk::{Algorithm, KeyType};

use crate::{ModuleError, UriError};

/// Why a key on a token could not be used.
///
/// Tokens and keys are told as URIs, in which whatever they call themselves is
/// percent-encoded.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The URI is malformed.
    Uri(UriError),
    /// Nothing names the PKCS#11 module.
    ModuleNotNamed,
    /// There is no such file.
    ModuleNotFound(PathBuf),
    /// No folder has a module of this name.
    ModuleNameNotFound(String),
    /// The file is no PKCS#11 module, or does not start.
    ModuleUnusable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: ModuleError,
    },
    /// The module is not the library that the URI asks for.
    OtherLibrary,
    /// No token matches the URI.
    NoToken {
        /// Those that are there.
        present: Vec<String>,
    },
    /// More than one token matches the URI.
    SeveralTokens {
        /// Those that match.
        matching: Vec<String>,
    },
    /// The token that matches has not been initialized.
    TokenNotInitialized,
    /// The token has no user PIN yet.
    PinNotInitialized,
    /// The token wants a PIN and none is given.
    PinMissing,
    /// The PIN could not be read.
    PinUnreadable {
        /// The file, if it was to come from one.
        path: Option<PathBuf>,
        /// What is wrong.
        source: io::Error,
    },
    /// What was read is no PIN.
    MalformedPin,
    /// The PIN is wrong.
    WrongPin,
    /// The token is locked.
    PinLocked,
    /// A wrong PIN would lock the token, and nobody is there to be asked.
    PinFinalTry,
    /// The PIN has expired or has to be changed before its first use.
    PinExpired,
    /// The URI names something else than a private key.
    NotAPrivateKey,
    /// No private key on the token matches the URI.
    NoKey {
        /// Those that are there.
        present: Vec<String>,
    },
    /// More than one private key on the token matches the URI.
    SeveralKeys {
        /// Those that match.
        matching: Vec<String>,
    },
    /// The token does not let the key sign.
    KeyCannotSign,
    /// The key is of a type or on a curve that signs no JWT.
    UnsupportedKey,
    /// The RSA key has too few bits.
    WeakKey(usize),
    /// The public key on the token belongs to another private key.
    InconsistentKey,
    /// The algorithm does not sign with such a key.
    WrongKeyType {
        /// The algorithm.
        algorithm: Algorithm,
        /// The type of the key.
        key_type: KeyType,
    },
    /// The token has no mechanism for the algorithm.
    NoMechanism(Algorithm),
    /// The key wants its PIN for each signature, which the mechanism leaves no place for.
    NoPlaceForPin(Algorithm),
    /// The signature has a length that the algorithm never gives it.
    SignatureLength {
        /// The algorithm.
        algorithm: Algorithm,
        /// Its length in bytes.
        length: usize,
    },
    /// The signature does not verify with the token's public key.
    NotVerified,
    /// The verifier lacks the algorithm, so nothing tells whether the signature is
    /// one.
    Unverifiable(Algorithm),
    /// The module failed.
    Module(ModuleError),
}

impl Error {
    /// What is wrong with a signature.
    pub(crate) const fn signature(error: &tokenring_jwk::Error) -> Self {
        match error {
            tokenring_jwk::Error::SignatureLength { algorithm, length } => Self::SignatureLength {
                algorithm: *algorithm,
                length: *length,
            },
            tokenring_jwk::Error::UnsupportedAlgorithm(algorithm) => Self::Unverifiable(*algorithm),
            _ => Self::NotVerified,
        }
    }

    pub(crate) fn module(error: &cryptoki::error::Error) -> Self {
        Self::Module(ModuleError::new(error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uri(_) => f.write_str("the PKCS#11 URI is unusable"),
            Self::ModuleNotNamed => f.write_str(
                "nothing names the token's PKCS#11 module; add it to the URI, as in \
                 ?module-path=/usr/lib/softhsm/libsofthsm2.so",
            ),
            Self::ModuleNotFound(path) => write!(
                f,
                "there is no PKCS#11 module {path:?}; install the token's software, or name \
                 another module-path"
            ),
            Self::ModuleNameNotFound(name) => write!(
                f,
                "no PKCS#11 module {name:?} is installed; install the token's software, or give \
                 its module-path in place of its module-name"
            ),
            Self::ModuleUnusable { path, .. } => {
                write!(f, "cannot use the PKCS#11 module {path:?}")
            }
            Self::OtherLibrary => f.write_str(
                "the PKCS#11 module is not the library that the URI asks for; leave the library \
                 attributes out, or name another module",
            ),
            Self::NoToken { present } => {
                f.write_str("no token matches the URI; ")?;
                list(
                    f,
                    present,
                    "there is none at all: plug it in, or check the module's settings",
                )
            }
            Self::SeveralTokens { matching } => {
                f.write_str("several tokens match the URI; name one: ")?;
                list(f, matching, "")
            }
            Self::TokenNotInitialized => f.write_str(
                "the token is not initialized; do that with its own tool, such as \
                 softhsm2-util --init-token",
            ),
            Self::PinNotInitialized => f.write_str(
                "the token has no user PIN yet; set it with the token's own tool, such as \
                 pkcs11-tool --init-pin",
            ),
            Self::PinMissing => f.write_str(
                "the token wants a PIN; put it into a file of your own and add \
                 pin-source=file:/path/to/pin to the URI",
            ),
            Self::PinUnreadable { path, .. } => {
                f.write_str("cannot read the PIN")?;
                match path {
                    Some(path) => write!(f, " from {path:?}"),
                    None => Ok(()),
                }
            }
            Self::MalformedPin => {
                f.write_str("what was read is no PIN: one line of text of at most 255 bytes")
            }
            Self::WrongPin => f.write_str(
                "the PIN is wrong; it is not tried again, because a few wrong ones lock the token",
            ),
            Self::PinLocked => f.write_str(
                "the token is locked after too many wrong PINs; unlock it with its own tool and \
                 the security officer's PIN",
            ),
            Self::PinFinalTry => f.write_str(
                "one more wrong PIN locks the token, so none was tried; log in once by hand, as \
                 with pkcs11-tool --login --test, and the count begins anew",
            ),
            Self::PinExpired => f.write_str(
                "the PIN has to be changed before it can be used; do that with the token's own \
                 tool, such as pkcs11-tool --change-pin",
            ),
            Self::NotAPrivateKey => {
                f.write_str("the URI names something else than a private key; leave its type out")
            }
            Self::NoKey { present } => {
                f.write_str("no private key on the token matches the URI; ")?;
                list(f, present, "there is none that this PIN shows")
            }
            Self::SeveralKeys { matching } => {
                f.write_str("several private keys on the token match the URI; name one: ")?;
                list(f, matching, "")
            }
            Self::KeyCannotSign => f.write_str(
                "the token does not let this key sign; make one with CKA_SIGN, as \
                 pkcs11-tool --keypairgen --usage-sign does",
            ),
            Self::UnsupportedKey => {
                f.write_str("the key signs no JWT; make one of RSA, P-256, P-384, P-521 or Ed25519")
            }
            Self::WeakKey(bits) => write!(
                f,
                "the RSA key has {bits} bits; make one of at least 2048, as with \
                 pkcs11-tool --keypairgen --key-type rsa:4096"
            ),
            Self::InconsistentKey => f.write_str(
                "the public key on the token belongs to another private key; remove it, or write \
                 the right one with the same id",
            ),
            Self::WrongKeyType {
                algorithm,
                key_type,
            } => tokenring_jwk::Error::WrongKeyType {
                algorithm: *algorithm,
                key_type: *key_type,
            }
            .fmt(f),
            Self::NoMechanism(algorithm) => write!(
                f,
                "the token, or the key's own list, has no mechanism for {algorithm}; \
                 pkcs11-tool --list-mechanisms shows what it has"
            ),
            Self::NoPlaceForPin(algorithm) => write!(
                f,
                "the key wants its PIN for each signature, which the token's {algorithm} leaves \
                 no place for; make a key without CKA_ALWAYS_AUTHENTICATE"
            ),
            Self::SignatureLength { algorithm, length } => write!(
                f,
                "the token's signature has {length} bytes, which {algorithm} never has; check the \
                 module with pkcs11-tool --sign"
            ),
            Self::Unverifiable(algorithm) => write!(
                f,
                "the token's signature by {algorithm} cannot be verified in this build; build with the \
                 feature `aws-lc-rs`"
            ),
            Self::NotVerified => f.write_str(
                "the token's signature does not verify with its public key; the two may belong to \
                 different keys",
            ),
            Self::Module(_) => f.write_str("the PKCS#11 module failed"),
        }
    }
}

/// Shows the first few.
fn list(f: &mut fmt::Formatter<'_>, items: &[String], none: &str) -> fmt::Result {
    const SHOWN: usize = 5;
    if items.is_empty() {
        return f.write_str(none);
    }
    if !none.is_empty() {
        f.write_str("there are: ")?;
    }
    f.write_str(&items.get(..SHOWN).unwrap_or(items).join(", "))?;
    match items.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => write!(f, " and {more} more"),
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Uri(error) => Some(error),
            Self::ModuleUnusable { source, .. } => Some(source),
            Self::Module(error) => Some(error),
            Self::PinUnreadable { source, .. } => Some(source),
            _ => None,
        }
    }
}
