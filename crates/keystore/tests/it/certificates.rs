//! Certificates in files.

use tokenring_jwk::{CertificateDefect, Error as KeyError, PublicKey};
use tokenring_keystore::{CertificateFile, Error};

use crate::scratch::{Scratch, key};

#[track_caller]
fn check(contents: &str) -> KeyError {
    let scratch = Scratch::new();
    let path = scratch.write("a.crt", contents);
    let error = CertificateFile::read(&path).unwrap_err();
    let Error::Certificate {
        path: found,
        source,
    } = error
    else {
        unreachable!("{error:?}");
    };
    assert_eq!(found, path);
    source
}

#[test]
fn what_is_no_certificate_is_an_error() {
    let none = KeyError::UnusableCertificate(CertificateDefect::Missing);
    assert_eq!(check(""), none);
    assert_eq!(check("not a certificate"), none);
    assert_eq!(check(key().0.to_pkcs8_pem().secret()), none);
    assert_eq!(
        check("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        KeyError::UnusableCertificate(CertificateDefect::Damaged { number: 1 })
    );
    let missing = CertificateFile::read("/missing/a.crt").unwrap_err();
    assert!(matches!(missing, Error::ReadCertificate { .. }));
}

/// The fixtures of the integration tests, which `openssl` made.
fn fixture(name: &str) -> String {
    let root = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/fixtures/certificates"
    );
    format!("{root}/{name}")
}

#[test]
fn certificates_are_read_from_pem_and_der() {
    for name in ["test-p256.pem", "test-p256.der"] {
        let certificate = CertificateFile::read(fixture(name)).unwrap();
        let stated = |name| std::fs::read_to_string(fixture(name)).unwrap();
        let sha256 = stated("test-p256-x5t-s256.txt");
        let sha1 = stated("test-p256-x5t.txt");
        assert_eq!(certificate.thumbprint().to_string(), sha256.trim());
        assert_eq!(certificate.sha1_thumbprint().to_string(), sha1.trim());
        assert!(certificate.is_of(certificate.certificate().public_key()));
        assert!(!certificate.is_of(&key().1));
        assert_eq!(certificate.to_base64_chain().len(), 1);
    }
}

#[test]
fn a_chain_begins_with_the_key_s_own() {
    let pem = std::fs::read_to_string(fixture("test-chain.pem")).unwrap();
    let chain = CertificateFile::read(fixture("test-chain.pem")).unwrap();
    let blocks: Vec<String> = pem
        .split("-----BEGIN CERTIFICATE-----")
        .skip(1)
        .map(|block| {
            block
                .split("-----")
                .next()
                .unwrap()
                .split_whitespace()
                .collect()
        })
        .collect();
    assert!(blocks.len() > 1);
    assert_eq!(chain.to_base64_chain(), blocks);
    assert_eq!(chain.certificate().to_base64(), blocks[0]);
}

/// Whatever the order in the file, the header has the key's own first, and then its issuers
/// (RFC 7515 section 4.1.6).
#[test]
fn a_chain_is_put_in_order() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../oauth/tests/data/tls");
    let pem = |name| std::fs::read_to_string(format!("{folder}/{name}")).unwrap();
    let server = CertificateFile::read(format!("{folder}/server.pem")).unwrap();
    let authority = CertificateFile::read(format!("{folder}/authority.pem")).unwrap();
    let expected = [server.to_base64_chain(), authority.to_base64_chain()].concat();
    let own = server.certificate().public_key();
    let other = std::fs::read_to_string(fixture("test-p256.pem")).unwrap();
    let (leaf, root) = (pem("server.pem"), pem("authority.pem"));
    for contents in [
        format!("{leaf}{root}"),
        format!("{root}{leaf}"),
        format!("{other}{leaf}{root}"),
        format!("{root}{other}{leaf}"),
    ] {
        let scratch = Scratch::new();
        let path = scratch.write("a.crt", &contents);
        let found = CertificateFile::read(&path).unwrap().for_key(own).unwrap();
        assert_eq!(found.certificate(), server.certificate());
        assert_eq!(found.to_base64_chain(), expected);
    }
    let stranger: &PublicKey = &key().1;
    assert!(server.for_key(stranger).is_none());
}
