use std::path::PathBuf;

use tokenring_oauth::SecureUrl;

use super::report::is_json;
use super::{ConnectionOptions, ConsoleOptions, GatewayOptions, KeyFileOptions};
use crate::config_file::{self, ConfigFile};
use crate::definition::OPTION_NAMES;
use crate::failure::{Failure, Result};
use crate::setting::{Origin, Setting};
use crate::settings::{Settings, variable};

/// What is examined. What cannot be used is among what is found.
pub(crate) struct ExaminationOptions {
    pub(crate) configuration: ConfigurationState,
    pub(crate) as_json: Result<bool>,
    /// An API that is called.
    pub(crate) url: Result<Option<SecureUrl>>,
    pub(crate) connection: Result<ConnectionOptions>,
    pub(crate) gateway: Result<GatewayOptions>,
    pub(crate) client_id: Result<Option<Setting<String>>>,
    pub(crate) private_key: Result<Option<Setting<PathBuf>>>,
    /// Whether a program signs, in place of a private key.
    #[cfg(feature = "keys")]
    pub(crate) has_signer_command: bool,
    pub(crate) reading: Result<KeyFileOptions>,
    /// A file or a URL.
    pub(crate) jwks: Result<Option<Setting<String>>>,
}

/// Where values come from besides the arguments.
pub(crate) struct ConfigurationState {
    /// The configuration file that was read, and what names it.
    pub(crate) file: Option<(PathBuf, Origin)>,
    /// Where one would be.
    pub(crate) default_path: Option<PathBuf>,
    /// What is wrong with it as a whole.
    pub(crate) trouble: Option<Failure>,
    /// The variables that are set.
    pub(crate) variables: Vec<String>,
    /// Those that are set to nothing.
    pub(crate) empty_variables: Vec<String>,
    pub(crate) console: Result<ConsoleOptions>,
}

impl Settings<'_> {
    pub(crate) fn examination_options(&self) -> ExaminationOptions {
        let format = self.report_format();
        let url = self.parsed("url", SecureUrl::new);
        ExaminationOptions {
            configuration: self.configuration_state(),
            as_json: format.map(|format| is_json(format.as_ref())),
            url: url.map(|url| url.map(Setting::into_value)),
            connection: self.connection_options(),
            gateway: self.gateway_options(),
            client_id: self.text("client-id"),
            private_key: self.path("private-key"),
            #[cfg(feature = "keys")]
            has_signer_command: matches!(self.text("signer-command"), Ok(Some(_))),
            reading: self.key_file_options(),
            jwks: self.text("jwks"),
        }
    }

    fn configuration_state(&self) -> ConfigurationState {
        let is_set = |name: &String| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let names = OPTION_NAMES.iter().map(|name| variable(name));
        let place = |file: &ConfigFile| (file.path().to_owned(), file.origin());
        ConfigurationState {
            file: self.config_file().map(place),
            default_path: config_file::default_path(),
            trouble: self.trouble().cloned(),
            variables: names.filter(is_set).collect(),
            empty_variables: self.empty_variables(),
            console: self.console_options(),
        }
    }
}
