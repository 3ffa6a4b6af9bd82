use std::path::PathBuf;
use std::process::Command;

use crate::failure::Failure;
use crate::process;
use crate::steps::Outcome;
use crate::workspace;

/// A program that is not ours and that a step needs.
#[derive(Clone, Copy)]
pub(crate) enum Peer {
    /// Version 1.24 or later, and a C compiler with it.
    Go,
    /// Version 17 or later.
    Java,
    JavaCompiler,
    Maven,
    Npm,
    OpenSsl,
    Python,
    /// Stands for GNU coreutils, which the scripts of the test data are written for.
    Basenc,
}

impl Peer {
    /// `None` where the machine has it, else what a step without it is to return.
    pub(crate) fn missing(self) -> Option<Result<Outcome, Failure>> {
        let (program, argument, remedy) = match self {
            Self::Go => ("go", "version", "install Go, 1.24 or later"),
            Self::JavaCompiler => ("javac", "-version", "install a JDK, 17 or later"),
            Self::Java => ("java", "-version", "install a Java runtime, 17 or later"),
            Self::Maven => ("mvn", "--version", "install Maven"),
            Self::Npm => ("npm", "--version", "install Node.js with npm"),
            Self::Basenc => ("basenc", "--version", "install GNU coreutils"),
            Self::OpenSsl => ("openssl", "version", "install openssl"),
            Self::Python => ("python3", "--version", "install Python 3 with venv"),
        };
        if process::succeeds(Command::new(program).arg(argument)) {
            return None;
        }
        Some(not_run(format!("`{program}` is missing; {remedy}")))
    }
}

/// What a step returns that cannot run here: loud words, and a failure in CI.
pub(crate) fn not_run(why: String) -> Result<Outcome, Failure> {
    if workspace::is_ci() {
        Err(Failure::new(why))
    } else {
        Ok(Outcome::NotRun(why))
    }
}

/// The Node.js that the peer tests use, wherever npm's package `node` put it.
pub(crate) fn node() -> PathBuf {
    workspace::root().join("tests/conformance/node_modules/.bin/node")
}
