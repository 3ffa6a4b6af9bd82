use std::ffi::OsString;
use std::path::{Path, PathBuf};

use tokenring::CheckStep;
use tokenring_oauth::SecureUrl;

use super::help::API;
use super::{
    AssertionOptions, CacheOptions, ClientOptions, ConsoleOptions, Effective, ReportOptions,
    TokenOptions, Value, option_names, options,
};
use crate::config_file::{self, ConfigFile};
use crate::failure::{Failure, Reason, Result};
use crate::setting::variable;
use crate::setting::{Origin, Setting};
use crate::settings::Settings;
use crate::settings::value::check_path;

options! {
    /// An API that is called.
    struct ExaminedApiOptions {
        /// API to call once with the token
        url: Option<Setting<SecureUrl>> = "url" "URL" in API;
    }

    /// The JWK Set that the key is compared with.
    #[derive(Default)]
    struct RegisteredSetOptions {
        /// JWK Set that is registered [default: the one beside the private key]
        jwks: Option<Setting<Place>> = "jwks" "FILE|URL";
    }
}

/// A URL, or the path of a file.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// As it was written.
    text: String,
    resolved: String,
}

impl Value for Place {
    fn parse(text: &str) -> Result<Self, Reason> {
        Ok(Self {
            text: text.to_owned(),
            resolved: text.to_owned(),
        })
    }

    fn shown(&self) -> String {
        self.text.clone()
    }

    fn read(found: &Setting<OsString>, name: &str) -> Result<Setting<Self>> {
        let text = String::read(found, name)?;
        let resolved = match text.value().contains("://") {
            true => text.value().clone(),
            false => {
                found.parse(name, |value| check_path(value))?;
                let path = found.origin().resolve(Path::new(text.value()));
                path.display().to_string()
            }
        };
        let origin = found.origin().clone();
        let text = text.into_value();
        Ok(Setting::new(Self { text, resolved }, origin))
    }
}

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
        let mut unreadable = Vec::new();
        let connection = self.options();
        let key = self.options();
        let token = TokenOptions {
            gateway: readable(self.options(), CheckStep::Gateway, &mut unreadable),
            assertion: match self.options::<ClientOptions>() {
                Ok(_) => readable(self.options(), CheckStep::Assertion, &mut unreadable),
                Err(failure) => {
                    unreadable.push((CheckStep::ClientId, failure));
                    AssertionOptions::default()
                }
            },
            request: readable(self.options(), CheckStep::Assertion, &mut unreadable),
            key: readable(key, CheckStep::Key, &mut unreadable),
            connection: connection.clone().unwrap_or_default(),
            cache: CacheOptions::default(),
        };
        let registered: RegisteredSetOptions =
            readable(self.options(), CheckStep::PublishedSet, &mut unreadable);
        let url = self.options::<ExaminedApiOptions>();
        let report = self.options::<ReportOptions>();
        ExaminationOptions {
            configuration: self.configuration_state(),
            as_json: report.map(|report| report.is_json()),
            url: url.map(|options| options.url.map(Setting::into_value)),
            connection: connection.map(drop),
            token,
            unreadable,
            jwk_set: registered.jwks.map(|place| place.into_value().resolved),
        }
    }

    /// What was given in addition to the way to a token.
    pub(crate) fn given_of_examination(&self) -> Result<Effective> {
        let effective = self.effective();
        let effective = effective.and(&self.options::<ReportOptions>()?);
        let effective = effective.and(&self.options::<ExaminedApiOptions>()?);
        Ok(effective.and(&self.options::<RegisteredSetOptions>()?))
    }

    fn configuration_state(&self) -> ConfigurationState {
        let is_set = |name: &String| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let names = option_names().into_iter().map(variable);
        let place = |file: &ConfigFile| (file.path().to_owned(), file.origin());
        ConfigurationState {
            file: self.config_file().map(place),
            default_path: config_file::default_path(),
            trouble: self.trouble().cloned(),
            variables: names.filter(is_set).collect(),
            empty_variables: self.empty_variables(),
            console: self.options(),
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
