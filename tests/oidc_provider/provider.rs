use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use integration_tests::peer;
use integration_tests::scratch::Scratch;
use serde_json::Value;

/// A running provider; `tests/conformance/README.md` describes what goes in and
/// out. It stops when dropped.
///
/// Each test has its own and sends it one request after the other, so that the
/// next event is about the last request.
pub(crate) struct Provider {
    child: Child,
    /// The provider lives as long as this is open.
    input: Option<ChildStdin>,
    events: Receiver<Value>,
    addresses: Value,
    scratch: Scratch,
}

/// Longer than anything takes that is going to happen.
const PATIENCE: Duration = Duration::from_secs(60);

impl Provider {
    /// Starts with these settings; `None` on a machine without the peer.
    #[track_caller]
    pub(crate) fn start(settings: &Value) -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance");
        let node = installed_node(&folder)?;
        let scratch = Scratch::new();
        let complaints = File::create(scratch.path().join("stderr")).unwrap();
        let mut child = Command::new(node)
            .arg(folder.join("provider.mjs"))
            .env_clear()
            .current_dir(scratch.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(complaints)
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        writeln!(input, "{settings}").unwrap();
        let events = read_lines(child.stdout.take().unwrap());
        let mut provider = Self {
            child,
            input: Some(input),
            events,
            addresses: Value::Null,
            scratch,
        };
        provider.addresses = provider.expect("ready");
        Some(provider)
    }

    pub(crate) fn issuer(&self) -> &str {
        self.addresses["issuer"].as_str().unwrap()
    }

    pub(crate) fn token_endpoint(&self) -> &str {
        self.addresses["token_endpoint"].as_str().unwrap()
    }

    /// The protected API that echoes.
    pub(crate) fn api(&self) -> &str {
        self.addresses["api"].as_str().unwrap()
    }

    /// The request that was sent last got a token for this client; returns the
    /// fields of its form but for the assertion.
    #[track_caller]
    pub(crate) fn granted(&self, client_id: &str) -> Value {
        let event = self.expect("granted");
        assert_eq!(event["client_id"], client_id);
        event["form"].clone()
    }

    /// The request that was sent last was refused for this reason.
    #[track_caller]
    pub(crate) fn refused(&self, reason: &str) {
        assert_eq!(self.expect("refused")["detail"], reason);
    }

    /// Stops; there must not have been a request that nobody asked about.
    #[track_caller]
    pub(crate) fn stop(mut self) {
        drop(self.input.take());
        self.child.wait().unwrap();
        let rest: Vec<_> = self.events.iter().collect();
        assert_eq!(rest, Vec::<Value>::new());
    }

    /// The next event, which has to be of this kind.
    #[track_caller]
    pub(crate) fn expect(&self, event: &str) -> Value {
        let Ok(line) = self.events.recv_timeout(PATIENCE) else {
            let complaints = std::fs::read_to_string(self.scratch.path().join("stderr"));
            panic!("no event {event:?}: {}", complaints.unwrap_or_default());
        };
        assert_eq!(line["event"], event, "{line}");
        line
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The Node.js of npm's package `node`: the machine's own may be too old.
#[track_caller]
fn installed_node(folder: &Path) -> Option<PathBuf> {
    let node = folder.join("node_modules/.bin/node");
    let remedy = "`cargo xtask conformance` installs and runs it";
    peer::find(node.to_str().unwrap(), "--version", remedy).map(|_| node)
}

/// Reads beside the test, so that a silent provider cannot stop it.
fn read_lines(output: ChildStdout) -> Receiver<Value> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let event = serde_json::from_str(&line).unwrap_or(Value::String(line));
            if sender.send(event).is_err() {
                break;
            }
        }
    });
    receiver
}
