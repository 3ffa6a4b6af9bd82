use std::fmt::Write as _;

use serde_json::Value;
use tokenring_gateway::{Fact, Gateway, Refusal};
use tokenring_text::printable;

use crate::option_words;

/// The file in words: facts with the numbers of their sources, and what else a person should know.
pub(super) fn describe<'g>(gateway: &'g Gateway, facts: &[Fact<'g>]) -> String {
    let mut page = Page {
        text: format!("{}: {}\n", gateway.name(), printable(gateway.title())),
        gateway,
        sources: Vec::new(),
    };
    page.variables();
    let mut heading = "";
    for fact in facts {
        let (table, key) = fact.key.split_once('.').unwrap_or(("gateway", &fact.key));
        if table != heading {
            page.heading(table);
            heading = table;
        }
        page.fact(key, fact);
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

/// Where facts are from, and when they were last compared with that.
type Source<'g> = (&'g str, Option<&'g str>);

/// Text for a person, as it grows.
struct Page<'g> {
    text: String,
    gateway: &'g Gateway,
    /// Each with the day on which it was last looked at, in the order of their numbers.
    sources: Vec<Source<'g>>,
}

impl<'g> Page<'g> {
    fn heading(&mut self, name: &str) {
        self.text.push('\n');
        self.text.push_str(name);
        self.text.push('\n');
    }

    fn line(&mut self, text: &str) {
        // Writing to a String does not fail.
        let _ = writeln!(self.text, "  {}", printable(text));
    }

    fn fact(&mut self, key: &str, fact: &Fact<'g>) {
        let mut line = format!("{key:32} {}", in_words(&fact.value));
        line.push_str(&self.source(fact.source.map(|source| (source, fact.verified))));
        if fact.is_doubtful {
            line.push_str("  (not known for certain)");
        }
        self.line(&line);
    }

    /// The number of a source, if one is stated.
    fn source(&mut self, source: Option<Source<'g>>) -> String {
        let Some(source) = source else {
            return String::new();
        };
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
        let source = gateway.source_of("refusals");
        let source = source.map(|source| (source, gateway.verified_on("refusals")));
        let source = self.source(source);
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
