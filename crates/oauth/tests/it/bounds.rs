use std::io::{self, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use tokenring_oauth::{HttpRequest, Transport as _, TransportErrorKind as Kind, UreqTransport};

use crate::loopback::{Loopback, TOKEN, answering, drip, flood, hang, read_request, response};
use crate::ureq_transport::{ask, transport_error};

/// Long enough for an answer from this machine, short enough to wait for.
const SHORT: Duration = Duration::from_millis(300);
/// By then a deadline has been missed, however slow the machine is.
const FAR_TOO_LONG: Duration = Duration::from_secs(15);

/// Answers without end: the limit of size ends them.
#[test]
fn endless_answers() {
    #[track_caller]
    fn check(start: &'static str, more: &'static str, kind: Kind) {
        let server = Loopback::serve(move |mut stream| {
            read_request(&mut stream)?;
            stream.write_all(start.as_bytes())?;
            flood(&mut stream, &more.repeat(1_000).into_bytes())
        });
        let transport = UreqTransport::new().with_timeout(FAR_TOO_LONG);
        let error = transport_error(ask(server.url("http", "/"), &transport));
        assert_eq!(error.kind(), kind, "{error}");
    }
    check("HTTP/1.1 200 OK\r\n\r\n", " ", Kind::TooLarge);
    check(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "2\r\n  \r\n",
        Kind::TooLarge,
    );
    check("HTTP/1.1 200 OK\r\nX: ", "a", Kind::TooLarge);
}

#[test]
fn response_size() {
    let server = answering(response("200 OK", "", TOKEN));
    let fitting = UreqTransport::new().with_max_response_size(TOKEN.len());
    assert!(ask(server.url("http", "/"), &fitting).is_ok());
    let tight = UreqTransport::new().with_max_response_size(TOKEN.len() - 1);
    let error = transport_error(ask(server.url("http", "/"), &tight));
    assert_eq!(error.kind(), Kind::TooLarge);
    let chunked = format!("HTTP/1.1 200 OK\r\n\r\n{TOKEN}");
    let error = transport_error(ask(answering(chunked).url("http", "/"), &tight));
    assert_eq!(error.kind(), Kind::TooLarge);
}

/// The deadline holds at every step, however little comes however often.
#[test]
fn deadlines() {
    #[track_caller]
    fn check(
        scheme: &str,
        serve: impl Fn(&mut TcpStream) -> io::Result<()> + Send + Sync + 'static,
    ) {
        let server = Loopback::serve(move |mut stream| serve(&mut stream));
        let transport = UreqTransport::new().with_timeout(SHORT);
        let started = Instant::now();
        let error = transport_error(ask(server.url(scheme, "/"), &transport));
        assert_eq!(error.kind(), Kind::TimedOut, "{error}");
        assert!(started.elapsed() < FAR_TOO_LONG);
    }
    // No answer.
    check("http", hang);
    // The head of the response, drop by drop.
    check("http", |stream| {
        read_request(stream)?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nX: ")?;
        drip(stream, b"a")
    });
    // Interim responses without end.
    check("http", |stream| {
        read_request(stream)?;
        drip(stream, b"HTTP/1.1 103 Early Hints\r\n\r\n")
    });
    // The body, of a known length and without.
    check("http", |stream| {
        read_request(stream)?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")?;
        drip(stream, b" ")
    });
    check("http", |stream| {
        read_request(stream)?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
        drip(stream, b"1\r\n \r\n")
    });
    // A half body, and silence.
    check("http", |stream| {
        read_request(stream)?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")?;
        hang(stream)
    });
    // The TLS handshake: silence, and a record that never ends.
    check("https", hang);
    check("https", |stream| {
        stream.write_all(&[0x16, 3, 3, 0x3f, 0xff, 2, 0, 0x3f, 0xfb])?;
        drip(stream, &[0])
    });
}

/// The deadline of one request, shorter than that of the transport, and longer.
#[test]
fn deadline_of_one_request() {
    let server = Loopback::serve(|mut stream| hang(&mut stream));
    for (timeout, limit) in [(FAR_TOO_LONG * 2, SHORT), (SHORT, FAR_TOO_LONG * 2)] {
        let transport = UreqTransport::new().with_timeout(timeout);
        let request = HttpRequest::get(&server.url("http", "/"));
        let started = Instant::now();
        let error = transport.send_within(request, limit).unwrap_err();
        assert_eq!(error.kind(), Kind::TimedOut, "{error}");
        assert!(started.elapsed() < FAR_TOO_LONG);
    }
}

/// No limit is too long to be reckoned with.
#[test]
fn longest_timeout() {
    let server = answering(response("200 OK", "", TOKEN));
    let transport = UreqTransport::new().with_timeout(Duration::MAX);
    assert!(ask(server.url("http", "/"), &transport).is_ok());
}
