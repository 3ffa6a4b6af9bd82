mod signing;

use serde_json::Value;
use tokenring_assertion::{Claims, Error, JoseHeader, JwtId, Lifetime, NumericDate};

use crate::{AssertionRules, Endpoint, Gateway, IssuerRule, SubjectRule};

/// Makes one assertion after the other for one client at one gateway.
///
/// It is what all of them have in common. Time and identifier are given each time: an assertion
/// is good for one request.
#[derive(Clone, Debug)]
pub struct AssertionPlan {
    client_id: String,
    issuer: Option<String>,
    issuer_of_key: Option<IssuerRule>,
    subject: Subject,
    audience: String,
    lifetime: Lifetime,
    backdate: u64,
    expiry: bool,
    jwt_id: bool,
    issued_at: bool,
    not_before: bool,
    header: JoseHeader,
    sends_key_id: bool,
    header_parameters: Vec<(String, Value)>,
    claims: Vec<(String, Value)>,
}

#[derive(Clone, Debug)]
enum Subject {
    ClientId,
    Absent,
    Given(String),
}

impl AssertionPlan {
    /// Plans by everything that a gateway says, for a client: audience, subject and whether there
    /// is a `kid` too.
    ///
    /// # Errors
    ///
    /// As [`Endpoint::audience`].
    pub fn at(
        gateway: &Gateway,
        endpoint: &Endpoint,
        client_id: impl Into<String>,
    ) -> Result<Self, crate::Error> {
        let mut plan = Self::new(gateway.assertion(), client_id, endpoint.audience()?);
        if let Some(issuer) = endpoint.assertion_issuer() {
            plan = plan.with_issuer(issuer);
        }
        if let Some(subject) = endpoint.subject() {
            plan = plan.with_subject(subject);
        }
        plan.sends_key_id = gateway.key().id_scheme().sends_key_id();
        Ok(plan)
    }

    /// Plans by a gateway's rules, for a client and an audience.
    ///
    /// An issuer or subject that is a text of the gateway's own has variables, of which the rules
    /// alone know nothing: [`AssertionPlan::with_issuer`] and [`AssertionPlan::with_subject`], or
    /// [`AssertionPlan::at`], put it in.
    #[must_use]
    pub fn new(
        rules: &AssertionRules,
        client_id: impl Into<String>,
        audience: impl Into<String>,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            issuer: None,
            issuer_of_key: match rules.issuer_rule() {
                rule @ IssuerRule::OfKey(_) => Some(rule.clone()),
                _ => None,
            },
            subject: match rules.subject_rule() {
                SubjectRule::Absent | SubjectRule::Optional => Subject::Absent,
                SubjectRule::ClientId | SubjectRule::Any | SubjectRule::Fixed(_) => {
                    Subject::ClientId
                }
            },
            audience: audience.into(),
            lifetime: rules.lifetime(),
            backdate: rules.backdate().as_secs(),
            expiry: rules.sends_expiry(),
            jwt_id: rules.sends_jwt_id(),
            issued_at: rules.sends_issued_at(),
            not_before: rules.sends_not_before(),
            header: match rules.typ() {
                Some(token_type) => JoseHeader::new().with_token_type(token_type),
                None => JoseHeader::new().without_token_type(),
            },
            sends_key_id: true,
            header_parameters: Vec::new(),
            claims: Vec::new(),
        }
    }

    /// Replaces the issuer, which for a grant can be another than the client. Defaults to the client
    /// identifier.
    #[doc(alias = "iss")]
    #[must_use]
    pub fn with_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self.issuer_of_key = None;
        self
    }

    /// Names the key in the issuer where the gateway's rule does: by the SHA-256 of its
    /// SubjectPublicKeyInfo, in base64 with padding. Without it such an issuer is the client
    /// identifier alone.
    #[must_use]
    pub fn with_key_sha256(mut self, key_sha256: &str) -> Self {
        let rule = self.issuer_of_key.take();
        if let Some(issuer) = rule.and_then(|rule| rule.of_key(&self.client_id, key_sha256)) {
            self.issuer = Some(issuer);
        }
        self
    }

    /// Whether the issuer names the key, which has to be given.
    #[must_use]
    pub const fn issuer_names_key(&self) -> bool {
        self.issuer_of_key.is_some()
    }

    /// Plans assertions by which the client authenticates itself beside a grant that this plan
    /// makes: issuer and subject are the client, and no claim is added.
    #[must_use]
    pub fn for_client_authentication(&self) -> Self {
        Self {
            issuer: None,
            issuer_of_key: None,
            subject: Subject::ClientId,
            claims: Vec::new(),
            ..self.clone()
        }
    }

    /// Replaces the subject. Defaults to what the gateway's rule says.
    #[doc(alias = "sub")]
    #[must_use]
    pub fn with_subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Subject::Given(subject.into());
        self
    }

    /// Leaves the subject out. Defaults to what the gateway's rule says.
    #[must_use]
    pub fn without_subject(mut self) -> Self {
        self.subject = Subject::Absent;
        self
    }

    /// Replaces the lifetime. Defaults to the gateway's.
    #[must_use]
    pub const fn with_lifetime(mut self, lifetime: Lifetime) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Replaces `typ`. Defaults to the gateway's.
    #[doc(alias = "typ")]
    #[must_use]
    pub fn with_token_type(mut self, token_type: impl Into<String>) -> Self {
        self.header = self.header.with_token_type(token_type);
        self
    }

    /// Leaves `typ` out. Defaults to the gateway's.
    #[must_use]
    pub fn without_token_type(mut self) -> Self {
        self.header = self.header.without_token_type();
        self
    }

    /// Names the key by the signer's key ID, whatever the gateway's scheme. Defaults to what the
    /// scheme says.
    #[doc(alias = "kid")]
    #[must_use]
    pub const fn with_key_id(mut self) -> Self {
        self.sends_key_id = true;
        self
    }

    /// Leaves `kid` out. Defaults to what the gateway's scheme says.
    #[must_use]
    pub const fn without_key_id(mut self) -> Self {
        self.sends_key_id = false;
        self
    }

    /// Adds a header parameter, such as `x5t#S256` or `x5c`. Defaults to none.
    ///
    /// A name that has a place of its own is refused when an assertion is made.
    #[must_use]
    pub fn with_header_parameter(
        mut self,
        name: impl Into<String>,
        value: impl Into<Value>,
    ) -> Self {
        self.header_parameters.push((name.into(), value.into()));
        self
    }

    /// Adds a claim, such as `scope`. Defaults to none.
    ///
    /// A name that has a place of its own is refused when the claims are made, but for `iat` and
    /// `nbf` as whole seconds, which stand in place of those that would be sent.
    #[must_use]
    pub fn with_claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claims.push((name.into(), value.into()));
        self
    }

    /// The audience; an empty text for none.
    #[doc(alias = "aud")]
    #[must_use]
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// The issuer.
    #[doc(alias = "iss")]
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.issuer.as_deref().unwrap_or(&self.client_id)
    }

    /// The header's type, if it has one.
    #[doc(alias = "typ")]
    #[must_use]
    pub fn token_type(&self) -> Option<&str> {
        self.header.token_type()
    }

    /// The subject, if there is one.
    #[doc(alias = "sub")]
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        match &self.subject {
            Subject::ClientId => Some(&self.client_id),
            Subject::Absent => None,
            Subject::Given(subject) => Some(subject),
        }
    }

    /// How far `exp` is after the beginning; where none is sent, how long an assertion is used.
    #[must_use]
    pub const fn lifetime(&self) -> Lifetime {
        self.lifetime
    }

    /// Whether the header has the signer's key ID.
    #[doc(alias = "kid")]
    #[must_use]
    pub const fn sends_key_id(&self) -> bool {
        self.sends_key_id
    }

    /// The header parameters that were added, by name.
    pub fn added_header_parameters(&self) -> impl Iterator<Item = (&str, &Value)> {
        let parameters = self.header_parameters.iter();
        parameters.map(|(name, value)| (name.as_str(), value))
    }

    /// The claims that were added, by name.
    pub fn added_claims(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.claims
            .iter()
            .map(|(name, value)| (name.as_str(), value))
    }

    /// Whether a server could find the assertion's dates wrong whose clock is this many seconds
    /// ahead of the one that they are by; negative where it is behind.
    #[must_use]
    pub fn is_wrong_at(&self, seconds_ahead: i64) -> bool {
        let behind = u64::try_from(seconds_ahead.saturating_neg()).unwrap_or_default();
        let ahead = u64::try_from(seconds_ahead).unwrap_or_default();
        let has_start = self.issued_at || self.not_before;
        let lasts = self.lifetime.as_seconds().saturating_sub(self.backdated());
        (has_start && behind > self.backdated()) || ahead >= lasts
    }

    /// How far the assertion's dates are set back, in seconds.
    fn backdated(&self) -> u64 {
        match self.issued_at || self.not_before {
            // Of a short lifetime most has to be left on arrival.
            true => self.backdate.min(self.lifetime.as_seconds() / 10),
            false => 0,
        }
    }

    /// When an assertion that is made now expires, or is no longer to be used.
    #[must_use]
    pub fn expires_at(&self, now: NumericDate) -> NumericDate {
        self.start(now).after(self.lifetime)
    }

    fn start(&self, now: NumericDate) -> NumericDate {
        NumericDate::from_seconds(now.as_seconds().saturating_sub(self.backdated()))
    }

    /// The claims of one assertion that is made now.
    ///
    /// Where the gateway has `iat` and `nbf` set back, the lifetime counts from there, so that
    /// `exp` and `iat` are no further apart than the gateway allows.
    ///
    /// # Errors
    ///
    /// A claim that was added and has a place of its own, or was added twice.
    pub fn claims(&self, now: NumericDate, jwt_id: JwtId) -> Result<Claims, Error> {
        let (start, expires_at) = (self.start(now), self.expires_at(now));
        let audience = self.audience.as_str();
        let mut claims = Claims::new(self.issuer(), audience, jwt_id, expires_at);
        if self.audience.is_empty() {
            claims = claims.without_audience();
        }
        if !self.jwt_id {
            claims = claims.without_jwt_id();
        }
        if !self.expiry {
            claims = claims.without_expiry();
        }
        claims = match &self.subject {
            Subject::ClientId => claims.with_subject(self.client_id.as_str()),
            Subject::Absent => claims.without_subject(),
            Subject::Given(subject) => claims.with_subject(subject),
        };
        if self.issued_at {
            claims = claims.with_issued_at(start);
        }
        if self.not_before {
            claims = claims.with_not_before(start);
        }
        for (name, value) in &self.claims {
            // A date that somebody chose stands in place of the one that would be sent.
            let date = value.as_u64().map(NumericDate::from_seconds);
            claims = match (name.as_str(), date) {
                ("iat", Some(date)) => claims.with_issued_at(date),
                ("nbf", Some(date)) => claims.with_not_before(date),
                _ => claims.with_claim(name, value.clone())?,
            };
        }
        Ok(claims)
    }

    /// The header of one assertion.
    ///
    /// # Errors
    ///
    /// A parameter that was added and has a place of its own, or was added twice.
    pub fn header(&self) -> Result<JoseHeader, Error> {
        let mut header = self.header.clone();
        if !self.sends_key_id {
            header = header.without_key_id();
        }
        for (name, value) in &self.header_parameters {
            header = header.with_parameter(name, value.clone())?;
        }
        Ok(header)
    }
}
