//! Whatever a server sends, time and memory are bounded.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use crate::loopback::Loopback;
use crate::process::Machine;
use crate::transcript::Transcript;

/// In KiB: what a start of the command takes, and room for its limits.
const MEMORY: u64 = 64 * 1024;

#[track_caller]
fn bounded(
    server: impl Fn(&mut TcpStream) -> std::io::Result<()> + Send + 'static,
    code: i32,
    name: &str,
) {
    let server = Loopback::answer_with(server);
    let machine = Machine::new();
    let start = Instant::now();
    let mut running = server
        .get_token(&machine, &["-q", "--timeout", "2"])
        .start();
    let mut peak = 0;
    while !running.has_ended() {
        peak = peak.max(peak_memory(running.id()).unwrap_or(0));
        thread::sleep(Duration::from_millis(2));
    }
    let mut texts = Transcript::new();
    running.finish().shown_in(&mut texts).fails(code);
    texts.check(name);
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
    assert!(peak < MEMORY, "{peak} KiB");
}

/// The most memory that a process had, in KiB, where the system tells.
fn peak_memory(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

#[test]
fn ten_megabytes() {
    bounded(
        |stream| {
            write!(stream, "{HEAD}Content-Length: 10000000\r\n\r\n")?;
            stream.write_all(&vec![b' '; 10_000_000])
        },
        5,
        "get-token/a-large-body",
    );
}

#[test]
fn an_endless_body() {
    bounded(
        |stream| {
            write!(stream, "{HEAD}\r\n{{\"access_token\":\"")?;
            loop {
                stream.write_all(&[b'a'; 65536])?;
            }
        },
        5,
        "get-token/endless-body",
    );
    bounded(
        |stream| {
            write!(stream, "{HEAD}Transfer-Encoding: chunked\r\n\r\n")?;
            loop {
                stream.write_all(b"10\r\naaaaaaaaaaaaaaaa\r\n")?;
            }
        },
        5,
        "get-token/endless-chunks",
    );
}

#[test]
fn endless_headers() {
    bounded(
        |stream| {
            stream.write_all(HEAD.as_bytes())?;
            loop {
                stream.write_all(b"X-Header: aaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n")?;
            }
        },
        5,
        "get-token/endless-headers",
    );
    bounded(
        |stream| loop {
            stream.write_all(&[b'a'; 65536])?;
        },
        5,
        "get-token/endless-line",
    );
}

fn drip(stream: &mut TcpStream) -> std::io::Result<()> {
    loop {
        stream.write_all(b" ")?;
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_dripping_body() {
    bounded(
        |stream| {
            write!(stream, "{HEAD}\r\n")?;
            drip(stream)
        },
        5,
        "get-token/dripping-body",
    );
}

#[test]
fn dripping_headers() {
    bounded(
        |stream| {
            write!(stream, "{HEAD}X-Header: ")?;
            drip(stream)
        },
        5,
        "get-token/dripping-headers",
    );
}

#[test]
fn silence() {
    bounded(
        |stream| stream.read_to_end(&mut Vec::new()).map(drop),
        5,
        "get-token/silence",
    );
}

/// JSON as deep as memory would allow.
#[test]
fn deep_json() {
    bounded(
        |stream| {
            let body = "[".repeat(900_000);
            write!(stream, "{HEAD}Content-Length: {}\r\n\r\n{body}", body.len())
        },
        6,
        "get-token/deep-array",
    );
    bounded(
        |stream| {
            let body = format!("{{\"a\":{}", "[".repeat(900_000));
            write!(stream, "{HEAD}Content-Length: {}\r\n\r\n{body}", body.len())
        },
        6,
        "get-token/deep-object",
    );
}
