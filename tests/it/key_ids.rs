//! The identifiers that gateways know a key by, computed by both providers.

use integration_tests::fixtures;
use integration_tests::provider;
use tokenring_jwk::{Certificate, Error, FoundInput, PublicKey};

fn public_key(name: &str) -> PublicKey {
    let spki = fixtures::bytes(&format!("keys/test-{name}-public.der"));
    PublicKey::from_spki_der(&spki).unwrap()
}

#[test]
fn thumbprints_and_spki_hashes() {
    for name in fixtures::KEY_NAMES {
        let key = public_key(name);
        for provider in provider::ALL {
            let thumbprint = fixtures::text(&format!("keys/test-{name}-thumbprint.txt"));
            assert_eq!(provider.thumbprint(&key).to_string(), thumbprint);
            let hash = fixtures::text(&format!("keys/test-{name}-spki-hash.txt"));
            assert_eq!(provider.spki_hash(&key).to_string(), hash);
        }
    }
}

#[test]
fn certificate_thumbprints() {
    for name in fixtures::KEY_NAMES {
        let pem = fixtures::text(&format!("certificates/test-{name}.pem"));
        let der = fixtures::bytes(&format!("certificates/test-{name}.der"));
        let certificate = Certificate::from_pem(&pem).unwrap();
        assert_eq!(Certificate::from_der(&der), Ok(certificate.clone()));
        assert_eq!(certificate.as_der(), der);
        assert_eq!(certificate.to_pem(), pem);
        let lines: Vec<&str> = pem.lines().filter(|line| !line.starts_with('-')).collect();
        assert_eq!(certificate.to_base64(), lines.concat());
        assert_eq!(*certificate.public_key(), public_key(name));
        for provider in provider::ALL {
            let x5t = fixtures::text(&format!("certificates/test-{name}-x5t.txt"));
            assert_eq!(
                provider
                    .certificate_sha1_thumbprint(&certificate)
                    .to_string(),
                x5t
            );
            let x5t = fixtures::text(&format!("certificates/test-{name}-x5t-s256.txt"));
            assert_eq!(
                provider.certificate_thumbprint(&certificate).to_string(),
                x5t
            );
        }
    }
}

#[test]
fn chains() {
    let chain = fixtures::text("certificates/test-chain.pem");
    let chain = Certificate::chain_from_pem(&chain).unwrap();
    let keys: Vec<&PublicKey> = chain.iter().map(Certificate::public_key).collect();
    assert_eq!(keys, [&public_key("p256"), &public_key("p384")]);
}

#[test]
fn other_certificates() {
    let long = fixtures::bytes("certificates/test-p256-long-serial.der");
    assert_eq!(
        *Certificate::from_der(&long).unwrap().public_key(),
        public_key("p256")
    );
    let old = fixtures::bytes("foreign/test-certificate-v1.der");
    assert_eq!(
        *Certificate::from_der(&old).unwrap().public_key(),
        public_key("rsa-2048")
    );
    let weak = fixtures::text("certificates/test-rsa-1024.pem");
    assert_eq!(Certificate::from_pem(&weak), Err(Error::RsaSize(1024)));
}

#[test]
fn what_is_no_certificate() {
    let none = Error::UnexpectedInput(FoundInput::NoCertificate);
    for file in [
        "keys/test-p256-pkcs8.pem",
        "keys/test-html-page.html",
        "keys/test-rsa-2048-request.pem",
    ] {
        assert_eq!(
            Certificate::from_pem(&fixtures::text(file)),
            Err(none.clone()),
            "{file}"
        );
    }
    for file in [
        "foreign/test-request.der",
        "keys/test-p256-public.der",
        "keys/test-p256-pkcs8.der",
    ] {
        let read = Certificate::from_der(&fixtures::bytes(file));
        assert_eq!(read, Err(Error::MalformedCertificate), "{file}");
    }
    let der = fixtures::bytes("certificates/test-p256.der");
    for length in 0..der.len() {
        assert!(Certificate::from_der(&der[..length]).is_err(), "{length}");
    }
    for index in 0..der.len() {
        for bits in [1, 0x20, 0x80] {
            let mut changed = der.clone();
            changed[index] ^= bits;
            // It panics nowhere, and what is read is what is there.
            if let Ok(certificate) = Certificate::from_der(&changed) {
                assert_eq!(certificate.as_der(), changed);
            }
        }
    }
}

/// Any file that a public key is in, for `kid`s of keys that others hold.
#[test]
fn public_key_files() {
    for name in fixtures::KEY_NAMES {
        for file in ["public.pem", "public.der", "public.jwk.json"] {
            let contents = fixtures::bytes(&format!("keys/test-{name}-{file}"));
            let read = PublicKey::from_key_file(&contents);
            assert_eq!(read, Ok(public_key(name)), "{name} {file}");
        }
        for file in ["pem", "der"] {
            let contents = fixtures::bytes(&format!("certificates/test-{name}.{file}"));
            let read = PublicKey::from_key_file(&contents);
            assert_eq!(read, Ok(public_key(name)), "{name} {file}");
        }
    }
    let rsa = fixtures::bytes("keys/test-rsa-2048-pkcs1-public.pem");
    assert_eq!(PublicKey::from_key_file(&rsa), Ok(public_key("rsa-2048")));
    let check = |file: &str, found: FoundInput| {
        let read = PublicKey::from_key_file(&fixtures::bytes(file));
        assert_eq!(read, Err(Error::UnexpectedInput(found)), "{file}");
    };
    for name in fixtures::KEY_NAMES {
        check(
            &format!("keys/test-{name}-pkcs8.pem"),
            FoundInput::PrivateKey,
        );
        check(
            &format!("keys/test-{name}-pkcs8.der"),
            FoundInput::PrivateKey,
        );
    }
    check("keys/test-rsa-2048-pkcs1.der", FoundInput::PrivateKey);
    check("keys/test-p256-sec1.der", FoundInput::PrivateKey);
    check("foreign/test-request.der", FoundInput::CertificateRequest);
    check("foreign/test-other.json", FoundInput::OtherJson);
    check("keys/test-empty.pem", FoundInput::Empty);
    check("keys/test-html-page.html", FoundInput::Html);
    let private = fixtures::bytes("keys/test-p256-private.jwk.json");
    assert_eq!(
        PublicKey::from_key_file(&private),
        Err(Error::PrivateMember)
    );
    let set = br#"{"keys":[]}"#;
    assert_eq!(
        PublicKey::from_key_file(set),
        Err(Error::UnexpectedInput(FoundInput::JwkSet))
    );
}
