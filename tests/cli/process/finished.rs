use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::ExitStatus;

use super::Run;
use crate::transcript::{Transcript, line};

/// How a process was called.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) line: String,
    /// Where the folders of its machine are.
    pub(crate) machine: PathBuf,
}

impl Call {
    pub(super) fn of(run: &Run) -> Self {
        let work = run.command().get_current_dir().unwrap();
        Self {
            line: line(run),
            machine: work.parent().unwrap().to_owned(),
        }
    }
}

/// What a process left behind.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(super) status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
    pub(crate) call: Call,
}

impl Finished {
    pub(crate) fn code(&self) -> Option<i32> {
        self.status.code()
    }

    pub(crate) fn signal(&self) -> Option<i32> {
        self.status.signal()
    }

    pub(crate) fn has_dumped_core(&self) -> bool {
        self.status.core_dumped()
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap()
    }

    /// Adds what a person sees of it to a snapshot.
    pub(crate) fn shown_in(self, texts: &mut Transcript) -> Self {
        texts.show(&self);
        self
    }

    /// Stdout and stderr, for searches.
    pub(crate) fn everything(&self) -> String {
        format!("{}\n{}", String::from_utf8_lossy(&self.stdout), self.stderr)
    }

    #[track_caller]
    pub(crate) fn has_code(self, code: i32) -> Self {
        assert_eq!(self.code(), Some(code), "{self:?}");
        self
    }

    /// The exit code is 0; returns what is on stdout.
    #[track_caller]
    pub(crate) fn succeeds(self) -> String {
        self.has_code(0).text().to_owned()
    }

    /// Nothing is on stdout, and one line is on stderr that begins with the
    /// command's name; notes and warnings may stand before it, and likely causes
    /// behind it. Returns the line without the name.
    #[track_caller]
    pub(crate) fn fails(self, code: i32) -> String {
        let finished = self.has_code(code);
        assert_eq!(finished.text(), "", "{}", finished.stderr);
        finished.complaint()
    }

    /// The line on stderr that says why.
    #[track_caller]
    pub(crate) fn complaint(&self) -> String {
        for trace in ["panicked", "backtrace", "src/", ".rs:"] {
            assert!(!self.stderr.contains(trace), "{}", self.stderr);
        }
        let complaints: Vec<_> = self
            .stderr
            .lines()
            .filter_map(|line| line.strip_prefix("tokenring: "))
            .collect();
        assert_eq!(complaints.len(), 1, "{}", self.stderr);
        // Below it are at most the likely causes.
        let (_, below) = self.stderr.split_once(complaints[0]).unwrap();
        let below = below.strip_prefix('\n').unwrap();
        assert!(
            below.lines().all(|line| line.starts_with("  ")),
            "{}",
            self.stderr
        );
        complaints[0].to_owned()
    }
}
