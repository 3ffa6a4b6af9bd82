use std::time::{SystemTime, UNIX_EPOCH};

use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use integration_tests::provider::Provider;
use serde_json::Value;
use tokenring_jwk::{Algorithm, PublicKey};

use crate::loopback::{Loopback, TOKEN};
use crate::process::{Machine, holds, set_mode};
use crate::registered_client::RegisteredClient;

/// The gateway takes what is signed with a file in this format.
#[test]
fn formats_that_a_gateway_takes() {
    let client = RegisteredClient::of_key("rsa-2048", |builder| builder);
    for file in [
        "test-rsa-2048-pkcs8.pem",
        "test-rsa-2048-pkcs8.der",
        "test-rsa-2048-pkcs1.pem",
        "test-rsa-2048-pkcs1.der",
        "test-rsa-2048-pkcs8-crlf.pem",
        "test-rsa-2048-pkcs8-bom.pem",
        "test-rsa-2048-pkcs8-blank-lines.pem",
        "test-rsa-2048-pkcs8-one-line.pem",
        "test-rsa-2048-pkcs8-wide.pem",
        "test-rsa-2048-pkcs8-attributes.pem",
    ] {
        let key = fixtures::bytes(&format!("keys/{file}"));
        client.machine.write("int-1.pem", key);
        let finished = client.get_token(&["--no-cache", "--no-lint"]).finish();
        let note = "Using KID: int-1 (the key file's name)\n";
        assert_eq!(finished.stderr, note, "{file}");
        let token = finished.succeeds();
        assert!(token.ends_with('\n') && token.lines().count() == 1);
        assert!(token.trim_end().bytes().all(|byte| byte.is_ascii_graphic()));
    }
    assert_eq!(client.gateway.issued_tokens(), 10);
}

#[test]
fn a_key_on_standard_input() {
    let client = RegisteredClient::of_key("rsa-2048", |builder| builder);
    let token_url = client.gateway.token_url();
    let arguments = [
        "get-token",
        "--gateway",
        "nhs",
        "--api-key",
        "test-client-id",
    ];
    let arguments = [
        &arguments[..],
        &[
            "--token-url",
            &token_url,
            "--private-key",
            "-",
            "--no-cache",
            "--no-lint",
        ],
    ]
    .concat();
    for key in [
        "keys/test-rsa-2048-pkcs8.pem",
        "keys/test-rsa-2048-pkcs1.der",
    ] {
        let run = client.machine.tokenring(&arguments);
        let finished = run.with_input(fixtures::bytes(key)).finish();
        // Without a file there is no name to take it from: the environment's own.
        assert_eq!(
            finished.stderr,
            "Using KID: int-1 (gateway nhs, environment int)\n"
        );
        finished.succeeds();
    }
    let run = client.machine.tokenring(&arguments);
    let complaint = run.finish().fails(3);
    holds(&complaint, &["private key from standard input: ", "empty"]);
    assert_eq!(client.gateway.issued_tokens(), 2);
}

/// What is signed with every type of key, and as every algorithm, verifies under
/// the public key that openssl derived.
#[test]
fn every_algorithm() {
    let server = Loopback::json("200 OK", TOKEN);
    let machine = Machine::new();
    for (name, algorithm) in [
        ("rsa-2048", "RS256"),
        ("rsa-2048", "RS384"),
        ("rsa-2048", "RS512"),
        ("rsa-2048", "PS256"),
        ("rsa-2048", "PS384"),
        ("rsa-2048", "PS512"),
        ("p256", "ES256"),
        ("p384", "ES384"),
        ("p521", "ES512"),
        ("ed25519", "EdDSA"),
        ("ed25519", "Ed25519"),
    ] {
        let file = fixtures::path(&format!("keys/test-{name}-pkcs8.pem"));
        let url = server.url("/token");
        let arguments = [
            "get-token",
            "--client-id",
            "a b&c",
            "--token-url",
            &url,
            "-q",
        ];
        let more = ["--alg", algorithm, "--kid", "a \"kid\"/", "--private-key"];
        let run = machine.tokenring([&arguments[..], &more].concat());
        let finished = run.with_argument(&file).finish();
        assert_eq!(finished.stderr, "");
        assert_eq!(finished.succeeds(), "test-access-token\n");

        let request = server.request();
        assert!(request.head.starts_with("POST /token HTTP/1.1\r\n"));
        assert_eq!(
            request.header("content-type"),
            Some("application/x-www-form-urlencoded")
        );
        assert_eq!(request.form("grant_type"), Some("client_credentials"));
        let assertion = request.form("client_assertion").unwrap();
        let public = fixtures::bytes(&format!("keys/test-{name}-public.der"));
        let public = PublicKey::from_spki_der(&public).unwrap();
        let (header, claims) = verified(assertion, &public, algorithm.parse().unwrap());
        assert_eq!(header["alg"], algorithm);
        assert_eq!(header["kid"], "a \"kid\"/");
        assert_eq!(claims["iss"], "a b&c");
        assert_eq!(claims["sub"], "a b&c");
        assert_eq!(claims["aud"], url);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let expiry = claims["exp"].as_u64().unwrap();
        assert!((now.as_secs()..=now.as_secs() + 60).contains(&expiry));
    }
}

fn verified(assertion: &str, public: &PublicKey, algorithm: Algorithm) -> (Value, Value) {
    let (signing_input, signature) = assertion.rsplit_once('.').unwrap();
    let (header, claims) = signing_input.split_once('.').unwrap();
    let signature = Base64UrlUnpadded::decode_vec(signature).unwrap();
    Provider::AwsLcRs
        .verify(public, algorithm, signing_input.as_bytes(), &signature)
        .unwrap();
    let json = |part| serde_json::from_slice(&Base64UrlUnpadded::decode_vec(part).unwrap());
    (json(header).unwrap(), json(claims).unwrap())
}

/// A file that holds no key that can sign: one line says what it holds.
#[track_caller]
fn refused(file: &str, parts: &[&str]) {
    let client = RegisteredClient::new();
    let path = fixtures::path(&format!("keys/{file}"));
    let path = path.to_str().unwrap();
    let token_url = client.gateway.token_url();
    let arguments = [
        "get-token",
        "--quiet",
        "--client-id",
        "a",
        "--token-url",
        &token_url,
    ];
    let arguments = [&arguments[..], &["--private-key", path]].concat();
    let complaint = client.machine.tokenring(arguments).finish().fails(3);
    assert!(complaint.starts_with(&format!("private key {path}: ")));
    holds(&complaint, parts);
    assert_eq!(client.gateway.token_requests(), 0);
}

#[test]
fn what_is_no_private_key() {
    for (file, parts) in [
        ("test-rsa-2048-public.pem", &["public key"][..]),
        ("test-rsa-2048-certificate.pem", &["certificate"]),
        ("test-rsa-2048-request.pem", &["request"]),
        (
            "test-rsa-2048-pkcs8-encrypted.pem",
            &["encrypted", "--passphrase-file"],
        ),
        (
            "test-rsa-2048-pkcs1-encrypted.pem",
            &["encrypted", "openssl"],
        ),
        ("test-dsa-2048-pkcs8.pem", &["DSA"]),
        ("test-dsa-2048-traditional.pem", &["DSA"]),
        ("test-html-page.html", &["web page"]),
        ("test-rsa-2048-two-blocks.pem", &["two"]),
        ("test-rsa-2048-openssh.pem", &["OpenSSH"]),
        ("test-rsa-2048-public.jwk.json", &["public key"]),
        ("test-rsa-1024-pkcs8.pem", &["1024", "2048"]),
        ("test-rsa-8192-pkcs8.pem", &["8192", "4096"]),
        ("test-rsa-2048.p12", &["this is a PKCS#12 file"]),
        ("test-empty.pem", &["empty"]),
        ("test-secp256k1-pkcs8.pem", &["P-256"]),
        ("test-ed448-pkcs8.pem", &[]),
        ("test-rsa-2048-pkcs8-damaged.pem", &["damaged"]),
        ("test-rsa-2048-pkcs8-truncated.pem", &["END"]),
        ("no-such-file.pem", &["cannot be read", "No such file"]),
        ("", &["a folder without rotation.json", "rotate begin"]),
    ] {
        refused(file, parts);
    }
}

#[test]
fn key_and_algorithm_that_do_not_fit() {
    let client = RegisteredClient::new();
    let es256 = fixtures::bytes("keys/test-p256-pkcs8.pem");
    client.machine.write("int-1.pem", es256);
    let complaint = client.get_token(&["-q"]).finish().fails(3);
    holds(
        &complaint,
        &[
            "P-256",
            "nhs takes RS512 alone",
            "tokenring generate-keys --gateway nhs",
        ],
    );
    let complaint = client
        .get_token(&["-q", "--alg", "RS512"])
        .finish()
        .fails(2);
    holds(&complaint, &["--alg: ", "RS512", "RSA", "P-256"]);
    let complaint = client
        .get_token(&["-q", "--alg", "RS256"])
        .finish()
        .fails(2);
    holds(&complaint, &["--alg: ", "gateway nhs takes RS512"]);
    assert_eq!(client.gateway.token_requests(), 0);
}

/// A key that others can read is warned about, with the remedy.
#[test]
fn a_key_that_others_can_read() {
    let client = RegisteredClient::new();
    for (mode, warned) in [(0o644, true), (0o640, true), (0o604, true), (0o400, false)] {
        set_mode(&client.machine.work().join("int-1.pem"), mode);
        let finished = client.get_token(&[]).finish();
        let warning = format!(
            "warning: others can read the private key int-1.pem (mode {mode:04o}); run: chmod 600 \
             int-1.pem\n"
        );
        assert_eq!(
            finished.stderr.contains(&warning),
            warned,
            "{}",
            finished.stderr
        );
        finished.succeeds();
    }
}

/// The key's identifier: given, from the file's name, or by the gateway.
#[test]
fn key_identifiers() {
    let client = RegisteredClient::new();
    let finished = client.get_token(&["--kid", "int-1"]).finish();
    assert_eq!(finished.stderr, "");
    finished.succeeds();

    let key = fixtures::bytes("keys/test-rsa-4096-pkcs8.pem");
    client.machine.write("other.pem", &key);
    client.machine.write("int-1.key", &key);
    let token_url = client.gateway.token_url();
    let with_key = |file: &'static str| {
        let arguments = [
            "get-token",
            "--gateway",
            "nhs",
            "--client-id",
            "test-client-id",
        ];
        let more = ["--token-url", &token_url, "--private-key", file];
        let run = client.machine.tokenring([&arguments[..], &more].concat());
        run.finish()
    };
    let finished = with_key("other.pem").has_code(6);
    holds(
        &finished.stderr,
        &["Using KID: other (the key file's name)"],
    );
    let finished = with_key("int-1.key");
    holds(
        &finished.stderr,
        &["Using KID: int-1 (gateway nhs, environment int)"],
    );
    finished.succeeds();

    let complaint = client.get_token(&["--kid", ""]).finish().fails(2);
    holds(
        &complaint,
        &["gateway nhs wants a key identifier", "--kid KID"],
    );
    let complaint = client.get_token(&["--kid", "a\nb"]).finish().fails(2);
    holds(&complaint, &["--kid: ", "line break"]);
    let complaint = client.get_token(&["--kid", "../../\"'"]).finish().fails(6);
    holds(&complaint, &["no matching public key"]);
}
