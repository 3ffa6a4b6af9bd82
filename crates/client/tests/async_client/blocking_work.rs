//! What blocks does so elsewhere: keys, signatures, the disk and its locks.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use tokenring::{Client, ExternalKey, KeySource, Store};
use tokenring_jwk::{Algorithm, PrivateKey, SignError, Signature, Signer, any};
use tokenring_oauth::{HttpRequest, Transport, UreqTransport};
use tokenring_token_store::{
    CacheKey, DirectoryStore, Lease, LeaseRequest, LeaseState, Record, Snapshot, Unusable,
};

use crate::bench::{Bench, builder, key_path, one_thread, public_key};

/// The threads that something ran on.
#[derive(Clone, Default)]
struct Threads(Arc<Mutex<Vec<(&'static str, ThreadId)>>>);

impl Threads {
    fn note(&self, what: &'static str) {
        let mut noted = self.0.lock().unwrap();
        noted.push((what, thread::current().id()));
    }
}

/// Notes where a key is opened and signs.
struct Watched<T>(T, Threads);

impl KeySource for Watched<()> {
    fn open(
        &self,
        name: &str,
    ) -> Option<Result<ExternalKey, Box<dyn std::error::Error + Send + Sync>>> {
        self.1.note("find key");
        let threads = self.1.clone();
        let key = ExternalKey::new(name, public_key(), move |algorithm, _| {
            threads.note("load key");
            let pem = std::fs::read(key_path())?;
            let key = any::SigningKey::new(&PrivateKey::from_key_file(&pem)?, algorithm)?;
            Ok(Box::new(Watched(key, threads.clone())))
        });
        Some(Ok(key))
    }
}

impl Signer for Watched<any::SigningKey> {
    fn algorithm(&self) -> Algorithm {
        self.0.algorithm()
    }

    fn key_id(&self) -> Option<&tokenring_jwk::KeyId> {
        self.0.key_id()
    }

    fn sign(&self, signing_input: &[u8]) -> Result<Signature, SignError> {
        self.1.note("sign");
        self.0.sign(signing_input)
    }
}

impl Store for Watched<DirectoryStore> {
    fn get(&self, key: &CacheKey) -> Result<Snapshot, Unusable> {
        self.1.note("get");
        self.0.get(key)
    }

    fn lease(&self, key: &CacheKey, request: &LeaseRequest) -> Result<LeaseState, Unusable> {
        self.1.note("lease");
        self.0.lease(key, request)
    }

    fn put_if(&self, key: &CacheKey, lease: &Lease, record: &Record) -> Result<bool, Unusable> {
        self.1.note("put");
        self.0.put_if(key, lease, record)
    }
}

#[test]
fn the_thread_of_the_runtime_loads_no_key_and_reads_no_disk() {
    let bench = Bench::new();
    let threads = Threads::default();
    let store = DirectoryStore::open(&bench.folder.path().join("tokens")).unwrap();
    let builder = builder(&bench.gateway.token_url())
        .key("watched:key")
        .key_source(Watched((), threads.clone()))
        .store(Watched(store, threads.clone()));
    one_thread().block_on(async {
        let client = builder.build_reqwest().await.unwrap();
        let token = client.token().await.unwrap();
        client.replace(&token).await.unwrap();
        client.assertion().await.unwrap();
        client.prepare().await.unwrap();
        client.preview().await.unwrap();
        client.signing_input().await.unwrap();
    });
    let noted = threads.0.lock().unwrap();
    for what in ["find key", "load key", "sign", "get", "lease", "put"] {
        assert!(noted.iter().any(|(noted, _)| *noted == what), "{what}");
    }
    let own = thread::current().id();
    let here: Vec<_> = noted.iter().filter(|(_, thread)| *thread == own).collect();
    assert!(here.is_empty(), "{here:?}");
}

/// How long each of the things lasts that would block.
const WORK: Duration = Duration::from_millis(400);
/// How late a tick may be.
const LATE: Duration = Duration::from_millis(50);
const TICK: Duration = Duration::from_millis(10);
/// On a busy machine any thread may have to wait; where the runtime's is blocked, each round is
/// late.
const ROUNDS: usize = 5;

/// A key that takes its time to be found, and again to be loaded.
struct SlowKey;

impl KeySource for SlowKey {
    fn open(
        &self,
        name: &str,
    ) -> Option<Result<ExternalKey, Box<dyn std::error::Error + Send + Sync>>> {
        thread::sleep(WORK);
        let key = ExternalKey::new(name, public_key(), move |algorithm, _| {
            thread::sleep(WORK);
            let pem = std::fs::read(key_path())?;
            let key = any::SigningKey::new(&PrivateKey::from_key_file(&pem)?, algorithm)?;
            Ok(Box::new(key))
        });
        Some(Ok(key))
    }
}

/// A client that has the lock of the token, whose request takes its time.
fn slow_holder(bench: &Bench) -> (thread::JoinHandle<String>, Arc<Barrier>) {
    let begun = Arc::new(Barrier::new(2));
    let at_gateway = Arc::clone(&begun);
    let transport = move |request: HttpRequest| {
        at_gateway.wait();
        thread::sleep(2 * WORK);
        UreqTransport::new().send(request)
    };
    let client: Client = bench.builder().transport(transport).build().unwrap();
    let holder = thread::spawn(move || client.token().unwrap().secret().to_owned());
    (holder, begun)
}

/// How late the ticks of a task were at worst, while a key is loaded, a lock is waited for, and a
/// token is requested.
fn worst_tick() -> Duration {
    let bench = Bench::new();
    let (holder, begun) = slow_holder(&bench);
    begun.wait();
    let mut got = String::new();
    let is_over = Arc::new(AtomicBool::new(false));
    let worst = one_thread().block_on(async {
        let over = Arc::clone(&is_over);
        let ticker = tokio::spawn(async move {
            let mut worst = Duration::ZERO;
            while !over.load(Ordering::SeqCst) {
                let due = Instant::now() + TICK;
                tokio::time::sleep(TICK).await;
                worst = worst.max(due.elapsed());
            }
            worst
        });
        // The first tick's time runs.
        tokio::task::yield_now().await;
        let builder = bench.builder().key("slow:key").key_source(SlowKey);
        let client = builder.build_reqwest().await.unwrap();
        let token = client.token().await.unwrap();
        assert_eq!(bench.gateway.token_requests(), 1);
        client.replace(&token).await.unwrap();
        client.assertion().await.unwrap();
        is_over.store(true, Ordering::SeqCst);
        got.push_str(token.secret());
        ticker.await.unwrap()
    });
    assert_eq!(got, holder.join().unwrap());
    worst
}

#[test]
fn a_ticker_is_on_time_while_keys_load_and_locks_are_held() {
    let rounds: Vec<_> = (0..ROUNDS).map(|_| worst_tick()).collect();
    let best = rounds.iter().min().unwrap();
    assert!(*best <= LATE, "{rounds:?}");
}
