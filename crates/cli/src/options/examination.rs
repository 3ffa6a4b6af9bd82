use std::path::{Path, PathBuf};

use tokenring::CheckStep;
use tokenring_oauth::SecureUrl;

use super::report::is_json;
use super::{AssertionOptions, CacheOptions, ConsoleOptions, TokenOptions};
use crate::config_file::{self, ConfigFile};
use crate::definition::OPTION_NAMES;
use crate::definition::variable;
use crate::failure::{Failure, Result};
use crate::setting::{Origin, Setting};
use crate::settings::Settings;

/// What is examined. What cannot be used is among what is found.
pub(crate) struct ExaminationOptions {
    pub(crate) configuration: ConfigurationState,
    pub(crate) as_json: Result<bool>,
    /// An API that is called.
    pub(crate) url: Result<Option<SecureUrl>>,
    pub(crate) connection: Result<()>,
    /// What a token takes, as far as it can be read.
    pub(crate) token: TokenOptions,
    /// Why the rest of that cannot be read, and the step that it belongs to.
    pub(crate) unreadable: Vec<(CheckStep, Failure)>,
    /// A file or a URL.
    pub(crate) jwk_set: Option<String>,
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
        let mut unreadable = Vec::new();
        let connection = self.connection_options();
        let key = self.key_options();
        let token = TokenOptions {
            gateway: readable(self.gateway_options(), CheckStep::Gateway, &mut unreadable),
            assertion: match self.text("client-id") {
                Ok(_) => readable(
                    self.assertion_options(),
                    CheckStep::Assertion,
                    &mut unreadable,
                ),
                Err(failure) => {
                    unreadable.push((CheckStep::ClientId, failure));
                    AssertionOptions::default()
                }
            },
            request: readable(
                self.request_options(),
                CheckStep::Assertion,
                &mut unreadable,
            ),
            key: readable(key, CheckStep::Key, &mut unreadable),
            connection: connection.clone().unwrap_or_default(),
            cache: CacheOptions::default(),
        };
        let jwk_set = match self.text("jwks") {
            Ok(None) => None,
            Ok(Some(place)) if place.value().contains("://") => Some(place.into_value()),
            Ok(Some(place)) => {
                let path = place.origin().resolve(Path::new(place.value()));
                Some(path.display().to_string())
            }
            Err(failure) => {
                unreadable.push((CheckStep::PublishedSet, failure));
                None
            }
        };
        ExaminationOptions {
            configuration: self.configuration_state(),
            as_json: format.map(|format| is_json(format.as_ref())),
            url: url.map(|url| url.map(Setting::into_value)),
            connection: connection.map(drop),
            token,
            unreadable,
            jwk_set,
        }
    }

    /// Notes what is examined besides the way to a token, to be explained.
    pub(crate) fn note_examination(&self) {
        self.note_all(|effective| {
            for name in ["format", "url", "jwks"] {
                effective.add_given(name, self.shown(name).ok().flatten().as_ref());
            }
        });
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

/// What can be read, else nothing; the failure is kept.
fn readable<T: Default>(
    read: Result<T>,
    step: CheckStep,
    unreadable: &mut Vec<(CheckStep, Failure)>,
) -> T {
    read.unwrap_or_else(|failure| {
        unreadable.push((step, failure));
        T::default()
    })
}
