//! A client that speaks TLS through a proxy, or to an address, in a few lines.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::http::{Answer, connect};

pub(crate) type Tunnel = StreamOwned<ClientConnection, TcpStream>;

/// Trusts that certificate, or nobody.
pub(crate) fn trusting(certificate: Option<&str>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    if let Some(pem) = certificate {
        let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
        roots.add(certificate).unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

/// Asks a proxy for a tunnel, and returns its answer's status line and body.
pub(crate) fn ask(stream: &mut TcpStream, target: &str) -> (u16, String) {
    let request =
        format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\nUser-Agent: curl/8\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let head = read_head(stream);
    let status = head[9..12].parse().unwrap();
    let mut body = vec![0; content_length(&head)];
    if status != 200 {
        stream.read_exact(&mut body).unwrap();
    }
    (status, String::from_utf8(body).unwrap())
}

pub(crate) fn open(proxy: SocketAddr, host: &str, certificate: Option<&str>) -> Tunnel {
    let mut stream = connect(proxy);
    assert_eq!(ask(&mut stream, &format!("{host}:443")).0, 200);
    speak_tls(stream, host, certificate)
}

pub(crate) fn speak_tls(stream: TcpStream, host: &str, certificate: Option<&str>) -> Tunnel {
    let name = ServerName::try_from(host.to_owned()).unwrap();
    let connection = ClientConnection::new(trusting(certificate), name).unwrap();
    StreamOwned::new(connection, stream)
}

/// Sends one request on a connection that stays open, and reads its answer.
#[track_caller]
pub(crate) fn send(tunnel: &mut Tunnel, head: &str, body: &[u8]) -> Answer {
    let head = format!("{head}\r\nContent-Length: {}\r\n\r\n", body.len());
    tunnel.write_all(head.as_bytes()).unwrap();
    tunnel.write_all(body).unwrap();
    let head = read_head(tunnel);
    let mut body = vec![0; content_length(&head)];
    tunnel.read_exact(&mut body).unwrap();
    Answer::parse(&[head.as_bytes(), &body].concat())
}

fn read_head(stream: &mut impl Read) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    String::from_utf8(head).unwrap()
}

fn content_length(head: &str) -> usize {
    let head = head.to_ascii_lowercase();
    let mut lines = head.split("\r\n");
    let length = lines.find_map(|line| line.strip_prefix("content-length: "));
    length.map_or(0, |length| length.parse().unwrap())
}
