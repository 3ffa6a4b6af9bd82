use alloc::borrow::ToOwned;
use alloc::string::{String, ToString as _};
use core::fmt;

use serde_json::Value;
use serde_json::error::Category;

use crate::json_object::{BEFORE_NAME, UniqueNames};

/// Why a text is not one JSON object with unique member names, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonFault {
    /// The text is empty.
    Empty,
    /// The text begins with a byte order mark (RFC 8259 section 8.1).
    ByteOrderMark,
    /// The text is in UTF-16.
    Utf16,
    /// The text is not UTF-8.
    NotUtf8(JsonPosition),
    /// The text is a web page, or other markup.
    Markup,
    /// The text is PEM.
    Pem,
    /// The text is JSON of another type.
    NotAnObject(JsonType),
    /// The text is a JSON text that holds JSON.
    JsonInText,
    /// The text ends in the middle of the JSON.
    Truncated,
    /// A comma has nothing after it.
    TrailingComma(JsonPosition),
    /// A comment.
    Comment(JsonPosition),
    /// A name or a text begins with a single quotation mark.
    SingleQuote(JsonPosition),
    /// More text after the JSON value.
    TextAfter(JsonPosition),
    /// A member name occurs twice in one object.
    RepeatedName {
        /// The name, where it cannot be a secret that stands in a name's place.
        name: Option<String>,
        /// Where it occurs again.
        position: JsonPosition,
    },
    /// A number is beyond what a double-precision number can hold (RFC 8259 section 6).
    NumberTooLarge(JsonPosition),
    /// Values are nested too deep.
    TooDeep,
    /// Anything else that JSON does not have.
    Syntax(JsonPosition),
}

/// A place in a text, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JsonPosition {
    /// The line.
    pub line: usize,
    /// The byte in the line.
    pub column: usize,
}

/// The types of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JsonType {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A text.
    Text,
    /// A list.
    Array,
    /// An object.
    Object,
}

impl JsonType {
    /// The type of a value.
    #[must_use]
    pub const fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::Text,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        }
    }
}

impl JsonFault {
    /// What to do about it, where the text is a file of one's own.
    #[must_use]
    pub const fn advice(&self) -> Option<&'static str> {
        Some(match self {
            Self::ByteOrderMark => "save it as UTF-8 without one",
            Self::Utf16 | Self::NotUtf8(_) => "save it as UTF-8",
            Self::JsonInText => "remove the quotes around it and the backslashes in it",
            Self::Truncated => "use the whole file",
            Self::TrailingComma(_) | Self::Comment(_) | Self::TextAfter(_) => "remove it",
            Self::SingleQuote(_) => "write double ones",
            Self::RepeatedName { .. } => "keep one",
            Self::Empty
            | Self::Markup
            | Self::Pem
            | Self::NotAnObject(_)
            | Self::NumberTooLarge(_)
            | Self::TooDeep
            | Self::Syntax(_) => {
                return None;
            }
        })
    }

    /// Why a value, which was read without a fault, is no object.
    pub(crate) fn of_value(value: &Value) -> Self {
        let holds_object = |text: &str| text.trim_start().starts_with('{');
        match value {
            Value::String(text) if holds_object(text) => Self::JsonInText,
            value => Self::NotAnObject(JsonType::of(value)),
        }
    }

    /// Why a text could not be read.
    pub(crate) fn of_text(text: &[u8], error: &serde_json::Error) -> Self {
        const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
        let trimmed = text.trim_ascii();
        if trimmed.is_empty() {
            return Self::Empty;
        }
        if text.starts_with(BYTE_ORDER_MARK) {
            return Self::ByteOrderMark;
        }
        if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
            return Self::Utf16;
        }
        if let Err(error) = core::str::from_utf8(text) {
            return Self::NotUtf8(JsonPosition::at(text, error.valid_up_to()));
        }
        if trimmed.starts_with(b"<") {
            return Self::Markup;
        }
        if trimmed.starts_with(b"-----BEGIN ") {
            return Self::Pem;
        }
        let mut values = serde_json::Deserializer::from_slice(text).into_iter::<UniqueNames>();
        if let Some(Ok(_)) = values.next() {
            let end = values.byte_offset();
            let rest = text.get(end..).unwrap_or_default();
            let start = text.len() - rest.trim_ascii_start().len();
            let position = JsonPosition::at(text, start);
            return match text.get(start) {
                Some(b'/' | b'#') => Self::Comment(position),
                _ => Self::TextAfter(position),
            };
        }
        let position = JsonPosition {
            line: error.line(),
            column: error.column().max(1),
        };
        match error.classify() {
            Category::Eof => return Self::Truncated,
            Category::Data => {
                let words = error.to_string();
                let name = words.strip_prefix(BEFORE_NAME);
                let name = name.and_then(|rest| rest.split('"').next());
                let name = name.map(ToOwned::to_owned);
                return Self::RepeatedName { name, position };
            }
            Category::Syntax | Category::Io => {}
        }
        if error.to_string().starts_with("recursion limit") {
            return Self::TooDeep;
        }
        if error.to_string().starts_with("number out of range") {
            return Self::NumberTooLarge(position);
        }
        let offset = position.offset_in(text);
        let before = text.get(..offset).unwrap_or_default().trim_ascii_end();
        match text.get(offset) {
            Some(b'/' | b'#') => Self::Comment(position),
            Some(b'\'') => Self::SingleQuote(position),
            Some(b']' | b'}') if before.ends_with(b",") => {
                Self::TrailingComma(JsonPosition::at(text, before.len() - 1))
            }
            _ => Self::Syntax(position),
        }
    }
}

impl JsonPosition {
    /// A place.
    #[must_use]
    pub const fn new(line: usize, column: usize) -> Self {
        Self { line, column }
    }

    /// The place of a byte.
    fn at(text: &[u8], offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or_default();
        let lines = before.split(|byte| *byte == b'\n');
        let last = lines.clone().next_back().unwrap_or_default();
        Self {
            line: lines.count(),
            column: last.len() + 1,
        }
    }

    /// The offset of the byte at this place.
    fn offset_in(self, text: &[u8]) -> usize {
        let lines = text.split_inclusive(|byte| *byte == b'\n');
        let before = lines.take(self.line.saturating_sub(1)).map(<[u8]>::len);
        before.sum::<usize>() + self.column.saturating_sub(1)
    }
}

/// As in "line 3, column 7".
impl fmt::Display for JsonPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// With its article, as in "a number".
impl fmt::Display for JsonType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Array => "an array",
            Self::Object => "an object",
        })
    }
}

impl fmt::Display for JsonFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("empty, where a JSON object is expected"),
            Self::ByteOrderMark => f.write_str("begins with a byte order mark"),
            Self::Utf16 => f.write_str("text in UTF-16"),
            Self::NotUtf8(position) => write!(f, "{position}: not UTF-8"),
            Self::Markup => f.write_str("a web page or XML, where a JSON object is expected"),
            Self::Pem => f.write_str("PEM, where a JSON object is expected"),
            Self::NotAnObject(found) => write!(f, "{found}, where a JSON object is expected"),
            Self::JsonInText => f.write_str("JSON inside a JSON text"),
            Self::Truncated => f.write_str("the JSON is cut off"),
            Self::TrailingComma(position) => {
                write!(f, "{position}: a comma with nothing after it")
            }
            Self::Comment(position) => {
                write!(f, "{position}: a comment, which JSON does not have")
            }
            Self::SingleQuote(position) => {
                write!(
                    f,
                    "{position}: a single quotation mark, which JSON does not have"
                )
            }
            Self::TextAfter(position) => {
                write!(f, "{position}: more text after the JSON")
            }
            Self::RepeatedName { name, position } => match name {
                Some(name) => write!(f, "{position}: the member {name:?} occurs twice"),
                None => write!(f, "{position}: a member occurs twice"),
            },
            Self::NumberTooLarge(position) => {
                write!(f, "{position}: a number that is too large to be read")
            }
            Self::TooDeep => f.write_str("the JSON is nested too deep"),
            Self::Syntax(position) => write!(f, "{position}: not valid JSON"),
        }
    }
}
