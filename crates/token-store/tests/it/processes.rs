//! Many processes and one cache.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use tokenring_token_store::DirectoryStore;

use crate::process::{Report, Task, fetches};
use crate::scratch::START;

const PROCESSES: usize = 50;
const FETCH: Duration = Duration::from_millis(50);
/// What starting fifty processes on a busy machine may add to the fetch.
const SLACK: Duration = Duration::from_secs(2);

fn tokens(reports: &[Report]) -> HashSet<&str> {
    reports.iter().map(|report| report.token.as_str()).collect()
}

fn count(reports: &[Report], source: &str) -> usize {
    let with = |report: &&Report| report.source == source;
    reports.iter().filter(with).count()
}

fn longest(reports: &[Report]) -> Duration {
    reports.iter().map(|report| report.elapsed).max().unwrap()
}

#[test]
fn fifty_processes_ask_once_in_each_of_twenty_lifetimes() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let mut slowest = Duration::ZERO;
    for lifetime in 0..20 {
        let task = Task::new(&folder.path().join("cache"))
            .log(&log)
            .fetch(FETCH)
            .at(START + lifetime * 600);
        let reports = task.reports(PROCESSES);
        assert_eq!(fetches(&log), usize::try_from(lifetime).unwrap() + 1);
        assert_eq!(tokens(&reports).len(), 1);
        assert_eq!(count(&reports, "Fetch"), 1);
        assert!(reports.iter().all(|report| report.warning.is_empty()));
        slowest = slowest.max(longest(&reports));
    }
    println!("1000 calls, 20 fetches of {FETCH:?}; the longest call took {slowest:?}");
    assert!(slowest < FETCH + SLACK, "{slowest:?}");
}

#[test]
fn one_renews_early_and_the_others_do_not_wait() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let task = Task::new(&folder.path().join("cache"))
        .log(&log)
        .fetch(FETCH * 10);
    let old = task.report();
    let reports = task.at(START + 580).reports(PROCESSES);
    assert_eq!(fetches(&log), 2);
    assert_eq!(count(&reports, "Fetch"), 1);
    let others: Vec<&Report> = reports
        .iter()
        .filter(|report| report.source != "Fetch")
        .collect();
    assert!(others.iter().any(|report| report.token == old.token));
    let new = reports
        .iter()
        .find(|report| report.source == "Fetch")
        .unwrap();
    assert!(new.elapsed >= FETCH * 10);
    // Those that came while it was asking were served at once.
    let waited = others.iter().filter(|report| report.elapsed >= FETCH * 10);
    assert_eq!(waited.count(), 0);
}

#[test]
fn an_early_renewal_that_is_over_at_once_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let task = Task::new(&folder.path().join("cache")).log(&log);
    for lifetime in 0..10 {
        task.clone().at(START + lifetime * 575).reports(PROCESSES);
        assert_eq!(fetches(&log), usize::try_from(lifetime).unwrap() + 1);
    }
}

#[test]
fn a_refusal_is_shared_and_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let task = Task::new(&folder.path().join("cache"))
        .log(&log)
        .fetch(FETCH)
        .mode("fail");
    let reports = task.reports(PROCESSES);
    assert_eq!(fetches(&log), 1);
    assert_eq!(count(&reports, "fetch failed"), 1);
    assert_eq!(count(&reports, "recent failure"), PROCESSES - 1);
    assert!(longest(&reports) < FETCH + SLACK);
}

#[test]
fn those_that_refresh_together_ask_once() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    // Longer than fifty processes take to notice that they may begin.
    let task = Task::new(&folder.path().join("cache"))
        .log(&log)
        .fetch(FETCH * 10);
    let old = task.report();
    let reports = task.mode("refresh").reports(PROCESSES);
    assert_eq!(fetches(&log), 2);
    let tokens = tokens(&reports);
    assert!(tokens.len() == 1 && !tokens.contains(old.token.as_str()));
}

#[test]
fn a_process_that_is_killed_while_it_asks_is_followed_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let task = Task::new(&folder.path().join("cache")).log(&log);
    let mut holder = task.clone().fetch(Duration::from_secs(600)).start();
    holder.go();
    while fetches(&log) == 0 {
        std::thread::yield_now();
    }
    let mut waiter = task.start();
    waiter.wait_until_ready();
    waiter.go();
    holder.child.kill().unwrap();
    holder.child.wait().unwrap();
    let killed = Instant::now();
    let report = waiter.report();
    assert_eq!(report.source, "Fetch");
    assert_eq!(report.warning, "");
    assert!(killed.elapsed() < SLACK);
    assert_eq!(task.report().source, "Store");
}

#[test]
fn clearing_under_load_lets_no_two_fetch_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache");
    let cache = DirectoryStore::open(&path).unwrap();
    let task = Task::new(&path)
        .fetch(Duration::from_micros(100))
        .mode("alone");
    let mut all: Vec<_> = (0..4).map(|_| task.start()).collect();
    for running in &mut all {
        running.wait_until_ready();
        running.go();
    }
    let mut removed = 0;
    while removed < 300 {
        removed += cache.clear().unwrap();
        let ended = all
            .iter_mut()
            .find_map(|running| running.child.try_wait().unwrap());
        assert!(ended.is_none(), "two processes fetched at the same time");
    }
    for running in &mut all {
        running.child.kill().unwrap();
        running.child.wait().unwrap();
    }
    assert_eq!(Task::new(&path).mode("refresh").report().source, "Fetch");
}
