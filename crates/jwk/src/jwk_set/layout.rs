//! How a JWK Set is written, so that what is added looks like what is there.

use alloc::string::String;
use core::ops::Range;

use serde::Serialize;

use crate::{Error, Jwk};

/// The white space that one entry of a set is written with.
pub(super) enum Layout {
    /// On one line, with this after a colon and a comma.
    OneLine {
        after_colon: &'static str,
        after_comma: &'static str,
    },
    /// A member a line.
    Lines {
        line_end: &'static str,
        outer_indent: String,
        inner_indent: String,
        after_colon: &'static str,
    },
}

impl Layout {
    /// The layout of an entry that is there.
    pub(super) fn of_entry(entry: &str) -> Self {
        let after_colon = if entry.contains("\":\"") { "" } else { " " };
        let indent = |line: &str| -> String {
            let end = line.find(|character: char| !character.is_ascii_whitespace());
            line.get(..end.unwrap_or(line.len()))
                .unwrap_or_default()
                .into()
        };
        match (entry.split_once('\n'), entry.rsplit_once('\n')) {
            (Some((first, inner)), Some((_, outer))) => Self::Lines {
                line_end: line_end(first),
                outer_indent: indent(outer),
                inner_indent: indent(inner),
                after_colon,
            },
            _ => Self::OneLine {
                after_colon,
                after_comma: if entry.contains("\", \"") { " " } else { "" },
            },
        }
    }

    /// The layout that fits around an empty array, given the text in front of it.
    pub(super) fn around_empty(before: &str) -> Self {
        let Some((first, last_line)) = before.rsplit_once('\n') else {
            let spaced = before.ends_with(": ");
            return Self::OneLine {
                after_colon: if spaced { " " } else { "" },
                after_comma: if spaced { " " } else { "" },
            };
        };
        let end = last_line.find(|character: char| !character.is_ascii_whitespace());
        let unit = last_line.get(..end.unwrap_or_default()).unwrap_or_default();
        Self::Lines {
            line_end: line_end(first),
            outer_indent: unit.repeat(2),
            inner_indent: unit.repeat(3),
            after_colon: if before.ends_with(':') { "" } else { " " },
        }
    }

    /// Writes an entry.
    pub(super) fn write(&self, jwk: &Jwk) -> Result<String, Error> {
        // The members of a public JWK are texts, each on a line of its own here.
        let pretty = to_pretty(jwk)?;
        let mut output = String::new();
        let mut lines = pretty.lines().peekable();
        while let Some(line) = lines.next() {
            let member = line.trim_start();
            let (line_end, indent, after_colon): (&str, &str, &str) = match self {
                Self::OneLine {
                    after_colon,
                    after_comma,
                } => {
                    let has_comma = member.ends_with(',');
                    (if has_comma { after_comma } else { "" }, "", after_colon)
                }
                Self::Lines {
                    line_end,
                    outer_indent,
                    inner_indent,
                    after_colon,
                } => {
                    let indent = match member {
                        "{" => "",
                        "}" => outer_indent,
                        _ => inner_indent,
                    };
                    let is_last = lines.peek().is_none();
                    (if is_last { "" } else { line_end }, indent, after_colon)
                }
            };
            output.push_str(indent);
            match member.split_once("\": ") {
                Some((name, value)) => {
                    for part in [name, "\":", after_colon, value] {
                        output.push_str(part);
                    }
                }
                None => output.push_str(member),
            }
            output.push_str(line_end);
        }
        Ok(output)
    }

    /// Writes an array around its first entry.
    pub(super) fn write_array(&self, entry: &str) -> String {
        let mut output = String::from("[");
        match self {
            Self::OneLine { .. } => output.push_str(entry),
            Self::Lines {
                line_end,
                outer_indent,
                ..
            } => {
                // The array's own line is indented half as far as an entry's.
                let half = outer_indent.get(..outer_indent.len() / 2);
                for part in [
                    *line_end,
                    outer_indent,
                    entry,
                    line_end,
                    half.unwrap_or_default(),
                ] {
                    output.push_str(part);
                }
            }
        }
        output.push(']');
        output
    }

    /// What stands between two entries of the array, of which there is one.
    pub(super) fn separator(
        &self,
        text: &str,
        array: &Range<usize>,
        entries: &[Range<usize>],
    ) -> String {
        if let [.., before, last] = entries {
            let between = text.get(before.end..last.start);
            return between.unwrap_or(",").into();
        }
        let first = entries.first().map_or(array.end, |entry| entry.start);
        let space = text.get(array.start + 1..first).unwrap_or_default();
        let space = match self {
            Self::OneLine { after_comma, .. } if space.is_empty() => after_comma,
            _ => space,
        };
        [",", space].concat()
    }
}

fn line_end(line: &str) -> &'static str {
    if line.ends_with('\r') { "\r\n" } else { "\n" }
}

pub(super) fn to_pretty(value: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string_pretty(value).map_err(|_| Error::MalformedKey)
}
