use alloc::string::String;
use core::fmt;

use serde_json::Value;

use crate::{JsonObject, JsonType};

/// Why a JSON object is not a JWK Set, which has its keys in an array `keys`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JwkSetFault {
    /// There is no member `keys`.
    NoKeys,
    /// The object is a single JWK.
    SingleJwk,
    /// `keys` is below this member.
    Nested(String),
    /// This member is there in place of `keys`.
    Misnamed(String),
    /// `keys` is of this type.
    NotAnArray(JsonType),
    /// An item of `keys`.
    NotAKey {
        /// Its position, from 0.
        position: usize,
        /// Its type.
        found: JsonType,
    },
}

impl JwkSetFault {
    /// Why there is no array `keys`.
    pub(super) fn of(members: &JsonObject) -> Self {
        if let Some(keys) = members.get("keys") {
            return Self::NotAnArray(JsonType::of(keys));
        }
        if members.get("kty").is_some() {
            return Self::SingleJwk;
        }
        let is_list = |(_, value): &(&str, &Value)| value.is_array();
        let mut lists = members.iter().filter(is_list);
        if let Some((name, _)) = lists.find(|(name, _)| name.trim().eq_ignore_ascii_case("keys")) {
            return Self::Misnamed(shortened(name));
        }
        let holds_keys = |(_, value): &(&str, &Value)| value.get("keys").is_some();
        match members.iter().find(holds_keys) {
            Some((name, _)) => Self::Nested(shortened(name)),
            None => Self::NoKeys,
        }
    }
}

/// A longer name says no more.
fn shortened(name: &str) -> String {
    const LONGEST: usize = 64;
    name.chars().take(LONGEST).collect()
}

impl fmt::Display for JwkSetFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKeys => f.write_str("the JSON object has no member \"keys\""),
            Self::SingleJwk => {
                f.write_str("a single JWK; put it into a JWK Set: {\"keys\": [ ... ]}")
            }
            Self::Nested(name) => write!(
                f,
                "\"keys\" is below the member {name:?}; put it at the top level"
            ),
            Self::Misnamed(name) => {
                write!(f, "the member {name:?} is in place of \"keys\"; rename it")
            }
            Self::NotAnArray(found) => write!(f, "\"keys\" is {found}; an array is expected"),
            Self::NotAKey { position, found } => {
                write!(f, "key {} is {found}; an object is expected", position + 1)
            }
        }
    }
}
