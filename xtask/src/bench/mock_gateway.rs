use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use std::{fs, thread};

use serde_json::{Value, json};
use tokenring_assertion::{Claims, JwtId, NumericDate};
use tokenring_jwk::{Algorithm, Jwk, JwkSet, KeyId, KeySpec, PrivateKey, ring};

use super::statistics::median;
use crate::binary_size;
use crate::failure::{Failure, While};
use crate::peer;
use crate::report::Row;
use crate::workspace;

const CLIENTS: usize = 10_000;
const ROUNDS: usize = 5;
const REQUESTS: usize = 4_000;
/// More requests than this at once make neither server faster.
const CONNECTIONS: usize = 8;
/// The mock keeps the latest thousand requests, and details of ten thousand tokens.
const WARM: usize = 20_000;
const MANY: usize = 100_000;
const ASSERTION_TYPE: &str = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";

/// Compares the mock with oidc-provider, both with ten thousand clients, and watches its memory.
pub(super) fn measure() -> Result<Vec<Row>, Failure> {
    let tokenring = binary_size::build_release(&[])?;
    let clients = Clients::make()?;
    let mock = Server::mock(&tokenring, &clients)?;
    let provider = Server::oidc_provider(&clients)?;
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for round in 0..ROUNDS {
        let first = round * REQUESTS;
        theirs.push(provider.seconds_for(&clients, first, REQUESTS)?);
        ours.push(mock.seconds_for(&clients, first, REQUESTS)?);
    }
    drop(provider);
    let each = |times: Vec<f64>| median(times) / f64::from(u32::try_from(REQUESTS).unwrap_or(1));
    let (theirs, ours) = (each(theirs), each(ours));
    let mut sent = ROUNDS * REQUESTS;
    mock.seconds_for(&clients, sent, WARM)?;
    sent += WARM;
    let before = mock.resident_kilobytes()?;
    while sent < MANY {
        mock.seconds_for(&clients, sent, REQUESTS)?;
        sent += REQUESTS;
    }
    let after = mock.resident_kilobytes()?;
    Ok(vec![
        Row::at_most(
            format!("mock gateway, ES256 token requests, {CLIENTS} clients, against oidc-provider"),
            theirs,
            ours,
            |seconds| format!("{:.0} µs ({:.0}/s)", seconds * 1e6, 1.0 / seconds),
        ),
        Row::at_most(
            format!("mock gateway, memory after {MANY} requests, of 1.25 times that before"),
            before * 1.25,
            after,
            |kilobytes| format!("{:.1} MB", kilobytes / 1e3),
        ),
    ])
}

/// Clients with a key each.
struct Clients(Vec<(ring::SigningKey, Value)>);

impl Clients {
    fn make() -> Result<Self, Failure> {
        let mut clients = Vec::new();
        for _ in 0..CLIENTS {
            let key: PrivateKey = ring::generate(KeySpec::P256).while_doing("key")?;
            let signer = ring::SigningKey::new(&key, Algorithm::Es256).while_doing("key")?;
            let jwk = Jwk::new(signer.public_key().clone()).with_key_id(KeyId::new("key-1"));
            let set = JwkSet::from_iter([jwk]).to_json();
            let set = serde_json::from_str(&set).while_doing("key set")?;
            clients.push((signer.with_key_id(KeyId::new("key-1")), set));
        }
        Ok(Self(clients))
    }

    fn ids(&self) -> impl Iterator<Item = (String, &Value)> {
        let sets = self.0.iter().map(|(_, set)| set);
        sets.enumerate()
            .map(|(number, set)| (format!("client-{number}"), set))
    }

    /// The whole request for the token of some client.
    fn request(&self, number: usize, address: &str, url: &str) -> Result<Vec<u8>, Failure> {
        let path = url.split_once(address).map_or("/", |(_, path)| path);
        let client = number % self.0.len();
        let (signer, _) = self
            .0
            .get(client)
            .ok_or_else(|| Failure::new("no such client"))?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |now| now.as_secs());
        let expiry = NumericDate::from_seconds(now + 55);
        let jwt_id = JwtId::random().while_doing("JWT ID")?;
        let claims = Claims::new(format!("client-{client}"), url, jwt_id, expiry);
        let assertion = claims.sign(signer).while_doing("assertion")?.into_secret();
        let body = format!(
            "grant_type=client_credentials&client_assertion_type={ASSERTION_TYPE}\
             &client_assertion={assertion}"
        );
        let length = body.len();
        let mut request = format!("POST {path} HTTP/1.1\r\nHost: {address}\r\n");
        let _ = write!(
            request,
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n\
             {body}"
        );
        Ok(request.into_bytes())
    }
}

/// A server as a process, ended when dropped.
struct Server {
    process: Child,
    address: String,
    token_url: String,
    /// oidc-provider runs until this is closed.
    _input: Option<ChildStdin>,
}

impl Server {
    fn mock(tokenring: &Path, clients: &Clients) -> Result<Self, Failure> {
        let folder = workspace::target().join("bench/mock-gateway");
        fs::create_dir_all(&folder).while_doing(folder.display())?;
        let file = folder.join("clients.json");
        let entries = clients.ids().map(|(id, set)| (id, json!({ "jwks": set })));
        let entries: serde_json::Map<String, Value> = entries.collect();
        let text = json!({ "clients": entries }).to_string();
        fs::write(&file, text).while_doing(file.display())?;
        let mut process = Command::new(tokenring)
            .args([
                "mock-gateway",
                "--gateway",
                "generic",
                "--quiet",
                "--clients",
            ])
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .while_doing("cannot start the mock gateway")?;
        let base = first_line(&mut process)?;
        Self::new(process, format!("{base}/oauth2/token"), None)
    }

    fn oidc_provider(clients: &Clients) -> Result<Self, Failure> {
        let script = workspace::root().join("tests/conformance/provider.mjs");
        let mut process = Command::new(peer::node())
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .while_doing("oidc-provider: run `cargo xtask conformance --only oidc` first")?;
        let mut input = process.stdin.take();
        let entries = clients.ids();
        let entries: Vec<Value> = entries
            .map(|(id, set)| json!({ "client_id": id, "alg": "ES256", "jwks": set }))
            .collect();
        if let Some(input) = &mut input {
            writeln!(input, "{}", json!({ "clients": entries })).while_doing("oidc-provider")?;
        }
        let ready: Value =
            serde_json::from_str(&first_line(&mut process)?).while_doing("oidc-provider")?;
        let url = ready.get("token_endpoint").and_then(Value::as_str);
        let url = url.ok_or_else(|| Failure::new("oidc-provider did not start"))?;
        Self::new(process, url.to_owned(), input)
    }

    fn new(process: Child, token_url: String, input: Option<ChildStdin>) -> Result<Self, Failure> {
        let rest = token_url.strip_prefix("http://").unwrap_or(&token_url);
        let address = rest.split('/').next().unwrap_or_default().to_owned();
        Ok(Self {
            process,
            address,
            token_url,
            _input: input,
        })
    }

    /// The time for so many requests, of as many clients in turn, over some connections at once.
    fn seconds_for(&self, clients: &Clients, first: usize, count: usize) -> Result<f64, Failure> {
        let share = count / CONNECTIONS;
        let mut shares = Vec::new();
        for connection in 0..CONNECTIONS {
            let mut requests = Vec::new();
            for number in 0..share {
                let number = first + connection * share + number;
                requests.push(clients.request(number, &self.address, &self.token_url)?);
            }
            shares.push(requests);
        }
        let start = Instant::now();
        thread::scope(|scope| {
            let threads: Vec<_> = shares
                .iter()
                .map(|requests| scope.spawn(|| converse(&self.address, requests)))
                .collect();
            let results = threads.into_iter().map(|thread| thread.join());
            results
                .map(|result| result.unwrap_or_else(|_| Err(Failure::new("a sender panicked"))))
                .collect::<Result<Vec<()>, Failure>>()
        })?;
        Ok(start.elapsed().as_secs_f64())
    }

    fn resident_kilobytes(&self) -> Result<f64, Failure> {
        let path = format!("/proc/{}/status", self.process.id());
        let status = fs::read_to_string(&path).while_doing(&path)?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let figure = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        figure.ok_or_else(|| Failure::new(format!("{path} has no VmRSS")))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; the requests then failed already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The first line of a process, of which the others are read and dropped.
fn first_line(process: &mut Child) -> Result<String, Failure> {
    let output = process
        .stdout
        .take()
        .ok_or_else(|| Failure::new("no output"))?;
    let mut output = BufReader::new(output);
    let mut line = String::new();
    output.read_line(&mut line).while_doing("first line")?;
    thread::spawn(move || {
        let mut rest = [0; 65_536];
        while output.read(&mut rest).is_ok_and(|count| count > 0) {}
    });
    Ok(line.trim().to_owned())
}

/// Sends requests one after another over one connection; each has to get a token.
fn converse(address: &str, requests: &[Vec<u8>]) -> Result<(), Failure> {
    let connect = || TcpStream::connect(address).while_doing(address);
    let mut stream = connect()?;
    stream.set_nodelay(true).while_doing(address)?;
    let mut reader = BufReader::new(stream.try_clone().while_doing(address)?);
    for request in requests {
        stream.write_all(request).while_doing(address)?;
        let mut line = String::new();
        reader.read_line(&mut line).while_doing(address)?;
        let is_token = line.starts_with("HTTP/1.1 200");
        let status = line.trim().to_owned();
        let mut length = 0;
        loop {
            line.clear();
            reader.read_line(&mut line).while_doing(address)?;
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':') {
                if name.eq_ignore_ascii_case("content-length") {
                    length = value.trim().parse().while_doing(address)?;
                }
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).while_doing(address)?;
        if !is_token {
            let body = String::from_utf8_lossy(&body);
            return Err(Failure::new(format!("{address} answered {status}: {body}")));
        }
    }
    Ok(())
}
