use super::{TIME, Way, check};
use crate::loopback::TOKEN;

const NOT_HTTP: &str = "not HTTP/1.1";
const CUT_OFF: &str = "in the midst of its answer";
const LARGE: &str = "larger than 1048576 bytes";
const HALF: &str = r#"{"access_token":"abc"#;
const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const WHOLE_CHUNK: &str = "2\r\n{}\r\n";

#[test]
fn with_a_length() {
    check(
        Way::Http,
        &[
            (
                "longer than the body",
                |p| {
                    p.answer(format!(
                        "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{TOKEN}"
                    ))
                },
                5,
                CUT_OFF,
            ),
            (
                "longer, and silence",
                |p| {
                    p.answer(format!(
                        "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{TOKEN}"
                    ))?;
                    p.hang()
                },
                5,
                TIME,
            ),
            (
                "shorter than the body",
                |p| {
                    p.answer(format!(
                        "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{TOKEN}"
                    ))
                },
                6,
                "JSON",
            ),
            (
                "zero",
                |p| {
                    p.answer(format!(
                        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n{TOKEN}"
                    ))
                },
                6,
                "empty",
            ),
            (
                "ten megabytes",
                |p| p.respond("200 OK", "", &" ".repeat(10_000_000)),
                5,
                LARGE,
            ),
            (
                "drop by drop",
                |p| {
                    p.answer("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")?;
                    p.drip(b" ")
                },
                5,
                TIME,
            ),
            (
                "of an error, drop by drop",
                |p| {
                    p.answer("HTTP/1.1 400 A\r\nContent-Length: 100000\r\n\r\n")?;
                    p.drip(b" ")
                },
                5,
                TIME,
            ),
        ],
    );
}

#[test]
fn without_a_length() {
    check(
        Way::Http,
        &[
            (
                "without end",
                |p| {
                    p.answer("HTTP/1.1 200 OK\r\n\r\n")?;
                    p.flood(b" ")
                },
                5,
                LARGE,
            ),
            (
                "a token without end",
                |p| {
                    p.answer(format!("HTTP/1.1 200 OK\r\n\r\n{HALF}"))?;
                    p.flood(b"a")
                },
                5,
                LARGE,
            ),
            (
                "of an error, without end",
                |p| {
                    p.answer("HTTP/1.1 500 A\r\n\r\n")?;
                    p.flood(b"<html>")
                },
                5,
                LARGE,
            ),
            (
                "drop by drop",
                |p| {
                    p.answer("HTTP/1.1 200 OK\r\n\r\n")?;
                    p.drip(b" ")
                },
                5,
                TIME,
            ),
            (
                "half",
                |p| p.answer(format!("HTTP/1.1 200 OK\r\n\r\n{HALF}")),
                6,
                "JSON",
            ),
            (
                "HTTP/1.0 and silence",
                |p| {
                    p.answer(format!("HTTP/1.0 200 OK\r\n\r\n{TOKEN}"))?;
                    p.hang()
                },
                5,
                TIME,
            ),
        ],
    );
}

#[test]
fn chunks() {
    check(
        Way::Http,
        &[
            (
                "no number",
                |p| p.answer(format!("{CHUNKED}zz\r\n{{}}\r\n")),
                5,
                NOT_HTTP,
            ),
            (
                "negative",
                |p| p.answer(format!("{CHUNKED}-2\r\n{{}}\r\n")),
                5,
                NOT_HTTP,
            ),
            (
                "2^68",
                |p| p.answer(format!("{CHUNKED}100000000000000000\r\n{{}}\r\n")),
                5,
                NOT_HTTP,
            ),
            (
                "huge",
                |p| {
                    p.answer(format!("{CHUNKED}ffffffffff\r\n"))?;
                    p.flood(b" ")
                },
                5,
                LARGE,
            ),
            (
                "tiny, without end",
                |p| {
                    p.answer(CHUNKED)?;
                    p.flood(b"1\r\n \r\n")
                },
                5,
                "no whole answer|larger than",
            ),
            (
                "tiny, drop by drop",
                |p| {
                    p.answer(CHUNKED)?;
                    p.drip(b"1\r\n \r\n")
                },
                5,
                TIME,
            ),
            (
                "longer than their size",
                |p| p.answer(format!("{CHUNKED}1\r\n{{}}\r\n0\r\n\r\n")),
                5,
                NOT_HTTP,
            ),
            ("none, the end", |p| p.answer(CHUNKED), 5, CUT_OFF),
            (
                "no last one",
                |p| p.answer(format!("{CHUNKED}{WHOLE_CHUNK}")),
                5,
                CUT_OFF,
            ),
            (
                "no last one, silence",
                |p| {
                    p.answer(format!("{CHUNKED}{WHOLE_CHUNK}"))?;
                    p.hang()
                },
                5,
                TIME,
            ),
            (
                "an extension without end",
                |p| {
                    p.answer(format!("{CHUNKED}2;a="))?;
                    p.flood(b"a")
                },
                5,
                NOT_HTTP,
            ),
            (
                "a size without end",
                |p| {
                    p.answer(CHUNKED)?;
                    p.flood(b"0")
                },
                5,
                NOT_HTTP,
            ),
        ],
    );
}

/// What follows the last chunk.
#[test]
fn trailers() {
    check(
        Way::Http,
        &[
            (
                "without end",
                |p| {
                    p.answer(format!("{CHUNKED}{WHOLE_CHUNK}0\r\n"))?;
                    p.flood(b"X: aaaaaaaaaaaaaaaa\r\n")
                },
                5,
                "no whole answer|trailer",
            ),
            (
                "one without end",
                |p| {
                    p.answer(format!("{CHUNKED}{WHOLE_CHUNK}0\r\nX: "))?;
                    p.flood(b"a")
                },
                5,
                "not HTTP/1.1|trailer",
            ),
            (
                "drop by drop",
                |p| {
                    p.answer(format!("{CHUNKED}{WHOLE_CHUNK}0\r\nX: "))?;
                    p.drip(b"a")
                },
                5,
                TIME,
            ),
            (
                "silence",
                |p| {
                    p.answer(format!("{CHUNKED}{WHOLE_CHUNK}0\r\nX: "))?;
                    p.hang()
                },
                5,
                TIME,
            ),
        ],
    );
}

/// Small on the wire, large in memory: what was not asked for is unpacked up to the limit only.
#[test]
fn bombs() {
    check(
        Way::Http,
        &[
            (
                "gzip of 100 MB",
                |p| {
                    p.answer("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")?;
                    p.send(gzip_bomb())
                },
                5,
                "larger than 1048576 bytes",
            ),
            (
                "gzip in gzip",
                |p| p.respond("200 OK", "Content-Encoding: gzip, gzip\r\n", "\u{1f}"),
                5,
                "compressed",
            ),
            (
                "brotli",
                |p| p.respond("200 OK", "Content-Encoding: br\r\n", "abc"),
                5,
                "compressed",
            ),
            (
                "deep JSON",
                |p| p.respond("200 OK", "", &"[".repeat(900_000)),
                6,
                "JSON",
            ),
            (
                "deep members",
                |p| p.respond("200 OK", "", &"{\"a\":".repeat(200_000)),
                6,
                "JSON",
            ),
            (
                "many members",
                |p| {
                    let members: String = (0..60_000).map(|n| format!("\"{n}\":0,")).collect();
                    p.respond("200 OK", "", &format!("{{{members}\"a\":0}}"))
                },
                6,
                "access_token",
            ),
            (
                "a long number",
                |p| {
                    p.respond(
                        "200 OK",
                        "",
                        &format!("{{\"a\":{}}}", "1".repeat(1_000_000)),
                    )
                },
                6,
                "JSON",
            ),
            (
                "a long error",
                |p| {
                    let text = "a".repeat(1_000_000);
                    p.respond("400 A", "", &format!("{{\"error\":\"{text}\"}}"))
                },
                6,
                "400",
            ),
            (
                "no UTF-8",
                |p| p.answer(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{\xff}"),
                6,
                "JSON",
            ),
        ],
    );
}

/// A hundred megabytes of NUL (RFC 1951 section 3.2.6, RFC 1952 section 2.3).
fn gzip_bomb() -> Vec<u8> {
    /// 258 bytes at a distance of one: the codes of 285 and of 0.
    const RUN: &str = "1100010100000";
    let runs = RUN.repeat(100_000_000 / 258);
    // Last block with fixed codes, the literal 0, the runs, the end of the block.
    let bits = format!("110{}{runs}0000000", "00110000");
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    for bits in bits.as_bytes().chunks(8) {
        let set = bits.iter().enumerate().filter(|(_, bit)| **bit == b'1');
        bytes.push(set.fold(0, |byte, (place, _)| byte | 1 << place));
    }
    bytes.extend([0; 8]);
    bytes
}
