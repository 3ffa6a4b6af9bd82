use std::io::{self, ErrorKind, IsTerminal, Read, Write};
use std::time::Instant;

use tokenring::{CopyError, DeadlineWriter, copy_body};
use tokenring_text::{TerminalFilter, escape_json, wrapped};

use crate::{ExitCode, Failure, Result};

/// Writes data to standard output, with which a command may end. A reader that has gone away has
/// seen enough.
pub(crate) fn print(data: &str) -> Result<ExitCode> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(data.as_bytes());
    match written.and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::output("cannot write to standard output", &error))
        }
        _ => Ok(ExitCode::Success),
    }
}

/// Writes text for a person: a terminal gets no line that is wider than it is, but for single words.
/// Anything else gets the lines as they are.
pub(crate) fn print_page(text: &str) -> Result<ExitCode> {
    match terminal_width(&io::stdout()) {
        Some(width) => print(&wrapped(text, width)),
        None => print(text),
    }
}

/// The width of the terminal that a stream is.
#[cfg(unix)]
pub(crate) fn terminal_width<S: IsTerminal + std::os::fd::AsFd>(stream: &S) -> Option<usize> {
    /// Of a terminal that does not know its own.
    const USUAL: usize = 80;
    if !stream.is_terminal() {
        return None;
    }
    let size = rustix::termios::tcgetwinsize(stream).ok();
    let width = size.map(|size| usize::from(size.ws_col));
    Some(width.filter(|width| *width > 0).unwrap_or(USUAL))
}

#[cfg(not(unix))]
pub(crate) fn terminal_width<S>(_: &S) -> Option<usize> {
    None
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

/// Whether standard output and standard error are the same terminal, file or pipe.
#[cfg(unix)]
pub(crate) fn is_shared_with_errors() -> bool {
    let found = |stream: rustix::io::Result<rustix::fs::Stat>| {
        stream.ok().map(|found| (found.st_dev, found.st_ino))
    };
    let output = found(rustix::fs::fstat(io::stdout()));
    output.is_some() && output == found(rustix::fs::fstat(io::stderr()))
}

#[cfg(not(unix))]
pub(crate) fn is_shared_with_errors() -> bool {
    io::stdout().is_terminal() && io::stderr().is_terminal()
}

/// JSON for programs and people, safe on a terminal.
pub(crate) fn json(document: &serde_json::Value) -> String {
    escape_json(&format!("{document:#}\n"))
}

/// Standard output, of which each piece is seen at once.
struct Screen<W> {
    writer: W,
    /// What a terminal gets passes here.
    filter: Option<TerminalFilter>,
    last: Option<u8>,
}

impl<W: Write> Write for Screen<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.last = bytes.last().copied().or(self.last);
        match &mut self.filter {
            Some(filter) => self.writer.write_all(filter.filter(bytes).as_bytes())?,
            None => return self.writer.write(bytes),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Copies a stream to standard output as it comes, byte for byte, and says whether that ends in the
/// middle of a line.
///
/// A terminal gets it without the characters that could act on it.
pub(crate) fn copy(
    mut source: impl Read,
    is_filtered: bool,
    deadline: Option<Instant>,
) -> Result<bool, CopyError> {
    let mut screen = Screen {
        last: None,
        writer: DeadlineWriter::new(io::stdout().lock(), deadline),
        filter: is_filtered.then(TerminalFilter::default),
    };
    let copied = copy_body(&mut source, &mut screen).and_then(|()| {
        let rest = screen.filter.take().map(|mut filter| filter.finish());
        copy_body(&mut rest.unwrap_or_default().as_bytes(), &mut screen)
    });
    match copied {
        // A reader that has gone away has seen enough.
        Err(CopyError::Write(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        copied => copied.map(|()| screen.last.is_some_and(|last| last != b'\n')),
    }
}
