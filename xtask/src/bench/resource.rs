use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};

use crate::arguments::Arguments;
use crate::failure::{Failure, While};
use crate::process;

/// What a process took.
pub(super) struct Usage {
    pub(super) seconds: f64,
    pub(super) peak_kilobytes: f64,
}

/// Runs a command to its end in a small process of its own, and measures it.
///
/// The kernel tells the peak memory of all children together, so each command
/// that is measured needs a parent that has no other.
pub(super) fn measure(command: &Command) -> Result<Usage, Failure> {
    let program = std::env::current_exe().while_doing("path of this program")?;
    let mut parent = Command::new(program);
    parent
        .arg("run-measured")
        .arg(command.get_program())
        .args(command.get_args());
    let output = process::capture(&mut parent)?;
    let mut words = output.split_whitespace().map(str::parse::<f64>);
    match (words.next(), words.next()) {
        (Some(Ok(seconds)), Some(Ok(peak_kilobytes))) => Ok(Usage {
            seconds,
            peak_kilobytes,
        }),
        _ => Err(Failure::new("a measured command left no figures")),
    }
}

/// Counts the instructions of a command, with valgrind.
pub(super) fn instructions(command: &Command) -> Result<f64, Failure> {
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(command.get_program())
        .args(command.get_args());
    let output = valgrind
        .output()
        .while_doing("valgrind, which counts instructions")?;
    if !output.status.success() {
        return Err(Failure::new(format!(
            "`{}` failed ({})",
            process::describe(&valgrind),
            output.status
        )));
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let count = text.lines().find_map(|line| line.split_once("Collected :"));
    let count = count.and_then(|(_, count)| count.trim().parse().ok());
    count.ok_or_else(|| Failure::new("valgrind told no number of instructions"))
}

/// The other side of [`measure`].
pub(super) fn run_measured(mut arguments: Arguments) -> Result<(), Failure> {
    let Some(program) = arguments.word() else {
        return Err(Failure::new("no command to measure"));
    };
    let mut command = Command::new(program);
    while let Some(word) = arguments.word() {
        command.arg(word);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let start = Instant::now();
    let status = command.status().while_doing(process::describe(&command))?;
    let seconds = start.elapsed().as_secs_f64();
    if !status.success() {
        return Err(Failure::new(format!(
            "`{}` failed ({status})",
            process::describe(&command)
        )));
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).while_doing("resource usage")?;
    println!("{seconds} {}", usage.max_rss());
    Ok(())
}
