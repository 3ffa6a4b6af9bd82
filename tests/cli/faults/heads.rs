use super::{TIME, Way, check};
use crate::loopback::TOKEN;

const CLOSED: &str = "closed the connection before it answered";
const NOT_HTTP: &str = "is not HTTP/1.1";
const LARGE: &str = "headers";

#[test]
fn status_lines() {
    check(
        Way::Http,
        &[
            ("noise", |p| p.answer([0, 255, 1, 254, 13, 10]), 5, NOT_HTTP),
            ("SSH", |p| p.answer("SSH-2.0-OpenSSH_9.2\r\n"), 5, NOT_HTTP),
            ("SMTP", |p| p.answer("220 mail ESMTP\r\n"), 5, NOT_HTTP),
            (
                "a TLS alert",
                |p| p.answer([21, 3, 3, 0, 2, 2, 80]),
                5,
                "expects TLS on this port",
            ),
            ("HTTP/0.9", |p| p.answer(TOKEN), 5, NOT_HTTP),
            (
                "HTTP/2",
                |p| p.answer("HTTP/2.0 200 OK\r\n\r\n"),
                5,
                NOT_HTTP,
            ),
            (
                "status 20",
                |p| p.answer("HTTP/1.1 20 OK\r\n\r\n"),
                5,
                NOT_HTTP,
            ),
            (
                "status -200",
                |p| p.answer("HTTP/1.1 -200 OK\r\n\r\n"),
                5,
                NOT_HTTP,
            ),
            (
                "status 2000",
                |p| p.answer("HTTP/1.1 2000 OK\r\n\r\n"),
                5,
                NOT_HTTP,
            ),
            (
                "half of one, the end",
                |p| p.answer("HTTP/1.1 2"),
                5,
                CLOSED,
            ),
            (
                "half of one, silence",
                |p| {
                    p.answer("HTTP/1.1 2")?;
                    p.hang()
                },
                5,
                TIME,
            ),
            (
                "drop by drop",
                |p| {
                    p.answer("HTTP/1.1 200 ")?;
                    p.drip(b"a")
                },
                5,
                TIME,
            ),
            (
                "without end",
                |p| {
                    p.answer("HTTP/1.1 200 ")?;
                    p.flood(b"a")
                },
                5,
                LARGE,
            ),
            (
                "empty lines without end",
                |p| {
                    p.request()?;
                    p.flood(b"\r\n")
                },
                5,
                LARGE,
            ),
        ],
    );
}

#[test]
fn headers() {
    check(
        Way::Http,
        &[
            (
                "without end",
                |p| {
                    p.answer("HTTP/1.1 200 OK\r\n")?;
                    p.flood(b"X: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n")
                },
                5,
                "more than 100 headers",
            ),
            (
                "one without end",
                |p| {
                    p.answer("HTTP/1.1 200 OK\r\nX: ")?;
                    p.flood(b"a")
                },
                5,
                LARGE,
            ),
            (
                "one of 70 kB",
                |p| p.respond("200 OK", &format!("X: {}\r\n", "a".repeat(70_000)), TOKEN),
                5,
                LARGE,
            ),
            (
                "two hundred",
                |p| p.respond("200 OK", &"X: a\r\n".repeat(200), TOKEN),
                5,
                "more than 100 headers",
            ),
            (
                "drop by drop",
                |p| {
                    p.answer("HTTP/1.1 200 OK\r\nX: ")?;
                    p.drip(b"a")
                },
                5,
                TIME,
            ),
            (
                "a name without end",
                |p| {
                    p.answer("HTTP/1.1 200 OK\r\n")?;
                    p.flood(b"a")
                },
                5,
                LARGE,
            ),
            (
                "no colon",
                |p| p.respond("200 OK", "abc\r\n", TOKEN),
                5,
                "a header of",
            ),
            (
                "a NUL",
                |p| p.respond("200 OK", "X: a\0b\r\n", TOKEN),
                5,
                "a header of",
            ),
            (
                "the end in one",
                |p| p.answer("HTTP/1.1 200 OK\r\nContent-Le"),
                5,
                CLOSED,
            ),
            (
                "silence in one",
                |p| {
                    p.answer("HTTP/1.1 200 OK\r\nContent-Le")?;
                    p.hang()
                },
                5,
                TIME,
            ),
        ],
    );
}

#[test]
fn interim_responses() {
    check(
        Way::Http,
        &[
            (
                "100 without end",
                |p| {
                    p.request()?;
                    p.flood(b"HTTP/1.1 100 Continue\r\n\r\n")
                },
                5,
                LARGE,
            ),
            (
                "103 drop by drop",
                |p| {
                    p.request()?;
                    p.drip(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
                },
                5,
                TIME,
            ),
            (
                "100 and the end",
                |p| p.answer("HTTP/1.1 100 Continue\r\n\r\n"),
                5,
                CLOSED,
            ),
            (
                "101 and another protocol",
                |p| p.answer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nabc"),
                6,
                "101",
            ),
            (
                "100 and a token",
                |p| {
                    p.answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")?;
                    p.send(TOKEN)
                },
                0,
                "",
            ),
        ],
    );
}

#[test]
fn lengths() {
    check(
        Way::Http,
        &[
            (
                "no number",
                |p| {
                    p.answer(format!(
                        "HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n{TOKEN}"
                    ))
                },
                5,
                NOT_HTTP,
            ),
            (
                "negative",
                |p| {
                    p.answer(format!(
                        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{TOKEN}"
                    ))
                },
                5,
                NOT_HTTP,
            ),
            (
                "2^64 - 1",
                |p| p.answer("HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n"),
                5,
                "larger than",
            ),
            (
                "2^64",
                |p| p.answer("HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551616\r\n\r\n"),
                5,
                NOT_HTTP,
            ),
            (
                "two of them",
                |p| {
                    p.answer(format!(
                        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 63\r\n\r\n{TOKEN}"
                    ))
                },
                5,
                NOT_HTTP,
            ),
            (
                "with chunks",
                |p| {
                    p.answer(
                        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                    )
                },
                6,
                "access_token",
            ),
        ],
    );
}
