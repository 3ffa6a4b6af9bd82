use std::error::Error as _;
use std::io::{self, Write};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tokenring_oauth::{
    Error, HttpRequest, Transport, TransportError, TransportErrorKind as Kind, UreqTransport,
};

use crate::loopback::{Loopback, read_request, response};

const AUTHORITY: &[u8] = include_bytes!("../data/tls/authority.pem");
const SERVER: &[u8] = include_bytes!("../data/tls/server.pem");
const OTHER_NAME: &[u8] = include_bytes!("../data/tls/other-name.pem");
const EXPIRED: &[u8] = include_bytes!("../data/tls/expired.pem");
const SERVER_KEY: &[u8] = include_bytes!("../data/tls/server.key");

pub(crate) fn server(certificate: &'static [u8]) -> Loopback<String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let certificate = CertificateDer::from_pem_slice(certificate).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate],
            PrivateKeyDer::from_pem_slice(SERVER_KEY).unwrap(),
        )
        .unwrap();
    let config = Arc::new(config);
    Loopback::serve(move |stream| {
        let connection = ServerConnection::new(Arc::clone(&config)).map_err(io::Error::other)?;
        let mut stream = StreamOwned::new(connection, stream);
        let request = read_request(&mut stream)?;
        stream.write_all(response("200 OK", "", "{}").as_bytes())?;
        stream.conn.send_close_notify();
        stream.flush()?;
        Ok(request)
    })
}

pub(crate) fn trusted_server() -> Loopback<String> {
    server(SERVER)
}

pub(crate) fn trusting() -> UreqTransport {
    let transport = UreqTransport::new().without_proxy();
    transport.with_ca_certificates_pem(AUTHORITY).unwrap()
}

#[track_caller]
fn refused(server: &Loopback<String>, transport: &UreqTransport, words: &str) -> TransportError {
    let request = HttpRequest::get(&server.url("https", "/"));
    let error = transport.send(request).unwrap_err();
    let kind = match words {
        "its authority is not trusted" => Kind::UntrustedAuthority,
        _ => Kind::Tls,
    };
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains(words), "{error}");
    error
}

#[test]
fn private_authority() {
    let server = server(SERVER);
    let request = || HttpRequest::get(&server.url("https", "/a"));
    assert_eq!(trusting().send(request()).unwrap().body(), b"{}");
    assert!(server.seen().starts_with("GET /a HTTP/1.1\r\n"));

    let error = refused(
        &server,
        &UreqTransport::new(),
        "its authority is not trusted",
    );
    // The words of the TLS library are dumps of its values.
    assert!(error.source().is_none(), "{error:?}");
}

#[test]
fn certificates() {
    refused(
        &server(OTHER_NAME),
        &trusting(),
        "it is for another name: check the host",
    );
    refused(
        &server(EXPIRED),
        &trusting(),
        "it has expired: check the clock",
    );
    // Trust in a certificate of its own does not make a server an authority.
    let misled = UreqTransport::new()
        .with_ca_certificates_pem(SERVER)
        .unwrap();
    refused(&server(SERVER), &misled, "its authority is not trusted");
}

#[test]
fn no_tls_at_all() {
    let plain = Loopback::serve(|mut stream| {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")?;
        Ok(String::new())
    });
    refused(&plain, &trusting(), "does not speak TLS");
}

/// A server that speaks TLS, asked in clear.
#[test]
fn no_plain_http() {
    let server = server(SERVER);
    let error = trusting()
        .send(HttpRequest::get(&server.url("http", "/")))
        .unwrap_err();
    assert_ne!(error.kind(), Kind::Tls, "{error}");
}

#[test]
fn authorities_in_pem() {
    #[track_caller]
    fn check(pem: &[u8], is_taken: bool) {
        match UreqTransport::new().with_ca_certificates_pem(pem) {
            Ok(transport) if is_taken => {
                let server = server(SERVER);
                let request = HttpRequest::get(&server.url("https", "/"));
                transport.send(request).unwrap();
            }
            Err(Error::InvalidCertificate) if !is_taken => {}
            other => panic!("{other:?}"),
        }
    }
    let text = std::str::from_utf8(AUTHORITY).unwrap();
    let with_key = [SERVER_KEY, AUTHORITY].concat();
    check(AUTHORITY, true);
    check(text.replace('\n', "\r\n").as_bytes(), true);
    check(format!("\u{feff}Subject: x\n{text}\n\n").as_bytes(), true);
    check(&[EXPIRED, AUTHORITY].concat(), true);
    check(&with_key, true);
    check(b"", false);
    check(SERVER_KEY, false);
    check(b"<html></html>", false);
    check(text.replace("MII", "AAA").as_bytes(), false);
    check(text.split_at(200).0.as_bytes(), false);
}

#[test]
fn two_calls_add_up() {
    let transport = trusting().with_ca_certificates_pem(EXPIRED).unwrap();
    assert!(format!("{transport:?}").contains("private_authorities: 2"));
    let server = server(SERVER);
    let request = HttpRequest::get(&server.url("https", "/"));
    assert!(transport.send(request).is_ok());
}
