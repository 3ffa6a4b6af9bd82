//! What `TokenSource::token()` costs on a fresh token, for threads that do
//! nothing else; `cargo bench -p tokenring-oauth --bench token_source`.
//!
//! Beside it, what a read-write lock around one `Arc` costs, without looking at
//! a clock, and what looking at the clocks costs: ratios of one run say more
//! than nanoseconds of different machines.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program for people, which ends where something is wrong"
)]

use std::convert::Infallible;
use std::hint::black_box;
use std::sync::{Arc, Barrier, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use tokenring_assertion::{Claims, JwtId, NumericDate};
use tokenring_jwk::{Algorithm, Signature};
use tokenring_oauth::{
    Clock as _, HttpRequest, HttpResponse, SystemClock, TokenEndpoint, TokenRequest, TokenSource,
};

const CALLS: u32 = 200_000;
/// Many and short ones: the best one had the machine for itself.
const RUNS: usize = 50;

fn main() {
    let source = source();
    let locked = RwLock::new(Arc::new(source.token().unwrap()));
    let clock = SystemClock::new();
    println!("wall time of all calls / number of calls, best of {RUNS} runs, in ns");
    println!(
        "{:>7} {:>8} {:>12} {:>14}",
        "threads", "token()", "both clocks", "RwLock<Arc<_>>"
    );
    for threads in [1, 2, 4, 8, 64] {
        let token = measure(threads, || {
            black_box(source.token().unwrap());
        });
        let clocks = measure(threads, || {
            black_box((clock.monotonic(), clock.wall()));
        });
        let lock = measure(threads, || {
            black_box(Arc::clone(&locked.read().unwrap()));
        });
        println!("{threads:>7} {token:>8.1} {clocks:>12.1} {lock:>14.1}");
    }
    let mut worst = Duration::ZERO;
    for _ in 0..CALLS {
        let called = Instant::now();
        black_box(source.token().unwrap());
        worst = worst.max(called.elapsed());
    }
    println!("slowest of {CALLS} calls by one thread: {worst:?}");
}

/// Nanoseconds for each call, all threads together.
fn measure(threads: u32, call: impl Fn() + Sync) -> f64 {
    let calls = CALLS / threads;
    let runs = (0..RUNS).map(|_| {
        let begin = Barrier::new(usize::try_from(threads).unwrap());
        let run = || {
            begin.wait();
            let began = Instant::now();
            for _ in 0..calls {
                call();
            }
            (began, Instant::now())
        };
        let spans: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
            let joined = threads.into_iter().map(|thread| thread.join().unwrap());
            joined.collect()
        });
        let began = spans.iter().map(|span| span.0).min().unwrap();
        let ended = spans.iter().map(|span| span.1).max().unwrap();
        (ended - began).as_secs_f64() * 1e9 / f64::from(calls * threads)
    });
    runs.fold(f64::INFINITY, f64::min)
}

fn source() -> TokenSource {
    let transport = |_: HttpRequest| {
        let body = br#"{"access_token":"abc","expires_in":86400,"token_type":"Bearer"}"#;
        Ok(HttpResponse::new(200, Vec::new(), body.to_vec()))
    };
    TokenSource::new(transport, || {
        let endpoint = TokenEndpoint::new("https://example.com/token").unwrap();
        let jwt_id = JwtId::from_random_bytes([7; 16]);
        let expires_at = NumericDate::from_seconds(1_800_000_000);
        let assertion = Claims::new("client", endpoint.as_str(), jwt_id, expires_at)
            .signing_input(Algorithm::Rs512, None)
            .attach(&Signature::from_bytes(vec![0; 512]));
        Ok::<_, Infallible>(TokenRequest::client_credentials(&endpoint, assertion))
    })
}
