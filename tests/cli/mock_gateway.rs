//! `mock-gateway`: its address on stdout, a line for each request on stderr.

use std::net::{TcpListener, TcpStream};

use integration_tests::fixtures;
use serde_json::Value;
use tokenring_jwk::{Jwk, JwkSet, KeyId, PublicKey};

use crate::loopback::{Loopback, response};
use crate::process::{Machine, Running};
use crate::transcript::Transcript;

fn key_set() -> String {
    let pem = fixtures::text("keys/test-rsa-4096-public.pem");
    let jwk = Jwk::new(PublicKey::from_spki_pem(&pem).unwrap());
    JwkSet::from_iter([jwk.with_key_id(KeyId::new("int-1"))]).to_json()
}

fn machine() -> Machine {
    let machine = Machine::new();
    machine.write("int-1.pem", fixtures::bytes("keys/test-rsa-4096-pkcs8.pem"));
    machine.write("int-1.json", key_set());
    machine
}

/// Starts the gateway, and waits for its address.
fn start(machine: &Machine, more: &[&str]) -> (Running, String) {
    let mut running = machine
        .tokenring(["mock-gateway"].iter().chain(more))
        .start();
    let url = running.line();
    assert!(
        url.starts_with("http://127.0.0.1:") || url.starts_with("http://[::1]:"),
        "{url}"
    );
    (running, url)
}

/// Gets a token and calls an API with it.
#[track_caller]
fn use_it(machine: &Machine, url: &str, client_id: &str) {
    let token_url = format!("{url}/oauth2/token");
    let api_url = format!("{url}/api/bearer/hello");
    let arguments = [
        "call-api",
        "--gateway",
        "nhs",
        "-q",
        "--client-id",
        client_id,
    ];
    let more = [
        "--private-key",
        "int-1.pem",
        "--token-url",
        &token_url,
        "--url",
        &api_url,
    ];
    let finished = machine.tokenring([&arguments[..], &more].concat()).finish();
    let echo: Value = serde_json::from_str(&finished.succeeds()).unwrap();
    assert_eq!(echo["path"], "/api/bearer/hello");
}

#[test]
fn a_client_from_a_file() {
    let machine = machine();
    let clients = ["--client", "one=int-1.json", "--client", "two=int-1.json"];
    let (running, url) = start(&machine, &clients);
    use_it(&machine, &url, "one");
    use_it(&machine, &url, "two");
    let stderr = running.kill();
    assert!(!stderr.contains("warning"), "{stderr}");
}

/// An `=` in the file's name is no second separator.
#[test]
fn a_file_with_an_equals_sign() {
    let machine = machine();
    machine.write("a=b.json", key_set());
    let (running, url) = start(&machine, &["--client", "one=a=b.json"]);
    use_it(&machine, &url, "one");
    drop(running);
}

#[test]
fn a_client_from_a_url() {
    let machine = machine();
    let headers = "Content-Type: application/json\r\n";
    let server = Loopback::answer(response("200 OK", headers, key_set().as_bytes()));
    let client = format!("one={}", server.url("/jwks.json"));
    let (running, url) = start(&machine, &["--client", &client, "--quiet"]);
    use_it(&machine, &url, "one");
    assert!(
        server
            .request()
            .head
            .starts_with("GET /jwks.json HTTP/1.1\r\n")
    );
    assert_eq!(running.kill(), "");
}

/// A refusal is told with the rule that was broken, and no secret.
#[test]
fn a_refusal_is_told() {
    let machine = machine();
    let (running, url) = start(&machine, &["--client", "one=int-1.json"]);
    let token_url = format!("{url}/oauth2/token");
    let arguments = [
        "get-token",
        "--gateway",
        "nhs",
        "-q",
        "--client-id",
        "other",
    ];
    let more = ["--private-key", "int-1.pem", "--token-url", &token_url];
    let run = machine.tokenring([&arguments[..], &more].concat());
    run.finish().fails(6);
    let stderr = running.kill();
    assert!(!stderr.contains("eyJ"), "{stderr}");
}

#[test]
fn the_address_is_the_callers() {
    let machine = machine();
    let (running, url) = start(
        &machine,
        &["--listen", "127.0.0.1:0", "--client", "a=int-1.json"],
    );
    let address = url.strip_prefix("http://").unwrap();
    assert!(TcpStream::connect(address).is_ok());
    drop(running);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn without_a_client() {
    let machine = Machine::new();
    let (running, _) = start(&machine, &[]);
    let told = running.kill();
    let is_warning = |line: &str| line.starts_with("warning: ");
    assert!(told.lines().any(is_warning), "{told}");
}

/// What can never get a token is said at the start, and nothing of the others.
#[test]
fn clients_without_a_key_that_verifies() {
    let machine = machine();
    machine.write("empty.json", "{\"keys\":[]}");
    let mut encrypts: Value = serde_json::from_str(&key_set()).unwrap();
    encrypts["keys"][0]["use"] = "enc".into();
    machine.write("encrypts.json", encrypts.to_string());
    machine.write(
        "clients.toml",
        "[clients.bare]\n[clients.good]\njwks = \"int-1.json\"\n",
    );
    let clients = [
        "--client",
        "empty=empty.json",
        "--client",
        "encrypts=encrypts.json",
        "--client",
        "fine=int-1.json",
        "--clients",
        "clients.toml",
    ];
    let (running, _) = start(&machine, &clients);
    let stderr = running.kill();
    let warned: Vec<&str> = stderr
        .lines()
        .filter_map(|line| line.strip_prefix("warning: client "))
        .filter_map(|line| line.split_once(' '))
        .map(|(client, _)| client)
        .collect();
    assert_eq!(warned, ["bare", "empty", "encrypts"], "{stderr}");
}

/// It ends at once, with exit code and one line.
#[track_caller]
fn refused(texts: &mut Transcript, more: &[&str], code: i32) {
    let machine = machine();
    let run = machine.tokenring(["mock-gateway"].iter().chain(more));
    texts.run(run).fails(code);
}

#[test]
fn addresses_beyond_loopback() {
    let mut texts = Transcript::new();
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        refused(&mut texts, &["--listen", address], 2);
    }
    let machine = machine();
    let (running, url) = start(&machine, &["--listen", "0.0.0.0:0", "--allow-remote"]);
    assert!(url.starts_with("http://127.0.0.1:"));
    drop(running);
    texts.check("mock-gateway/remote-addresses");
}

#[test]
fn a_jwk_set_that_cannot_be_fetched() {
    let mut texts = Transcript::new();
    let url = "one=http://keys.example/jwks.json";
    refused(&mut texts, &["--client", url], 3);
    texts.check("mock-gateway/unfetched");
}

#[test]
fn addresses_that_are_none() {
    let mut texts = Transcript::new();
    for address in [
        "",
        "8080",
        "localhost:8080",
        "127.0.0.1",
        "127.0.0.1:99999",
        "127.0.0.1:http",
    ] {
        refused(&mut texts, &["--listen", address], 2);
    }
    texts.check("mock-gateway/addresses");
}

#[test]
fn a_port_in_use() {
    let mut texts = Transcript::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    refused(&mut texts, &["--listen", &address], 3);
    texts.check("mock-gateway/port-in-use");
}

#[test]
fn clients_that_are_wrong() {
    let mut texts = Transcript::new();
    for client in ["", "one", "=int-1.json", "one="] {
        refused(&mut texts, &["--client", client], 2);
    }
    refused(&mut texts, &["--client", "one=none.json"], 3);
    refused(&mut texts, &["--client", "one=int-1.pem"], 3);
    refused(
        &mut texts,
        &["--client", "one=int-1.json", "--client", "one=int-1.json"],
        3,
    );
    let file = fixtures::path("keys/test-rsa-2048-private.jwk.json");
    let client = format!("one={}", file.display());
    refused(&mut texts, &["--client", &client], 3);
    texts.check("mock-gateway/clients");
}

/// A gateway of another name, with its own issuer, and a clock that is wrong.
#[test]
fn another_gateway() {
    let machine = machine();
    let options = [
        "--client",
        "one=int-1.json",
        "--gateway",
        "rfc10070",
        "--issuer",
        "https://issuer.test",
        "--fault",
        "clock=+400",
    ];
    let (running, url) = start(&machine, &options);
    let token_url = format!("{url}/oauth2/token");
    let arguments = [
        "get-token",
        "-q",
        "--gateway",
        "rfc10070",
        "--client-id",
        "one",
        "--private-key",
        "int-1.pem",
        "--token-url",
        &token_url,
        "--issuer",
        "https://issuer.test",
        "--no-cache",
    ];
    let report = ["--clock-skew", "report"];
    machine
        .tokenring(arguments.iter().chain(&report))
        .finish()
        .fails(6);
    machine.tokenring(arguments).finish().succeeds();
    let told = running.kill();
    let token_endpoint = format!("Token endpoint:  {token_url}");
    let every_request = format!("Every request:   {url}/");
    for line in [
        "Gateway:         rfc10070",
        &token_endpoint,
        "Issuer:          https://issuer.test",
        "Audience:        https://issuer.test",
        &every_request,
    ] {
        assert!(told.lines().any(|told| told == line), "{line}: {told}");
    }
}

#[test]
fn gateways_that_are_wrong() {
    let mut texts = Transcript::new();
    refused(&mut texts, &["--gateway", "nsh"], 2);
    refused(&mut texts, &["--gateway", "./absent.toml"], 3);
    refused(&mut texts, &["--env", "moon"], 2);
    refused(&mut texts, &["--gateway", "keycloak", "--flow", "a"], 2);
    refused(&mut texts, &["--gateway", "keycloak", "--var", "ralm=a"], 2);
    refused(&mut texts, &["--fault", "42"], 2);
    refused(&mut texts, &["--fault", "clock"], 2);
    texts.check("mock-gateway/gateways");
}

#[test]
fn explanation() {
    let mut texts = Transcript::new();
    let machine = machine();
    let finished = machine.tokenring(["mock-gateway", "--explain"]).finish();
    finished.shown_in(&mut texts).succeeds();
    // To some gateways a client ID is an API key, which opens APIs by itself.
    let arguments = ["mock-gateway", "--explain", "--client"];
    let run = machine.tokenring(arguments);
    let run = run.with_argument("planted-client-0815=int-1.json");
    let text = texts.run(run).succeeds();
    assert!(!text.contains("planted"), "{text}");
    texts.check("mock-gateway/explanation");
}

/// An environment that the gateway lacks is a mistake of whoever named it.
#[test]
fn unknown_environment() {
    let mut texts = Transcript::new();
    let machine = Machine::new();
    let arguments = ["mock-gateway", "--gateway", "maskinporten"];
    let run = machine.tokenring(arguments.iter().chain(&["--env", "int"]));
    texts.run(run).fails(2);
    let run = machine
        .tokenring(arguments)
        .with_variable("TOKENRING_ENV", "int");
    texts.run(run).fails(3);
    texts.check("mock-gateway/environments");
}
