use std::sync::Arc;

use serde_json::Value;
use tokenring_jwk::JwkSet;

use crate::assertion::UnverifiedAssertion;
use crate::client::Client;
use crate::clock::Instant;
use crate::expiring_set::ExpiringSet;
use crate::form::{Form, Parameter};

/// All that the rules may look at: one token request, and what the gateway knows about it.
pub(crate) struct Case<'a> {
    /// The value of the one `Content-Type` header.
    pub(crate) content_type: Option<&'a str>,
    pub(crate) form: &'a Form,
    pub(crate) assertion: Option<UnverifiedAssertion<'a>>,
    /// The URL that the client called, with its query, as far as the request tells.
    pub(crate) called_url: Option<&'a str>,
    pub(crate) now: Instant,
    /// The registered client that the subject names.
    pub(crate) client: Option<&'a Client>,
    pub(crate) spent_jwt_ids: &'a ExpiringSet,
    pub(crate) keys: KeyLookup,
}

/// What came of looking for a client's public keys.
#[derive(Debug)]
pub(crate) enum KeyLookup {
    /// Nobody has looked yet.
    Pending,
    Unregistered,
    Unreachable,
    /// Something answered, with something else than a JWK Set.
    Unreadable,
    Found(Arc<JwkSet>),
}

impl<'a> Case<'a> {
    pub(crate) fn parameter(&self, name: &str) -> Parameter<'a> {
        self.form.parameter(name)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&Value> {
        self.assertion.as_ref()?.header(name)
    }

    pub(crate) fn claim(&self, name: &str) -> Option<&Value> {
        self.assertion.as_ref()?.claim(name)
    }

    /// What a spent JWT ID is remembered under: it need be unique for its subject only.
    pub(crate) fn jwt_id_key(&self) -> (Option<String>, Option<String>) {
        let text = |name| match self.claim(name) {
            Some(Value::String(text)) => Some(text.clone()),
            other => other.map(Value::to_string),
        };
        (text("sub"), text("jti"))
    }
}
