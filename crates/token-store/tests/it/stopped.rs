//! A process that is stopped while it asks for the token.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::process::{Report, Running, Task, fetches};
use crate::scratch::START;

const OTHERS: usize = 10;
/// When whoever was asking at the start should long have finished.
const LATER: u64 = START + 60;

struct Stage {
    folder: TempDir,
    log: PathBuf,
}

impl Stage {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        Self { folder, log }
    }

    fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    fn task(&self) -> Task {
        Task::new(&self.cache()).log(&self.log)
    }

    /// Starts a process and stops it in the midst of its request.
    fn stopped(&self, task: &Task) -> Running {
        let before = fetches(&self.log);
        let mut running = task.clone().fetch(Duration::from_millis(700)).start();
        running.wait_until_ready();
        running.go();
        self.wait_for_request(before);
        running.signal("STOP");
        running
    }

    /// Waits until there were more requests than so many.
    #[track_caller]
    fn wait_for_request(&self, before: usize) {
        let started = Instant::now();
        while fetches(&self.log) == before {
            assert!(started.elapsed() < Duration::from_secs(30), "nobody asks");
            std::thread::yield_now();
        }
    }

    /// Lets it go on: it has its own token, and leaves the others theirs.
    fn wake(&self, holder: Running, expected: &str) {
        holder.signal("CONT");
        let late = holder.report();
        assert_eq!((late.source.as_str(), late.warning.as_str()), ("Fetch", ""));
        assert_ne!(late.token, expected);
        let report = self.task().at(LATER).report();
        assert_eq!(report.source, "Store");
        assert_eq!(report.token, expected);
        assert_eq!(extensions(&self.cache()), ["json", "lock"]);
    }
}

fn extensions(path: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| name.split_once('.').unwrap().1.to_owned())
        .collect();
    names.sort();
    names
}

/// One asks and warns, the others have its token.
#[track_caller]
fn one_asks(reports: &[Report], holder: &Running) -> String {
    let sources: Vec<_> = reports
        .iter()
        .map(|report| report.source.as_str())
        .collect();
    let count = |source| sources.iter().filter(|other| **other == source).count();
    assert_eq!(
        (count("Fetch"), count("OtherProcess")),
        (1, OTHERS - 1),
        "{sources:?}"
    );
    let process = holder.child.id().to_string();
    for report in reports {
        let expected = if report.source == "Fetch" {
            &process
        } else {
            ""
        };
        assert_eq!(report.overtaken, expected);
        assert_eq!(report.warning, "");
    }
    let tokens: HashSet<_> = reports.iter().map(|report| &report.token).collect();
    assert_eq!(tokens.len(), 1);
    tokens.into_iter().next().unwrap().clone()
}

#[test]
fn past_its_moment_it_is_overtaken_at_once() {
    let stage = Stage::new();
    let holder = stage.stopped(&stage.task());
    let reports = stage.task().at(LATER).reports(OTHERS);
    let token = one_asks(&reports, &holder);
    assert_eq!(fetches(&stage.log), 2);
    // Long before two thirds of thirty seconds.
    assert!(
        reports
            .iter()
            .all(|report| report.elapsed < Duration::from_secs(15))
    );
    // From now on it is in nobody's way.
    let report = stage.task().at(LATER).mode("refresh").report();
    assert_eq!(
        (report.source.as_str(), report.overtaken.as_str()),
        ("Fetch", "")
    );
    assert_ne!(report.token, token);
    stage.wake(holder, &report.token);
}

#[test]
fn before_its_moment_it_is_waited_for_two_thirds_of_the_time() {
    let stage = Stage::new();
    let holder = stage.stopped(&stage.task().at(LATER));
    let task = stage.task().at(LATER).timeout(Duration::from_millis(1500));
    let reports = task.reports(OTHERS);
    let token = one_asks(&reports, &holder);
    assert_eq!(fetches(&stage.log), 2);
    assert!(
        reports
            .iter()
            .any(|report| report.elapsed >= Duration::from_secs(1))
    );
    stage.wake(holder, &token);
}

/// A good token is served all the while.
#[test]
fn nobody_waits_while_the_old_token_is_good() {
    let stage = Stage::new();
    let old = stage.task().report();
    let soon = stage.task().at(START + 580);
    let holder = stage.stopped(&soon);
    for report in soon.reports(OTHERS) {
        assert_eq!(
            (report.source.as_str(), &report.token),
            ("Store", &old.token)
        );
        assert_eq!(report.overtaken, "");
    }
    // Past its end, it is as with any holder.
    let reports = stage.task().at(START + 610).reports(OTHERS);
    one_asks(&reports, &holder);
    assert_eq!(fetches(&stage.log), 3);
    holder.signal("CONT");
    holder.report();
}

/// It does not get in the way of the one that asks in its place either.
#[test]
fn woken_too_early_it_disturbs_nobody() {
    let stage = Stage::new();
    let holder = stage.stopped(&stage.task());
    let next = stage.stopped(&stage.task().at(LATER));
    holder.signal("CONT");
    assert_eq!(holder.report().source, "Fetch");
    assert!(
        extensions(&stage.cache())
            .iter()
            .any(|end| end.ends_with(".new"))
    );
    next.signal("CONT");
    let token = next.report().token;
    assert_eq!(stage.task().at(LATER).report().token, token);
}

/// A second one that is stopped, at the side of the first.
#[test]
fn one_that_overtakes_may_be_stopped_too() {
    let stage = Stage::new();
    let task = stage.task().timeout(Duration::from_millis(900));
    let stopped = [
        stage.stopped(&task),
        stage.stopped(&task),
        stage.stopped(&task),
    ];
    let report = task.report();
    assert_eq!(report.source, "Fetch");
    assert_eq!(report.overtaken, stopped[0].child.id().to_string());
    assert_eq!(fetches(&stage.log), 4);
    for holder in stopped {
        holder.signal("CONT");
        assert_ne!(holder.report().token, report.token);
    }
    assert_eq!(stage.task().report().token, report.token);
    assert_eq!(extensions(&stage.cache()), ["json", "lock"]);
}

/// Holders that live are no reason to ask, even if the server takes longer than
/// anybody has time.
#[test]
fn a_slow_server_gets_few_requests() {
    let stage = Stage::new();
    let slow = stage.task().fetch(Duration::from_millis(1500));
    let mut holder = slow.start();
    holder.wait_until_ready();
    holder.go();
    stage.wait_for_request(0);
    let reports = slow.timeout(Duration::from_millis(600)).reports(30);
    assert!(
        (2..=4).contains(&fetches(&stage.log)),
        "{}",
        fetches(&stage.log)
    );
    let timed_out = reports.iter().filter(|report| report.source == "timed out");
    assert!(timed_out.count() >= 26);
    holder.report();
}

/// Those that are killed while they overtake leave nothing behind for long.
#[test]
fn one_that_is_killed_at_the_side_is_followed() {
    let stage = Stage::new();
    let task = stage.task().timeout(Duration::from_millis(600));
    let holder = stage.stopped(&task);
    let mut aside = stage.stopped(&task);
    aside.child.kill().unwrap();
    aside.child.wait().unwrap();
    let report = task.report();
    assert_eq!(report.source, "Fetch");
    stage.wake(holder, &report.token);
}

/// One that has less time than the server takes fails alone: those with more have what the
/// holder brings, and so has it, if that comes while it asks.
#[test]
fn one_in_a_hurry_fails_alone() {
    let check = |fetch: u64, expected: &str| {
        let stage = Stage::new();
        let mut holder = stage.task().fetch(Duration::from_millis(1500)).start();
        holder.wait_until_ready();
        holder.go();
        stage.wait_for_request(0);
        let mut patient = stage.task().start();
        patient.wait_until_ready();
        patient.go();
        let hurried = stage
            .task()
            .mode("fail")
            .fetch(Duration::from_millis(fetch));
        let hurried = hurried.timeout(Duration::from_millis(300)).report();
        assert_eq!(hurried.source, expected);
        let token = holder.report().token;
        let patient = patient.report();
        assert_eq!(
            (patient.source.as_str(), &patient.token),
            ("OtherProcess", &token)
        );
        assert_eq!(extensions(&stage.cache()), ["json", "lock"]);
    };
    check(200, "fetch failed");
    check(2500, "OtherProcess");
}
