use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::loopback::{Loopback, Request, TOKEN, response};
use crate::process::{Finished, Machine, TOKENRING};
use crate::transcript::Transcript;

/// A test that hangs fails after this.
const PATIENCE: Duration = Duration::from_secs(20);

const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";

/// Writes the same again and again, for as long as the client stays.
fn repeat(stream: &mut TcpStream, bytes: &[u8], pause: Duration) -> std::io::Result<()> {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        stream.write_all(bytes)?;
        std::thread::sleep(pause);
    }
    Ok(())
}

const SLOW: Duration = Duration::from_millis(20);

fn call(machine: &Machine, server: &Loopback, options: &[&str]) -> (Finished, Duration) {
    let url = server.url("/a");
    let arguments = ["call-api", "-q", "--auth", "none", "--url", &url];
    let run = machine.tokenring(arguments.iter().chain(options));
    let started = Instant::now();
    (run.finish(), started.elapsed())
}

/// An answer without end that a limit ends: exit code 5, with a word for the limit.
#[track_caller]
fn ends(
    texts: &mut Transcript,
    answer: impl Fn(&mut TcpStream) -> std::io::Result<()> + Send + 'static,
    options: &[&str],
) {
    let machine = Machine::new();
    let server = Loopback::answer_with(answer);
    let (finished, took) = call(&machine, &server, options);
    finished.has_code(5).complaint();
    assert!(took < PATIENCE / 2, "{took:?}");
    // Nor is there half of a file.
    let to_file = [options, &["--output", "file"]].concat();
    let (finished, _) = call(&machine, &server, &to_file);
    finished.shown_in(texts).fails(5);
    assert_eq!(machine.names(), [""; 0]);
}

/// Whoever is to read the body reads nothing.
#[test]
fn readers_that_stall() {
    let check = |option: &str| {
        let machine = Machine::new();
        let server = Loopback::answer_with(|stream| {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
            repeat(stream, &[b'a'; 65536], Duration::ZERO)
        });
        let script = format!(
            "mkfifo pipe; exec 3<>pipe; timeout 10 \"$T\" call-api -q --auth none --max-time 1 --url \
             \"$U\" {option}"
        );
        let run = machine.program("bash").with_variable("T", TOKENRING);
        let run = run.with_variable("U", server.url("/a")).with_argument("-c");
        run.with_argument(script).finish().fails(5);
    };
    check(">&3");
    check("--output pipe");
}

#[test]
fn bodies_without_end() {
    let mut texts = Transcript::new();
    let drip = |stream: &mut TcpStream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        repeat(stream, b"a", SLOW)
    };
    ends(&mut texts, drip, &["--max-time", "1"]);
    ends(&mut texts, drip, &["--max-size", "10"]);
    let flood = |stream: &mut TcpStream| {
        stream.write_all(CHUNKED)?;
        repeat(
            stream,
            &[b"2000\r\n", &[b'a'; 8192][..], b"\r\n"].concat(),
            Duration::ZERO,
        )
    };
    ends(&mut texts, flood, &["--max-time", "1"]);
    ends(&mut texts, flood, &["--max-size", "100000"]);
    let hang = |stream: &mut TcpStream| {
        stream.write_all(CHUNKED)?;
        std::io::copy(stream, &mut std::io::sink()).map(drop)
    };
    ends(&mut texts, hang, &["--timeout", "1"]);
    texts.check("call-api/bodies-without-end");
}

/// What comes after the body is limited whatever the options.
#[test]
fn trailers_without_end() {
    let mut texts = Transcript::new();
    let with_end = |more: fn(&mut TcpStream) -> std::io::Result<()>| {
        move |stream: &mut TcpStream| {
            stream.write_all(CHUNKED)?;
            stream.write_all(b"0\r\n")?;
            more(stream)
        }
    };
    let drip = with_end(|stream| repeat(stream, b"a: b\r\n", SLOW));
    ends(&mut texts, drip, &["--timeout", "1"]);
    let flood = with_end(|stream| repeat(stream, &b"a: b\r\n".repeat(999), Duration::ZERO));
    ends(&mut texts, flood, &[]);
    let one = with_end(|stream| repeat(stream, &[b'a'; 4096], Duration::ZERO));
    ends(&mut texts, one, &[]);
    texts.check("call-api/trailers-without-end");
}

/// A body as large as is allowed, and trailers as they are, are taken.
#[test]
fn within_the_limits() {
    let machine = Machine::new();
    let server = Loopback::answer_with(|stream| {
        stream.write_all(CHUNKED)?;
        stream.write_all(b"0\r\nServer-Timing: a\r\nDigest: b\r\n\r\n")
    });
    for options in [&[][..], &["--max-size", "5", "--max-time", "20"]] {
        let (finished, _) = call(&machine, &server, options);
        assert_eq!(finished.succeeds(), "hello");
    }
}

/// One that is announced as too large is not begun.
#[test]
fn announced_as_too_large() {
    let machine = Machine::new();
    let server = Loopback::answer(response("200 OK", "", b"hello"));
    let (finished, _) = call(&machine, &server, &["--max-size", "4"]);
    let mut texts = Transcript::new();
    finished.shown_in(&mut texts).fails(5);
    texts.check("call-api/too-large");
    let (finished, _) = call(&machine, &server, &["--max-size", "5"]);
    assert_eq!(finished.succeeds(), "hello");
}

/// The time covers the token request and what is piped in.
#[test]
fn all_of_the_call() {
    let machine = Machine::new();
    let silent = Loopback::serve(|stream| {
        let request = Request::read(stream)?;
        std::io::copy(stream, &mut std::io::sink())?;
        Ok(Some(request))
    });
    // Writes the key.
    drop(silent.get_token(&machine, &[]));
    let who = ["--client-id", "a", "--private-key", "key-1.pem"];
    let url = silent.url("/");
    let urls = ["--url", url.as_str(), "--token-url", url.as_str()];
    let limit = ["--no-cache", "--max-time", "1"];
    let arguments = [&["call-api"], &who[..], &urls, &limit].concat();
    let finished = machine.tokenring(arguments).finish();
    let mut texts = Transcript::new();
    finished.shown_in(&mut texts).fails(5);

    let answering = Loopback::serve(|stream| {
        let mut head = [0; 4096];
        while stream.read(&mut head)? > 0 {}
        Ok(None)
    });
    let url = answering.url("/");
    // Nobody writes to it, and nobody ends it.
    let script = format!(
        "exec 9< <(exec sleep 15); trap 'kill $!' EXIT; \
         \"$T\" call-api -q --auth none --max-time 1 --url {url} --data - <&9; echo $?"
    );
    let run = machine.program("bash").with_variable("T", TOKENRING);
    let started = Instant::now();
    let finished = run.with_argument("-c").with_argument(&script).finish();
    assert_eq!(finished.text(), "5\n");
    finished.shown_in(&mut texts).complaint();
    assert!(started.elapsed() < PATIENCE);
    texts.check("call-api/all-of-the-call");
}

#[test]
fn numbers_that_are_none() {
    let machine = Machine::new();
    let server = Loopback::answer(TOKEN.as_bytes());
    let mut texts = Transcript::new();
    for (option, value) in [
        ("--max-time", "0"),
        ("--max-time", "1s"),
        ("--max-time", "99999999999"),
        ("--max-size", "0"),
        ("--max-size", "-1"),
        ("--max-size", "1k"),
    ] {
        let option_and_value = format!("{option}={value}");
        let (finished, _) = call(&machine, &server, &[&option_and_value]);
        finished.shown_in(&mut texts).fails(2);
    }
    texts.check("call-api/numbers");
    assert!(server.has_seen_nothing());
}
