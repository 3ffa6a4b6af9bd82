//! The ASN.1 form in which cloud key services give an ECDSA signature.

use std::path::Path;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use integration_tests::provider::Provider;
use integration_tests::scratch::Scratch;
use tokenring_jwk::{Algorithm, Jwk, PublicKey, Signer, any};
use tokenring_signer_command::SignerCommand;

/// Data of `data/PROVENANCE.md`.
fn data(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("keys_away/data");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn public_key(algorithm: Algorithm) -> PublicKey {
    let name = match algorithm {
        Algorithm::Es256 => "p256",
        Algorithm::Es384 => "p384",
        _ => "p521",
    };
    let jwk = fixtures::text(&format!("keys/test-{name}-public.jwk.json"));
    Jwk::from_json(&jwk).unwrap().public_key().clone()
}

fn bytes(hexadecimal: &str) -> Vec<u8> {
    let digits: Vec<char> = hexadecimal.chars().collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(&String::from_iter(pair), 16).unwrap())
        .collect()
}

/// A service that answers with the stored signature, as its tools write it.
#[track_caller]
fn check(algorithm: Algorithm, shape: &str, der: &[u8], fixed: &[u8]) {
    let message = data("message.txt");
    let scratch = Scratch::new();
    for text in [
        Base64::encode_string(der),
        Base64UrlUnpadded::encode_string(der),
    ] {
        let answer = format!("{{\"signature_der\": \"{text}\"}}\n");
        let answer = scratch.write("answer", answer.as_bytes());
        let signer = SignerCommand::new("cat", [answer])
            .with_algorithm(algorithm)
            .with_public_key(public_key(algorithm))
            .with_verifier(&any::Verifier)
            .into_signer()
            .unwrap();
        let signature = signer.sign(message.as_bytes()).unwrap();
        assert_eq!(signature.as_bytes(), fixed, "{algorithm} {shape}");
    }
    let key = public_key(algorithm);
    for provider in [Provider::Ring, Provider::AwsLcRs] {
        if provider.has(algorithm) {
            let verified = provider.verify(&key, algorithm, message.as_bytes(), fixed);
            assert!(verified.is_ok(), "{provider:?} {algorithm} {shape}");
        }
    }
}

#[test]
fn every_shape() {
    let mut shapes = Vec::new();
    for line in data("ecdsa-der.txt").lines() {
        let [algorithm, shape, der, fixed] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        check(
            algorithm.parse().unwrap(),
            shape,
            &bytes(der),
            &bytes(fixed),
        );
        shapes.push(format!("{algorithm} {shape}"));
    }
    shapes.sort_unstable();
    let mut wanted = Vec::new();
    for algorithm in ["ES256", "ES384", "ES512"] {
        for shape in ["plain", "high-r", "high-s", "short-r", "short-s"] {
            wanted.push(format!("{algorithm} {shape}"));
        }
    }
    wanted.extend(["shorter-r", "shorter-s"].map(|shape| format!("ES512 {shape}")));
    wanted.sort_unstable();
    assert_eq!(shapes, wanted);
}
