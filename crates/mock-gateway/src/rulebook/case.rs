use std::sync::Arc;

use hyper::header::CONTENT_TYPE;
use hyper::http::request::Parts;
use serde_json::Value;
use tokenring_gateway::{ClientAuthentication, ClientSource, JwtIdForm};

use super::Rulebook;
use crate::assertion::UnverifiedAssertion;
use crate::client::Client;
use crate::clients::Clients;
use crate::clock::Instant;
use crate::dpop::{Dpop, Problem, Proof};
use crate::expiring_set::ExpiringSet;
use crate::form::{Form, Parameter};
use crate::header::only_value;
use crate::registered_keys::RegisteredKeys;
use crate::state::State;

/// All that the rules may look at: one token request, and what the gateway knows about it.
pub(crate) struct Case<'a> {
    pub(crate) rulebook: &'a Rulebook,
    pub(crate) head: &'a Parts,
    /// The value of the one `Content-Type` header.
    pub(crate) content_type: Option<&'a str>,
    pub(crate) form: &'a Form,
    pub(crate) assertion: Option<UnverifiedAssertion<'a>>,
    /// The form parameter that the assertion is in.
    pub(crate) assertion_parameter: &'static str,
    /// The same request by the client assertion that goes with a grant, where one has to.
    pub(crate) authentication: Option<Box<Self>>,
    /// The URL that the client called, with its query, as far as the request tells.
    pub(crate) called_url: Option<&'a str>,
    pub(crate) now: Instant,
    /// The registered client that the gateway takes the request for.
    pub(crate) client: Option<&'a Client>,
    /// The registered client that the form's `client_id` names.
    pub(crate) client_in_form: Option<&'a Client>,
    pub(crate) spent_jwt_ids: &'a ExpiringSet,
    pub(crate) dpop: &'a Dpop,
    /// The DPoP proof of the request, if it has one.
    pub(crate) proof: Option<Result<Proof, Problem>>,
    pub(crate) keys: KeyLookup,
    /// Whether a fault on demand has this request be one too many.
    pub(crate) is_rate_limited: bool,
}

/// What came of looking for a client's public keys.
#[derive(Clone, Debug)]
pub(crate) enum KeyLookup {
    /// Nobody has looked yet.
    Pending,
    Unregistered,
    Unreachable {
        /// What came instead of 200, if something answered.
        status: Option<u16>,
    },
    /// Something answered, with something else than a JWK Set.
    Unreadable,
    Found {
        keys: Arc<RegisteredKeys>,
        /// They were fetched for an earlier request.
        are_cached: bool,
        /// The gateway may fetch them again by now.
        are_due: bool,
    },
}

impl<'a> Case<'a> {
    /// Takes the assertion apart and finds the client, without a verdict.
    pub(crate) fn new(
        state: &'a State,
        clients: &'a Clients,
        head: &'a Parts,
        form: &'a Form,
        called_url: Option<&'a str>,
    ) -> Self {
        let grant = state.rulebook.assertion_parameter();
        let of_assertion =
            |parameter| Self::of_assertion(state, clients, head, form, called_url, parameter);
        let mut case = of_assertion(grant);
        case.proof = Proof::of_request(&head.headers);
        let request = state.rulebook.gateway.request();
        if matches!(
            request.client_authentication(),
            ClientAuthentication::Assertion
        ) {
            let mut other = of_assertion("client_assertion");
            let subject = other.claim_text("sub");
            if subject.is_none() || subject != other.claim_text("iss") {
                other.client = None;
            }
            // The grant's issuer can have another name than the client.
            case.client = other.client;
            case.authentication = Some(Box::new(other));
        }
        case
    }

    fn of_assertion(
        state: &'a State,
        clients: &'a Clients,
        head: &'a Parts,
        form: &'a Form,
        called_url: Option<&'a str>,
        parameter: &'static str,
    ) -> Self {
        let rulebook = &state.rulebook;
        let assertion = match form.parameter(parameter) {
            Parameter::Once(text) if rulebook.gateway.server().trims_assertion() => {
                UnverifiedAssertion::decode(text.trim())
            }
            Parameter::Once(text) => UnverifiedAssertion::decode(text),
            Parameter::Absent | Parameter::Repeated => None,
        };
        let find = |id: &str| clients.find(id);
        let claim = rulebook.client_claim();
        let claimed = assertion
            .as_ref()
            .and_then(|assertion| assertion.claim(claim));
        let claimed = claimed.and_then(Value::as_str).and_then(find);
        let in_form = form.first("client_id").filter(|id| !id.is_empty());
        let client_in_form = in_form.and_then(find);
        let client = match rulebook.gateway.server().client_source() {
            ClientSource::FormElseAssertion if in_form.is_some() => client_in_form,
            _ => claimed,
        };
        Self {
            rulebook,
            head,
            content_type: only_value(&head.headers, &CONTENT_TYPE),
            form,
            assertion,
            assertion_parameter: parameter,
            authentication: None,
            called_url,
            now: state.clock.now(),
            client,
            client_in_form,
            spent_jwt_ids: &state.spent_jwt_ids,
            dpop: &state.dpop,
            proof: None,
            keys: KeyLookup::Pending,
            is_rate_limited: false,
        }
    }

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

    /// For whom an ID token is requested instead of an access token.
    pub(crate) fn id_token_audience(&self) -> Option<&str> {
        let claim = self.rulebook.gateway.request().id_token_claim()?;
        let audience = self.claim_text(claim)?;
        Some(audience).filter(|audience| !audience.trim().is_empty())
    }

    /// What a spent JWT ID is remembered under: at most gateways it need be unique for its client
    /// only.
    ///
    /// Nothing comes of an assertion that has none.
    pub(crate) fn jwt_id_key(&self) -> Option<(Option<String>, String)> {
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let jwt_id = self.claim("jti").map(text)?;
        let takes_any = self.rulebook.gateway.assertion().jwt_id_form() == JwtIdForm::Any;
        // An empty text where none is needed is as good as none.
        if jwt_id.is_empty() && !takes_any {
            return None;
        }
        let is_shared = self.rulebook.gateway.server().jwt_id_memory_is_shared();
        let client = self.claim(self.rulebook.client_claim());
        let client = client.filter(|_| !is_shared).map(text);
        Some((client, jwt_id))
    }
}
