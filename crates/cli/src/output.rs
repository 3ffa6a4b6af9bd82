use std::io::{self, ErrorKind, Read, Write};
use std::time::Instant;

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

/// JSON for programs and people: what could act on a terminal is escaped, which is the same
/// to a program.
pub(crate) fn json(document: &serde_json::Value) -> String {
    use std::fmt::Write as _;

    let mut text = String::new();
    for character in format!("{document:#}").chars() {
        match character {
            '\n' => text.push('\n'),
            character if character.is_control() || is_bidirectional(character) => {
                // Writing to a String does not fail; all of them are below U+10000.
                let _ = write!(text, "\\u{:04x}", u32::from(character));
            }
            character => text.push(character),
        }
    }
    text.push('\n');
    text
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
    let mut screen = Screen::default();
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
        finish(stdout.write_all(screen.rest().as_bytes()))?;
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

/// Turns bytes that arrive in pieces into text that is safe on a terminal.
#[derive(Default)]
struct Screen {
    /// The beginning of a character whose end has yet to arrive.
    pending: Vec<u8>,
}

impl Screen {
    fn filter(&mut self, bytes: &[u8]) -> String {
        self.pending.extend_from_slice(bytes);
        let mut output = String::with_capacity(self.pending.len());
        let mut complete = 0;
        for chunk in self.pending.utf8_chunks() {
            output.extend(chunk.valid().chars().map(visible));
            complete += chunk.valid().len();
            // An unfinished character is at the end and shorter than a whole one.
            if complete + chunk.invalid().len() == self.pending.len()
                && is_unfinished(chunk.invalid())
            {
                break;
            }
            if !chunk.invalid().is_empty() {
                output.push(char::REPLACEMENT_CHARACTER);
                complete += chunk.invalid().len();
            }
        }
        self.pending.drain(..complete);
        output
    }

    fn rest(&mut self) -> String {
        String::from_utf8_lossy(&self.pending).into_owned()
    }
}

/// Whether more bytes could complete a character that begins like this.
fn is_unfinished(bytes: &[u8]) -> bool {
    !bytes.is_empty() && std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

fn visible(character: char) -> char {
    match character {
        '\n' | '\t' => character,
        character if character.is_control() || is_bidirectional(character) => {
            char::REPLACEMENT_CHARACTER
        }
        character => character,
    }
}

/// The controls of Unicode's bidirectional algorithm (UAX #9 section 2).
const fn is_bidirectional(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pieces: &[&[u8]], expected: &str) {
        let mut screen = Screen::default();
        let mut output = String::new();
        for piece in pieces {
            output.push_str(&screen.filter(piece));
        }
        output.push_str(&screen.rest());
        assert_eq!(output, expected);
    }

    #[test]
    fn a_terminal_gets_nothing_that_acts_on_it() {
        check(&[b"plain\ttext\n"], "plain\ttext\n");
        check(&[b"\x1b[2J"], "\u{fffd}[2J");
        check(&[b"a\rb"], "a\u{fffd}b");
        check(&["\u{202e}x".as_bytes()], "\u{fffd}x");
        check(&[b"\xc3", b"\xa9"], "\u{e9}");
        check(&[b"\xf0\x9f", b"\x98", b"\x80!"], "\u{1f600}!");
        check(&[b"\xff", b"a"], "\u{fffd}a");
        check(&[b"\xe2\x82"], "\u{fffd}");
        check(&[b"\xc2", b"\x9b31m"], "\u{fffd}31m");
    }
}
