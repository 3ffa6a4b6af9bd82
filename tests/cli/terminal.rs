//! On a terminal: nothing that a server sends acts on it, colour only where it is
//! wanted. The terminal is that of `script`.

use integration_tests::peer;

use crate::loopback::{Loopback, response};
use crate::process::{Finished, Machine, TOKENRING};
use crate::scripted_server::ScriptedServer;

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

#[test]
fn what_is_known_of_gateways_fits_the_terminal() {
    let machine = Machine::new();
    let list = machine.tokenring(["gateways"]).finish().succeeds();
    let names: Vec<&str> = list
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert!(names.contains(&"nhs"), "{names:?}");
    let line = format!(
        "for width in 60 80; do stty cols $width; echo =====; tokenring gateways; \
         for name in {}; do tokenring gateways show $name; done; done",
        names.join(" ")
    );
    let Some(finished) = on_a_terminal(&machine, &line, &[]) else {
        return;
    };
    let shown = finished.succeeds();
    let pages: Vec<&str> = shown.split("=====\r\n").skip(1).collect();
    let [at_60, at_80] = pages[..] else {
        panic!("{shown}");
    };
    for (text, width) in [(at_60, 60), (at_80, 80)] {
        for line in text.lines() {
            // A URL stays in one piece, so that it can be copied.
            let is_word = !line.trim().contains(' ');
            assert!(line.chars().count() <= width || is_word, "{width}: {line}");
        }
    }
    // Nothing but the breaks is another than what a file gets.
    let words = |text: &str| {
        let words = text.split_whitespace().map(str::to_owned);
        words.collect::<Vec<_>>()
    };
    assert_eq!(
        words(at_80).get(..words(&list).len()),
        Some(&words(&list)[..])
    );
    let page = machine.tokenring(["gateways", "show", "nhs"]).finish();
    let page = page.succeeds();
    assert!(page.lines().any(|line| line.chars().count() > 80), "{page}");
    assert!(words(at_80).join(" ").contains(&words(&page).join(" ")));
}

/// Whatever is prose is broken between words, and is the same words that a file gets.
#[test]
fn reports_and_causes_fit_the_terminal() {
    let machine = Machine::new();
    let server = ScriptedServer::start(|_, _| response("401 Unauthorized", "", b""));
    let key = "tokenring generate-keys --key-type p-256 --kid key-1 --quiet >paths 2>notes";
    let request = format!(
        "--client-id a --token-url {} --private-key key-1.pem",
        server.url("/token")
    );
    let commands = [
        format!("tokenring get-token --no-cache {request}"),
        format!("tokenring doctor {request}"),
        "tokenring keys ids key-1.pem".to_owned(),
        "tokenring jwks check --gateway nhs key-1.json".to_owned(),
        "tokenring get-token --gateway nhs".to_owned(),
        "tokenring rotate begin --keys nowhere --gateway nhs --client-id a".to_owned(),
    ];
    let mut is_wide = Vec::new();
    for command in commands {
        let line = format!("{key} --force; stty cols 80; echo =====; {command}; true");
        let Some(finished) = on_a_terminal(&machine, &line, &[("NO_COLOR", "1")]) else {
            return;
        };
        let shown = finished.succeeds();
        let (_, shown) = shown.split_once("=====\r\n").unwrap();
        for line in shown.lines() {
            let is_word = !line.trim().contains(' ');
            assert!(line.chars().count() <= 80 || is_word, "{command}: {line}");
        }
        let line = format!("tokenring() {{ {TOKENRING} \"$@\"; }}\n{command} 2>&1 | cat");
        let plain = machine.program("bash").with_argument("-c");
        let plain = plain.with_argument(line).finish().succeeds();
        // Which key is used is only said on a terminal.
        let words = |text: &str| -> Vec<String> {
            let lines = text.lines().filter(|line| !line.starts_with("Using KID: "));
            let words = lines.flat_map(str::split_whitespace);
            words.map(str::to_owned).collect()
        };
        assert_eq!(words(shown), words(&plain), "{command}");
        is_wide.push(plain.lines().any(|line| line.chars().count() > 80));
    }
    assert!(is_wide.iter().filter(|is_wide| **is_wide).count() > 2);
}
