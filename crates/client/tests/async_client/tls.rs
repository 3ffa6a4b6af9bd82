//! Servers are verified as the blocking client does it.

use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tokenring::{Error, TransportErrorKind as Kind};

use crate::answers::errors;
use crate::bench::{builder, key_path, read_request};

fn data(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../oauth/tests/data/tls");
    folder.join(name)
}

/// The URL of a server with this certificate, which answers everything with `{}`.
fn server(certificate: &str) -> String {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_file(data(certificate)).unwrap()],
            PrivateKeyDer::from_pem_file(data("server.key")).unwrap(),
        );
    let config = Arc::new(config.unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/token", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream.unwrap());
            read_request(&mut stream);
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
            // Whoever rejects the certificate is gone.
            let _ = stream.write_all(answer);
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    url
}

/// Both clients fail at this step, in the same words.
#[track_caller]
fn check(certificate: &str, authority: Option<&str>, kind: Option<Kind>) {
    let mut builder = builder(&server(certificate)).key(key_path());
    if let Some(authority) = authority {
        builder = builder.ca_cert(data(authority));
    }
    let found = errors(builder.retry(1).no_store()).map(|error| match error {
        Error::Unreachable { source, .. } => (Some(source.kind()), source.to_string()),
        // `{}` is no token, and so it was read.
        Error::UnusableAnswer { .. } => (None, String::new()),
        error => panic!("{error:?}"),
    });
    assert_eq!(found[0].0, kind, "{found:?}");
    assert_eq!(found[0], found[1]);
}

#[test]
fn certificates() {
    let authority = Some("authority.pem");
    check("server.pem", authority, None);
    check("server.pem", None, Some(Kind::UntrustedAuthority));
    check("other-name.pem", authority, Some(Kind::Tls));
    check("expired.pem", authority, Some(Kind::Tls));
}
