use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use tokenring_oauth::ApiRequest;

use crate::ExitCode;
use crate::bounded_file;
use crate::failure::{Failure, Result};
use crate::settings::{Data, Settings};

/// The body of an API request.
pub(super) enum Body {
    None,
    Text(String),
    /// Opened anew for each attempt.
    File(PathBuf),
    StandardInput,
}

impl Body {
    /// The body, and whether it is said to be JSON.
    pub(super) fn read(settings: &Settings<'_>) -> Result<(Self, bool)> {
        let (data, is_json) = match (settings.data("data")?, settings.data("json")?) {
            (None, None) => return Ok((Self::None, false)),
            (Some(data), None) => (data, false),
            (None, Some(json)) => (json, true),
            (Some(_), Some(_)) => {
                return Err(Failure::usage(
                    "--data and --json both give the body; leave one of them out",
                ));
            }
        };
        let body = match data {
            Data::Text(text) if text == "-" => Self::StandardInput,
            Data::Text(text) => Self::Text(text),
            Data::File(path) => {
                open(&path)?;
                Self::File(path)
            }
        };
        Ok((body, is_json))
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

    /// Puts the body into a request.
    pub(super) fn put_into<'r>(&'r self, request: ApiRequest<'r>) -> Result<ApiRequest<'r>> {
        Ok(match self {
            Self::None => request,
            Self::Text(text) => request.with_body(text.as_str()),
            Self::File(path) => {
                let (file, length) = open(path)?;
                request.with_body_reader(file, length)
            }
            Self::StandardInput => request.with_body_reader(io::stdin().lock(), None),
        })
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

/// Opens a file, and tells its length in bytes where it has one of its own.
fn open(path: &Path) -> Result<(File, Option<u64>)> {
    let opened = bounded_file::open(path).and_then(|file| {
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let length = metadata.is_file().then_some(metadata.len());
        Ok((file, length))
    });
    opened.map_err(|error| {
        Failure::new(
            ExitCode::Usage,
            format!("--data: cannot read {}: {error}", path.display()),
        )
    })
}
