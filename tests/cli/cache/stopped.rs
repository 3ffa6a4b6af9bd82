//! A process that is stopped in the midst of its request, as by Ctrl-Z.

use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::loopback::{Loopback, Request, TOKEN, response};
use crate::process::{Finished, Machine, Running, wait_until};

const OTHERS: usize = 10;
/// Two thirds of it are waited for.
const TIMEOUT: [&str; 2] = ["--timeout", "3"];

/// A server whose first client is kept waiting until it is stopped.
struct Stage {
    machine: Machine,
    server: Loopback,
    first: Arc<Mutex<Option<TcpStream>>>,
    /// Counted before they are answered.
    requests: Arc<AtomicUsize>,
}

fn answer(stream: &mut TcpStream, token: &str) -> std::io::Result<()> {
    let body = TOKEN.replace("test-access-token", token);
    let headers = "Content-Type: application/json\r\nConnection: close\r\n";
    stream.write_all(&response("200 OK", headers, body.as_bytes()))
}

impl Stage {
    fn new() -> Self {
        let first = Arc::new(Mutex::new(None));
        let kept = Arc::clone(&first);
        let requests = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&requests);
        let server = Loopback::serve(move |stream| {
            let request = Request::read(stream)?;
            let number = count.fetch_add(1, Ordering::Relaxed) + 1;
            if number == 1 {
                *kept.lock().unwrap() = Some(stream.try_clone()?);
            } else {
                answer(stream, &format!("token-{number}"))?;
            }
            Ok(Some(request))
        });
        Self {
            machine: Machine::new(),
            server,
            first,
            requests,
        }
    }

    /// Starts a process that requests a token and is stopped before it has one.
    fn stopped(&self) -> Running {
        let holder = self.server.get_token(&self.machine, &TIMEOUT).start();
        self.server.request();
        wait_until("the request is kept", || {
            self.first.lock().unwrap().is_some()
        });
        holder.signal("STOP");
        holder
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }
}

fn warnings(finished: &Finished) -> usize {
    let lines = finished.stderr.lines();
    lines
        .filter(|line| line.starts_with("warning: another process"))
        .count()
}

/// Ten others and a `watch` have a token within their time, by one request; one of them
/// says why. And what is stopped is woken, and has its own.
#[test]
fn ten_others_and_a_watch() {
    let stage = Stage::new();
    let holder = stage.stopped();
    // Each writes the key, so all are prepared before one starts.
    let get = || stage.server.get_token(&stage.machine, &TIMEOUT);
    let others: Vec<_> = (0..OTHERS).map(|_| get()).collect();
    let others: Vec<_> = others.into_iter().map(|run| run.start()).collect();
    let url = stage.server.url("/token");
    let arguments = [
        "watch",
        "--output",
        "token",
        "--client-id",
        "test-client-id",
    ];
    let key = ["--private-key", "key-1.pem", "--token-url", &url];
    let arguments = arguments.iter().chain(&key).chain(&TIMEOUT);
    let watch = stage.machine.tokenring(arguments).start();

    let mut warned = 0;
    for running in others {
        let finished = running.finish();
        warned += warnings(&finished);
        assert_eq!(finished.succeeds(), "token-2\n");
    }
    wait_until("there is a file", || {
        stage.machine.work().join("token").exists()
    });
    assert_eq!(stage.machine.read("token"), "token-2\n");
    watch.signal("TERM");
    warned += warnings(&watch.finish());
    assert_eq!((stage.requests(), warned), (2, 1));

    holder.signal("CONT");
    let mut first = stage.first.lock().unwrap().take().unwrap();
    // It may have given up by now.
    let _ = answer(&mut first, "token-1");
    drop(first);
    let late = holder.finish();
    assert!(matches!(late.code(), Some(0 | 5)), "{late:?}");
    assert_eq!(get().finish().succeeds(), "token-2\n");
    assert_eq!(stage.requests(), 2);
}

/// The commands that look after the cache wait for nobody.
#[test]
fn list_and_clear() {
    let stage = Stage::new();
    let holder = stage.stopped();
    for action in [&["list"][..], &["clear", "--expired"], &["clear"]] {
        let run = stage.machine.tokenring([&["cache"], action].concat());
        run.finish().succeeds();
    }
    drop(holder);
    let next = stage.server.get_token(&stage.machine, &TIMEOUT).finish();
    assert_eq!(warnings(&next), 0);
    assert_eq!(next.succeeds(), "token-2\n");
}
