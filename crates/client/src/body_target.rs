use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

#[cfg(unix)]
use rustix::event::PollFlags;
use tokenring_keystore::atomic_file::Staged;

#[cfg(unix)]
use crate::pipe::wait_until;

/// Where the body of an answer goes: a file that is there when it is whole, or a pipe or device.
///
/// # Examples
///
/// ```
/// use tokenring::BodyTarget;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("report.json");
/// BodyTarget::new(&path).write(&b"{}"[..])?;
/// assert_eq!(std::fs::read(&path)?, b"{}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct BodyTarget {
    path: PathBuf,
    deadline: Option<Instant>,
}

/// A writer that waits for its reader until a deadline, where the platform can.
#[derive(Debug)]
pub struct DeadlineWriter<W> {
    writer: W,
    #[cfg_attr(not(unix), expect(dead_code, reason = "only Unix waits for a pipe"))]
    deadline: Option<Instant>,
}

/// Where a copy stopped.
#[derive(Debug)]
#[non_exhaustive]
pub enum CopyError {
    /// The source failed.
    Read(io::Error),
    /// The target failed.
    Write(io::Error),
    /// The reader of what is written took nothing until the deadline.
    TimedOut(io::Error),
}

impl BodyTarget {
    /// Takes a file that is written or replaced, a pipe, or a device such as `/dev/stdout`.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            deadline: None,
        }
    }

    /// Sets until when to wait for the reader of a pipe. Defaults to forever.
    #[must_use]
    pub const fn with_deadline(mut self, deadline: Option<Instant>) -> Self {
        self.deadline = deadline;
        self
    }

    /// Writes a body. A file that was there stays as it is until the new one is whole.
    ///
    /// # Errors
    ///
    /// A [`CopyError`] where the body ends early or cannot be written.
    pub fn write(&self, mut body: impl Read) -> Result<(), CopyError> {
        if let Some(device) = open_device(&self.path).map_err(CopyError::Write)? {
            return copy_body(&mut body, &mut DeadlineWriter::new(device, self.deadline));
        }
        let mut staged = Staged::create(&self.path).map_err(CopyError::Write)?;
        copy_body(&mut body, staged.file())?;
        staged.replace().map_err(CopyError::Write)
    }
}

impl<W> DeadlineWriter<W> {
    /// Waits for as long as it takes without a deadline.
    #[must_use]
    pub const fn new(writer: W, deadline: Option<Instant>) -> Self {
        Self { writer, deadline }
    }
}

#[cfg(unix)]
impl<W: Write + std::os::fd::AsFd> Write for DeadlineWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        /// What a pipe takes without a wait if it has room (`PIPE_BUF`, pipe(7)).
        const PIECE: usize = 4096;
        let Some(deadline) = self.deadline else {
            return self.writer.write(bytes);
        };
        wait_until(deadline, &self.writer, PollFlags::OUT)?;
        let piece = bytes.get(..PIECE).unwrap_or(bytes);
        Ok(rustix::io::write(&self.writer, piece)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

#[cfg(not(unix))]
impl<W: Write> Write for DeadlineWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Copies a body to a writer as it comes, piece by piece.
///
/// # Errors
///
/// A [`CopyError`] where the body ends early or cannot be written.
pub fn copy_body(source: &mut dyn Read, target: &mut dyn Write) -> Result<(), CopyError> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = match source.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => {
                target.flush().map_err(CopyError::of_target)?;
                return Err(CopyError::Read(error));
            }
        };
        let written = target.write_all(buffer.get(..length).unwrap_or_default());
        let written = written.and_then(|()| target.flush());
        written.map_err(CopyError::of_target)?;
    }
    target.flush().map_err(CopyError::of_target)
}

impl CopyError {
    fn of_target(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::TimedOut => Self::TimedOut(error),
            _ => Self::Write(error),
        }
    }
}

impl From<CopyError> for io::Error {
    fn from(error: CopyError) -> Self {
        match error {
            CopyError::Read(error) | CopyError::Write(error) | CopyError::TimedOut(error) => error,
        }
    }
}

impl fmt::Display for CopyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read(_) => "cannot read the body",
            Self::Write(_) => "cannot write the body",
            Self::TimedOut(_) => "nobody read the body in time",
        })
    }
}

impl std::error::Error for CopyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read(error) | Self::Write(error) | Self::TimedOut(error) => Some(error),
        }
    }
}

/// Opens what is there and is no file of its own, such as `/dev/null`, `/dev/stdout` or a pipe:
/// it is written to, and nothing is put in its place.
fn open_device(path: &Path) -> io::Result<Option<File>> {
    match path.metadata() {
        Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => open_at_once(path).map(Some),
        // Standard output that goes into a file; what is in it stays.
        Ok(_) if names_descriptor(path) => File::options().append(true).open(path).map(Some),
        _ => Ok(None),
    }
}

/// Whether this is a link to an open descriptor, as `/dev/stdout` is.
fn names_descriptor(path: &Path) -> bool {
    let target = path.read_link().unwrap_or_default();
    target.parent().is_some_and(|folder| folder.ends_with("fd"))
}

/// Opens a pipe or device to write, and waits for no reader.
#[cfg(unix)]
fn open_at_once(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, fcntl_getfl, fcntl_setfl, open};
    use rustix::io::{Errno, retry_on_intr};

    // A terminal must not become the one of this process.
    let flags = OFlags::WRONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    let opened = match retry_on_intr(|| open(path, flags, Mode::empty())) {
        Err(Errno::NXIO) => {
            let text = "nobody reads from it; start its reader first, or name a file";
            return Err(io::Error::other(text));
        }
        opened => opened?,
    };
    fcntl_setfl(&opened, fcntl_getfl(&opened)? & !OFlags::NONBLOCK)?;
    Ok(File::from(opened))
}

#[cfg(not(unix))]
fn open_at_once(path: &Path) -> io::Result<File> {
    File::options().write(true).open(path)
}
