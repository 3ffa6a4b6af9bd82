use std::path::{Path, PathBuf};

use tokenring::{Error, PublishedSet};
use tokenring_jwk::JwkSet;
use tokenring_oauth::SecureUrl;

use crate::failure::chain;
use crate::options::ConnectionOptions;
use crate::settings::value::check_path;
use crate::words::error::of_library;
use crate::{ExitCode, Failure, Result, Setting, bounded_file, connection, option_words};

/// Where the keys are that a signature is verified with.
pub(super) enum Keys {
    File(PathBuf),
    Url(SecureUrl),
}

const LARGEST: u64 = 1024 * 1024;

impl Keys {
    pub(super) fn read(text: &Setting<String>) -> Result<Self> {
        let name = text.value();
        let is_url = name.starts_with("https://") || name.starts_with("http://");
        if is_url {
            let url = text.parse("jwks", |url| SecureUrl::new(url))?;
            return Ok(Self::Url(url.into_value()));
        }
        text.parse("jwks", |name| check_path(name.as_ref()))?;
        let path = text.origin().resolve(Path::new(name));
        Ok(Self::File(path))
    }

    /// Reads the keys, over the network if that is where they are.
    pub(super) fn load(&self, options: &ConnectionOptions) -> Result<JwkSet> {
        Ok(match self {
            Self::File(path) => {
                let unusable = |error: String| Failure::new(ExitCode::Configuration, error);
                let contents = bounded_file::read(path, LARGEST).map_err(|error| {
                    unusable(format!("cannot read {}: {error}", path.display()))
                })?;
                JwkSet::from_key_file(&contents)
                    .map_err(|error| unusable(format!("{}: {}", self.describe(), chain(&error))))?
            }
            Self::Url(url) => PublishedSet::fetch_any(url, &connection::transport(options)?)
                .map_err(|error| match error {
                    Error::UnusableSet { .. } => {
                        let failure = Failure::from_error(ExitCode::Unreachable, &error);
                        match error.advice() {
                            Some(advice) => failure.with_advice(&option_words::words(&advice)),
                            None => failure,
                        }
                    }
                    error => of_library(&error),
                })?,
        })
    }

    pub(super) const fn is_at_url(&self) -> bool {
        matches!(self, Self::Url(_))
    }

    pub(super) fn describe(&self) -> String {
        match self {
            Self::File(path) => format!("the keys in {}", path.display()),
            Self::Url(url) => format!("the keys at {}", url.as_str()),
        }
    }
}
