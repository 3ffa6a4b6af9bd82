mod finished;

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use integration_tests::scratch::Scratch;

pub(crate) use self::finished::{Call, Finished};

/// The command under test.
pub(crate) const TOKENRING: &str = env!("CARGO_BIN_EXE_tokenring-under-test");

/// A machine of its own for one test: home, temporary and working folder, and an
/// environment that holds nothing else.
pub(crate) struct Machine(Scratch);

impl Machine {
    pub(crate) fn new() -> Self {
        let scratch = Scratch::new();
        for folder in ["home", "temporary", "work"] {
            std::fs::create_dir(scratch.path().join(folder)).unwrap();
        }
        Self(scratch)
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.0.path().join("home")
    }

    pub(crate) fn temporary(&self) -> PathBuf {
        self.0.path().join("temporary")
    }

    /// The working folder.
    pub(crate) fn work(&self) -> PathBuf {
        self.0.path().join("work")
    }

    /// Writes a file, readable by its owner alone, into the working folder.
    pub(crate) fn write(&self, name: &str, contents: impl AsRef<[u8]>) {
        let path = self.work().join(name);
        std::fs::write(&path, contents).unwrap();
        set_mode(&path, 0o600);
    }

    /// Writes the configuration file at the platform's place.
    pub(crate) fn write_configuration(&self, contents: &str) -> PathBuf {
        let folder = self.home().join(".config/tokenring");
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("config.toml");
        std::fs::write(&path, contents).unwrap();
        path
    }

    /// A file of the working folder.
    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.work().join(name)).unwrap()
    }

    /// The names in the working folder, hidden ones too, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        names_in(&self.work())
    }

    /// Prepares `tokenring` with these arguments.
    pub(crate) fn tokenring<I>(&self, arguments: I) -> Run
    where
        I: IntoIterator<Item: AsRef<OsStr>>,
    {
        let mut run = self.program(TOKENRING);
        run.command.arg0("tokenring").args(arguments);
        run
    }

    /// Prepares `tokenring` with these arguments, started by a shell after some
    /// lines of its own.
    pub(crate) fn shell(&self, lines: &str, arguments: &[&str]) -> Run {
        let mut run = self.program("bash");
        let script = format!("{lines}\nexec -a tokenring \"$0\" \"$@\"");
        run.command.args(["-c", &script, TOKENRING]).args(arguments);
        run
    }

    /// Prepares a program.
    pub(crate) fn program(&self, program: &str) -> Run {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home())
            .env("XDG_CONFIG_HOME", self.home().join(".config"))
            .env("TMPDIR", self.temporary())
            .current_dir(self.work())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Run {
            command,
            input: Vec::new(),
        }
    }
}

pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

pub(crate) fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;

    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

pub(crate) fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;

    path.metadata().unwrap().permissions().mode() & 0o7777
}

/// Waits until something is so, which it is soon or never.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(30), "never: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// A process that is about to start.
pub(crate) struct Run {
    command: Command,
    input: Vec<u8>,
}

impl Run {
    pub(crate) fn with_variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn without_variable(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    pub(crate) fn with_argument(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    pub(crate) fn with_input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    pub(crate) fn with_output(mut self, output: impl Into<Stdio>) -> Self {
        self.command.stdout(output);
        self
    }

    pub(crate) fn with_errors(mut self, errors: impl Into<Stdio>) -> Self {
        self.command.stderr(errors);
        self
    }

    /// Gives it a standard output whose reader has gone away.
    pub(crate) fn with_closed_output(self) -> Self {
        let (reader, writer) = UnixStream::pair().unwrap();
        drop(reader);
        self.with_output(OwnedFd::from(writer))
    }

    pub(crate) const fn command(&self) -> &Command {
        &self.command
    }

    pub(crate) fn input(&self) -> &[u8] {
        &self.input
    }

    /// Runs to the end.
    pub(crate) fn finish(mut self) -> Finished {
        let call = Call::of(&self);
        let mut child = self.command.spawn().unwrap();
        let pipe = child.stdin.take().unwrap();
        // Written beside the reading, or both sides could wait for each other.
        let output = thread::scope(|scope| {
            scope.spawn(|| {
                let mut pipe = pipe;
                // A process that does not read it closes it.
                let _ = pipe.write_all(&self.input);
            });
            child.wait_with_output()
        })
        .unwrap();
        Finished {
            status: output.status,
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).unwrap(),
            call,
        }
    }

    /// Starts, to be looked at while it runs.
    pub(crate) fn start(mut self) -> Running {
        let call = Call::of(&self);
        let mut child = self.command.spawn().unwrap();
        let stdout = child.stdout.take().map(BufReader::new);
        Running {
            child,
            stdout,
            call,
        }
    }
}

/// A process that runs, stopped when dropped.
pub(crate) struct Running {
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
    call: Call,
}

impl Running {
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The next line on stdout, without its end.
    #[track_caller]
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        let length = self.stdout.as_mut().unwrap().read_line(&mut line).unwrap();
        assert!(length > 0, "{:?}", self.rest());
        line.trim_end_matches('\n').to_owned()
    }

    /// Reads from stdout until a text is there, such as a question without an end of
    /// its line, and returns what came.
    #[track_caller]
    pub(crate) fn until(&mut self, text: &str) -> String {
        let mut bytes = Vec::new();
        let stdout = self.stdout.as_mut().unwrap();
        while !bytes.ends_with(text.as_bytes()) {
            let mut byte = [0];
            let length = stdout.read(&mut byte).unwrap();
            assert!(
                length > 0,
                "{text:?} is not in {:?}",
                String::from_utf8_lossy(&bytes)
            );
            bytes.push(byte[0]);
        }
        String::from_utf8(bytes).unwrap()
    }

    /// Writes to stdin.
    pub(crate) fn write(&mut self, text: &str) {
        let stdin = self.child.stdin.as_mut().unwrap();
        stdin.write_all(text.as_bytes()).unwrap();
    }

    /// Sends a signal, by its name without `SIG`.
    pub(crate) fn signal(&self, name: &str) {
        let line = format!("kill -{name} {}", self.id());
        let status = Command::new("sh").args(["-c", &line]).status().unwrap();
        assert!(status.success());
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Ends the process at once, and returns what it wrote to stderr.
    pub(crate) fn kill(mut self) -> String {
        let _ = self.child.kill();
        self.rest().stderr
    }

    /// Waits for the process to end.
    pub(crate) fn finish(mut self) -> Finished {
        self.rest()
    }

    fn rest(&mut self) -> Finished {
        drop(self.child.stdin.take());
        let mut bytes = Vec::new();
        if let Some(mut stdout) = self.stdout.take() {
            stdout.read_to_end(&mut bytes).unwrap();
        }
        let mut text = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            stderr.read_to_string(&mut text).unwrap();
        }
        Finished {
            status: self.child.wait().unwrap(),
            stdout: bytes,
            stderr: text,
            call: self.call.clone(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Fails unless a text holds each of these.
#[track_caller]
pub(crate) fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
}
