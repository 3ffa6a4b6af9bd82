//! Every gateway that is built in, by its name alone: the command gets a token
//! from a mock of it.

use base64ct::Encoding;
use integration_tests::{fixtures, peer};
use tokenring_gateway::Gateway;
use tokenring_jwk::{Algorithm, Jwk, JwkSet, KeyId, PublicKey};

use crate::process::{Machine, Running, wait_until};
use crate::transcript::Transcript;

/// A mock of one gateway, and a machine that has its client's key.
struct Mock {
    machine: Machine,
    token_url: String,
    issuer: Option<String>,
    _running: Running,
}

const KEY: &str = "client.pem";

impl Mock {
    /// The client is registered with `keys`, a file of the machine.
    fn start(machine: Machine, options: &[&str], keys: &str) -> Self {
        let client = format!("client-1={keys}");
        let arguments = [&["mock-gateway", "--client", &client], options].concat();
        let mut running = machine.shell("exec 2>log", &arguments).start();
        running.line();
        wait_until("the mock tells where it is", || {
            machine.read("log").contains("Every request:")
        });
        let log = machine.read("log");
        let told = |name: &str| {
            let line = log.lines().find_map(|line| line.strip_prefix(name));
            line.map(|value| value.trim().to_owned())
        };
        Self {
            token_url: told("Token endpoint:").unwrap(),
            issuer: told("Issuer:"),
            machine,
            _running: running,
        }
    }

    /// Gets a token with the gateway's options and these.
    #[track_caller]
    fn gives_a_token(&self, options: &[&str], more: &[&str]) {
        let mut arguments = vec!["get-token", "--quiet", "--client-id", "client-1"];
        arguments.extend(["--private-key", KEY, "--token-url", &self.token_url]);
        arguments.extend(self.issuer.iter().flat_map(|issuer| ["--issuer", issuer]));
        let arguments = [&arguments[..], options, more].concat();
        let finished = self.machine.tokenring(&arguments).finish();
        assert_eq!(finished.stderr, "", "{options:?} {more:?}");
        assert_eq!(finished.succeeds().lines().count(), 1);
    }
}

/// A machine with an RSA key, its public half, and its JWK Set: with the thumbprint for a name,
/// with that and an algorithm, and with the stem of the file.
fn machine() -> Machine {
    let machine = Machine::new();
    machine.write(KEY, fixtures::bytes("keys/test-rsa-4096-pkcs8.pem"));
    let public = fixtures::text("keys/test-rsa-4096-public.pem");
    let jwk = Jwk::new(PublicKey::from_spki_pem(&public).unwrap());
    let thumbprint = fixtures::text("keys/test-rsa-4096-thumbprint.txt");
    let write = |name: &str, jwk: Jwk, key_id: &str| {
        let jwk = jwk
            .with_key_id(KeyId::new(key_id.trim()))
            .with_use(tokenring_jwk::KeyUse::Signature);
        machine.write(name, JwkSet::from_iter([jwk]).to_json());
    };
    write("thumbprint.json", jwk.clone(), &thumbprint);
    write("stem.json", jwk.clone(), "client");
    let with_algorithm = jwk.with_algorithm(Algorithm::Rs384).unwrap();
    write("rs384.json", with_algorithm, &thumbprint);
    machine.write("public.pem", public);
    machine
}

/// Makes a certificate of the key in this file.
fn certificate(machine: &Machine, key: &str, name: &str) -> bool {
    if peer::openssl().is_none() {
        return false;
    }
    let arguments = [
        "req",
        "-x509",
        "-subj",
        "/CN=client",
        "-days",
        "2",
        "-key",
        key,
        "-out",
        name,
    ];
    let run = machine.program("openssl");
    let run = arguments
        .iter()
        .fold(run, |run, argument| run.with_argument(argument));
    run.finish().has_code(0);
    true
}

/// One gateway, what it is registered with, and what it wants beside key and client.
#[track_caller]
fn check(options: &[&str], keys: &str, more: &[&str]) {
    let machine = machine();
    if keys.ends_with(".crt") && !certificate(&machine, KEY, keys) {
        return;
    }
    let mock = Mock::start(machine, &[&["--gateway"], options].concat(), keys);
    mock.gives_a_token(&[&["--gateway"], options].concat(), more);
}

#[test]
fn client_credentials() {
    check(&["nhs"], "stem.json", &[]);
    check(&["nhs-cgp"], "stem.json", &[]);
    check(&["generic"], "stem.json", &[]);
    check(&["rfc10070"], "stem.json", &[]);
    check(&["pca"], "thumbprint.json", &[]);
    check(&["smart"], "rs384.json", &["--scope", "system/Patient.rs"]);
    check(&["epic"], "thumbprint.json", &[]);
    check(
        &["dpc"],
        "stem.json",
        &["--scope", "system/*.*", "--kid", "client"],
    );
    check(
        &["okta"],
        "thumbprint.json",
        &["--scope", "okta.users.read"],
    );
    check(
        &["auth0"],
        "thumbprint.json",
        &["--var", "api=https://api.test/"],
    );
    check(&["helseid"], "thumbprint.json", &["--scope", "a:b"]);
    check(&["cdr"], "thumbprint.json", &[]);
    check(&["hydra"], "thumbprint.json", &[]);
    check(&["spring-authorization-server"], "thumbprint.json", &[]);
    check(&["authelia"], "thumbprint.json", &[]);
    check(&["mitreid"], "stem.json", &[]);
}

/// Keycloak's two ways of registering have different rules for `kid`.
#[test]
fn flows() {
    check(&["keycloak"], "public.pem", &[]);
    // RS256 alone goes without; the name is then the hash of the public key.
    check(&["keycloak"], "public.pem", &["--alg", "PS384"]);
    check(&["keycloak", "--flow", "jwks-url"], "thumbprint.json", &[]);
    check(&["bcgov"], "public.pem", &[]);
    check(&["bcgov", "--flow", "jwks-url"], "thumbprint.json", &[]);
}

/// RFC 7523 section 2.1.
#[test]
fn assertions_as_grants() {
    check(&["maskinporten"], "thumbprint.json", &["--scope", "a:b"]);
    check(
        &["google"],
        "thumbprint.json",
        &["--scope", "https://scope.test"],
    );
    check(
        &["salesforce"],
        "client.crt",
        &["--var", "username=somebody"],
    );
    check(&["salesforce"], "client.crt", &["--subject", "somebody"]);
    check(&["jwt-bearer"], "stem.json", &["--subject", "somebody"]);
}

#[test]
fn certificates() {
    let certificate = [
        "--scope",
        "https://api.test/.default",
        "--certificate",
        "client.crt",
    ];
    check(&["entra"], "client.crt", &certificate);
    // A gateway that takes a chain as well as a name.
    check(
        &["maskinporten"],
        "client.crt",
        &["--scope", "a:b", "--certificate", "client.crt"],
    );
}

/// A gateway that is added gets a row above.
#[test]
fn every_gateway_has_a_row() {
    let rows = include_str!("presets.rs");
    for name in Gateway::names() {
        assert!(rows.contains(&format!("&[\"{name}\"")), "{name}");
    }
}

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

/// What the command cannot do is said, and the rest is done.
#[test]
fn a_gateway_that_wants_a_tls_certificate_too() {
    let mock = Mock::start(machine(), &["--gateway", "cdr"], "thumbprint.json");
    let arguments = ["get-token", "--gateway", "cdr", "--client-id", "client-1"];
    let issuer = mock.issuer.as_deref().unwrap();
    let more = ["--private-key", KEY, "--issuer", issuer];
    let url = ["--token-url", &mock.token_url];
    let run = mock
        .machine
        .tokenring([&arguments[..], &more, &url].concat());
    let finished = run.finish();
    finished.succeeds();
}
