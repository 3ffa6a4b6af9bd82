use serde_json::Value;

use super::{invalid, kind, member};
use crate::{Error, JsonObject, MemberFlaw};

/// What a public key says that it is used for in `key_ops` (RFC 7517 section 4.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "key_ops")]
pub enum KeyOperations {
    /// To verify signatures, or nothing is said.
    #[default]
    Verify,
    /// To sign and not to verify, which is left over from the private half, as Nimbus writes it.
    /// Some servers then skip the key.
    Sign,
    /// Something else alone, such as `encrypt`.
    Other,
}

impl KeyOperations {
    /// An empty list says nothing.
    pub(super) fn of(members: &JsonObject) -> Result<Self, Error> {
        let names = match member(members, "key_ops") {
            None => return Ok(Self::Verify),
            Some(Value::Array(names)) => names,
            Some(other) => return Err(invalid("key_ops", MemberFlaw::NotList(kind(other)))),
        };
        Ok(if names.iter().any(|name| name == "verify") {
            Self::Verify
        } else if names.iter().any(|name| name == "sign") {
            Self::Sign
        } else {
            Self::Other
        })
    }
}
