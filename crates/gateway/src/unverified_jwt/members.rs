use core::fmt;
use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;
use serde_json::error::Category;
use tokenring_jwk::JsonObject;

use super::PartError;
use super::written_numbers::written_numbers;

/// The members of a JOSE header or of claims, in the order in which they were written.
///
/// Of a name that occurs twice the last value stands for both, as most readers have it.
#[derive(Clone, PartialEq)]
pub struct Members {
    all: Vec<(String, Value)>,
    /// The texts of numbers, where some of them would be written otherwise.
    written: Vec<(String, String)>,
}

impl Members {
    /// Parses one object; also tells which names are repeated, where none stands for one that is
    /// in a member's value.
    pub(super) fn parse(json: &[u8]) -> Result<(Self, Vec<Option<String>>), PartError> {
        let Repeatable(mut members) = serde_json::from_slice(json).map_err(|error| {
            match error.classify() {
                Category::Eof => PartError::Unfinished,
                // The only data that the visitor below refuses is another value than an object.
                Category::Data => other_than_object(json),
                Category::Syntax | Category::Io => PartError::NotJson {
                    line: error.line(),
                    column: error.column(),
                },
            }
        })?;
        let mut seen = BTreeSet::new();
        let mut repeated = BTreeSet::new();
        // From the end, so that the last value of a name is the one that stays.
        members.reverse();
        members.retain(|(name, _)| {
            let is_new = seen.insert(name.clone());
            if !is_new {
                repeated.insert(name.clone());
            }
            is_new
        });
        members.reverse();
        let mut repeated: Vec<Option<String>> = repeated.into_iter().map(Some).collect();
        if repeated.is_empty() && JsonObject::parse(json).is_err() {
            repeated.push(None);
        }
        // Only numbers with a fraction, with an exponent or beyond 64 bits lose their text.
        let written = match members.iter().any(|(_, value)| has_float(value)) {
            true => written_numbers(json),
            false => Vec::new(),
        };
        let all = members;
        Ok((Self { all, written }, repeated))
    }

    /// A member that is a number, as it is written: a value holds no more digits than others
    /// calculate with, and has lost the form.
    #[must_use]
    pub fn written_number(&self, name: &str) -> Option<Cow<'_, str>> {
        let Value::Number(number) = self.get(name)? else {
            return None;
        };
        let mut written = self.written.iter().rev();
        let written = written.find(|(other, _)| other == name);
        Some(match written {
            Some((_, text)) => Cow::Borrowed(text.as_str()),
            None => Cow::Owned(number.to_string()),
        })
    }

    /// A member as JSON, in which numbers stand as they are written.
    #[must_use]
    pub fn written(&self, name: &str) -> Option<Cow<'_, str>> {
        let value = self.get(name)?;
        let mut written = self.written.iter().rev();
        let written = written.find(|(other, _)| other == name);
        Some(match written.filter(|_| has_float(value)) {
            Some((_, text)) => Cow::Borrowed(text.as_str()),
            None => Cow::Owned(value.to_string()),
        })
    }

    /// The value of a member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        let mut members = self.all.iter();
        members
            .find(|(other, _)| other == name)
            .map(|(_, value)| value)
    }

    /// The value of a member that is a string, and not an empty one.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        let text = self.get(name).and_then(Value::as_str);
        text.filter(|text| !text.is_empty())
    }

    /// Every member, in the order of the JWT.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        let members = self.all.iter();
        members.map(|(name, value)| (name.as_str(), value))
    }
}

/// Shows the names alone: an assertion's values are a server's to see.
impl fmt::Debug for Members {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.all.iter().map(|(name, _)| name);
        formatter.debug_set().entries(names).finish()
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.all.len()))?;
        for (name, value) in self.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

fn has_float(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(has_float),
        Value::Object(members) => members.values().any(has_float),
        value => value.is_f64(),
    }
}

fn other_than_object(json: &[u8]) -> PartError {
    let found = match serde_json::from_slice(json) {
        Ok(Value::Null) => "null",
        Ok(Value::Bool(_)) => "true or false",
        Ok(Value::Number(_)) => "a number",
        Ok(Value::String(_)) => "a string",
        Ok(Value::Array(_)) => "a list",
        Ok(Value::Object(_)) | Err(_) => "something else",
    };
    PartError::NotObject { found }
}

/// The members of an object, repeated ones included.
struct Repeatable(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Repeatable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RepeatableVisitor)
    }
}

struct RepeatableVisitor;

impl<'de> Visitor<'de> for RepeatableVisitor {
    type Value = Repeatable;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Repeatable, A::Error> {
        let mut members = Vec::new();
        while let Some(name) = access.next_key()? {
            members.push((name, access.next_value()?));
        }
        Ok(Repeatable(members))
    }
}
