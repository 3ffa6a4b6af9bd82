//! Other processes: this test program again, with a task in its environment.

use std::env;
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{Read, Write as _};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tokenring_assertion::NumericDate;
use tokenring_token_store::{DirectoryStore, Error, Mode, Outcome, Token};

use crate::scratch::{Call, Down, START, down, key, token};

/// What a process has to do.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    folder: PathBuf,
    log: Option<PathBuf>,
    now: u64,
    fetch: Duration,
    timeout: Duration,
    mode: &'static str,
    is_unprivileged: bool,
    shell: Option<&'static str>,
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Report {
    pub(crate) source: String,
    pub(crate) token: String,
    pub(crate) warning: String,
    /// The process that was not waited for any longer, if there was one.
    pub(crate) overtaken: String,
    pub(crate) elapsed: Duration,
}

impl Task {
    pub(crate) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            log: None,
            now: START,
            fetch: Duration::ZERO,
            timeout: Duration::from_secs(30),
            mode: "get",
            is_unprivileged: false,
            shell: None,
        }
    }

    /// Each fetch writes a line here.
    pub(crate) fn log(mut self, path: &Path) -> Self {
        self.log = Some(path.to_owned());
        self
    }

    pub(crate) fn at(mut self, seconds: u64) -> Self {
        self.now = seconds;
        self
    }

    /// How long a fetch takes.
    pub(crate) fn fetch(mut self, duration: Duration) -> Self {
        self.fetch = duration;
        self
    }

    pub(crate) fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// `get`, `fail`, `refresh`; `churn` refreshes for ever, and `alone` does
    /// as long as no other process is in its fetch at the same time.
    pub(crate) fn mode(mut self, mode: &'static str) -> Self {
        self.mode = mode;
        self
    }

    /// Runs as a user that modes bind.
    pub(crate) fn unprivileged(mut self) -> Self {
        self.is_unprivileged = true;
        self
    }

    /// Runs below a shell that has set something up.
    pub(crate) fn shell(mut self, line: &'static str) -> Self {
        self.shell = Some(line);
        self
    }

    /// Starts a process that waits for its input to end.
    pub(crate) fn start(&self) -> Running {
        let program = env::current_exe().unwrap();
        let mut command = match self.shell {
            None => Command::new(program),
            Some(line) => {
                let mut command = Command::new("sh");
                command.args(["-c", &format!("{line}; exec \"$0\" \"$@\"")]);
                command.arg(program);
                command
            }
        };
        command.args(["--exact", "process::carries_out_a_task", "--nocapture"]);
        command.env("TASK_FOLDER", &self.folder);
        command.env("TASK_LOG", self.log.as_deref().unwrap_or(Path::new("")));
        command.env("TASK_NOW", self.now.to_string());
        command.env("TASK_FETCH", self.fetch.as_micros().to_string());
        command.env("TASK_TIMEOUT", self.timeout.as_millis().to_string());
        command.env("TASK_MODE", self.mode);
        if self.is_unprivileged && is_root() {
            command.uid(65534);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        Running {
            input: child.stdin.take(),
            child,
        }
    }

    /// Runs one process to its end.
    pub(crate) fn report(&self) -> Report {
        let mut running = self.start();
        running.go();
        running.report()
    }

    /// Runs so many together, from one moment on.
    pub(crate) fn reports(&self, count: usize) -> Vec<Report> {
        let mut all: Vec<Running> = (0..count).map(|_| self.start()).collect();
        all.iter_mut().for_each(Running::wait_until_ready);
        all.iter_mut().for_each(Running::go);
        all.into_iter().map(Running::report).collect()
    }
}

pub(crate) struct Running {
    pub(crate) child: Child,
    input: Option<ChildStdin>,
}

impl Running {
    /// Waits for the line with which a process says that it is about to begin.
    pub(crate) fn wait_until_ready(&mut self) {
        let output = self.child.stdout.as_mut().unwrap();
        let mut text = Vec::new();
        while !text.ends_with(b"READY\n") {
            let mut byte = [0];
            output.read_exact(&mut byte).unwrap();
            text.extend(byte);
        }
    }

    /// Sends a signal, by its name without `SIG`.
    pub(crate) fn signal(&self, name: &str) {
        let line = format!("kill -{name} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &line]).status().unwrap();
        assert!(status.success());
    }

    pub(crate) fn go(&mut self) {
        drop(self.input.take());
    }

    pub(crate) fn report(mut self) -> Report {
        let mut output = String::new();
        let stdout = self.child.stdout.as_mut().unwrap();
        stdout.read_to_string(&mut output).unwrap();
        assert!(self.child.wait().unwrap().success(), "{output}");
        let mut report = Report::default();
        for line in output.lines() {
            match line.split_once('=') {
                Some(("SOURCE", text)) => report.source = text.into(),
                Some(("TOKEN", text)) => report.token = text.into(),
                Some(("WARNING", text)) => report.warning = text.into(),
                Some(("OVERTAKEN", text)) => report.overtaken = text.into(),
                Some(("ELAPSED", text)) => {
                    report.elapsed = Duration::from_micros(text.parse().unwrap());
                }
                _ => {}
            }
        }
        report
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A test that fails leaves no process behind, and none that is stopped.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;

    // A file is made with the effective user as its owner.
    tempfile::tempfile().unwrap().metadata().unwrap().uid() == 0
}

pub(crate) fn fetches(log: &Path) -> usize {
    fs::read_to_string(log).unwrap_or_default().lines().count()
}

/// The other end: nothing, unless there is a task.
#[test]
fn carries_out_a_task() {
    let Ok(folder) = env::var("TASK_FOLDER") else {
        return;
    };
    println!("\nREADY");
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    let text = |name: &str| env::var(name).unwrap();
    let number = |name| text(name).parse::<u64>().unwrap();
    let key = key();
    let now = NumericDate::from_seconds(number("TASK_NOW"));
    let mut lookup =
        Call::new(&key, now).with_timeout(Duration::from_millis(number("TASK_TIMEOUT")));
    let mode = text("TASK_MODE");
    if matches!(mode.as_str(), "refresh" | "churn" | "alone") {
        lookup = lookup.with_mode(Mode::Refresh);
    }
    let fetch = || {
        let log = text("TASK_LOG");
        if !log.is_empty() {
            let mut file = OpenOptions::new()
                .create(true)
                .append(true)
                .open(log)
                .unwrap();
            file.write_all(b"fetch\n").unwrap();
        }
        let pause = Duration::from_micros(number("TASK_FETCH"));
        if mode == "alone" {
            stay_alone(Path::new(&folder), pause);
        } else {
            thread::sleep(pause);
        }
        if mode == "fail" {
            Err(down(60))
        } else {
            Ok(token(now, Some(600)))
        }
    };
    let started = Instant::now();
    let cache = match DirectoryStore::open(Path::new(&folder)) {
        Ok(cache) => cache,
        Err(reason) => {
            println!("WARNING={reason:?}");
            return;
        }
    };
    if matches!(mode.as_str(), "churn" | "alone") {
        loop {
            let _ = lookup.get_or_fetch(&cache, |_| fetch());
        }
    }
    let result = lookup.get_or_fetch(&cache, |_| fetch());
    print!("{}", describe(&result));
    println!("ELAPSED={}", started.elapsed().as_micros());
}

/// Ends the process if another one is here.
fn stay_alone(folder: &Path, pause: Duration) {
    let marker = folder.join("somebody-fetches");
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&marker)
        .unwrap();
    thread::sleep(pause);
    fs::remove_file(marker).unwrap();
}

fn describe(result: &Result<Outcome<Down>, Error<Down>>) -> String {
    let mut text = String::new();
    match result {
        Ok(outcome) => {
            let token: &Token = outcome.token();
            let _ = writeln!(text, "SOURCE={:?}", outcome.source());
            let _ = writeln!(text, "TOKEN={}", token.access_token().secret());
            if let Some(warning) = outcome.warning() {
                let _ = writeln!(text, "WARNING={warning:?}");
            }
            if let Some(overtaken) = outcome.overtaken() {
                let process = overtaken.process().unwrap();
                let _ = writeln!(text, "OVERTAKEN={process}");
            }
        }
        Err(Error::Fetch(_)) => text.push_str("SOURCE=fetch failed\n"),
        Err(Error::RecentFailure(_)) => text.push_str("SOURCE=recent failure\n"),
        Err(Error::TimedOut) => text.push_str("SOURCE=timed out\n"),
        Err(_) => text.push_str("SOURCE=other\n"),
    }
    text
}
