//! `tokenring cache`.

use integration_tests::secrecy::Marker;

use crate::process::{Machine, holds};
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
