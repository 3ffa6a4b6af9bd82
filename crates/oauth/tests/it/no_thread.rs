//! A process that can start no thread any more.

use std::env;
use std::process::Command;

use tokenring_oauth::{
    HttpRequest, SecureUrl, Transport, TransportErrorKind as Kind, UreqTransport,
};

use crate::loopback::{answering, response};

/// Names the server to the copy of this test that has no threads.
const VARIABLE: &str = "TOKENRING_TEST_WITHOUT_THREADS";

/// Runs this test again in a process in which each new thread would need more
/// memory than there is: there, name look-ups are errors, and this machine is
/// reached without one.
#[test]
fn an_error_and_no_panic() {
    if let Ok(port) = env::var(VARIABLE) {
        return without_threads(&port);
    }
    let server = answering(response("200 OK", "", "{}"));
    let output = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "--test-threads=1",
            "no_thread::an_error_and_no_panic",
        ])
        .env(VARIABLE, server.port().to_string())
        .env("RUST_MIN_STACK", (1_u64 << 60).to_string())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("1 passed"), "{text}");
    server.seen();
}

fn without_threads(port: &str) {
    std::thread::Builder::new().spawn(|| ()).unwrap_err();
    let get = |url: &str, transport: &UreqTransport| {
        transport.send(HttpRequest::get(&SecureUrl::new(url).unwrap()))
    };
    let direct = UreqTransport::new().without_proxy();
    let proxied = UreqTransport::new()
        .with_proxy("http://127.0.0.1:1")
        .unwrap();
    for (transport, url) in [
        (&direct, "https://gateway.invalid/"),
        (&direct, "https://localhost:1/"),
    ] {
        let error = get(url, transport).unwrap_err();
        assert_eq!(error.kind(), Kind::ProcessLimit, "{error}");
        let words = error.to_string();
        assert!(words.starts_with("cannot start a thread"), "{words}");
    }
    let url = SecureUrl::new("https://gateway.invalid/").unwrap();
    assert_eq!(direct.resolve(&url).unwrap_err().kind(), Kind::ProcessLimit);
    // None needs a look-up, nor a thread.
    let error = get("https://gateway.invalid/", &proxied).unwrap_err();
    assert_eq!(error.kind(), Kind::Proxy, "{error}");
    let error = get("https://127.0.0.1:1/", &direct).unwrap_err();
    assert_eq!(error.kind(), Kind::Connect, "{error}");
    for host in ["localhost", "app.localhost"] {
        let response = get(&format!("http://{host}:{port}/"), &direct).unwrap();
        assert_eq!(response.body(), b"{}");
    }
}
