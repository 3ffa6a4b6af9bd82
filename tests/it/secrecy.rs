//! A secret that is planted in a key or a file turns up in no `Debug`, no
//! `Display` and no error.

use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use integration_tests::provider;
use integration_tests::secrecy::Marker;
use tokenring_assertion::{Claims, JoseHeader, JwtId, NumericDate};
use tokenring_jwk::{
    Algorithm, JsonObject, Jwk, JwkSet, JwkSetDocument, KeyFile, KeySpec, Passphrase, PrivateKey,
    PublicKey, Signer, aws_lc_rs, ring,
};

/// As long as an Ed25519 seed or a P-256 private value.
const SECRET: &[u8; 32] = b"planted-secret-planted-secret-32";

fn marker() -> Marker {
    Marker::new(SECRET)
}

/// An Ed25519 key in PKCS#8 (RFC 8410 section 7) whose seed is the secret.
fn planted_key() -> PrivateKey {
    let prefix = [
        0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
    ];
    PrivateKey::from_der(&[&prefix[..], SECRET].concat()).unwrap()
}

#[test]
fn the_marker_is_found_where_it_is_meant_to_be() {
    let pem = planted_key().to_pkcs8_pem();
    let der = planted_key().to_pkcs8_der();
    for shown in [pem.secret(), &format!("{:?}", der.secret())] {
        let found = std::panic::catch_unwind(|| marker().must_not_be_in(shown));
        assert!(found.is_err(), "{shown}");
    }
}

#[test]
fn private_keys() {
    let key = planted_key();
    marker().must_not_be_debugged(&key);
    marker().must_not_be_debugged(&key.to_pkcs8_der());
    marker().must_not_be_debugged(&key.to_pkcs8_pem());
    let on_ring = ring::SigningKey::new(&key, Algorithm::EdDsa).unwrap();
    marker().must_not_be_debugged(&on_ring);
    let on_aws_lc_rs = aws_lc_rs::SigningKey::new(&key, Algorithm::EdDsa).unwrap();
    marker().must_not_be_debugged(&on_aws_lc_rs);
}

#[test]
fn passphrases_and_private_jwks() {
    let passphrase = Passphrase::new(SECRET.to_vec());
    marker().must_not_be_debugged(&passphrase);
    let key = planted_key();
    let signing_key = ring::SigningKey::new(&key, Algorithm::EdDsa).unwrap();
    let jwk = Jwk::new(signing_key.public_key().clone());
    let private = key.to_secret_jwk_json(&jwk).unwrap();
    assert!(
        private
            .secret()
            .contains(&Base64UrlUnpadded::encode_string(SECRET))
    );
    marker().must_not_be_debugged(&private);
    let file = KeyFile::new(private.secret().as_bytes()).with_passphrase(&passphrase);
    marker().must_not_be_debugged(&file);
    let encrypted = ring::encrypt(&key, &passphrase).unwrap();
    marker().must_not_be_in(encrypted.secret());
    marker().must_not_be_debugged(&encrypted);
    for contents in [
        fixtures::bytes("encrypted/test-p256-default.pem"),
        fixtures::bytes("encrypted/test-p256-pbes1.der"),
        fixtures::bytes("encrypted/test-p256-scrypt-memory.der"),
    ] {
        let read = KeyFile::new(&contents)
            .with_passphrase(&passphrase)
            .private_key();
        marker().must_not_be_told(&read.unwrap_err());
    }
}

/// What is wrong with a JWK Set is told without the secret that is in it.
#[test]
fn findings_in_jwk_sets() {
    let encoded = Base64UrlUnpadded::encode_string(SECRET);
    for member in ["d", "k", "p", "priv"] {
        let text = format!(
            r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","x":"AA","{member}":"{encoded}"}}]}}"#
        );
        let findings = JwkSetDocument::check(&text).unwrap();
        assert!(!findings.is_empty());
        for finding in &findings {
            marker().must_not_be_debugged(finding);
            marker().must_not_be_in(&finding.to_string());
        }
        marker().must_not_be_told(&JwkSetDocument::parse(&text).unwrap_err());
    }
}

/// Private keys of every type: nothing shown is longer than a few words.
#[test]
fn generated_keys_show_their_type_alone() {
    for provider in provider::ALL {
        for spec in [KeySpec::P256, KeySpec::P384, KeySpec::Ed25519] {
            let key = provider.generate(spec).unwrap();
            assert_eq!(format!("{key:?}"), format!("PrivateKey({spec}, ..)"));
            assert_eq!(format!("{:?}", key.to_pkcs8_pem()), "SecretPem(..)");
            assert_eq!(format!("{:?}", key.to_pkcs8_der()), "SecretDer(..)");
        }
    }
}

#[test]
fn algorithms_that_do_not_fit() {
    let key = planted_key();
    for algorithm in Algorithm::ALL {
        for provider in provider::ALL {
            if let Err(error) = provider.load(&key, *algorithm) {
                marker().must_not_be_told(&error);
            }
        }
    }
}

/// The secret in every place of a text that has to do with keys, as itself and
/// in base64url: no reader's error repeats it.
#[test]
fn errors_of_every_reader() {
    let encoded = Base64UrlUnpadded::encode_string(SECRET);
    let raw = std::str::from_utf8(SECRET).unwrap();
    for secret in [&encoded[..], raw] {
        for template in [
            "SECRET",
            "-----BEGIN SECRET-----\nAAAA\n-----END SECRET-----\n",
            "-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----\n",
            "-----BEGIN PRIVATE KEY-----\nSECRET=\n-----END PRIVATE KEY-----\n",
            "-----BEGIN EC PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----\n",
            "-----BEGIN PUBLIC KEY-----\nSECRET\n-----END PUBLIC KEY-----\n",
            "-----BEGIN PRIVATE KEY-----\nSECRET",
            "\"SECRET\"",
            "[\"SECRET\"]",
            "{\"SECRET\":1,\"SECRET\":2}",
            "{\"d\":\"SECRET\"",
            "{\"d\":\"SECRET\"}",
            "{\"d\":\"SECRET\",\"d\":\"SECRET\"}",
            "{\"kty\":\"SECRET\",\"d\":\"SECRET\"}",
            "{\"kty\":\"oct\",\"k\":\"SECRET\"}",
            "{\"kty\":\"EC\",\"crv\":\"SECRET\",\"d\":\"SECRET\"}",
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"SECRET\",\"y\":\"!\",\"d\":\"SECRET\"}",
            "{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"SECRET\",\"y\":\"SECRET\",\"d\":\"SECRET\"}",
            "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"SECRET\",\"d\":\"SECRETAA\"}",
            "{\"kty\":\"RSA\",\"n\":\"SECRET\",\"e\":\"AQAB\",\"d\":\"SECRET\",\"p\":\"SECRET\"}",
            "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"alg\":\"SECRET\",\"d\":7}",
            "{\"keys\":[{\"kty\":\"oct\",\"k\":\"SECRET\"}]}",
            "{\"keys\":\"SECRET\"}",
            "{\"keys\":[\"SECRET\"]}",
        ] {
            check_readers(&template.replace("SECRET", secret));
        }
    }
}

#[track_caller]
fn check_readers(text: &str) {
    let marker = marker();
    let told: [Option<tokenring_jwk::Error>; 9] = [
        PrivateKey::from_key_file(text.as_bytes()).err(),
        PrivateKey::from_pem(text).err(),
        PrivateKey::from_der(text.as_bytes()).err(),
        PrivateKey::from_jwk_json(text).err(),
        PublicKey::from_spki_pem(text).err(),
        PublicKey::from_spki_der(text.as_bytes()).err(),
        Jwk::from_json(text).err(),
        JwkSet::from_json(text).err(),
        JsonObject::parse(text.as_bytes()).err(),
    ];
    for error in told.iter().flatten() {
        marker.must_not_be_told(error);
    }
    let told: [Option<serde_json::Error>; 4] = [
        serde_json::from_str::<Jwk>(text).err(),
        serde_json::from_str::<JwkSet>(text).err(),
        serde_json::from_str::<JsonObject>(text).err(),
        serde_json::from_str::<Algorithm>(text).err(),
    ];
    for error in told.iter().flatten() {
        marker.must_not_be_told(error);
    }
}

#[test]
fn values_of_json_objects() {
    let text = format!(
        r#"{{"d":"{}","nested":[{{"k":"{}"}}]}}"#,
        std::str::from_utf8(SECRET).unwrap(),
        Base64UrlUnpadded::encode_string(SECRET)
    );
    marker().must_not_be_debugged(&JsonObject::parse(text.as_bytes()).unwrap());
}

/// An assertion is a secret as a whole: neither its signature nor its claims.
#[test]
fn assertions() {
    let signer = ring::SigningKey::new(&planted_key(), Algorithm::EdDsa).unwrap();
    let claims = || {
        Claims::new(
            "client-1",
            "https://gateway.example/token",
            JwtId::from_text("id-1").unwrap(),
            NumericDate::from_seconds(1_700_000_060),
        )
    };
    let input = claims().signing_input_with(&JoseHeader::new(), Algorithm::EdDsa, None);
    let whole = Marker::new(input.as_bytes());
    whole.must_not_be_debugged(&input);
    marker().must_not_be_debugged(&claims());
    let signature = signer.sign(input.as_bytes()).unwrap();
    let assertion = input.attach(&signature);
    whole.must_not_be_debugged(&assertion);
    Marker::new(signature.as_bytes()).must_not_be_debugged(&assertion);
    let grant = claims().sign_grant(&signer).unwrap();
    // Ed25519 signs without chance: the same claims have the same signature.
    assert_eq!(grant.secret(), assertion.secret());
    whole.must_not_be_debugged(&grant);
    Marker::new(signature.as_bytes()).must_not_be_debugged(&grant);
}
