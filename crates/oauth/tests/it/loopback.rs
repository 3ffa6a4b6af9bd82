use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use tokenring_oauth::SecureUrl;

/// A server on loopback whose behaviour is a function of the connection.
///
/// The connections after the first are served alike. What the function returns
/// can be waited for.
pub(crate) struct Loopback<T> {
    address: SocketAddr,
    seen: mpsc::Receiver<T>,
}

impl<T: Send + 'static> Loopback<T> {
    pub(crate) fn serve<S>(serve: S) -> Self
    where
        S: Fn(TcpStream) -> io::Result<T> + Send + Sync + 'static,
    {
        Self::serve_at(TcpListener::bind("127.0.0.1:0").unwrap(), serve)
    }

    /// The same, where a listener exists already.
    pub(crate) fn serve_at<S>(listener: TcpListener, serve: S) -> Self
    where
        S: Fn(TcpStream) -> io::Result<T> + Send + Sync + 'static,
    {
        let address = listener.local_addr().unwrap();
        let (sender, seen) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.unwrap();
                // A client that never comes to an end must not hang the test.
                stream.set_read_timeout(Some(PATIENCE)).unwrap();
                stream.set_write_timeout(Some(PATIENCE)).unwrap();
                // An error here is the client's doing, and shows on its side.
                if let Ok(value) = serve(stream) {
                    if sender.send(value).is_err() {
                        break;
                    }
                }
            }
        });
        Self { address, seen }
    }

    pub(crate) fn url(&self, scheme: &str, path: &str) -> SecureUrl {
        let port = self.address.port();
        SecureUrl::new(&format!("{scheme}://localhost:{port}{path}")).unwrap()
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// What the next connection brought.
    pub(crate) fn seen(&self) -> T {
        self.seen.recv_timeout(PATIENCE).unwrap()
    }

    pub(crate) fn has_seen_nothing(&self) -> bool {
        self.seen.try_recv().is_err()
    }
}

const PATIENCE: Duration = Duration::from_secs(20);

/// Reads a request whole and answers with these bytes, whatever they are.
pub(crate) fn answering(bytes: impl Into<Vec<u8>>) -> Loopback<String> {
    let bytes = bytes.into();
    Loopback::serve(move |mut stream| {
        let request = read_request(&mut stream)?;
        stream.write_all(&bytes)?;
        Ok(request)
    })
}

/// A response with its length.
pub(crate) fn response(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n{body}")
}

pub(crate) const TOKEN: &str = r#"{"access_token":"abc","token_type":"Bearer","expires_in":"599"}"#;

/// Reads a request to the end of its body.
pub(crate) fn read_request(stream: &mut impl Read) -> io::Result<String> {
    let head = read_head(stream)?;
    let lower = head.to_ascii_lowercase();
    let mut body = Vec::new();
    if let Some((_, rest)) = lower.split_once("\r\ncontent-length: ") {
        let length: u64 = rest.split("\r\n").next().unwrap().parse().unwrap();
        stream.take(length).read_to_end(&mut body)?;
    } else if lower.contains("\r\ntransfer-encoding: chunked") {
        while !body.ends_with(b"0\r\n\r\n") {
            body.push(read_byte(stream)?);
        }
    }
    Ok(head + &String::from_utf8_lossy(&body))
}

pub(crate) fn read_head(stream: &mut impl Read) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(read_byte(stream)?);
    }
    Ok(String::from_utf8(head).unwrap())
}

fn read_byte(stream: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    stream.read_exact(&mut byte)?;
    Ok(byte[0])
}

/// Writes one byte after another, for as long as the client stays and the test
/// has patience.
pub(crate) fn drip(stream: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let started = Instant::now();
    for byte in bytes.iter().cycle() {
        stream.write_all(&[*byte])?;
        stream.flush()?;
        thread::sleep(Duration::from_millis(10));
        if started.elapsed() > PATIENCE {
            break;
        }
    }
    Ok(())
}

/// Writes the same bytes again and again, for as long as the client stays and
/// the test has patience.
pub(crate) fn flood(stream: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        stream.write_all(bytes)?;
    }
    Ok(())
}

/// Does nothing for as long as the client stays.
pub(crate) fn hang(stream: &mut impl Read) -> io::Result<()> {
    io::copy(stream, &mut io::sink()).map(drop)
}
