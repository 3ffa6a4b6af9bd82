use std::time::{SystemTime, UNIX_EPOCH};

use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use integration_tests::provider::Provider;
use serde_json::Value;
use tokenring_jwk::{Algorithm, PublicKey};

use crate::loopback::{Loopback, TOKEN};
use crate::process::{Machine, set_mode};
use crate::registered_client::RegisteredClient;
use crate::transcript::Transcript;

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
        assert_eq!(finished.stderr, "", "{file}");
        let token = finished.succeeds();
        assert!(token.ends_with('\n') && token.lines().count() == 1);
        assert!(token.trim_end().bytes().all(|byte| byte.is_ascii_graphic()));
    }
    assert_eq!(client.gateway.issued_tokens(), 10);
}

/// A vendor's key file is all that it takes, and what is given goes before what it says.
#[test]
fn a_vendors_key_file() {
    let machine = Machine::new();
    machine.write("google.json", fixtures::bytes("foreign/test-google.json"));
    let file = fixtures::json("foreign/test-google.json");
    let said = |name: &str| file[name].as_str().unwrap().to_owned();
    let explain = |arguments: &[&str]| {
        let command = ["get-token", "--private-key", "google.json", "--explain"];
        let command = [&command[..], arguments].concat();
        machine.tokenring(command).finish().succeeds()
    };
    let text = explain(&[]);
    let line = |text: &str, name: &str| {
        let mut lines = text.lines();
        let found = lines.find(|line| line.split_whitespace().next() == Some(name));
        found
            .unwrap_or_else(|| panic!("no {name} in {text}"))
            .to_owned()
    };
    for name in ["client-id", "token-url", "kid"] {
        assert!(line(&text, name).contains("the key's"), "{text}");
    }
    assert!(
        line(&text, "token-url").contains(&said("token_uri")),
        "{text}"
    );
    assert!(
        line(&text, "kid").contains(&said("private_key_id")),
        "{text}"
    );
    let text = explain(&[
        "--client-id",
        "me",
        "--token-url",
        "https://as.example/token",
    ]);
    assert!(
        line(&text, "token-url").contains("https://as.example/token"),
        "{text}"
    );
    assert!(!text.contains(&said("client_email")), "{text}");
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
        let run = client.machine.tokenring(&arguments).with_argument("-v");
        let finished = run.with_input(fixtures::bytes(key)).finish();
        // Without a file there is no name to take it from: the environment's own.
        let note = "Using KID: int-1 (gateway nhs, environment int)\n";
        assert!(finished.stderr.contains(note), "{finished:?}");
        finished.succeeds();
    }
    let run = client.machine.tokenring(&arguments);
    run.finish().fails(3);
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

/// A key that others can read is warned about, with the remedy.
#[test]
fn a_key_that_others_can_read() {
    let client = RegisteredClient::new();
    for (mode, warned) in [
        (0o644, true),
        (0o640, true),
        (0o604, true),
        (0o400, false),
        (0o440, false),
    ] {
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
        let more = ["--token-url", &token_url, "--private-key", file, "-v"];
        let run = client.machine.tokenring([&arguments[..], &more].concat());
        run.finish()
    };
    let mut texts = Transcript::new();
    with_key("other.pem").shown_in(&mut texts).has_code(6);
    let finished = with_key("int-1.key").has_code(0);
    let note = "Using KID: int-1 (gateway nhs, environment int)\n";
    assert!(finished.stderr.contains(note), "{finished:?}");
    texts.hide_random();
    texts.check("get-token/key-ids");

    client.get_token(&["--kid", ""]).finish().fails(2);
    client.get_token(&["--kid", "a\nb"]).finish().fails(2);
    client.get_token(&["--kid", "../../\"'"]).finish().fails(6);
}

/// For whom the client acts, and where, comes from the file where the assertion is the grant.
#[test]
fn a_vendors_key_file_with_a_subject() {
    let machine = Machine::new();
    machine.write(
        "server.key",
        fixtures::bytes("keys/test-rsa-2048-pkcs8.pem"),
    );
    let authorization = serde_json::json!({
        "username": "me@org.example",
        "clientId": "3MVG9",
        "privateKey": machine.work().join("server.key"),
        "loginUrl": "https://login.salesforce.com",
        "orgId": "00D000000000000",
    });
    machine.write("me.json", authorization.to_string());
    let explain = |arguments: &[&str]| {
        let command = ["get-token", "--gateway", "salesforce", "--private-key"];
        let command = [&command[..], &["me.json", "--explain"], arguments].concat();
        machine.tokenring(command).finish().succeeds()
    };
    let text = explain(&[]);
    for expected in [
        "3MVG",
        "me@org.example",
        "https://login.salesforce.com/services/oauth2/token",
        "the key's file",
    ] {
        assert!(text.contains(expected), "{expected} is not in: {text}");
    }
    // What is given goes before it.
    let text = explain(&["--env", "sandbox", "--var", "username=you@org.example"]);
    assert!(
        text.contains("https://test.salesforce.com/services"),
        "{text}"
    );
    assert!(
        text.contains("you@org.example") && !text.contains("me@org.example"),
        "{text}"
    );
    // A client that authenticates itself is its own subject.
    let arguments = [
        "assertion",
        "--gateway",
        "nhs",
        "--private-key",
        "me.json",
        "--explain",
    ];
    let text = machine.tokenring(arguments).finish().succeeds();
    assert!(
        text.contains("3MVG") && !text.contains("me@org.example"),
        "{text}"
    );
}
