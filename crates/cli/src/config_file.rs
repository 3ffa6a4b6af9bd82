mod document;
mod value;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use self::document::{Document, Entries, Entry, EntryValue, Wanted};
pub(crate) use self::document::{OptionNames, PAIRS};
use crate::ExitCode;
use crate::bounded_file;
use crate::failure::{Failure, Result};
use crate::setting::{Origin, Setting};
use etcetera::BaseStrategy;

/// A configuration file: options at its top level, and profiles of options.
#[derive(Clone)]
pub(crate) struct ConfigFile {
    path: PathBuf,
    origin: Origin,
    text: Rc<str>,
    /// The profile that has a say.
    profile: Option<(String, Entries)>,
    top: Entries,
}

/// The options of one place in the file.
pub(crate) struct Table<'c> {
    file: &'c Path,
    profile: Option<&'c str>,
    entries: &'c [Entry],
}

/// More than any configuration needs.
const LARGEST: u64 = 1024 * 1024;

impl ConfigFile {
    /// Reads the file that was named, or the one at the platform's place if
    /// there is one.
    pub(crate) fn read(
        named: Option<&Setting<PathBuf>>,
        profile: Option<&Setting<String>>,
        names: OptionNames,
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
            Err(error) => {
                return Err(Failure::new(
                    ExitCode::Configuration,
                    format!(
                        "cannot read the configuration file {}: {error}",
                        path.display()
                    ),
                ));
            }
        };
        let wanted = profile.map(|name| name.value().as_str());
        let document = Document::parse(&path, &text, &Wanted::One(wanted), names)?;
        let selected = document.profiles.into_iter().next();
        match (&selected, wanted) {
            (None, Some(name)) => Err(unknown_profile(&path, name, &document.names)),
            _ => Ok(Some(Self {
                path,
                origin,
                text: text.into(),
                profile: selected,
                top: document.top,
            })),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn origin(&self) -> Origin {
        self.origin.clone()
    }

    /// The same file without a profile, and then with each of them, by its name.
    pub(crate) fn each_profile(&self, names: OptionNames) -> Result<(Self, Vec<(String, Self)>)> {
        let document = Document::parse(&self.path, &self.text, &Wanted::All, names)?;
        let with = |profile| Self {
            profile,
            ..self.clone()
        };
        let profiles = document.profiles.into_iter();
        let profiles = profiles.map(|(name, entries)| (name.clone(), with(Some((name, entries)))));
        Ok((with(None), profiles.collect()))
    }

    /// The places that give options, the one that goes first in front.
    pub(crate) fn tables(&self) -> impl Iterator<Item = Table<'_>> {
        let profile = self.profile.iter().map(|(name, entries)| Table {
            file: &self.path,
            profile: Some(name),
            entries,
        });
        profile.chain([Table {
            file: &self.path,
            profile: None,
            entries: &self.top,
        }])
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

fn unknown_profile(path: &Path, name: &str, known: &[String]) -> Failure {
    let known = match known {
        [] => "none".into(),
        known => known.join(", "),
    };
    let text = format!("{} has no profile {name:?}; it has {known}", path.display());
    Failure::new(ExitCode::Configuration, text)
}

impl Table<'_> {
    pub(crate) fn text(&self, name: &str) -> Result<Option<Setting<OsString>>> {
        let Some(entry) = self.entry(name) else {
            return Ok(None);
        };
        match &entry.value {
            EntryValue::Text(text) => Ok(Some(Setting::new(text.into(), self.origin()))),
            _ => Err(self.wrong(entry, "is one value")),
        }
    }

    /// The values of a list, or the only one.
    pub(crate) fn list(&self, name: &str) -> Option<Vec<Setting<String>>> {
        let values = match &self.entry(name)?.value {
            EntryValue::Text(text) => std::slice::from_ref(text),
            EntryValue::List(list) => list,
            // `pairs` has them.
            EntryValue::Pairs(_) => return None,
        };
        let values = values.iter().cloned();
        Some(
            values
                .map(|value| Setting::new(value, self.origin()))
                .collect(),
        )
    }

    pub(crate) fn pairs(&self, name: &str) -> Vec<(String, Setting<String>)> {
        let pairs = match self.entry(name).map(|entry| &entry.value) {
            Some(EntryValue::Pairs(pairs)) => pairs.as_slice(),
            _ => &[],
        };
        let pairs = pairs.iter().cloned();
        pairs
            .map(|(name, value)| (name, Setting::new(value, self.origin())))
            .collect()
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == name)
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

    fn wrong(&self, entry: &Entry, what: &str) -> Failure {
        let text = format!(
            "{}:{}: {} {what}",
            self.file.display(),
            entry.line,
            entry.key
        );
        Failure::new(ExitCode::Configuration, text)
    }
}

/// `config.toml` in the folder that the platform gives each program.
pub(crate) fn default_path() -> Option<PathBuf> {
    let strategy = etcetera::choose_base_strategy().ok()?;
    Some(strategy.config_dir().join("tokenring").join("config.toml"))
}
