use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use crate::ExitCode;
use crate::failure::{Failure, Result};
use crate::settings::Settings;

/// The body of an API request.
pub(super) enum Body {
    None,
    Text(String),
    File {
        file: Box<dyn Read>,
        /// In bytes, where the file has one of its own.
        length: Option<u64>,
        path: PathBuf,
    },
    StandardInput,
}

impl Body {
    pub(super) fn read(settings: &Settings<'_>) -> Result<Self> {
        let Some(data) = settings.text("data")? else {
            return Ok(Self::None);
        };
        let data = data.into_value();
        if data == "-" {
            return Ok(Self::StandardInput);
        }
        let Some(path) = data.strip_prefix('@') else {
            return Ok(Self::Text(data));
        };
        let path = PathBuf::from(path);
        let opened = File::open(&path).and_then(|file| {
            let metadata = file.metadata()?;
            if metadata.is_dir() {
                return Err(std::io::ErrorKind::IsADirectory.into());
            }
            let length = metadata.is_file().then_some(metadata.len());
            Ok((file, length))
        });
        match opened {
            Ok((file, length)) => Ok(Self::File {
                file: Box::new(file),
                length,
                path,
            }),
            Err(error) => Err(Failure::new(
                ExitCode::Usage,
                format!("--data: cannot read {}: {error}", path.display()),
            )),
        }
    }

    /// What `--explain` says of the body: where it is, never what it holds.
    pub(super) fn describe(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Text(text) => Some(format!("(body of {} bytes)", text.len())),
            Self::File {
                length: Some(length),
                path,
                ..
            } => Some(format!("(body of {length} bytes from {})", path.display())),
            Self::File { path, .. } => Some(format!("(body from {})", path.display())),
            Self::StandardInput => Some("(body from standard input)".into()),
        }
    }
}
