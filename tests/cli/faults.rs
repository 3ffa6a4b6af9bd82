//! A server that breaks the rules, byte by byte: whatever it does, the command ends
//! in time, takes little memory, says what happened, and sends no credential
//! anywhere else.
//!
//! A fault is a row: what the server does with a connection, the exit code, and
//! words of the message. Time and memory are measured at the real process.

mod bodies;
mod connections;
mod fault_server;
mod heads;
mod proxies;
mod redirects;
mod tls_records;

use std::thread;
use std::time::{Duration, Instant};

use integration_tests::{fixtures, peer};

use self::fault_server::{Elsewhere, FaultServer, Peer};
use crate::process::Machine;

/// What a server does with a connection, the exit code of the command, and words
/// that its message holds, or others after a `|`; `""` for a success.
type Fault = (
    &'static str,
    fn(&mut Peer) -> std::io::Result<()>,
    i32,
    &'static str,
);

/// How the command comes to the server.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// `get-token` with a token URL in `http`.
    Http,
    /// The same in `https`.
    Https,
    /// `get-token`, through a proxy.
    Proxy,
    /// `call-api` with a credential in a header.
    Api,
}

/// What a message says when the time is over.
const TIME: &str = "no whole answer";
/// In KiB, for a debug build with its symbols.
const MEMORY: u64 = 32 * 1024;
/// The credential of an API, of a proxy.
const CREDENTIAL: &str = "planted-credential-4711";

/// Runs the command once for each fault, all at the same time.
#[track_caller]
fn check(way: Way, faults: &[Fault]) {
    if peer::find("/usr/bin/time", "--version", "install time").is_none() {
        return;
    }
    let failures: Vec<String> = thread::scope(|scope| {
        let runs: Vec<_> = faults
            .iter()
            .map(|fault| scope.spawn(move || run(way, fault)))
            .collect();
        let failure = |(run, fault): (thread::ScopedJoinHandle<'_, _>, &Fault)| {
            let failed = run.join().is_err();
            failed.then(|| fault.0.to_owned())
        };
        runs.into_iter().zip(faults).filter_map(failure).collect()
    });
    assert!(failures.is_empty(), "{failures:#?}");
}

fn run(way: Way, &(name, serve, code, words): &Fault) {
    // A machine that is busy may delay a process; a server cannot do so three times.
    let mut elapsed = Duration::MAX;
    // Another outcome comes long before, however busy the machine is.
    let deadline = Duration::from_secs(if words.starts_with(TIME) || words.ends_with("in time") {
        1
    } else {
        5
    });
    for _ in 0..3 {
        elapsed = elapsed.min(run_once(way, (name, serve, code, words), deadline));
        if elapsed < deadline + Duration::from_secs(1) {
            break;
        }
    }
    assert!(
        elapsed < deadline + Duration::from_secs(1),
        "{name}: took {elapsed:?}"
    );
}

fn run_once(way: Way, (name, serve, code, words): Fault, deadline: Duration) -> Duration {
    let elsewhere = Elsewhere::start();
    let server = FaultServer::start(&elsewhere, serve);
    let machine = Machine::new();
    machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
    let timeout = deadline.as_secs().to_string();
    let url = match way {
        Way::Http => format!("http://localhost:{}/token", server.port()),
        Way::Https => format!("https://localhost:{}/token", server.port()),
        Way::Proxy => "https://gateway.invalid/token".into(),
        Way::Api => format!("http://127.0.0.1:{}/a", server.port()),
    };
    let header = format!("Authorization: Bearer {CREDENTIAL}");
    let arguments = if way == Way::Api {
        let none = ["--auth", "none", "--url", &url];
        [&["call-api", "-q", "--header", &header], &none[..]].concat()
    } else {
        let client = ["--client-id", "a", "--private-key", "key-1.pem"];
        [&["get-token", "-q", "--token-url", &url], &client[..]].concat()
    };
    let limited = [&["--timeout", &timeout], &arguments[1..]].concat();
    let mut run = machine
        .program("/usr/bin/time")
        .with_argument("--format=%M")
        .with_argument("--output=peak")
        .with_argument(crate::process::TOKENRING)
        .with_argument(arguments[0]);
    for argument in limited {
        run = run.with_argument(argument);
    }
    if way == Way::Proxy {
        let proxy = format!("http://user:{CREDENTIAL}@127.0.0.1:{}", server.port());
        run = run.with_variable("HTTPS_PROXY", proxy);
    }
    let started = Instant::now();
    let finished = run.finish();
    let elapsed = started.elapsed();

    let everything = finished.everything();
    assert_eq!(finished.code(), Some(code), "{name}: {everything}");
    if words.is_empty() {
        assert!(!finished.text().is_empty(), "{name}: {everything}");
    } else {
        assert_eq!(finished.text(), "", "{name}");
        let complaint = finished.complaint();
        let is_said = words.split('|').any(|words| complaint.contains(words));
        assert!(is_said, "{name}: {words:?} is not in: {complaint}");
    }
    let peak = machine.read("peak");
    let peak: u64 = peak.lines().last().unwrap().parse().unwrap();
    assert!(peak < MEMORY, "{name}: {peak} KiB");
    assert_eq!(elsewhere.seen(), "", "{name}");
    let mut secrets = vec![CREDENTIAL.to_owned()];
    let sent = server.seen();
    secrets.extend(sent.split("client_assertion=").nth(1).map(str::to_owned));
    for secret in secrets {
        assert!(!everything.contains(&secret), "{name}: {everything}");
    }
    if matches!(way, Way::Https | Way::Proxy) {
        assert!(!sent.contains("client_assertion"), "{name}");
    }
    elapsed
}
