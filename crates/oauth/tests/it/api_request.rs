use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use tokenring_oauth::{
    AccessToken, ApiRequest, ApiResponse, BodyTooLarge, Error, SecureUrl, TransportError,
    TransportErrorKind as Kind, UreqTransport,
};

use crate::loopback::{Loopback, answering, drip, flood, hang, read_head, read_request, response};

fn open(request: ApiRequest<'_>) -> Result<ApiResponse, TransportError> {
    UreqTransport::new().open(request)
}

fn read(response: ApiResponse) -> String {
    let mut body = String::new();
    response.into_body().read_to_string(&mut body).unwrap();
    body
}

/// How method and body go together on the wire: what stands after the method,
/// the headers that frame the body, and the body.
#[test]
fn methods_and_bodies() {
    #[track_caller]
    fn check<'a>(
        method: &str,
        body: impl FnOnce(ApiRequest<'a>) -> ApiRequest<'a>,
        framing: &[&str],
        sent: &str,
    ) {
        let server = answering(response("200 OK", "", "answer"));
        let request = ApiRequest::new(method, &server.url("http", "/a?b=c|d")).unwrap();
        let response = open(body(request)).unwrap();
        assert_eq!(response.status(), 200);
        if method != "HEAD" {
            assert_eq!(read(response), "answer");
        }
        let request = server.seen();
        let (head, received) = request.split_once("\r\n\r\n").unwrap();
        assert!(
            head.starts_with(&format!("{method} /a?b=c|d HTTP/1.1\r\n")),
            "{head}"
        );
        let frames = ["content-length: ", "transfer-encoding: ", "expect: "];
        let lines = head.split("\r\n");
        let found: Vec<_> = lines
            .filter(|line| frames.iter().any(|name| line.starts_with(name)))
            .collect();
        assert_eq!(found, framing);
        assert_eq!(received, sent);
    }
    const LENGTH: &[&str] = &["content-length: 4"];
    for method in [
        "GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get",
    ] {
        check(method, |request| request, &[], "");
    }
    for method in ["POST", "PUT", "PATCH"] {
        check(method, |request| request, &["content-length: 0"], "");
    }
    for method in [
        "GET", "HEAD", "DELETE", "OPTIONS", "POST", "PUT", "PATCH", "PROPFIND",
    ] {
        check(method, |request| request.with_body("data"), LENGTH, "data");
        check(
            method,
            |request| request.with_body_reader("data".as_bytes(), Some(4)),
            LENGTH,
            "data",
        );
        check(
            method,
            |request| request.with_body_reader("data".as_bytes(), None),
            &["transfer-encoding: chunked"],
            "4\r\ndata\r\n0\r\n\r\n",
        );
    }
    // No more than was announced.
    check(
        "POST",
        |request| request.with_body_reader("database".as_bytes(), Some(4)),
        LENGTH,
        "data",
    );
    check(
        "POST",
        |request| request.with_body_reader(io::empty(), Some(0)),
        &["content-length: 0"],
        "",
    );
    check(
        "POST",
        |request| request.with_body_reader(io::empty(), None),
        &["transfer-encoding: chunked"],
        "0\r\n\r\n",
    );
}

#[test]
fn headers() {
    let server = answering(response("200 OK", "", ""));
    let request = ApiRequest::new("GET", &server.url("http", "/"))
        .and_then(|request| request.with_header("X-Request-ID", "one"))
        .and_then(|request| request.with_header("x-request-id", "two"))
        .and_then(|request| request.with_header("Accept", "application/fhir+json"))
        .unwrap()
        .with_bearer_token(&AccessToken::new("abc").unwrap());
    open(request).unwrap();
    let request = server.seen();
    for line in [
        "x-request-id: two",
        "accept: application/fhir+json",
        "authorization: Bearer abc",
        "accept-encoding: identity",
    ] {
        assert!(request.contains(&format!("\r\n{line}\r\n")), "{request}");
    }
    assert!(!request.contains("one"), "{request}");
}

#[test]
fn refused_requests() {
    let url = SecureUrl::new("https://example.com/").unwrap();
    for method in ["", "G T", "GET\r\n", "G\u{c9}T", "CONNECT"] {
        let request = ApiRequest::new(method, &url);
        assert!(matches!(request, Err(Error::InvalidMethod)), "{method}");
    }
    for name in ["Content-Length", "Transfer-Encoding", "Expect"] {
        let request = ApiRequest::new("GET", &url).unwrap().with_header(name, "1");
        assert!(matches!(request, Err(Error::ReservedHeader)), "{name}");
    }
}

/// The response as it is: any status, and redirects too.
#[test]
fn responses_unchanged() {
    #[track_caller]
    fn check(status: &str, headers: &str, body: &str) {
        let server = answering(response(status, headers, body));
        let response = open(ApiRequest::new("GET", &server.url("http", "/")).unwrap()).unwrap();
        assert_eq!(
            response.status().to_string(),
            status.split_once(' ').unwrap().0
        );
        for line in headers.lines() {
            let (name, value) = line.split_once(": ").unwrap();
            assert_eq!(response.header(name), Some(value));
        }
        assert_eq!(read(response), body);
    }
    check(
        "401 Unauthorized",
        "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n",
        "{}",
    );
    check(
        "302 Found",
        "Location: https://elsewhere.example/\r\n",
        "moved",
    );
    check(
        "307 Temporary Redirect",
        "Location: https://elsewhere.example/\r\n",
        "",
    );
    check("429 Too Many Requests", "Retry-After: 5\r\n", "slow down");
    check("500 Internal Server Error", "X-A: b\r\n", "\u{1b}[2J");
}

/// Neither body is held in memory: this one would not fit the limits of a
/// token response, and it is compared as it comes.
#[test]
fn streams() {
    const SIZE: u64 = 16 << 20;
    let server = Loopback::serve(|mut stream| {
        read_head(&mut stream)?;
        let received = io::copy(&mut Read::by_ref(&mut stream).take(SIZE), &mut io::sink())?;
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {SIZE}\r\n\r\n")?;
        io::copy(&mut io::repeat(b'x').take(SIZE), &mut stream)?;
        Ok(received)
    });
    let request = ApiRequest::new("PUT", &server.url("http", "/"))
        .unwrap()
        .with_body_reader(io::repeat(b'x').take(SIZE), Some(SIZE));
    let mut body = open(request).unwrap().into_body();
    assert_eq!(io::copy(&mut body, &mut io::sink()).unwrap(), SIZE);
    assert_eq!(server.seen(), SIZE);
}

#[test]
fn bodies_that_cannot_be_sent() {
    struct Unreadable;
    impl Read for Unreadable {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("disk on fire"))
        }
    }
    #[track_caller]
    fn check(body: impl Read, length: Option<u64>, words: &str) {
        let server = answering(response("200 OK", "", ""));
        let request = ApiRequest::new("POST", &server.url("http", "/")).unwrap();
        let error = open(request.with_body_reader(body, length)).unwrap_err();
        assert_eq!(error.kind(), Kind::RequestBody, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    check("short".as_bytes(), Some(6), "shorter than was announced");
    check(io::empty(), Some(1), "shorter than was announced");
    check(Unreadable, Some(6), "disk on fire");
    check(Unreadable, None, "disk on fire");
}

/// A body that is cut off or stalls is an error where it is read.
#[test]
fn broken_bodies() {
    #[track_caller]
    fn check(
        serve: impl Fn(&mut std::net::TcpStream) -> io::Result<()> + Send + Sync + 'static,
        limit: impl FnOnce(ApiRequest<'static>) -> ApiRequest<'static>,
        kind: io::ErrorKind,
    ) {
        let server = Loopback::serve(move |mut stream| {
            read_request(&mut stream)?;
            serve(&mut stream)
        });
        let started = Instant::now();
        let request = ApiRequest::new("GET", &server.url("http", "/")).unwrap();
        let mut body = open(limit(request)).unwrap().into_body();
        let error = io::copy(&mut body, &mut io::sink()).unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.get_ref().unwrap().is::<TransportError>());
        assert!(started.elapsed() < Duration::from_secs(15));
    }
    const SHORT: Duration = Duration::from_secs(1);
    check(
        |stream| stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
        |request| request,
        io::ErrorKind::UnexpectedEof,
    );
    check(
        |stream| {
            stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf")
        },
        |request| request,
        io::ErrorKind::UnexpectedEof,
    );
    check(
        |stream| {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")?;
            hang(stream)
        },
        |request| request.with_idle_timeout(SHORT),
        io::ErrorKind::TimedOut,
    );
    check(
        |stream| {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
            drip(stream, b"a")
        },
        |request| request.with_timeout(SHORT),
        io::ErrorKind::TimedOut,
    );
    check(
        |stream| {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
            flood(stream, &[b'a'; 4096])
        },
        |request| request.with_timeout(SHORT),
        io::ErrorKind::TimedOut,
    );
    // What is no part of the body doesn't count as progress.
    const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    check(
        |stream| {
            stream.write_all(CHUNKED)?;
            stream.write_all(b"1\r\na\r\n0\r\n")?;
            drip(stream, b"a: b\r\n")
        },
        |request| request.with_idle_timeout(SHORT),
        io::ErrorKind::TimedOut,
    );
    check(
        |stream| {
            stream.write_all(CHUNKED)?;
            stream.write_all(b"1\r\na\r\n0\r\n")?;
            flood(stream, &b"a: b\r\n".repeat(1000))
        },
        |request| request,
        io::ErrorKind::Other,
    );
    check(
        |stream| {
            stream.write_all(CHUNKED)?;
            drip(stream, b"0000000")
        },
        |request| request.with_idle_timeout(SHORT),
        io::ErrorKind::TimedOut,
    );
}

/// The head is bounded in size and, by the idle limit, in time.
#[test]
fn broken_heads() {
    #[track_caller]
    fn check(more: fn(&mut std::net::TcpStream) -> io::Result<()>, kind: Kind) {
        let server = Loopback::serve(move |mut stream| {
            read_request(&mut stream)?;
            stream.write_all(b"HTTP/1.1 200 OK\r\nX: ")?;
            more(&mut stream)
        });
        let request = ApiRequest::new("GET", &server.url("http", "/")).unwrap();
        let request = request.with_idle_timeout(Duration::from_secs(1));
        assert_eq!(open(request).unwrap_err().kind(), kind);
    }
    check(|stream| flood(stream, &[b'a'; 4096]), Kind::TooLarge);
    check(|stream| drip(stream, b"a"), Kind::TimedOut);
}

/// Slow but steady is fine.
#[test]
fn idle_time_is_not_total_time() {
    let server = Loopback::serve(|mut stream| {
        read_request(&mut stream)?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 150\r\n\r\n")?;
        drip(&mut Write::by_ref(&mut stream), b"a")
    });
    let request = ApiRequest::new("GET", &server.url("http", "/"))
        .unwrap()
        .with_idle_timeout(Duration::from_secs(1));
    let started = Instant::now();
    assert_eq!(read(open(request).unwrap()), "a".repeat(150));
    assert!(started.elapsed() > Duration::from_secs(1));
}

/// A body as large as is allowed is taken, and of a larger one nothing beyond that.
#[test]
fn largest_bodies() {
    #[track_caller]
    fn check(answer: &'static [u8], largest: u64, expected: Result<&str, io::ErrorKind>) {
        let server = Loopback::serve(move |mut stream| {
            read_request(&mut stream)?;
            stream.write_all(answer)
        });
        let request = ApiRequest::new("GET", &server.url("http", "/")).unwrap();
        let read = match open(request).unwrap().with_largest_body(largest) {
            Ok(response) => {
                let mut body = String::new();
                let read = response.into_body().read_to_string(&mut body);
                read.map(|_| body)
            }
            Err(error) => Err(io::Error::new(io::ErrorKind::FileTooLarge, error)),
        };
        match read {
            Ok(body) => assert_eq!(Ok(&*body), expected),
            Err(error) => {
                assert_eq!(Err(error.kind()), expected);
                let inner = error.get_ref().unwrap().downcast_ref::<BodyTooLarge>();
                assert_eq!(inner.unwrap().largest, largest);
            }
        }
    }
    let announced = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    let in_chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    check(announced, 5, Ok("hello"));
    check(in_chunks, 5, Ok("hello"));
    check(in_chunks, u64::MAX, Ok("hello"));
    check(announced, 4, Err(io::ErrorKind::FileTooLarge));
    check(in_chunks, 4, Err(io::ErrorKind::Other));
    check(in_chunks, 0, Err(io::ErrorKind::Other));
}
