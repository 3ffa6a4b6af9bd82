//! Reads the tables of a gateway file, knowing line and full key of every value.
//!
//! The types of this crate read themselves with it rather than through serde: only so can an
//! error name the full key and list what is allowed in the format's own words. A user's file is
//! parsed, and a built-in one was when the crate was built.

use std::borrow::Cow;

use crate::builtin::BuiltinFile;
use crate::{Error, Problem};

mod outline;
mod place;
mod table;
mod value;

use self::outline::{KINDS, Kind, Node, Outline};

pub(crate) use self::outline::Packed;
pub(crate) use self::table::Table;
pub(crate) use self::value::Value;

/// A gateway file, taken apart, and the name that errors give it.
pub(crate) struct Document<'f> {
    file: &'f str,
    text: Cow<'f, str>,
    nodes: Nodes,
}

enum Nodes {
    Parsed(Vec<Node>),
    /// Of a built-in file, which a test has read as any other: its words need no check.
    Builtin(&'static [Packed]),
}

impl<'f> Document<'f> {
    pub(crate) fn parse(text: &'f str, file: &'f str) -> Result<Self, Box<Error>> {
        match Outline::parse(text) {
            Ok(outline) => Ok(Self {
                file,
                text: Cow::Owned(outline.text),
                nodes: Nodes::Parsed(outline.nodes),
            }),
            Err(error) => {
                let start = error.span().map_or(0, |span| span.start);
                let problem = Problem::Syntax(error.message().to_owned());
                Err(malformed(file, text, start, None, problem))
            }
        }
    }

    /// Takes what the build script has parsed: all but the evidence.
    pub(crate) fn builtin_rules(file: &'static BuiltinFile) -> Self {
        Self {
            file: file.name,
            text: Cow::Borrowed(file.rules_text()),
            nodes: Nodes::Builtin(file.rules.nodes()),
        }
    }

    /// Takes the evidence alone.
    pub(crate) fn builtin_evidence(file: &'static BuiltinFile) -> Self {
        Self {
            file: file.name,
            text: Cow::Owned(file.evidence_text()),
            nodes: Nodes::Builtin(file.evidence.nodes()),
        }
    }

    /// The table of the whole file.
    pub(crate) fn root(&self, allowed: &[&str]) -> Result<Table<'_>, Box<Error>> {
        Table::new(self, 0, self.node(0)).with_keys(allowed)
    }

    const fn is_builtin(&self) -> bool {
        matches!(self.nodes, Nodes::Builtin(_))
    }

    fn node(&self, index: usize) -> Node {
        let node = match &self.nodes {
            Nodes::Parsed(nodes) => nodes.get(index).copied(),
            Nodes::Builtin(nodes) => nodes.get(index).and_then(unpack),
        };
        // Nobody asks for one that is not there.
        node.unwrap_or(Node::NONE)
    }

    /// What is in a table or list, in the order of the file.
    fn nodes_in(&self, parent: Node) -> impl Iterator<Item = (usize, Node)> {
        let (first, length) = match parent.kind {
            Kind::Table | Kind::List => parent.value,
            _ => (0, 0),
        };
        (first..first + length).map(|index| (index, self.node(index)))
    }

    /// What a table has under a key.
    fn find(&self, table: Node, key: &str) -> Option<(usize, Node)> {
        let (first, length) = table.value;
        let range = first..first + length;
        // The length tells most keys apart.
        let is_meant = |place: (usize, usize)| place.1 == key.len() && self.slice(place) == key;
        let place = match &self.nodes {
            Nodes::Parsed(nodes) => nodes.get(range)?.iter().position(|node| is_meant(node.key)),
            Nodes::Builtin(nodes) => nodes.get(range)?.iter().position(|packed| {
                let [start, kind_and_length, ..] = *packed;
                let [_, length] = kind_and_length.to_be_bytes();
                is_meant((usize::from(start), usize::from(length)))
            }),
        };
        let index = first + place?;
        Some((index, self.node(index)))
    }

    /// A value as JSON.
    fn json(&self, node: Node) -> serde_json::Value {
        let text = self.slice(node.value);
        let items = self.nodes_in(node).map(|(_, item)| item);
        match node.kind {
            Kind::Text | Kind::Date => text.into(),
            Kind::Integer => text.parse::<i64>().map_or_else(|_| text.into(), Into::into),
            Kind::Boolean => (text == "true").into(),
            // No key of the format has one.
            Kind::Float => serde_json::Value::Null,
            Kind::List => items.map(|item| self.json(item)).collect(),
            Kind::Table => items
                .map(|item| (self.slice(item.key).to_owned(), self.json(item)))
                .collect(),
        }
    }

    /// The text of a key or value.
    fn slice(&self, (start, length): (usize, usize)) -> &str {
        self.text.get(start..start + length).unwrap_or_default()
    }

    fn error(&self, start: usize, key: String, problem: Problem) -> Box<Error> {
        let other = problem.other_key();
        let other = other.and_then(|path| place::locate(self, self.node(0), path));
        let mut error = malformed(self.file, &self.text, start, Some(key), problem);
        if let (Some(node), Error::Malformed { other_line, .. }) = (other, &mut *error) {
            *other_line = Some(line(&self.text, node.start));
        }
        error
    }
}

fn unpack(packed: &Packed) -> Option<Node> {
    let [key, kind_and_length, first, second] = *packed;
    let [kind, length] = kind_and_length.to_be_bytes();
    Some(Node {
        kind: *KINDS.get(usize::from(kind))?,
        key: (usize::from(key), usize::from(length)),
        value: (usize::from(first), usize::from(second)),
        ..Node::NONE
    })
}

fn malformed(
    file: &str,
    text: &str,
    start: usize,
    key: Option<String>,
    problem: Problem,
) -> Box<Error> {
    Box::new(Error::Malformed {
        file: file.to_owned(),
        line: line(text, start),
        key,
        problem: Box::new(problem),
        other_line: None,
    })
}

/// The number of the line, from 1 on, in which something starts.
fn line(text: &str, start: usize) -> usize {
    let before = text.as_bytes().iter().take(start);
    before.filter(|byte| **byte == b'\n').count() + 1
}

fn owned<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    names.map(str::to_owned).collect()
}
