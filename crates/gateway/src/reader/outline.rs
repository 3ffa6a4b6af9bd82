//! A TOML file as one flat list of its values.
//!
//! The library makes it of a user's file, and the build script, which shares this module, of the
//! built-in ones: those are never parsed again.

use core::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

/// What a value is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Text,
    Integer,
    Float,
    Boolean,
    Date,
    List,
    Table,
}

/// A node that the build script wrote: where its key begins; its kind, as an index of [`KINDS`]
/// above the eight bits of the key's length; and the two numbers of [`Node::value`].
pub(crate) type Packed = [u16; 4];

pub(crate) const KINDS: [Kind; 7] = [
    Kind::Text,
    Kind::Integer,
    Kind::Float,
    Kind::Boolean,
    Kind::Date,
    Kind::List,
    Kind::Table,
];

/// One value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// Where its key begins in the text, and how long that is. An item of a list has none.
    pub(crate) key: (usize, usize),
    /// Where it begins in the text, and how long it is. Of a table and a list, which node is the
    /// first one in it, and how many there are.
    pub(crate) value: (usize, usize),
    /// Where the key begins in the file.
    pub(crate) key_start: usize,
    /// Where the value begins in the file.
    pub(crate) start: usize,
}

impl Node {
    /// An empty table.
    pub(crate) const NONE: Self = Self {
        kind: Kind::Table,
        key: (0, 0),
        value: (0, 0),
        key_start: 0,
        start: 0,
    };
}

/// All values of a file.
pub(crate) struct Outline {
    /// The file, and behind it each key and value that is not spelled as what it means.
    pub(crate) text: String,
    /// The first one is the whole file. What is in a table is in the order of the file.
    pub(crate) nodes: Vec<Node>,
}

impl Outline {
    pub(crate) fn parse(file: &str) -> Result<Self, Error> {
        let root = DeTable::parse(file)?;
        let mut outline = Self {
            text: file.to_owned(),
            nodes: vec![Node::NONE],
        };
        outline.fill_table(0, root.get_ref());
        Ok(outline)
    }

    fn fill_table(&mut self, parent: usize, table: &DeTable<'_>) {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let first = self.nodes.len();
        for (key, value) in &entries {
            let place = self.place(&key.span(), key.get_ref());
            self.add(place, key.span().start, value);
        }
        let values = entries.into_iter().map(|(_, value)| value);
        self.fill(parent, first, values);
    }

    /// Sets what is in a table or list whose nodes were added, and adds what is in those.
    fn fill<'v, 'i: 'v>(
        &mut self,
        parent: usize,
        first: usize,
        values: impl Iterator<Item = &'v Spanned<DeValue<'i>>>,
    ) {
        let length = self.nodes.len() - first;
        if let Some(parent) = self.nodes.get_mut(parent) {
            parent.value = (first, length);
        }
        for (index, value) in values.enumerate() {
            match value.get_ref() {
                DeValue::Table(table) => self.fill_table(first + index, table),
                DeValue::Array(items) => {
                    let of_items = self.nodes.len();
                    for item in items.iter() {
                        self.add((0, 0), item.span().start, item);
                    }
                    self.fill(first + index, of_items, items.iter());
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, key: (usize, usize), key_start: usize, value: &Spanned<DeValue<'_>>) {
        let span = value.span();
        let (kind, value) = match value.get_ref() {
            DeValue::String(text) => (Kind::Text, self.place(&span, text)),
            DeValue::Integer(integer) => {
                let number = u64::from_str_radix(integer.as_str(), integer.radix());
                let digits = number.map(|number| number.to_string());
                // What is out of bounds in its own radix is no number in ten digits either.
                let digits = digits.unwrap_or_else(|_| integer.as_str().to_owned());
                (Kind::Integer, self.place(&span, &digits))
            }
            DeValue::Float(_) => (Kind::Float, (0, 0)),
            DeValue::Boolean(boolean) => {
                let word = if *boolean { "true" } else { "false" };
                (Kind::Boolean, self.place(&span, word))
            }
            DeValue::Datetime(date) => (Kind::Date, self.place(&span, &date.to_string())),
            DeValue::Array(_) => (Kind::List, (0, 0)),
            DeValue::Table(_) => (Kind::Table, (0, 0)),
        };
        self.nodes.push(Node {
            kind,
            key,
            value,
            key_start,
            start: span.start,
        });
    }

    /// Finds what a key or value means at its place, with quotes around it or without, and else
    /// adds that behind the file.
    fn place(&mut self, span: &Range<usize>, meaning: &str) -> (usize, usize) {
        let inside = span.start + 1..span.end.saturating_sub(1);
        for range in [span.clone(), inside] {
            if self.text.get(range.clone()) == Some(meaning) {
                return (range.start, meaning.len());
            }
        }
        let start = self.text.len();
        self.text.push_str(meaning);
        (start, meaning.len())
    }
}
