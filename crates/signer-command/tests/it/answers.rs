use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use tokenring_jwk::{Algorithm, KeySpec, PublicKey, Signature, Signer, any, aws_lc_rs};

use crate::script::{Script, complaint};

const MESSAGE: &[u8] = b"header.claims";

/// A key of this algorithm, and its signature of [`MESSAGE`].
fn signed(algorithm: Algorithm, spec: KeySpec) -> (PublicKey, Signature) {
    let key = aws_lc_rs::generate(spec).unwrap();
    let key = aws_lc_rs::SigningKey::new(&key, algorithm).unwrap();
    let signature = key.sign(MESSAGE).unwrap();
    (key.public_key().clone(), signature)
}

/// The answer reaches the caller as it is, in any of the forms of base64.
#[track_caller]
fn check(algorithm: Algorithm, spec: KeySpec) {
    let (public_key, signature) = signed(algorithm, spec);
    let bytes = signature.as_bytes();
    for text in [
        Base64UrlUnpadded::encode_string(bytes),
        Base64::encode_string(bytes),
    ] {
        let answer = format!(" {{ \"signature\" : \"{text}\" , \"extra\" : null }}\r\n");
        let command = Script::answering(answer.as_bytes());
        let signer = command
            .command()
            .with_algorithm(algorithm)
            .with_public_key(public_key.clone())
            .with_verifier(&any::Verifier)
            .into_signer()
            .unwrap();
        assert_eq!(signer.sign(MESSAGE).unwrap(), signature);
    }
}

#[test]
fn each_algorithm() {
    check(Algorithm::Rs256, KeySpec::Rsa2048);
    check(Algorithm::Ps512, KeySpec::Rsa2048);
    check(Algorithm::Rs384, KeySpec::Rsa3072);
    check(Algorithm::Es256, KeySpec::P256);
    check(Algorithm::Es384, KeySpec::P384);
    check(Algorithm::Es512, KeySpec::P521);
    check(Algorithm::EdDsa, KeySpec::Ed25519);
    check(Algorithm::Ed25519, KeySpec::Ed25519);
}

#[track_caller]
fn check_refused(answer: &str, expected: &str) {
    let line = Script::answering(answer.as_bytes()).complaint();
    assert!(line.starts_with(expected), "{answer}: {line}");
}

#[test]
fn garbage() {
    let no_object = "its answer is not one JSON object in UTF-8";
    for answer in [
        "",
        "garbage",
        "null",
        "[]",
        "\"signature\"",
        "{\"signature\":\"AAAA\"",
        "{\"signature\":\"AAAA\"} x",
        "{\"signature\":\"AAAA\"}{\"signature\":\"AAAA\"}",
        "{\"signature\":\"AAAA\",\"signature\":\"AAAA\"}",
        "Enter your PIN:\n{\"signature\":\"AAAA\"}",
        "\u{feff}{\"signature\":\"AAAA\"}",
    ] {
        check_refused(answer, no_object);
    }
    let line = Script::answering(b"{\"signature\":\"\xff\"}").complaint();
    assert!(line.starts_with(no_object), "{line}");
    let deep = "[".repeat(30_000);
    check_refused(&format!("{{\"signature\":{deep}"), no_object);

    let malformed = "the member \"signature\" of its answer is missing or malformed";
    for value in [
        "null",
        "7",
        "[]",
        "{}",
        "\"A\"",
        "\"AAA A\"",
        "\"AA=A\"",
        "\"é\"",
        "\"AAB\"",
    ] {
        check_refused(&format!("{{\"signature\":{value}}}"), malformed);
    }
    check_refused("{}", malformed);
    check_refused("{\"Signature\":\"AAAA\"}", malformed);
    check_refused(
        "{\"signature\":\"AAAA\",\"signature_der\":\"AAAA\"}",
        "its answer has both \"signature\" and \"signature_der\"",
    );
    check_refused(
        "{\"signature_der\":\"AAAA\"}",
        "its \"signature_der\" is no ASN.1 signature of ES256",
    );
}

#[track_caller]
fn check_length(algorithm: Algorithm, length: usize, fits: bool) {
    let text = Base64UrlUnpadded::encode_string(&vec![7; length]);
    let script = Script::answering(format!("{{\"signature\":\"{text}\"}}").as_bytes());
    let command = script.command().with_algorithm(algorithm);
    if fits {
        let signature = command.into_signer().unwrap().sign(MESSAGE).unwrap();
        assert_eq!(signature.as_bytes().len(), length);
    } else {
        let expected = format!("its signature has {length} bytes, which {algorithm} never has");
        let line = complaint(command);
        assert!(line.starts_with(&expected), "{line}");
    }
}

#[test]
fn lengths() {
    for (algorithm, length) in [
        (Algorithm::Es256, 64),
        (Algorithm::Es384, 96),
        (Algorithm::Es512, 132),
        (Algorithm::EdDsa, 64),
    ] {
        check_length(algorithm, length, true);
        check_length(algorithm, length - 1, false);
        check_length(algorithm, length + 1, false);
        check_length(algorithm, 0, false);
    }
    check_length(Algorithm::Rs256, 256, true);
    check_length(Algorithm::Rs256, 512, true);
    check_length(Algorithm::Rs256, 255, false);
    check_length(Algorithm::Rs256, 0, false);
}

/// With the public key, an RSA signature is as long as the modulus.
#[test]
fn length_of_the_modulus() {
    let (public_key, _) = signed(Algorithm::Rs256, KeySpec::Rsa2048);
    let text = Base64UrlUnpadded::encode_string(&[7; 512]);
    let script = Script::answering(format!("{{\"signature\":\"{text}\"}}").as_bytes());
    let command = script.command().with_algorithm(Algorithm::Rs256);
    let line = complaint(command.with_public_key(public_key));
    assert!(
        line.starts_with("its signature has 512 bytes, which RS256 never has"),
        "{line}"
    );
}

/// A signature of something else never reaches the caller.
#[track_caller]
fn check_not_verified(algorithm: Algorithm, spec: KeySpec) {
    let (public_key, _) = signed(algorithm, spec);
    let (_, of_another_key) = signed(algorithm, spec);
    let text = Base64UrlUnpadded::encode_string(of_another_key.as_bytes());
    let script = Script::answering(format!("{{\"signature\":\"{text}\"}}").as_bytes());
    let command = script
        .command()
        .with_algorithm(algorithm)
        .with_public_key(public_key);
    let unchecked = command.clone().into_signer().unwrap();
    assert!(unchecked.sign(MESSAGE).is_ok());
    let line = complaint(command.with_verifier(&any::Verifier));
    assert!(
        line.starts_with("its signature does not verify with the public key"),
        "{line}"
    );
}

#[test]
fn not_verified() {
    check_not_verified(Algorithm::Rs256, KeySpec::Rsa2048);
    check_not_verified(Algorithm::Ps256, KeySpec::Rsa2048);
    check_not_verified(Algorithm::Es256, KeySpec::P256);
    check_not_verified(Algorithm::Es512, KeySpec::P521);
    check_not_verified(Algorithm::EdDsa, KeySpec::Ed25519);
}
