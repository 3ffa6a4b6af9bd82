//! Tasks on one thread, whose time passes when all of them wait.

use std::collections::HashSet;
use std::future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

use tokenring_assertion::NumericDate;
use tokenring_oauth::{Clock, Retry};
use tokenring_token_store::{
    Attempt, CacheKey, DirectoryStore, Error, FailureKind, FetchFailure, Lease, LeaseKind,
    LeaseRequest, LeaseState, Lookup, Mode, Outcome, Record, Runtime, Snapshot, Source, Store,
    Token, TokenSource, Unusable,
};
use tokio::runtime::Builder;
use tokio::task::{JoinHandle, yield_now};
use tokio::time::{Instant, sleep};

use crate::map_store::MapStore;
use crate::scratch::{Down, START, key, token};

const TASKS: usize = 1000;
const REQUEST: Duration = Duration::from_millis(50);

struct Tokio;

impl Runtime for Tokio {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(sleep(duration))
    }

    fn run_blocking(&self, work: Box<dyn FnOnce() + Send>) {
        tokio::task::spawn_blocking(work);
    }
}

struct TokioClock(Instant);

impl Clock for TokioClock {
    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }

    fn wall(&self) -> Duration {
        Duration::from_secs(START) + self.0.elapsed()
    }

    fn pause(&self, _: Duration) {
        unreachable!("a task blocks its thread");
    }

    fn random(&self) -> u64 {
        0
    }
}

/// Remembers on which threads it was used.
struct Watched(DirectoryStore, Mutex<HashSet<ThreadId>>);

impl Watched {
    fn note(&self) {
        self.1.lock().unwrap().insert(thread::current().id());
    }
}

impl Store for Watched {
    fn get(&self, key: &CacheKey) -> Result<Snapshot, Unusable> {
        self.note();
        self.0.get(key)
    }

    fn lease(&self, key: &CacheKey, request: &LeaseRequest) -> Result<LeaseState, Unusable> {
        self.note();
        self.0.lease(key, request)
    }

    fn put_if(&self, key: &CacheKey, lease: &Lease, record: &Record) -> Result<bool, Unusable> {
        self.note();
        self.0.put_if(key, lease, record)
    }
}

/// A source, its store, and requests that count themselves.
struct Stage {
    source: TokenSource<Down>,
    requests: AtomicUsize,
    /// So many first requests never end.
    endless: usize,
}

type Got = Result<Outcome<Down>, Error<Down>>;

impl Stage {
    fn new(store: Option<Arc<dyn Store>>) -> Self {
        let source = TokenSource::new().with_clock(TokioClock(Instant::now()));
        Self {
            source: match store {
                Some(store) => source.with_store(store, key()),
                None => source,
            },
            requests: AtomicUsize::new(0),
            endless: 0,
        }
    }

    fn with_endless(mut self, count: usize) -> Self {
        self.endless = count;
        self
    }

    async fn get(&self, lookup: &Lookup) -> Got {
        let fetch = |_: Attempt| async {
            if self.requests.fetch_add(1, Ordering::SeqCst) < self.endless {
                future::pending::<()>().await;
            }
            sleep(REQUEST).await;
            let now = self.now();
            Ok(token(now, Some(600)))
        };
        self.source.get_or_fetch_async(&Tokio, lookup, fetch).await
    }

    fn now(&self) -> NumericDate {
        NumericDate::from_seconds(START)
    }

    fn spawn(self: &Arc<Self>, count: usize) -> Vec<JoinHandle<Got>> {
        let tasks = (0..count).map(|_| {
            let stage = Arc::clone(self);
            tokio::spawn(async move { stage.get(&Lookup::new()).await })
        });
        tasks.collect()
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

fn run(test: impl Future<Output = ()>) {
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_time().start_paused(true).build().unwrap();
    runtime.block_on(test);
}

/// The tokens of tasks that have all got one.
async fn secrets(tasks: Vec<JoinHandle<Got>>) -> HashSet<String> {
    let mut secrets = HashSet::new();
    for task in tasks {
        let outcome = task.await.unwrap().unwrap();
        secrets.insert(outcome.token().secret().to_owned());
    }
    secrets
}

fn stores(folder: &std::path::Path) -> [Option<Arc<dyn Store>>; 3] {
    let directory = DirectoryStore::open(folder).unwrap();
    [
        None,
        Some(Arc::new(MapStore::default())),
        Some(Arc::new(directory)),
    ]
}

/// Two processes, of which the server has asked one to wait.
#[test]
fn a_pause_that_another_process_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    run(async {
        let start = Instant::now();
        let told = Arc::new(AtomicUsize::new(0));
        let requests = Arc::new(AtomicUsize::new(0));
        let processes = [(); 2].map(|()| {
            let (told, requests) = (Arc::clone(&told), Arc::clone(&requests));
            let store = DirectoryStore::open(folder.path()).unwrap();
            let source = TokenSource::<Down>::new()
                .with_clock(TokioClock(start))
                .with_store(Arc::new(store), key())
                .with_pause_listener(move |_| {
                    told.fetch_add(1, Ordering::SeqCst);
                });
            tokio::spawn(async move {
                let fetch = |_: Attempt| async {
                    sleep(REQUEST).await;
                    if requests.fetch_add(1, Ordering::SeqCst) == 0 {
                        let failure = FetchFailure::shared(Down, FailureKind::Refused, "busy");
                        return Err(failure.with_retry(Retry::After(Duration::from_secs(12))));
                    }
                    Ok(token(NumericDate::from_seconds(START), Some(600)))
                };
                let lookup = Lookup::new();
                source.get_or_fetch_async(&Tokio, &lookup, fetch).await
            })
        });
        assert_eq!(secrets(processes.into()).await.len(), 1);
        assert!(start.elapsed() >= Duration::from_secs(12));
        let counts = (requests.load(Ordering::SeqCst), told.load(Ordering::SeqCst));
        assert_eq!(counts, (2, 1));
    });
}

#[test]
fn a_thousand_tasks_make_one_request() {
    let folder = tempfile::tempdir().unwrap();
    for store in stores(folder.path()) {
        run(async {
            let stage = Arc::new(Stage::new(store));
            let secrets = secrets(stage.spawn(TASKS)).await;
            assert_eq!((secrets.len(), stage.requests()), (1, 1));
            let again = stage.get(&Lookup::new()).await.unwrap();
            assert_eq!(again.source(), Source::Memory);
        });
    }
}

#[test]
fn when_the_leading_task_is_aborted_one_more_request_serves_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    for store in stores(folder.path()) {
        run(async {
            let stage = Arc::new(Stage::new(store).with_endless(1));
            let leading = stage.spawn(1);
            while stage.requests() == 0 {
                yield_now().await;
            }
            let rest = stage.spawn(TASKS);
            yield_now().await;
            leading.iter().for_each(JoinHandle::abort);
            let secrets = secrets(rest).await;
            assert_eq!((secrets.len(), stage.requests()), (1, 2));
        });
    }
}

#[test]
fn a_deadline_holds_while_another_task_requests() {
    run(async {
        let stage = Arc::new(Stage::new(None).with_endless(1));
        let leading = stage.spawn(1);
        yield_now().await;
        let began = Instant::now();
        let limit = Duration::from_secs(2);
        let late = stage.get(&Lookup::new().with_timeout(limit)).await;
        assert!(matches!(late, Err(Error::DeadlinePassed)), "{late:?}");
        assert_eq!(began.elapsed(), limit);
        leading.iter().for_each(JoinHandle::abort);
    });
}

#[test]
fn the_store_is_used_on_other_threads_only() {
    let folder = tempfile::tempdir().unwrap();
    let directory = DirectoryStore::open(folder.path()).unwrap();
    let store = Arc::new(Watched(directory, Mutex::default()));
    run(async {
        let stage = Stage::new(Some(store.clone()));
        for mode in [Mode::Normal, Mode::Refresh] {
            let outcome = stage.get(&Lookup::new().with_mode(mode)).await.unwrap();
            assert_eq!(outcome.source(), Source::Fetch);
            assert!(outcome.warning().is_none());
        }
        // Another process that is stopped: waiting for it is polling.
        let request = LeaseRequest::new(LeaseKind::Exclusive, stage.now(), Duration::from_secs(60));
        let _held = store.0.lease(&key(), &request).unwrap();
        let refresh = Lookup::new().with_mode(Mode::Refresh);
        let began = Instant::now();
        let outcome = stage.get(&refresh).await.unwrap();
        assert!(outcome.overtaken().is_some());
        assert!(began.elapsed() >= Duration::from_secs(20));
    });
    let threads = store.1.lock().unwrap();
    assert!(!threads.is_empty());
    assert!(!threads.contains(&thread::current().id()));
}

#[test]
fn failures_are_repeated_and_shared_as_with_threads() {
    run(async {
        let source = TokenSource::new().with_clock(TokioClock(Instant::now()));
        let attempts = AtomicUsize::new(0);
        let fetch = |attempt: Attempt| {
            attempts.fetch_add(1, Ordering::SeqCst);
            let retry = Retry::AfterPause;
            let kind = FailureKind::Unreachable;
            let failure = FetchFailure::shared(attempt.number(), kind, "down").with_retry(retry);
            future::ready(Err::<Token, _>(failure))
        };
        let lookup = Lookup::new();
        for _ in 0..2 {
            let result = source.get_or_fetch_async(&Tokio, &lookup, fetch).await;
            assert!(matches!(result, Err(Error::Fetch(number)) if *number == 4));
        }
        assert_eq!(attempts.load(Ordering::SeqCst), 4);
    });
}

/// Whoever has a runtime of many threads needs this.
#[test]
fn the_call_can_move_between_threads() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    run(async {
        let stage = Stage::new(None);
        is_send(stage.get(&Lookup::new())).await.unwrap();
    });
}
