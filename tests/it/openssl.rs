//! openssl as a peer, in both directions: our keys and signatures to it, its
//! keys and signatures to us.

use std::collections::BTreeSet;

use integration_tests::ecdsa;
use integration_tests::fixtures;
use integration_tests::peer::{self, KeyEncoding, Openssl};
use integration_tests::provider::{self, Provider};
use tokenring_jwk::{Algorithm, KeySpec, KeyType, PrivateKey, PublicKey, Signature};

const MESSAGE: &[u8] = b"eyJhbGciOiJub3QtYS10b2tlbiJ9.VGhpcyBpcyB3aGF0IGlzIHNpZ25lZC4";

fn is_ecdsa(algorithm: Algorithm) -> bool {
    algorithm.name().starts_with("ES")
}

fn is_pkcs8(encoding: KeyEncoding) -> bool {
    matches!(encoding, KeyEncoding::Pkcs8Pem | KeyEncoding::Pkcs8Der)
}

/// Signatures with one private key, by us and by openssl, with every algorithm
/// that it fits, verified by the other side; one changed bit is refused.
#[track_caller]
fn check_signatures(openssl: &Openssl, provider: Provider, private_pem: &str) {
    let key = PrivateKey::from_pem(private_pem).unwrap();
    let public_pem = openssl.public_pem(private_pem);
    for &algorithm in key.key_type().algorithms() {
        let (signer, public_key) = provider.load(&key, algorithm).unwrap();
        assert_eq!(public_key.to_spki_pem(), public_pem);
        assert_eq!(
            PublicKey::from_spki_pem(&public_pem),
            Ok(public_key.clone())
        );

        let mut ours = signer.sign(MESSAGE).unwrap().as_bytes().to_vec();
        if is_ecdsa(algorithm) {
            ours = ecdsa::to_der(&ours);
        }
        assert!(
            openssl.verifies(&public_pem, algorithm, MESSAGE, &ours),
            "{algorithm}"
        );
        assert!(
            !openssl.verifies(&public_pem, algorithm, b"other", &ours),
            "{algorithm}"
        );

        let theirs = openssl.sign(private_pem, algorithm, MESSAGE);
        let theirs = if is_ecdsa(algorithm) {
            Signature::from_ecdsa_der(&theirs, algorithm).unwrap()
        } else {
            Signature::from_bytes(theirs)
        };
        let mut theirs = theirs.as_bytes().to_vec();
        for verifier in provider::ALL.into_iter().filter(|all| all.has(algorithm)) {
            verifier
                .verify(&public_key, algorithm, MESSAGE, &theirs)
                .unwrap();
            theirs[7] ^= 4;
            verifier
                .verify(&public_key, algorithm, MESSAGE, &theirs)
                .unwrap_err();
            theirs[7] ^= 4;
        }
    }
}

#[track_caller]
fn check_generated(openssl: &Openssl, provider: Provider, spec: KeySpec) {
    let key = provider.generate(spec).unwrap();
    check_key(openssl, provider, spec, &key);
}

#[track_caller]
fn check_key(openssl: &Openssl, provider: Provider, spec: KeySpec, key: &PrivateKey) {
    assert_eq!(key.key_type(), spec.key_type());
    let pem = key.to_pkcs8_pem();
    openssl.check(pem.secret());
    // What we write is what openssl writes, byte for byte.
    let theirs = openssl.convert(pem.secret(), KeyEncoding::Pkcs8Pem);
    assert!(pem.secret().as_bytes() == theirs, "{provider:?} {spec}");
    let der = openssl.convert(pem.secret(), KeyEncoding::Pkcs8Der);
    assert!(key.to_pkcs8_der().secret() == der, "{provider:?} {spec}");

    let algorithm = spec.key_type().algorithms()[0];
    let (_, public_key) = provider.load(key, algorithm).unwrap();
    assert_eq!(public_key.bits(), spec.bits());
    check_signatures(openssl, provider, pem.secret());
}

#[test]
fn keys_generated_by_ring() {
    let Some(openssl) = peer::openssl() else {
        return;
    };
    for spec in [KeySpec::P256, KeySpec::P384, KeySpec::Ed25519] {
        check_generated(&openssl, Provider::Ring, spec);
    }
}

#[test]
fn curve_keys_generated_by_aws_lc_rs() {
    let Some(openssl) = peer::openssl() else {
        return;
    };
    for spec in [
        KeySpec::P256,
        KeySpec::P384,
        KeySpec::P521,
        KeySpec::Ed25519,
    ] {
        check_generated(&openssl, Provider::AwsLcRs, spec);
    }
}

#[test]
fn rsa_2048_keys_generated_by_aws_lc_rs() {
    let Some(openssl) = peer::openssl() else {
        return;
    };
    check_generated(&openssl, Provider::AwsLcRs, KeySpec::Rsa2048);
}

#[test]
fn rsa_3072_keys_generated_by_aws_lc_rs() {
    let Some(openssl) = peer::openssl() else {
        return;
    };
    check_generated(&openssl, Provider::AwsLcRs, KeySpec::Rsa3072);
}

#[test]
fn rsa_4096_keys_generated_by_aws_lc_rs() {
    let Some(openssl) = peer::openssl() else {
        return;
    };
    check_generated(&openssl, Provider::AwsLcRs, KeySpec::Rsa4096);
}

/// `openssl pkey -check` tests the primes and all that follows from them.
#[test]
fn keys_generated_in_parallel() {
    let Some(openssl) = peer::openssl() else {
        return;
    };
    let mut moduli = BTreeSet::new();
    for (spec, keys) in [
        (KeySpec::Rsa2048, 4),
        (KeySpec::Rsa3072, 1),
        (KeySpec::Rsa4096, 1),
        (KeySpec::Ed25519, 1),
        (KeySpec::P256, 1),
    ] {
        for _ in 0..keys {
            let made = provider::ALL.map(|maker| maker.generate_in_parallel(spec).unwrap());
            for (key, reader) in made.iter().zip(provider::ALL.into_iter().rev()) {
                check_key(&openssl, reader, spec, key);
                let algorithm = spec.key_type().algorithms()[0];
                let (_, public_key) = reader.load(key, algorithm).unwrap();
                assert!(moduli.insert(public_key.to_spki_pem()));
            }
        }
    }
    assert!(Provider::Ring.generate_in_parallel(KeySpec::P521).is_err());
}

/// Keys that openssl made once, larger RSA keys among them.
#[track_caller]
fn check_stored(openssl: &Openssl, name: &str) {
    let pem = fixtures::text(&format!("keys/test-{name}-pkcs8.pem"));
    let key_type = PrivateKey::from_pem(&pem).unwrap().key_type();
    for provider in provider::ALL {
        if provider.has(key_type.algorithms()[0]) {
            check_signatures(openssl, provider, &pem);
        }
    }
}

#[test]
fn stored_rsa_2048_key() {
    let Some(openssl) = peer::openssl() else {
        return;
    };
    check_stored(&openssl, "rsa-2048");
}

#[test]
fn stored_rsa_3072_key() {
    let Some(openssl) = peer::openssl() else {
        return;
    };
    check_stored(&openssl, "rsa-3072");
}

#[test]
fn stored_rsa_4096_key() {
    let Some(openssl) = peer::openssl() else {
        return;
    };
    check_stored(&openssl, "rsa-4096");
}

#[test]
fn stored_curve_keys() {
    let Some(openssl) = peer::openssl() else {
        return;
    };
    for name in ["p256", "p384", "p521", "ed25519"] {
        check_stored(&openssl, name);
    }
}

/// Keys that openssl makes now, in each of its formats.
#[test]
fn keys_generated_by_openssl() {
    let Some(openssl) = peer::openssl() else {
        return;
    };
    for spec in [
        KeySpec::Rsa2048,
        KeySpec::P256,
        KeySpec::P384,
        KeySpec::P521,
        KeySpec::Ed25519,
    ] {
        let pem = openssl.generate(spec);
        let public_pem = openssl.public_pem(&pem);
        for encoding in [
            KeyEncoding::Pkcs8Pem,
            KeyEncoding::Pkcs8Der,
            KeyEncoding::TraditionalPem,
            KeyEncoding::TraditionalDer,
        ] {
            // Ed25519 has no traditional form.
            if spec == KeySpec::Ed25519 && !is_pkcs8(encoding) {
                continue;
            }
            let contents = openssl.convert(&pem, encoding);
            let key = PrivateKey::from_key_file(&contents).unwrap();
            assert_eq!(key.to_pkcs8_pem().secret(), pem, "{spec} {encoding:?}");
            let algorithm = spec.key_type().algorithms()[0];
            for provider in provider::ALL.into_iter().filter(|all| all.has(algorithm)) {
                let (_, public_key) = provider.load(&key, algorithm).unwrap();
                assert_eq!(public_key.to_spki_pem(), public_pem);
            }
        }
        for provider in provider::ALL {
            if provider.has(spec.key_type().algorithms()[0]) {
                check_signatures(&openssl, provider, &pem);
            }
        }
    }
}

/// RFC 7518 section 3.5: the salt is as long as the digest, and no other is.
#[test]
fn pss_salts_of_other_lengths_are_refused() {
    let Some(openssl) = peer::openssl() else {
        return;
    };
    let scratch = integration_tests::scratch::Scratch::new();
    let pem = fixtures::bytes("keys/test-rsa-2048-pkcs8.pem");
    let key = scratch.write("key.pem", &pem);
    let message = scratch.write("message", MESSAGE);
    let public_key = fixtures::text("keys/test-rsa-2048-public.pem");
    let public_key = PublicKey::from_spki_pem(&public_key).unwrap();
    assert_eq!(public_key.key_type(), KeyType::Rsa);
    for (salt, expected) in [
        ("digest", true),
        ("0", false),
        ("20", false),
        ("max", false),
    ] {
        let salt = format!("rsa_pss_saltlen:{salt}");
        let mut arguments = vec!["dgst", "-sha256", "-sigopt", "rsa_padding_mode:pss"];
        arguments.extend(["-sigopt", &salt, "-sign", &key, &message]);
        let signature = openssl.program().expect(&arguments, b"");
        for provider in provider::ALL {
            let verified = provider.verify(&public_key, Algorithm::Ps256, MESSAGE, &signature);
            assert_eq!(verified.is_ok(), expected, "{provider:?} {salt}");
        }
    }
}

/// The stored signatures, which need no openssl on the machine.
#[test]
fn stored_signatures() {
    let message = fixtures::bytes("signatures/message.txt");
    for (file, key, algorithm) in [
        ("rs256.sig", "rsa-2048", Algorithm::Rs256),
        ("rs384.sig", "rsa-2048", Algorithm::Rs384),
        ("rs512.sig", "rsa-2048", Algorithm::Rs512),
        ("rs512-4096.sig", "rsa-4096", Algorithm::Rs512),
        ("ps256.sig", "rsa-2048", Algorithm::Ps256),
        ("ps384.sig", "rsa-2048", Algorithm::Ps384),
        ("ps512.sig", "rsa-2048", Algorithm::Ps512),
        ("es256.raw", "p256", Algorithm::Es256),
        ("es384.raw", "p384", Algorithm::Es384),
        ("es512.raw", "p521", Algorithm::Es512),
        ("eddsa.sig", "ed25519", Algorithm::EdDsa),
        ("eddsa.sig", "ed25519", Algorithm::Ed25519),
    ] {
        let signature = fixtures::bytes(&format!("signatures/{file}"));
        let private = fixtures::text(&format!("keys/test-{key}-pkcs8.pem"));
        let private = PrivateKey::from_pem(&private).unwrap();
        let public = fixtures::bytes(&format!("keys/test-{key}-public.der"));
        let public = PublicKey::from_spki_der(&public).unwrap();
        let deterministic = !is_ecdsa(algorithm) && !algorithm.name().starts_with("PS");
        for provider in provider::ALL.into_iter().filter(|all| all.has(algorithm)) {
            provider
                .verify(&public, algorithm, &message, &signature)
                .unwrap();
            if deterministic {
                let (signer, _) = provider.load(&private, algorithm).unwrap();
                let ours = signer.sign(&message).unwrap();
                assert_eq!(ours.as_bytes(), signature, "{provider:?} {file}");
            }
        }
    }
}
