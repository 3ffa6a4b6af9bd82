use std::fmt::Write as _;

use serde_json::Value;
use tokenring_text::one_line;

use crate::{Error, Fact, Gateway, Refusal, RefusalForm, Text, Variable};

/// All that is known of a gateway, for a person: facts with the numbers of their sources, and what
/// else a person should know.
///
/// # Examples
///
/// ```
/// use tokenring_gateway::{FactSheet, Gateway};
///
/// let nhs = Gateway::builtin("nhs")?;
/// let sheet = FactSheet::new(&nhs, &Gateway::builtin_source("nhs").unwrap_or_default())?;
/// let headings: Vec<String> = sheet.sections.iter().map(|it| it.heading.to_string()).collect();
/// assert_eq!(headings.first().map(String::as_str), Some("gateway"));
/// assert_eq!(headings.last().map(String::as_str), Some("sources"));
/// # Ok::<(), tokenring_gateway::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct FactSheet {
    /// The sections, in their order.
    pub sections: Vec<FactSection>,
}

/// A part of a [`FactSheet`].
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct FactSection {
    /// What the lines are about.
    pub heading: Text,
    /// What is known of it.
    pub lines: Vec<Text>,
}

/// Where facts are from, and when they were last compared with that.
type Source<'g> = (&'g str, Option<&'g str>);

/// Sources in the order of their numbers.
#[derive(Default)]
struct Sources<'g>(Vec<Source<'g>>);

impl FactSheet {
    /// Takes a gateway and the text of its file.
    ///
    /// # Errors
    ///
    /// Those of [`Gateway::facts`].
    pub fn new(gateway: &Gateway, text: &str) -> Result<Self, Error> {
        let mut sources = Sources::default();
        let mut sheet = Self {
            sections: Vec::new(),
        };
        sheet.add(
            Text::fill(
                "variables, each to be given as {option:variable} NAME=VALUE",
                &[],
            ),
            gateway.variables().iter().map(variable),
        );
        let facts = gateway.facts(text)?;
        let table = |fact: &Fact<'_>| match fact.key.split_once('.') {
            Some((table, _)) => table.to_owned(),
            None => "gateway".to_owned(),
        };
        for facts in facts.chunk_by(|one, other| table(one) == table(other)) {
            let heading = facts.first().map(table).unwrap_or_default();
            let lines = facts.iter().map(|fact| sources.fact(fact));
            sheet.add(heading.into(), lines);
        }
        let source = gateway.source_of("refusals");
        let source = source.map(|source| (source, gateway.verified_on("refusals")));
        let heading = format!(
            "refusals, in the order of judgement{}",
            sources.cite(source)
        );
        sheet.add(heading.into(), gateway.refusals().iter().map(refusal));
        let notes = gateway.notes().iter();
        sheet.add("notes".into(), notes.map(|note| note.text().clone()));
        let unknown = gateway.unknown().iter().map(|unknown| {
            let mut line = Text::from(format!("{}:", unknown.about()));
            line.add(unknown.text());
            line
        });
        sheet.add("not known".into(), unknown);
        let sources = sources.0.into_iter().enumerate();
        let sources = sources.map(|(index, (source, verified))| {
            let verified = verified.map(|date| format!(" (verified {date})"));
            written(format!(
                "[{}] {source}{}",
                index + 1,
                verified.unwrap_or_default()
            ))
        });
        sheet.add("sources".into(), sources);
        Ok(sheet)
    }

    fn add(&mut self, heading: Text, lines: impl Iterator<Item = Text>) {
        let lines: Vec<Text> = lines.collect();
        if !lines.is_empty() {
            self.sections.push(FactSection { heading, lines });
        }
    }
}

impl<'g> Sources<'g> {
    fn fact(&mut self, fact: &Fact<'g>) -> Text {
        let key = match fact.key.split_once('.') {
            Some((_, key)) => key,
            None => &fact.key,
        };
        let source = fact.source.map(|source| (source, fact.verified));
        let mut line = format!("{key:32} {}{}", in_words(&fact.value), self.cite(source));
        if fact.is_doubtful {
            line.push_str("  (not known for certain)");
        }
        written(line)
    }

    /// The number of a source, if one is stated.
    fn cite(&mut self, source: Option<Source<'g>>) -> String {
        let Some(source) = source else {
            return String::new();
        };
        let known = self.0.iter().position(|other| *other == source);
        let index = known.unwrap_or_else(|| {
            self.0.push(source);
            self.0.len() - 1
        });
        format!("  [{}]", index + 1)
    }
}

/// A line of the file's own words, with what they refer to.
fn written(line: String) -> Text {
    Text::parse(&line).unwrap_or_else(|_| line.into())
}

fn variable(variable: &Variable) -> Text {
    let mut line = format!("{}: {}", variable.name(), variable.description());
    // Writing to a String does not fail.
    if let Some(example) = variable.example() {
        let _ = write!(line, ", such as {example}");
    }
    if let Some(value) = variable.default_value() {
        let _ = write!(line, "; {value} where none is given");
    }
    written(line)
}

/// A refusal in one line: what the server says, and what it means.
fn refusal(refusal: &Refusal) -> Text {
    let status = refusal.status().map(|status| status.to_string());
    let mut line = format!("{:3} ", status.as_deref().unwrap_or("?"));
    match (refusal.form(), refusal.body()) {
        (RefusalForm::Empty, _) => line.push_str("(an empty body)"),
        (RefusalForm::Body, Some(body)) if body.as_str().trim_start().starts_with('<') => {
            line.push_str("(an HTML page)");
        }
        (RefusalForm::Body, Some(body)) if refusal.contains().is_none() => {
            line.push_str(&format!("{:?}", one_line(body.as_str(), 60)))
        }
        _ => line.push_str(refusal.error().unwrap_or("?")),
    }
    match (refusal.description(), refusal.contains(), refusal.form()) {
        (Some(words), ..) => line.push_str(&format!(" {words:?}")),
        (None, Some(part), _) => line.push_str(&format!(" \"... {part} ...\"")),
        (None, None, RefusalForm::Error) => line.push_str(" (no description)"),
        (None, None, RefusalForm::Empty | RefusalForm::Body) => {}
        (None, None, _) => line.push_str(" (words not known)"),
    }
    line.push(':');
    let mut line = Text::from(line);
    line.add(&refusal.cause());
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
