use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::{Error, JsonFault};

/// A JSON object in which no member name occurs twice, at any depth.
///
/// RFC 7515 section 4, RFC 7517 section 4 and RFC 7519 section 4 leave a reader
/// two ways with a repeated name: to refuse, or to take the last. Readers that
/// take different ones can be made to see different messages, so this refuses.
#[derive(Clone, PartialEq)]
pub struct JsonObject(Map<String, Value>);

impl JsonObject {
    /// Parses one object and nothing after it, in UTF-8.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedJson`] for anything else: another JSON value, a
    /// repeated member name, text after the object, more than 128 levels.
    pub fn parse(text: &[u8]) -> Result<Self, Error> {
        match serde_json::from_slice(text) {
            Ok(UniqueNames(Value::Object(members))) => Ok(Self(members)),
            Ok(UniqueNames(other)) => Err(Error::MalformedJson(JsonFault::of_value(&other))),
            Err(error) => Err(Error::MalformedJson(JsonFault::of_text(text, &error))),
        }
    }

    /// Takes a value that was parsed without repeated names.
    pub(crate) fn from_value(value: &Value) -> Option<Self> {
        value.as_object().cloned().map(Self)
    }

    /// The value of a member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The values, for wiping them.
    #[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.0.values_mut()
    }

    /// The members, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

/// Shows the member names alone: a value may be a secret.
impl fmt::Debug for JsonObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl<'de> Deserialize<'de> for JsonObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match UniqueNames::deserialize(deserializer)? {
            UniqueNames(Value::Object(members)) => Ok(Self(members)),
            UniqueNames(_) => Err(de::Error::custom("not a JSON object")),
        }
    }
}

/// What stands before the name in an error, and a quotation mark after it.
pub(crate) const BEFORE_NAME: &str = "member \"";

/// Whether a member's name is such as formats define: a few words of small letters. Encoded bytes
/// and passphrases have other characters too.
fn is_of_a_format(name: &str) -> bool {
    const LONGEST: usize = 32;
    let is_small = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    name.len() <= LONGEST && name.bytes().all(is_small)
}

/// A JSON value without repeated member names.
pub(crate) struct UniqueNames(Value);

impl<'de> Deserialize<'de> for UniqueNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueNamesVisitor).map(Self)
    }
}

struct UniqueNamesVisitor;

impl<'de> Visitor<'de> for UniqueNamesVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(UniqueNames(element)) = access.next_element()? {
            elements.push(element);
        }
        Ok(Value::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            // `JsonFault` reads the name from the error, which may be a secret in the place of one.
            if members.contains_key(&name) {
                return Err(match is_of_a_format(&name) {
                    true => de::Error::custom(format_args!("{BEFORE_NAME}{name}\" occurs twice")),
                    false => de::Error::custom("a member occurs twice"),
                });
            }
            let UniqueNames(value) = access.next_value()?;
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}
