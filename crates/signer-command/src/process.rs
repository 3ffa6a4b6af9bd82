//! One run of a program, with limits to its time and its output.
//!
//! The program leads a process group of its own. Until its end has been taken
//! notice of by `wait`, no other group can have its number, so that stopping
//! the group never hits a stranger.

use core::time::Duration;
use std::io;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use crate::{Error, Spawn, shown};

/// The longest answer: a signature has 0.5 kB, a description 1 kB.
const LONGEST_ANSWER: usize = 64 * 1024;
/// How much of the end of stderr is kept to find its last line in.
const LONGEST_TAIL: usize = 4 * 1024;
/// How much of the last line is shown, in characters.
const LONGEST_COMPLAINT: usize = 200;
/// How much is read from stderr once the program has ended, since what it
/// started may be writing still.
const LONGEST_REST: usize = 256 * 1024;

/// Runs a program on this input and returns what it wrote to stdout.
pub(crate) fn run(
    mut command: Command,
    input: &[u8],
    limit: Duration,
    spawn: Spawn,
) -> Result<Vec<u8>, Error> {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let deadline = Instant::now().checked_add(limit);
    let mut running = Running::start(&mut command, spawn)?;
    let exchanged = running.exchange(input, deadline);
    let status = running.stop()?;
    match exchanged? {
        Exchanged::Ended { stdout, .. } if status.success() => Ok(stdout),
        Exchanged::Ended { stderr, .. } => Err(failure(status, &stderr)),
        Exchanged::TimedOut => Err(Error::TimedOut(limit)),
    }
}

enum Exchanged {
    Ended { stdout: Vec<u8>, stderr: Vec<u8> },
    TimedOut,
}

/// A program that has been started. It is stopped when dropped.
struct Running {
    child: Child,
    group: Option<Pid>,
    /// Readable, at its end, as soon as the program has ended.
    end: UnixStream,
    watch: Option<JoinHandle<()>>,
    is_over: bool,
}

impl Running {
    fn start(command: &mut Command, spawn: Spawn) -> Result<Self, Error> {
        let (end, notice) = UnixStream::pair().map_err(Error::Start)?;
        let child = spawn(command).map_err(not_started)?;
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let mut running = Self {
            child,
            group,
            end,
            watch: None,
            is_over: false,
        };
        let watch = thread::Builder::new()
            .name("signer-command".to_owned())
            .spawn(move || {
                if let Some(group) = group {
                    // Leaves the ended program's number taken.
                    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
                    let _ = waitid(WaitId::Pid(group), options);
                }
                drop(notice);
            });
        running.watch = Some(watch.map_err(Error::Start)?);
        Ok(running)
    }

    /// Writes and reads until the program ends or its time is over.
    fn exchange(&mut self, input: &[u8], deadline: Option<Instant>) -> Result<Exchanged, Error> {
        let mut input = Input::new(self.child.stdin.take(), input);
        let mut answer = Output::new(self.child.stdout.take(), Keep::Start);
        let mut complaint = Output::new(self.child.stderr.take(), Keep::End);
        for pipe in [input.pipe(), answer.pipe(), complaint.pipe()]
            .into_iter()
            .flatten()
        {
            rustix::io::ioctl_fionbio(pipe, true).map_err(|error| Error::Start(error.into()))?;
        }
        loop {
            let ready = wait(&self.end, &input, &answer, &complaint, deadline)?;
            let Some(ready) = ready else {
                return Ok(Exchanged::TimedOut);
            };
            if ready.input {
                input.write();
            }
            if ready.answer {
                answer.read(LONGEST_ANSWER)?;
            }
            if ready.complaint {
                complaint.read(LONGEST_REST)?;
            }
            if ready.end {
                break;
            }
        }
        // What it left behind must not go on writing.
        self.kill();
        answer.read(LONGEST_ANSWER)?;
        complaint.read(LONGEST_REST)?;
        Ok(Exchanged::Ended {
            stdout: answer.kept,
            stderr: complaint.kept,
        })
    }

    fn kill(&self) {
        if let Some(group) = self.group {
            // It may have ended already.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }

    /// Stops what still runs, and takes notice of the end.
    fn stop(&mut self) -> Result<ExitStatus, Error> {
        self.kill();
        if let Some(watch) = self.watch.take() {
            let _ = watch.join();
        }
        // From here on the number may belong to another group.
        self.is_over = true;
        self.child.wait().map_err(Error::Start)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.is_over {
            let _ = self.stop();
        }
    }
}

/// What can be gone on with.
struct Ready {
    end: bool,
    input: bool,
    answer: bool,
    complaint: bool,
}

/// Waits for something to happen; `None` where the time is over.
fn wait(
    end: &UnixStream,
    input: &Input<'_>,
    answer: &Output<impl AsFd + Read>,
    complaint: &Output<impl AsFd + Read>,
    deadline: Option<Instant>,
) -> Result<Option<Ready>, Error> {
    let watched = [
        Some((end.as_fd(), PollFlags::IN)),
        input.pipe().map(|pipe| (pipe, PollFlags::OUT)),
        answer.pipe().map(|pipe| (pipe, PollFlags::IN)),
        complaint.pipe().map(|pipe| (pipe, PollFlags::IN)),
    ];
    let mut files: Vec<PollFd<'_>> = watched
        .iter()
        .flatten()
        .map(|(pipe, flags)| PollFd::from_borrowed_fd(*pipe, *flags))
        .collect();
    loop {
        let rest = match deadline {
            None => None,
            Some(deadline) => match deadline.checked_duration_since(Instant::now()) {
                None | Some(Duration::ZERO) => return Ok(None),
                Some(rest) => Some(rest),
            },
        };
        // A rest that is too large for the system's clock is no limit.
        let rest = rest.and_then(|rest| Timespec::try_from(rest).ok());
        match poll(&mut files, rest.as_ref()) {
            Ok(0) | Err(rustix::io::Errno::INTR) => {}
            Ok(_) => break,
            Err(error) => return Err(Error::Start(error.into())),
        }
    }
    let mut happened = files.iter().map(|file| !file.revents().is_empty());
    let mut ready = |is_watched: bool| is_watched && happened.next().unwrap_or(false);
    Ok(Some(Ready {
        end: ready(true),
        input: ready(input.pipe().is_some()),
        answer: ready(answer.pipe().is_some()),
        complaint: ready(complaint.pipe().is_some()),
    }))
}

/// What is still to be written.
struct Input<'a> {
    pipe: Option<ChildStdin>,
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    const fn new(pipe: Option<ChildStdin>, rest: &'a [u8]) -> Self {
        Self { pipe, rest }
    }

    fn pipe(&self) -> Option<BorrowedFd<'_>> {
        self.pipe.as_ref().map(AsFd::as_fd)
    }

    /// Writes what fits; the pipe is closed after all of it.
    fn write(&mut self) {
        while let Some(pipe) = &mut self.pipe {
            match pipe.write(self.rest) {
                Ok(written) if written > 0 => {
                    self.rest = self.rest.get(written..).unwrap_or_default();
                    if self.rest.is_empty() {
                        self.pipe = None;
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // A program may answer without reading what it was asked.
                Ok(_) | Err(_) => self.pipe = None,
            }
        }
    }
}

/// Which part of an output that is too long is kept.
enum Keep {
    /// The start, and it is an error that there is more.
    Start,
    /// The end.
    End,
}

struct Output<P> {
    pipe: Option<P>,
    keep: Keep,
    kept: Vec<u8>,
}

impl<P: AsFd + Read> Output<P> {
    const fn new(pipe: Option<P>, keep: Keep) -> Self {
        Self {
            pipe,
            keep,
            kept: Vec::new(),
        }
    }

    fn pipe(&self) -> Option<BorrowedFd<'_>> {
        self.pipe.as_ref().map(AsFd::as_fd)
    }

    /// Reads what is there, up to a limit, so that a program that writes
    /// without end cannot keep us from looking at the clock.
    fn read(&mut self, limit: usize) -> Result<(), Error> {
        let mut buffer = [0; 8192];
        let mut read = 0;
        while read <= limit {
            let Some(pipe) = &mut self.pipe else {
                break;
            };
            match pipe.read(&mut buffer) {
                Ok(0) => self.pipe = None,
                Ok(length) => {
                    read += length;
                    self.keep(buffer.get(..length).unwrap_or_default())?;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::Start(error)),
            }
        }
        Ok(())
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.kept.extend_from_slice(bytes);
        match self.keep {
            Keep::Start if self.kept.len() > LONGEST_ANSWER => Err(Error::TooMuchOutput),
            Keep::Start => Ok(()),
            Keep::End => {
                let surplus = self.kept.len().saturating_sub(LONGEST_TAIL);
                self.kept.drain(..surplus);
                Ok(())
            }
        }
    }
}

fn not_started(error: io::Error) -> Error {
    match error.kind() {
        ErrorKind::NotFound => Error::NotFound,
        ErrorKind::PermissionDenied => Error::NotExecutable,
        _ if error.raw_os_error() == Some(rustix::io::Errno::NOEXEC.raw_os_error()) => {
            Error::NotAProgram
        }
        _ => Error::Start(error),
    }
}

fn failure(status: ExitStatus, stderr: &[u8]) -> Error {
    let complaint = shown::last_line(stderr, LONGEST_COMPLAINT);
    match status.code() {
        Some(code) => Error::Failed { code, complaint },
        None => Error::Killed {
            signal: status.signal().unwrap_or_default(),
            complaint,
        },
    }
}
