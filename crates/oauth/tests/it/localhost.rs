use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};

use tokenring_oauth::{
    HttpRequest, SecureUrl, Transport, TransportErrorKind as Kind, UreqTransport,
};

use crate::loopback::{Loopback, read_head, read_request, response};
use crate::tls;

/// Names of this machine (RFC 6761 section 6.3), of which a resolver knows the
/// first at most.
const NAMES: &[&str] = &[
    "localhost",
    "LOCALHOST",
    "localhost.",
    "app.localhost",
    "a.b.localhost.",
];

/// A server at one loopback address only; none where the machine lacks it.
fn server_at(address: impl Into<IpAddr>) -> Option<Loopback<String>> {
    let address = address.into();
    let Ok(listener) = TcpListener::bind((address, 0)) else {
        // Not every machine has IPv6; past the capture of the test harness.
        let line = format!("NOT RUN: localhost: this machine has no {address}\n");
        let _ = std::io::stderr().lock().write_all(line.as_bytes());
        return None;
    };
    Some(Loopback::serve_at(listener, |mut stream| {
        let request = read_request(&mut stream)?;
        stream.write_all(response("200 OK", "", "{}").as_bytes())?;
        Ok(request)
    }))
}

/// Either address will do, and no resolver has its say: none knows `app.localhost`.
#[test]
fn plain_http() {
    let servers = [
        server_at(Ipv4Addr::LOCALHOST),
        server_at(Ipv6Addr::LOCALHOST),
    ];
    for server in servers.iter().flatten() {
        for name in NAMES {
            let url = format!("http://{name}:{}/a", server.port());
            let request = HttpRequest::get(&SecureUrl::new(&url).unwrap());
            let response = UreqTransport::new().send(request).unwrap();
            assert_eq!(response.body(), b"{}", "{url}");
            let host = format!("\r\nhost: {name}:{}\r\n", server.port());
            assert!(server.seen().to_lowercase().contains(&host.to_lowercase()));
        }
    }
}

/// Credentials of a proxy travel in clear as well.
#[test]
fn proxies() {
    let servers = [
        server_at(Ipv4Addr::LOCALHOST),
        server_at(Ipv6Addr::LOCALHOST),
    ];
    for server in servers.iter().flatten() {
        for name in NAMES {
            let url = format!("http://user:pa55@{name}:{}", server.port());
            let transport = UreqTransport::new().with_proxy(&url).unwrap();
            let target = SecureUrl::new("https://gateway.invalid/").unwrap();
            // It takes the tunnel for TLS, which it is not.
            let error = transport.send(HttpRequest::get(&target)).unwrap_err();
            assert_eq!(error.kind(), Kind::Tls, "{url}: {error}");
            assert!(server.seen().starts_with("CONNECT gateway.invalid:443 "));
        }
    }
}

/// A proxy that speaks TLS itself.
#[test]
fn proxies_with_tls() {
    let proxy = tls::trusted_server();
    let url = format!("https://localhost:{}", proxy.port());
    let transport = tls::trusting().with_proxy(&url).unwrap();
    let target = SecureUrl::new("https://gateway.invalid/").unwrap();
    transport.send(HttpRequest::get(&target)).unwrap_err();
    assert!(proxy.seen().starts_with("CONNECT gateway.invalid:443 "));
}

/// What is tried, in this order.
#[test]
fn addresses() {
    #[track_caller]
    fn check(url: &str, expected: &[&str]) {
        let url = SecureUrl::new(url).unwrap();
        let found = UreqTransport::new().resolve(&url).unwrap();
        let found: Vec<_> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{url}");
    }
    for name in NAMES {
        check(&format!("http://{name}/"), &["127.0.0.1", "::1"]);
    }
    check("http://127.0.0.1/", &["127.0.0.1"]);
    check("http://[::1]:1/", &["::1"]);
    check("https://192.0.2.7/", &["192.0.2.7"]);
    // No name: its first label is too long to be asked for.
    let url = format!("https://{}.example/", "a".repeat(64));
    let error = UreqTransport::new()
        .resolve(&SecureUrl::new(&url).unwrap())
        .unwrap_err();
    assert_eq!(error.kind(), Kind::NameResolution, "{error}");
}

/// Refused at both addresses.
#[test]
fn nobody_there() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let url = SecureUrl::new(&format!("http://localhost:{port}/")).unwrap();
    let error = UreqTransport::new()
        .send(HttpRequest::get(&url))
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Connect, "{error}");
}

/// A tunnel's end is not looked up here, whatever its name.
#[test]
fn tunnels_to_localhost() {
    let proxy = Loopback::serve(|mut stream| {
        let head = read_head(&mut stream)?;
        stream.write_all(response("403 Forbidden", "", "").as_bytes())?;
        Ok(head)
    });
    let transport = UreqTransport::new()
        .with_proxy(&format!("http://127.0.0.1:{}", proxy.port()))
        .unwrap();
    let target = SecureUrl::new("https://localhost/").unwrap();
    transport.send(HttpRequest::get(&target)).unwrap_err();
    assert!(proxy.seen().starts_with("CONNECT localhost:443 "));
}
