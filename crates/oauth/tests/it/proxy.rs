use std::io::{self, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use tokenring_oauth::{
    Error, HttpRequest, SecureUrl, Transport, TransportError, TransportErrorKind as Kind,
    UreqTransport,
};

use crate::loopback::{Loopback, answering, drip, flood, read_head, response};
use crate::tls;

/// A proxy that connects to the port it is asked for, on this machine.
fn tunnel() -> Loopback<String> {
    Loopback::serve(|mut client| {
        let head = read_head(&mut client)?;
        let target = head.split(' ').nth(1).unwrap();
        let (_, port) = target.rsplit_once(':').unwrap();
        let server = TcpStream::connect(("127.0.0.1", port.parse().unwrap()))?;
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
        let (mut up, mut down) = (client.try_clone()?, server.try_clone()?);
        thread::spawn(move || io::copy(&mut up, &mut &server));
        thread::spawn(move || io::copy(&mut down, &mut client));
        Ok(head)
    })
}

fn through(proxy: &Loopback<impl Send + 'static>) -> UreqTransport {
    let url = format!("http://us%40er:pa55@127.0.0.1:{}", proxy.port());
    tls::trusting().with_proxy(&url).unwrap()
}

#[test]
fn https_through_a_tunnel() {
    let (server, proxy) = (tls::trusted_server(), tunnel());
    let url = server.url("https", "/a");
    let response = through(&proxy).send(HttpRequest::get(&url)).unwrap();
    assert_eq!(response.body(), b"{}");
    let head = proxy.seen();
    assert!(head.starts_with(&format!("CONNECT localhost:{} HTTP/1.1\r\n", server.port())));
    // `us@er:pa55`, by `base64` of GNU coreutils.
    assert!(
        head.contains("\r\nProxy-Authorization: Basic dXNAZXI6cGE1NQ==\r\n"),
        "{head}"
    );
    assert!(server.seen().starts_with("GET /a HTTP/1.1\r\n"));
}

/// What may go in clear stays on this machine.
#[test]
fn plain_http_goes_past() {
    let (server, proxy) = (answering(response("200 OK", "", "{}")), tunnel());
    let url = server.url("http", "/");
    through(&proxy).send(HttpRequest::get(&url)).unwrap();
    server.seen();
    assert!(proxy.has_seen_nothing());
}

#[track_caller]
fn check(error: &TransportError, kind: Kind, words: &str) {
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains(words), "{error}");
    assert!(!format!("{error} {error:?}").contains("pa55"), "{error:?}");
}

#[test]
fn refusals() {
    #[track_caller]
    fn refused(bytes: &str, kind: Kind, words: &str) {
        let proxy = Loopback::serve({
            let bytes = bytes.to_owned();
            move |mut stream| {
                read_head(&mut stream)?;
                stream.write_all(bytes.as_bytes())
            }
        });
        let url = SecureUrl::new("https://gateway.invalid/").unwrap();
        let error = through(&proxy).send(HttpRequest::get(&url)).unwrap_err();
        check(&error, kind, words);
    }
    let basic = "Proxy-Authenticate: Basic realm=\"x\"\r\n";
    let others = "Proxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n";
    for (status, headers, words) in [
        (
            "407 Authenticate",
            "",
            "rejected the user name or password (407)",
        ),
        (
            "407 Authenticate",
            basic,
            "rejected the user name or password (407)",
        ),
        (
            "407 Authenticate",
            others,
            "by Negotiate or NTLM (407), and only Basic",
        ),
        (
            "403 Forbidden",
            "",
            "does not allow connections to gateway.invalid:443 (403)",
        ),
        (
            "502 Bad Gateway",
            "",
            "cannot reach gateway.invalid:443 (502)",
        ),
        ("500 Oops", "", "(status 500)"),
        (
            "404 Not Found",
            "",
            "does not answer as a proxy does (status 404)",
        ),
        ("429 Slow", "", "too many requests (429): try again later"),
        (
            "302 Found",
            "Location: https://portal.example/login?u=pa55\r\n",
            "wants a login on a web page first (302, at https://portal.example/login)",
        ),
        ("511 Login", "", "wants a login on a web page first (511)"),
    ] {
        refused(&response(status, headers, "<html>"), Kind::Proxy, words);
    }
    let basic = response("407 Authenticate", basic, "");
    let interim = format!("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 P\r\n\r\n{basic}");
    refused(
        &interim,
        Kind::Proxy,
        "rejected the user name or password (407)",
    );
    refused(
        "HTTP/1.1 403 No\n\n",
        Kind::Proxy,
        "does not allow connections",
    );
    // What comes after the connection is the host's, or the proxy's doing.
    let garbage = format!("{}220 mail\r\n", response("200 OK", "", ""));
    refused(
        &garbage,
        Kind::Tls,
        "gateway.invalid:443 (through the proxy 127.0.0.1:",
    );
    refused("", Kind::Proxy, "the proxy 127.0.0.1:");
    refused("SSH-2.0-x\r\n", Kind::Protocol, "the proxy 127.0.0.1:");
}

#[test]
fn unreachable() {
    let transport = UreqTransport::new()
        .with_proxy("http://u:pa55@127.0.0.1:1")
        .unwrap();
    let url = SecureUrl::new("https://gateway.invalid/").unwrap();
    let error = transport.send(HttpRequest::get(&url)).unwrap_err();
    check(
        &error,
        Kind::Proxy,
        "no connection to the proxy 127.0.0.1:1",
    );
}

/// A proxy that never comes to an end with its answer to `CONNECT`.
#[test]
fn deadline() {
    let slow = Loopback::serve(|mut stream| {
        read_head(&mut stream)?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nX: ")?;
        drip(&mut stream, b"a")
    });
    let fast = Loopback::serve(|mut stream| {
        read_head(&mut stream)?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nX: ")?;
        flood(&mut stream, &[b'a'; 4096])
    });
    let url = SecureUrl::new("https://gateway.invalid/").unwrap();
    let started = Instant::now();
    let transport = through(&slow).with_timeout(Duration::from_millis(300));
    let error = transport.send(HttpRequest::get(&url)).unwrap_err();
    check(&error, Kind::TimedOut, "no whole answer");
    let error = through(&fast).send(HttpRequest::get(&url)).unwrap_err();
    check(&error, Kind::Proxy, "");
    assert!(started.elapsed() < Duration::from_secs(15));
}

#[test]
fn addresses() {
    #[track_caller]
    fn check(url: &str, is_taken: bool) {
        match UreqTransport::new().with_proxy(url) {
            Ok(_) if is_taken => {}
            Err(Error::InvalidProxy) if !is_taken => {}
            other => panic!("{other:?}"),
        }
    }
    check("http://proxy:3128", true);
    check("https://user:password@proxy", true);
    check("proxy:3128", true);
    for url in [
        "",
        "http://",
        "socks5://proxy",
        "socks4://proxy",
        "ftp://proxy",
        "a b",
    ] {
        check(url, false);
    }
}
