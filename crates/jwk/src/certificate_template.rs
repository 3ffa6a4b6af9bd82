use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use signature::Keypair;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder, CertificateBuilder, Result as BuilderResult};
use x509_cert::der::asn1::BitString;
use x509_cert::der::{Any, DateTime, Decode, Document, Encode};
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage, KeyUsages, SubjectKeyIdentifier};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{
    self, AlgorithmIdentifierOwned, DynSignatureAlgorithmIdentifier, EncodePublicKey,
    ObjectIdentifier, SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef,
};
use x509_cert::time::{Time, Validity};
use x509_cert::{TbsCertificate, der};

use crate::der as own_der;
use crate::{Algorithm, Certificate, Error, PublicKey, Signer};

/// What a self-signed certificate says of its key.
///
/// Gateways that register a key as a certificate look at the key and little
/// else: the certificate has a common name, a validity, and extensions by which
/// it is for signatures and no authority.
///
/// # Examples
///
/// ```
/// use tokenring_jwk::{CertificateTemplate, KeySpec, ring};
///
/// let key = ring::generate(KeySpec::P256)?;
/// let now = 1_800_000_000;
/// let certificate = ring::self_sign(&key, &CertificateTemplate::new("my-client", now, 365)?)?;
/// println!("{}", certificate.to_pem());
/// # Ok::<(), tokenring_jwk::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateTemplate {
    common_name: String,
    not_before: u64,
    not_after: u64,
}

/// The upper bound of RFC 5280 appendix A.1, in characters.
const LONGEST_NAME: usize = 64;
const SECONDS_A_DAY: u64 = 86_400;
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const UTF8_STRING: u8 = 0x0c;
const SET: u8 = 0x31;

impl CertificateTemplate {
    /// Takes the common name of the subject, the seconds since 1970 from which
    /// the certificate is valid, and for how many days it is.
    ///
    /// # Errors
    ///
    /// [`Error::CertificateTemplate`] for a name that is empty, longer than 64
    /// characters or has control characters, for no days, and for a year after
    /// 9999.
    pub fn new(
        common_name: impl Into<String>,
        not_before_seconds: u64,
        days: u32,
    ) -> Result<Self, Error> {
        let common_name = common_name.into();
        let length = common_name.chars().count();
        if length == 0 || length > LONGEST_NAME || common_name.chars().any(char::is_control) {
            return Err(Error::CertificateTemplate(
                "its common name has to have 1 to 64 characters and none of control",
            ));
        }
        let not_after = not_before_seconds.saturating_add(u64::from(days) * SECONDS_A_DAY);
        if days == 0 || time(not_after).is_err() {
            return Err(Error::CertificateTemplate(
                "it has to be valid for a day at least, and not after the year 9999",
            ));
        }
        Ok(Self {
            common_name,
            not_before: not_before_seconds,
            not_after,
        })
    }

    /// Makes the certificate of `public_key`, signed by its private key, in
    /// memory or elsewhere.
    ///
    /// `serial` becomes the serial number; it has to be random, which
    /// [`ring::self_sign`](crate::ring::self_sign) sees to for a key in memory.
    ///
    /// # Errors
    ///
    /// [`Error::CertificateAlgorithm`] for a signer that pads with PSS,
    /// [`Error::InconsistentKey`] where the signer's algorithm doesn't fit the
    /// key, and [`Error::Signer`] where it fails.
    pub fn self_sign(
        &self,
        signer: &dyn Signer,
        public_key: &PublicKey,
        mut serial: [u8; 16],
    ) -> Result<Certificate, Error> {
        let algorithm = signer.algorithm();
        if algorithm.key_type() != public_key.key_type() {
            return Err(Error::InconsistentKey);
        }
        let identifier = identifier(algorithm).ok_or(Error::CertificateAlgorithm(algorithm))?;
        // Positive, and of the same length always.
        let [first, ..] = &mut serial;
        *first = *first & 0x3f | 0x40;
        let pair = RemotePair {
            identifier,
            public_key,
        };
        let mut builder = self
            .builder(&serial, public_key)
            .map_err(|_| Error::Provider)?;
        let contents = builder.finalize(&pair).map_err(|_| Error::Provider)?;
        let signature = signer.sign(&contents).map_err(|_| Error::Signer)?;
        let signature = match algorithm {
            Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 => signature.to_ecdsa_der()?,
            _ => signature.as_bytes().to_vec(),
        };
        let signature = BitString::from_bytes(&signature).map_err(|_| Error::Provider)?;
        let certificate = builder.assemble(signature, &pair);
        let certificate = certificate.map_err(|_| Error::Provider)?;
        let der = certificate.to_der().map_err(|_| Error::Provider)?;
        Certificate::from_der(&der)
    }

    fn builder(
        &self,
        serial: &[u8],
        public_key: &PublicKey,
    ) -> BuilderResult<CertificateBuilder<Profile>> {
        let profile = Profile {
            subject: Name::from_der(&self.subject())?,
        };
        let validity = Validity::new(time(self.not_before)?, time(self.not_after)?);
        let key = SubjectPublicKeyInfoOwned::from_der(&public_key.to_spki_der())?;
        CertificateBuilder::new(profile, SerialNumber::new(serial)?, validity, key)
    }

    /// A Name (RFC 5280 section 4.1.2.4) of one attribute.
    fn subject(&self) -> Vec<u8> {
        let kind = own_der::write(own_der::OBJECT_IDENTIFIER, &[COMMON_NAME]);
        let value = own_der::write(UTF8_STRING, &[self.common_name.as_bytes()]);
        let attribute = own_der::write(own_der::SEQUENCE, &[&kind, &value]);
        own_der::write(own_der::SEQUENCE, &[&own_der::write(SET, &[&attribute])])
    }
}

fn time(seconds: u64) -> der::Result<Time> {
    DateTime::from_unix_duration(Duration::from_secs(seconds)).map(Time::from)
}

/// The extensions of a certificate that is nobody's authority.
struct Profile {
    subject: Name,
}

impl BuilderProfile for Profile {
    fn get_issuer(&self, subject: &Name) -> Name {
        subject.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        key: SubjectPublicKeyInfoRef<'_>,
        _issuer_key: SubjectPublicKeyInfoRef<'_>,
        contents: &TbsCertificate,
    ) -> BuilderResult<Vec<Extension>> {
        let subject = contents.subject();
        let mut extensions: Vec<Extension> = Vec::new();
        let constraints = BasicConstraints {
            ca: false,
            path_len_constraint: None,
        };
        extensions.push(constraints.to_extension(subject, &extensions)?);
        let usage = KeyUsage(KeyUsages::DigitalSignature.into());
        extensions.push(usage.to_extension(subject, &extensions)?);
        let identifier = SubjectKeyIdentifier::try_from(key)?;
        extensions.push(identifier.to_extension(subject, &extensions)?);
        Ok(extensions)
    }
}

/// A key pair whose private half may be anywhere.
struct RemotePair<'a> {
    identifier: AlgorithmIdentifierOwned,
    public_key: &'a PublicKey,
}

impl Keypair for RemotePair<'_> {
    type VerifyingKey = PublicHalf;

    fn verifying_key(&self) -> PublicHalf {
        PublicHalf(self.public_key.clone())
    }
}

impl DynSignatureAlgorithmIdentifier for RemotePair<'_> {
    fn signature_algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifierOwned> {
        Ok(self.identifier.clone())
    }
}

#[derive(Clone)]
struct PublicHalf(PublicKey);

impl EncodePublicKey for PublicHalf {
    fn to_public_key_der(&self) -> spki::Result<Document> {
        Ok(Document::try_from(self.0.to_spki_der())?)
    }
}

/// RFC 4055 section 5, RFC 5758 section 3.2 and RFC 8410 section 3.
fn identifier(algorithm: Algorithm) -> Option<AlgorithmIdentifierOwned> {
    let (oid, parameters) = match algorithm {
        Algorithm::Rs256 => ("1.2.840.113549.1.1.11", Some(Any::null())),
        Algorithm::Rs384 => ("1.2.840.113549.1.1.12", Some(Any::null())),
        Algorithm::Rs512 => ("1.2.840.113549.1.1.13", Some(Any::null())),
        Algorithm::Es256 => ("1.2.840.10045.4.3.2", None),
        Algorithm::Es384 => ("1.2.840.10045.4.3.3", None),
        Algorithm::Es512 => ("1.2.840.10045.4.3.4", None),
        Algorithm::EdDsa | Algorithm::Ed25519 => ("1.3.101.112", None),
        Algorithm::Ps256 | Algorithm::Ps384 | Algorithm::Ps512 => return None,
    };
    let oid = ObjectIdentifier::new(oid).ok()?;
    Some(AlgorithmIdentifierOwned { oid, parameters })
}
