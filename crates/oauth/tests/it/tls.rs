use std::error::Error as _;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use tokenring_oauth::{
    ApiRequest, CaStore, Error, HttpRequest, Transport, TransportError, TransportErrorKind as Kind,
    UreqTransport,
};

use crate::loopback::{Loopback, drip, hang, read_request, response};

const AUTHORITY: &[u8] = include_bytes!("../data/tls/authority.pem");
const SERVER: &[u8] = include_bytes!("../data/tls/server.pem");
const OTHER_NAME: &[u8] = include_bytes!("../data/tls/other-name.pem");
const EXPIRED: &[u8] = include_bytes!("../data/tls/expired.pem");
const SERVER_KEY: &[u8] = include_bytes!("../data/tls/server.key");

pub(crate) fn server(certificate: &'static [u8]) -> Loopback<String> {
    serving(certificate, |stream| {
        let request = read_request(stream)?;
        stream.write_all(response("200 OK", "", "{}").as_bytes())?;
        stream.conn.send_close_notify();
        stream.flush()?;
        Ok(request)
    })
}

type Session = StreamOwned<ServerConnection, TcpStream>;

fn serving<T: Send + 'static>(
    certificate: &'static [u8],
    serve: impl Fn(&mut Session) -> io::Result<T> + Send + Sync + 'static,
) -> Loopback<T> {
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
        serve(&mut StreamOwned::new(connection, stream))
    })
}

pub(crate) fn trusted_server() -> Loopback<String> {
    server(SERVER)
}

pub(crate) fn trusting() -> UreqTransport {
    let transport = UreqTransport::new().without_proxy();
    transport.with_ca_certificates(AUTHORITY).unwrap()
}

#[track_caller]
fn refused(server: &Loopback<String>, transport: &UreqTransport, words: &str) -> TransportError {
    let request = HttpRequest::get(&server.url("https", "/"));
    let error = transport.send(request).unwrap_err();
    let kind = match words {
        "is not trusted" | "self-signed" => Kind::UntrustedAuthority,
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

    let error = refused(&server, &UreqTransport::new(), "is not trusted");
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
}

/// A certificate that is given byte for byte is trusted as the server's own, and as nobody else's.
#[test]
fn a_servers_own_certificate() {
    let trusting = |certificate| {
        let transport = UreqTransport::new().without_proxy();
        transport.with_ca_certificates(certificate).unwrap()
    };
    let server = server(SERVER);
    let request = HttpRequest::get(&server.url("https", "/"));
    assert_eq!(trusting(SERVER).send(request).unwrap().body(), b"{}");
    refused(&server, &trusting(EXPIRED), "is not trusted");
    refused(
        &super::tls::server(OTHER_NAME),
        &trusting(OTHER_NAME),
        "it is for another name",
    );
    refused(
        &super::tls::server(EXPIRED),
        &trusting(EXPIRED),
        "it has expired",
    );
}

/// The issuer is named, as whoever gave the certificate out wrote it.
#[test]
fn untrusted_issuers() {
    let transport = UreqTransport::new().with_ca_store(CaStore::Bundled);
    let error = refused(&server(SERVER), &transport, "is not trusted");
    assert!(error.to_string().contains("(CN="), "{error}");
}

#[test]
fn no_tls_at_all() {
    let plain = Loopback::serve(|mut stream| {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")?;
        Ok(String::new())
    });
    refused(&plain, &trusting(), "does not speak TLS");
}

/// A server that speaks no TLS and waits for the end of a line, or ends at once.
#[test]
fn no_answer_to_the_handshake() {
    #[track_caller]
    fn check(serve: fn(TcpStream) -> io::Result<()>, kind: Kind, words: &str) {
        let server = Loopback::serve(serve);
        let transport = trusting().with_timeout(Duration::from_millis(300));
        let request = HttpRequest::get(&server.url("https", "/"));
        let error = transport.send(request).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        let advice = "check scheme and port of the URL";
        assert!(error.to_string().contains(advice), "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    check(
        |mut stream| hang(&mut stream),
        Kind::TimedOut,
        "did not complete the TLS handshake",
    );
    check(
        |mut stream| stream.read_exact(&mut [0; 100]),
        Kind::Truncated,
        "closed the connection in the TLS handshake",
    );
}

/// Plain HTTP to a port with TLS.
#[test]
fn https_is_expected() {
    #[track_caller]
    fn check(answer: &'static [u8], kind: Kind) {
        let server = Loopback::serve(|mut stream| {
            read_request(&mut stream)?;
            stream.write_all(answer)
        });
        let url = server.url("http", "/");
        let request = UreqTransport::new().send(HttpRequest::get(&url));
        let api = UreqTransport::new().open(ApiRequest::new("GET", &url).unwrap());
        for error in [request.unwrap_err(), api.unwrap_err()] {
            assert_eq!(error.kind(), kind, "{error}");
            assert!(error.to_string().contains("https:// in the URL"), "{error}");
        }
    }
    check(b"\x15\x03\x01\x00\x02\x02\x46", Kind::Protocol);
    check(
        b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n",
        Kind::Protocol,
    );
    check(
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 53\r\n\r\n<p>You're speaking plain HTTP to an SSL-enabled port.",
        Kind::Protocol,
    );
    check(
        b"HTTP/1.1 497 \r\nContent-Length: 0\r\n\r\n",
        Kind::Protocol,
    );
    check(b"", Kind::Truncated);
}

/// What an API answers besides is handed on whole, also where it was looked at for that.
#[test]
fn other_bad_requests() {
    #[track_caller]
    fn check(body: &str, length: usize, expected: Result<&str, io::ErrorKind>) {
        let head = format!("HTTP/1.1 400 Bad Request\r\nContent-Length: {length}\r\n\r\n");
        let answer = format!("{head}{body}");
        let server = Loopback::serve(move |mut stream| {
            read_request(&mut stream)?;
            stream.write_all(answer.as_bytes())
        });
        let request = ApiRequest::new("GET", &server.url("http", "/")).unwrap();
        let mut read = String::new();
        let body = UreqTransport::new().open(request).unwrap().into_body();
        let result = { body }.read_to_string(&mut read);
        let result = result.map(|_| read.as_str()).map_err(|error| error.kind());
        assert_eq!(result, expected);
    }
    check("no", 2, Ok("no"));
    check("", 0, Ok(""));
    let long = "a port with TLS ".repeat(1000);
    check(&long, long.len(), Ok(&long));
    check("no", 3, Err(io::ErrorKind::UnexpectedEof));
}

/// A connection that somebody cuts ends without the server's close_notify. A body of
/// a known length is not whole then; of another, the reader of its JSON decides.
#[test]
fn cut_connections() {
    #[track_caller]
    fn check(head: &'static str, ends: bool, expected: Result<&[u8], Kind>) {
        let server = serving(SERVER, move |stream| {
            read_request(stream)?;
            write!(stream, "{head}{{}}")?;
            if ends {
                stream.conn.send_close_notify();
            }
            stream.flush()
        });
        let request = HttpRequest::get(&server.url("https", "/"));
        let response = trusting().send(request);
        let body = response.as_ref().map(tokenring_oauth::HttpResponse::body);
        assert_eq!(body.map_err(TransportError::kind), expected);
    }
    const WHOLE: Result<&[u8], Kind> = Ok(b"{}");
    const CUT: Result<&[u8], Kind> = Err(Kind::Truncated);
    check("HTTP/1.1 200 OK\r\n\r\n", true, WHOLE);
    check("HTTP/1.1 200 OK\r\n\r\n", false, WHOLE);
    check("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", false, WHOLE);
    check("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", true, CUT);
    check("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", false, CUT);
}

/// In TLS 1.3 a server says that it wants a client certificate when the request is on its way: the
/// client that still writes when the connection is closed reads that all the same.
#[test]
fn an_alert_before_a_cut_connection() {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(AUTHORITY).unwrap())
        .unwrap();
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(SERVER).unwrap()],
            PrivateKeyDer::from_pem_slice(SERVER_KEY).unwrap(),
        )
        .unwrap();
    let config = Arc::new(config);
    let server = Loopback::serve(move |mut stream| {
        let mut session = ServerConnection::new(Arc::clone(&config)).map_err(io::Error::other)?;
        // Fails, and sends the alert.
        session.complete_io(&mut stream).unwrap_err();
        Ok(())
    });
    // More than the buffers of a socket hold.
    for length in [0, 1_000, 32 << 20] {
        let request = ApiRequest::new("POST", &server.url("https", "/")).unwrap();
        let error = trusting()
            .open(request.with_body(vec![b'a'; length]))
            .map(|_| ())
            .unwrap_err();
        assert_eq!(error.kind(), Kind::Tls, "{length}: {error}");
        let words = "it wants a client certificate";
        assert!(error.to_string().contains(words), "{length}: {error}");
    }
}

/// The deadline holds inside of a session as well.
#[test]
fn deadlines() {
    #[track_caller]
    fn check(serve: fn(&mut Session) -> io::Result<()>) {
        let server = serving(SERVER, serve);
        let transport = trusting().with_timeout(Duration::from_millis(500));
        let started = Instant::now();
        let request = HttpRequest::get(&server.url("https", "/"));
        let error = transport.send(request).unwrap_err();
        assert_eq!(error.kind(), Kind::TimedOut, "{error}");
        assert!(started.elapsed() < Duration::from_secs(15));
    }
    check(|session| {
        read_request(session)?;
        hang(&mut session.sock)
    });
    check(|session| {
        read_request(session)?;
        session.write_all(b"HTTP/1.1 200 OK\r\nX: ")?;
        drip(session, b"a")
    });
    check(|session| {
        read_request(session)?;
        session.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")?;
        drip(session, b" ")
    });
    // A record of which one byte comes at a time.
    check(|session| {
        read_request(session)?;
        session.write_all(b"HTTP/1.1 200 OK\r\n\r\n{")?;
        session.flush()?;
        session.sock.write_all(&[23, 3, 3, 0x40, 0])?;
        drip(&mut session.sock, &[0])
    });
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
        match UreqTransport::new().with_ca_certificates(pem) {
            Ok(transport) if is_taken => {
                let server = server(SERVER);
                let request = HttpRequest::get(&server.url("https", "/"));
                transport.send(request).unwrap();
            }
            Err(Error::InvalidCertificate(_)) if !is_taken => {}
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
    let transport = trusting().with_ca_certificates(EXPIRED).unwrap();
    assert!(format!("{transport:?}").contains("given_certificates: 2"));
    let server = server(SERVER);
    let request = HttpRequest::get(&server.url("https", "/"));
    assert!(transport.send(request).is_ok());
}

/// A record of an API's answer of which one byte comes at a time is no progress.
#[test]
fn idle_time_of_an_api() {
    let server = serving(SERVER, |session| {
        read_request(session)?;
        session.write_all(b"HTTP/1.1 200 OK\r\n\r\n{")?;
        session.flush()?;
        session.sock.write_all(&[23, 3, 3, 0x40, 0])?;
        drip(&mut session.sock, &[0])
    });
    let request = ApiRequest::new("GET", &server.url("https", "/")).unwrap();
    let request = request.with_idle_timeout(Duration::from_millis(500));
    let started = Instant::now();
    let mut body = trusting().open(request).unwrap().into_body();
    let error = io::copy(&mut body, &mut io::sink()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    assert!(started.elapsed() < Duration::from_secs(15));
}
