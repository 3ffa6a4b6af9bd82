use std::path::PathBuf;
use std::time::Duration;

use tokenring::ClientBuilder;
use tokenring_token_store::default_directory;

use super::help::CACHE;
use super::{Effective, options};
use crate::ExitCode;
use crate::failure::{Failure, Result};
use crate::setting::{Origin, Setting};
use crate::settings::Settings;

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

impl CacheOptions {
    pub(crate) fn add_to_builder(&self, mut builder: ClientBuilder) -> ClientBuilder {
        builder = builder.force_refresh(self.force_refresh);
        if let Some(minimum) = &self.minimum_lifetime {
            builder = builder.min_ttl(*minimum.value());
        }
        match &self.place.directory {
            _ if self.no_cache => builder.no_store(),
            Some(directory) => builder.cache_dir(directory.value()),
            None => builder,
        }
    }
}

/// What is to become of the tokens that are kept.
#[derive(Clone, Debug)]
pub(crate) struct CacheUpkeepOptions {
    pub(crate) directory: Setting<PathBuf>,
    /// Whether tokens are removed, or only listed.
    pub(crate) clears: bool,
    pub(crate) only_expired: bool,
    pub(crate) explanation: Option<Effective>,
}

impl Settings<'_> {
    pub(crate) fn cache_upkeep_options(&self) -> Result<CacheUpkeepOptions> {
        let options: KeptTokenOptions = self.options()?;
        let default = || {
            let origin = Origin::Default("the platform's convention".into());
            default_directory().map(|path| Setting::new(path, origin))
        };
        let Some(directory) = options.place.directory.or_else(default) else {
            return Err(Failure::new(
                ExitCode::Configuration,
                "this platform tells no place for caches; name one with --cache-dir",
            ));
        };
        Ok(CacheUpkeepOptions {
            clears: self.action() == Some("clear"),
            only_expired: options.only_expired,
            explanation: self.explanation_with(|effective| {
                effective.add_given("cache-dir", Some(&directory));
            })?,
            directory,
        })
    }
}
