use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

/// A host of JWK Sets on loopback, whose contents a test replaces while it runs.
pub(crate) struct KeySetHost {
    port: u16,
    answers: Arc<Mutex<BTreeMap<String, String>>>,
}

impl KeySetHost {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let answers = Arc::new(Mutex::new(BTreeMap::new()));
        let served = Arc::clone(&answers);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A server that hangs up early has its own reasons.
                let _ = answer(stream, &served);
            }
        });
        Self { port, answers }
    }

    /// Serves a JWK Set under a name from now on, and returns its URL.
    pub(crate) fn serve(&self, name: &str, set: &Value) -> String {
        let set = set.to_string();
        let head = head("200 OK", "application/json", set.len());
        self.answer_with(name, head + &set)
    }

    /// Serves a page that is no JWK Set.
    pub(crate) fn serve_html(&self, name: &str) -> String {
        let page = "<!DOCTYPE html><title>Sign in</title>";
        self.answer_with(name, head("200 OK", "text/html", page.len()) + page)
    }

    /// A URL at which nothing is served.
    pub(crate) fn missing(&self) -> String {
        format!("http://127.0.0.1:{}/missing", self.port)
    }

    fn answer_with(&self, name: &str, answer: String) -> String {
        let path = format!("/{name}");
        let url = format!("http://127.0.0.1:{}{path}", self.port);
        self.answers.lock().unwrap().insert(path, answer);
        url
    }
}

fn head(status: &str, content_type: &str, length: usize) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n"
    )
}

fn answer(mut stream: TcpStream, answers: &Mutex<BTreeMap<String, String>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let answer = answers.lock().unwrap().get(&path).cloned();
    let answer = answer.unwrap_or_else(|| head("404 Not Found", "text/plain", 0));
    stream.write_all(answer.as_bytes())
}
