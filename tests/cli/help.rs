//! Help, compared with the files in `snapshots`; `UPDATE_SNAPSHOTS=1` writes them.

use std::path::Path;

use integration_tests::peer;

use crate::process::{Machine, holds};

const COMMANDS: [&str; 17] = [
    "generate-keys",
    "get-token",
    "assertion",
    "call-api",
    "run",
    "cache",
    "config",
    "keys",
    "jwks",
    "rotate",
    "watch",
    "gateways",
    "inspect",
    "doctor",
    "demo",
    "mock-gateway",
    "completions",
];

fn is_update() -> bool {
    std::env::var("UPDATE_SNAPSHOTS").is_ok_and(|value| value == "1")
}

#[track_caller]
fn check(arguments: &[&str], name: &str) {
    let machine = Machine::new();
    let run = machine.tokenring(arguments).with_variable("COLUMNS", "80");
    let finished = run.finish();
    assert_eq!(finished.stderr, "");
    let text = finished.succeeds();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cli/snapshots");
    let path = folder.join(format!("{name}.txt"));
    if is_update() {
        std::fs::write(&path, &text).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        text,
        expected,
        "{} differs; if that is meant: UPDATE_SNAPSHOTS=1 cargo test -p integration-tests --test cli help",
        path.display()
    );
}

#[test]
fn snapshots() {
    check(&["--help"], "tokenring");
    for command in COMMANDS {
        check(&[command, "--help"], command);
    }
    for command in tokenring_cli::command().get_subcommands() {
        for inner in command.get_subcommands() {
            let (outer, inner) = (command.get_name(), inner.get_name());
            check(&[outer, inner, "--help"], &format!("{outer}-{inner}"));
        }
    }
}

/// Every command is in the list of commands, and in the snapshots.
#[test]
fn every_command() {
    let command = tokenring_cli::command();
    let names: Vec<_> = command
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .filter(|name| name != "help")
        .collect();
    assert_eq!(names, COMMANDS);
}

#[test]
fn version() {
    let machine = Machine::new();
    let text = machine.tokenring(["--version"]).finish().succeeds();
    assert_eq!(text, concat!("tokenring ", env!("CARGO_PKG_VERSION"), "\n"));
}

/// Without a command, help is on stderr and it is a mistake.
#[test]
fn no_command() {
    let machine = Machine::new();
    let finished = machine.tokenring([""; 0]).finish().has_code(2);
    assert_eq!(finished.text(), "");
    holds(
        &finished.stderr,
        &["Usage: tokenring <COMMAND>", "generate-keys"],
    );
}

/// The exit codes that the issue tracker, the help and the README speak of.
#[test]
fn exit_codes() {
    let expected: Vec<_> = (0..=9).collect();
    let numbers: Vec<_> = tokenring_cli::ExitCode::ALL
        .iter()
        .map(|code| code.number())
        .collect();
    assert_eq!(numbers, expected);
    let machine = Machine::new();
    for command in [
        "",
        "generate-keys",
        "get-token",
        "call-api",
        "demo",
        "mock-gateway",
    ] {
        let arguments = [command, "--help"];
        let arguments = arguments.iter().filter(|argument| !argument.is_empty());
        let text = machine.tokenring(arguments).finish().succeeds();
        let (_, listed) = text.split_once("Exit codes:\n").unwrap();
        let listed: Vec<_> = listed.lines().map(str::trim).collect();
        let expected: Vec<_> = tokenring_cli::ExitCode::ALL
            .iter()
            .map(|code| format!("{}  {}", code.number(), code.meaning()))
            .collect();
        assert_eq!(listed.get(..10).unwrap(), expected, "{command}");
    }
}

#[test]
fn exit_codes_of_the_readme() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    for code in tokenring_cli::ExitCode::ALL {
        let row = format!("| {} | {} |\n", code.number(), code.meaning());
        holds(&readme, &[&row]);
    }
}

#[test]
fn completions() {
    let machine = Machine::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let finished = machine.tokenring(["completions", shell]).finish();
        assert_eq!(finished.stderr, "");
        let script = finished.succeeds();
        holds(&script, &["tokenring", "generate-keys", "private-key"]);
        machine.write(shell, script);
    }
    let bash = machine
        .program("bash")
        .with_argument("-n")
        .with_argument("bash");
    assert_eq!(bash.finish().has_code(0).everything(), "\n");
    for (shell, argument) in [("zsh", "-n"), ("fish", "--no-execute")] {
        // Not on every machine, and no peer that anything else is measured by.
        if !Path::new("/usr/bin").join(shell).exists() {
            peer::tell_not_run(&format!("`{shell}` is missing"));
            continue;
        }
        let run = machine
            .program(shell)
            .with_argument(argument)
            .with_argument(shell);
        assert_eq!(run.finish().has_code(0).everything(), "\n");
    }
    let finished = machine
        .tokenring(["completions", "csh"])
        .finish()
        .has_code(2);
    holds(&finished.stderr, &["bash", "zsh", "fish"]);
    machine.tokenring(["completions"]).finish().has_code(2);
}

/// Completions that bash offers, as it would.
#[test]
fn completions_work() {
    let machine = Machine::new();
    let script = machine
        .tokenring(["completions", "bash"])
        .finish()
        .succeeds();
    machine.write("tokenring.bash", script);
    let lines = "source ./tokenring.bash\nCOMP_WORDS=(tokenring get-)\nCOMP_CWORD=1\n_tokenring \
                 tokenring get- tokenring\necho \"${COMPREPLY[@]}\"";
    let run = machine
        .program("bash")
        .with_argument("-c")
        .with_argument(lines);
    assert_eq!(run.finish().succeeds(), "get-token\n");
}

/// Help that nobody reads to its end is no failure; a full disk is.
#[test]
fn help_into_a_closed_pipe() {
    let machine = Machine::new();
    let finished = machine.tokenring(["--help"]).with_closed_output().finish();
    assert_eq!(finished.stderr, "");
    finished.has_code(0);
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let finished = machine.tokenring(["--help"]).with_output(full).finish();
    holds(&finished.fails(8), &["cannot write to standard output"]);
}
