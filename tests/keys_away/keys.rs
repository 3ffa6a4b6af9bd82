use integration_tests::provider::Provider;
use integration_tests::{ecdsa, peer};
use tokenring_jwk::{Algorithm, Jwk, KeyId, KeyType, PublicKey, Signer, any};

use crate::soft_hsm::{SoftHsm, with_tokens};

const MESSAGE: &[u8] = b"eyJhbGciOiJ0ZXN0In0.eyJpc3MiOiJ0ZXN0In0";

/// Signs with every algorithm of the key; both providers and openssl verify.
#[track_caller]
fn check(tokens: &SoftHsm, label: &str, key_type: KeyType) {
    let key = tokens
        .open(&format!("token=signing;object={label}"))
        .unwrap();
    assert_eq!(key.key_type(), key_type);
    assert_eq!(key.label(), label);
    assert!(!key.id().is_empty());
    let public_key = key.public_key().unwrap().clone();
    check_public_key(tokens, label, &public_key);
    for &algorithm in key_type.algorithms() {
        let signer = key.clone().into_signer(algorithm).unwrap();
        let signer = signer
            .with_key_id(KeyId::new("on-a-token"))
            .with_verifier(&any::Verifier);
        assert_eq!(signer.algorithm(), algorithm);
        assert_eq!(signer.key_id().map(KeyId::as_str), Some("on-a-token"));
        // What is signed once can be signed again, in the same session.
        for message in [MESSAGE, b"", &[7; 10_000]] {
            let signature = signer.sign(message).unwrap();
            verify(&public_key, algorithm, message, signature.as_bytes());
        }
        let jwk = Jwk::new(public_key.clone()).with_algorithm(algorithm);
        assert!(jwk.is_ok());
    }
}

#[track_caller]
fn verify(public_key: &PublicKey, algorithm: Algorithm, message: &[u8], signature: &[u8]) {
    for provider in [Provider::Ring, Provider::AwsLcRs] {
        if provider.has(algorithm) {
            let result = provider.verify(public_key, algorithm, message, signature);
            assert!(result.is_ok(), "{provider:?} {algorithm}");
        }
    }
    let Some(openssl) = peer::openssl() else {
        return;
    };
    let signature = match algorithm {
        Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 => ecdsa::to_der(signature),
        _ => signature.to_vec(),
    };
    // openssl's pkeyutl reads no empty file for Ed25519.
    if !message.is_empty() {
        let pem = public_key.to_spki_pem();
        assert!(
            openssl.verifies(&pem, algorithm, message, &signature),
            "{algorithm}"
        );
    }
}

/// The public key is the one that another program reads from the token.
#[track_caller]
fn check_public_key(tokens: &SoftHsm, label: &str, public_key: &PublicKey) {
    let chosen = ["--type", "pubkey", "--label", label];
    if public_key.key_type() == KeyType::Rsa {
        let spki = tokens.ask("signing", &[&["--read-object"], &chosen[..]].concat());
        assert_eq!(public_key, &PublicKey::from_spki_der(&spki).unwrap());
        return;
    }
    // It lists all of them, whatever is chosen. A point ends an SPKI.
    let list = tokens.ask("signing", &["--list-objects", "--type", "pubkey"]);
    let list = String::from_utf8(list).unwrap();
    let before = list
        .split_once(&format!("label:      {label}\n"))
        .unwrap()
        .0;
    let (_, point) = before.rsplit_once("EC_POINT:   04").unwrap();
    let (point, _) = point.split_once('\n').unwrap();
    // Behind the length of the OCTET STRING, in its short or its long form.
    let point = point
        .get(if point.starts_with("81") { 4 } else { 2 }..)
        .unwrap();
    let spki: String = public_key
        .to_spki_der()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert!(point.len() >= 64 && spki.ends_with(point), "{spki} {point}");
}

#[test]
fn rsa() {
    with_tokens(
        "keys::rsa",
        |tokens| {
            tokens.make_token("signing");
            tokens.make_key("signing", "rsa:2048", "rsa-2048", &["--id", "01"]);
            tokens.make_key("signing", "rsa:4096", "rsa-4096", &["--id", "02"]);
        },
        |tokens| {
            check(tokens, "rsa-2048", KeyType::Rsa);
            check(tokens, "rsa-4096", KeyType::Rsa);
        },
    );
}

#[test]
fn curves() {
    with_tokens(
        "keys::curves",
        |tokens| {
            tokens.make_token("signing");
            tokens.make_key("signing", "EC:prime256v1", "p256", &["--id", "01"]);
            tokens.make_key("signing", "EC:secp384r1", "p384", &["--id", "02"]);
            tokens.make_key("signing", "EC:secp521r1", "p521", &["--id", "03"]);
            tokens.make_key("signing", "EC:edwards25519", "ed25519", &["--id", "04"]);
        },
        |tokens| {
            check(tokens, "p256", KeyType::P256);
            check(tokens, "p384", KeyType::P384);
            check(tokens, "p521", KeyType::P521);
            check(tokens, "ed25519", KeyType::Ed25519);
        },
    );
}

/// A token without the mechanisms that hash has keys that sign all the same.
#[test]
fn mechanisms_that_do_not_hash() {
    with_tokens(
        "keys::mechanisms_that_do_not_hash",
        |tokens| {
            tokens.make_token("signing");
            tokens.make_key("signing", "rsa:2048", "rsa", &["--id", "01"]);
            tokens.configure("slots.mechanisms = CKM_RSA_PKCS,CKM_RSA_PKCS_PSS");
        },
        |tokens| check(tokens, "rsa", KeyType::Rsa),
    );
}

/// Where the token has none for an algorithm, that is told before anything is signed.
#[test]
fn missing_mechanisms() {
    with_tokens(
        "keys::missing_mechanisms",
        |tokens| {
            tokens.make_token("signing");
            tokens.make_key("signing", "EC:prime256v1", "p256", &["--id", "01"]);
            tokens.configure("slots.mechanisms = CKM_RSA_PKCS");
        },
        |tokens| {
            let key = tokens.open("token=signing").unwrap();
            let error = key.clone().into_signer(Algorithm::Es256).unwrap_err();
            assert_eq!(
                crate::soft_hsm::line(&error),
                "the token, or the key's own list, has no mechanism for ES256; \
                 pkcs11-tool --list-mechanisms shows what it has"
            );
            let error = key.into_signer(Algorithm::Rs256).unwrap_err();
            assert_eq!(
                crate::soft_hsm::line(&error),
                "RS256 signs with RSA keys and this key is P-256; it signs with ES256"
            );
        },
    );
}

/// A key that is limited to some mechanisms is used with those.
#[test]
fn allowed_mechanisms() {
    with_tokens(
        "keys::allowed_mechanisms",
        |tokens| {
            tokens.make_token("signing");
            let allowed = [
                "--id",
                "01",
                "--allowed-mechanisms",
                "RSA-PKCS,SHA256-RSA-PKCS-PSS",
            ];
            tokens.make_key("signing", "rsa:2048", "limited", &allowed);
        },
        |tokens| {
            let key = tokens.open("token=signing").unwrap();
            let public_key = key.public_key().unwrap().clone();
            for algorithm in [Algorithm::Rs512, Algorithm::Ps256] {
                let signer = key.clone().into_signer(algorithm).unwrap();
                let signature = signer.sign(MESSAGE).unwrap();
                verify(&public_key, algorithm, MESSAGE, signature.as_bytes());
            }
            assert!(key.into_signer(Algorithm::Ps512).is_err());
        },
    );
}

/// A key that wants its PIN for each signature gets it.
#[test]
fn always_authenticate() {
    with_tokens(
        "keys::always_authenticate",
        |tokens| {
            tokens.make_token("signing");
            let options = ["--id", "01", "--always-auth"];
            tokens.make_key("signing", "rsa:2048", "rsa", &options);
            let options = ["--id", "02", "--always-auth"];
            tokens.make_key("signing", "EC:prime256v1", "p256", &options);
        },
        |tokens| {
            check(tokens, "rsa", KeyType::Rsa);
            let key = tokens.open("token=signing;object=p256").unwrap();
            let error = key.into_signer(Algorithm::Es256).unwrap_err();
            let line = crate::soft_hsm::line(&error);
            assert!(
                line.starts_with("the key wants its PIN for each signature"),
                "{line}"
            );
        },
    );
}

/// Threads share a signer, and keys of one token.
#[test]
fn threads() {
    with_tokens(
        "keys::threads",
        |tokens| {
            tokens.make_token("signing");
            tokens.make_key("signing", "EC:prime256v1", "one", &["--id", "01"]);
            tokens.make_key("signing", "EC:prime256v1", "two", &["--id", "02"]);
        },
        |tokens| {
            let signers = ["one", "two"].map(|label| {
                let key = tokens
                    .open(&format!("token=signing;object={label}"))
                    .unwrap();
                key.into_signer(Algorithm::Es256)
                    .unwrap()
                    .with_verifier(&any::Verifier)
            });
            std::thread::scope(|scope| {
                for signer in signers.iter().cycle().take(8) {
                    scope.spawn(move || {
                        for number in 0..20_u8 {
                            signer.sign(&[number; 100]).unwrap();
                        }
                    });
                }
            });
            // One key that is dropped leaves the other one logged in.
            let [one, two] = signers;
            drop(one);
            two.sign(MESSAGE).unwrap();
        },
    );
}

/// Without a public key object, RSA is told by the private one, EC by nobody.
#[test]
fn public_key_objects() {
    with_tokens(
        "keys::public_key_objects",
        |tokens| {
            tokens.make_token("signing");
            tokens.make_key("signing", "rsa:2048", "rsa", &["--id", "01"]);
            tokens.make_key("signing", "EC:prime256v1", "p256", &["--id", "02"]);
            tokens.make_key("signing", "EC:prime256v1", "other", &["--id", "03"]);
            for id in ["01", "02", "03"] {
                tokens.ask(
                    "signing",
                    &["--delete-object", "--type", "pubkey", "--id", id],
                );
            }
        },
        |tokens| {
            let rsa = tokens.open("token=signing;object=rsa").unwrap();
            let public_key = rsa.public_key().unwrap().clone();
            let signature = rsa
                .into_signer(Algorithm::Ps384)
                .unwrap()
                .sign(MESSAGE)
                .unwrap();
            verify(&public_key, Algorithm::Ps384, MESSAGE, signature.as_bytes());

            let p256 = tokens.open("token=signing;object=p256").unwrap();
            assert_eq!(p256.public_key(), None);
            assert_eq!(p256.key_type(), KeyType::P256);
            let signer = p256.into_signer(Algorithm::Es256).unwrap();
            let signature = signer.with_verifier(&any::Verifier).sign(MESSAGE).unwrap();
            assert_eq!(signature.as_bytes().len(), 64);
        },
    );
}

/// A public key of another key, written with the same identifier.
#[test]
fn wrong_public_keys() {
    with_tokens(
        "keys::wrong_public_keys",
        |tokens| {
            tokens.make_token("signing");
            for (key_type, label) in [("rsa:2048", "rsa"), ("EC:prime256v1", "p256")] {
                tokens.make_key("signing", key_type, label, &["--id", "01"]);
                tokens.make_key("signing", key_type, "other", &["--id", "02"]);
                let path = tokens.folder().join("other.der");
                let path = path.to_str().unwrap();
                let arguments = [
                    "--read-object",
                    "--type",
                    "pubkey",
                    "--id",
                    "02",
                    "-o",
                    path,
                ];
                tokens.ask("signing", &arguments);
                for id in ["01", "02"] {
                    tokens.ask(
                        "signing",
                        &["--delete-object", "--type", "pubkey", "--id", id],
                    );
                }
                tokens.ask(
                    "signing",
                    &["--delete-object", "--type", "privkey", "--id", "02"],
                );
                let id = if label == "rsa" { "11" } else { "12" };
                let write = [
                    "--write-object",
                    path,
                    "--type",
                    "pubkey",
                    "--label",
                    label,
                    "--id",
                    id,
                ];
                tokens.ask("signing", &write);
                let set = ["--set-id", id, "--type", "privkey", "--id", "01"];
                tokens.ask("signing", &set);
            }
        },
        |tokens| {
            // RSA's private object tells the public key too.
            let line = tokens.refusal("token=signing;object=rsa");
            assert!(
                line.starts_with("the public key on the token belongs to another"),
                "{line}"
            );
            // With EC it shows when a signature is verified.
            let key = tokens.open("token=signing;object=p256").unwrap();
            let signer = key.into_signer(Algorithm::Es256).unwrap();
            assert!(signer.sign(MESSAGE).is_ok());
            let error = signer
                .with_verifier(&any::Verifier)
                .sign(MESSAGE)
                .unwrap_err();
            assert_eq!(
                crate::soft_hsm::line(&error),
                "the token gave no signature: the token's signature does not verify with its \
                 public key; the two may belong to different keys"
            );
        },
    );
}
