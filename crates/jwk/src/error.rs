mod certificate_defect;
mod display;
mod exponent_defect;
mod found_input;
mod member_flaw;
mod unlock_cost;

use alloc::string::String;
use alloc::vec::Vec;
use core::error;
use core::fmt;

pub use self::certificate_defect::CertificateDefect;
pub use self::exponent_defect::ExponentDefect;
pub use self::found_input::FoundInput;
pub use self::member_flaw::MemberFlaw;
pub use self::unlock_cost::UnlockCost;
use crate::{Algorithm, JsonFault, JwkSetFault, KeyId, KeySpec, KeyType};

/// Why a key, a JWK or a signature could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// No algorithm has this name; names are case-sensitive.
    UnknownAlgorithm,
    /// The algorithm does not sign with keys of this type.
    WrongKeyType {
        /// The algorithm asked for.
        algorithm: Algorithm,
        /// The type of the key at hand.
        key_type: KeyType,
    },
    /// The provider does not do this algorithm.
    UnsupportedAlgorithm(Algorithm),
    /// The provider does not generate keys of this kind.
    UnsupportedGeneration(KeySpec),
    /// This build writes no encrypted keys, which takes the feature `encrypted`.
    EncryptionNotBuilt,
    /// A key was expected, and the input is something else.
    UnexpectedInput(FoundInput),
    /// The input claims to be a key and its encoding is broken.
    MalformedKey,
    /// The input claims to be a certificate and its encoding is broken.
    MalformedCertificate,
    /// A file of certificates was expected, and the input is something else or damaged.
    UnusableCertificate(CertificateDefect),
    /// The RSA modulus is even, which no product of two odd primes is.
    EvenModulus,
    /// The RSA public exponent is even, smaller than 65537 or longer than 33 bits.
    RsaExponent(ExponentDefect),
    /// The RSA modulus has a size that is too weak or too large to use, in bits.
    RsaSize(usize),
    /// The RSA key has the fingerprint of a generator that made weak primes
    /// (ROCA, CVE-2017-15361).
    RocaKey,
    /// PKCS#1 was asked for, which holds RSA keys alone.
    NotRsa(KeyType),
    /// The elliptic curve is none that these algorithms use.
    UnsupportedCurve,
    /// The point of a public key isn't on its curve, or is one that all know
    /// the private key of.
    PointOffCurve,
    /// The point of a public key is compressed, which no JWK can be made of here.
    CompressedPoint,
    /// The RSA key lacks some of its primes and CRT values (RFC 7518 section 6.3.2 leaves that
    /// open), and this build does not compute them, which takes the feature `rsa-completion`.
    IncompleteRsaKey,
    /// The EC private key lacks its public half, which the provider needs.
    MissingPublicHalf,
    /// The public half in the key file belongs to another private key.
    InconsistentKey,
    /// The parts of an RSA private key don't belong together; says which rule
    /// they break.
    InconsistentParts(&'static str),
    /// The provider refuses the key, for the reason that it gives.
    RejectedKey(String),
    /// The text isn't one JSON object with unique member names.
    MalformedJson(JsonFault),
    /// The JSON object is not a JWK Set.
    NotAJwkSet(JwkSetFault),
    /// A member that a JWK needs is missing or has the wrong form.
    MalformedJwk(&'static str),
    /// A member of a JWK that describes the key has a flaw.
    InvalidMember {
        /// The member.
        member: &'static str,
        /// What is wrong with it.
        flaw: MemberFlaw,
    },
    /// A member of a JWK is written in another case than JWKs have it.
    MemberCase {
        /// The name in the JWK.
        found: String,
        /// The name that it should have.
        expected: &'static str,
    },
    /// The `alg` of a private JWK is an algorithm's name in another case.
    AlgorithmCase {
        /// The name in the JWK.
        found: String,
        /// The algorithm that it means.
        meant: Algorithm,
    },
    /// The JSON isn't a JWK, and this member of it holds a private key in PEM, as in `a.b`.
    PemInJson(String),
    /// The JSON isn't a JWK, and this member of it is a private JWK, as in `a.b`.
    JwkInJson(String),
    /// The key type, curve or use in a JWK is none that these algorithms use.
    UnsupportedJwk,
    /// This member of a private JWK, `alg`, `use` or `key_ops`, keeps the key
    /// from signing.
    NotForSigning(&'static str),
    /// A JWK Set holds several private keys, and nothing says which to take.
    SeveralKeys(Vec<Option<KeyId>>),
    /// A JWK Set holds no private key with the identifier that was asked for;
    /// it has these.
    PrivateKeyNotFound(Vec<Option<KeyId>>),
    /// A JWK Set holds no key with the identifier that was asked for; it has
    /// these.
    KeyNotFound(Vec<Option<KeyId>>),
    /// A JWK Set has a key with this identifier already.
    DuplicateKeyId(KeyId),
    /// The passphrase doesn't open the encrypted key.
    WrongPassphrase,
    /// The key is encrypted in a way that isn't read here.
    UnsupportedEncryption,
    /// The key is encrypted in an old and weak way, which isn't read here and which OpenSSL 3
    /// reads by its module `legacy`.
    LegacyEncryption,
    /// Opening the encrypted key would cost more than the cap allows.
    CostOverCap {
        /// What is counted.
        cost: UnlockCost,
        /// The most that is spent.
        cap: u64,
    },
    /// A JWK that should be public carries private or symmetric key material.
    PrivateMember,
    /// The signature does not have the form that the algorithm gives it.
    MalformedSignature,
    /// The signature has a length that the algorithm, or the key, never gives it.
    SignatureLength {
        /// The algorithm.
        algorithm: Algorithm,
        /// Its length in bytes.
        length: usize,
    },
    /// The signature does not verify with the public key that it was made for.
    NotVerified,
    /// No certificate is made as asked for; says what would have to change.
    CertificateTemplate(&'static str),
    /// A certificate is signed with another algorithm than this one.
    CertificateAlgorithm(Algorithm),
    /// The signer of a certificate failed.
    Signer,
    /// The provider failed without saying why.
    Provider,
}

/// The feature that brings the provider `aws_lc_rs`.
pub(crate) const AWS_LC_RS: &str = "aws-lc-rs";

impl Error {
    /// The feature of this crate that does what the provider or the build at hand does
    /// not, if one does: `aws-lc-rs`, `encrypted`, `pkcs12` or `rsa-completion`.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_jwk::{Algorithm, Error};
    ///
    /// let error = Error::UnsupportedAlgorithm(Algorithm::Es512);
    /// assert_eq!(error.needed_feature(), Some("aws-lc-rs"));
    /// ```
    #[must_use]
    pub const fn needed_feature(&self) -> Option<&'static str> {
        match self {
            Self::UnsupportedAlgorithm(_)
            | Self::UnsupportedGeneration(_)
            | Self::MissingPublicHalf => Some(AWS_LC_RS),
            Self::UnexpectedInput(FoundInput::EncryptedKey | FoundInput::EncryptedJwk)
                if !cfg!(feature = "encrypted") =>
            {
                Some("encrypted")
            }
            Self::UnexpectedInput(FoundInput::Pkcs12) if !cfg!(feature = "pkcs12") => {
                Some("pkcs12")
            }
            Self::EncryptionNotBuilt => Some("encrypted"),
            Self::IncompleteRsaKey => Some("rsa-completion"),
            _ => None,
        }
    }
}

impl error::Error for Error {}

/// A signature that was not verified; it says no more than that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifyError;

impl VerifyError {
    /// The error, for a [`Verifier`](crate::Verifier) of your own.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the signature does not verify with this key and algorithm")
    }
}

impl error::Error for VerifyError {}
