//! Certificates of clients: which go with the key, and what is said of them.

use base64ct::Encoding;
use integration_tests::fixtures;

use super::{KEY, certificate, machine};
use crate::transcript::Transcript;

/// A certificate that says something else than the key.
#[test]
fn certificates_that_do_not_fit() {
    let machine = machine();
    machine.write("other.pem", fixtures::bytes("keys/test-rsa-2048-pkcs8.pem"));
    machine.write("text.crt", "no certificate");
    machine.write("half.crt", "-----BEGIN CERTIFICATE-----\nAAAA");
    machine.write(
        "damaged.crt",
        "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n",
    );
    machine.write("der.crt", [0x30, 0x82, 0xff, 0xff, 0x30]);
    let try_with = |name: &str| {
        let arguments = [
            "get-token",
            "--client-id",
            "a",
            "--private-key",
            KEY,
            "--certificate",
        ];
        let more = [
            name,
            "--gateway",
            "entra",
            "--var",
            "tenant=t",
            "--scope",
            "a",
        ];
        machine.tokenring([&arguments[..], &more].concat()).finish()
    };
    let mut texts = Transcript::new();
    for name in [
        "absent.crt",
        "text.crt",
        "half.crt",
        "damaged.crt",
        "der.crt",
        "public.pem",
        KEY,
    ] {
        try_with(name).shown_in(&mut texts).fails(3);
    }
    if certificate(&machine, "other.pem", "other.crt") {
        try_with("other.crt").shown_in(&mut texts).fails(3);
        texts.check("certificates/of-clients");
    }
}

/// The thumbprint is the one that openssl tells, of PEM and of DER, and a chain is
/// whole.
#[test]
fn what_a_certificate_says() {
    let machine = machine();
    if !certificate(&machine, KEY, "client.crt") {
        return;
    }
    let openssl = |arguments: &[&str]| {
        let run = arguments
            .iter()
            .fold(machine.program("openssl"), |run, argument| {
                run.with_argument(argument)
            });
        run.finish().succeeds()
    };
    openssl(&[
        "x509",
        "-in",
        "client.crt",
        "-outform",
        "DER",
        "-out",
        "der.crt",
    ]);
    let fingerprint = openssl(&[
        "x509",
        "-in",
        "client.crt",
        "-noout",
        "-fingerprint",
        "-sha256",
    ]);
    let (_, fingerprint) = fingerprint.trim().split_once('=').unwrap();
    let bytes: Vec<u8> = fingerprint
        .split(':')
        .map(|byte| u8::from_str_radix(byte, 16).unwrap())
        .collect();
    let thumbprint = base64ct::Base64UrlUnpadded::encode_string(&bytes);
    let header = |gateway: &[&str], certificate: &str| {
        let arguments = [
            "get-token",
            "--explain",
            "--client-id",
            "a",
            "--private-key",
            KEY,
        ];
        let more = ["--certificate", certificate, "--scope", "a"];
        let run = machine.tokenring([&arguments[..], &more, gateway].concat());
        let text = run.finish().succeeds();
        let line = text.lines().find(|line| line.contains("\"alg\"")).unwrap();
        serde_json::from_str::<serde_json::Value>(line.trim()).unwrap()
    };
    for name in ["client.crt", "der.crt"] {
        let header = header(&["--gateway", "entra", "--var", "tenant=t"], name);
        assert_eq!(header["x5t#S256"], thumbprint.as_str(), "{name}");
        assert_eq!(header.get("kid"), None);
    }
    let pem = machine.read("client.crt");
    machine.write("chain.crt", format!("{pem}{pem}"));
    let lines: Vec<_> = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let header = header(&["--gateway", "maskinporten"], "chain.crt");
    assert_eq!(
        header["x5c"],
        serde_json::json!([lines.concat(), lines.concat()])
    );
    assert_eq!(header.get("kid"), None);
}
