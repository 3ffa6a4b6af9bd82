//! What the network and the gateway say, good or not.

use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use super::{Checks, jwk_set};
use crate::loopback::response;
use crate::process::{Machine, Run};
use crate::registered_client::RegisteredClient;
use crate::scripted_server::ScriptedServer;

/// Of a machine with the key `int-1.pem`, at this token endpoint.
fn doctor(machine: &Machine, token_url: &str, more: &[&str]) -> Run {
    let arguments = ["doctor", "--gateway", "nhs", "--token-url", token_url];
    let run = machine.tokenring(arguments.iter().chain(more));
    run.with_variable("TOKENRING_PRIVATE_KEY", "int-1.pem")
        .with_variable("TOKENRING_CLIENT_ID", "test-client-id")
}

#[test]
fn refused() {
    let client = RegisteredClient::new();
    client
        .machine
        .write("int-1.json", jwk_set("rsa-4096", "int-1"));
    let run = doctor(
        &client.machine,
        &client.gateway.token_url(),
        &["--client-id", "another"],
    );
    Checks::of(run, 6)
        .has("token", "failure")
        .has("api", "skipped");
}

/// The answer says nothing; the published keys do.
#[test]
fn refused_without_a_word() {
    let server = ScriptedServer::start(|_, _| {
        response(
            "401 Unauthorized",
            "Content-Type: application/json\r\n",
            br#"{"error":"invalid_client"}"#,
        )
    });
    let machine = Machine::new();
    machine.write(
        "key.pem",
        integration_tests::fixtures::text("keys/test-rsa-2048-pkcs8.pem"),
    );
    machine.write("key.json", jwk_set("rsa-2048", "other-name"));
    let url = server.url("/token");
    let arguments = [
        "--token-url",
        &url,
        "--client-id",
        "abc",
        "--private-key",
        "key.pem",
        "--kid",
        "key",
    ];
    let run = machine.tokenring(["doctor"].iter().chain(&arguments));
    // The first failure is that of the key.
    Checks::of(run, 3)
        .has("kid", "failure")
        .has("token", "failure");
    let finished = machine
        .tokenring(["get-token"].iter().chain(&arguments))
        .finish();
    let line = finished.complaint();
    assert!(
        line.ends_with("refused: status 401, invalid_client"),
        "{line}"
    );
    let causes: Vec<&str> = finished
        .stderr
        .lines()
        .filter(|line| line.starts_with("  "))
        .collect();
    assert!(
        causes[0].starts_with("  likely: key.json has the key"),
        "{causes:#?}"
    );
    assert_eq!(causes[1], "    > Sign with --kid=other-name");

    // Nothing is found: much is possible, of which the first is enough for the quiet.
    machine.write("key.json", jwk_set("rsa-2048", "key"));
    let finished = machine
        .tokenring(["get-token", "--force-refresh"].iter().chain(&arguments))
        .finish();
    let possible = finished
        .stderr
        .lines()
        .filter(|line| line.starts_with("  possible: "));
    assert!(possible.count() > 3, "{}", finished.stderr);
    let quiet = machine
        .tokenring(
            ["get-token", "--quiet", "--force-refresh"]
                .iter()
                .chain(&arguments),
        )
        .finish();
    assert_eq!(quiet.stderr.lines().count(), 3, "{}", quiet.stderr);
}

#[test]
fn api_that_refuses() {
    let client = RegisteredClient::new();
    let url = format!("{}/nowhere", client.gateway.base_url());
    let run = client.run("doctor", &["--url", &url]);
    Checks::of(run, 7).has("token", "ok").has("api", "failure");
}

/// No host of this name, nobody at this port: told as what it is.
#[test]
fn no_network() {
    let client = RegisteredClient::new();
    // A label too long for the DNS: no resolver is asked.
    let host = "a".repeat(64);
    let run = doctor(
        &client.machine,
        &format!("https://{host}.example/token"),
        &[],
    );
    Checks::of(run, 5)
        .has("key", "ok")
        .has("dns", "failure")
        .has("clock", "warning")
        .has("token", "warning");
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let url = format!("http://127.0.0.1:{port}/token");
    let run = doctor(&client.machine, &url, &[]);
    Checks::of(run, 5)
        .has("dns", "ok")
        .has("connection", "failure")
        .has("token", "warning");
}

/// A server that takes the connection and says nothing keeps nobody for long.
#[test]
fn silent_server() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let client = RegisteredClient::new();
    let url = format!("http://127.0.0.1:{port}/token");
    let started = Instant::now();
    let run = doctor(&client.machine, &url, &["--timeout", "1"]);
    Checks::of(run, 5).has("connection", "failure");
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[test]
fn wrong_clock() {
    let server = ScriptedServer::start(|_, _| {
        response(
            "404 Not Found",
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
            b"",
        )
    });
    let url = server.url("/token");
    let machine = Machine::new();
    let run = machine.tokenring(["doctor", "--token-url", &url]);
    Checks::of(run, 3).has("clock", "failure");
}

#[test]
fn metadata() {
    let server = ScriptedServer::start(|_, request| {
        let host = request.header("Host").unwrap().to_owned();
        let body = format!(
            r#"{{"issuer":"http://{host}/realms/r","token_endpoint":"http://elsewhere.example/token",
            "token_endpoint_auth_methods_supported":["client_secret_basic"]}}"#
        );
        response(
            "200 OK",
            "Content-Type: application/json\r\n",
            body.as_bytes(),
        )
    });
    let machine = Machine::new();
    let variable = format!("server={}", server.url(""));
    let arguments = [
        "doctor",
        "--gateway",
        "keycloak",
        "--var",
        &variable,
        "--var",
        "realm=r",
    ];
    Checks::of(machine.tokenring(arguments), 3).has("metadata", "warning");
}

#[test]
fn jwk_set_at_a_url() {
    let set = jwk_set("rsa-4096", "int-1");
    let server = ScriptedServer::start(move |_, _| {
        response(
            "200 OK",
            "Content-Type: application/jwk-set+json\r\nCache-Control: max-age=600\r\n",
            set.as_bytes(),
        )
    });
    let client = RegisteredClient::new();
    let url = server.url("/jwks.json?secret=1");
    let run = client.run("doctor", &["--jwks", &url]);
    Checks::of(run, 0).has("cache", "ok").has("published", "ok");
}
