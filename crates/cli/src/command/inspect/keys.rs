use std::path::{Path, PathBuf};

use tokenring::PublishedSet;
use tokenring_jwk::{JwkSet, KeyId};
use tokenring_oauth::SecureUrl;

use crate::ExitCode;
use crate::bounded_file;
use crate::connection;
use crate::failure::{Failure, Result, chain};
use crate::options::ConnectionOptions;
use crate::published_set;
use crate::setting::Setting;

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
        let path = text.origin().resolve(Path::new(name));
        Ok(Self::File(path))
    }

    /// Reads the keys, over the network if that is where they are.
    ///
    /// A key that stands alone without a name is the one that the JWT means, whatever it calls it.
    pub(super) fn load(&self, key_id: Option<&str>, options: &ConnectionOptions) -> Result<JwkSet> {
        let set = match self {
            Self::File(path) => {
                let unusable = |error: String| Failure::new(ExitCode::Configuration, error);
                let contents = bounded_file::read(path, LARGEST).map_err(|error| {
                    unusable(format!("cannot read {}: {error}", path.display()))
                })?;
                JwkSet::from_key_file(&contents)
                    .map_err(|error| unusable(format!("{}: {}", self.describe(), chain(&error))))?
            }
            Self::Url(url) => PublishedSet::fetch_any(url, &connection::transport(options)?)
                .map_err(|error| published_set::failure(&error, ExitCode::Unreachable))?,
        };
        Ok(match (set.keys(), key_id) {
            ([jwk], Some(key_id)) if jwk.key_id().is_none() => {
                JwkSet::from_iter([jwk.clone().with_key_id(KeyId::new(key_id))])
            }
            _ => set,
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
