use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use etcetera::BaseStrategy;
use serde_json::Value;
use tokenring::{
    ProfileEntry, ProfileFault, ProfileFaultKind, ProfileFile, ProfileValue, WantedProfiles,
};
use tokenring_gateway::nearest;

use crate::ExitCode;
use crate::bounded_file;
use crate::failure::{Failure, Result};
use crate::known_names::KnownNames;
use crate::setting::{Origin, Setting};

/// Options whose table holds one value a name.
pub(crate) const PAIRS: &[&str] = &["var", "param", "claim", "token-header"];

/// A configuration file: options at its top level, and profiles of options.
#[derive(Clone)]
pub(crate) struct ConfigFile {
    path: PathBuf,
    origin: Origin,
    text: Rc<str>,
    file: ProfileFile,
    /// The profile that has a say.
    profile: Option<String>,
}

/// The options of one place in the file.
pub(crate) struct Table<'c> {
    file: &'c Path,
    profile: Option<&'c str>,
    entries: &'c [ProfileEntry],
    /// The command whose own values go first.
    command: &'c str,
}

/// More than any configuration needs.
const LARGEST: u64 = 1024 * 1024;

impl ConfigFile {
    /// Reads the file that was named, or the one at the platform's place if
    /// there is one.
    pub(crate) fn read(
        named: Option<&Setting<PathBuf>>,
        profile: Option<&Setting<String>>,
        names: KnownNames,
    ) -> Result<Option<Self>> {
        let (path, origin) = match named {
            Some(setting) => (setting.value().clone(), setting.origin().clone()),
            None => match default_path() {
                Some(path) => (path, Origin::Default("the platform's convention".into())),
                None => return Self::absent(profile),
            },
        };
        let text = match bounded_file::read_text(&path, LARGEST) {
            Ok(text) => text,
            Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => {
                return Self::absent(profile);
            }
            Err(error) => return Err(unreadable(&path, &error)),
        };
        let wanted = profile.map(|name| name.value().as_str());
        let file = parse(
            &path,
            &text,
            wanted.map_or(WantedProfiles::None, WantedProfiles::One),
            names,
        )?;
        match wanted.filter(|name| file.profile(name).is_none()) {
            Some(name) => Err(unknown_profile(&path, name, file.other_names())),
            None => Ok(Some(Self {
                profile: wanted.map(str::to_owned),
                text: text.into(),
                path,
                origin,
                file,
            })),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn origin(&self) -> Origin {
        self.origin.clone()
    }

    /// The file with this text in place of its own, and the profile of that name if it has one.
    pub(crate) fn with_text(
        path: &Path,
        text: &str,
        profile: Option<&str>,
        names: KnownNames,
    ) -> Result<Self> {
        let wanted = profile.map_or(WantedProfiles::None, WantedProfiles::One);
        Ok(Self {
            file: parse(path, text, wanted, names)?,
            path: path.to_owned(),
            origin: Origin::Argument,
            text: text.into(),
            profile: profile.map(str::to_owned),
        })
    }

    /// The same file without a profile, and then with each of them, by its name.
    pub(crate) fn each_profile(&self, names: KnownNames) -> Result<(Self, Vec<(String, Self)>)> {
        let file = parse(&self.path, &self.text, WantedProfiles::All, names)?;
        let with = |profile: Option<&str>| Self {
            profile: profile.map(str::to_owned),
            file: file.clone(),
            ..self.clone()
        };
        let profiles = file.profiles();
        let profiles = profiles.map(|(name, _)| (name.to_owned(), with(Some(name))));
        Ok((with(None), profiles.collect()))
    }

    /// The places that give options, the one that goes first in front.
    pub(crate) fn tables(&self) -> impl Iterator<Item = Table<'_>> {
        let profile = self.profile.as_deref();
        let entries = profile.and_then(|name| self.file.profile(name));
        let places = [
            entries.map(|entries| (profile, entries)),
            Some((None, self.file.top())),
        ];
        places
            .into_iter()
            .flatten()
            .map(|(profile, entries)| Table {
                file: &self.path,
                profile,
                entries,
                command: "",
            })
    }

    fn absent(profile: Option<&Setting<String>>) -> Result<Option<Self>> {
        match profile {
            None => Ok(None),
            Some(name) => Err(Failure::new(
                ExitCode::Configuration,
                format!(
                    "profile {:?} was asked for and there is no configuration file{}; \
                     name one with --config",
                    name.value(),
                    default_path().map_or_else(String::new, |path| format!(" {}", path.display()))
                ),
            )),
        }
    }
}

/// The text of a file, empty if there is none yet.
pub(crate) fn text_of(path: &Path) -> Result<String> {
    match bounded_file::read_text(path, LARGEST) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        result => result.map_err(|error| unreadable(path, &error)),
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let text = format!(
        "cannot read the configuration file {}: {error}",
        path.display()
    );
    Failure::new(ExitCode::Configuration, text)
}

/// Parses a file, in which these are the names of options and commands.
fn parse(
    path: &Path,
    text: &str,
    wanted: WantedProfiles<'_>,
    names: KnownNames,
) -> Result<ProfileFile> {
    let options = (names.options)();
    // Options that say which file and which part of it cannot stand in it.
    let is_option = |key: &str| options.contains(key) && !matches!(key, "config" | "profile");
    let is_key = |key: &str| match key.rsplit_once('.') {
        Some((command, "")) => (names.has_command)(command),
        Some((_, key)) => is_option(key),
        None => is_option(key),
    };
    ProfileFile::parse(text, wanted, is_key).map_err(|fault| {
        let text = format!(
            "{}:{}: {fault}{}",
            path.display(),
            fault.line(),
            advice(&fault, &options)
        );
        Failure::new(ExitCode::Configuration, text)
    })
}

/// What an unknown key may have been meant for.
fn advice(fault: &ProfileFault, names: &BTreeSet<&'static str>) -> String {
    match fault.kind() {
        ProfileFaultKind::UnknownKey(key) => key_advice(key, names),
        _ => String::new(),
    }
}

/// What an unknown key may have been meant for, after a semicolon.
pub(crate) fn key_advice(key: &str, names: &BTreeSet<&'static str>) -> String {
    if key == "profile" {
        return "; did you mean [profiles.NAME]?".into();
    }
    let key = key.rsplit_once('.').map_or(key, |(_, key)| key);
    let names = names.iter().copied();
    match nearest(
        key,
        names.filter(|name| !matches!(*name, "config" | "profile")),
    ) {
        Some(name) => format!("; did you mean {name:?}?"),
        None => "; keys are the names of options without their dashes".into(),
    }
}

fn unknown_profile(path: &Path, name: &str, known: &[String]) -> Failure {
    let (path, known) = (path.display(), listed(known));
    let text = format!("{path} has no profile {name:?}; it has {known}");
    Failure::new(ExitCode::Configuration, text)
}

/// The names of profiles.
pub(crate) fn listed<S: Borrow<str>>(names: &[S]) -> String {
    match names {
        [] => "none".into(),
        names => names.join(", "),
    }
}

impl<'c> Table<'c> {
    /// The same for a command.
    pub(crate) const fn of_command(mut self, command: &'c str) -> Self {
        self.command = command;
        self
    }

    /// Where a key stands, and its value as a file has it.
    pub(crate) fn line(&self, key: &str) -> Option<(String, String)> {
        let entry = self.entries.iter().find(|entry| entry.key() == key)?;
        let value = match entry.value() {
            ProfileValue::Text(text) => format!("{text:?}"),
            _ => "...".into(),
        };
        Some((format!("{}:{}", self.file.display(), entry.line()), value))
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<Setting<OsString>>> {
        let Some(entry) = self.entry(name) else {
            return Ok(None);
        };
        match entry.value() {
            ProfileValue::Text(text) => Ok(Some(Setting::new(text.into(), self.origin()))),
            _ => Err(self.wrong(entry, "is one value")),
        }
    }

    /// The values of a list, or the only one.
    pub(crate) fn list(&self, name: &str) -> Option<Vec<Setting<String>>> {
        let values = match self.entry(name)?.value() {
            ProfileValue::Text(text) => std::slice::from_ref(text),
            ProfileValue::List(list) => list,
            // `pairs` has them.
            _ => return None,
        };
        let values = values.iter().cloned();
        Some(
            values
                .map(|value| Setting::new(value, self.origin()))
                .collect(),
        )
    }

    pub(crate) fn pairs(&self, name: &str) -> Vec<(String, Setting<String>)> {
        let pairs = match self.entry(name).map(ProfileEntry::value) {
            Some(ProfileValue::Pairs(pairs)) => pairs.as_slice(),
            _ => &[],
        };
        let text = |value: &Value| match value {
            Value::String(text) if name != "claim" => text.clone(),
            value => value.to_string(),
        };
        let pairs = pairs.iter();
        pairs
            .map(|(key, value)| (key.clone(), Setting::new(text(value), self.origin())))
            .collect()
    }

    fn entry(&self, name: &str) -> Option<&ProfileEntry> {
        let of_command = |entry: &&ProfileEntry| {
            let key = entry.key().strip_suffix(name);
            let key = key.and_then(|rest| rest.strip_suffix('.'));
            key.is_some_and(|rest| rest.split('.').eq(self.command.split(' ')))
        };
        let mut entries = self.entries.iter();
        let own = entries.clone().find(of_command);
        own.or_else(|| entries.find(|entry| entry.key() == name))
    }

    fn origin(&self) -> Origin {
        match self.profile {
            Some(name) => Origin::Profile {
                name: name.to_owned(),
                file: self.file.to_owned(),
            },
            None => Origin::ConfigFile(self.file.to_owned()),
        }
    }

    fn wrong(&self, entry: &ProfileEntry, what: &str) -> Failure {
        let text = format!(
            "{}:{}: {} {what}",
            self.file.display(),
            entry.line(),
            entry.key()
        );
        Failure::new(ExitCode::Configuration, text)
    }
}

/// `config.toml` in the folder that the platform gives each program.
pub(crate) fn default_path() -> Option<PathBuf> {
    let strategy = etcetera::choose_base_strategy().ok()?;
    Some(strategy.config_dir().join("tokenring").join("config.toml"))
}
