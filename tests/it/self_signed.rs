//! Self-signed certificates: openssl reads and verifies each.

use integration_tests::fixtures;
use integration_tests::peer;
use integration_tests::provider::{self, Provider};
use integration_tests::scratch::Scratch;
use tokenring_jwk::{
    Algorithm, Certificate, CertificateTemplate, Error, PrivateKey, SignError, Signature, Signer,
};

/// 15 January 2027, 08:00:00 UTC, as `date -u -d @1800000000` says.
const NOT_BEFORE: u64 = 1_800_000_000;

fn private_key(name: &str) -> PrivateKey {
    PrivateKey::from_pem(&fixtures::text(&format!("keys/test-{name}-pkcs8.pem"))).unwrap()
}

fn template(common_name: &str) -> CertificateTemplate {
    CertificateTemplate::new(common_name, NOT_BEFORE, 365).unwrap()
}

/// What `openssl x509 -text` says, after `openssl verify` found the
/// certificate to be signed by its own key.
#[track_caller]
fn verified(certificate: &Certificate) -> Option<String> {
    let openssl = peer::openssl()?;
    let scratch = Scratch::new();
    let file = scratch.write("certificate.pem", certificate.to_pem().as_bytes());
    let at = (NOT_BEFORE + 60).to_string();
    let arguments = [
        "verify",
        "-attime",
        &at,
        "-check_ss_sig",
        "-CAfile",
        &file,
        &file,
    ];
    let _ = openssl.program().expect(&arguments, b"");
    let text = openssl
        .program()
        .expect(&["x509", "-in", &file, "-noout", "-text"], b"");
    Some(String::from_utf8(text).unwrap())
}

#[track_caller]
fn check(provider: Provider, name: &str, algorithm: &str) {
    let key = private_key(name);
    let certificate = provider.self_sign(&key, &template("test-client")).unwrap();
    let public = fixtures::text(&format!("keys/test-{name}-public.pem"));
    assert_eq!(certificate.public_key().to_spki_pem(), public);
    let again = provider.self_sign(&key, &template("test-client")).unwrap();
    assert_ne!(again, certificate, "the serial number is random");
    let Some(text) = verified(&certificate) else {
        return;
    };
    for words in [
        "Version: 3",
        "Issuer: CN = test-client",
        "Subject: CN = test-client",
        "Not Before: Jan 15 08:00:00 2027 GMT",
        "Not After : Jan 15 08:00:00 2028 GMT",
        "CA:FALSE",
        "Digital Signature",
        "X509v3 Subject Key Identifier",
        &format!("Signature Algorithm: {algorithm}"),
    ] {
        assert!(text.contains(words), "{provider:?} {name}: {words}: {text}");
    }
}

#[test]
fn every_type_of_key() {
    for provider in provider::ALL {
        for (name, algorithm) in [
            ("rsa-2048", "sha256WithRSAEncryption"),
            ("rsa-4096", "sha256WithRSAEncryption"),
            ("p256", "ecdsa-with-SHA256"),
            ("p384", "ecdsa-with-SHA384"),
            ("p521", "ecdsa-with-SHA512"),
            ("ed25519", "ED25519"),
        ] {
            if name != "p521" || provider.has(Algorithm::Es512) {
                check(provider, name, algorithm);
            }
        }
    }
}

/// A private key that isn't here signs with the algorithm that it has.
#[test]
fn remote_signers() {
    for algorithm in [Algorithm::Rs384, Algorithm::Rs512, Algorithm::Ed25519] {
        let name = if algorithm == Algorithm::Ed25519 {
            "ed25519"
        } else {
            "rsa-2048"
        };
        let (signer, public) = Provider::Ring.load(&private_key(name), algorithm).unwrap();
        let certificate = template("x")
            .self_sign(&*signer, &public, [0xff; 16])
            .unwrap();
        if let Some(text) = verified(&certificate) {
            assert!(
                text.contains("7f:ff:ff:ff:ff:ff:ff:ff:ff:ff:ff:ff:ff:ff:ff:ff"),
                "{text}"
            );
        }
    }
    let (signer, public) = Provider::Ring
        .load(&private_key("rsa-2048"), Algorithm::Ps256)
        .unwrap();
    let refused = template("x").self_sign(&*signer, &public, [0; 16]);
    assert_eq!(refused, Err(Error::CertificateAlgorithm(Algorithm::Ps256)));
    let (_, other) = Provider::Ring
        .load(&private_key("p256"), Algorithm::Es256)
        .unwrap();
    let refused = template("x").self_sign(&*signer, &other, [0; 16]);
    assert_eq!(refused, Err(Error::InconsistentKey));
}

struct Locked;

impl Signer for Locked {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Es256
    }

    fn key_id(&self) -> Option<&tokenring_jwk::KeyId> {
        None
    }

    fn sign(&self, _: &[u8]) -> Result<Signature, SignError> {
        Err(SignError::new("the token is locked"))
    }
}

#[test]
fn signers_that_fail() {
    let key = private_key("p256");
    let public = key.stated_public_key().unwrap();
    let refused = template("x").self_sign(&Locked, public, [0; 16]);
    assert_eq!(refused, Err(Error::Signer));
}

#[test]
fn names_and_times() {
    // Words that mean something in a distinguished name's text form.
    for name in ["a, b", "CN=x/O=y", "ünïcode", "+\"<>;#", &"x".repeat(64)] {
        let key = private_key("p256");
        let certificate = Provider::Ring.self_sign(&key, &template(name)).unwrap();
        let Some(openssl) = peer::openssl() else {
            return;
        };
        let options = ["-nameopt", "multiline,utf8,-esc_msb"];
        let arguments = [&["x509", "-noout", "-subject"][..], &options].concat();
        let text = openssl
            .program()
            .expect(&arguments, certificate.to_pem().as_bytes());
        let text = String::from_utf8(text).unwrap();
        let found = text.lines().find_map(|line| line.split_once(" = "));
        assert_eq!(found.map(|(_, value)| value), Some(name), "{text}");
    }
    // After 2049 a time takes another form (RFC 5280 section 4.1.2.5).
    let long = CertificateTemplate::new("x", NOT_BEFORE, 20_000).unwrap();
    let certificate = Provider::Ring
        .self_sign(&private_key("p256"), &long)
        .unwrap();
    if let Some(text) = verified(&certificate) {
        assert!(
            text.contains("Not After : Oct 18 08:00:00 2081 GMT"),
            "{text}"
        );
    }
    for (name, not_before, days) in [
        ("", NOT_BEFORE, 1),
        (&*"x".repeat(65), NOT_BEFORE, 1),
        ("a\nb", NOT_BEFORE, 1),
        ("x", NOT_BEFORE, 0),
        ("x", NOT_BEFORE, u32::MAX),
        ("x", u64::MAX, 1),
    ] {
        let refused = CertificateTemplate::new(name, not_before, days).unwrap_err();
        assert!(
            matches!(refused, Error::CertificateTemplate(_)),
            "{refused}"
        );
    }
}
