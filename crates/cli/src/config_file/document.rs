//! What is in a configuration file. It is parsed once, and each of its keys is checked.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::value::{json, scalar};
use crate::ExitCode;
use crate::failure::{Failure, Result};

/// Gives the names of all options, which are what can be a key.
pub(crate) type OptionNames = fn() -> BTreeSet<&'static str>;

/// Options whose table holds one value a name.
pub(crate) const PAIRS: &[&str] = &["var", "param", "claim", "token-header"];
/// Options that say which file and which part of it, and so cannot stand in it.
const NOT_HERE: &[&str] = &["config", "profile"];

pub(super) type Entries = Rc<[Entry]>;

/// One key, with the line that it stands in.
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) line: usize,
    pub(super) value: EntryValue,
}

pub(super) enum EntryValue {
    Text(String),
    List(Vec<String>),
    Pairs(Vec<(String, String)>),
}

/// Which profiles become entries. Every key of the file is checked, whichever.
pub(super) enum Wanted<'w> {
    One(Option<&'w str>),
    All,
}

/// What is in a file.
pub(super) struct Document {
    pub(super) top: Entries,
    pub(super) profiles: Vec<(String, Entries)>,
    /// Of all profiles, where the one that is wanted is not among them.
    pub(super) names: Vec<String>,
}

impl Document {
    pub(super) fn parse(
        path: &Path,
        text: &str,
        wanted: &Wanted<'_>,
        names: OptionNames,
    ) -> Result<Self> {
        let source = Source {
            path,
            text,
            names: names(),
            line_ends: OnceCell::new(),
        };
        let document = DeTable::parse(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            source.failure(source.line(start), error.message())
        })?;
        let mut profiles = Vec::new();
        let mut profile_names = Vec::new();
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
                let name = name.get_ref();
                match wanted {
                    Wanted::One(wanted) if *wanted != Some(name.as_ref()) => source.check(table)?,
                    _ => profiles.push((name.to_string(), source.entries(table)?)),
                }
            }
            if matches!(wanted, Wanted::One(Some(_))) && profiles.is_empty() {
                profile_names = tables
                    .keys()
                    .map(|name| name.get_ref().to_string())
                    .collect();
            }
        }
        Ok(Self {
            top: top.into(),
            profiles,
            names: profile_names,
        })
    }
}

struct Source<'t> {
    path: &'t Path,
    text: &'t str,
    /// What can be a key.
    names: BTreeSet<&'static str>,
    /// Where each line ends, once that is asked for.
    line_ends: OnceCell<Vec<usize>>,
}

impl Source<'_> {
    fn line(&self, start: usize) -> usize {
        let ends = self.line_ends.get_or_init(|| {
            let ends = self.text.match_indices('\n');
            ends.map(|(end, _)| end).collect()
        });
        ends.partition_point(|end| *end < start) + 1
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

    /// Checks what does not become entries.
    fn check(&self, table: &DeTable<'_>) -> Result<()> {
        for (key, value) in table {
            let (key, start) = (key.get_ref().as_ref(), key.span().start);
            self.check_key(key, start)?;
            // Most values are texts, which are right for every key.
            if !matches!(value.get_ref(), DeValue::String(_)) {
                self.value(key, start, value.get_ref())?;
            }
        }
        Ok(())
    }

    fn entry(&self, key: &str, start: usize, value: &Spanned<DeValue<'_>>) -> Result<Entry> {
        self.check_key(key, start)?;
        Ok(Entry {
            value: self.value(key, start, value.get_ref())?,
            key: key.to_owned(),
            line: self.line(start),
        })
    }

    fn check_key(&self, key: &str, start: usize) -> Result<()> {
        if self.names.contains(key) && !NOT_HERE.contains(&key) {
            return Ok(());
        }
        let line = self.line(start);
        if key == "profile" {
            let text = "unknown key \"profile\"; did you mean [profiles.NAME]?";
            return Err(self.failure(line, text));
        }
        let candidates = self.names.iter().filter(|name| !NOT_HERE.contains(name));
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
            nearest
                .unwrap_or_else(|| "; keys are the names of options without their dashes".into())
        );
        Err(self.failure(line, &text))
    }

    fn value(&self, key: &str, start: usize, value: &DeValue<'_>) -> Result<EntryValue> {
        let (value, otherwise) = match value {
            DeValue::Array(values) => {
                let values = values.iter().map(|value| scalar(value.get_ref()));
                let values = values.collect::<Option<_>>();
                (values.map(EntryValue::List), "is a list of texts")
            }
            DeValue::Table(table) if PAIRS.contains(&key) => {
                let pairs = table.iter().map(|(name, value)| {
                    let value = match key {
                        "claim" => json(value.get_ref()).map(|value| value.to_string()),
                        _ => scalar(value.get_ref()),
                    };
                    value.map(|value| (name.get_ref().to_string(), value))
                });
                let pairs = pairs.collect::<Option<_>>();
                (
                    pairs.map(EntryValue::Pairs),
                    "holds a value of a wrong type",
                )
            }
            value => {
                let text = scalar(value).map(EntryValue::Text);
                (text, "is a text, number or switch")
            }
        };
        value.ok_or_else(|| self.failure(self.line(start), &format!("{key} {otherwise}")))
    }
}
