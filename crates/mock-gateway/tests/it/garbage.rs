//! What is no HTTP, or too much of it: an error or a closed connection, and life goes on.

use std::io::Write;

use crate::bench::Bench;
use crate::http::{Answer, connect, exchange};

#[test]
fn bytes_that_are_no_request_do_no_harm() {
    let bench = Bench::start();
    for bytes in [
        b"".as_slice(),
        b"\r\n\r\n\r\n",
        b"hello\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n",
        b"POST /oauth2/token HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /oauth2/token HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /oauth2/token HTTP/1.1\r\nTransfer-Encoding: x\r\n\r\n",
        b"POST /oauth2/token HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nXYZ\r\n",
        b"POST /oauth2/token HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc",
        b"\xff\xfe\xfd\xfc / HTTP/1.1\r\n\r\n",
    ] {
        // The end of the request is the end of the connection: nothing waits for a time-out.
        let mut stream = connect(bench.address());
        stream.write_all(bytes).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        let _ = std::io::Read::read_to_end(&mut stream, &mut answer);
        if !answer.is_empty() {
            let status = Answer::parse(&answer).status;
            assert!((400..500).contains(&status), "{status} for {bytes:?}");
        }
    }
    assert_eq!(bench.send(&bench.attempt()).status, 200);
}

#[test]
fn a_head_without_end_is_cut_off() {
    let bench = Bench::start();
    let mut large = b"GET / HTTP/1.1\r\nHost: a\r\nX: ".to_vec();
    large.resize(10 * 1024 * 1024, b'x');
    let answer = exchange(bench.address(), &large);
    if !answer.is_empty() {
        assert_eq!(Answer::parse(&answer).status, 431);
    }
    let mut many = b"GET / HTTP/1.1\r\nHost: a\r\n".to_vec();
    for number in 0..101 {
        many.extend_from_slice(format!("X-{number}: 1\r\n").as_bytes());
    }
    many.extend_from_slice(b"\r\n");
    assert_eq!(Answer::parse(&exchange(bench.address(), &many)).status, 431);
    assert_eq!(bench.send(&bench.attempt()).status, 200);
}

#[test]
fn half_open_connections_do_not_keep_others_out() {
    let bench = Bench::start();
    let open: Vec<_> = (0..100)
        .map(|_| {
            let mut stream = connect(bench.address());
            stream
                .write_all(b"POST /oauth2/token HTTP/1.1\r\nHo")
                .unwrap();
            stream
        })
        .collect();
    assert_eq!(bench.send(&bench.attempt()).status, 200);
    drop(open);
}

#[test]
fn a_request_without_a_host_was_called_under_no_url() {
    let bench = Bench::start();
    let mut without_audience = bench.attempt();
    without_audience.remove_claim("aud");
    let with_audience = |audience| bench.attempt().with_claim("aud", audience);
    for (hosts, attempt) in [
        ("", without_audience),
        ("", with_audience("\"\"")),
        ("", with_audience("\"http:///oauth2/token\"")),
        (
            "Host: a\r\nHost: a\r\n",
            with_audience("\"http://a/oauth2/token\""),
        ),
    ] {
        let body = attempt.body();
        let request = format!(
            "POST /oauth2/token HTTP/1.0\r\n{hosts}\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = Answer::parse(&exchange(bench.address(), request.as_bytes()));
        assert_eq!(answer.status, 401, "{hosts:?}: {}", answer.text());
        assert_eq!(
            answer.json()["error_description"],
            "Missing or invalid 'aud' claim in client_assertion JWT"
        );
    }
}

#[test]
fn a_client_may_wait_for_the_server_before_it_sends_the_body() {
    let bench = Bench::start();
    let body = bench.attempt().body();
    let request = format!(
        "POST /oauth2/token HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
         Expect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        bench.address(),
        body.len()
    );
    let answer = exchange(bench.address(), request.as_bytes());
    let answer = answer
        .strip_prefix(b"HTTP/1.1 100 Continue\r\n\r\n")
        .unwrap_or(&answer);
    assert_eq!(Answer::parse(answer).status, 200);
}
