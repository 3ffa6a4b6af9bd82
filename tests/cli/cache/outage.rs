//! A gateway that is down, with many who want a token.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::loopback::{Loopback, Request, response};
use crate::process::Machine;
use crate::registered_client::RegisteredClient;

/// Each of many gets one clear error within its time, and the server few requests.
#[test]
fn no_storm() {
    let requests = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&requests);
    let server = Loopback::serve(move |stream| {
        count.fetch_add(1, Ordering::Relaxed);
        let request = Request::read(stream)?;
        stream.write_all(&response(
            "503 Service Unavailable",
            "Connection: close\r\n",
            b"",
        ))?;
        Ok(Some(request))
    });
    let machine = Machine::new();
    let start = Instant::now();
    let running: Vec<_> = (0..40)
        .map(|_| {
            let more = ["--quiet", "--timeout", "3"];
            server.get_token(&machine, &more)
        })
        .collect();
    let running: Vec<_> = running.into_iter().map(|run| run.start()).collect();
    for running in running {
        let finished = running.finish();
        let code = finished.code().unwrap();
        assert!((5..=6).contains(&code), "{finished:?}");
        finished.fails(code);
    }
    // Their own time, and that of forty starts.
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
    let requests = requests.load(Ordering::Relaxed);
    assert!((1..=12).contains(&requests), "{requests}");
}

/// Where nothing listens it is the same.
#[test]
fn nothing_listens() {
    let client = RegisteredClient::new();
    let prepare: Vec<_> = (0..20)
        .map(|_| client.get_token(&["--quiet", "--timeout", "2"]))
        .collect();
    let (_machine, _) = client.stop_gateway();
    let start = Instant::now();
    let running: Vec<_> = prepare.into_iter().map(|run| run.start()).collect();
    for running in running {
        running.finish().fails(5);
    }
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
}

/// While the old token is good, nobody notices but by a warning.
#[test]
fn before_the_end_of_the_token() {
    let is_down = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&is_down);
    let server = Loopback::serve(move |stream| {
        let request = Request::read(stream)?;
        let headers = "Content-Type: application/json\r\nConnection: close\r\n";
        let body = r#"{"access_token":"a","token_type":"Bearer","expires_in":4}"#;
        stream.write_all(&if switch.load(Ordering::Relaxed) {
            response("503 Service Unavailable", "Connection: close\r\n", b"")
        } else {
            response("200 OK", headers, body.as_bytes())
        })?;
        Ok(Some(request))
    });
    let machine = Machine::new();
    let get = || server.get_token(&machine, &["--timeout", "2"]).finish();
    let start = Instant::now();
    get().succeeds();
    is_down.store(true, Ordering::Relaxed);
    // From half its life on it is to be renewed.
    while start.elapsed() < Duration::from_millis(2800) {
        assert_eq!(get().succeeds(), "a\n");
        std::thread::sleep(Duration::from_millis(100));
    }
    std::thread::sleep(Duration::from_millis(1700));
    let finished = get();
    let code = finished.code().unwrap();
    assert!((5..=6).contains(&code), "{finished:?}");
}
