//! SIGKILL at each system call that changes something: nothing is lost, and the next command
//! tidies up.

mod key_files;
mod tokens;

use std::collections::BTreeMap;

use integration_tests::peer;

use crate::process::{Machine, Run, TOKENRING};

/// What changes files or locks; other calls leave everything as the one before them did.
const CALLS: [&str; 17] = [
    "openat",
    "write",
    "link",
    "linkat",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
    "rmdir",
    "chmod",
    "fchmod",
    "ftruncate",
    "fsync",
    "flock",
];

/// One of the calls of a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KillPoint {
    call: String,
    number: usize,
}

/// Runs a command once for each of its kill points, and checks each time what it left.
///
/// Before each run a case is prepared anew. `strace` kills at the entry of a call, so that
/// what the calls before it did is there and what it would have done is not.
#[track_caller]
pub(crate) fn check<C>(
    prepare: impl Fn() -> C,
    machine: impl Fn(&C) -> &Machine,
    arguments: impl Fn(&C) -> Vec<String>,
    check: impl Fn(&C, usize, &KillPoint),
) {
    if peer::find("strace", "-V", "install strace").is_none() {
        return;
    }
    let case = prepare();
    let points = kill_points(&trace(machine(&case), arguments(&case)));
    assert!(points.len() >= 5, "{points:?}");
    let mut killed = 0;
    for (index, point) in points.iter().enumerate() {
        let case = prepare();
        let KillPoint { call, number } = point;
        let injection = format!("inject={call}:signal=KILL:when={number}");
        let run = traced(machine(&case), &injection);
        let run = run.with_argument("-o").with_argument("/dev/null");
        let finished = start(run, arguments(&case));
        if finished.signal() == Some(9) {
            killed += 1;
        }
        check(&case, index, point);
    }
    // Threads take turns as they like, so that a few calls may come in another order.
    assert!(killed * 10 >= points.len() * 9, "{killed} of {points:?}");
}

/// The calls of a run that succeeds.
#[track_caller]
fn trace(machine: &Machine, arguments: Vec<String>) -> String {
    let log = machine.home().join("trace");
    let calls = CALLS.map(|call| format!("?{call}")).join(",");
    let run = traced(machine, &format!("trace={calls}"));
    let run = run.with_argument("-o").with_argument(&log);
    start(run, arguments).has_code(0);
    std::fs::read_to_string(log).unwrap()
}

fn traced(machine: &Machine, expression: &str) -> Run {
    machine
        .program("strace")
        .with_argument("-f")
        .with_argument("-qq")
        .with_argument("-e")
        .with_argument(expression)
}

fn start(run: Run, arguments: Vec<String>) -> crate::process::Finished {
    let run = run.with_argument(TOKENRING);
    let run = arguments.iter().fold(run, Run::with_argument);
    run.finish()
}

/// The calls of a trace that change something, by their number in their thread.
fn kill_points(trace: &str) -> Vec<KillPoint> {
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut points = Vec::new();
    for line in trace.lines() {
        let Some((thread, rest)) = line.split_once(' ') else {
            continue;
        };
        let Some((call, rest)) = rest.trim_start().split_once('(') else {
            continue;
        };
        if !CALLS.contains(&call) {
            continue;
        }
        let number = counts
            .entry((thread.to_owned(), call.to_owned()))
            .or_default();
        *number += 1;
        let changes = match call {
            "openat" => rest.contains("O_CREAT") || rest.contains("O_TMPFILE"),
            "write" => !rest.starts_with("1,") && !rest.starts_with("2,"),
            _ => true,
        };
        let point = KillPoint {
            call: call.to_owned(),
            number: *number,
        };
        if changes && !points.contains(&point) {
            points.push(point);
        }
    }
    points
}

/// The names in a folder that begin with a dot, but for that of the lock.
pub(crate) fn hidden(folder: &std::path::Path) -> Vec<String> {
    let mut names = crate::process::names_in(folder);
    names.retain(|name| name.starts_with('.') && name != ".tokenring.lock");
    names
}
