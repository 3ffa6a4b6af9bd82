use integration_tests::fixtures;

use crate::loopback::Loopback;
use crate::process::Machine;
use crate::registered_client::RegisteredClient;
use crate::transcript::Transcript;

/// The token is all that is on stdout; with `--quiet` stderr is silent.
#[test]
fn the_token_and_nothing_else() {
    let client = RegisteredClient::new();
    let finished = client.get_token(&["--quiet"]).finish();
    assert_eq!(finished.stderr, "");
    let token = finished.succeeds();
    assert_eq!(token.lines().count(), 1);
    assert!(token.ends_with('\n'));

    let finished = client.get_token(&["--verbose", "--no-cache"]).finish();
    assert_eq!(finished.succeeds().lines().count(), 1);
    assert_eq!(client.gateway.issued_tokens(), 2);
}

/// A name that resolves to nothing (RFC 6761 section 6.4).
#[test]
fn an_unknown_host() {
    let machine = Machine::new();
    machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
    let arguments = [
        "get-token",
        "--client-id",
        "a",
        "--private-key",
        "key-1.pem",
        "-q",
    ];
    let more = [
        "--token-url",
        "https://gateway.invalid/token",
        "--timeout",
        "10",
    ];
    let run = machine.tokenring([&arguments[..], &more].concat());
    let mut texts = Transcript::new();
    texts.run(run).fails(5);
    texts.check("get-token/unknown-host");
}

/// No proxy of the environment comes between the command and loopback.
#[test]
fn a_proxy_is_not_asked_for_loopback() {
    let client = RegisteredClient::new();
    let proxy = Loopback::json("200 OK", "{}");
    let mut run = client.get_token(&["-q"]);
    for variable in [
        "http_proxy",
        "https_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ] {
        run = run.with_variable(variable, proxy.url(""));
    }
    run.finish().succeeds();
    assert!(proxy.has_seen_nothing());
}

/// The pipe's reader has seen enough; a full disk is told.
#[test]
fn standard_output_that_takes_nothing() {
    let client = RegisteredClient::new();
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let finished = client.get_token(&["-q"]).with_output(full).finish();
    finished.fails(8);

    let finished = client.get_token(&["-q"]).with_closed_output().finish();
    assert_eq!(finished.stderr, "");
    finished.has_code(0);
}
