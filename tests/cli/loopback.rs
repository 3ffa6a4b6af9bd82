use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::process::{Machine, Run};

/// A server on loopback that answers each connection as told, whatever HTTP says.
pub(crate) struct Loopback {
    port: u16,
    requests: mpsc::Receiver<Request>,
}

/// What came over a connection.
pub(crate) struct Request {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// A test that hangs fails after this.
const PATIENCE: Duration = Duration::from_secs(20);

impl Loopback {
    /// Serves each connection with a function.
    pub(crate) fn serve<S>(serve: S) -> Self
    where
        S: Fn(&mut TcpStream) -> io::Result<Option<Request>> + Send + 'static,
    {
        Self::listen(TcpListener::bind("127.0.0.1:0").unwrap(), serve)
    }

    /// The same, where a listener exists already.
    pub(crate) fn listen<S>(listener: TcpListener, serve: S) -> Self
    where
        S: Fn(&mut TcpStream) -> io::Result<Option<Request>> + Send + 'static,
    {
        let port = listener.local_addr().unwrap().port();
        let (sender, requests) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { break };
                let _ = stream.set_read_timeout(Some(PATIENCE));
                let _ = stream.set_write_timeout(Some(PATIENCE));
                // An error here is the client's doing, and shows on its side.
                if let Ok(Some(request)) = serve(&mut stream) {
                    if sender.send(request).is_err() {
                        break;
                    }
                }
            }
        });
        Self { port, requests }
    }

    /// Reads a request, and answers with these bytes.
    pub(crate) fn answer(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::answer_with(move |stream| stream.write_all(&bytes))
    }

    /// Reads a request, and answers with a function.
    pub(crate) fn answer_with(
        answer: impl Fn(&mut TcpStream) -> io::Result<()> + Send + 'static,
    ) -> Self {
        Self::serve(move |stream| {
            let request = Request::read(stream)?;
            // What the client makes of the answer shows on its side.
            let _ = answer(stream);
            Ok(Some(request))
        })
    }

    /// Answers with this status and JSON.
    pub(crate) fn json(status: &str, body: &str) -> Self {
        Self::answer(response(
            status,
            "Content-Type: application/json\r\n",
            body.as_bytes(),
        ))
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// The next request.
    pub(crate) fn request(&self) -> Request {
        self.requests.recv_timeout(PATIENCE).unwrap()
    }

    pub(crate) fn has_seen_nothing(&self) -> bool {
        self.requests.try_recv().is_err()
    }

    /// Prepares `get-token` with this server as token endpoint.
    pub(crate) fn get_token(&self, machine: &Machine, more: &[&str]) -> Run {
        let url = self.url("/token");
        let arguments = ["get-token", "--client-id", "test-client-id", "--token-url"];
        let key = ["--private-key", "key-1.pem"];
        let arguments = [&arguments[..], &[&url], &key, more].concat();
        machine.write(
            "key-1.pem",
            integration_tests::fixtures::bytes("keys/test-p256-pkcs8.pem"),
        );
        machine.tokenring(arguments)
    }
}

impl Request {
    /// Reads a request to the end of its body.
    pub(crate) fn read(stream: &mut TcpStream) -> io::Result<Self> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(byte(stream)?);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let lower = head.to_ascii_lowercase();
        let mut body = Vec::new();
        if let Some((_, rest)) = lower.split_once("\r\ncontent-length: ") {
            let length = rest.split("\r\n").next().unwrap_or_default();
            let length = length.parse().map_err(io::Error::other)?;
            stream.take(length).read_to_end(&mut body)?;
        } else if lower.contains("\r\ntransfer-encoding: chunked") {
            while !body.ends_with(b"\r\n0\r\n\r\n") && body != b"0\r\n\r\n" {
                body.push(byte(stream)?);
            }
        }
        Ok(Self { head, body })
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (other, value) = line.split_once(": ")?;
            other.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    /// A member of the form, where it needs no decoding.
    pub(crate) fn form(&self, name: &str) -> Option<&str> {
        let body = std::str::from_utf8(&self.body).unwrap();
        body.split('&').find_map(|pair| {
            let (other, value) = pair.split_once('=')?;
            (other == name).then_some(value)
        })
    }
}

fn byte(stream: &mut TcpStream) -> io::Result<u8> {
    let mut byte = [0];
    stream.read_exact(&mut byte)?;
    Ok(byte[0])
}

/// A response with its length.
pub(crate) fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// An access token response, as most servers write it.
pub(crate) const TOKEN: &str =
    r#"{"access_token":"test-access-token","token_type":"Bearer","expires_in":600}"#;
