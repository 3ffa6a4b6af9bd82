use std::io::{self, ErrorKind, Read, Write};
use std::time::Instant;

use tokenring_text::{TerminalFilter, escape_json};

use crate::ExitCode;
use crate::failure::{Failure, Result};

/// Writes data to standard output. A reader that has gone away has seen enough.
pub(crate) fn print(data: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    finish(
        stdout
            .write_all(data.as_bytes())
            .and_then(|()| stdout.flush()),
    )
}

/// Fails where the process was started without a standard output: what is made for it would be
/// lost without a word.
///
/// By now there is one all the same, as the standard library opens `/dev/null` in its place, to
/// read and write. Whoever wants to hear nothing has opened that to write, or has standard error
/// opened as this one is, as services and programs that ignore every stream do; what remains is in doubt,
/// and no place for a credential.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn check_open() -> Result<()> {
    use std::os::fd::AsFd;

    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl, fstat, major, minor};

    /// `/dev/null` (Linux, admin-guide/devices.txt).
    const NULL: (u32, u32) = (1, 3);
    let (stdin, stdout, stderr) = (io::stdin(), io::stdout(), io::stderr());
    let is_null = |stream| {
        let found = fstat(stream).map(|found| found.st_rdev);
        found.is_ok_and(|device| (major(device), minor(device)) == NULL)
    };
    let is_read_and_write = |flags: OFlags| flags & OFlags::RWMODE == OFlags::RDWR;
    let flags = fcntl_getfl(&stdout).unwrap_or(OFlags::empty());
    if !is_null(stdout.as_fd()) || !is_read_and_write(flags) {
        return Ok(());
    }
    if is_null(stderr.as_fd()) && fcntl_getfl(&stderr).is_ok_and(is_read_and_write) {
        return Ok(());
    }
    // What was opened once and has several numbers has its flags in common.
    let _ = fcntl_setfl(&stdout, flags ^ OFlags::APPEND);
    let is_shared = is_null(stdin.as_fd())
        && fcntl_getfl(&stdin).is_ok_and(|other| other == flags ^ OFlags::APPEND);
    let _ = fcntl_setfl(&stdout, flags);
    if is_shared {
        return Ok(());
    }
    let text = "standard output is closed, or /dev/null opened to read and write; open it, name a \
                file with --output, or open /dev/null just to write (>/dev/null)";
    Err(Failure::new(ExitCode::Output, text))
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) const fn check_open() -> Result<()> {
    Ok(())
}

/// JSON for programs and people, safe on a terminal.
pub(crate) fn json(document: &serde_json::Value) -> String {
    escape_json(&format!("{document:#}\n"))
}

fn finish(result: io::Result<()>) -> Result<()> {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::output("cannot write to standard output", &error))
        }
        _ => Ok(()),
    }
}

/// Where a copy stopped.
pub(crate) enum Copied {
    /// Everything came and went.
    Whole,
    /// The source failed.
    ReadFailed(io::Error),
    /// The reader of what is written took nothing until the deadline.
    TimedOut(io::Error),
}

/// A writer that waits for its reader until a deadline.
pub(crate) struct Patient<W> {
    writer: W,
    deadline: Option<Instant>,
}

impl<W> Patient<W> {
    pub(crate) const fn new(writer: W, deadline: Option<Instant>) -> Self {
        Self { writer, deadline }
    }
}

#[cfg(unix)]
impl<W: Write + std::os::fd::AsFd> Write for Patient<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};

        /// What a pipe takes without a wait if it has room (`PIPE_BUF`, pipe(7)).
        const PIECE: usize = 4096;
        let Some(deadline) = self.deadline else {
            return self.writer.write(bytes);
        };
        let left = deadline.saturating_duration_since(Instant::now());
        let left = Timespec::try_from(left).map_err(io::Error::other)?;
        if poll(
            &mut [PollFd::new(&self.writer, PollFlags::OUT)],
            Some(&left),
        )? == 0
        {
            return Err(ErrorKind::TimedOut.into());
        }
        let piece = bytes.get(..PIECE).unwrap_or(bytes);
        Ok(rustix::io::write(&self.writer, piece)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

#[cfg(not(unix))]
impl<W: Write> Write for Patient<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Copies a stream to standard output as it comes, byte for byte.
///
/// A terminal gets it without the characters that could act on it.
pub(crate) fn copy(
    mut source: impl Read,
    filter: bool,
    deadline: Option<Instant>,
) -> Result<Copied> {
    let mut stdout = Patient::new(io::stdout().lock(), deadline);
    let mut buffer = vec![0; 64 * 1024];
    let mut screen = TerminalFilter::default();
    loop {
        let length = match source.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => {
                finish(stdout.flush())?;
                return Ok(Copied::ReadFailed(error));
            }
        };
        let read = buffer.get(..length).unwrap_or_default();
        let written = if filter {
            stdout.write_all(screen.filter(read).as_bytes())
        } else {
            stdout.write_all(read)
        };
        match written.and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(Copied::Whole),
            Err(error) if error.kind() == ErrorKind::TimedOut => {
                return Ok(Copied::TimedOut(error));
            }
            result => finish(result)?,
        }
    }
    if filter {
        finish(stdout.write_all(screen.finish().as_bytes()))?;
    }
    finish(stdout.flush())?;
    Ok(Copied::Whole)
}

/// Copies a stream as it is; an error is one of the writer's.
pub(crate) fn copy_into(source: &mut dyn Read, target: &mut dyn Write) -> io::Result<Copied> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = match source.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Ok(Copied::ReadFailed(error)),
        };
        match target.write_all(buffer.get(..length).unwrap_or_default()) {
            Err(error) if error.kind() == ErrorKind::TimedOut => {
                return Ok(Copied::TimedOut(error));
            }
            result => result?,
        }
    }
    target.flush()?;
    Ok(Copied::Whole)
}
