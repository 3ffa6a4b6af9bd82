//! Where the facts of a file are from, and what nobody could find out.

use crate::reader::Table;
use crate::{Error, Problem};
use crate::{
    api, assertion_rules, environment, flow, gateway, key_rules, leeway, request_rules,
    response_rules, server_rules, variable,
};

/// Something that nobody could find out about a gateway: an item of `[[unknown]]`.
#[derive(Clone, Debug)]
pub struct Unknown {
    about: String,
    text: String,
}

const KEYS: [&str; 2] = ["about", "text"];

impl Unknown {
    /// What it is about: a key path such as `assertion.typ-rule`, or a word such as `response`.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.about
    }

    /// What is not known, in sentences.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn read_all(root: &Table<'_>) -> Result<Vec<Self>, Error> {
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
                return Err(about.error(Problem::KeyPath {
                    path: path.to_owned(),
                }));
            }
            unknown.push(Self {
                about: path.to_owned(),
                text: table.required("text")?.text()?.to_owned(),
            });
        }
        Ok(unknown)
    }
}

/// Where facts are from, each under the key path that states them: table `[sources]`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources(Vec<(String, String)>);

impl Sources {
    pub(crate) fn read(root: &Table<'_>) -> Result<Self, Error> {
        let Some(value) = root.optional("sources") else {
            return Ok(Self::default());
        };
        let mut sources = Vec::new();
        for (path, value) in value.open_table()?.entries() {
            if !root.holds(path) {
                return Err(value.error(Problem::KeyPath {
                    path: path.to_owned(),
                }));
            }
            sources.push((path.to_owned(), value.text()?.to_owned()));
        }
        Ok(Self(sources))
    }

    /// The source of the longest path that is the key's or leads to it.
    pub(crate) fn of(&self, key_path: &str) -> Option<&str> {
        let leads = |path: &str| {
            let rest = key_path.strip_prefix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let fitting = self.0.iter().filter(|(path, _)| leads(path));
        let longest = fitting.max_by_key(|(path, _)| path.len());
        longest.map(|(_, source)| source.as_str())
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
