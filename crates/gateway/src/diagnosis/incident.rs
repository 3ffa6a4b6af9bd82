use core::fmt;

use tokenring_assertion::NumericDate;
use tokenring_jwk::{Algorithm, JwkSet, PublicKey, Verifier};
use tokenring_oauth::ErrorResponse;

use crate::{Endpoint, Gateway, UnverifiedJwt};

/// A refused token request, and all that is known about it on this side.
///
/// Gateway, endpoint and answer are enough to begin with. Everything else narrows the causes down,
/// and what isn't given isn't held against anybody.
#[derive(Clone)]
pub struct Incident<'a> {
    pub(super) gateway: &'a Gateway,
    pub(super) endpoint: &'a Endpoint,
    pub(super) response: &'a ErrorResponse,
    pub(super) assertion: Option<&'a UnverifiedJwt>,
    pub(super) provider: Option<&'a dyn Verifier>,
    pub(super) own_key: Option<&'a PublicKey>,
    pub(super) published: Option<PublishedKeys<'a>>,
    pub(super) sent_at: Option<NumericDate>,
    pub(super) client_id: Option<&'a str>,
    pub(super) other_client_ids: &'a [String],
    pub(super) form: Option<&'a [(String, String)]>,
    pub(super) spent_jwt_ids: &'a [String],
    pub(super) has_default_key_id: bool,
    pub(super) is_own_request: bool,
    pub(super) has_proof: bool,
}

/// The client's public keys, as they were published for the gateway to find.
#[derive(Clone, Copy, Debug)]
pub struct PublishedKeys<'a> {
    pub(super) keys: &'a JwkSet,
    pub(super) place: &'a str,
    pub(super) is_presumed: bool,
}

impl<'a> PublishedKeys<'a> {
    /// Takes a set, and the name of the file or the URL that it is from.
    #[must_use]
    pub const fn new(keys: &'a JwkSet, place: &'a str) -> Self {
        Self {
            keys,
            place,
            is_presumed: false,
        }
    }

    /// Takes a set of which nobody said that it is what the gateway has, such as one that lies
    /// beside the private key. What speaks against it is likely the cause, and not certain.
    #[must_use]
    pub const fn presumed(keys: &'a JwkSet, place: &'a str) -> Self {
        Self {
            keys,
            place,
            is_presumed: true,
        }
    }
}

impl<'a> Incident<'a> {
    /// Takes what everybody knows who was refused.
    #[must_use]
    pub const fn new(
        gateway: &'a Gateway,
        endpoint: &'a Endpoint,
        response: &'a ErrorResponse,
    ) -> Self {
        Self {
            gateway,
            endpoint,
            response,
            assertion: None,
            provider: None,
            own_key: None,
            published: None,
            sent_at: None,
            client_id: None,
            other_client_ids: &[],
            form: None,
            spent_jwt_ids: &[],
            has_default_key_id: false,
            is_own_request: false,
            has_proof: false,
        }
    }

    /// The assertion that was sent.
    #[must_use]
    pub const fn with_assertion(mut self, assertion: &'a UnverifiedJwt) -> Self {
        self.assertion = Some(assertion);
        self
    }

    /// The cryptography to verify the assertion with. Without it keys are compared, and
    /// signatures are not.
    #[must_use]
    pub const fn with_provider(mut self, provider: &'a dyn Verifier) -> Self {
        self.provider = Some(provider);
        self
    }

    /// The public half of the key that signed.
    #[must_use]
    pub const fn with_own_key(mut self, own_key: &'a PublicKey) -> Self {
        self.own_key = Some(own_key);
        self
    }

    /// The keys that are registered with the gateway, or are published for it.
    #[must_use]
    pub const fn with_published_keys(mut self, published: PublishedKeys<'a>) -> Self {
        self.published = Some(published);
        self
    }

    /// When the assertion was sent, by the clock that its dates are from.
    #[must_use]
    pub const fn with_sent_at(mut self, sent_at: NumericDate) -> Self {
        self.sent_at = Some(sent_at);
        self
    }

    /// The client identifier, as somebody gave it.
    #[must_use]
    pub const fn with_client_id(mut self, client_id: &'a str) -> Self {
        self.client_id = Some(client_id);
        self
    }

    /// Other client identifiers that are known on this machine, which may be the one that was
    /// meant.
    #[must_use]
    pub const fn with_other_client_ids(mut self, others: &'a [String]) -> Self {
        self.other_client_ids = others;
        self
    }

    /// That a DPoP proof was sent along: for POST and the token endpoint, with the nonce that the
    /// server had given.
    #[must_use]
    pub const fn with_dpop_proof(mut self) -> Self {
        self.has_proof = true;
        self
    }

    /// The form, name and value, that was sent, with or without the assertion.
    #[must_use]
    pub const fn with_form(mut self, form: &'a [(String, String)]) -> Self {
        self.form = Some(form);
        self
    }

    /// Values of `jti` that were sent before.
    #[must_use]
    pub const fn with_spent_jwt_ids(mut self, spent: &'a [String]) -> Self {
        self.spent_jwt_ids = spent;
        self
    }

    /// Says that nobody gave the key ID of the header: a rule, or the name of a file, made it.
    #[doc(alias = "kid")]
    #[must_use]
    pub const fn with_default_key_id(mut self) -> Self {
        self.has_default_key_id = true;
        self
    }

    /// Says that the request was made for this answer alone, by the program that asks: with a new
    /// assertion, and in the form that the gateway's file has.
    #[must_use]
    pub const fn with_own_request(mut self) -> Self {
        self.is_own_request = true;
        self
    }

    /// A text of the assertion's header.
    pub(super) fn header(&self, name: &str) -> Option<&'a str> {
        self.assertion?.header().text(name)
    }

    /// The first value of a parameter of the form.
    /// The URL that was called, without its query, which may be a secret.
    pub(super) fn called_url(&self) -> &'a str {
        let url = self.endpoint.token_endpoint();
        let url = url.map_or("", |endpoint| endpoint.as_str());
        url.split(['?', '#']).next().unwrap_or_default()
    }

    pub(super) fn form_value(&self, name: &str) -> Option<&'a str> {
        let mut form = self.form?.iter();
        let found = form.find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Names that were sent, which a server may repeat.
    pub(super) fn sent_names(&self) -> Vec<&'a str> {
        let claims = ["iss", "sub", "aud", "jti"].map(|name| self.claim(name));
        let form = ["client_id", "audience", "resource"].map(|name| self.form_value(name));
        let scopes = self.form_value("scope").unwrap_or_default();
        let mut names: Vec<&str> = claims.into_iter().chain(form).flatten().collect();
        names.extend(self.header("kid"));
        names.extend(scopes.split_whitespace());
        // A name can be a part of another one.
        names.sort_by_key(|name| core::cmp::Reverse(name.len()));
        names
    }

    /// The algorithm that the header states, if it is one that a key can have.
    pub(super) fn algorithm(&self) -> Option<Algorithm> {
        self.header("alg")?.parse().ok()
    }

    /// A text of the assertion's claims.
    pub(super) fn claim(&self, name: &str) -> Option<&'a str> {
        self.assertion?.claims().text(name)
    }

    /// The time at which the server judged, if it told, else the time of sending.
    pub(super) fn judged_at(&self) -> Option<NumericDate> {
        self.response.date().or(self.sent_at)
    }

    /// How many seconds the clock that the assertion's dates are from is ahead of the server's.
    pub(super) fn clock_ahead(&self) -> Option<i64> {
        let local = i64::try_from(self.sent_at?.as_seconds()).ok()?;
        let server = i64::try_from(self.response.date()?.as_seconds()).ok()?;
        Some(local.saturating_sub(server))
    }
}

/// Shows which facts are known; what they are is an assertion's content and a client's name.
impl fmt::Debug for Incident<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Incident")
            .field("gateway", &self.gateway.name())
            .field("response", &self.response)
            .field("assertion", &self.assertion)
            .field("sent_at", &self.sent_at)
            .finish_non_exhaustive()
    }
}
