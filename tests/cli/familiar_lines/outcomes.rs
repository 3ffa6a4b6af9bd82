//! What a line leads to, and what is told of it.

use integration_tests::fixtures;

use crate::process::Machine;
use crate::registered_client::RegisteredClient;
use crate::scripted_server::ScriptedServer;

/// Both streams in one: the words of the program are on a line of their own.
#[test]
fn a_refusal_is_told_whatever_is_asked_for() {
    let machine = Machine::new();
    let answers = |body: &'static str| {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 404 Not Found\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        ScriptedServer::start(move |_, _| [head.as_bytes(), body.as_bytes()].concat())
    };
    let error = "error: the API answered 404 Not Found\n";
    for (body, more) in [("", &[][..]), ("", &["-q"]), ("{}", &["-q"]), ("{}\n", &[])] {
        let server = answers(body);
        let words = ["call-api", "--auth", "none", &server.url("/a")];
        let finished = machine
            .tokenring([&words, more].concat())
            .finish()
            .has_code(7);
        assert_eq!((finished.text(), &*finished.stderr), (body, error));
    }
    for (body, expected) in [("{}", "{}\n"), ("{}\n", "{}\n"), ("", "")] {
        let server = answers(body);
        let words = ["call-api", "--auth", "none", &server.url("/a")];
        let finished = machine.shell("exec 2>&1", &words).finish().has_code(7);
        assert_eq!(finished.text(), format!("{expected}{error}"));
    }
    let server = answers("");
    let words = ["call-api", "--auth", "none", "-i", &server.url("/a")];
    let finished = machine.tokenring(words).finish().has_code(7);
    assert!(
        finished.text().starts_with("HTTP/1.1 404 Not Found\n"),
        "{finished:?}"
    );
}

/// What an API rejected is dropped by whoever has it.
#[test]
fn a_rejected_token_is_dropped() {
    let server = ScriptedServer::api(|_, _| Vec::new());
    let machine = Machine::new();
    let get = |more: &[&str]| server.get_token(&machine, more).finish().succeeds();
    let drop = |input: String| {
        machine
            .tokenring(["cache", "drop"])
            .with_input(input)
            .finish()
    };
    let first = get(&[]);
    let header = get(&["--format", "bearer"]);
    assert_eq!(header, format!("Bearer {first}"));
    assert_eq!(drop("other".into()).succeeds(), "0 removed\n");
    assert_eq!(get(&[]), first);
    assert_eq!(drop(header).succeeds(), "1 removed\n");
    let second = get(&[]);
    assert_ne!(second, first);
    assert_eq!(drop(second).succeeds(), "1 removed\n");
    drop(String::new()).fails(2);
    assert_eq!(server.requests().len(), 2);
}

/// The time counts from when the JWT is there, not from when somebody begins to paste it.
#[test]
fn a_jwt_that_takes_time() {
    let machine = Machine::new();
    machine.write("k.pem", fixtures::bytes("keys/test-rsa-4096-pkcs8.pem"));
    let mut running = machine
        .tokenring(["inspect", "--gateway", "nhs", "--env", "int", "-"])
        .start();
    let started = std::time::Instant::now();
    // Longer than the leeway that a date in whole seconds has by itself.
    while started.elapsed() < std::time::Duration::from_secs(3) {
        std::thread::yield_now();
    }
    let words = "assertion --gateway nhs --env int --client-id me --private-key k.pem --kid int-1";
    running.write(&machine.tokenring(words.split(' ')).finish().succeeds());
    let finished = running.finish();
    assert!(!finished.text().contains("ahead"), "{finished:?}");
    finished.succeeds();
}

/// A cron job's mail stays empty.
#[test]
fn success_is_silent() {
    let client = RegisteredClient::new();
    assert_eq!(client.get_token(&["--no-cache"]).finish().stderr, "");
    let finished = client.get_token(&["--no-cache", "-v"]).finish();
    assert!(finished.stderr.contains("Using KID: int-1"), "{finished:?}");
}

#[test]
fn a_cache_that_cannot_be_used_is_named() {
    let client = RegisteredClient::new();
    client.machine.write("file", "");
    let finished = client.get_token(&["--cache-dir", "file"]).finish();
    let warnings: Vec<_> = finished.stderr.lines().collect();
    assert_eq!(warnings.len(), 1, "{finished:?}");
    assert!(
        warnings[0].contains(" file: ") && warnings[0].contains("--cache-dir"),
        "{finished:?}"
    );
    finished.succeeds();
}
