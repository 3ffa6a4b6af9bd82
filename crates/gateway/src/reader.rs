//! Reads the TOML tables of a gateway file, knowing line and full key of every value.
//!
//! The types of this crate read themselves with it rather than through serde: only so can an
//! error name the full key and list what is allowed in the format's own words.

use toml::Spanned;
use toml::de::DeTable;

use crate::{Error, Problem};

mod place;
mod table;
mod value;

pub(crate) use table::Table;
pub(crate) use value::Value;

/// A gateway file, taken apart, and the name that errors give it.
pub(crate) struct Document<'f> {
    file: &'f str,
    text: &'f str,
    root: Spanned<DeTable<'f>>,
}

impl<'f> Document<'f> {
    pub(crate) fn parse(text: &'f str, file: &'f str) -> Result<Self, Error> {
        match DeTable::parse(text) {
            Ok(root) => Ok(Self { file, text, root }),
            Err(error) => {
                let start = error.span().map_or(0, |span| span.start);
                let problem = Problem::Syntax(error.message().to_owned());
                Err(malformed(file, text, start, None, problem))
            }
        }
    }

    /// The table of the whole file.
    pub(crate) fn root(&self, allowed: &[&str]) -> Result<Table<'_>, Error> {
        Table::new(self, 0, self.root.get_ref()).with_keys(allowed)
    }

    fn error(&self, start: usize, key: String, problem: Problem) -> Error {
        malformed(self.file, self.text, start, Some(key), problem)
    }
}

fn malformed(file: &str, text: &str, start: usize, key: Option<String>, problem: Problem) -> Error {
    let before = text.as_bytes().iter().take(start);
    Error::Malformed {
        file: file.to_owned(),
        line: before.filter(|byte| **byte == b'\n').count() + 1,
        key,
        problem: Box::new(problem),
    }
}

fn owned<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    names.map(str::to_owned).collect()
}
