mod value;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

#[cfg(feature = "diagnosis")]
pub(crate) use self::value::json;
#[cfg(not(feature = "diagnosis"))]
use self::value::json;
use self::value::scalar;
use crate::ExitCode;
use crate::bounded_file;
use crate::definition;
use crate::failure::{Failure, Result};
use crate::setting::{Origin, Setting};

/// A configuration file: options at its top level, and profiles of options.
#[derive(Clone)]
pub(crate) struct ConfigFile {
    path: PathBuf,
    origin: Origin,
    profiles: Vec<(String, Entries)>,
    /// The name of the profile that has a say.
    selected: Option<String>,
    top: Entries,
}

type Entries = Vec<Entry>;

/// One key, with the line that it stands in.
#[derive(Clone)]
struct Entry {
    key: String,
    line: usize,
    value: EntryValue,
}

#[derive(Clone)]
enum EntryValue {
    Text(String),
    List(Vec<String>),
    Pairs(Vec<(String, String)>),
}

/// The options of one place in the file.
pub(crate) struct Table<'c> {
    file: &'c Path,
    profile: Option<&'c str>,
    entries: &'c Entries,
}

/// Options whose table holds one value a name.
pub(crate) const PAIRS: &[&str] = &["var", "param", "claim"];
/// Options that say which file and which part of it, and so cannot stand in it.
const NOT_HERE: &[&str] = &["config", "profile"];
/// More than any configuration needs.
const LARGEST: u64 = 1024 * 1024;

impl ConfigFile {
    /// Reads the file that was named, or the one at the platform's place if
    /// there is one.
    pub(crate) fn read(
        named: Option<&Setting<PathBuf>>,
        profile: Option<&Setting<String>>,
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
        Self::parse(path, origin, &text, profile).map(Some)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn origin(&self) -> Origin {
        self.origin.clone()
    }

    /// The names of its profiles, in order.
    pub(crate) fn profile_names(&self) -> impl Iterator<Item = &str> {
        self.profiles.iter().map(|(name, _)| name.as_str())
    }

    /// The same file with another profile, or none, that has a say.
    pub(crate) fn with_profile(&self, name: Option<&str>) -> Self {
        Self {
            selected: name.map(str::to_owned),
            ..self.clone()
        }
    }

    /// The places that give options, the one that goes first in front.
    pub(crate) fn tables(&self) -> impl Iterator<Item = Table<'_>> {
        let selected = self
            .profiles
            .iter()
            .filter(|(name, _)| self.selected.as_deref() == Some(name.as_str()));
        let profile = selected.map(|(name, entries)| Table {
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

    fn parse(
        path: PathBuf,
        origin: Origin,
        text: &str,
        wanted: Option<&Setting<String>>,
    ) -> Result<Self> {
        let source = Source { path: &path, text };
        let document = DeTable::parse(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            source.failure(source.line(start), error.message())
        })?;
        let mut profiles = Vec::new();
        let mut top = Vec::new();
        for (key, value) in document.get_ref() {
            if key.get_ref() != "profiles" {
                top.push(source.entry(key.get_ref(), key.span().start, value)?);
                continue;
            }
            let DeValue::Table(tables) = value.get_ref() else {
                let line = source.line(value.span().start);
                return Err(
                    source.failure(line, "profiles is a table of tables: write [profiles.NAME]")
                );
            };
            for (name, table) in tables {
                let DeValue::Table(table) = table.get_ref() else {
                    let line = source.line(name.span().start);
                    return Err(source.failure(
                        line,
                        &format!(
                            "profiles.{0} is a table: write [profiles.{0}]",
                            name.get_ref()
                        ),
                    ));
                };
                profiles.push((name.get_ref().to_string(), source.entries(table)?));
            }
        }
        if let Some(wanted) = wanted {
            if !profiles.iter().any(|(name, _)| name == wanted.value()) {
                let known: Vec<&str> = profiles.iter().map(|(name, _)| name.as_str()).collect();
                return Err(Failure::new(
                    ExitCode::Configuration,
                    format!(
                        "{} has no profile {:?}; it has {}",
                        path.display(),
                        wanted.value(),
                        if known.is_empty() {
                            "none".into()
                        } else {
                            known.join(", ")
                        }
                    ),
                ));
            }
        }
        Ok(Self {
            path,
            origin,
            profiles,
            selected: wanted.map(|wanted| wanted.value().clone()),
            top,
        })
    }
}

impl Table<'_> {
    pub(crate) fn text(&self, name: &str) -> Result<Option<Setting<OsString>>> {
        match self.entry(name) {
            None => Ok(None),
            Some(Entry {
                value: EntryValue::Text(text),
                ..
            }) => Ok(Some(Setting::new(text.into(), self.origin()))),
            Some(entry) => Err(self.wrong(entry, "is one value")),
        }
    }

    pub(crate) fn list(&self, name: &str) -> Result<Option<Vec<Setting<String>>>> {
        let list = match self.entry(name) {
            None => return Ok(None),
            // `pairs` has them.
            Some(Entry {
                value: EntryValue::Pairs(_),
                ..
            }) => return Ok(None),
            Some(Entry {
                value: EntryValue::Text(text),
                ..
            }) => vec![text.clone()],
            Some(Entry {
                value: EntryValue::List(list),
                ..
            }) => list.clone(),
        };
        let values = list.into_iter();
        Ok(Some(
            values
                .map(|value| Setting::new(value, self.origin()))
                .collect(),
        ))
    }

    pub(crate) fn pairs(&self, name: &str) -> Result<Vec<(String, Setting<String>)>> {
        match self.entry(name) {
            Some(Entry {
                value: EntryValue::Pairs(pairs),
                ..
            }) => Ok(pairs
                .iter()
                .map(|(name, value)| (name.clone(), Setting::new(value.clone(), self.origin())))
                .collect()),
            _ => Ok(Vec::new()),
        }
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

struct Source<'t> {
    path: &'t Path,
    text: &'t str,
}

impl Source<'_> {
    fn line(&self, start: usize) -> usize {
        let before = self.text.bytes().take(start);
        before.filter(|&byte| byte == b'\n').count() + 1
    }

    fn failure(&self, line: usize, text: &str) -> Failure {
        let text = format!("{}:{line}: {text}", self.path.display());
        Failure::new(ExitCode::Configuration, text)
    }

    fn entries(&self, table: &DeTable<'_>) -> Result<Entries> {
        table
            .iter()
            .map(|(key, value)| self.entry(key.get_ref(), key.span().start, value))
            .collect()
    }

    fn entry(&self, key: &str, start: usize, value: &Spanned<DeValue<'_>>) -> Result<Entry> {
        let line = self.line(start);
        let known = definition::option_names();
        if !known.contains(key) || NOT_HERE.contains(&key) {
            if key == "profile" {
                let text = "unknown key \"profile\"; did you mean [profiles.NAME]?";
                return Err(self.failure(line, text));
            }
            let candidates = known
                .iter()
                .filter(|name| !NOT_HERE.contains(&name.as_str()));
            let length = key.chars().count();
            let nearest = candidates
                // The time of a comparison grows with both lengths.
                .filter(|name| name.chars().count().abs_diff(length) <= 3)
                .map(|name| (strsim::osa_distance(name, key), name))
                .min()
                .filter(|(distance, _)| *distance <= 3)
                .map(|(_, name)| format!("; did you mean {name:?}?"));
            let text = format!(
                "unknown key {key:?}{}",
                nearest.unwrap_or_else(
                    || "; keys are the names of options without their dashes".into()
                )
            );
            return Err(self.failure(line, &text));
        }
        let value = match value.get_ref() {
            DeValue::Array(values) => {
                let values = values.iter().map(|value| scalar(value.get_ref()));
                EntryValue::List(
                    values
                        .collect::<Option<_>>()
                        .ok_or_else(|| self.failure(line, &format!("{key} is a list of texts")))?,
                )
            }
            DeValue::Table(table) if PAIRS.contains(&key) => EntryValue::Pairs(
                table
                    .iter()
                    .map(|(name, value)| {
                        let value = match key {
                            "claim" => json(value.get_ref()).map(|value| value.to_string()),
                            _ => scalar(value.get_ref()),
                        };
                        value.map(|value| (name.get_ref().to_string(), value))
                    })
                    .collect::<Option<_>>()
                    .ok_or_else(|| {
                        self.failure(line, &format!("{key} holds a value of a wrong type"))
                    })?,
            ),
            value => EntryValue::Text(scalar(value).ok_or_else(|| {
                self.failure(line, &format!("{key} is a text, number or switch"))
            })?),
        };
        Ok(Entry {
            key: key.to_owned(),
            line,
            value,
        })
    }
}

/// `config.toml` in the folder that the platform gives each program.
pub(crate) fn default_path() -> Option<PathBuf> {
    let strategy = etcetera::choose_base_strategy().ok()?;
    Some(strategy.config_dir().join("tokenring").join("config.toml"))
}
