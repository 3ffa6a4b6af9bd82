use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

use tokenring::RequestBody;

use crate::bounded_file;
use crate::failure::{Failure, Result};
use crate::options::BodyOptions;
use crate::settings::Data;

/// The body of an API request.
pub(super) enum Body {
    None,
    Text(String),
    /// Opened anew for each attempt.
    File(PathBuf),
    StandardInput,
}

impl Body {
    pub(super) fn new(options: Option<&BodyOptions>) -> Result<Self> {
        Ok(match options.map(|options| &options.data) {
            None => Self::None,
            Some(Data::Text(text)) if text == "-" => Self::StandardInput,
            Some(Data::Text(text)) => Self::Text(text.clone()),
            Some(Data::File(path)) => {
                open(path).map_err(|error| Failure::usage(format!("--data: {error}")))?;
                Self::File(path.clone())
            }
        })
    }

    /// Whether the same bytes can be sent again.
    pub(super) fn is_repeatable(&self) -> bool {
        match self {
            Self::None | Self::Text(_) => true,
            // A pipe can be read once.
            Self::File(path) => path.is_file(),
            Self::StandardInput => false,
        }
    }

    /// The body as a request takes it; what is piped in is waited for until the deadline.
    pub(super) fn with_deadline(self, deadline: Option<Instant>) -> PipedBody {
        PipedBody {
            body: self,
            deadline,
        }
    }

    /// What `--explain` says of the body: where it is, never what it holds.
    pub(super) fn describe(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Text(text) => Some(format!("(body of {} bytes)", text.len())),
            Self::File(path) => Some(format!("(body from {})", path.display())),
            Self::StandardInput => Some("(body from standard input)".into()),
        }
    }
}

/// A body, part of which may come by a pipe.
pub(super) struct PipedBody {
    body: Body,
    deadline: Option<Instant>,
}

impl RequestBody for PipedBody {
    fn open(&self) -> io::Result<(Box<dyn Read + '_>, Option<u64>)> {
        let deadline = self.deadline;
        Ok(match &self.body {
            Body::None => (Box::new(io::empty()), Some(0)),
            Body::Text(text) => (Box::new(text.as_bytes()), u64::try_from(text.len()).ok()),
            Body::File(path) => {
                let (file, length) = open(path)?;
                (Box::new(Piped { file, deadline }), length)
            }
            Body::StandardInput => {
                let file = standard_input().map_err(|error| unreadable("-", &error))?;
                (Box::new(Piped { file, deadline }), None)
            }
        })
    }

    fn is_repeatable(&self) -> bool {
        self.body.is_repeatable()
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
    deadline: Option<Instant>,
}

impl Read for Piped {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        #[cfg(unix)]
        if let Some(deadline) = self.deadline {
            use rustix::event::{PollFd, PollFlags, Timespec, poll};

            let left = deadline.saturating_duration_since(Instant::now());
            let left = Timespec::try_from(left).map_err(io::Error::other)?;
            let mut files = [PollFd::new(&self.file, PollFlags::IN)];
            if poll(&mut files, Some(&left))? == 0 {
                return Err(io::ErrorKind::TimedOut.into());
            }
        }
        self.file.read(buffer)
    }
}
