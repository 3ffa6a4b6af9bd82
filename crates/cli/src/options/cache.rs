use std::path::PathBuf;
use std::time::Duration;

use tokenring_token_store::default_directory;

use super::Effective;
use crate::ExitCode;
use crate::failure::{Failure, Reason, Result};
use crate::setting::{Origin, Setting};
use crate::settings::Settings;

/// Whether and where tokens are kept, and which of them will do.
#[derive(Clone, Debug, Default)]
pub(crate) struct CacheOptions {
    /// [`None`] where the platform has no place for caches.
    pub(crate) directory: Option<Setting<PathBuf>>,
    /// A cached token that expires sooner than this is renewed.
    pub(crate) minimum_lifetime: Option<Setting<Duration>>,
    pub(crate) no_cache: bool,
    pub(crate) force_refresh: bool,
}

impl Settings<'_> {
    pub(crate) fn cache_options(&self) -> Result<CacheOptions> {
        Ok(CacheOptions {
            no_cache: self.flag("no-cache")?,
            force_refresh: self.flag("force-refresh")?,
            directory: self.cache_directory()?,
            minimum_lifetime: self.parsed("min-ttl", |text| {
                let seconds = text.parse().map(Duration::from_secs);
                seconds.map_err(|_| Reason::new("it is a whole number of seconds"))
            })?,
        })
    }

    /// The folder that is named, else the platform's place.
    fn cache_directory(&self) -> Result<Option<Setting<PathBuf>>> {
        let origin = || Origin::Default("the platform's convention".into());
        let default = || default_directory().map(|path| Setting::new(path, origin()));
        Ok(self.path("cache-dir")?.or_else(default))
    }
}

impl CacheOptions {
    pub(crate) fn minimum_lifetime(&self) -> Duration {
        let minimum = self.minimum_lifetime.as_ref();
        minimum.map_or(Duration::ZERO, |minimum| *minimum.value())
    }

    pub(crate) fn add_directory(&self, effective: &mut Effective) {
        effective.add_path("cache-dir", self.directory.as_ref());
    }

    pub(crate) fn add_minimum(&self, effective: &mut Effective) {
        if let Some(minimum) = &self.minimum_lifetime {
            let seconds = minimum.value().as_secs();
            effective.add("min-ttl", &seconds, minimum.origin().clone());
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
        let Some(directory) = self.cache_directory()? else {
            return Err(Failure::new(
                ExitCode::Configuration,
                "this platform tells no place for caches; name one with --cache-dir",
            ));
        };
        Ok(CacheUpkeepOptions {
            clears: self.action() == Some("clear"),
            only_expired: self.flag("expired")?,
            explanation: self.explanation()?.map(|mut effective| {
                effective.add_path("cache-dir", Some(&directory));
                effective
            }),
            directory,
        })
    }
}
