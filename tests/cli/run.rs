//! `tokenring run`: a program with a token.

use integration_tests::secrecy::Marker;

use crate::process::{Running, holds, names_in, wait_until};
use crate::registered_client::RegisteredClient;
use crate::transcript::Transcript;

fn run(client: &RegisteredClient, options: &[&str], program: &[&str]) -> crate::process::Run {
    client.run("run", &[&["--quiet"], options, &["--"], program].concat())
}

#[test]
fn a_variable() {
    let client = RegisteredClient::new();
    let show = ["sh", "-c", "printf %s \"$TOKENRING_ACCESS_TOKEN\""];
    let finished = run(&client, &[], &show).finish();
    assert_eq!(finished.stderr, "");
    assert_eq!(finished.succeeds(), client.token());

    let show = ["sh", "-c", "printf %s \"$A_TOKEN-$TOKENRING_ACCESS_TOKEN\""];
    let shown = run(&client, &["--token-variable", "A_TOKEN"], &show).finish();
    assert_eq!(shown.succeeds(), format!("{}-", client.token()));
    assert_eq!(client.gateway.issued_tokens(), 1);
}

#[test]
fn a_file() {
    let client = RegisteredClient::new();
    let lines = "stat -c %a \"$TOKENRING_ACCESS_TOKEN_FILE\"
        stat -c %a \"$(dirname \"$TOKENRING_ACCESS_TOKEN_FILE\")\"
        cat \"$TOKENRING_ACCESS_TOKEN_FILE\"; echo
        echo \"${TOKENRING_ACCESS_TOKEN-none}\"
        exit 9";
    let run = run(&client, &["--token-file"], &["sh", "-c", lines]);
    let finished = run.finish().has_code(9);
    let expected = format!("600\n700\n{}\nnone\n", client.token());
    assert_eq!(finished.text(), expected);
    assert_eq!(finished.stderr, "");
    assert_eq!(names_in(&client.machine.temporary()).len(), 0);
}

/// Input, output, arguments and exit code are the program's own.
#[test]
fn the_program_s_own() {
    let client = RegisteredClient::new();
    for options in [&[][..], &["--token-file"]] {
        let lines = "cat; printf '<%s>' \"$@\"; echo error >&2; exit 42";
        let program = ["sh", "-c", lines, "sh", "a b", "--quiet", "--", ""];
        let finished = run(&client, options, &program).with_input("input").finish();
        let finished = finished.has_code(42);
        assert_eq!(finished.text(), "input<a b><--quiet><--><>");
        assert_eq!(finished.stderr, "error\n");
    }
}

#[test]
fn a_program_that_a_signal_ends() {
    let client = RegisteredClient::new();
    let program = ["sh", "-c", "kill -TERM $$"];
    assert_eq!(run(&client, &[], &program).finish().signal(), Some(15));
    // As a shell tells it.
    let finished = run(&client, &["--token-file"], &program).finish();
    assert_eq!(finished.code(), Some(128 + 15), "{finished:?}");
    assert_eq!(names_in(&client.machine.temporary()).len(), 0);
}

/// A signal reaches the program, which may do something about it.
#[test]
fn a_signal_on_the_way() {
    let client = RegisteredClient::new();
    for options in [&[][..], &["--token-file"]] {
        for name in ["TERM", "INT", "HUP"] {
            let lines = format!(
                "trap 'echo caught; exit 3' {name}; echo ready; while :; do sleep 0.05; done"
            );
            let mut running = run(&client, options, &["bash", "-c", &lines]).start();
            assert_eq!(running.line(), "ready");
            running.signal(name);
            let finished = running.finish().has_code(3);
            assert_eq!(finished.text(), "caught\n", "{options:?} {name}");
            assert_eq!(names_in(&client.machine.temporary()).len(), 0);
        }
    }
}

#[test]
fn a_program_that_is_not_there() {
    let client = RegisteredClient::new();
    for options in [&[][..], &["--token-file"]] {
        let run = run(&client, options, &["no-such-program-anywhere"]);
        run.finish().fails(127);
        assert_eq!(names_in(&client.machine.temporary()).len(), 0);
    }
}

/// The exit codes are those of a shell.
#[test]
fn a_program_that_cannot_be_started() {
    let client = RegisteredClient::new();
    client.machine.write("no-program", "text");
    std::fs::create_dir(client.machine.work().join("folder")).unwrap();
    let mut texts = Transcript::new();
    for program in ["./no-program", "./folder"] {
        let script = format!("exec {program}");
        let shell = client.machine.program("sh").with_argument("-c");
        let by_shell = shell.with_argument(&script).finish().code();
        assert_eq!(by_shell, Some(126), "{program}");
        for options in [&[][..], &["--token-file"]] {
            texts.run(run(&client, options, &[program])).fails(126);
            assert_eq!(names_in(&client.machine.temporary()).len(), 0);
        }
    }
    texts.check("run/not-started");
}

#[test]
fn no_program() {
    let client = RegisteredClient::new();
    client.run("run", &[]).finish().has_code(2);
    client.run("run", &["--"]).finish().has_code(2);
    for name in ["", "1A", "A-B", "A=B", "A B"] {
        run(&client, &["--token-variable", name], &["true"])
            .finish()
            .fails(2);
    }
    assert_eq!(client.gateway.token_requests(), 0);
}

/// Without a token the program does not start.
#[test]
fn a_refusal() {
    let client = RegisteredClient::new();
    let program = ["touch", "started"];
    let finished = run(&client, &["--kid", "unknown"], &program).finish();
    finished.fails(6);
    assert!(!client.machine.work().join("started").exists());
}

fn command_line(running: &Running) -> String {
    let path = format!("/proc/{}/cmdline", running.id());
    std::fs::read_to_string(path).unwrap_or_default()
}

/// Other users of the machine see arguments.
#[test]
fn no_secret_in_an_argument() {
    let client = RegisteredClient::new();
    let token = client.token();
    for options in [&[][..], &["--token-file"]] {
        let lines = "echo ready; echo $$; read line";
        let mut running = run(&client, options, &["sh", "-c", lines]).start();
        assert_eq!(running.line(), "ready");
        let child = running.line();
        let mut seen = command_line(&running);
        let path = format!("/proc/{child}/cmdline");
        seen.push_str(&std::fs::read_to_string(path).unwrap_or_default());
        holds(&seen, &["read line"]);
        Marker::new(token.as_bytes()).must_not_be_in(&seen);
        running.finish();
        wait_until("the file is gone", || {
            names_in(&client.machine.temporary()).is_empty()
        });
    }
}
