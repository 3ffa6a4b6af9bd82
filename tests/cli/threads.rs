//! A process that gets no thread and no other process: `pids.max=1`, or `RLIMIT_NPROC`.

use std::os::unix::fs::MetadataExt;

use integration_tests::{fixtures, peer};

use crate::process::{Finished, Run, TOKENRING};
use crate::registered_client::{CLIENT_ID, RegisteredClient};
use crate::transcript::Transcript;

/// A user other than root, whose limit counts.
const NOBODY: &str = "65534";

/// Prepares a program that can start no thread and no other program.
///
/// The limit is one of the user, and root has none whatever else it may do: as root, this
/// is another user with root's access to files.
fn starved<'a>(
    client: &RegisteredClient,
    program: &'a str,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Run {
    let mut words = vec!["--signal=TERM", "--preserve-status", "20"];
    if is_root(client) {
        words.extend(["setpriv", "--ruid", NOBODY, "--inh-caps", "-all"]);
        words.extend(["--bounding-set", "-sys_admin,-sys_resource"]);
    }
    words.extend(["prlimit", "--nproc=1:1", program]);
    words.extend(arguments);
    let run = client.machine.program("timeout");
    words.iter().fold(run, |run, word| run.with_argument(word))
}

fn is_root(client: &RegisteredClient) -> bool {
    client.machine.work().metadata().unwrap().uid() == 0
}

/// A client, where the limit does what it is here for.
fn client() -> Option<RegisteredClient> {
    peer::find("timeout", "--version", "install coreutils")?;
    peer::find("prlimit", "--version", "install util-linux")?;
    let client = RegisteredClient::new();
    if is_root(&client) {
        peer::find("setpriv", "--version", "install util-linux")?;
    }
    let shell = starved(&client, "sh", ["-c", "(true); echo started"]);
    if shell.finish().text().contains("started") {
        peer::not_run("the system starts processes in spite of RLIMIT_NPROC");
        return None;
    }
    Some(client)
}

/// What each command is called with, and how it ends: with what it is for, or in words.
///
/// A command that is missing here is called without arguments.
fn call(client: &RegisteredClient, name: &str) -> (Vec<String>, &'static [i32]) {
    let token_url = client.gateway.token_url();
    let who = [
        "--gateway",
        "nhs",
        "--client-id",
        CLIENT_ID,
        "--private-key",
        "int-1.pem",
        "--token-url",
        &token_url,
    ];
    let rotate = ["--keys", "keys"];
    let api = client
        .gateway
        .api_url(tokenring_mock_gateway::ApiAccess::Bearer, "hello");
    let (words, codes): (Vec<&str>, &[i32]) = match name {
        "get-token" | "assertion" => (who.to_vec(), &[0]),
        "call-api" => ([&who[..], &["--url", &api]].concat(), &[0]),
        "run" => ([&who[..], &["--", "true"]].concat(), &[0]),
        "watch" => ([&who[..], &["--output", "token"]].concat(), &[0, 1]),
        "doctor" => (who.to_vec(), &[0, 9]),
        "generate-keys" => (vec!["--kid", "a", "--output-dir", "."], &[0]),
        "cache" => (vec!["list"], &[0]),
        "config" => (vec!["show"], &[0]),
        "gateways" => (vec![], &[0]),
        "inspect" => (vec!["eyJhbGciOiJub25lIn0.e30.c2ln"], &[0]),
        "completions" => (vec!["bash"], &[0]),
        "demo" | "mock-gateway" => (vec![], &[1, 3]),
        "keys show" | "keys ids" => (vec!["int-1.pem"], &[0]),
        "keys convert" => (vec!["int-1.pem", "--to", "jwk"], &[0]),
        "jwks list" | "jwks show" | "jwks check" => (vec!["set.json"], &[0]),
        "jwks diff" | "jwks merge" => (vec!["set.json", "set.json"], &[0]),
        "jwks add" => (vec!["set.json", "int-1.pem"], &[0]),
        "jwks remove" => (vec!["set.json", "int-1"], &[0]),
        "jwks verify-published" => {
            let url = ["--url", "http://127.0.0.1:9/"];
            ([&["set.json"], &url[..]].concat(), &[5])
        }
        "rotate begin" => (
            [&rotate[..], &["--private-key", "keys/int-1.pem"]].concat(),
            &[0],
        ),
        "rotate status" => (rotate.to_vec(), &[0]),
        // Not ready yet.
        name if name.starts_with("rotate ") => (rotate.to_vec(), &[2, 3]),
        _ => (vec![], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    };
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    (words, codes)
}

/// Every command: those that have others below them by these.
fn names() -> Vec<String> {
    let mut names = Vec::new();
    for command in tokenring_cli::command().get_subcommands() {
        let name = command.get_name();
        let inner: Vec<_> = command.get_subcommands().collect();
        if inner.is_empty() {
            names.push(name.to_owned());
        }
        names.extend(
            inner
                .iter()
                .map(|inner| format!("{name} {}", inner.get_name())),
        );
    }
    names
}

#[track_caller]
fn check(finished: Finished, name: &str, codes: &[i32]) {
    let code = finished.code();
    assert!(
        code.is_some_and(|code| codes.contains(&code)),
        "{name}: {finished:?}"
    );
    for trace in ["panicked", "RUST_BACKTRACE", "core dumped"] {
        assert!(!finished.stderr.contains(trace), "{name}: {finished:?}");
    }
    if code == Some(1) {
        finished.complaint();
    }
}

#[test]
fn no_command_panics() {
    let Some(client) = client() else { return };
    let machine = &client.machine;
    let key = fixtures::text("keys/test-p256-public.jwk.json");
    machine.write("set.json", format!("{{\"keys\":[{key}]}}"));
    std::fs::create_dir(machine.work().join("keys")).unwrap();
    let key = fixtures::bytes("keys/test-rsa-4096-pkcs8.pem");
    machine.write("keys/int-1.pem", key);
    for name in names() {
        let (words, codes) = call(&client, &name);
        let words = name.split(' ').chain(words.iter().map(String::as_str));
        check(starved(&client, TOKENRING, words).finish(), &name, codes);
    }
}

/// What takes a thread or a program and gets none is said.
#[test]
fn words() {
    let Some(client) = client() else { return };
    let mut texts = Transcript::new();
    let mut check = |words: &[&str], code: i32| {
        let finished = starved(&client, TOKENRING, words.iter().copied()).finish();
        assert_eq!(finished.code(), Some(code), "{finished:?}");
        // How it is starved depends on who runs the tests.
        texts.row(&format!("tokenring {}", words.join(" ")), &finished);
        finished.complaint();
    };
    let token_url = client.gateway.token_url();
    let who = ["--client-id", CLIENT_ID, "--no-cache"];
    let here = ["--token-url", token_url.as_str(), "--gateway", "nhs"];
    let key = ["--private-key", "int-1.pem"];
    let run = [&["run"], &who[..], &here, &key, &["--token-file"]].concat();
    let run = [&run[..], &["--", "true"]].concat();
    check(&run, 126);
    let signer = ["--signer-command", "true"];
    let signer = [&["get-token"], &who[..], &here, &signer].concat();
    check(&signer, 3);
    // A name takes a thread to be looked up in time.
    let name = ["--token-url", "https://tokenring.invalid/"];
    let name = [&["get-token"], &who[..], &name, &key].concat();
    check(&name, 1);
    check(&["demo"], 1);
    check(&["mock-gateway"], 3);
    texts.check("threads/none");
}
