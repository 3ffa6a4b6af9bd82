//! A process that may start no thread, or open no file.

use integration_tests::fixtures;

use crate::process::{Finished, Machine, Run};
use crate::transcript::Transcript;

fn get_token(machine: &Machine, lines: &str, url: &str) -> Run {
    machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
    let client = ["--client-id", "a", "--private-key", "key-1.pem"];
    let command = ["get-token", "-q", "--timeout", "1", "--token-url", url];
    let arguments = [&command, &client[..]].concat();
    machine.shell(lines, &arguments)
}

/// Nothing is said of the endpoint, which may be all right, and no other process of
/// this user hears of it.
#[track_caller]
fn is_own_trouble(texts: &mut Transcript, machine: &Machine, finished: Finished, url: &str) {
    let complaint = finished.shown_in(texts).fails(1);
    assert!(!complaint.contains("unknown"), "{complaint}");
    let next = get_token(machine, "", url).finish().fails(5);
    assert!(!next.contains("another process"), "{next}");
}

/// Each stack would need more memory than there is.
#[test]
fn no_thread() {
    let mut texts = Transcript::new();
    let machine = Machine::new();
    let url = "https://localhost.localdomain:1/token";
    let lines = "export RUST_MIN_STACK=$((1 << 60))";
    let run = get_token(&machine, lines, url);
    is_own_trouble(&mut texts, &machine, run.finish(), url);
    // A proxy with an address needs none; on a machine that remembers no failure.
    let machine = Machine::new();
    let run = get_token(&machine, lines, url).with_variable("HTTPS_PROXY", "http://127.0.0.1:1");
    run.finish().shown_in(&mut texts).fails(5);
    texts.check("process-limits/no-thread");
}

/// The C library calls every name unknown then.
#[test]
fn no_descriptor() {
    let url = "https://localhost:1/token";
    let mut exhausted = 0;
    // So many that a program starts; the fewest are used up by the cache.
    for limit in 4..8 {
        let machine = Machine::new();
        let lines = format!("ulimit -n {limit}");
        let finished = get_token(&machine, &lines, url).finish();
        if finished.stderr.contains("too many open files") {
            exhausted += 1;
            is_own_trouble(&mut Transcript::new(), &machine, finished, url);
        } else {
            let complaint = finished.fails(5);
            assert!(!complaint.contains("is unknown"), "{limit}: {complaint}");
        }
    }
    assert!(exhausted > 0);
}
