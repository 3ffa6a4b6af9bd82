//! The one format of every file here: a flat JSON object with a seal.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use zeroize::Zeroizing;

use crate::field_hash::FieldHash;

/// A member's value: nothing here needs more than texts and counts.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Scalar<'a> {
    Text(Cow<'a, str>),
    Number(u64),
}

impl<'a> From<&'a str> for Scalar<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<u64> for Scalar<'_> {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

/// Members under a seal: a hash over all of them and over what they are for.
///
/// The seal finds damage, and a file under the name of another. It is no proof
/// of origin: whoever can write here is this user, which is what the checks of
/// the directory are for.
pub(crate) struct SealedObject<'a> {
    members: BTreeMap<Cow<'a, str>, Scalar<'a>>,
}

const SEAL: &str = "seal";
const VERSION: (&str, u64) = ("version", 1);

impl<'a> SealedObject<'a> {
    pub(crate) fn new() -> Self {
        Self {
            members: BTreeMap::from([(VERSION.0.into(), VERSION.1.into())]),
        }
    }

    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<Scalar<'a>>) {
        self.members.insert(name.into(), value.into());
    }

    pub(crate) fn set_some(&mut self, name: &'static str, value: Option<impl Into<Scalar<'a>>>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    /// Reads what [`SealedObject::write`] has written for the same purpose.
    pub(crate) fn parse(purpose: &str, bytes: &'a [u8]) -> Option<Self> {
        let mut object: Self = serde_json::from_slice(bytes).ok()?;
        let seal = object.text(SEAL)?;
        let version = object.number(VERSION.0)?;
        if seal != object.seal(purpose) || version != VERSION.1 {
            return None;
        }
        Some(object)
    }

    /// Writes JSON into one buffer that never moves, so that one wipe is enough.
    pub(crate) fn write(&self, purpose: &str) -> Zeroizing<Vec<u8>> {
        let seal = self.seal(purpose);
        let seal = Scalar::Text(Cow::Owned(seal));
        let all = || {
            let members = self.members.iter().map(|(name, value)| (&**name, value));
            members.chain([(SEAL, &seal)])
        };
        // An escaped character is six bytes long at most.
        let size = |text: &str| text.len().saturating_mul(6).saturating_add(8);
        let capacity = all().fold(2_usize, |sum, (name, value)| {
            let value = match value {
                Scalar::Text(text) => size(text),
                Scalar::Number(_) => size(""),
            };
            // Twenty digits are the longest number.
            sum.saturating_add(size(name)).saturating_add(value + 20)
        });
        let mut json = Zeroizing::new(Vec::with_capacity(capacity));
        for (index, (name, value)) in all().enumerate() {
            json.push(if index == 0 { b'{' } else { b',' });
            push(&mut json, name);
            json.push(b':');
            match value {
                Scalar::Text(text) => push(&mut json, text),
                Scalar::Number(number) => json.extend_from_slice(number.to_string().as_bytes()),
            }
        }
        json.extend_from_slice(b"}\n");
        json
    }

    /// Takes a text out.
    pub(crate) fn text(&mut self, name: &str) -> Option<Cow<'a, str>> {
        match self.members.remove(name)? {
            Scalar::Text(text) => Some(text),
            Scalar::Number(_) => None,
        }
    }

    pub(crate) fn string(&mut self, name: &str) -> Option<String> {
        self.text(name).map(Cow::into_owned)
    }

    /// Takes out a text that stands in the file as it is: no copy was made of it.
    pub(crate) fn secret(&mut self, name: &str) -> Option<&'a str> {
        match self.text(name)? {
            Cow::Borrowed(text) => Some(text),
            Cow::Owned(_) => None,
        }
    }

    /// Reads a number.
    pub(crate) fn number(&mut self, name: &str) -> Option<u64> {
        match self.members.get(name)? {
            Scalar::Number(number) => Some(*number),
            Scalar::Text(_) => None,
        }
    }

    fn seal(&self, purpose: &str) -> String {
        let mut hash = FieldHash::new("tokenring token-cache file 1");
        hash.text(purpose);
        for (name, value) in &self.members {
            hash.text(name);
            match value {
                Scalar::Text(text) => {
                    hash.text("text");
                    hash.text(text);
                }
                Scalar::Number(number) => {
                    hash.text("number");
                    hash.text(&number.to_string());
                }
            }
        }
        hash.finish()
    }
}

/// Appends a JSON string.
fn push(json: &mut Vec<u8>, text: &str) {
    // Writing a string to memory has no way to fail; if it had, the seal would
    // not fit what is there.
    let _ = serde_json::to_writer(json, text);
}

impl<'de> Deserialize<'de> for SealedObject<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = SealedObject<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a flat JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut members = BTreeMap::new();
        while let Some(Scalar::Text(name)) = access.next_key()? {
            if members.insert(name, access.next_value()?).is_some() {
                return Err(A::Error::custom("a member name occurs twice"));
            }
        }
        Ok(SealedObject { members })
    }
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a count")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(text.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(text.into())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(number.into())
    }
}
