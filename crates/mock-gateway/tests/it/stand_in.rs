//! The mock in place of the real hosts: the proxy, TLS, and what it refuses to be.

use std::error::Error as _;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr};

use tokenring_gateway::Gateway;
use tokenring_jwk::Algorithm;
use tokenring_mock_gateway::{Error, Event, EventKind, MockGateway, MockGatewayBuilder};

use crate::draft::{CLIENT, Draft};
use crate::http::{self, connect};
use crate::preset::{Preset, certificate, public_key};
use crate::tunnel::{self, Tunnel, ask};

const GOOGLE: &str = "oauth2.googleapis.com";

fn google(configure: impl FnOnce(MockGatewayBuilder) -> MockGatewayBuilder) -> Preset {
    let gateway = Gateway::builtin("google").unwrap();
    Preset::start_with(&gateway, |builder| {
        configure(builder.with_client(CLIENT, certificate()))
    })
}

fn draft(preset: &Preset, audience: &str) -> String {
    let draft = Draft::grant(preset, Algorithm::Rs256, audience)
        .without_claim("sub")
        .claim("iat", preset.now())
        .claim("scope", "read");
    draft.body()
}

#[track_caller]
fn post(tunnel: &mut Tunnel, path: &str, host: &str, body: &str) -> http::Answer {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded"
    );
    tunnel::send(tunnel, &head, body.as_bytes())
}

fn open(preset: &Preset, host: &str) -> Tunnel {
    let certificate = preset.gateway.ca_certificate();
    tunnel::open(preset.gateway.address(), host, certificate.as_deref())
}

fn only_event(preset: &Preset, kind: EventKind) -> Event {
    let events = preset.gateway.events();
    let mut events = events.into_iter().filter(|event| event.kind() == kind);
    let event = events.next().unwrap();
    assert!(events.next().is_none());
    event
}

#[test]
fn the_real_urls_are_this_gateways() {
    let preset = google(MockGatewayBuilder::with_tls_proxy);
    let real = "https://oauth2.googleapis.com/token";
    assert_eq!(preset.gateway.token_url(), real);
    assert_eq!(preset.gateway.audience(), real);
    assert_eq!(preset.gateway.hosts(), [GOOGLE]);
    assert_eq!(preset.gateway.proxy_url(), Some(preset.gateway.base_url()));
    // One connection serves several requests.
    let mut tunnel = open(&preset, GOOGLE);
    let body = draft(&preset, real);
    let answer = post(&mut tunnel, "/token", GOOGLE, &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let own = format!("{}/token", preset.gateway.base_url());
    let answer = post(&mut tunnel, "/token", GOOGLE, &draft(&preset, &own));
    assert_eq!(answer.status, 400, "{}", answer.text());
    let event = preset.gateway.events().pop().unwrap();
    assert_eq!(event.refusal().unwrap().rule(), "audience");
    assert_eq!(event.host(), Some("https://oauth2.googleapis.com"));
    assert_eq!(event.called_url(), Some(real));
    assert!(
        event
            .to_string()
            .starts_with("POST https://oauth2.googleapis.com/token 400 "),
        "{event}"
    );
    // Behind the token, every path is an API.
    let token = post(&mut tunnel, "/token", GOOGLE, &draft(&preset, real)).json();
    let head = |token: &str| {
        format!("GET /storage/v1/b HTTP/1.1\r\nHost: {GOOGLE}\r\nAuthorization: Bearer {token}")
    };
    let token = token["access_token"].as_str().unwrap();
    assert_eq!(tunnel::send(&mut tunnel, &head(token), b"").status, 200);
    assert_eq!(tunnel::send(&mut tunnel, &head("other"), b"").status, 401);
}

#[test]
fn metadata_names_the_real_urls() {
    let gateway = Gateway::builtin("maskinporten").unwrap();
    let preset = Preset::start_with(&gateway, |builder| {
        builder
            .with_environment("prod")
            .with_client(CLIENT, public_key(Algorithm::Rs256))
            .with_tls_proxy()
    });
    let mut hosts = preset.gateway.hosts();
    hosts.sort_unstable();
    assert_eq!(hosts, ["maskinporten.no", "test.maskinporten.no"]);
    let mut tunnel = open(&preset, "maskinporten.no");
    let url = preset.gateway.metadata_url().unwrap();
    let path = url.strip_prefix("https://maskinporten.no").unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nHost: maskinporten.no");
    let document = tunnel::send(&mut tunnel, &head, b"").json();
    assert_eq!(document["issuer"], "https://maskinporten.no/");
    assert_eq!(document["token_endpoint"], "https://maskinporten.no/token");
    let authorization = "https://maskinporten.no/authorize";
    assert_eq!(document["authorization_endpoint"], authorization);
    let jwks = document["jwks_uri"].as_str().unwrap();
    let path = jwks.strip_prefix("https://maskinporten.no").unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nHost: maskinporten.no");
    assert!(tunnel::send(&mut tunnel, &head, b"").json()["keys"].is_array());
}

/// MSAL for Python asks for this after a refusal.
#[test]
fn documents_of_the_file_are_answered() {
    let gateway = Gateway::builtin("entra").unwrap();
    let preset = Preset::start_with(&gateway, |builder| {
        builder
            .with_variable("tenant", "contoso.example")
            .with_tls_proxy()
    });
    let host = "login.microsoftonline.com";
    let mut tunnel = open(&preset, host);
    let path = "/common/discovery/instance?api-version=1.1";
    let head = format!("GET {path} HTTP/1.1\r\nHost: {host}");
    let document = tunnel::send(&mut tunnel, &head, b"").json();
    assert_eq!(
        document["tenant_discovery_endpoint"],
        format!("https://{host}/contoso.example/v2.0/.well-known/openid-configuration")
    );
    assert_eq!(document["metadata"][0]["aliases"][0], host);
}

#[track_caller]
fn check_refused(preset: &Preset, target: &str) {
    let mut stream = connect(preset.gateway.address());
    let (status, body) = ask(&mut stream, target);
    assert_eq!(status, 403, "{target}");
    assert!(body.contains(target) && body.contains(GOOGLE), "{body}");
    let event = preset.gateway.events().pop().unwrap();
    assert_eq!(event.kind(), EventKind::ProxyRefusal);
    assert_eq!((event.path(), event.status()), (target, 403));
}

#[test]
fn other_hosts_are_refused_by_name() {
    let preset = google(MockGatewayBuilder::with_tls_proxy);
    for target in [
        "example.com:443",
        "oauth2.googleapis.com:8443",
        "a.oauth2.googleapis.com:443",
        "oauth2.googleapis.com.example.com:443",
        "127.0.0.1:443",
        "localhost:443",
        "[::1]:443",
    ] {
        check_refused(&preset, target);
    }
    let address = preset.gateway.address();
    let answer = http::get(address, "http://example.com/", &[("Host", "example.com")]);
    assert_eq!(answer.status, 403);
    assert!(
        answer.text().contains("\"example.com\""),
        "{}",
        answer.text()
    );
    let own = format!("http://{address}/");
    assert_eq!(http::get(address, &own, &[]).status, 200);
    let port = address.port();
    for other in ["192.0.2.1", "127.0.0.1:1", "[::1]:1", "localhost"] {
        let target = format!("http://{other}/latest");
        let answer = http::get(address, &target, &[("Host", other)]);
        assert_eq!(answer.status, 403, "{target}");
        assert!(answer.text().contains(other), "{}", answer.text());
    }
    let there = format!("http://192.0.2.1:{port}/");
    assert_eq!(http::get(address, &there, &[]).status, 403);
    // Plain HTTP to a host that it stands in for is answered, by the URL that was called.
    let target = format!("http://{GOOGLE}/token");
    let headers = [
        ("Host", GOOGLE),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    let body = draft(&preset, &target);
    let answer = http::send(address, "POST", &target, &headers, body.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
    // Within a tunnel, another host is not this connection's.
    let mut tunnel = open(&preset, GOOGLE);
    assert_eq!(post(&mut tunnel, "/token", "example.com", "").status, 421);
    // By its own name it is what it always was.
    assert_eq!(http::get(address, "/", &[]).status, 200);
}

#[test]
fn without_the_proxy_nothing_is_one() {
    let preset = google(|builder| builder);
    let mut stream = connect(preset.gateway.address());
    assert_eq!(ask(&mut stream, "oauth2.googleapis.com:443").0, 404);
    assert_eq!(preset.gateway.proxy_url(), None);
    assert_eq!(preset.gateway.ca_certificate(), None);
    assert!(preset.gateway.hosts().is_empty());
    // A server in front may pass the real name on. Its audience is good, and no other.
    let headers = [
        ("Host", GOOGLE),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    let send = |audience: &str| {
        let body = draft(&preset, audience);
        let address = preset.gateway.address();
        http::send(address, "POST", "/token", &headers, body.as_bytes()).status
    };
    assert_eq!(send("https://oauth2.googleapis.com/token"), 200);
    assert_eq!(send("https://oauth2.googleapis.com/token/"), 400);
    assert_eq!(send("https://accounts.google.com/token"), 400);
}

/// A client that does not trust the certificate is told of once, however often it tries.
#[test]
fn distrust_is_told_once() {
    let preset = google(MockGatewayBuilder::with_tls_proxy);
    for _ in 0..3 {
        let mut tunnel = tunnel::open(preset.gateway.address(), GOOGLE, None);
        let _ = tunnel.write_all(b"GET / HTTP/1.1\r\n\r\n");
        let _ = tunnel.flush();
        let _ = tunnel.conn.complete_io(&mut tunnel.sock);
        let _ = tunnel.sock.read(&mut [0; 1024]);
    }
    let event = only_event(&preset, EventKind::TlsFailure);
    assert_eq!((event.path(), event.status()), (GOOGLE, 0));
    let note = event.note().unwrap();
    assert!(
        note.contains("does not trust") && note.contains("CURL_CA_BUNDLE"),
        "{note}"
    );
    assert!(event.to_string().starts_with("TLS oauth2.googleapis.com ["));
}

#[test]
fn a_name_that_is_not_the_gateways_gets_no_certificate() {
    let preset = google(MockGatewayBuilder::with_tls_proxy);
    let mut stream = connect(preset.gateway.address());
    assert_eq!(ask(&mut stream, "oauth2.googleapis.com:443").0, 200);
    let certificate = preset.gateway.ca_certificate();
    let mut tunnel = tunnel::speak_tls(stream, "example.com", certificate.as_deref());
    tunnel.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap_err();
    let event = only_event(&preset, EventKind::TlsFailure);
    assert_eq!(event.path(), "example.com");
}

#[test]
fn what_hangs_keeps_nobody_out() {
    let preset = google(MockGatewayBuilder::with_tls_proxy);
    let address = preset.gateway.address();
    let mut hanging = Vec::new();
    for part in [&b""[..], b"\x16\x03\x01", b"GET / HTTP/1.1\r\n"] {
        let mut stream = connect(address);
        assert_eq!(ask(&mut stream, "oauth2.googleapis.com:443").0, 200);
        stream.write_all(part).unwrap();
        hanging.push(stream);
    }
    let mut one = open(&preset, GOOGLE);
    let mut other = open(&preset, GOOGLE);
    let real = "https://oauth2.googleapis.com/token";
    for tunnel in [&mut one, &mut other] {
        let answer = post(tunnel, "/token", GOOGLE, &draft(&preset, real));
        assert_eq!(answer.status, 200);
    }
    // A body that is too large is read, and refused.
    let answer = post(&mut one, "/token", GOOGLE, &"a".repeat(3_000_000));
    assert_eq!(answer.status, 413);
}

#[test]
fn a_listener_of_its_own_speaks_tls() {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let preset = google(|builder| builder.with_https_address(address));
    assert_eq!(preset.gateway.proxy_url(), None);
    let address = preset.gateway.https_address().unwrap();
    let certificate = preset.gateway.ca_certificate();
    let real = "https://oauth2.googleapis.com/token";
    for (name, host) in [
        (GOOGLE, GOOGLE.to_owned()),
        (GOOGLE, format!("{GOOGLE}:{}", address.port())),
        ("localhost", address.to_string()),
        ("127.0.0.1", address.to_string()),
    ] {
        let mut tunnel = tunnel::speak_tls(connect(address), name, certificate.as_deref());
        let answer = post(&mut tunnel, "/token", &host, &draft(&preset, real));
        assert_eq!(answer.status, 200, "{name} {host}: {}", answer.text());
    }
    let mut tunnel = tunnel::speak_tls(connect(address), GOOGLE, certificate.as_deref());
    assert_eq!(post(&mut tunnel, "/token", "example.com", "").status, 421);
}

#[track_caller]
fn check_start(
    name: &str,
    configure: impl FnOnce(MockGatewayBuilder) -> MockGatewayBuilder,
) -> Error {
    let gateway = Gateway::builtin(name).unwrap();
    let builder = MockGateway::builder().with_gateway(&gateway);
    configure(builder).start().unwrap_err()
}

#[test]
fn what_cannot_be_stood_in_for_does_not_start() {
    let proxy = MockGatewayBuilder::with_tls_proxy;
    let error = check_start("okta", proxy);
    assert!(error.source().unwrap().to_string().contains("`domain`"));
    // A variable of something else than a URL is not missing.
    let salesforce = Gateway::builtin("salesforce").unwrap();
    let builder = MockGateway::builder().with_gateway(&salesforce);
    let salesforce = builder.with_tls_proxy().start().unwrap();
    assert!(salesforce.hosts().contains(&"login.salesforce.com"));
    let error = check_start("entra", proxy);
    assert!(error.source().unwrap().to_string().contains("`tenant`"));
    assert!(matches!(
        check_start("generic", proxy),
        Error::NoHosts { gateway } if gateway == "generic"
    ));
    let everywhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    let exposed = |builder: MockGatewayBuilder| {
        let builder = builder.with_exposure_beyond_loopback();
        builder.with_address(everywhere).with_tls_proxy()
    };
    assert!(matches!(
        check_start("google", exposed),
        Error::NotLoopback { .. }
    ));
    let exposed = |builder: MockGatewayBuilder| {
        let builder = builder.with_exposure_beyond_loopback();
        builder.with_https_address(everywhere)
    };
    assert!(matches!(
        check_start("google", exposed),
        Error::NotLoopback { .. }
    ));
    for url in [
        "auth.example",
        "ftp://auth.example",
        "https://",
        "https://a?b",
        "https://a b",
        "https://u@a",
    ] {
        let error = check_start("google", |builder| builder.with_public_url(url));
        assert!(matches!(error, Error::PublicUrl), "{url}");
    }
}

#[test]
fn a_public_url_is_what_is_published_and_expected() {
    let gateway = Gateway::builtin("generic").unwrap();
    let preset = Preset::start_with(&gateway, |builder| {
        builder
            .with_client(CLIENT, public_key(Algorithm::Rs256))
            .with_public_url("https://auth.example/idp/")
            .with_tls_proxy()
    });
    let real = "https://auth.example/idp/oauth2/token";
    assert_eq!(preset.gateway.token_url(), real);
    assert_eq!(preset.gateway.hosts(), ["auth.example"]);
    let mut tunnel = open(&preset, "auth.example");
    let body = Draft::new(&preset, Algorithm::Rs256, real).body();
    let answer = post(&mut tunnel, "/idp/oauth2/token", "auth.example", &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    // A server in front may take its own path away.
    let draft = Draft::new(&preset, Algorithm::Rs256, real);
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    let address = preset.gateway.address();
    let body = draft.body();
    let answer = http::send(address, "POST", "/oauth2/token", &headers, body.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[test]
fn the_certificate_has_no_key_and_few_names() {
    let one = google(MockGatewayBuilder::with_tls_proxy);
    let other = google(MockGatewayBuilder::with_tls_proxy);
    let pem = one.gateway.ca_certificate().unwrap();
    assert!(!pem.contains("PRIVATE"));
    assert_eq!(pem.matches("-----BEGIN CERTIFICATE-----").count(), 1);
    assert_ne!(Some(pem), other.gateway.ca_certificate());
}
