use std::path::PathBuf;
use std::time::Duration;

use tokenring_token_store::default_directory;

use super::help::CACHE;
use super::options;
use crate::ExitCode;
use crate::failure::{Failure, Result};
use crate::setting::{Origin, Setting};

options! {
    /// Where tokens are kept.
    #[derive(Default)]
    struct CachePlaceOptions {
        /// Folder of the token cache [default: the platform's place]
        directory: Option<Setting<PathBuf>> = "cache-dir" "FOLDER" in CACHE;
    }

    /// Whether and where tokens are kept, and which of them will do.
    #[derive(Default)]
    struct CacheOptions {
        place: CachePlaceOptions;
        /// Least time that the token is still good for [default: 0]
        minimum_lifetime: Option<Setting<Duration>> = "min-ttl" "SECONDS" in CACHE;
        /// Neither read nor write the token cache
        no_cache: bool = "no-cache" in CACHE;
        /// Get a new token though a good one is there
        force_refresh: bool = "force-refresh" in CACHE;
    }

    /// Which of the tokens that are kept are meant.
    struct KeptTokenOptions {
        /// Only tokens that have expired
        only_expired: bool = "expired";
        place: CachePlaceOptions;
    }
}

impl KeptTokenOptions {
    /// The folder that is named, else the platform's.
    pub(crate) fn directory(&self) -> Result<Setting<PathBuf>> {
        let named = self.place.directory.clone();
        let default = || {
            let origin = Origin::Default("the platform's convention".into());
            default_directory().map(|path| Setting::new(path, origin))
        };
        named.or_else(default).ok_or_else(|| {
            Failure::new(
                ExitCode::Configuration,
                "this platform tells no place for caches; name one with --cache-dir",
            )
        })
    }
}
