//! On a terminal: nothing that a server sends acts on it, colour only where it is
//! wanted. The terminal is that of `script`.

use integration_tests::peer;

use crate::loopback::{Loopback, response};
use crate::process::{Finished, Machine, TOKENRING};

/// Runs a line of shell on a terminal; `tokenring` is the command under test.
pub(crate) fn on_a_terminal(
    machine: &Machine,
    line: &str,
    variables: &[(&str, &str)],
) -> Option<Finished> {
    peer::find("script", "--version", "install bsdutils or util-linux")?;
    machine.write(
        "run",
        format!("tokenring() {{ {TOKENRING} \"$@\"; }}\n{line}\n"),
    );
    let run = machine.program("script").with_variable("TERM", "xterm");
    let run = ["-q", "-e", "-c", "bash run", "/dev/null"]
        .iter()
        .fold(run, |run, argument| run.with_argument(argument));
    let run = variables
        .iter()
        .fold(run, |run, (name, value)| run.with_variable(name, value));
    Some(run.finish())
}

#[test]
fn an_answer_that_would_act_on_the_terminal() {
    let body = "plain\u{1b}]0;title\u{7}\u{1b}[2J\u{202e}\u{9b}31m\u{e9}\n";
    let server = Loopback::answer(response("200 OK", "", body.as_bytes()));
    let machine = Machine::new();
    let line = format!("tokenring call-api --auth none --url {}", server.url("/"));
    let Some(finished) = on_a_terminal(&machine, &line, &[]) else {
        return;
    };
    let shown = finished.succeeds();
    assert_eq!(
        shown,
        "plain\u{fffd}]0;title\u{fffd}\u{fffd}[2J\u{fffd}\u{fffd}31m\u{e9}\r\n"
    );
    // A file gets what came.
    let line = format!("{line} > file");
    on_a_terminal(&machine, &line, &[]).unwrap().has_code(0);
    assert_eq!(machine.read("file"), body);
}

#[test]
fn headers_that_would_act_on_the_terminal() {
    let headers = "X-Title: \u{9b}31mtitle\u{202e}\r\n";
    let server = Loopback::answer(response("200 OK", headers, b"body\n"));
    let machine = Machine::new();
    let url = server.url("/");
    let line = format!("tokenring call-api --include --auth none --url {url}");
    let Some(finished) = on_a_terminal(&machine, &line, &[]) else {
        return;
    };
    let shown = finished.succeeds();
    assert!(shown.contains("31mtitle"), "{shown:?}");
    assert!(!shown.contains(['\u{9b}', '\u{202e}']), "{shown:?}");
}

#[test]
fn colour() {
    let machine = Machine::new();
    let line = "tokenring get-token";
    for (variables, is_coloured) in [
        (&[][..], true),
        (&[("NO_COLOR", "1")], false),
        (&[("NO_COLOR", "")], true),
        (&[("TERM", "dumb")], false),
    ] {
        let Some(finished) = on_a_terminal(&machine, line, variables) else {
            return;
        };
        let shown = finished.has_code(2);
        let shown = shown.text();
        assert_eq!(
            shown.contains('\u{1b}'),
            is_coloured,
            "{variables:?} {shown:?}"
        );
        assert!(shown.contains("tokenring: "), "{shown:?}");
    }
}

/// The search for primes shows that it lives, and nothing of it stays.
#[test]
fn progress() {
    let machine = Machine::new();
    let line = "tokenring generate-keys --key-type rsa-3072 > paths";
    let Some(finished) = on_a_terminal(&machine, line, &[]) else {
        return;
    };
    let shown = finished.succeeds();
    assert!(shown.contains("Searching for the primes"), "{shown:?}");
    for (line, variables) in [
        (format!("{line} --force --quiet"), &[][..]),
        (format!("{line} --force 2> notes"), &[]),
    ] {
        let finished = on_a_terminal(&machine, &line, variables).unwrap();
        assert_eq!(finished.succeeds(), "");
    }
    assert!(!machine.read("notes").contains("Searching"));
}
