//! A limit on the size of files (`ulimit -f`): a write beyond it is an error in words. The
//! system's default is a signal that ends the process and may have a core file written.

use integration_tests::fixtures;
use tokenring_mock_gateway::ApiAccess;

use crate::process::{Finished, names_in};
use crate::registered_client::{CLIENT_ID, RegisteredClient};
use crate::transcript::Transcript;

/// Runs a command that cannot write a byte to any file.
fn run(client: &RegisteredClient, command: &[&str], more: &[&str]) -> Finished {
    let machine = &client.machine;
    machine
        .shell("ulimit -f 0", &[command, more].concat())
        .finish()
}

/// Runs a command with all that it takes to get a token.
fn run_client(client: &RegisteredClient, command: &str, more: &[&str]) -> Finished {
    let token_url = client.gateway.token_url();
    let who = ["--gateway", "nhs", "--client-id", CLIENT_ID];
    let how = ["--private-key", "int-1.pem", "--token-url", &token_url];
    run(client, &[command], &[&who, &how, more].concat())
}

#[track_caller]
fn check(texts: &mut Transcript, finished: Finished, exit_code: i32) {
    assert_eq!(finished.signal(), None, "{finished:?}");
    finished.shown_in(texts).fails(exit_code);
}

#[test]
fn tokens() {
    let client = RegisteredClient::new();
    let mut texts = Transcript::new();
    // From the cache, and new.
    client.token();
    for more in [
        &["--output", "token"][..],
        &["--output", "token", "--force-refresh"],
    ] {
        for command in ["get-token", "watch"] {
            let finished = run_client(&client, command, &[more, &["-q"]].concat());
            check(&mut texts, finished, 8);
        }
    }
    let url = client.gateway.api_url(ApiAccess::Bearer, "hello");
    let call = ["--url", &url, "--output", "body", "-q"];
    check(&mut texts, run_client(&client, "call-api", &call), 8);
    assert_eq!(names_in(&client.machine.work()), ["int-1.pem"]);
    texts.check("file-size-limit/tokens");
}

/// What cannot be cached is printed all the same.
#[test]
fn a_token_that_is_not_cached() {
    let client = RegisteredClient::new();
    let finished = run_client(&client, "get-token", &[]);
    assert_eq!(finished.signal(), None, "{finished:?}");
    let mut texts = Transcript::new();
    texts.hide_random();
    assert!(finished.shown_in(&mut texts).succeeds().len() > 20);
    texts.check("file-size-limit/not-cached");
}

#[test]
fn keys() {
    let client = RegisteredClient::new();
    let machine = &client.machine;
    std::fs::create_dir(machine.work().join("keys")).unwrap();
    machine.write(
        "keys/int-1.pem",
        fixtures::bytes("keys/test-p256-pkcs8.pem"),
    );
    let before = machine.names();
    let mut texts = Transcript::new();
    for command in [
        &["generate-keys", "--kid", "a", "--key-type", "p-256"][..],
        &["jwks", "add", "set.json", "int-1.pem"],
        &[
            "keys",
            "convert",
            "int-1.pem",
            "--to",
            "pkcs1",
            "--output",
            "b",
        ],
    ] {
        let finished = run(&client, command, &["-q"]);
        assert_eq!(finished.signal(), None, "{command:?}: {finished:?}");
        let finished = finished.shown_in(&mut texts);
        assert_eq!(finished.code(), Some(8), "{command:?}: {finished:?}");
        let mut names = machine.names();
        // A lock stays.
        names.retain(|name| name != ".tokenring.lock");
        assert_eq!(names, before, "{command:?}");
    }
    let begin = ["rotate", "begin", "--keys", "keys"];
    let finished = run(&client, &begin, &["--private-key", "keys/int-1.pem", "-q"]);
    assert_eq!(finished.signal(), None, "{finished:?}");
    texts.show(&finished);
    texts.check("file-size-limit/keys");
}
