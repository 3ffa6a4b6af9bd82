use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use integration_tests::scratch::Scratch;

use crate::http;

/// A program that is not ours, running on loopback. It stops when dropped.
pub(crate) struct Server {
    child: Child,
    /// The program lives as long as this is open, so that it does not outlive a test that is killed.
    input: Option<ChildStdin>,
    scratch: Scratch,
}

/// Longer than any of the programs takes to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(600);
const PAUSE: Duration = Duration::from_millis(100);

/// Starts the program and waits for the end of its own standard input, then ends the program with
/// all that it started, which are one process group. A signal that is ignored here would be ignored
/// by the program as well.
const SCRIPT: &str = r#"trap : TERM
("$@" </dev/null; echo "ended with $?") &
cat >/dev/null
kill -TERM 0
(sleep 20; kill -KILL 0) &
wait %1"#;

impl Server {
    /// Starts a program and waits until a URL answers with status 200.
    #[track_caller]
    pub(crate) fn start(command: &Command, ready: &str) -> Self {
        let scratch = Scratch::new();
        let log = File::create(scratch.path().join("log")).unwrap();
        let mut shell = Command::new("sh");
        shell
            .args(["-c", SCRIPT, "sh"])
            .arg(command.get_program())
            .args(command.get_args())
            .current_dir(command.get_current_dir().unwrap_or(scratch.path()))
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        let mut child = shell.spawn().unwrap();
        let input = child.stdin.take();
        let server = Self {
            child,
            input,
            scratch,
        };
        server.wait_for(ready);
        server
    }

    #[track_caller]
    fn wait_for(&self, url: &str) {
        let start = Instant::now();
        while http::get(url).is_none_or(|answer| answer.status != 200) {
            let log = self.log();
            let has_ended = log.contains("ended with ");
            assert!(!has_ended && start.elapsed() < PATIENCE, "{url}:\n{log}");
            thread::sleep(PAUSE);
        }
    }

    /// What the program wrote so far.
    pub(crate) fn log(&self) -> String {
        let log = std::fs::read(self.scratch.path().join("log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

/// A port that nobody listens on, as far as anyone can know.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// The folder where `cargo xtask conformance` put a program.
pub(crate) fn installed(name: &str) -> Option<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
        PathBuf::from,
    );
    let folder = target.join("conformance").join(name);
    // Written last, when all is there.
    folder.join(".installed").exists().then_some(folder)
}
