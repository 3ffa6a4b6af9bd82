//! `tokenring cache`.

use integration_tests::secrecy::Marker;
use integration_tests::{fixtures, peer};

use crate::loopback::{Loopback, TOKEN};
use crate::process::{Machine, TOKENRING, holds, names_in, wait_until};
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
    holds(&listed, &["  expired  "]);
    assert_eq!(cache(&["clear", "--expired"]), "1 removed\n");
    assert_eq!(cache(&["clear", "--expired"]), "0 removed\n");
    assert_eq!(cache(&["list", "--expired"]), "");
    holds(&cache(&["list"]), &["good for "]);
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
        run.finish().succeeds()
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
    holds(&year_2107(&["cache", "list"]), &["good for "]);
    let list = || machine.tokenring(["cache", "list"]).finish().succeeds();
    let listed = list();
    assert!(!listed.contains("good for"), "{listed}");
    holds(&listed, &["not used: its date is in the future"]);
    get_token().finish().succeeds();
    server.request();
    holds(&list(), &["good for "]);
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
