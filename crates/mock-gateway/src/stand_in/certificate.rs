use core::time::Duration;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use rustls::SignatureScheme;
use rustls::pki_types::CertificateDer;
use rustls::sign::SigningKey;
use signature::Keypair;
use x509_cert::TbsCertificate;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder, CertificateBuilder, Result};
use x509_cert::der::asn1::{BitString, Ia5String, OctetString};
use x509_cert::der::{DateTime, Decode, Document, Encode};
use x509_cert::ext::pkix::constraints::name::GeneralSubtree;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages,
    NameConstraints, SubjectAltName, SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{
    self, AlgorithmIdentifierOwned, DynSignatureAlgorithmIdentifier, EncodePublicKey,
    ObjectIdentifier, SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef,
};
use x509_cert::time::{Time, Validity};

use super::authority::NotMade;
use super::hosts::{Hosts, is_own};

const AUTHORITY_NAME: &str = "CN=tokenring mock gateway for tests";
/// A common name has 64 characters at most: the host is in an extension.
const HOST_NAME: &str = "CN=tokenring mock gateway";
/// RFC 5758, section 3.2.
const ECDSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
/// RFC 5280, section 4.2.1.12.
const SERVER_AUTHENTICATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");

/// What a certificate is for.
pub(super) enum Contents<'a> {
    /// To vouch for these hosts.
    Authority(&'a Hosts),
    /// To be this host, and this machine by its own names.
    Host(&'a str),
}

/// Who signs.
pub(super) struct Issuer<'a> {
    pub(super) key: &'a dyn SigningKey,
}

impl Issuer<'_> {
    /// Makes a certificate of a key, valid in that time since 1970.
    pub(super) fn sign(
        &self,
        contents: &Contents<'_>,
        key: &dyn SigningKey,
        validity: (Duration, Duration),
    ) -> core::result::Result<CertificateDer<'static>, NotMade> {
        let mut serial = [0; 16];
        getrandom::getrandom(&mut serial).map_err(|_| NotMade)?;
        // Positive, and of the same length always.
        let [first, ..] = &mut serial;
        *first = *first & 0x3f | 0x40;
        let pair = Pair(public_key(self.key)?);
        let key = SubjectPublicKeyInfoOwned::from_der(&public_key(key)?).map_err(|_| NotMade)?;
        let made = || -> Result<_> {
            let subject = match contents {
                Contents::Authority(_) => AUTHORITY_NAME,
                Contents::Host(_) => HOST_NAME,
            };
            let profile = Profile {
                contents,
                issuer: Name::from_str(AUTHORITY_NAME)?,
                subject: Name::from_str(subject)?,
            };
            let (from, until) = validity;
            let validity = Validity::new(time(from)?, time(until)?);
            let serial = SerialNumber::new(&serial)?;
            let mut builder = CertificateBuilder::new(profile, serial, validity, key)?;
            let signed = builder.finalize(&pair)?;
            Ok((builder, signed))
        };
        let (builder, signed) = made().map_err(|_| NotMade)?;
        let signer = self
            .key
            .choose_scheme(&[SignatureScheme::ECDSA_NISTP256_SHA256])
            .ok_or(NotMade)?;
        let signature = signer.sign(&signed).map_err(|_| NotMade)?;
        let signature = BitString::from_bytes(&signature).map_err(|_| NotMade)?;
        let certificate = builder.assemble(signature, &pair).map_err(|_| NotMade)?;
        let der = certificate.to_der().map_err(|_| NotMade)?;
        Ok(CertificateDer::from(der))
    }
}

fn public_key(key: &dyn SigningKey) -> core::result::Result<Vec<u8>, NotMade> {
    let key = key.public_key().ok_or(NotMade)?;
    Ok(key.as_ref().to_vec())
}

fn time(since_1970: Duration) -> x509_cert::der::Result<Time> {
    let whole = Duration::from_secs(since_1970.as_secs());
    DateTime::from_unix_duration(whole).map(Time::from)
}

struct Profile<'a> {
    contents: &'a Contents<'a>,
    issuer: Name,
    subject: Name,
}

impl BuilderProfile for Profile<'_> {
    fn get_issuer(&self, _subject: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        key: SubjectPublicKeyInfoRef<'_>,
        issuer_key: SubjectPublicKeyInfoRef<'_>,
        contents: &TbsCertificate,
    ) -> Result<Vec<Extension>> {
        let subject = contents.subject();
        let mut extensions: Vec<Extension> = Vec::new();
        let is_authority = matches!(self.contents, Contents::Authority(_));
        let constraints = BasicConstraints {
            ca: is_authority,
            path_len_constraint: is_authority.then_some(0),
        };
        extensions.push(constraints.to_extension(subject, &extensions)?);
        let identifier = SubjectKeyIdentifier::try_from(key)?;
        extensions.push(identifier.to_extension(subject, &extensions)?);
        let identifier = AuthorityKeyIdentifier::try_from(issuer_key)?;
        extensions.push(identifier.to_extension(subject, &extensions)?);
        match self.contents {
            Contents::Authority(hosts) => {
                let usage = KeyUsage(KeyUsages::KeyCertSign.into());
                extensions.push(usage.to_extension(subject, &extensions)?);
                let permitted = NameConstraints {
                    permitted_subtrees: Some(permitted(hosts)?),
                    excluded_subtrees: None,
                };
                extensions.push(permitted.to_extension(subject, &extensions)?);
            }
            Contents::Host(host) => {
                let usage = KeyUsage(KeyUsages::DigitalSignature.into());
                extensions.push(usage.to_extension(subject, &extensions)?);
                let usage = ExtendedKeyUsage(vec![SERVER_AUTHENTICATION]);
                extensions.push(usage.to_extension(subject, &extensions)?);
                let names = SubjectAltName(names(host)?);
                extensions.push(names.to_extension(subject, &extensions)?);
            }
        }
        Ok(extensions)
    }
}

const LOOPBACK: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::LOCALHOST),
    IpAddr::V6(Ipv6Addr::LOCALHOST),
];

/// The names of a host, and those by which a client on this machine can call it directly.
fn names(host: &str) -> Result<Vec<GeneralName>> {
    let mut names = Vec::new();
    if !is_own(host) {
        names.push(GeneralName::DnsName(Ia5String::new(host)?));
    }
    names.push(GeneralName::DnsName(Ia5String::new("localhost")?));
    names.extend(LOOPBACK.map(GeneralName::from));
    Ok(names)
}

fn permitted(hosts: &Hosts) -> Result<Vec<GeneralSubtree>> {
    let mut bases = Vec::new();
    for host in hosts.names().chain(["localhost"]) {
        bases.push(GeneralName::DnsName(Ia5String::new(host)?));
    }
    for address in LOOPBACK {
        // An address, and a mask of as many octets that takes all of it.
        let octets = match address {
            IpAddr::V4(address) => [address.octets().as_slice(), &[255; 4]].concat(),
            IpAddr::V6(address) => [address.octets().as_slice(), &[255; 16]].concat(),
        };
        bases.push(GeneralName::IpAddress(OctetString::new(octets)?));
    }
    let subtree = |base| GeneralSubtree {
        base,
        minimum: 0,
        maximum: None,
    };
    Ok(bases.into_iter().map(subtree).collect())
}

/// The issuer's public key, in the form that the builder asks for.
struct Pair(Vec<u8>);

impl Keypair for Pair {
    type VerifyingKey = PublicHalf;

    fn verifying_key(&self) -> PublicHalf {
        PublicHalf(self.0.clone())
    }
}

impl DynSignatureAlgorithmIdentifier for Pair {
    fn signature_algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifierOwned> {
        Ok(AlgorithmIdentifierOwned {
            oid: ECDSA_WITH_SHA256,
            parameters: None,
        })
    }
}

#[derive(Clone)]
struct PublicHalf(Vec<u8>);

impl EncodePublicKey for PublicHalf {
    fn to_public_key_der(&self) -> spki::Result<Document> {
        Ok(Document::try_from(self.0.clone())?)
    }
}
