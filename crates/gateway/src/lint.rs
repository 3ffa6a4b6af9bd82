mod audience;
mod audience_difference;
mod claims;
mod dates;
mod finding;
mod header;
mod inspection;
mod key_id;
mod keys;
mod order;
mod shown;
mod signature_form;

use core::fmt;

use tokenring_assertion::NumericDate;
use tokenring_jwk::{Jwk, JwkSet, PublicKey, Verifier};

use self::inspection::Inspection;
use crate::{Endpoint, Gateway, KeyRules, Registration, UnverifiedJwt};

pub use self::finding::{Finding, Severity};

/// Names each rule of a gateway that an assertion breaks, before it is sent.
///
/// The rules are those of the gateway's file: nothing else is known here of any gateway.
///
/// # Examples
///
/// ```
/// use tokenring_assertion::NumericDate;
/// use tokenring_gateway::{Gateway, Lint, Rule, UnverifiedJwt};
///
/// let nhs = Gateway::builtin("nhs")?;
/// let endpoint = nhs.endpoint(nhs.environment(Some("int"))?).build()?;
/// let now = NumericDate::from_seconds(1_700_000_000);
///
/// // {"alg":"RS512","kid":"int-1"} and {"iss":"a","sub":"a","jti":"1","exp":1700000100,
/// // "aud":"http://int.api.service.nhs.uk/oauth2/token"}
/// let jwt = UnverifiedJwt::decode(concat!(
///     "eyJhbGciOiJSUzUxMiIsImtpZCI6ImludC0xIn0.eyJpc3MiOiJhIiwic3ViIjoiYSIsImp0aSI6IjEiLCJleHAi",
///     "OjE3MDAwMDAxMDAsImF1ZCI6Imh0dHA6Ly9pbnQuYXBpLnNlcnZpY2UubmhzLnVrL29hdXRoMi90b2tlbiJ9.",
/// ))?;
///
/// let findings = Lint::new(&nhs, &endpoint, now).check(&jwt);
/// let rules: Vec<Rule> = findings.iter().map(|finding| finding.rule()).collect();
/// assert_eq!(rules, [Rule::Type, Rule::Audience, Rule::Signature]);
/// assert_eq!(findings[1].detail(), Some("it begins with http instead of https"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Lint<'a> {
    gateway: &'a Gateway,
    endpoint: &'a Endpoint,
    now: NumericDate,
    client_id: Option<&'a str>,
    given_issuer: Option<&'a str>,
    given_subject: Option<&'a str>,
    registered: Option<(&'a JwkSet, &'a dyn Verifier)>,
    registration: Registration,
    own: Option<(&'a PublicKey, &'a dyn Verifier)>,
}

impl<'a> Lint<'a> {
    /// Judges by a gateway's rules and one environment's addresses, at a moment.
    #[must_use]
    pub const fn new(gateway: &'a Gateway, endpoint: &'a Endpoint, now: NumericDate) -> Self {
        Self {
            gateway,
            endpoint,
            now,
            client_id: None,
            given_issuer: None,
            given_subject: None,
            registered: None,
            registration: Registration::JwkSet,
            own: None,
        }
    }

    /// Says which client the assertion is to name. Defaults to any.
    #[must_use]
    pub const fn with_client_id(mut self, client_id: &'a str) -> Self {
        self.client_id = Some(client_id);
        self
    }

    /// Says which issuer the caller chose in place of the gateway's: that it is another is doubtful
    /// then, and not refused. Defaults to none.
    #[doc(alias = "iss")]
    #[must_use]
    pub const fn with_given_issuer(mut self, issuer: Option<&'a str>) -> Self {
        self.given_issuer = issuer;
        self
    }

    /// Says which subject the caller chose in place of the client: that it is another is doubtful
    /// then, and not refused, unless the gateway's file has that refusal. Defaults to none.
    #[doc(alias = "sub")]
    #[must_use]
    pub const fn with_given_subject(mut self, subject: Option<&'a str>) -> Self {
        self.given_subject = subject;
        self
    }

    /// Adds the keys that are registered with the gateway: key ID and signature are judged by
    /// them. Defaults to unknown ones.
    #[must_use]
    pub const fn with_registered_keys(
        mut self,
        keys: &'a JwkSet,
        provider: &'a dyn Verifier,
    ) -> Self {
        self.registered = Some((keys, provider));
        self
    }

    /// Says in which form the registered keys came to the gateway: it decides what the gateway
    /// wants of them where no flow was chosen, and of a set at a URL some gateways want less.
    /// Defaults to a JWK Set that was handed over.
    #[must_use]
    pub const fn with_registration(mut self, form: Registration) -> Self {
        self.registration = form;
        self
    }

    /// Adds the public half of the key that is to have signed. Defaults to an unknown one.
    ///
    /// What is registered counts for more: with both, this one is not looked at.
    #[must_use]
    pub const fn with_public_key(mut self, key: &'a PublicKey, provider: &'a dyn Verifier) -> Self {
        self.own = Some((key, provider));
        self
    }

    /// What the gateway wants of the keys that are known.
    pub(super) fn key_rules(&self) -> &'a KeyRules {
        match self.registered {
            Some(_) => self.gateway.key_rules_for(self.registration),
            None => self.gateway.key(),
        }
    }

    /// The fingerprints of the registered keys, or of the key that is to have signed, as far as they
    /// are known.
    pub(super) fn spki_hashes(&self) -> Vec<[u8; 32]> {
        let hash = |key: &PublicKey, verifier: &dyn Verifier| verifier.sha256(&key.to_spki_der());
        match (self.registered, self.own) {
            (Some((keys, verifier)), _) => {
                let keys = keys.keys().iter().map(Jwk::public_key);
                keys.map(|key| hash(key, verifier)).collect()
            }
            (None, Some((key, verifier))) => vec![hash(key, verifier)],
            (None, None) => Vec::new(),
        }
    }

    /// Judges an assertion.
    ///
    /// What the gateway refuses comes first, in the order in which it judges, so that the first
    /// finding is the one that its answer will be about. Without a finding that is
    /// [`Severity::Refused`] an assertion passes, as far as it alone can tell: whether the client
    /// is known and the `jti` new is for the gateway to say, and the signature's worth for
    /// whoever has the keys.
    #[must_use]
    pub fn check(&self, jwt: &UnverifiedJwt) -> Vec<Finding> {
        let mut inspection = Inspection::new(self, jwt);
        inspection.check_text();
        inspection.check_names();
        inspection.check_whole_length();
        inspection.check_header();
        inspection.check_key_id();
        inspection.check_claims();
        inspection.check_audience();
        inspection.check_dates();
        inspection.check_signature_form();
        inspection.check_keys();
        inspection.into_findings()
    }
}

/// Shows what it judges by, without the keys.
impl fmt::Debug for Lint<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Lint")
            .field("gateway", &self.gateway.name())
            .field("environment", &self.endpoint.environment())
            .field("now", &self.now)
            .field("client_id", &self.client_id)
            .field(
                "registered_keys",
                &self.registered.map(|(keys, _)| keys.keys().len()),
            )
            .field("public_key", &self.own.is_some())
            .finish()
    }
}
