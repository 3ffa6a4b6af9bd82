//! The words of errors.

use core::fmt;

use super::Error;
use crate::{Algorithm, KeyId, KeySpec};

pub(super) fn list(algorithms: &[Algorithm], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (index, algorithm) in algorithms.iter().enumerate() {
        write!(f, "{} {algorithm}", if index == 0 { "" } else { "," })?;
    }
    Ok(())
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownAlgorithm => {
                f.write_str("unknown algorithm; use one of")?;
                list(Algorithm::ALL, f)
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
                list(key_type.algorithms(), f)
            }
            Self::UnsupportedAlgorithm(algorithm) => write!(
                f,
                "this provider does not do {algorithm}; the provider `aws_lc_rs` \
                 (feature `aws-lc-rs`) does"
            ),
            Self::EncryptionNotBuilt => f.write_str(
                "this build writes no encrypted keys; build with the feature `encrypted`, or encrypt \
                 the key with: openssl pkcs8 -topk8 -in KEY.pem -out ENCRYPTED.pem",
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
            Self::MalformedCertificate => f.write_str(
                "the certificate is damaged; check it with: openssl x509 -in CERTIFICATE.pem -noout",
            ),
            Self::UnusableCertificate(defect) => write!(f, "{defect}"),
            Self::EvenModulus => f.write_str(
                "the RSA modulus is even, which no sound key's is; \
                 take the file again from where it was made, or make a new key",
            ),
            Self::RsaExponent(defect) => write!(f, "the RSA key's public exponent is {defect}"),
            Self::RsaSize(bits) if *bits < 2048 => write!(
                f,
                "the RSA key has {bits} bits, and fewer than 2048 are too weak \
                 (NIST SP 800-131A); make one of 2048 to 4096 bits"
            ),
            Self::RsaSize(bits) => write!(
                f,
                "the RSA key has {bits} bits, and no more than 4096 can sign here and 8192 verify; \
                 make one of 2048 to 4096 bits"
            ),
            Self::RocaKey => f.write_str(
                "the RSA key has the fingerprint of a generator that made weak primes \
                 (ROCA, CVE-2017-15361); make a new key with other software, and replace this one \
                 wherever it is used",
            ),
            Self::NotRsa(key_type) => write!(
                f,
                "PKCS#1 holds RSA keys alone, and this key is {key_type}; write PKCS#8"
            ),
            Self::PointOffCurve => f.write_str(
                "the public key is no point of its curve, or one that is no secret; \
                 take the file again from where it was made, or make a new key",
            ),
            Self::CompressedPoint => f.write_str(
                "the EC public key is written as a compressed point; write it in full with: \
                 openssl pkey -pubin -in KEY.pem -ec_conv_form uncompressed -out FULL.pem",
            ),
            Self::UnsupportedCurve => f.write_str(
                "the key's elliptic curve is not supported; make a key on P-256, P-384, P-521 or \
                 Ed25519, such as: \
                 openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out KEY.pem",
            ),
            Self::IncompleteRsaKey => f.write_str(
                "the RSA key lacks some of \"p\", \"q\", \"dp\", \"dq\" and \"qi\"; build with the \
                 feature `rsa-completion`, which computes them",
            ),
            Self::MissingPublicHalf => f.write_str(
                "the EC private key lacks its public half, which the provider `ring` needs; \
                 build with the feature `aws-lc-rs`, which computes it",
            ),
            Self::InconsistentKey => f.write_str(
                "the public half in the key file belongs to another private key; \
                 take the file again from where it was made",
            ),
            Self::InconsistentParts(rule) => write!(
                f,
                "the parts of the RSA key disagree ({rule}); \
                 take the file again from where it was made, or make a new key"
            ),
            Self::RejectedKey(reason) => write!(
                f,
                "the key is not usable ({reason}); check it with: openssl pkey -in KEY.pem -check -noout"
            ),
            Self::MalformedJson(fault) => match fault.advice() {
                Some(advice) => write!(f, "{fault}; {advice}"),
                None => write!(f, "{fault}"),
            },
            Self::NotAJwkSet(fault) => write!(f, "{fault}"),
            Self::MalformedJwk(member) => {
                write!(f, "the JWK member {member:?} is missing or malformed")
            }
            Self::InvalidMember { member, flaw } => {
                write!(f, "the JWK member {member:?} {flaw}")
            }
            Self::MemberCase { found, expected } => write!(
                f,
                "the JWK has {found:?} where {expected:?} is expected; \
                 the case of a member's name matters"
            ),
            Self::AlgorithmCase { found, meant } => write!(
                f,
                "unknown \"alg\" {found:?} in the JWK; did you mean \"{meant}\"?"
            ),
            Self::PemInJson(place) => {
                write!(f, "this is JSON with a PEM key in its member {place:?}; ")?;
                write_extraction(f, place, "-r", "KEY.pem")
            }
            Self::JwkInJson(place) => {
                write!(f, "this is JSON with a JWK in its member {place:?}; ")?;
                write_extraction(f, place, "-c", "KEY.json")
            }
            Self::UnsupportedJwk => f.write_str(
                "the JWK is of a key type, curve or use that does not sign client assertions",
            ),
            Self::NotForSigning(member) => write!(
                f,
                "the JWK's {member:?} says that the key is not for signing; \
                 take the key that is, or make a new one"
            ),
            Self::SeveralKeys(key_ids) => {
                f.write_str("the JWK Set holds several private keys; say which by its key ID:")?;
                write_key_ids(f, key_ids)
            }
            Self::PrivateKeyNotFound(key_ids) if key_ids.is_empty() => {
                f.write_str("the JWK Set holds no private key; give the file that does")
            }
            Self::PrivateKeyNotFound(key_ids) => {
                f.write_str("the JWK Set holds no private key with this key ID; it has:")?;
                write_key_ids(f, key_ids)
            }
            Self::KeyNotFound(key_ids) if key_ids.is_empty() => {
                f.write_str("the JWK Set holds no key; name a set that does")
            }
            Self::KeyNotFound(key_ids) => {
                f.write_str("the JWK Set holds no key with this key ID; it has:")?;
                write_key_ids(f, key_ids)
            }
            Self::DuplicateKeyId(key_id) => write!(
                f,
                "the JWK Set has a key with the ID {:?} already; give the new one another ID",
                key_id.as_str()
            ),
            Self::WrongPassphrase => f.write_str(
                "the passphrase does not open the encrypted key; give the one that it was \
                 encrypted with",
            ),
            Self::UnsupportedEncryption => write!(
                f,
                "the key is encrypted with a cipher or a hash that is not supported; \
                 {ENCRYPT_AGAIN}{INPUT_AND_OUTPUT}"
            ),
            Self::LegacyEncryption => write!(
                f,
                "the key is encrypted in an old, weak way; \
                 {ENCRYPT_AGAIN} -provider legacy -provider default{INPUT_AND_OUTPUT}"
            ),
            Self::CostOverCap { cost, cap } => write!(
                f,
                "opening the encrypted key would take more than the {cap} {cost} \
                 that are spent at most; {}",
                cost.advice()
            ),
            Self::PrivateMember => f.write_str(
                "the JWK holds private or symmetric key material; publish its public half only, \
                 and replace the key if it was published",
            ),
            Self::MalformedSignature => {
                f.write_str("the signature does not have the form that its algorithm gives it")
            }
            Self::SignatureLength { algorithm, length } => write!(
                f,
                "the signature has {length} bytes, which {algorithm} never has; an ECDSA \
                 signature is R and S here, and not ASN.1"
            ),
            Self::NotVerified => f.write_str(
                "the signature does not verify with the public key; give the public key of the \
                 key that signs",
            ),
            Self::CertificateTemplate(rule) => {
                write!(f, "no certificate is made like this: {rule}")
            }
            Self::CertificateAlgorithm(algorithm) => write!(
                f,
                "a certificate is not signed with {algorithm}; make the signer with RS256, \
                 the key can sign {algorithm} all the same"
            ),
            Self::Signer => f.write_str("the certificate was not signed; try the signer by itself"),
            Self::Provider => f.write_str("the cryptographic provider failed; try again"),
        }
    }
}

const ENCRYPT_AGAIN: &str = "encrypt it again with: (umask 077 && openssl pkcs8 -topk8 \
     -v2 aes-256-cbc -v2prf hmacWithSHA256 -iter 600000";
const INPUT_AND_OUTPUT: &str = " -in KEY.pem -out NEW.pem)";

/// Writes the command that takes a member out of JSON, which leaves it as it is.
fn write_extraction(
    f: &mut fmt::Formatter<'_>,
    place: &str,
    option: &str,
    output: &str,
) -> fmt::Result {
    let is_plain = |name: &str| {
        let mut characters = name.chars().filter(|character| !"[]".contains(*character));
        characters.all(|character| character.is_ascii_alphanumeric() || character == '_')
            && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
    };
    if !place.split('.').all(is_plain) {
        return f.write_str("put the value of that member into a file of its own");
    }
    write!(
        f,
        "take it out with: (umask 077 && jq {option} '.{place}' FILE.json > {output})"
    )
}

/// Key identifiers are somebody else's text, so they are written escaped.
fn write_key_ids(f: &mut fmt::Formatter<'_>, key_ids: &[Option<KeyId>]) -> fmt::Result {
    for (index, key_id) in key_ids.iter().enumerate() {
        f.write_str(if index == 0 { " " } else { ", " })?;
        match key_id {
            Some(key_id) => write!(f, "{:?}", key_id.as_str())?,
            None => f.write_str("one without a key ID")?,
        }
    }
    Ok(())
}

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
