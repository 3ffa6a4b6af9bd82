use std::sync::Arc;

use serde_json::Value;

use super::Rulebook;
use crate::assertion::UnverifiedAssertion;
use crate::client::Client;
use crate::clock::Instant;
use crate::expiring_set::ExpiringSet;
use crate::form::{Form, Parameter};
use crate::registered_keys::RegisteredKeys;

/// All that the rules may look at: one token request, and what the gateway knows about it.
pub(crate) struct Case<'a> {
    pub(crate) rulebook: &'a Rulebook,
    /// The value of the one `Content-Type` header.
    pub(crate) content_type: Option<&'a str>,
    pub(crate) form: &'a Form,
    pub(crate) assertion: Option<UnverifiedAssertion<'a>>,
    /// The URL that the client called, with its query, as far as the request tells.
    pub(crate) called_url: Option<&'a str>,
    pub(crate) now: Instant,
    /// The registered client that the assertion names.
    pub(crate) client: Option<&'a Client>,
    pub(crate) spent_jwt_ids: &'a ExpiringSet,
    pub(crate) keys: KeyLookup,
    /// Whether a fault on demand has this request be one too many.
    pub(crate) is_rate_limited: bool,
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
    Found {
        keys: Arc<RegisteredKeys>,
        /// They were fetched for an earlier request.
        are_cached: bool,
    },
}

impl<'a> Case<'a> {
    pub(crate) fn parameter(&self, name: &str) -> Parameter<'a> {
        self.form.parameter(name)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&Value> {
        self.assertion.as_ref()?.header(name)
    }

    pub(crate) fn header_text(&self, name: &str) -> Option<&str> {
        self.header(name)?.as_str()
    }

    pub(crate) fn claim(&self, name: &str) -> Option<&Value> {
        self.assertion.as_ref()?.claim(name)
    }

    /// The value of a claim that is a text with something in it.
    pub(crate) fn claim_text(&self, name: &str) -> Option<&str> {
        self.claim(name)?.as_str().filter(|text| !text.is_empty())
    }

    /// What a spent JWT ID is remembered under: it need be unique for its client only.
    ///
    /// Nothing comes of an assertion that has none.
    pub(crate) fn jwt_id_key(&self) -> Option<(Option<String>, String)> {
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let jwt_id = self.claim("jti").map(text)?;
        let client = self.claim(self.rulebook.client_claim()).map(text);
        Some((client, jwt_id))
    }
}
