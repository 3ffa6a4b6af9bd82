use std::fmt::Write as _;

use serde_json::Value;
use tokenring_gateway::{Gateway, Refusal};
use tokenring_text::printable;
use toml::de::{DeTable, DeValue};

use crate::ExitCode;
use crate::config_file::json;
use crate::failure::{Failure, Result};
use crate::option_words;

/// What a gateway's file says, key by key in the file's order.
pub(super) struct Facts {
    document: Vec<(String, Value)>,
}

/// Tables that a person reads in a form of their own.
const APART: &[&str] = &[
    "name",
    "title",
    "verified",
    "notes",
    "refusals",
    "sources",
    "unknown",
    "variables",
];

impl Facts {
    pub(super) fn read(text: &str, name: &str) -> Result<Self> {
        let unreadable = || {
            let text = format!("gateway file {name}: it is no TOML");
            Failure::new(ExitCode::Configuration, text)
        };
        let document = DeTable::parse(text).map_err(|_| unreadable())?;
        // Tables come in alphabetical order; a person looks for what stands where.
        let mut keys: Vec<_> = document.get_ref().iter().collect();
        keys.sort_by_key(|(key, _)| key.span().start);
        let mut entries = Vec::new();
        for (key, value) in keys {
            entries.push((key.get_ref().to_string(), convert(value.get_ref())));
        }
        Ok(Self { document: entries })
    }

    /// The file as one JSON object.
    pub(super) fn json(self) -> Value {
        Value::Object(self.document.into_iter().collect())
    }

    /// The file in words: facts with the numbers of their sources, and what else a
    /// person should know.
    pub(super) fn describe(&self, gateway: &Gateway) -> String {
        let mut page = Page {
            text: format!("{}: {}\n", gateway.name(), printable(gateway.title())),
            gateway,
            sources: Vec::new(),
        };
        page.variables();
        let facts = self.document.iter();
        let facts = facts.filter(|(name, _)| !APART.contains(&name.as_str()));
        let (tables, plain): (Vec<_>, Vec<_>) = facts.partition(|(_, value)| value.is_object());
        if !plain.is_empty() {
            page.heading("gateway");
        }
        for (name, value) in plain {
            page.fact(name, name, value);
        }
        for (name, value) in tables {
            page.heading(name);
            page.facts(name, name, value);
        }
        page.refusals();
        page.list(
            "notes",
            gateway
                .notes()
                .iter()
                .map(|note| option_words::words(note.text())),
        );
        let unknown = gateway.unknown().iter();
        page.list(
            "not known",
            unknown.map(|unknown| {
                let text = option_words::words(unknown.text());
                format!("{}: {text}", unknown.about())
            }),
        );
        let sources = std::mem::take(&mut page.sources).into_iter().enumerate();
        page.list(
            "sources",
            sources.map(|(index, (source, verified))| {
                let verified = verified.map(|date| format!(" (verified {date})"));
                format!("[{}] {source}{}", index + 1, verified.unwrap_or_default())
            }),
        );
        page.text
    }
}

/// Text for a person, as it grows.
struct Page<'g> {
    text: String,
    gateway: &'g Gateway,
    /// Each with the day on which it was last looked at, in the order of their numbers.
    sources: Vec<(&'g str, Option<&'g str>)>,
}

impl Page<'_> {
    fn heading(&mut self, name: &str) {
        self.text.push('\n');
        self.text.push_str(name);
        self.text.push('\n');
    }

    fn line(&mut self, text: &str) {
        // Writing to a String does not fail.
        let _ = writeln!(self.text, "  {}", printable(text));
    }

    /// The facts of a table, those of the tables in it with their paths.
    fn facts(&mut self, top: &str, path: &str, value: &Value) {
        let Value::Object(members) = value else {
            return self.fact(top, path, value);
        };
        for (name, value) in members {
            self.facts(top, &format!("{path}.{name}"), value);
        }
    }

    fn fact(&mut self, top: &str, path: &str, value: &Value) {
        let short = path
            .strip_prefix(top)
            .map(|rest| rest.trim_start_matches('.'));
        let short = short.filter(|rest| !rest.is_empty()).unwrap_or(path);
        let mut line = format!("{short:32} {}", in_words(value));
        line.push_str(&self.source(path));
        let unknown = self.gateway.unknown().iter();
        if unknown.into_iter().any(|unknown| unknown.about() == path) {
            line.push_str("  (not known for certain)");
        }
        self.line(&line);
    }

    /// The number of a fact's source, if one is stated.
    fn source(&mut self, path: &str) -> String {
        let Some(source) = self.gateway.source_of(path) else {
            return String::new();
        };
        let source = (source, self.gateway.verified_on(path));
        let known = self.sources.iter().position(|other| *other == source);
        let index = known.unwrap_or_else(|| {
            self.sources.push(source);
            self.sources.len() - 1
        });
        format!("  [{}]", index + 1)
    }

    fn variables(&mut self) {
        let gateway = self.gateway;
        self.list(
            "variables, each to be given as --var NAME=VALUE",
            gateway.variables().iter().map(|variable| {
                let mut line = format!("{}: {}", variable.name(), variable.description());
                if let Some(example) = variable.example() {
                    let _ = write!(line, ", such as {example}");
                }
                if let Some(value) = variable.default_value() {
                    let _ = write!(line, "; {value} where none is given");
                }
                line
            }),
        );
    }

    fn refusals(&mut self) {
        let gateway = self.gateway;
        let source = self.source("refusals");
        self.list(
            &format!("refusals, in the order of judgement{source}"),
            gateway.refusals().iter().map(refusal),
        );
    }

    fn list(&mut self, heading: &str, lines: impl Iterator<Item = String>) {
        let mut lines = lines.peekable();
        if lines.peek().is_some() {
            self.heading(heading);
        }
        for line in lines {
            self.line(&line);
        }
    }
}

/// A refusal in one line: what the server says, and what it means.
fn refusal(refusal: &Refusal) -> String {
    let status = refusal.status().map(|status| status.to_string());
    let mut line = format!(
        "{:3} {}",
        status.as_deref().unwrap_or("?"),
        refusal.error().unwrap_or("?")
    );
    match (refusal.description(), refusal.contains()) {
        (Some(words), _) => line.push_str(&format!(" {words:?}")),
        (None, Some(part)) => line.push_str(&format!(" \"... {part} ...\"")),
        (None, None) => line.push_str(" (words not known)"),
    }
    line.push_str(&format!(": {}", option_words::words(&refusal.cause())));
    line
}

/// A value without the marks of its notation.
fn in_words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::Array(values) if values.is_empty() => "none".into(),
        Value::Array(values) => {
            let values: Vec<_> = values.iter().map(in_words).collect();
            values.join(", ")
        }
        value => value.to_string(),
    }
}

fn convert(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::Datetime(date) => date.to_string().into(),
        DeValue::Table(table) => {
            let members = table.iter();
            let members = members.map(|(name, value)| (name.get_ref(), value.get_ref()));
            members
                .map(|(name, value)| (name.to_string(), convert(value)))
                .collect()
        }
        value => json(value).unwrap_or_default(),
    }
}
