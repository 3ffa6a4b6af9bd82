//! A wall clock that jumps: it was set, or the machine was suspended.

use integration_tests::peer;

use super::{SHORT, end, events, file};
use crate::loopback::response;
use crate::process::{Machine, Run, Running, wait_until};
use crate::registered_client::RegisteredClient;
use crate::scripted_server::{ScriptedServer, token};

/// The library that gives a process a wall clock of its own, and no other monotonic one.
fn library() -> Option<String> {
    let faketime = peer::find("faketime", "--version", "install faketime")?;
    let print = r#"printf %s "$LD_PRELOAD""#;
    let printed = faketime.run(&["-m", "-f", "+0", "sh", "-c", print], b"");
    Some(String::from_utf8(printed.bytes().to_vec()).unwrap())
}

/// Starts a process whose clock is the machine's until it is set.
fn start(machine: &Machine, run: Run, library: &str) -> Running {
    set(machine, "+0");
    run.with_variable("LD_PRELOAD", library)
        .with_variable("FAKETIME_TIMESTAMP_FILE", machine.home().join("clock"))
        .with_variable("FAKETIME_NO_CACHE", "1")
        .with_variable("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .start()
}

/// Sets the clock off by this much.
fn set(machine: &Machine, offset: &str) {
    let draft = machine.home().join("clock.new");
    std::fs::write(&draft, format!("{offset}\n")).unwrap();
    std::fs::rename(&draft, machine.home().join("clock")).unwrap();
}

/// A token that has expired meanwhile is replaced at once, not when the pause is over.
#[test]
fn an_hour_is_over_at_once() {
    let Some(library) = library() else { return };
    let machine = Machine::new();
    let server = ScriptedServer::start(|number, _| token(number + 1));
    let running = start(&machine, server.watch(&machine, &[]), &library);
    let path = machine.work().join("token");
    let contents = || std::fs::read_to_string(&path).unwrap_or_default();
    wait_until("there is a file", || contents() == "token-1\n");
    set(&machine, "+1h");
    wait_until("there is a new token", || contents() == "token-2\n");
    let finished = end(running, "TERM");
    let events = events(&finished);
    assert!(events[0].starts_with("wrote token"), "{events:?}");
    assert!(!finished.stderr.contains("no new token"), "{finished:?}");
    assert_eq!(server.requests().len(), 2);
}

/// Also while it waits after a failure.
#[test]
fn an_hour_is_over_during_an_outage() {
    let Some(library) = library() else { return };
    let machine = Machine::new();
    let server = ScriptedServer::start(|number, _| match number {
        0 => response("503 Busy", "Retry-After: 600\r\n", b""),
        _ => token(number),
    });
    let more = ["--timeout", "1", "--no-cache"];
    let running = start(&machine, server.watch(&machine, &more), &library);
    let mut requests = 0;
    wait_until("there was a request", || {
        requests += server.requests().len();
        requests > 0
    });
    // It takes a moment from the answer to the pause, and a jump before it is none.
    let path = machine.work().join("token");
    let mut hours = 0;
    wait_until("there is a token", || {
        hours += 1;
        set(&machine, &format!("+{hours}h"));
        std::thread::sleep(std::time::Duration::from_millis(500));
        path.exists()
    });
    end(running, "TERM");
}

/// A clock that was set back makes no token live longer.
#[test]
fn set_back_by_an_hour() {
    let Some(library) = library() else { return };
    let client = RegisteredClient::new();
    let run = client.run("watch", &[&["--output", "token"], &SHORT[..]].concat());
    let running = start(&client.machine, run, &library);
    wait_until("there is a file", || file(&client).exists());
    // The mock gateway's leeway is five minutes.
    set(&client.machine, "-100");
    let issued = client.gateway.issued_tokens();
    wait_until("tokens are renewed", || {
        client.gateway.issued_tokens() >= issued + 2
    });
    let finished = end(running, "TERM");
    assert!(!finished.stderr.contains("no new token"), "{finished:?}");
}
