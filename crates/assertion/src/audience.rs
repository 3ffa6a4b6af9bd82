use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Serialize, Serializer};

/// Whom the assertion is meant for, `aud` (RFC 7523 section 3, item 3).
///
/// One value is written as a string and several as an array. Most servers take
/// one value alone; RFC 10070 and FAPI 2.0 require it, as a string.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[doc(alias = "aud")]
pub enum Audience {
    /// One audience, written as a string.
    One(String),
    /// Several audiences, written as an array, even where it holds just one.
    Several(Vec<String>),
}

impl From<&str> for Audience {
    fn from(audience: &str) -> Self {
        Self::One(audience.to_owned())
    }
}

impl From<String> for Audience {
    fn from(audience: String) -> Self {
        Self::One(audience)
    }
}

impl From<Vec<String>> for Audience {
    fn from(audiences: Vec<String>) -> Self {
        Self::Several(audiences)
    }
}

impl Serialize for Audience {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(audience) => serializer.serialize_str(audience),
            Self::Several(audiences) => audiences.serialize(serializer),
        }
    }
}
