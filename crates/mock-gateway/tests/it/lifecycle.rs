//! Start, stop, and many clients at once.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use tokenring_mock_gateway::{ApiAccess, MockGateway};

use crate::bench::Bench;
use crate::http::{self, get};

#[test]
fn a_dropped_gateway_has_closed_its_port() {
    // No other test listens there, so nobody takes the port meanwhile. Others than Linux have just
    // one loopback address, and ports enough.
    let ip = if cfg!(target_os = "linux") {
        Ipv4Addr::new(127, 0, 0, 2)
    } else {
        Ipv4Addr::LOCALHOST
    };
    let gateway = MockGateway::builder()
        .with_address(SocketAddr::from((ip, 0)))
        .start()
        .unwrap();
    let address = gateway.address();
    assert_eq!(get(address, "/", &[]).status, 200);
    // Connections that are open, idle or half a request do not keep it.
    let idle = http::connect(address);
    let mut half = http::connect(address);
    std::io::Write::write_all(&mut half, b"GET / HTTP/1.1\r\nHost: ").unwrap();
    let before = Instant::now();
    drop(gateway);
    assert!(
        before.elapsed() < Duration::from_secs(2),
        "{:?}",
        before.elapsed()
    );
    TcpStream::connect(address).unwrap_err();
    // The port is free again.
    drop((idle, half));
    drop(TcpListener::bind(address).unwrap());
}

#[test]
fn a_gateway_stops_while_a_key_set_is_on_its_way() {
    use tokenring_mock_gateway::JwkSource;
    use tokenring_oauth::{HttpRequest, TransportError, TransportErrorKind};
    let (asked, was_asked) = mpsc::channel();
    let (release, wait_for_release) = mpsc::channel::<()>();
    let (asked, wait_for_release) = (
        std::sync::Mutex::new(asked),
        std::sync::Mutex::new(wait_for_release),
    );
    let bench = Bench::start_with(|builder| {
        builder
            .with_client("slow", JwkSource::Url("http://127.0.0.1:1/".to_owned()))
            .with_transport(move |_: HttpRequest| {
                asked.lock().unwrap().send(()).unwrap();
                let _ = wait_for_release.lock().unwrap().recv();
                Err(TransportError::new(TransportErrorKind::Other, "released"))
            })
    });
    let attempt = bench.attempt().with_client("slow");
    let address = bench.address();
    let client = std::thread::spawn(move || {
        let _ = std::panic::catch_unwind(|| attempt.send(address));
    });
    was_asked.recv().unwrap();
    let before = Instant::now();
    drop(bench);
    assert!(
        before.elapsed() < Duration::from_secs(2),
        "{:?}",
        before.elapsed()
    );
    drop(release);
    client.join().unwrap();
}

#[test]
fn fifty_clients_at_once_get_their_tokens() {
    let bench = Bench::start();
    let threads: Vec<_> = (0..50)
        .map(|_| {
            let (address, attempt) = (bench.address(), bench.attempt());
            std::thread::spawn(move || {
                let body = attempt.send(address).json();
                let token = body["access_token"].as_str().unwrap();
                let authorization = format!("Bearer {token}");
                let headers = [("Authorization", authorization.as_str())];
                get(address, ApiAccess::Bearer.path(), &headers).status
            })
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), 200);
    }
    assert_eq!(bench.gateway.token_requests(), 50);
    assert_eq!(bench.gateway.issued_tokens(), 50);
    assert_eq!(bench.gateway.api_calls(), 50);
}

#[test]
fn gateways_run_beside_each_other() {
    let gateways: Vec<_> = (0..5)
        .map(|_| MockGateway::builder().start().unwrap())
        .collect();
    for gateway in &gateways {
        assert_eq!(get(gateway.address(), "/", &[]).status, 200);
    }
}

#[test]
fn ipv6_loopback_does_too() {
    // A machine without IPv6 has no loopback of it.
    if TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_err() {
        eprintln!("NOT RUN: this machine has no IPv6 loopback");
        return;
    }
    let address = SocketAddr::from((Ipv6Addr::LOCALHOST, 0));
    let gateway = MockGateway::builder()
        .with_address(address)
        .start()
        .unwrap();
    let port = gateway.address().port();
    assert_eq!(
        gateway.token_url(),
        format!("http://[::1]:{port}/oauth2/token")
    );
    assert_eq!(get(gateway.address(), "/", &[]).status, 200);
}

#[test]
fn a_gateway_on_all_addresses_is_named_by_loopback() {
    let address = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    let gateway = MockGateway::builder()
        .with_address(address)
        .with_exposure_beyond_loopback()
        .start()
        .unwrap();
    let port = gateway.address().port();
    assert_eq!(gateway.base_url(), format!("http://127.0.0.1:{port}"));
}
