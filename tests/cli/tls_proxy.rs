//! `mock-gateway --tls-proxy`: clients that call the real URLs reach the mock, and nothing else.

use integration_tests::fixtures;

use crate::process::{Machine, Run, Running, holds, names_in};
use crate::transcript::Transcript;

const TOKEN_URL: &str = "https://oauth2.googleapis.com/token";

fn machine() -> Machine {
    let machine = Machine::new();
    machine.write("key.pem", fixtures::bytes("keys/test-rsa-4096-pkcs8.pem"));
    let public = fixtures::bytes("keys/test-rsa-4096-public.pem");
    machine.write("key.pem.pub", public);
    machine
}

fn start(machine: &Machine) -> (Running, String) {
    let arguments = ["mock-gateway", "--gateway", "google", "--tls-proxy"];
    let more = ["--ca-out", "ca.pem", "--client", "me@example=key.pem.pub"];
    let mut running = machine.tokenring(arguments.iter().chain(&more)).start();
    let url = running.line();
    (running, url)
}

/// A client that is told of the proxy and the certificate in every usual way.
fn through(run: Run, proxy: &str, machine: &Machine) -> Run {
    let certificate = machine.work().join("ca.pem");
    run.with_variable("HTTPS_PROXY", proxy)
        .with_variable("https_proxy", proxy)
        .with_variable("SSL_CERT_FILE", &certificate)
        .with_variable("CURL_CA_BUNDLE", &certificate)
}

#[test]
fn our_own_command_goes_through() {
    let machine = machine();
    let (running, proxy) = start(&machine);
    let arguments = [
        "call-api",
        "--gateway",
        "google",
        "--client-id",
        "me@example",
    ];
    let more = [
        "--private-key",
        "key.pem",
        "--kid",
        "",
        "--scope",
        "read",
        "--no-cache",
    ];
    let url = ["--url", "https://oauth2.googleapis.com/storage/v1/b"];
    let run = || {
        let arguments = arguments.iter().chain(&more).chain(&url);
        machine
            .tokenring(arguments)
            .with_variable("HTTPS_PROXY", &proxy)
    };
    run().finish().fails(5);
    let echo = run().with_argument("--ca-cert=ca.pem").finish().succeeds();
    holds(&echo, &["/storage/v1/b", "oauth2.googleapis.com"]);
    let log = running.kill();
    holds(
        &log,
        &[
            &format!("Token endpoint:  {TOKEN_URL}"),
            &format!("Proxy:           {proxy}"),
            "Stands in for:   oauth2.googleapis.com",
            "TLS oauth2.googleapis.com [",
            "does not trust",
            "SSL_CERT_FILE",
            &format!("POST {TOKEN_URL} 200"),
            "GET https://oauth2.googleapis.com/storage/v1/b 200",
        ],
    );
}

#[test]
fn other_programs_go_through() {
    const PYTHON: &str = "
import sys, urllib.error, urllib.request
for url in sys.argv[1:]:
    try:
        print(urllib.request.urlopen(url, data=b'grant_type=x').status)
    except urllib.error.HTTPError as error:
        print(error.code, error.read().decode())
    except urllib.error.URLError as error:
        print(error.reason)
";
    let machine = machine();
    let (running, proxy) = start(&machine);
    let run = machine.program("python3").with_argument("-c");
    let run = run.with_argument(PYTHON).with_argument(TOKEN_URL);
    let run = run.with_argument("https://example.com/");
    let told = through(run, &proxy, &machine).finish().succeeds();
    holds(&told, &["400 {\"error\":", "403"]);
    let curl = |arguments: &[&str]| {
        let mut run = machine.program("curl").with_argument("-sS");
        for argument in arguments {
            run = run.with_argument(argument);
        }
        through(run, &proxy, &machine).finish()
    };
    // Two on one connection.
    let form = ["-d", "grant_type=x", TOKEN_URL, TOKEN_URL];
    let told = curl(&form).succeeds();
    assert_eq!(told.matches("\"error\":").count(), 2, "{told}");
    let refused = curl(&["https://example.com/"]).has_code(56);
    holds(&refused.everything(), &["403"]);
    let log = running.kill();
    holds(
        &log,
        &[
            "CONNECT example.com:443 403 [this mock gateway stands in for oauth2.googleapis.com only",
        ],
    );
}

/// The certificate is all that is written.
#[test]
fn no_key_is_left_anywhere() {
    let machine = machine();
    let (home, temporary) = (machine.home(), machine.temporary());
    let before = [names_in(&home), names_in(&temporary)];
    let (running, proxy) = start(&machine);
    let run = machine.program("curl").with_argument("-sS");
    let run = run.with_argument(TOKEN_URL);
    through(run, &proxy, &machine).finish().succeeds();
    assert_eq!([names_in(&home), names_in(&temporary)], before);
    assert_eq!(machine.names(), ["ca.pem", "key.pem", "key.pem.pub"]);
    let certificate = machine.read("ca.pem");
    assert!(certificate.starts_with("-----BEGIN CERTIFICATE-----\n"));
    assert!(!certificate.contains("PRIVATE"));
    let log = running.kill();
    assert!(!log.contains("PRIVATE"), "{log}");
}

/// An earlier certificate is replaced, and so is an empty file.
#[test]
fn another_file_is_not_replaced() {
    let machine = machine();
    let arguments = ["mock-gateway", "--gateway", "google", "--tls-proxy"];
    for name in ["key.pem", "key.pem.pub"] {
        let before = machine.read(name);
        let run = machine.tokenring(arguments.iter().chain(&["--ca-out", name]));
        assert_eq!(
            run.finish().fails(8),
            format!(
                "--ca-out: {name} is there already, is no certificate in PEM and stays as it is; \
                 name another file"
            )
        );
        assert_eq!(machine.read(name), before);
    }
    machine.write("ca.pem", "");
    start(&machine).0.kill();
    let first = machine.read("ca.pem");
    start(&machine).0.kill();
    let second = machine.read("ca.pem");
    assert!(second.starts_with("-----BEGIN CERTIFICATE-----\n"));
    assert_ne!(first, second);
}

#[test]
fn what_does_not_start() {
    let mut texts = Transcript::new();
    for arguments in [
        &["--tls-proxy", "--listen", "0.0.0.0:0", "--allow-remote"][..],
        &["--https-listen", "192.0.2.1:443", "--allow-remote"],
        &["--gateway", "okta", "--tls-proxy"],
        &["--gateway", "entra", "--https-listen", "127.0.0.1:0"],
        &["--gateway", "generic", "--tls-proxy"],
        &["--public-url", "auth.example"],
        &["--ca-out", "ca.pem"],
    ] {
        let machine = machine();
        let run = machine.tokenring(["mock-gateway"].iter().chain(arguments));
        texts.run(run).fails(2);
    }
    texts.check("mock-gateway/tls-proxy");
}
