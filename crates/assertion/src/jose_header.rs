use alloc::string::String;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;
use tokenring_jwk::{Algorithm, KeyId};

use crate::Error;
use crate::named_values::NamedValues;

/// What the caller decides of a JOSE header (RFC 7515 section 4).
///
/// `alg` is not among it: that comes from the signer, so that header and key
/// cannot disagree. Nor are `crit` and `b64`, which would change what is signed.
#[derive(Clone, Debug, PartialEq)]
pub struct JoseHeader {
    token_type: Option<String>,
    with_key_id: bool,
    parameters: NamedValues,
}

/// Names that have a place of their own, or none in a client assertion.
const RESERVED: &[&str] = &["alg", "typ", "kid", "crit", "b64"];

impl JoseHeader {
    /// The header of most gateways: `typ` is `JWT`, and `kid` is there.
    #[must_use]
    pub fn new() -> Self {
        Self {
            token_type: Some("JWT".into()),
            with_key_id: true,
            parameters: NamedValues::default(),
        }
    }

    /// States the type, `typ`. Defaults to `JWT`.
    ///
    /// NHS England and PCA require `JWT`; RFC 10070 servers know
    /// `client-authentication+jwt`.
    #[must_use]
    #[doc(alias = "typ")]
    pub fn with_token_type(mut self, token_type: impl Into<String>) -> Self {
        self.token_type = Some(token_type.into());
        self
    }

    /// Leaves `typ` out. Defaults to `JWT`.
    #[must_use]
    pub fn without_token_type(mut self) -> Self {
        self.token_type = None;
        self
    }

    /// The type, `typ`, if there is one.
    #[must_use]
    #[doc(alias = "typ")]
    pub fn token_type(&self) -> Option<&str> {
        self.token_type.as_deref()
    }

    /// Leaves `kid` out, whatever the signer states. Defaults to there.
    #[must_use]
    #[doc(alias = "kid")]
    pub const fn without_key_id(mut self) -> Self {
        self.with_key_id = false;
        self
    }

    /// Adds a header parameter, such as `x5t#S256`. Defaults to none.
    ///
    /// # Errors
    ///
    /// [`Error::ReservedHeaderParameter`] for a name that has a place of its own
    /// and [`Error::RepeatedName`] for one that is there already.
    pub fn with_parameter(
        mut self,
        name: impl Into<String>,
        value: impl Into<Value>,
    ) -> Result<Self, Error> {
        let name = name.into();
        if RESERVED.contains(&name.as_str()) {
            return Err(Error::ReservedHeaderParameter(name));
        }
        self.parameters.add(name, value.into())?;
        Ok(self)
    }

    /// The header as it is written for this algorithm and key identifier.
    pub(crate) const fn written<'a>(
        &'a self,
        algorithm: Algorithm,
        key_id: Option<&'a KeyId>,
    ) -> Written<'a> {
        Written {
            header: self,
            algorithm,
            key_id: if self.with_key_id { key_id } else { None },
        }
    }
}

impl Default for JoseHeader {
    fn default() -> Self {
        Self::new()
    }
}

pub(crate) struct Written<'a> {
    header: &'a JoseHeader,
    algorithm: Algorithm,
    key_id: Option<&'a KeyId>,
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("alg", self.algorithm.name())?;
        if let Some(key_id) = self.key_id {
            map.serialize_entry("kid", key_id.as_str())?;
        }
        if let Some(token_type) = &self.header.token_type {
            map.serialize_entry("typ", token_type)?;
        }
        self.header.parameters.serialize_into(&mut map)?;
        map.end()
    }
}
