use crate::process::Task;

/// No file may grow, and the signal that says so is ignored: writing fails, as
/// it does on a disk without room.
const FULL: &str = "trap '' XFSZ; ulimit -f 0";

#[test]
fn a_full_disk_is_gone_without() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache");
    let report = Task::new(&path).shell(FULL).report();
    assert_eq!(report.source, "Fetch");
    assert_eq!(report.warning, "Full");
    assert_eq!(Task::new(&path).report().source, "Fetch");
}

#[test]
fn a_full_disk_keeps_the_token_that_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cache");
    let old = Task::new(&path).report();
    let task = Task::new(&path).mode("refresh").shell(FULL);
    let report = task.report();
    assert_eq!(
        (report.source.as_str(), report.warning.as_str()),
        ("Fetch", "Full")
    );
    let report = Task::new(&path).shell(FULL).report();
    assert_eq!((report.source.as_str(), report.token), ("Store", old.token));
}

#[test]
fn on_a_full_disk_nobody_waits_for_the_others() {
    use std::time::Duration;

    let folder = tempfile::tempdir().unwrap();
    let task = Task::new(&folder.path().join("cache"))
        .shell(FULL)
        .fetch(Duration::from_millis(300));
    let reports = task.reports(20);
    assert!(reports.iter().all(|report| report.warning == "Full"));
    // One after the other would be six seconds.
    let longest = reports.iter().map(|report| report.elapsed).max().unwrap();
    assert!(longest < Duration::from_secs(3), "{longest:?}");
}
