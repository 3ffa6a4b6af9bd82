//! What a person should know of a gateway, what it answers, where the facts of a file are from, and
//! what nobody could find out.

use core::fmt;
use std::sync::OnceLock;

use crate::builtin::BuiltinFile;
use crate::reader::{Document, Table, Value};
use crate::{Error, Note, Problem, Refusal, Text};
use crate::{
    api, assertion_rules, environment, flow, gateway, key_rules, leeway, request_rules,
    response_rules, server_rules, variable,
};

/// The part of a file that a token needs nothing of: `[[notes]]`, `[[refusals]]`, `[sources]` and
/// `[[unknown]]`.
///
/// It is the larger part, and that of a built-in file is read when somebody asks for it.
#[derive(Clone, Default)]
pub(crate) struct Evidence {
    unread: Option<&'static BuiltinFile>,
    read: OnceLock<Read>,
    notes: OnceLock<Vec<Note>>,
}

#[derive(Clone, Debug, Default)]
struct Read {
    refusals: Vec<Refusal>,
    sources: Sources,
    unknown: Vec<Unknown>,
}

impl Evidence {
    /// Reads it along with the rest of a file.
    pub(crate) fn read(root: &Table<'_>) -> Result<Self, Box<Error>> {
        Ok(Self {
            unread: None,
            read: OnceLock::from(Read::of(root)?),
            notes: OnceLock::from(Note::read_all(root)?),
        })
    }

    /// Leaves it for later; a test reads that of every built-in file.
    pub(crate) const fn unread(file: &'static BuiltinFile) -> Self {
        Self {
            unread: Some(file),
            read: OnceLock::new(),
            notes: OnceLock::new(),
        }
    }

    pub(crate) fn notes(&self) -> &[Note] {
        self.notes.get_or_init(|| {
            let read = |file| {
                let document = Document::builtin_evidence(file);
                Note::read_all(&document.root(&gateway::KEYS)?)
            };
            self.unread
                .and_then(|file| read(file).ok())
                .unwrap_or_default()
        })
    }

    pub(crate) fn refusals(&self) -> &[Refusal] {
        &self.get().refusals
    }

    pub(crate) fn sources(&self) -> &Sources {
        &self.get().sources
    }

    pub(crate) fn unknown(&self) -> &[Unknown] {
        &self.get().unknown
    }

    fn get(&self) -> &Read {
        self.read.get_or_init(|| {
            let read = self.unread.and_then(|file| Read::of_builtin(file).ok());
            read.unwrap_or_default()
        })
    }
}

impl fmt::Debug for Evidence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.notes(), self.get()).fmt(formatter)
    }
}

impl Read {
    fn of_builtin(file: &'static BuiltinFile) -> Result<Self, Box<Error>> {
        let mut read = Self::of(&Document::builtin_evidence(file).root(&gateway::KEYS)?)?;
        let rules = Document::builtin_rules(file);
        read.sources.verified = read_date(&rules.root(&gateway::KEYS)?)?;
        Ok(read)
    }

    fn of(root: &Table<'_>) -> Result<Self, Box<Error>> {
        Ok(Self {
            refusals: Refusal::read_all(root)?,
            sources: Sources::read(root)?,
            unknown: Unknown::read_all(root)?,
        })
    }
}

/// Something that nobody could find out about a gateway: an item of `[[unknown]]`.
#[derive(Clone, Debug)]
pub struct Unknown {
    about: String,
    text: Text,
}

const KEYS: [&str; 2] = ["about", "text"];

impl Unknown {
    /// What it is about: a key path such as `assertion.typ-rule`, or a word such as `response`.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.about
    }

    /// What is not known.
    #[must_use]
    pub const fn text(&self) -> &Text {
        &self.text
    }

    fn read_all(root: &Table<'_>) -> Result<Vec<Self>, Box<Error>> {
        let Some(value) = root.optional("unknown") else {
            return Ok(Vec::new());
        };
        let mut unknown = Vec::new();
        for item in value.list()? {
            let table = item.table(&KEYS)?;
            let about = table.required("about")?;
            let path = about.text()?;
            // What is not known is seldom in the file: it is enough that it could be.
            if path.contains('.') && !is_in_format(path) {
                return Err(about.error(Problem::UnknownKeyPath {
                    path: path.to_owned(),
                }));
            }
            unknown.push(Self {
                about: path.to_owned(),
                text: table.required("text")?.words()?,
            });
        }
        Ok(unknown)
    }
}

/// Where a fact is from: an entry of `[sources]`.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    path: String,
    pub(crate) text: String,
    pub(crate) verified: Option<String>,
}

/// Where facts are from, each under the key path that states them: table `[sources]`, and the key
/// `verified` of the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    /// The date of those that have none of their own.
    pub(crate) verified: Option<String>,
    list: Vec<Source>,
}

const SOURCE_KEYS: [&str; 2] = ["text", "verified"];

impl Sources {
    fn read(root: &Table<'_>) -> Result<Self, Box<Error>> {
        let mut sources = Self {
            verified: read_date(root)?,
            list: Vec::new(),
        };
        let Some(value) = root.optional("sources") else {
            return Ok(sources);
        };
        for (path, value) in value.open_table()?.entries() {
            if !root.holds(path) {
                return Err(value.error(Problem::AbsentKeyPath {
                    path: path.to_owned(),
                }));
            }
            sources.list.push(Source::read(path, &value)?);
        }
        Ok(sources)
    }

    /// The source of the longest path that is the key's or leads to it.
    pub(crate) fn of(&self, key_path: &str) -> Option<&Source> {
        let leads = |path: &str| {
            let rest = key_path.strip_prefix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let fitting = self.list.iter().filter(|source| leads(&source.path));
        fitting.max_by_key(|source| source.path.len())
    }
}

impl Source {
    fn read(path: &str, value: &Value<'_>) -> Result<Self, Box<Error>> {
        let path = path.to_owned();
        if value.is_text() {
            return Ok(Self {
                path,
                text: value.text()?.to_owned(),
                verified: None,
            });
        }
        if !value.is_table() {
            return Err(value.wrong_type("a text or a table"));
        }
        let table = value.table(&SOURCE_KEYS)?;
        Ok(Self {
            path,
            text: table.required("text")?.text()?.to_owned(),
            verified: read_date(&table)?,
        })
    }
}

fn read_date(table: &Table<'_>) -> Result<Option<String>, Box<Error>> {
    match table.optional("verified") {
        Some(value) => Ok(Some(value.date()?.to_owned())),
        None => Ok(None),
    }
}

/// Whether a file could have this key.
fn is_in_format(path: &str) -> bool {
    let mut parts = path.split('.');
    let (first, second, third) = (parts.next(), parts.next(), parts.next());
    let (Some(first), Some(second)) = (first, second) else {
        return path.split('[').next().is_some_and(is_top_level);
    };
    let has = |keys: &[&str], key: Option<&str>| key.is_none_or(|key| keys.contains(&key));
    match first {
        "environments" => has(&environment::KEYS, third),
        "variables" => has(&variable::KEYS, third),
        "flows" => match third {
            Some(table @ ("assertion" | "key" | "request")) => parts
                .next()
                .is_none_or(|key| is_in_format(&format!("{table}.{key}"))),
            third => has(&flow::KEYS, third),
        },
        "assertion" if second == "leeway-seconds" => has(&leeway::KEYS, third),
        "assertion" => assertion_rules::KEYS.contains(&second),
        "key" => key_rules::KEYS.contains(&second),
        "request" => request_rules::KEYS.contains(&second),
        "response" => response_rules::KEYS.contains(&second),
        "api" => api::KEYS.contains(&second),
        "server" => server_rules::KEYS.contains(&second),
        _ => false,
    }
}

fn is_top_level(key: &str) -> bool {
    gateway::KEYS.contains(&key)
}
