use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::process::{Command, Stdio};
use std::thread;

use crate::cargo::cargo;
use crate::failure::{Failure, While};
use crate::process;
use crate::steps::Outcome;
use crate::terminal;
use crate::workspace;

/// How many tests ran and how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Count {
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// Reads the closing line of `cargo test` or `cargo nextest run`.
    fn from_closing_line(line: &str) -> Option<Self> {
        // A failed test's output is shown indented, closing lines in it too.
        if !line.starts_with("test result:") && !line.trim_start().starts_with("Summary [") {
            return None;
        }
        let mut count = Self::default();
        let words: Vec<&str> = line.trim().split([' ', '(', ')', ',', ';']).collect();
        for pair in words.windows(2) {
            let [number, what] = pair else { continue };
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            match *what {
                "passed" => count.passed += number,
                "failed" | "timed" => count.failed += number,
                "skipped" | "ignored" => count.skipped += number,
                _ => {}
            }
        }
        Some(count)
    }
}

/// `cargo nextest run` where it is installed, else `cargo test`.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let has_nextest = process::succeeds(cargo("nextest").arg("--version"));
    let mut command = if has_nextest {
        let mut command = cargo("nextest");
        command.arg("run");
        command
    } else {
        cargo("test")
    };
    command.arg("--no-fail-fast").args(arguments);
    command
}

/// Runs tests, shows their output as it comes, and counts them.
///
/// What a test passed over for lack of a peer is told again at the end: runners
/// hide the output of tests that passed.
pub(crate) fn run(command: &mut Command, total: &mut Count) -> Result<Outcome, Failure> {
    let text = process::describe(command);
    let not_run = workspace::target().join("tests-not-run.txt");
    match fs::remove_file(&not_run) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(Failure::new(format!("{}: {error}", not_run.display())));
        }
        _ => {}
    }
    command.env("TOKENRING_NOT_RUN", &not_run);
    if std::io::IsTerminal::is_terminal(&std::io::stderr()) {
        command.env("CARGO_TERM_COLOR", "always");
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .while_doing(format!("cannot start `{text}`"))?;
    let stdout = child.stdout.take();
    let stderr = child.stderr.take();
    // Two pipes are read at once, or the child could block on the other one.
    let other = thread::spawn(move || stderr.map(|pipe| copy(pipe, std::io::stderr())));
    let mut count = stdout
        .map(|pipe| copy(pipe, std::io::stdout()))
        .unwrap_or_default();
    if let Ok(Some(more)) = other.join() {
        count.add(more);
    }
    let status = child.wait().while_doing(&text)?;
    total.add(count);
    if !status.success() {
        return Err(Failure::new(format!("`{text}` failed ({status})")));
    }
    let told = fs::read_to_string(&not_run).unwrap_or_default();
    match told.lines().count() {
        0 => Ok(Outcome::Done),
        tests => {
            eprint!("{told}");
            Ok(Outcome::NotRun(format!("{tests} tests, named above")))
        }
    }
}

fn copy(from: impl Read, mut to: impl Write) -> Count {
    let mut count = Count::default();
    let mut line = Vec::new();
    let mut reader = BufReader::new(from);
    while let Ok(1..) = reader.read_until(b'\n', &mut line) {
        // A closed terminal is no reason to stop the tests.
        let _ = to.write_all(&line);
        let text = terminal::plain(&String::from_utf8_lossy(&line));
        if let Some(more) = Count::from_closing_line(&text) {
            count.add(more);
        }
        line.clear();
    }
    count
}

#[cfg(test)]
mod tests {
    use super::Count;

    #[track_caller]
    fn check(line: &str, expected: Option<(u64, u64, u64)>) {
        let expected = expected.map(|(passed, failed, skipped)| Count {
            passed,
            failed,
            skipped,
        });
        assert_eq!(Count::from_closing_line(line), expected);
    }

    #[test]
    fn closing_lines() {
        check(
            "     Summary [   0.010s] 3 tests run: 2 passed, 1 failed, 4 skipped",
            Some((2, 1, 4)),
        );
        check(
            "     Summary [   1.010s] 9 tests run: 7 passed (1 slow), 2 timed out, 0 skipped",
            Some((7, 2, 0)),
        );
        check(
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s",
            Some((3, 0, 1)),
        );
        check("test it::passes ... ok", None);
        check(
            "    test result: FAILED. 0 passed; 1 failed; 0 ignored",
            None,
        );
    }
}
