use std::path::PathBuf;

use super::{
    CacheOptions, ConnectionOptions, Effective, GatewayOptions, RequestOptions, SourceOptions,
    TokenOutputOptions, option_names,
};
use crate::config_file;
use crate::failure::Result;
use crate::setting::Setting;
use crate::settings::Settings;

/// A configuration file that can be parsed.
pub(crate) struct CheckedFile {
    pub(crate) path: PathBuf,
    /// What it gives without a profile, and with each of them.
    pub(crate) profiles: Vec<(Option<String>, Result<ProfileOptions>)>,
}

/// What can be judged of a profile without an argument or a key.
pub(crate) struct ProfileOptions {
    pub(crate) connection: ConnectionOptions,
    pub(crate) output: TokenOutputOptions,
    pub(crate) gateway: Result<GatewayOptions>,
}

impl Settings<'_> {
    /// The configuration file, or where it would be.
    pub(crate) fn configuration_path(&self) -> Result<Option<PathBuf>> {
        let named = self.options::<SourceOptions>()?.config;
        let named = named.map(Setting::into_value);
        Ok(named.or_else(config_file::default_path))
    }

    /// The file that is checked, if there is one.
    pub(crate) fn checked_file(&self) -> Result<Option<CheckedFile>> {
        let Some(file) = self.config_file() else {
            return Ok(None);
        };
        let (without, profiles) = file.each_profile(self.known_names())?;
        let mut all = vec![(None, self.with_config(without).profile_options())];
        all.extend(profiles.into_iter().map(|(name, file)| {
            let options = self.with_config(file).profile_options();
            (Some(name), options)
        }));
        Ok(Some(CheckedFile {
            path: file.path().to_owned(),
            profiles: all,
        }))
    }

    /// What can be judged of the file as it is.
    pub(crate) fn profile_options(&self) -> Result<ProfileOptions> {
        // These are judged as they are read.
        self.options::<CacheOptions>()?;
        self.options::<RequestOptions>()?;
        Ok(ProfileOptions {
            connection: self.options()?,
            output: self.options()?,
            gateway: self.options(),
        })
    }

    /// Every value that is set.
    pub(crate) fn all_values(&self) -> Result<Effective> {
        let mut effective = self.effective();
        for name in option_names() {
            if config_file::PAIRS.contains(&name) {
                effective.add_pairs(name, &self.pairs(name)?);
            } else {
                for value in self.list(name)? {
                    effective.add(name, value.value(), value.origin().clone());
                }
            }
        }
        Ok(effective)
    }
}
