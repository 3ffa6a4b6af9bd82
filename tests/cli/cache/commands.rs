//! `tokenring cache`.

use integration_tests::fixtures;
use integration_tests::secrecy::Marker;

use crate::loopback::{Loopback, TOKEN};
use crate::process::{Machine, holds, names_in};
use crate::registered_client::RegisteredClient;

#[test]
fn list_and_clear() {
    let client = RegisteredClient::new();
    let cache = |arguments: &[&str]| {
        let arguments = [&["cache"], arguments].concat();
        client.machine.tokenring(arguments).finish()
    };
    assert_eq!(cache(&["list"]).succeeds(), "");
    let token = client.token();
    let run = client.get_token(&["--quiet", "--scope", "read"]);
    let other = run.finish().succeeds();
    let finished = cache(&["list"]);
    for secret in [&token, other.trim_end()] {
        Marker::new(secret.as_bytes()).must_not_be_in(&finished.everything());
    }
    let list = finished.succeeds();
    assert_eq!(list.lines().count(), 2);
    let url = client.gateway.token_url();
    holds(&list, &["good for 59", "nhs", "int-1", "scope read", &url]);

    assert_eq!(cache(&["clear"]).succeeds(), "2 removed\n");
    assert_eq!(cache(&["clear"]).succeeds(), "0 removed\n");
    assert_eq!(cache(&["list"]).succeeds(), "");
    assert_ne!(client.token(), token);
}

/// An endpoint's query may hold a secret.
#[test]
fn values_of_a_query() {
    let server = Loopback::json("200 OK", TOKEN);
    let machine = Machine::new();
    let url = server.url("/token?api-version=1&code=test-query-secret");
    machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
    let arguments = [
        "get-token",
        "--client-id",
        "test-client-id",
        "--private-key",
    ];
    let arguments = [&arguments[..], &["key-1.pem", "--token-url"]].concat();
    let get_token = |more: &[&str]| machine.tokenring([&arguments[..], more].concat()).finish();
    get_token(&[&url]).succeeds();
    holds(&server.request().head, &["code=test-query-secret"]);
    let marker = Marker::new(b"test-query-secret");
    let listed = machine.tokenring(["cache", "list"]).finish().succeeds();
    marker.must_not_be_in(&listed);
    holds(&listed, &["/token?api-version=…&code=…"]);
    // Nor does the note of a failure that other processes read.
    let server = Loopback::json("503 Service Unavailable", "{}");
    let url = server.url("/token?code=test-query-secret");
    let complaint = get_token(&[&url, "--timeout", "1"]).complaint();
    marker.must_not_be_in(&complaint);
    let folder = machine.home().join(".cache/tokenring");
    let names = names_in(&folder);
    let is_failure = |name: &String| name.ends_with(".failure");
    assert!(names.iter().any(is_failure), "{names:?}");
    for name in names {
        let contents = std::fs::read_to_string(folder.join(name)).unwrap();
        marker.must_not_be_in(&contents);
    }
}

#[test]
fn another_folder() {
    let client = RegisteredClient::new();
    client.token();
    let machine = &client.machine;
    let list = machine.tokenring(["cache", "list", "--cache-dir", "folder"]);
    assert_eq!(list.finish().succeeds(), "");
    let clear = machine.tokenring(["cache", "clear", "--cache-dir", "folder"]);
    assert_eq!(clear.finish().succeeds(), "0 removed\n");
    let list = machine.tokenring(["cache", "list"]).finish().succeeds();
    assert_eq!(list.lines().count(), 1);
}

#[test]
fn a_folder_that_is_none() {
    let machine = Machine::new();
    machine.write("file", "");
    for action in ["list", "clear"] {
        let run = machine.tokenring(["cache", action, "--cache-dir", "file"]);
        let complaint = run.finish().fails(3);
        holds(&complaint, &["file", "not a directory", "name another one"]);
    }
    assert_eq!(machine.read("file"), "");
}

#[test]
fn usage() {
    let machine = Machine::new();
    machine.tokenring(["cache"]).finish().has_code(2);
    let finished = machine.tokenring(["cache", "show"]).finish().has_code(2);
    holds(&finished.stderr, &["list", "clear"]);
}

/// What is explained is not done.
#[test]
fn explanation() {
    let client = RegisteredClient::new();
    client.token();
    let run = |action: &str, more: &[&str]| {
        let arguments = [&["cache", action], more].concat();
        client.machine.tokenring(arguments).finish().succeeds()
    };
    holds(
        &run("clear", &["--explain"]),
        &["Action, not done\n  remove all tokens in "],
    );
    holds(
        &run("list", &["--explain"]),
        &["Action, not done\n  list the tokens"],
    );
    assert_eq!(run("list", &[]).lines().count(), 1);
    let elsewhere = ["--explain", "--cache-dir", "elsewhere"];
    holds(&run("list", &elsewhere), &["elsewhere"]);
    assert!(!client.machine.work().join("elsewhere").exists());
}
