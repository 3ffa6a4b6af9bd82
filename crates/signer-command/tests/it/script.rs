use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokenring_jwk::{Algorithm, Signer};
use tokenring_signer_command::SignerCommand;

/// A signer command that is a line of shell, with a folder of its own: `$1`.
pub(crate) struct Script {
    folder: TempDir,
    line: String,
}

impl Script {
    pub(crate) fn new(line: &str) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            line: line.to_owned(),
        }
    }

    /// A script that answers with a file of its folder.
    pub(crate) fn answering(answer: &[u8]) -> Self {
        let script = Self::new("cat > \"$1/request\"; cat \"$1/answer\"");
        fs::write(script.path("answer"), answer).unwrap();
        script
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path(name)).ok()
    }

    pub(crate) fn command(&self) -> SignerCommand {
        let arguments = ["-c", &self.line, "sign"].map(OsString::from);
        let folder = self.folder.path().as_os_str().to_owned();
        SignerCommand::new("sh", arguments.into_iter().chain([folder]))
    }

    /// Why the script signs nothing for ES256.
    #[track_caller]
    pub(crate) fn complaint(&self) -> String {
        complaint(self.command().with_algorithm(Algorithm::Es256))
    }
}

/// Why a command signs nothing: one line behind the program's name.
#[track_caller]
pub(crate) fn complaint(command: SignerCommand) -> String {
    let signer = command.into_signer().unwrap();
    let line = chain(&signer.sign(b"header.claims").unwrap_err());
    assert!(!line.contains(char::is_control), "{line:?}");
    assert!(line.chars().count() < 400, "{line:?}");
    let (program, complaint) = line.split_once(" gave no signature: ").unwrap();
    assert!(program.starts_with("the signer command `"), "{line:?}");
    complaint.to_owned()
}

/// Runs a test in a process of its own, with these in its environment. The name
/// is the test's own, with its module.
#[track_caller]
pub(crate) fn alone(name: &str, environment: &[(&str, &str)], body: impl FnOnce()) {
    const IN_PROCESS: &str = "SIGNER_COMMAND_TEST_ALONE";
    if std::env::var_os(IN_PROCESS).is_some() {
        return body();
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(IN_PROCESS, "1")
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && stdout.contains("1 passed"),
        "{name} in its process:\n{stdout}\n{stderr}"
    );
}

/// The chain of an error as the command line shows it.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        line.push_str(": ");
        line.push_str(&error.to_string());
        next = error.source();
    }
    line
}

/// Waits for something that is about to happen.
#[track_caller]
pub(crate) fn eventually(happened: impl Fn() -> bool) {
    let start = Instant::now();
    while !happened() {
        assert!(start.elapsed() < Duration::from_secs(20), "did not happen");
        std::thread::yield_now();
    }
}

/// Whether there is such a process, be it one that has ended and is not yet
/// taken notice of.
pub(crate) fn is_running(id: &str) -> bool {
    let id = id
        .trim()
        .parse()
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    let Some(id) = id else {
        panic!("no process number");
    };
    // One that has ended, of which its adoptive parent takes no notice, runs no more.
    let state = Path::new("/proc")
        .join(id.as_raw_nonzero().to_string())
        .join("stat");
    match fs::read_to_string(state) {
        Ok(stat) => !stat
            .rsplit(')')
            .next()
            .is_some_and(|rest| rest.starts_with(" Z")),
        Err(_) => {
            rustix::process::test_kill_process(id).is_ok() && !Path::new("/proc/self").exists()
        }
    }
}
