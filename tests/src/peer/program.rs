use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

/// A program on this machine.
#[derive(Clone, Debug)]
pub struct Program(PathBuf);

impl Program {
    /// Takes a name to look up in `PATH`, or a path.
    #[must_use]
    pub fn new(name: impl Into<PathBuf>) -> Self {
        Self(name.into())
    }

    /// Runs the program to its end.
    #[must_use]
    #[track_caller]
    pub fn run(&self, arguments: &[&str], input: &[u8]) -> Output {
        self.try_run(arguments, input)
            .unwrap_or_else(|| panic!("cannot run {}", self.0.display()))
    }

    /// Runs the program to its end and returns what it wrote.
    #[must_use]
    #[track_caller]
    pub fn expect(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let output = self.run(arguments, input);
        assert!(
            output.success(),
            "{} {arguments:?} failed: {}",
            self.0.display(),
            output.error_text()
        );
        output.stdout
    }

    /// `None` where the program cannot be started.
    pub(super) fn try_run(&self, arguments: &[&str], input: &[u8]) -> Option<Output> {
        let mut child = Command::new(&self.0)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .ok()?;
        let pipe = child.stdin.take();
        // Written beside the reading, or both sides could wait for each other.
        let output = thread::scope(|scope| {
            scope.spawn(|| pipe.map(|mut pipe| pipe.write_all(input)));
            child.wait_with_output()
        });
        let output = output.ok()?;
        Some(Output {
            success: output.status.success(),
            stdout: output.stdout,
            stderr: output.stderr,
        })
    }
}

/// What a program wrote and how it ended.
#[derive(Clone, Debug)]
pub struct Output {
    success: bool,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl Output {
    /// Whether the program ended with the exit code 0.
    #[must_use]
    pub const fn success(&self) -> bool {
        self.success
    }

    /// What it wrote to stdout.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.stdout
    }

    /// What it wrote to stderr.
    #[must_use]
    pub fn error_text(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}
