//! A shell session in a document: lines that begin with `$ ` are commands, the
//! others what they print. `...` stands for any text in a line, and alone in a
//! line for any number of lines.

use crate::process::{Machine, TOKENRING};

/// A command and what it is to print, line by line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Step<'t> {
    command: String,
    expected: Vec<&'t str>,
}

/// The text of each fenced block of this language.
pub(crate) fn blocks<'t>(document: &'t str, language: &str) -> Vec<&'t str> {
    let fence = format!("\n```{language}\n");
    let parts = document.split(fence.as_str()).skip(1);
    parts
        .map(|part| part.split("\n```\n").next().unwrap())
        .collect()
}

pub(crate) fn steps(session: &str) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    for line in session.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step {
                command: command.to_owned(),
                expected: Vec::new(),
            });
            continue;
        }
        let step = steps.last_mut().unwrap();
        match line.strip_prefix("> ") {
            // A command that goes on in the next line.
            Some(more) if step.command.ends_with('\\') && step.expected.is_empty() => {
                step.command.push('\n');
                step.command.push_str(more);
            }
            _ => step.expected.push(line),
        }
    }
    steps
}

/// Runs the commands in one shell, with `tokenring` in its `PATH`, and compares; returns the
/// commands and what they printed.
#[track_caller]
pub(crate) fn run(machine: &Machine, steps: &[Step<'_>]) -> String {
    const MARK: &str = "=== end of step ===\n";
    let programs = machine.temporary().join("bin");
    std::fs::create_dir(&programs).unwrap();
    std::os::unix::fs::symlink(TOKENRING, programs.join("tokenring")).unwrap();
    let path = std::env::var("PATH").unwrap();
    // What is left in the background ends with the shell.
    let mut script = String::from("exec 2>&1\ntrap 'kill $(jobs -p) 2>/dev/null' EXIT\n");
    for step in steps {
        script.push_str(&step.command);
        // The exit code is the next command's to ask for.
        script.push_str(&format!(
            "\n__code=$?; printf %s '{MARK}'; (exit $__code)\n"
        ));
    }
    let run = machine.program("timeout");
    let run = ["60", "bash", "-c", &script]
        .iter()
        .fold(run, |run, argument| run.with_argument(argument));
    let path = format!("{}:{path}", programs.display());
    let finished = run.with_variable("PATH", path).finish();
    let output = finished.text();
    let mut printed = output.split(MARK);
    let mut session = String::new();
    for step in steps {
        let printed: Vec<_> = printed.next().unwrap_or_default().lines().collect();
        assert!(
            matches(&step.expected, &printed),
            "$ {}\nis to print:\n{}\nand printed:\n{}\nin:\n{output}",
            step.command,
            step.expected.join("\n"),
            printed.join("\n")
        );
        session.push_str(&format!("$ {}\n", step.command));
        printed.iter().for_each(|line| {
            session.push_str(line);
            session.push('\n');
        });
    }
    session
}

fn matches(expected: &[&str], printed: &[&str]) -> bool {
    match expected.split_first() {
        None => printed.is_empty(),
        Some((&"...", rest)) => {
            (0..=printed.len()).any(|skipped| matches(rest, &printed[skipped..]))
        }
        Some((line, rest)) => printed
            .split_first()
            .is_some_and(|(first, others)| line_matches(line, first) && matches(rest, others)),
    }
}

fn line_matches(expected: &str, printed: &str) -> bool {
    let Some((start, rest)) = expected.split_once("...") else {
        return expected == printed;
    };
    let Some(printed) = printed.strip_prefix(start) else {
        return false;
    };
    let ends = (0..=printed.len()).filter_map(|skipped| printed.get(skipped..));
    ends.into_iter().any(|end| line_matches(rest, end))
}

#[test]
fn wildcards() {
    let check = |expected: &[&str], printed: &[&str], is_match| {
        assert_eq!(
            matches(expected, printed),
            is_match,
            "{expected:?} {printed:?}"
        );
    };
    check(&[], &[], true);
    check(&[], &["a"], false);
    check(&["a"], &["a"], true);
    check(&["a"], &["a", "b"], false);
    check(&["..."], &[], true);
    check(&["...", "c"], &["a", "b", "c"], true);
    check(&["...", "c"], &["a", "b"], false);
    check(&["a...c"], &["abc"], true);
    check(&["a...c"], &["abcd"], false);
    check(&["a ..."], &["a b"], true);
    check(&["a...c...e"], &["abcde"], true);
    check(&["a...c..."], &["ab"], false);
}

#[test]
fn a_session() {
    let document = "text\n```console\n$ echo a \\\n> b; false\na b\n$ echo $?\n1\n$ sleep 50 &\n$ \
                    echo c >&2\n...\n```\n```sh\nno\n```\n```console\n$ echo d\nd\n```\n";
    let found = blocks(document, "console");
    assert_eq!(found.len(), 2);
    let steps: Vec<_> = found.into_iter().flat_map(steps).collect();
    assert_eq!(steps.len(), 5);
    assert_eq!(steps[0].command, "echo a \\\nb; false");
    run(&Machine::new(), &steps);
}

#[test]
fn a_session_that_is_wrong() {
    let steps = steps("$ echo a\nb");
    let result = std::panic::catch_unwind(|| run(&Machine::new(), &steps));
    assert!(result.is_err());
}
