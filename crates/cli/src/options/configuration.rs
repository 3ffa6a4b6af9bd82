use std::path::PathBuf;

use super::{
    CacheOptions, ConnectionOptions, Effective, GatewayOptions, RequestOptions, SourceOptions,
    TokenOutputOptions, option_names,
};
use crate::config_file::{self, ConfigFile};
use crate::failure::Result;
use crate::setting::Setting;
use crate::settings::Settings;

/// What is to be told of the configuration.
pub(crate) struct ConfigurationOptions {
    pub(crate) action: ConfigurationAction,
    pub(crate) explanation: Option<Effective>,
}

pub(crate) enum ConfigurationAction {
    /// The configuration file, or where it would be.
    Path(Option<PathBuf>),
    /// Every value that is set.
    Show(Effective),
    /// The file that is checked, if there is one.
    Check(Option<CheckedFile>),
}

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
    pub(crate) fn configuration_options(&self) -> Result<ConfigurationOptions> {
        Ok(ConfigurationOptions {
            action: match self.action() {
                Some("path") => {
                    let named = self.options::<SourceOptions>()?.config;
                    let named = named.map(Setting::into_value);
                    ConfigurationAction::Path(named.or_else(config_file::default_path))
                }
                Some("show") => ConfigurationAction::Show(self.all_values()?),
                _ => ConfigurationAction::Check(match self.config_file() {
                    Some(file) => Some(self.checked_file(file)?),
                    None => None,
                }),
            },
            explanation: self.explanation()?,
        })
    }

    fn checked_file(&self, file: &ConfigFile) -> Result<CheckedFile> {
        let (without, profiles) = file.each_profile(option_names)?;
        let mut all = vec![(None, self.with_config(without).profile_options())];
        all.extend(profiles.into_iter().map(|(name, file)| {
            let options = self.with_config(file).profile_options();
            (Some(name), options)
        }));
        Ok(CheckedFile {
            path: file.path().to_owned(),
            profiles: all,
        })
    }

    fn profile_options(&self) -> Result<ProfileOptions> {
        // These are judged as they are read.
        self.options::<CacheOptions>()?;
        self.options::<RequestOptions>()?;
        Ok(ProfileOptions {
            connection: self.options()?,
            output: self.options()?,
            gateway: self.options(),
        })
    }

    fn all_values(&self) -> Result<Effective> {
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
