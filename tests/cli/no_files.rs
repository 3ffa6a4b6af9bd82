//! What is no file where a file belongs: a named pipe, a device, a closed standard output.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use integration_tests::fixtures;

use crate::loopback::{TOKEN, response};
use crate::process::{Finished, Machine, TOKENRING};
use crate::registered_client::RegisteredClient;
use crate::scripted_server::ScriptedServer;
use crate::transcript::Transcript;

fn machine() -> Machine {
    let machine = Machine::new();
    let made = machine.program("mkfifo").with_argument("pipe").finish();
    made.succeeds();
    for (name, fixture) in [
        ("key.pem", "keys/test-p256-pkcs8.pem"),
        ("encrypted.pem", "encrypted/test-rsa-4096-default.pem"),
        ("public.pem", "keys/test-p256-public.pem"),
    ] {
        machine.write(name, fixtures::bytes(fixture));
    }
    let key = fixtures::text("keys/test-p256-public.jwk.json");
    machine.write("set.json", format!("{{\"keys\":[{key}]}}"));
    std::fs::create_dir(machine.work().join("keys")).unwrap();
    let key = fixtures::bytes("keys/test-p256-pkcs8.pem");
    machine.write("keys/int-1.pem", key);
    machine
}

/// Runs a command, which ends by itself: one that waits is ended, with code 124.
fn run(machine: &Machine, arguments: &[&str]) -> Finished {
    let run = machine.program("timeout").with_argument("20");
    let run = run.with_argument(TOKENRING);
    let run = arguments
        .iter()
        .fold(run, |run, argument| run.with_argument(argument));
    run.with_input("eyJhbGciOiJFUzI1NiJ9.e30").finish()
}

const CLIENT: [&str; 4] = [
    "--client-id",
    "a",
    "--token-url",
    "http://127.0.0.1:9/token",
];
const KEY: [&str; 2] = ["--private-key", "key.pem"];

/// Each option and argument that names a file to read.
#[test]
fn files_to_read() {
    let machine = machine();
    let get_token = |options: &[&'static str]| [&["get-token"], &CLIENT[..], options].concat();
    let with_key = |options: &[&'static str]| get_token(&[&KEY[..], options].concat());
    let call_api = |options: &[&'static str]| {
        let url = ["--auth", "none", "--url", "http://127.0.0.1:9/"];
        [&["call-api"], &url[..], options].concat()
    };
    let rows: Vec<Vec<&str>> = vec![
        get_token(&["--private-key", "FILE"]),
        get_token(&[
            "--private-key",
            "encrypted.pem",
            "--passphrase-file",
            "FILE",
        ]),
        get_token(&["--signer-command", "false", "--public-key", "FILE"]),
        with_key(&["--config", "FILE"]),
        with_key(&["--ca-cert", "FILE"]),
        with_key(&["--certificate", "FILE"]),
        with_key(&["--gateway", "./FILE"]),
        get_token(&["--private-key", "pkcs11:token=a", "--pin-file", "FILE"]),
        get_token(&["--private-key", "PKCS11:token=a?pin-source=FILE"]),
        vec!["assertion", "--attach", "FILE"],
        call_api(&["--data", "@FILE"]),
        call_api(&["--json", "@FILE"]),
        vec!["keys", "show", "FILE"],
        vec!["keys", "ids", "FILE"],
        vec!["keys", "convert", "FILE", "--to", "jwk"],
        vec!["jwks", "list", "FILE"],
        vec!["jwks", "show", "FILE"],
        vec!["jwks", "check", "FILE"],
        vec!["jwks", "diff", "set.json", "FILE"],
        vec!["jwks", "merge", "set.json", "FILE"],
        vec!["jwks", "add", "set.json", "FILE"],
        vec!["jwks", "add", "FILE", "key.pem"],
        vec!["jwks", "remove", "FILE", "a"],
        vec![
            "jwks",
            "verify-published",
            "FILE",
            "--url",
            "http://127.0.0.1:9/",
        ],
        vec!["inspect", "@FILE"],
        vec!["inspect", "eyJhbGciOiJub25lIn0.e30.c2ln", "--jwks", "FILE"],
        vec!["gateways", "show", "./FILE"],
        vec![
            "rotate",
            "begin",
            "--keys",
            "keys",
            "--private-key",
            "keys/int-1.pem",
            "--jwk-set",
            // It starts in the folder of the keys.
            "../FILE",
        ],
        vec!["mock-gateway", "--client", "a=FILE"],
    ];
    let mut texts = Transcript::new();
    for row in rows {
        for file in ["pipe", "/dev/zero"] {
            let place = |word: &&str| match *word {
                "./FILE" | "../FILE" if file.starts_with('/') => file.to_owned(),
                word if word.contains("pin-source") => {
                    let path = machine.work().join(file);
                    word.replace("FILE", &path.display().to_string())
                }
                word => word.replace("FILE", file),
            };
            let words: Vec<String> = row.iter().map(place).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let finished = run(&machine, &words);
            let code = finished.code();
            assert!(matches!(code, Some(2 | 3)), "{words:?}: {finished:?}");
            finished.shown_in(&mut texts).complaint();
        }
    }
    texts.check("no-files/read");
}

/// The state of a folder of rotated keys.
#[test]
fn a_state_that_is_a_pipe() {
    let mut texts = Transcript::new();
    let machine = machine();
    std::fs::rename(
        machine.work().join("pipe"),
        machine.work().join("keys/rotation.json"),
    )
    .unwrap();
    for arguments in [
        &[
            "get-token",
            "--private-key",
            "keys",
            CLIENT[0],
            CLIENT[1],
            CLIENT[2],
            CLIENT[3],
        ][..],
        &["rotate", "status", "--keys", "keys"],
    ] {
        run(&machine, arguments).shown_in(&mut texts).fails(3);
    }
    texts.check("no-files/state");
}

/// What a shell pipes in is read, by whatever name.
#[test]
fn pipes_of_a_shell() {
    let machine = machine();
    let check = |script: &str| {
        let run = machine.program("bash").with_variable("T", TOKENRING);
        let run = run.with_argument("-c").with_argument(script);
        let text = run.finish().succeeds();
        assert!(text.starts_with("format  PKCS#8 in PEM\n"), "{text}");
    };
    check("\"$T\" keys show <(cat key.pem)");
    check("cat key.pem | \"$T\" keys show /dev/stdin");
    check("cat key.pem | \"$T\" keys show -");
    check("\"$T\" keys show /dev/fd/5 5<key.pem");
    check("\"$T\" keys show /proc/self/fd/5 5<key.pem");
    check("\"$T\" keys show <(sleep 1.2; cat key.pem)");
}

/// A pipe that nobody writes to: what is waited for is said.
#[test]
fn a_pipe_that_is_slow() {
    let machine = machine();
    let script = "\"$T\" keys show /dev/fd/5 5< <(sleep 1.5; cat key.pem)";
    let run = machine.program("bash").with_variable("T", TOKENRING);
    let finished = run.with_argument("-c").with_argument(script).finish();
    let mut texts = Transcript::new();
    finished.shown_in(&mut texts).succeeds();
    texts.check("no-files/slow-pipe");
}

/// No configuration, as many programs have it.
#[test]
fn nothing_as_configuration() {
    let client = RegisteredClient::new();
    client
        .get_token(&["-q", "--config", "/dev/null"])
        .finish()
        .succeeds();
}

/// A named pipe as `--output` takes a body if somebody reads it, and is waited for by nobody.
#[test]
fn a_pipe_to_write() {
    let machine = machine();
    let server = ScriptedServer::start(|_, _| response("200 OK", "", b"received"));
    let url = server.url("/a");
    let arguments = ["call-api", "-q", "--auth", "none", "--url", &url];
    let finished = run(&machine, &[&arguments[..], &["--output", "pipe"]].concat());
    let mut texts = Transcript::new();
    finished.shown_in(&mut texts).fails(8);
    texts.check("no-files/unread-pipe");
    let script = "cat pipe & exec 3<>pipe; timeout 20 \"$T\" call-api -q --auth none --url \"$U\" \
                  --output pipe && exec 3>&-; wait";
    let shell = machine.program("bash").with_variable("T", TOKENRING);
    let shell = shell.with_variable("U", &url).with_argument("-c");
    let text = shell.with_argument(script).finish().succeeds();
    assert_eq!(text, "received");
}

/// A body from a file whose name is not UTF-8.
#[test]
fn names_that_are_not_unicode() {
    let machine = Machine::new();
    let name = OsString::from_vec(b"b\xf6dy.json".to_vec());
    std::fs::write(machine.work().join(&name), "{\"a\":1}").unwrap();
    for option in ["--data", "--json"] {
        let server = ScriptedServer::start(|_, _| response("200 OK", "", b"received"));
        let mut argument = OsString::from("@");
        argument.push(&name);
        let url = server.url("/a");
        let arguments = ["call-api", "-q", "--auth", "none", "--url", &url, option];
        let run = machine.tokenring(arguments).with_argument(argument);
        assert_eq!(run.finish().succeeds(), "received");
        assert_eq!(server.requests()[0].body, b"{\"a\":1}");
    }
    // A text is UTF-8 still.
    let text = OsString::from_vec(b"b\xf6dy".to_vec());
    let arguments = ["call-api", "--auth", "none", "--url", "http://127.0.0.1:9/"];
    let run = machine.tokenring(arguments).with_argument("--data");
    run.with_argument(text).finish().fails(2);
}

/// A credential that nobody gets is not asked for.
#[test]
fn a_closed_standard_output() {
    let machine = Machine::new();
    let server = ScriptedServer::start(|_, _| {
        response(
            "200 OK",
            "Content-Type: application/json\r\n",
            TOKEN.as_bytes(),
        )
    });
    // Writes the key.
    drop(server.get_token(&machine, &[]));
    let url = server.url("/token");
    let check = |command: &str, redirection: &str, code: i32, requests: usize| {
        let key = "--client-id a --private-key key-1.pem -q --token-url";
        let script = format!("\"$T\" {command} {key} {url} {redirection}");
        let run = machine.program("bash").with_variable("T", TOKENRING);
        let run = run.with_variable("TOKENRING_NO_CACHE", "true");
        let finished = run.with_argument("-c").with_argument(&script).finish();
        let finished = finished.has_code(code);
        if redirection == ">&-" {
            finished.complaint();
        }
        assert_eq!(server.requests().len(), requests, "{script}");
    };
    check("get-token", ">&-", 8, 0);
    check("get-token", "--output token >&-", 0, 1);
    check("get-token", ">/dev/null", 0, 1);
    check("get-token", ">/dev/null 2>&1", 0, 1);
    check("get-token", "<>/dev/null >&0", 0, 1);
    check("get-token", "</dev/null 1<>/dev/null 2<>/dev/null", 0, 1);
    check("get-token", ">&- 2>/dev/null", 8, 0);
    check("get-token", ">/dev/full", 8, 1);
    check("assertion", ">&-", 8, 0);
    check("assertion", ">/dev/null", 0, 0);
}
