use std::fs;
use std::process::{Command, Stdio};

use tokenring_jwk::{Algorithm, KeyId, Signer, ring};
use tokenring_signer_command::SignerCommand;

/// The script in the contract does what the contract says, with openssl.
#[test]
fn script_of_the_contract() {
    let has_openssl = Command::new("openssl")
        .arg("version")
        .stdout(Stdio::null())
        .status();
    assert!(
        has_openssl.is_ok_and(|status| status.success()),
        "install openssl"
    );
    let page = include_str!("../../CONTRACT.md");
    let (_, script) = page.split_once("```sh\n#!/bin/sh\n").unwrap();
    let (script, _) = script.split_once("```").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sign.sh");
    fs::write(&path, script).unwrap();
    let key = folder.path().join("key.pem");
    let made = Command::new("openssl")
        .args([
            "genpkey",
            "-algorithm",
            "EC",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-out",
        ])
        .arg(&key)
        .status();
    assert!(made.unwrap().success());

    let arguments = [path.as_os_str(), key.as_os_str()];
    let command = SignerCommand::new("sh", arguments).with_verification(ring::verify);
    let signer = command.clone().into_signer().unwrap();
    assert_eq!(signer.algorithm(), Algorithm::Es256);
    assert_eq!(signer.key_id(), Some(&KeyId::new("test-1")));
    // Messages of every length modulo 3, and one of several lines of base64.
    for length in [0, 1, 2, 3, 100, 5000] {
        let message = vec![b'm'; length];
        let signature = signer.sign(&message).unwrap();
        let public_key = signer.public_key().unwrap();
        ring::verify(public_key, Algorithm::Es256, &message, &signature).unwrap();
    }
    let other = command.with_algorithm(Algorithm::Rs256);
    let line = crate::script::complaint(other);
    assert_eq!(
        line,
        "it ended with exit code 1 and wrote: this key signs ES256"
    );
}
