//! No core dump holds a key; a program that is started has the limit that there was before.

use std::io;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use integration_tests::peer;

use crate::loopback::{Loopback, Request};
use crate::process::{Machine, Running, set_mode, wait_until};
use crate::registered_client::RegisteredClient;

/// Allows core dumps, where the system does.
const ALLOWED: &str = "ulimit -S -c unlimited";

/// Whether a process that crashes leaves a core dump here, when the limit is lifted.
fn dumps_core(machine: &Machine) -> bool {
    if peer::find("prlimit", "--version", "install util-linux").is_none() {
        return false;
    }
    let lines = format!("cd \"$TMPDIR\" && {ALLOWED} && kill -ABRT $$");
    let run = machine.program("bash").with_argument("-c");
    if run.with_argument(lines).finish().has_dumped_core() {
        return true;
    }
    peer::not_run("no process dumps core here, see `ulimit -H -c` and kernel.core_pattern");
    false
}

/// The limits of a process on core dumps, as Linux tells them.
fn core_limits(process: &Running) -> Vec<String> {
    let path = format!("/proc/{}/limits", process.id());
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("Max core"));
    let words = line.unwrap_or_default().split_whitespace();
    words.skip(4).take(2).map(str::to_owned).collect()
}

/// A process that waits for an answer with its key in memory.
#[test]
fn a_process_with_a_key() {
    let machine = Machine::new();
    if !dumps_core(&machine) {
        return;
    }
    let (sender, asked) = mpsc::channel();
    let server = Loopback::serve(move |stream| {
        Request::read(stream)?;
        // The test waits for this.
        let _ = sender.send(());
        io::copy(stream, &mut io::sink())?;
        Ok(None)
    });
    // Writes the key.
    drop(server.get_token(&machine, &[]));
    let url = server.url("/token");
    let arguments = [
        "get-token",
        "--client-id",
        "a",
        "--private-key",
        "key-1.pem",
        "--token-url",
        &url,
    ];
    let running = machine.shell(ALLOWED, &arguments).start();
    asked.recv_timeout(Duration::from_secs(20)).unwrap();
    assert_eq!(core_limits(&running), ["0", "unlimited"]);
    // Whatever the limit is: a handler of core dumps doesn't mind it.
    let status = Command::new("prlimit")
        .args(["--core=unlimited", "--pid", &running.id().to_string()])
        .status();
    assert!(status.unwrap().success());
    running.signal("ABRT");
    let finished = running.finish();
    assert_eq!(finished.signal(), Some(6));
    assert!(!finished.has_dumped_core());
    let names = machine.names();
    assert!(!names.iter().any(|name| name.contains("core")), "{names:?}");
}

/// A key that is being made is in memory too.
#[test]
fn a_key_that_is_made() {
    let machine = Machine::new();
    let arguments = ["generate-keys", "--key-type", "rsa-4096", "--kid", "a"];
    let limit = "ulimit -S -c unlimited 2>/dev/null || true";
    let mut running = machine.shell(limit, &arguments).start();
    let mut limits = Vec::new();
    wait_until("the limit is lowered", || {
        limits = core_limits(&running);
        limits.first().is_some_and(|limit| limit == "0") || running.has_ended()
    });
    assert_eq!(limits.first().map(String::as_str), Some("0"));
    running.finish().has_code(0);
}

/// What is started has the limit back, and dumps core where it should.
#[test]
fn programs() {
    let client = RegisteredClient::new();
    let machine = &client.machine;
    if !dumps_core(machine) {
        return;
    }
    let token_url = client.gateway.token_url();
    let who = ["--client-id", "test-client-id", "--token-url", &token_url];
    let key = ["--private-key", "int-1.pem", "--gateway", "nhs", "-q"];
    let show = "ulimit -S -c; ulimit -H -c";
    for options in [&[][..], &["--token-file"]] {
        let run = |lines: &str| {
            let program = ["--", "bash", "-c", lines];
            let arguments = [&["run"], &who[..], &key, options, &program].concat();
            machine.shell("ulimit -S -c 1000", &arguments).finish()
        };
        assert_eq!(run(show).succeeds(), "1000\nunlimited\n", "{options:?}");
        let crash = "ulimit -S -c unlimited; bash -c 'kill -ABRT $$'; echo $?";
        let crashed = run(crash);
        assert!(crashed.stderr.contains("core dumped"), "{crashed:?}");
    }
    machine.write(
        "sign.sh",
        format!("#!/bin/bash\n({show}) > limits; exit 1\n"),
    );
    set_mode(&machine.work().join("sign.sh"), 0o700);
    let signer = ["--signer-command", "./sign.sh"];
    let arguments = [&["get-token"], &who[..], &signer].concat();
    let finished = machine.shell("ulimit -S -c 1000", &arguments).finish();
    finished.has_code(3);
    assert_eq!(machine.read("limits"), "1000\nunlimited\n");
}
