//! What `TokenSource::token()` costs on a fresh token, for threads that do
//! nothing else; `cargo bench -p tokenring-token-store --bench token_source`.
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

use tokenring_assertion::NumericDate;
use tokenring_oauth::{AccessToken, Clock as _, SystemClock};
use tokenring_token_store::{Attempt, FetchFailure, Token, TokenSource};

const CALLS: u32 = 200_000;
/// Many and short ones: the best one had the machine for itself.
const RUNS: usize = 50;

fn main() {
    let source = source();
    let locked = RwLock::new(Arc::new(source.token(fetch).unwrap()));
    let clock = SystemClock::new();
    println!("wall time of all calls / number of calls, best of {RUNS} runs, in ns");
    println!(
        "{:>7} {:>8} {:>12} {:>14}",
        "threads", "token()", "both clocks", "RwLock<Arc<_>>"
    );
    for threads in [1, 2, 4, 8, 64] {
        let token = measure(threads, || {
            black_box(source.token(fetch).unwrap());
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
        black_box(source.token(fetch).unwrap());
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

fn source() -> TokenSource<Infallible> {
    TokenSource::new()
}

fn fetch(_: Attempt) -> Result<Token, FetchFailure<Infallible>> {
    let now = NumericDate::from_seconds(SystemClock::new().wall().as_secs());
    let token = AccessToken::new("abc").unwrap();
    Ok(Token::new(token, now).with_lifetime(Duration::from_secs(86_400)))
}
