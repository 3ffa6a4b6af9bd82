//! Help, completions and exit codes.

use std::path::Path;

use integration_tests::peer;

use crate::process::Machine;
use crate::transcript::Transcript;

/// The commands and their own, in the order of the help; the first is the program itself.
fn commands() -> Vec<Vec<String>> {
    fn collect(command: &clap::Command, path: &[String], paths: &mut Vec<Vec<String>>) {
        paths.push(path.to_vec());
        for inner in command.get_subcommands() {
            let inner_path = [path, &[inner.get_name().to_owned()]].concat();
            collect(inner, &inner_path, paths);
        }
    }
    let mut paths = Vec::new();
    collect(&tokenring_cli::command(), &[], &mut paths);
    paths
}

/// The name of the snapshot of a command's help.
pub(crate) fn snapshot_names() -> Vec<String> {
    let names = commands().into_iter();
    names
        .map(|path| [&["tokenring".to_owned()], &path[..]].concat().join("-"))
        .collect()
}

/// The long help of each command, and the short one where that is another.
#[test]
fn snapshots() {
    let names = snapshot_names();
    assert!(names.len() > 30, "{names:?}");
    for (path, name) in commands().iter().zip(names) {
        let machine = Machine::new();
        let help = |option: &str| {
            let words = path.iter().map(String::as_str).chain([option]);
            let run = machine.tokenring(words).with_variable("COLUMNS", "80");
            let finished = run.finish();
            assert_eq!(finished.stderr, "");
            finished.succeeds()
        };
        let mut transcript = Transcript::new();
        let (long, short) = (help("--help"), help("-h"));
        transcript.text(&long);
        if short != long {
            transcript.title("-h");
            transcript.text(&short);
        }
        transcript.check(&format!("help/{name}"));
    }
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
        assert!(readme.contains(&row), "{row}");
    }
}

#[test]
fn completions() {
    let machine = Machine::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let finished = machine.tokenring(["completions", shell]).finish();
        assert_eq!(finished.stderr, "");
        let script = finished.succeeds();
        for word in ["tokenring", "generate-keys", "private-key"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
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
    machine
        .tokenring(["completions", "csh"])
        .finish()
        .has_code(2);
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
    finished.fails(8);
}
