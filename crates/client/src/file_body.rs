use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

use tokenring_keystore::bounded_file;

use crate::RequestBody;

/// The body of a request that streams from a file, a pipe or standard input.
///
/// # Examples
///
/// ```no_run
/// use tokenring::{ApiRequest, FileBody};
///
/// let body = FileBody::open("report.json")?;
/// let request = ApiRequest::new("PUT", "https://api.example.com/report")?.with_body(body);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct FileBody {
    source: Source,
    deadline: Option<Instant>,
}

#[derive(Clone, Debug)]
enum Source {
    /// Opened again for each attempt.
    File(PathBuf),
    StandardInput,
}

impl FileBody {
    /// Takes a file, or a pipe that the process was started with.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub fn open(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        open(&path)?;
        Ok(Self {
            source: Source::File(path),
            deadline: None,
        })
    }

    /// Takes standard input.
    #[must_use]
    pub const fn standard_input() -> Self {
        Self {
            source: Source::StandardInput,
            deadline: None,
        }
    }

    /// Sets until when to wait for what is piped in. Defaults to forever.
    #[must_use]
    pub const fn with_deadline(mut self, deadline: Option<Instant>) -> Self {
        self.deadline = deadline;
        self
    }

    /// The file; none for standard input.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.source {
            Source::File(path) => Some(path),
            Source::StandardInput => None,
        }
    }
}

impl RequestBody for FileBody {
    fn open(&self) -> io::Result<(Box<dyn Read + '_>, Option<u64>)> {
        let (file, length) = match &self.source {
            Source::File(path) => open(path)?,
            Source::StandardInput => {
                let file = standard_input().map_err(|error| unreadable("-", &error))?;
                (file, None)
            }
        };
        let deadline = self.deadline;
        Ok((Box::new(Piped { file, deadline }), length))
    }

    fn is_repeatable(&self) -> bool {
        // A pipe can be read once.
        self.path().is_some_and(Path::is_file)
    }
}

/// Opens a file, and tells its length in bytes where it has one of its own.
fn open(path: &Path) -> io::Result<(File, Option<u64>)> {
    let opened = bounded_file::open(path).and_then(|file| {
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let length = metadata.is_file().then_some(metadata.len());
        Ok((file, length))
    });
    opened.map_err(|error| unreadable(path.display(), &error))
}

fn unreadable(name: impl fmt::Display, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot read {name}: {error}"))
}

#[cfg(unix)]
fn standard_input() -> io::Result<File> {
    use std::os::fd::AsFd;

    // Nothing else reads it, so that nothing is in a buffer.
    io::stdin().as_fd().try_clone_to_owned().map(File::from)
}

#[cfg(not(unix))]
fn standard_input() -> io::Result<File> {
    use std::os::windows::io::AsHandle;

    io::stdin().as_handle().try_clone_to_owned().map(File::from)
}

/// A file that may be a pipe.
struct Piped {
    file: File,
    #[cfg_attr(not(unix), expect(dead_code, reason = "only Unix waits for a pipe"))]
    deadline: Option<Instant>,
}

impl Read for Piped {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        #[cfg(unix)]
        if let Some(deadline) = self.deadline {
            crate::pipe::wait_until(deadline, &self.file, rustix::event::PollFlags::IN)?;
        }
        self.file.read(buffer)
    }
}
