mod noted;
mod value;

use std::cell::RefCell;
use std::collections::HashSet;
use std::env;
use std::ffi::OsStr;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use clap::parser::ValueSource;

pub(crate) use self::value::Data;
use self::value::{is_contents, path_of, text_of};
use crate::config_file::ConfigFile;
use crate::definition::{OPTION_NAMES, variable};
use crate::failure::{Failure, Reason, Result};
use crate::options::Effective;
use crate::setting::{Origin, Setting};

/// The values that a command works with, from wherever they come.
///
/// Order: argument, environment variable, profile of the configuration file, top
/// level of the configuration file. What none of them gives, the gateway gives.
pub(crate) struct Settings<'m> {
    matches: &'m ArgMatches,
    config: Option<ConfigFile>,
    /// Whether environment variables have a say.
    with_environment: bool,
    /// What is wrong with the configuration as a whole.
    trouble: Option<Failure>,
    /// What was looked up, in order, for `--explain`.
    seen: RefCell<Effective>,
}

impl<'m> Settings<'m> {
    /// Reads what can be read; trouble with the configuration file is kept.
    pub(crate) fn read(matches: &'m ArgMatches) -> Self {
        let mut settings = Self {
            with_environment: true,
            ..Self::from_arguments(matches)
        };
        // What has no such option looks at no configuration.
        if matches.try_contains_id("config").is_err() {
            return settings;
        }
        // Where the file is can be told whatever is in it.
        if settings.action() == Some("path") {
            return settings;
        }
        settings.trouble = settings.read_config().err();
        settings.seen = RefCell::new(settings.effective());
        settings
    }

    /// What is wrong with the configuration file, or with what names it.
    pub(crate) const fn trouble(&self) -> Option<&Failure> {
        self.trouble.as_ref()
    }

    fn read_config(&mut self) -> Result<()> {
        let file = self.path("config")?;
        let profile = self.text("profile")?;
        let config = ConfigFile::read(file.as_ref(), profile.as_ref());
        if config.is_err() && profile.is_some() {
            // Without the profile there may be something left to look at.
            self.config = ConfigFile::read(file.as_ref(), None).unwrap_or_default();
        }
        if let Some(config) = config? {
            self.config = Some(config);
        }
        Ok(())
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
        let names = OPTION_NAMES.iter();
        names
            .filter(|name| self.matches.try_contains_id(name).is_ok())
            .map(|name| variable(name))
            .filter(|variable| env::var_os(variable).is_some_and(|value| value.is_empty()))
            .collect()
    }

    /// The same arguments and environment with another configuration.
    pub(crate) fn with_config(&self, config: ConfigFile) -> Self {
        Self {
            config: Some(config),
            with_environment: self.with_environment,
            ..Self::from_arguments(self.matches)
        }
    }

    /// The program that `run` starts, and its arguments.
    pub(crate) fn program(&self) -> Vec<OsString> {
        let words = self
            .matches
            .try_get_many::<OsString>("program")
            .ok()
            .flatten();
        words.into_iter().flatten().cloned().collect()
    }

    /// What a command with several actions is asked to do.
    pub(crate) fn action(&self) -> Option<&str> {
        let action = self.matches.try_get_one::<String>("action").ok().flatten();
        action.map(String::as_str)
    }

    /// An argument without an option: the name that `gateways` is given, or what `inspect`
    /// is to look at.
    pub(crate) fn positional(&self, name: &str) -> Option<&OsStr> {
        let value = self.matches.try_get_one::<OsString>(name).ok().flatten();
        value.map(OsString::as_os_str)
    }

    /// As [`Settings::positional`], for one that can be repeated.
    pub(crate) fn positionals(&self, name: &str) -> Vec<OsString> {
        let values = self.matches.try_get_many::<OsString>(name).ok().flatten();
        values.into_iter().flatten().cloned().collect()
    }

    /// Takes the arguments alone.
    pub(crate) fn from_arguments(matches: &'m ArgMatches) -> Self {
        Self {
            matches,
            config: None,
            trouble: None,
            with_environment: false,
            seen: RefCell::default(),
        }
    }

    /// The value of an option, as text.
    pub(crate) fn text(&self, name: &str) -> Result<Option<Setting<String>>> {
        let Some(found) = self.find(name)? else {
            return Ok(None);
        };
        found.parse(name, |value| text_of(value)).map(Some)
    }

    /// The value of an option that is a text, or the name of a file after an `@`.
    pub(crate) fn data(&self, name: &str) -> Result<Option<Data>> {
        let Some(found) = self.find(name)? else {
            return Ok(None);
        };
        let Some(path) = path_of(found.value()) else {
            let text = self.text(name)?.map(Setting::into_value);
            return Ok(text.map(Data::Text));
        };
        Ok(Some(Data::File(found.origin().resolve(Path::new(path)))))
    }

    /// What was written as the value of an option, to be shown.
    pub(crate) fn shown(&self, name: &str) -> Result<Option<Setting<String>>> {
        let found = self.find(name)?;
        Ok(found.map(|found| {
            let text = found.value().to_string_lossy().into_owned();
            Setting::new(text, found.origin().clone())
        }))
    }

    /// The value of an option that names a file: relative to the working
    /// directory, or to the configuration file that it stands in.
    pub(crate) fn path(&self, name: &str) -> Result<Option<Setting<PathBuf>>> {
        let Some(found) = self.find(name)? else {
            return Ok(None);
        };
        if is_contents(found.value()) {
            // Not repeated: it may be a private key.
            let reason = Reason::new(
                "this is what the file holds, and not its name; write it to a file and give \
                 the file's name",
            );
            return Err(Failure::invalid(name, &found, &reason));
        }
        let path = found.origin().resolve(Path::new(found.value()));
        Ok(Some(Setting::new(path, found.origin().clone())))
    }

    /// Whether a switch is on.
    pub(crate) fn flag(&self, name: &str) -> Result<bool> {
        Ok(self.switch(name)?.is_some_and(Setting::into_value))
    }

    /// A switch and where it was set, if it was.
    pub(crate) fn switch(&self, name: &str) -> Result<Option<Setting<bool>>> {
        if self.given(name) {
            let on = self.matches.get_flag(name);
            return Ok(Some(Setting::new(on, Origin::Argument)));
        }
        let Some(found) = self.find_elsewhere(name)? else {
            return Ok(None);
        };
        let switch = found.parse(name, |value| match value.to_str() {
            Some("1" | "true" | "yes" | "on") => Ok(true),
            Some("0" | "false" | "no" | "off") => Ok(false),
            _ => Err(Reason::new("a switch is true or false")),
        })?;
        Ok(Some(switch))
    }

    /// The values of an option that can be repeated: all of the first source
    /// that gives any.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<Setting<String>>> {
        self.find_list(name)
    }

    /// The values of an option of the form NAME=VALUE, by name: a source gives
    /// way name by name to the ones before it.
    pub(crate) fn pairs(&self, name: &str) -> Result<Vec<(String, Setting<String>)>> {
        let mut pairs = split_pairs(name, self.find_stated_list(name)?.unwrap_or_default())?;
        for table in self.config.iter().flat_map(ConfigFile::tables) {
            let mut more = split_pairs(name, table.list(name)?.unwrap_or_default())?;
            more.extend(table.pairs(name)?);
            let given: HashSet<_> = pairs.iter().map(|(name, _)| name.clone()).collect();
            pairs.extend(more.into_iter().filter(|(name, _)| !given.contains(name)));
        }
        Ok(pairs)
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
        self.flag("explain")
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
    pub(crate) fn shell(&self) -> Option<clap_complete::Shell> {
        self.matches.get_one("shell").copied()
    }

    fn given(&self, name: &str) -> bool {
        matches!(
            self.matches.try_contains_id(name),
            Ok(true) if self.matches.value_source(name) == Some(ValueSource::CommandLine)
        )
    }

    fn find(&self, name: &str) -> Result<Option<Setting<OsString>>> {
        if self.given(name) {
            let value = self.matches.try_get_one::<OsString>(name).ok().flatten();
            return Ok(value.map(|value| Setting::new(value.clone(), Origin::Argument)));
        }
        self.find_elsewhere(name)
    }

    fn find_elsewhere(&self, name: &str) -> Result<Option<Setting<OsString>>> {
        if let Some(value) = self.find_variable(name) {
            return Ok(Some(value));
        }
        for table in self.config.iter().flat_map(ConfigFile::tables) {
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
        let variable = variable(name);
        let value = env::var_os(&variable).filter(|value| !value.is_empty())?;
        Some(Setting::new(value, Origin::Environment(variable)))
    }

    fn find_list(&self, name: &str) -> Result<Vec<Setting<String>>> {
        if let Some(values) = self.find_stated_list(name)? {
            return Ok(values);
        }
        for table in self.config.iter().flat_map(ConfigFile::tables) {
            if let Some(values) = table.list(name)? {
                return Ok(values);
            }
        }
        Ok(Vec::new())
    }

    /// The values of arguments or, without such, of the environment.
    fn find_stated_list(&self, name: &str) -> Result<Option<Vec<Setting<String>>>> {
        if self.given(name) {
            // A switch has no values, and is looked up like this to be shown.
            let Ok(values) = self.matches.try_get_many::<OsString>(name) else {
                let on = self.matches.get_flag(name).to_string();
                return Ok(Some(vec![Setting::new(on, Origin::Argument)]));
            };
            return values
                .into_iter()
                .flatten()
                .map(|value| {
                    let setting = Setting::new(value, Origin::Argument);
                    setting.parse(name, |value| text_of(value))
                })
                .collect::<Result<_>>()
                .map(Some);
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
            _ => ('=', "write it as NAME=VALUE"),
        };
        let pair = value.parse(option, |text| match text.split_once(separator) {
            Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
            _ => Err(Reason::new(form)),
        })?;
        let (name, value) = pair.value().clone();
        // Which form parameters can stand there twice is known elsewhere.
        if option != "param" && !names.insert(name.clone()) {
            let reason = Reason::new(format!("{name:?} is given twice; give it once"));
            return Err(Failure::invalid(option, &pair, &reason));
        }
        pairs.push((name, Setting::new(value, pair.origin().clone())));
    }
    Ok(pairs)
}
