use std::collections::BTreeSet;
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use serde_json::Value;

use crate::loopback::{Request, response};
use crate::process::{Machine, Run};

/// A server on loopback that answers each request as told, and keeps them all:
/// what has been answered has been kept.
pub(crate) struct ScriptedServer {
    port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
}

/// A connection on which nothing comes ends after this.
const PATIENCE: Duration = Duration::from_secs(20);

impl ScriptedServer {
    /// Answers with what a function makes of a request and its number, from 0 on.
    pub(crate) fn start(answer: impl Fn(usize, &Request) -> Vec<u8> + Send + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        Self::listen(listener, answer)
    }

    /// The same, where a listener is there already.
    pub(crate) fn listen(
        listener: TcpListener,
        answer: impl Fn(usize, &Request) -> Vec<u8> + Send + 'static,
    ) -> Self {
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        thread::spawn(move || {
            let mut number = 0;
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { break };
                let _ = stream.set_read_timeout(Some(PATIENCE));
                // An error here is the client's doing, and shows on its side.
                let Ok(request) = Request::read(&mut stream) else {
                    continue;
                };
                let bytes = answer(number, &request);
                number += 1;
                kept.lock().unwrap().push(request);
                let _ = stream.write_all(&bytes);
            }
        });
        Self { port, requests }
    }

    /// Gives a numbered token at `/token`, and an API elsewhere: its answers come
    /// from a function, whose number counts requests to the API alone.
    pub(crate) fn api(answer: impl Fn(usize, &Request) -> Vec<u8> + Send + 'static) -> Self {
        let tokens = std::cell::Cell::new(0);
        Self::start(move |number, request| {
            if request.path() == "/token" {
                tokens.set(tokens.get() + 1);
                return token(tokens.get());
            }
            answer(number - tokens.get(), request)
        })
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// The requests since the last time, in order.
    pub(crate) fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }

    /// Prepares `call-api` of `/a` with a token of this server.
    pub(crate) fn call_api(&self, machine: &Machine, more: &[&str]) -> Run {
        self.run(machine, &["call-api", "--url", &self.url("/a")], more)
    }

    /// Prepares `call-api` of an API elsewhere with a token of this server.
    pub(crate) fn call(&self, machine: &Machine, more: &[&str]) -> Run {
        self.run(machine, &["call-api"], more)
    }

    /// Prepares `get-token` with this server as token endpoint.
    pub(crate) fn get_token(&self, machine: &Machine, more: &[&str]) -> Run {
        self.run(machine, &["get-token"], more)
    }

    /// Prepares `watch` with this server as token endpoint.
    pub(crate) fn watch(&self, machine: &Machine, more: &[&str]) -> Run {
        self.run(machine, &["watch", "--output", "token"], more)
    }

    /// Prepares a command with this server as token endpoint.
    pub(crate) fn run(&self, machine: &Machine, command: &[&str], more: &[&str]) -> Run {
        machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
        let token_url = self.url("/token");
        let client = [
            "--client-id",
            "test-client-id",
            "--private-key",
            "key-1.pem",
        ];
        let arguments = [command, &client, &["--token-url", &token_url], more].concat();
        machine.tokenring(arguments)
    }
}

impl Request {
    pub(crate) fn method(&self) -> &str {
        self.head.split(' ').next().unwrap()
    }

    pub(crate) fn path(&self) -> &str {
        self.head.split(' ').nth(1).unwrap()
    }

    /// Method and path, for comparisons.
    pub(crate) fn line(&self) -> String {
        format!("{} {}", self.method(), self.path())
    }

    /// The claim `jti` of the assertion that a token request carries.
    pub(crate) fn jwt_id(&self) -> Option<String> {
        Some(self.claims()?["jti"].as_str().unwrap().to_owned())
    }

    /// The claims of the assertion that a token request carries.
    pub(crate) fn claims(&self) -> Option<Value> {
        let assertion = self.form("client_assertion")?;
        let claims = assertion.split('.').nth(1).unwrap();
        let claims = Base64UrlUnpadded::decode_vec(claims).unwrap();
        Some(serde_json::from_slice(&claims).unwrap())
    }
}

/// The response with the token of this number.
pub(crate) fn token(number: usize) -> Vec<u8> {
    let body =
        format!(r#"{{"access_token":"token-{number}","token_type":"Bearer","expires_in":600}}"#);
    response(
        "200 OK",
        "Content-Type: application/json\r\n",
        body.as_bytes(),
    )
}

/// Fails unless each token request carries a `jti` that no other has, and there
/// are so many of them.
#[track_caller]
pub(crate) fn has_fresh_jwt_ids(requests: &[Request], number: usize) {
    let ids: Vec<_> = requests.iter().filter_map(Request::jwt_id).collect();
    assert_eq!(ids.len(), number, "{ids:?}");
    let distinct: BTreeSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), number, "{ids:?}");
}

/// The lines of the requests.
pub(crate) fn lines(requests: &[Request]) -> Vec<String> {
    requests.iter().map(Request::line).collect()
}
