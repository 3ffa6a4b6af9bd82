use std::io::{self, Read};

use tokenring_oauth::{ApiRequest, TransportError, TransportErrorKind as Kind, UreqTransport};

use crate::loopback::answering;

/// A body in gzip is read as what it is of, unless the caller asked for a coding.
#[test]
fn compressed_bodies() {
    /// What `printf hello | gzip -9n` of GNU gzip 1.12 makes.
    const HELLO: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\x07\x00\
        \x86\xa6\x10\x36\x05\x00\x00\x00";

    fn bytes(method: &str, accepted: Option<&str>, body: &[u8]) -> io::Result<Vec<u8>> {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {length}\r\n\r\n"
        );
        let server = answering([head.as_bytes(), body].concat());
        let mut request = ApiRequest::new(method, &server.url("http", "/")).unwrap();
        if let Some(coding) = accepted {
            request = request.with_header("Accept-Encoding", coding).unwrap();
        }
        let response = UreqTransport::new().open(request).unwrap();
        assert_eq!(
            response.header("content-encoding").is_some(),
            accepted.is_some()
        );
        let mut bytes = Vec::new();
        response.into_body().read_to_end(&mut bytes).map(|_| bytes)
    }
    assert_eq!(bytes("GET", None, HELLO).unwrap(), b"hello");
    assert_eq!(bytes("GET", Some("gzip"), HELLO).unwrap(), HELLO);
    assert_eq!(bytes("GET", None, b"").unwrap(), b"");
    assert_eq!(bytes("HEAD", None, b"").unwrap(), b"");
    let error = bytes("GET", None, b"not really").unwrap_err();
    let inner = error.get_ref().unwrap().downcast_ref::<TransportError>();
    assert_eq!(inner.unwrap().kind(), Kind::UnsupportedEncoding);
}
