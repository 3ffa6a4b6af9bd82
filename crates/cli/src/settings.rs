mod inputs;
pub(crate) mod scope;
pub(crate) mod value;

use std::collections::HashSet;
use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::ArgMatches;
use clap::parser::ValueSource;
use tokenring::Parameter;

use self::scope::{is_foreign, key_of, variable_of};
use self::value::text_of;
use crate::config_file::{ConfigFile, Table};
use crate::failure::{Failure, Reason, Result};
use crate::known_names::KnownNames;
use crate::options::{Effective, Value};
use crate::setting::{Origin, Setting};

/// The values that a command works with, from wherever they come.
///
/// Order: argument, environment variable, profile of the configuration file, top
/// level of the configuration file. What none of them gives, the gateway gives.
pub(crate) struct Settings<'m> {
    matches: &'m ArgMatches,
    /// The command's name, such as `keys show`.
    command: String,
    names: KnownNames,
    config: Option<ConfigFile>,
    /// Whether environment variables have a say.
    with_environment: bool,
    /// What is wrong with the configuration as a whole.
    trouble: Option<Failure>,
}

impl<'m> Settings<'m> {
    /// Reads what can be read; trouble with the configuration file is kept.
    pub(crate) fn read(command: &str, matches: &'m ArgMatches, names: KnownNames) -> Self {
        let mut settings = Self {
            command: command.to_owned(),
            names,
            with_environment: true,
            ..Self::from_arguments(matches)
        };
        // What has no such option looks at no configuration.
        if matches.try_contains_id("config").is_err() {
            return settings;
        }
        // Where the file is can be told whatever is in it, and a new one is written before it is read.
        let is_of_file = matches.try_contains_id("key").is_ok();
        if is_of_file && matches!(settings.action(), Some("path" | "set")) {
            return settings;
        }
        settings.trouble = settings.read_config().err();
        settings
    }

    /// What is wrong with the configuration file, or with what names it.
    pub(crate) const fn trouble(&self) -> Option<&Failure> {
        self.trouble.as_ref()
    }

    fn read_config(&mut self) -> Result<()> {
        let file = self.value::<PathBuf>("config")?;
        let profile = self.value::<String>("profile")?;
        let config = ConfigFile::read(file.as_ref(), profile.as_ref(), self.names);
        if config.is_err() && profile.is_some() {
            // Without the profile there may be something left to look at.
            self.config = ConfigFile::read(file.as_ref(), None, self.names).unwrap_or_default();
        }
        if let Some(config) = config? {
            self.config = Some(config);
        }
        Ok(())
    }

    /// What can be named in a configuration file.
    pub(crate) const fn known_names(&self) -> KnownNames {
        self.names
    }

    /// The configuration file that was read.
    pub(crate) const fn config_file(&self) -> Option<&ConfigFile> {
        self.config.as_ref()
    }

    /// The variables of this command's options that are set to nothing, and so
    /// count as not set.
    pub(crate) fn empty_variables(&self) -> Vec<String> {
        if !self.with_environment {
            return Vec::new();
        }
        let names = (self.names.options)().into_iter();
        names
            .filter(|name| self.matches.try_contains_id(name).is_ok())
            .map(|name| variable_of(&self.command, name))
            .filter(|variable| env::var_os(variable).is_some_and(|value| value.is_empty()))
            .collect()
    }

    /// The same arguments and environment with another configuration.
    pub(crate) fn with_config(&self, config: ConfigFile) -> Self {
        Self {
            // Its own values are checked with those that are for every command.
            command: "get-token".into(),
            names: self.names,
            config: Some(config),
            with_environment: self.with_environment,
            ..Self::from_arguments(self.matches)
        }
    }

    /// What a command with several actions is asked to do.
    pub(crate) fn action(&self) -> Option<&str> {
        let action = self.matches.try_get_one::<String>("action").ok().flatten();
        action.map(String::as_str)
    }

    /// The arguments of this name, which have no option.
    pub(crate) fn positionals(&self, name: &str) -> Vec<OsString> {
        let values = self.matches.try_get_many::<OsString>(name).ok().flatten();
        values.into_iter().flatten().cloned().collect()
    }

    /// Takes the arguments alone.
    pub(crate) fn from_arguments(matches: &'m ArgMatches) -> Self {
        Self {
            matches,
            command: String::new(),
            names: KnownNames::NONE,
            config: None,
            trouble: None,
            with_environment: false,
        }
    }

    /// The value of an option.
    pub(crate) fn value<T: Value>(&self, name: &str) -> Result<Option<Setting<T>>> {
        let Some(found) = self.find(name)? else {
            return Ok(None);
        };
        match T::read(&found, name) {
            // It is meant for another command.
            Err(_) if self.is_for_others(name, &found) => Ok(None),
            result => result.map(Some),
        }
    }

    /// Whether a value of the configuration file does not say that it is for this command.
    fn is_for_others(&self, name: &str, found: &Setting<OsString>) -> bool {
        let is_configured = matches!(
            found.origin(),
            Origin::Profile { .. } | Origin::ConfigFile(_)
        );
        let of_command = |table: Table<'_>| table.line(&key_of(&self.command, name)).is_some();
        let mut tables = self.config.iter().flat_map(ConfigFile::tables);
        is_configured && is_foreign(&self.command, name) && !tables.any(of_command)
    }

    /// The value of an option, made into something.
    pub(crate) fn parsed<T>(
        &self,
        name: &str,
        parse: fn(&str) -> Result<T, Reason>,
    ) -> Result<Option<Setting<T>>> {
        let text = self.value::<String>(name)?;
        text.map(|text| text.parse(name, |text| parse(text)))
            .transpose()
    }

    /// The values of an option that can be repeated: all of the first source
    /// that gives any.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<Setting<String>>> {
        if let Some(values) = self.find_stated_list(name)? {
            return Ok(values);
        }
        let mut tables = self.tables();
        let values = tables.find_map(|table| table.list(name));
        Ok(values.unwrap_or_default())
    }

    /// The values of an option of the form NAME=VALUE, by name: a source gives
    /// way name by name to the ones before it.
    pub(crate) fn pairs(&self, name: &str) -> Result<Vec<(String, Setting<String>)>> {
        let mut pairs = split_pairs(name, self.find_stated_list(name)?.unwrap_or_default())?;
        for table in self.tables() {
            let mut more = split_pairs(name, table.list(name).unwrap_or_default())?;
            more.extend(table.pairs(name));
            let given: HashSet<_> = pairs.iter().map(|(name, _)| name.clone()).collect();
            pairs.extend(more.into_iter().filter(|(name, _)| !given.contains(name)));
        }
        Ok(pairs)
    }

    /// The places of the configuration file, the one that goes first in front.
    fn tables(&self) -> impl Iterator<Item = Table<'_>> {
        let tables = self.config.iter().flat_map(ConfigFile::tables);
        tables.map(|table| table.of_command(&self.command))
    }

    /// The values that the configuration file gives an option.
    pub(crate) fn configured(&self, name: &str) -> Result<Vec<String>> {
        for table in self.config.iter().flat_map(ConfigFile::tables) {
            let pairs = table.pairs(name).into_iter();
            let pairs: Vec<_> = pairs
                .map(|(key, value)| format!("{key}={}", value.value()))
                .collect();
            let values = table.list(name).unwrap_or_default().into_iter();
            let values: Vec<_> = values.map(Setting::into_value).chain(pairs).collect();
            if !values.is_empty() {
                return Ok(values);
            }
        }
        Ok(Vec::new())
    }

    /// The beginning of every explanation: the configuration file that was read.
    pub(crate) fn effective(&self) -> Effective {
        let mut effective = Effective::default();
        if let Some(config) = &self.config {
            effective.add("config", &config.path().display(), config.origin());
        }
        effective
    }

    /// What an explanation begins with, if one is asked for.
    pub(crate) fn explanation(&self) -> Result<Option<Effective>> {
        self.explanation_with(|_| {})
    }

    /// Whether the command says what it would do, and does nothing.
    pub(crate) fn explains(&self) -> Result<bool> {
        let explain = self.value("explain")?;
        Ok(explain.is_some_and(Setting::into_value))
    }

    /// As [`Settings::explanation`], with more values.
    pub(crate) fn explanation_with(
        &self,
        add: impl FnOnce(&mut Effective),
    ) -> Result<Option<Effective>> {
        if !self.explains()? {
            return Ok(None);
        }
        let mut effective = self.effective();
        add(&mut effective);
        Ok(Some(effective))
    }

    /// The shell that completions are asked for.
    #[cfg(feature = "completions")]
    pub(crate) fn shell(&self) -> Option<clap_complete::Shell> {
        self.matches.get_one("shell").copied()
    }

    /// Whether an option is an argument, by its name.
    pub(crate) fn given(&self, name: &str) -> bool {
        matches!(
            self.matches.try_contains_id(name),
            Ok(true) if self.matches.value_source(name) == Some(ValueSource::CommandLine)
        )
    }

    /// The values of arguments; for a switch, which has none, whether it is on.
    fn arguments(&self, name: &str) -> Option<Vec<OsString>> {
        if !self.given(name) {
            // One option can be given without its name.
            let values = match name {
                "url" => self.positionals("address"),
                _ => return None,
            };
            return (!values.is_empty()).then_some(values);
        }
        Some(match self.matches.try_get_many::<OsString>(name) {
            Ok(values) => values.into_iter().flatten().cloned().collect(),
            Err(_) => vec![self.matches.get_flag(name).to_string().into()],
        })
    }

    fn find(&self, name: &str) -> Result<Option<Setting<OsString>>> {
        if let Some(values) = self.arguments(name) {
            let value = values.into_iter().next();
            return Ok(value.map(|value| Setting::new(value, Origin::Argument)));
        }
        if let Some(value) = self.find_variable(name) {
            return Ok(Some(value));
        }
        for table in self.tables() {
            if let Some(value) = table.text(name)? {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    fn find_variable(&self, name: &str) -> Option<Setting<OsString>> {
        if !self.with_environment {
            return None;
        }
        of_variable(variable_of(&self.command, name)).or_else(|| of_variable(alias_variable(name)?))
    }

    /// Refuses two variables that mean the same and differ.
    pub(crate) fn check_alias(&self, parameter: Parameter) -> Result<()> {
        let of = |variable| {
            self.with_environment
                .then(|| of_variable(variable))
                .flatten()
        };
        let alias = parameter.alias_variable().and_then(of);
        match (of(parameter.variable()), alias) {
            (Some(one), Some(other)) if one.value() != other.value() => {
                Err(Failure::usage(format!(
                    "{} and {} differ; unset one of them",
                    one.origin(),
                    other.origin()
                )))
            }
            _ => Ok(()),
        }
    }

    /// Where the value of an option comes from, if it is set.
    pub(crate) fn origin(&self, name: &str) -> Result<Option<Origin>> {
        let found = self.find(name)?;
        Ok(found.map(|setting| setting.origin().clone()))
    }

    /// The values of arguments or, without such, of the environment.
    fn find_stated_list(&self, name: &str) -> Result<Option<Vec<Setting<String>>>> {
        if let Some(values) = self.arguments(name) {
            let values = values.into_iter().map(|value| {
                let setting = Setting::new(value, Origin::Argument);
                setting.parse(name, |value| text_of(value))
            });
            return values.collect::<Result<_>>().map(Some);
        }
        if let Some(setting) = self.find_variable(name) {
            let text = setting.parse(name, |value| text_of(value))?;
            let lines = text.value().lines().filter(|line| !line.is_empty());
            let values = lines.map(|line| Setting::new(line.to_owned(), text.origin().clone()));
            return Ok(Some(values.collect()));
        }
        Ok(None)
    }
}

fn of_variable(variable: String) -> Option<Setting<OsString>> {
    let value = env::var_os(&variable).filter(|value| !value.is_empty())?;
    Some(Setting::new(value, Origin::Environment(variable)))
}

/// The variable of an option's other name.
fn alias_variable(name: &str) -> Option<String> {
    // Most options have none, and each is looked up at every start.
    let is_option = name == Parameter::ClientId.name();
    is_option
        .then(|| Parameter::ClientId.alias_variable())
        .flatten()
}

/// Takes values of the form NAME=VALUE apart, and headers of the form NAME: VALUE.
fn split_pairs(
    option: &str,
    values: Vec<Setting<String>>,
) -> Result<Vec<(String, Setting<String>)>> {
    let mut pairs = Vec::new();
    let mut names = HashSet::new();
    for value in values {
        let (separator, form) = match option {
            "token-header" => (':', "write it as \"Name: Value\""),
            "client" => ('=', "write it as CLIENT_ID=FILE or CLIENT_ID=URL"),
            "mount" => ('=', "write it as PATH=GATEWAY or PATH=GATEWAY@ENV"),
            _ => ('=', "write it as NAME=VALUE"),
        };
        let pair = value.parse(option, |text| match text.split_once(separator) {
            Some((name, value)) if separator == ':' && !name.trim().is_empty() => {
                Ok((name.trim().to_owned(), value.trim().to_owned()))
            }
            Some((_, "")) if matches!(option, "client" | "mount") => Err(Reason::new(form)),
            Some((name, value)) if separator == '=' && !name.is_empty() => {
                Ok((name.to_owned(), value.to_owned()))
            }
            _ => Err(Reason::new(form)),
        })?;
        let (name, value) = pair.value().clone();
        // Which of these can stand there twice is known elsewhere.
        if !matches!(option, "param" | "client") && !names.insert(name.clone()) {
            let reason = Reason::new(format!("{name:?} is given twice; give it once"));
            return Err(Failure::invalid(option, &pair, &reason));
        }
        pairs.push((name, Setting::new(value, pair.origin().clone())));
    }
    Ok(pairs)
}
