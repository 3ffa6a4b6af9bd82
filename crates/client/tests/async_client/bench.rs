//! A mock gateway, clients of it, and servers that answer as they are told.

use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tempfile::TempDir;
use tokenring::{AsyncClient, Client, ClientBuilder, Error, Token};
use tokenring_jwk::{Jwk, JwkSet, KeyId, PublicKey};
use tokenring_mock_gateway::MockGateway;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

const CLIENT_ID: &str = "test-client";
const KEY_ID: &str = "test-1";

/// A mock of NHS that knows a client, and a folder for its tokens.
pub(crate) struct Bench {
    pub(crate) gateway: MockGateway,
    pub(crate) folder: TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let jwk = Jwk::new(public_key()).with_key_id(KeyId::new(KEY_ID));
        let gateway = MockGateway::builder().with_client(CLIENT_ID, JwkSet::from_iter([jwk]));
        Self {
            gateway: gateway.start().unwrap(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        builder(&self.gateway.token_url())
            .key(key_path())
            .cache_dir(self.folder.path().join("tokens"))
    }

    pub(crate) async fn client(&self) -> AsyncClient {
        self.builder().build_reqwest().await.unwrap()
    }
}

/// A builder without key.
pub(crate) fn builder(token_url: &str) -> ClientBuilder {
    Client::builder("nhs")
        .environment("int")
        .client_id(CLIENT_ID)
        .key_id(KEY_ID)
        .token_url(token_url)
        .proxy(None)
}

pub(crate) fn key_path() -> PathBuf {
    fixture("test-rsa-4096-pkcs8.pem")
}

pub(crate) fn public_key() -> PublicKey {
    let pem = std::fs::read(fixture("test-rsa-4096-public.pem")).unwrap();
    PublicKey::from_key_file(&pem).unwrap()
}

fn fixture(name: &str) -> PathBuf {
    let keys = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/keys");
    keys.join(name)
}

/// The runtimes that a program may have.
pub(crate) fn runtimes() -> [Runtime; 2] {
    let many = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    [one_thread(), many.unwrap()]
}

pub(crate) fn one_thread() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

pub(crate) fn spawn(client: &AsyncClient, tasks: usize) -> Vec<JoinHandle<Result<Token, Error>>> {
    let tasks = (0..tasks).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.token().await })
    });
    tasks.collect()
}

/// The tokens of tasks that have all got one.
pub(crate) async fn secrets(tasks: Vec<JoinHandle<Result<Token, Error>>>) -> HashSet<String> {
    let mut secrets = HashSet::new();
    for task in tasks {
        secrets.insert(task.await.unwrap().unwrap().secret().to_owned());
    }
    secrets
}

/// Answers requests one by one with these bytes, the last ones again and again; the end of an
/// answer is the end of its connection, unless it hangs.
pub(crate) struct Server {
    pub(crate) url: String,
    requests: Arc<AtomicUsize>,
}

/// What a server does.
#[derive(Clone)]
pub(crate) enum Reply {
    Bytes(Vec<u8>),
    /// Nothing, with the connection open.
    Silence,
}

impl Server {
    pub(crate) fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&requests);
        thread::spawn(move || {
            let mut silent = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                read_request(&mut stream);
                let number = counted.fetch_add(1, Ordering::SeqCst);
                match replies.get(number).or(replies.last()) {
                    // Whoever refuses a large answer goes away in the midst of it.
                    Some(Reply::Bytes(bytes)) => drop(stream.write_all(bytes)),
                    _ => silent.push(stream),
                }
            }
        });
        Self { url, requests }
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

pub(crate) fn read_request(stream: &mut impl Read) {
    let head = read_head(stream).to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    let length = length.map_or(0, |length| length.trim().parse().unwrap());
    // Whoever is gone has sent no more.
    let _ = stream.read_exact(&mut vec![0; length]);
}

pub(crate) fn read_head(stream: &mut impl Read) -> String {
    let mut request = Vec::new();
    let mut byte = [0];
    // What begins a TLS session is no text, and is answered at once.
    while !request.starts_with(b"\x16")
        && !request.ends_with(b"\r\n\r\n")
        && stream.read(&mut byte).unwrap_or(0) == 1
    {
        request.push(byte[0]);
    }
    String::from_utf8_lossy(&request).into_owned()
}
