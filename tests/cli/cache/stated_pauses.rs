//! A gateway that says when to come again: processes that share a cache keep to it, too.

use std::thread;
use std::time::{Duration, Instant};

use crate::loopback::response;
use crate::process::Machine;
use crate::scripted_server::{ScriptedServer, has_fresh_jwt_ids, token};
use crate::transcript::Transcript;

/// Is busy for the first request, and has a token for the next.
fn busy(status: &'static str, headers: &'static str) -> ScriptedServer {
    ScriptedServer::start(move |number, _| match number {
        0 => response(status, headers, b""),
        _ => token(number),
    })
}

/// What another process would have to wait for too long fails at once, and says what to do.
#[test]
fn without_time() {
    let mut texts = Transcript::new();
    texts.hide_random();
    let machine = Machine::new();
    let server = busy("429 Too Many Requests", "Retry-After: 600\r\n");
    let began = Instant::now();
    texts.run(server.get_token(&machine, &[])).fails(6);
    texts.run(server.get_token(&machine, &[])).fails(6);
    texts.run(server.call_api(&machine, &[])).fails(6);
    assert!(began.elapsed() < Duration::from_secs(20));
    assert_eq!(server.requests().len(), 1);
    texts
        .run(server.get_token(&machine, &["--no-cache"]))
        .succeeds();
    texts
        .run(server.get_token(&machine, &["--force-refresh"]))
        .succeeds();
    // The token takes the place of the note.
    texts.run(server.get_token(&machine, &[])).succeeds();
    assert_eq!(server.requests().len(), 2);
    texts.check("cache/stated-pauses");
}

/// Processes that come together send two requests, the second after the pause.
#[test]
fn with_time() {
    for (status, headers) in [
        ("429 Too Many Requests", "Retry-After: 2\r\n"),
        ("503 Service Unavailable", "X-Rate-Limit-Reset: 2\r\n"),
        ("500 Internal Server Error", "Retry-After: 2\r\n"),
    ] {
        let machine = Machine::new();
        let server = busy(status, headers);
        let began = Instant::now();
        let runs = [(); 4].map(|()| server.get_token(&machine, &[]));
        let running = runs.map(|run| thread::spawn(move || run.finish()));
        for running in running {
            assert_eq!(running.join().unwrap().succeeds(), "token-1\n");
        }
        assert!(began.elapsed() >= Duration::from_secs(2));
        has_fresh_jwt_ids(&server.requests(), 2);
    }
}
