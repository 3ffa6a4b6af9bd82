use alloc::string::String;
use core::error;
use core::fmt;

use crate::{Algorithm, KeySpec, KeyType};

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
    /// A key was expected, and the input is something else.
    UnexpectedInput(FoundInput),
    /// The input claims to be a key and its encoding is broken.
    MalformedKey,
    /// The RSA public exponent is smaller than 65537, which every signer takes.
    RsaExponent,
    /// The RSA modulus has a size that is too weak or too large to use, in bits.
    RsaSize(usize),
    /// The elliptic curve is none that these algorithms use.
    UnsupportedCurve,
    /// The EC private key lacks its public half, which the provider needs.
    MissingPublicHalf,
    /// The public half in the key file belongs to another private key.
    InconsistentKey,
    /// The provider refuses the key, for the reason that it gives.
    RejectedKey(String),
    /// The text isn't one JSON object with unique member names.
    MalformedJson,
    /// A member that a JWK needs is missing or has the wrong form.
    MalformedJwk(&'static str),
    /// The key type, curve or use in a JWK is none that these algorithms use.
    UnsupportedJwk,
    /// A JWK that should be public carries private or symmetric key material.
    PrivateMember,
    /// The signature does not have the form that the algorithm gives it.
    MalformedSignature,
    /// The provider failed without saying why.
    Provider,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownAlgorithm => {
                f.write_str("unknown algorithm; use one of")?;
                for (index, algorithm) in Algorithm::ALL.iter().enumerate() {
                    write!(f, "{} {algorithm}", if index == 0 { "" } else { "," })?;
                }
                Ok(())
            }
            Self::WrongKeyType {
                algorithm,
                key_type,
            } => {
                write!(
                    f,
                    "{algorithm} signs with {} keys and this key is {key_type}; it signs with",
                    algorithm.key_type()
                )?;
                for (index, fitting) in key_type.algorithms().iter().enumerate() {
                    write!(f, "{} {fitting}", if index == 0 { "" } else { "," })?;
                }
                Ok(())
            }
            Self::UnsupportedAlgorithm(algorithm) => write!(
                f,
                "this provider does not do {algorithm}; the provider `aws_lc_rs` \
                 (feature `aws-lc-rs`) does"
            ),
            Self::UnsupportedGeneration(spec) => write!(
                f,
                "this provider does not generate {spec} keys; build with the feature \
                 `aws-lc-rs`, or run: {}",
                generation_command(*spec)
            ),
            Self::UnexpectedInput(found) => write!(f, "{found}"),
            Self::MalformedKey => f.write_str(
                "the key is damaged; take the file again from where it was made, or make a new key",
            ),
            Self::RsaExponent => f.write_str(
                "the RSA key's public exponent is smaller than 65537; make a key with the usual one",
            ),
            Self::RsaSize(bits) => write!(
                f,
                "the RSA key has {bits} bits; make one of 2048 to 4096 bits"
            ),
            Self::UnsupportedCurve => f.write_str(
                "the key's elliptic curve is not supported; use P-256, P-384, P-521 or Ed25519, \
                 and if it is one of these without its name, add that with: \
                 openssl ec -in KEY.pem -param_enc named_curve -out NAMED.pem",
            ),
            Self::MissingPublicHalf => f.write_str(
                "the EC private key lacks its public half; add it with: \
                 openssl ec -in KEY.pem -out COMPLETE.pem",
            ),
            Self::InconsistentKey => f.write_str(
                "the public half in the key file belongs to another private key; \
                 take the file again from where it was made",
            ),
            Self::RejectedKey(reason) => write!(
                f,
                "the key is not usable ({reason}); check it with: openssl pkey -in KEY.pem -check -noout"
            ),
            Self::MalformedJson => {
                f.write_str("not one JSON object in UTF-8 with unique member names")
            }
            Self::MalformedJwk(member) => {
                write!(f, "the JWK member {member:?} is missing or malformed")
            }
            Self::UnsupportedJwk => f.write_str(
                "the JWK is of a key type, curve or use that does not sign client assertions",
            ),
            Self::PrivateMember => f.write_str(
                "the JWK holds private or symmetric key material; publish its public half only, \
                 and replace the key if it was published",
            ),
            Self::MalformedSignature => {
                f.write_str("the signature does not have the form that its algorithm gives it")
            }
            Self::Provider => f.write_str("the cryptographic provider failed; try again"),
        }
    }
}

impl error::Error for Error {}

/// The `openssl` command line that makes a key.
const fn generation_command(spec: KeySpec) -> &'static str {
    match spec {
        KeySpec::Rsa2048 => {
            "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out KEY.pem"
        }
        KeySpec::Rsa3072 => {
            "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out KEY.pem"
        }
        KeySpec::Rsa4096 => {
            "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:4096 -out KEY.pem"
        }
        KeySpec::P256 => {
            "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out KEY.pem"
        }
        KeySpec::P384 => {
            "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out KEY.pem"
        }
        KeySpec::P521 => {
            "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out KEY.pem"
        }
        KeySpec::Ed25519 => "openssl genpkey -algorithm ED25519 -out KEY.pem",
    }
}

/// What an input turned out to be where a key was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FoundInput {
    /// Nothing but white space.
    Empty,
    /// A public key.
    PublicKey,
    /// A private key, where a public one was expected.
    PrivateKey,
    /// An X.509 certificate.
    Certificate,
    /// A PKCS#10 certificate request.
    CertificateRequest,
    /// An encrypted PKCS#8 private key.
    EncryptedKey,
    /// A PEM private key under OpenSSL's legacy encryption (`Proc-Type: 4,ENCRYPTED`).
    LegacyEncryptedKey,
    /// A private key in OpenSSH's own format.
    OpenSshKey,
    /// A private key in PuTTY's own format.
    PuttyKey,
    /// A DSA key.
    DsaKey,
    /// An RSA key restricted to RSASSA-PSS.
    RsaPssKey,
    /// An Ed448, X25519 or X448 key.
    OtherCurveKey,
    /// An OpenPGP block.
    PgpBlock,
    /// More than one PEM block.
    SeveralPemBlocks,
    /// A PEM block that begins and never ends.
    UnfinishedPemBlock,
    /// A PEM block with a label that names no key.
    UnknownPemLabel,
    /// A web page.
    Html,
    /// A JWK Set.
    JwkSet,
    /// Nothing that is recognized.
    Unknown,
}

impl fmt::Display for FoundInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the input is empty; give a key in PEM or DER",
            Self::PublicKey => "this is a public key; give the private key that belongs to it",
            Self::PrivateKey => {
                "this is a private key; give its public half: openssl pkey -in KEY.pem -pubout"
            }
            Self::Certificate => {
                "this is a certificate, which holds a public key; give the private key that belongs to it"
            }
            Self::CertificateRequest => {
                "this is a certificate request, which holds a public key; \
                 give the private key that belongs to it"
            }
            Self::EncryptedKey | Self::LegacyEncryptedKey => {
                "the private key is encrypted; decrypt it with: \
                 (umask 077 && openssl pkey -in KEY.pem -out PLAIN.pem)"
            }
            Self::OpenSshKey => {
                "this is a key in OpenSSH's format; convert a copy of it with: \
                 ssh-keygen -p -m PKCS8 -f COPY"
            }
            Self::PuttyKey => {
                "this is a key in PuTTY's format; convert it with: \
                 puttygen KEY.ppk -O private-openssh -o KEY && ssh-keygen -p -m PKCS8 -f KEY"
            }
            Self::DsaKey => "DSA keys sign no JWT; make an RSA, EC or Ed25519 key",
            Self::RsaPssKey => {
                "this RSA key is restricted to PSS in its file; make a plain RSA key, \
                 which signs PS256 to PS512 as well"
            }
            Self::OtherCurveKey => {
                "Ed448, X25519 and X448 keys sign no JWT here; make an RSA, EC or Ed25519 key"
            }
            Self::PgpBlock => "this is an OpenPGP block; give a key in PEM or DER",
            Self::SeveralPemBlocks => {
                "there is more than one PEM block; keep the private key's alone in the file"
            }
            Self::UnfinishedPemBlock => {
                "the PEM block has no matching END line; take the file again from where it was made"
            }
            Self::UnknownPemLabel => {
                "the PEM block holds no key; give one that begins with \
                 -----BEGIN PRIVATE KEY----- or -----BEGIN RSA PRIVATE KEY-----"
            }
            Self::Html => {
                "this is a web page, probably a sign-in or error page saved in place of the key; \
                 fetch the key file again"
            }
            Self::JwkSet => "this is a JWK Set; give one key in PEM or DER",
            Self::Unknown => {
                "this is no key in PEM or DER; give a file that begins with \
                 -----BEGIN PRIVATE KEY-----, and take the key out of a PKCS#12 file with: \
                 (umask 077 && openssl pkcs12 -in KEY.p12 -nocerts -nodes -out KEY.pem)"
            }
        })
    }
}

/// A signature that was not verified; it says no more than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifyError;

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the signature does not verify with this key and algorithm")
    }
}

impl error::Error for VerifyError {}
