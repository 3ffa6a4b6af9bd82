//! `tokenring cache`.

use integration_tests::secrecy::Marker;
use integration_tests::{fixtures, peer};

use crate::loopback::{Loopback, TOKEN};
use crate::process::{Machine, TOKENRING, names_in, wait_until};
use crate::registered_client::RegisteredClient;
use crate::transcript::Transcript;

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
    assert!(list.lines().all(|line| line.ends_with(&url)), "{list}");
    let scoped = ["--cache-dir", "scoped"];
    let run = client.get_token(&[&scoped[..], &["--quiet", "--scope", "read"]].concat());
    run.finish().succeeds();
    let mut texts = Transcript::new();
    texts.show(&cache(&["list", scoped[0], scoped[1]]));
    texts.hide_random();
    texts.hide_number_after("good for ");
    texts.check("cache/list");

    assert_eq!(cache(&["clear"]).succeeds(), "2 removed\n");
    assert_eq!(cache(&["clear"]).succeeds(), "0 removed\n");
    assert_eq!(cache(&["list"]).succeeds(), "");
    assert_ne!(client.token(), token);
}

/// Has a token of this scope requested, which makes an entry in the cache.
fn request(server: &Loopback, machine: &Machine, scope: &str, more: &[&str]) {
    let arguments = [&["--quiet", "--scope", scope], more].concat();
    let finished = server.get_token(machine, &arguments).finish();
    finished.succeeds();
}

/// Expired tokens are shown as such, and can be removed alone.
#[test]
fn expired() {
    let machine = Machine::new();
    let cache = |arguments: &[&str]| {
        let arguments = [&["cache"], arguments].concat();
        machine.tokenring(arguments).finish().succeeds()
    };
    let short = Loopback::json("200 OK", &TOKEN.replace("600", "1"));
    request(&short, &machine, "a", &[]);
    wait_until("it has expired", || {
        cache(&["list"]).contains("  expired  ")
    });
    let long = Loopback::json("200 OK", TOKEN);
    let elsewhere = ["--cache-dir", "elsewhere"];
    request(&long, &machine, "b", &elsewhere);
    let folder = machine.home().join(".cache/tokenring");
    for name in names_in(&machine.work().join("elsewhere")) {
        let from = machine.work().join("elsewhere").join(&name);
        std::fs::rename(from, folder.join(&name)).unwrap();
    }
    assert_eq!(cache(&["list"]).lines().count(), 2);
    let listed = cache(&["list", "--expired"]);
    assert_eq!(listed.lines().count(), 1);
    assert_eq!(cache(&["clear", "--expired"]), "1 removed\n");
    assert_eq!(cache(&["clear", "--expired"]), "0 removed\n");
    assert_eq!(cache(&["list", "--expired"]), "");
    assert_eq!(cache(&["list"]).lines().count(), 1);
    assert_eq!(names_in(&folder).len(), 2);

    // Whoever gets another token sweeps too.
    request(&short, &machine, "c", &[]);
    wait_until("it has expired", || {
        cache(&["list"]).contains("  expired  ")
    });
    request(&long, &machine, "d", &[]);
    assert_eq!(cache(&["list", "--expired"]), "");
    assert_eq!(cache(&["list"]).lines().count(), 2);
}

/// A token that was got while the clock was wrong is none, and is not listed as one.
#[test]
fn from_the_year_2107() {
    if peer::find("faketime", "--version", "install faketime").is_none() {
        return;
    }
    let server = Loopback::json("200 OK", TOKEN);
    let machine = Machine::new();
    // It writes the key.
    let get_token = || server.get_token(&machine, &[]);
    let _ = get_token();
    let year_2107 = |arguments: &[&str]| {
        let run = machine
            .program("faketime")
            .with_argument("2107-01-01 00:00:00");
        let run = run.with_argument(TOKENRING);
        let run = arguments
            .iter()
            .fold(run, |run, argument| run.with_argument(argument));
        run.finish().has_code(0)
    };
    let url = server.url("/token");
    let arguments = [
        "get-token",
        "--client-id",
        "test-client-id",
        "--private-key",
    ];
    year_2107(&[&arguments[..], &["key-1.pem", "--token-url", &url]].concat());
    server.request();
    let mut texts = Transcript::new();
    texts.hide_random();
    texts.hide_number_after("good for ");
    texts.show(&year_2107(&["cache", "list"]));
    texts.run(machine.tokenring(["cache", "list"]));
    get_token().finish().succeeds();
    server.request();
    texts.run(machine.tokenring(["cache", "list"]));
    texts.check("cache/year-2107");
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
    let line = "POST /token?api-version=1&code=test-query-secret HTTP/1.1";
    assert_eq!(server.request().head.lines().next(), Some(line));
    let marker = Marker::new(b"test-query-secret");
    let mut texts = Transcript::new();
    texts.hide_random();
    texts.hide_number_after("good for ");
    let listed = texts.run(machine.tokenring(["cache", "list"]));
    marker.must_not_be_in(&listed.succeeds());
    texts.check("cache/query");
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
    let mut texts = Transcript::new();
    for action in ["list", "clear"] {
        let run = machine.tokenring(["cache", action, "--cache-dir", "file"]);
        texts.run(run).fails(3);
    }
    assert_eq!(machine.read("file"), "");
    texts.check("cache/no-folder");
}

#[test]
fn usage() {
    let machine = Machine::new();
    machine.tokenring(["cache"]).finish().has_code(2);
    machine.tokenring(["cache", "show"]).finish().has_code(2);
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
    run("clear", &["--explain"]);
    run("list", &["--explain"]);
    assert_eq!(run("list", &[]).lines().count(), 1);
    let elsewhere = ["--explain", "--cache-dir", "elsewhere"];
    run("list", &elsewhere);
    assert!(!client.machine.work().join("elsewhere").exists());
}
