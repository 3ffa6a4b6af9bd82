use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::loopback::response;

/// No server goes on for longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server that does the same with each connection.
pub(super) struct FaultServer {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<u8>>>,
}

impl FaultServer {
    pub(super) fn start(elsewhere: &Elsewhere, serve: fn(&mut Peer) -> io::Result<()>) -> Self {
        let seen = Arc::default();
        let elsewhere = elsewhere.address;
        let kept = Arc::clone(&seen);
        let address = accept(move |stream| {
            let _ = stream.set_nodelay(true);
            let _ = stream.set_write_timeout(Some(PATIENCE));
            let mut peer = Peer {
                stream,
                elsewhere,
                seen: Arc::clone(&kept),
            };
            // An error here is the client's doing, and shows on its side.
            let _ = serve(&mut peer);
        });
        Self { address, seen }
    }

    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    /// What clients have sent.
    pub(super) fn seen(&self) -> String {
        text(&self.seen)
    }
}

/// Another origin, which nobody should ever come to.
pub(super) struct Elsewhere {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<u8>>>,
}

impl Elsewhere {
    pub(super) fn start() -> Self {
        let seen: Arc<Mutex<Vec<u8>>> = Arc::default();
        let kept = Arc::clone(&seen);
        let address = accept(move |mut stream| {
            let mut lock = kept.lock().unwrap();
            lock.extend(b"a connection: ");
            let mut bytes = [0; 4096];
            let read = stream.read(&mut bytes).unwrap_or(0);
            lock.extend(&bytes[..read]);
            let body = br#"{"access_token":"elsewhere","token_type":"Bearer"}"#;
            let _ = stream.write_all(&response("200 OK", "", body));
        });
        Self { address, seen }
    }

    pub(super) fn seen(&self) -> String {
        text(&self.seen)
    }
}

fn text(bytes: &Mutex<Vec<u8>>) -> String {
    String::from_utf8_lossy(&bytes.lock().unwrap()).into_owned()
}

fn accept(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = Arc::clone(&serve);
            let _ = stream.set_read_timeout(Some(PATIENCE));
            thread::spawn(move || serve(stream));
        }
    });
    address
}

/// The client, as the server has it.
pub(super) struct Peer {
    stream: TcpStream,
    elsewhere: SocketAddr,
    seen: Arc<Mutex<Vec<u8>>>,
}

impl Peer {
    /// Reads a request to its end.
    pub(super) fn request(&mut self) -> io::Result<()> {
        self.head()?;
        let text = text(&self.seen).to_ascii_lowercase();
        let (head, body) = text.rsplit_once("\r\n\r\n").unwrap_or_default();
        let length = head.rsplit_once("\r\ncontent-length: ");
        let length = length.and_then(|(_, rest)| rest.split("\r\n").next()?.parse().ok());
        for _ in body.len()..length.unwrap_or(0) {
            self.byte()?;
        }
        Ok(())
    }

    /// Reads a request to the end of its headers.
    pub(super) fn head(&mut self) -> io::Result<()> {
        while !self.seen.lock().unwrap().ends_with(b"\r\n\r\n") {
            self.byte()?;
        }
        Ok(())
    }

    /// Reads one byte.
    pub(super) fn byte(&mut self) -> io::Result<()> {
        let mut byte = [0];
        self.stream.read_exact(&mut byte)?;
        self.seen.lock().unwrap().push(byte[0]);
        Ok(())
    }

    /// Reads what comes first, such as a ClientHello, and returns it.
    pub(super) fn some(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; 16 * 1024];
        let read = self.stream.read(&mut bytes)?;
        bytes.truncate(read);
        self.seen.lock().unwrap().extend(&bytes);
        Ok(bytes)
    }

    pub(super) fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.write_all(bytes.as_ref())
    }

    /// Reads the request, and sends these bytes.
    pub(super) fn answer(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.request()?;
        self.send(bytes)
    }

    /// Reads the request, and answers with this status, these headers and a body.
    pub(super) fn respond(&mut self, status: &str, headers: &str, body: &str) -> io::Result<()> {
        self.answer(response(status, headers, body.as_bytes()))
    }

    /// The same, where `ELSEWHERE` in headers and body is the other origin.
    pub(super) fn lure(&mut self, status: &str, headers: &str, body: &str) -> io::Result<()> {
        let address = self.elsewhere.to_string();
        let [headers, body] = [headers, body].map(|text| text.replace("ELSEWHERE", &address));
        self.respond(status, &headers, &body)
    }

    /// Sends the same again and again, as fast as it is taken.
    pub(super) fn flood(&mut self, bytes: &[u8]) -> io::Result<()> {
        let started = Instant::now();
        let many = bytes.repeat(64 * 1024 / bytes.len() + 1);
        while started.elapsed() < PATIENCE {
            self.send(&many)?;
        }
        Ok(())
    }

    /// Sends the same again and again, a little at a time.
    pub(super) fn drip(&mut self, bytes: &[u8]) -> io::Result<()> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            self.send(bytes)?;
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Does nothing for as long as the client stays.
    pub(super) fn hang(&mut self) -> io::Result<()> {
        io::copy(&mut self.stream, &mut io::sink()).map(drop)
    }

    /// Sends no more, but stays.
    pub(super) fn half_close(&mut self) -> io::Result<()> {
        self.stream.shutdown(std::net::Shutdown::Write)?;
        self.hang()
    }
}
