use core::time::Duration;

use tokenring_assertion::Lifetime;
use tokenring_jwk::{Algorithm, KeyType};

use crate::own_claim::OwnClaim;
use crate::pattern;
use crate::{AudienceForm, AudienceRule, IssuerRule, Leeway, SubjectRule};

mod allowed;
mod claim_forms;
mod lifetimes;
mod reading;
mod smallest;

pub use claim_forms::{ClientIdCase, OmittedClaim};
pub(crate) use reading::KEYS;
pub(crate) use smallest::smallest_assertion;

/// What a gateway wants of the client assertion: table `[assertion]`.
#[derive(Clone, Debug)]
pub struct AssertionRules {
    algorithms: Vec<Algorithm>,
    advised_algorithms: Vec<Algorithm>,
    issuer: IssuerRule,
    subject: SubjectRule,
    audience: AudienceRule,
    accepted_audiences: Vec<AudienceRule>,
    audience_form: AudienceForm,
    typ: Option<String>,
    typ_rule: TypRule,
    accepted_types: Vec<String>,
    claims: Vec<OptionalClaim>,
    omitted_claims: Vec<OmittedClaim>,
    client_id_case: ClientIdCase,
    own_claims: Vec<(String, OwnClaim)>,
    required_claims: Vec<String>,
    allowed_claims: Option<Vec<String>>,
    allowed_header_parameters: Option<Vec<String>>,
    lifetime: Lifetime,
    backdate: Duration,
    maximum_lifetime: Option<Lifetime>,
    unlimited_lifetime: bool,
    lifetime_counts_from: Vec<LifetimeStart>,
    maximum_lifetime_without_issued_at: Option<Lifetime>,
    maximum_age: Option<Duration>,
    dates: DateForm,
    states_dates: bool,
    jwt_id_form: JwtIdForm,
    minimum_jwt_id_characters: Option<usize>,
    maximum_jwt_id_characters: Option<usize>,
    signature_is_part_of_form: bool,
    names_part_of_form: Vec<&'static str>,
    crit_ignored: bool,
    ends_at_expiry: bool,
    leeway: Leeway,
}

/// A registered claim that an assertion can do without.
///
/// `iss`, `aud`, `exp` and `jti` are in every assertion, and `sub` by the [`SubjectRule`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum OptionalClaim {
    /// When the assertion was made.
    #[doc(alias = "iat")]
    IssuedAt,
    /// From when on the assertion is valid.
    #[doc(alias = "nbf")]
    NotBefore,
}

/// What a gateway does with the header's `typ`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum TypRule {
    /// Refuses an assertion without one, or with another than the accepted ones.
    Required,
    /// Refuses another than the accepted ones.
    Checked,
    /// Takes any or none, and advises an accepted one.
    Advised,
    /// Does not look.
    #[default]
    Ignored,
}

/// From when on a gateway counts the longest lifetime.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum LifetimeStart {
    /// From the moment of judgement.
    #[default]
    Receipt,
    /// From `iat`.
    Issue,
    /// From `nbf`.
    NotBefore,
}

/// The JSON form of `exp`, `iat` and `nbf` that a gateway takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum DateForm {
    /// A number without a fraction.
    Integer,
    /// A number, as RFC 7519 section 2 has it.
    #[default]
    Number,
    /// A number, or a text of digits.
    NumberOrText,
    /// A number: `iat` or `nbf` in another form counts as absent, and so does an `exp` of zero.
    NumberElseAbsent,
}

/// The JSON form of `jti` that a gateway takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum JwtIdForm {
    /// A text that is not empty.
    #[default]
    Text,
    /// Anything that is there.
    Any,
}

impl AssertionRules {
    /// The algorithms that the gateway takes, the preferred one first.
    #[doc(alias = "alg")]
    #[must_use]
    pub fn algorithms(&self) -> &[Algorithm] {
        &self.algorithms
    }

    /// Those of them that the gateway advises: another one is taken all the same. Empty if it
    /// advises none.
    #[doc(alias = "alg")]
    #[must_use]
    pub fn advised_algorithms(&self) -> &[Algorithm] {
        &self.advised_algorithms
    }

    /// The algorithm to sign with, given a key: the first one that fits its type.
    #[must_use]
    pub fn default_algorithm(&self, key_type: KeyType) -> Option<Algorithm> {
        let mut algorithms = self.algorithms.iter().copied();
        algorithms.find(|algorithm| algorithm.key_type() == key_type)
    }

    /// The rule for the `iss` claim. Defaults to the client identifier.
    ///
    /// [`Endpoint::assertion_issuer`](crate::Endpoint::assertion_issuer) has a fixed one with its
    /// variables put in.
    #[doc(alias = "iss")]
    #[must_use]
    pub const fn issuer_rule(&self) -> &IssuerRule {
        &self.issuer
    }

    /// The rule for the `sub` claim. Defaults to the client identifier.
    ///
    /// [`Endpoint::subject`](crate::Endpoint::subject) has a fixed one with its variables put in.
    #[doc(alias = "sub")]
    #[must_use]
    pub const fn subject_rule(&self) -> &SubjectRule {
        &self.subject
    }

    /// The rule for the `aud` claim that is sent.
    #[doc(alias = "aud")]
    #[must_use]
    pub const fn audience(&self) -> &AudienceRule {
        &self.audience
    }

    /// Every audience that the gateway takes. Defaults to the one that is sent.
    ///
    /// [`Endpoint::accepted_audiences`](crate::Endpoint::accepted_audiences) has what they come
    /// to.
    #[must_use]
    pub fn accepted_audiences(&self) -> &[AudienceRule] {
        &self.accepted_audiences
    }

    /// The JSON form of the `aud` claim that the gateway takes. Defaults to a text.
    #[must_use]
    pub const fn audience_form(&self) -> AudienceForm {
        self.audience_form
    }

    /// The `typ` of the JOSE header; none is sent if the gateway has none.
    #[must_use]
    pub fn typ(&self) -> Option<&str> {
        self.typ.as_deref()
    }

    /// What the gateway does with `typ`. Defaults to nothing.
    #[must_use]
    pub const fn typ_rule(&self) -> TypRule {
        self.typ_rule
    }

    /// The types that the gateway takes, or advises, to be compared without regard to case; `*`
    /// stands for anything, and any is taken if there is none here. Defaults to the one that is
    /// sent, unless the gateway does not look.
    #[must_use]
    pub fn accepted_types(&self) -> &[String] {
        &self.accepted_types
    }

    /// Whether a type is one of those that the gateway takes or advises.
    #[doc(alias = "typ")]
    #[must_use]
    pub fn accepts_type(&self, typ: &str) -> bool {
        let mut accepted = self.accepted_types.iter();
        self.accepted_types.is_empty() || accepted.any(|known| pattern::fits(known, typ))
    }

    /// Which of the optional claims are sent.
    #[must_use]
    pub fn claims(&self) -> &[OptionalClaim] {
        &self.claims
    }

    /// The claims of the gateway's own that every assertion has, by name.
    ///
    /// [`Endpoint::claims`](crate::Endpoint::claims) has them with their variables put in.
    pub(crate) fn own_claims(&self) -> &[(String, OwnClaim)] {
        &self.own_claims
    }

    /// The claims without which the gateway refuses an assertion. Defaults to `iss`, `aud`, `exp`,
    /// `jti`, and `sub` where every assertion has one.
    #[must_use]
    pub fn required_claims(&self) -> &[String] {
        &self.required_claims
    }

    /// The only parameters of the JOSE header that the gateway takes. Defaults to any.
    #[must_use]
    pub fn allowed_header_parameters(&self) -> Option<&[String]> {
        self.allowed_header_parameters.as_deref()
    }

    /// The only claims that the gateway takes. Defaults to any.
    #[must_use]
    pub fn allowed_claims(&self) -> Option<&[String]> {
        self.allowed_claims.as_deref()
    }

    /// Whether `iat` is sent.
    #[doc(alias = "iat")]
    #[must_use]
    pub fn sends_issued_at(&self) -> bool {
        self.claims.contains(&OptionalClaim::IssuedAt)
    }

    /// Whether `nbf` is sent.
    #[doc(alias = "nbf")]
    #[must_use]
    pub fn sends_not_before(&self) -> bool {
        self.claims.contains(&OptionalClaim::NotBefore)
    }

    /// How far `exp` is ahead of the client's clock.
    #[doc(alias = "exp")]
    #[must_use]
    pub const fn lifetime(&self) -> Lifetime {
        self.lifetime
    }

    /// How far `iat` and `nbf` are set back, so that a server whose clock is a little slow does
    /// not find them in the future. Defaults to not at all.
    ///
    /// [`AssertionPlan`](crate::AssertionPlan) never takes more than a tenth of the lifetime.
    #[must_use]
    pub const fn backdate(&self) -> Duration {
        self.backdate
    }

    /// The longest lifetime that the gateway takes, if it is known.
    #[must_use]
    pub const fn maximum_lifetime(&self) -> Option<Lifetime> {
        self.maximum_lifetime
    }

    /// How long an assertion can be under way whose key signs no more: the longest lifetime, and a
    /// minute, as clocks differ and requests take time.
    #[must_use]
    pub fn drain_time(&self) -> Duration {
        let longest = self.maximum_lifetime.unwrap_or(self.lifetime);
        Duration::from_secs(longest.as_seconds() + 60)
    }

    /// Whether the gateway is known to take any lifetime. Defaults to no: without a longest
    /// lifetime, that is unknown.
    #[must_use]
    pub const fn has_unlimited_lifetime(&self) -> bool {
        self.unlimited_lifetime
    }

    /// From when on the longest lifetime is counted: from each of these. Defaults to receipt, which
    /// also counts for an assertion that lacks the claim.
    #[must_use]
    pub fn lifetime_counts_from(&self) -> &[LifetimeStart] {
        &self.lifetime_counts_from
    }

    /// The longest lifetime that the gateway takes of an assertion without `iat`, counted from
    /// receipt, if it is known.
    #[must_use]
    pub const fn maximum_lifetime_without_issued_at(&self) -> Option<Lifetime> {
        self.maximum_lifetime_without_issued_at
    }

    /// How long ago `iat` may be on arrival, if it is known.
    #[must_use]
    pub const fn maximum_age(&self) -> Option<Duration> {
        self.maximum_age
    }

    /// The JSON form of `exp`, `iat` and `nbf` that the gateway takes. Defaults to a number.
    #[must_use]
    pub const fn dates(&self) -> DateForm {
        self.dates
    }

    /// Whether the form of dates is a fact of the file, and not the default.
    #[must_use]
    pub const fn states_dates(&self) -> bool {
        self.states_dates
    }

    /// How far the gateway forgives clocks that differ.
    ///
    /// [`Gateway::forgives`](crate::Gateway::forgives) also counts what is listed as unknown.
    #[must_use]
    pub const fn leeway(&self) -> &Leeway {
        &self.leeway
    }

    /// The JSON form of `jti` that the gateway takes. Defaults to a text that is not empty.
    #[doc(alias = "jti")]
    #[must_use]
    pub const fn jwt_id_form(&self) -> JwtIdForm {
        self.jwt_id_form
    }

    /// The least length of `jti`, if there is one.
    #[doc(alias = "jti")]
    #[must_use]
    pub const fn minimum_jwt_id_characters(&self) -> Option<usize> {
        self.minimum_jwt_id_characters
    }

    /// The greatest length of `jti`, if there is one.
    #[doc(alias = "jti")]
    #[must_use]
    pub const fn maximum_jwt_id_characters(&self) -> Option<usize> {
        self.maximum_jwt_id_characters
    }

    /// Whether an assertion whose signature is not base64url is malformed, rather than signed
    /// wrongly. Defaults to no.
    #[must_use]
    pub const fn signature_is_part_of_form(&self) -> bool {
        self.signature_is_part_of_form
    }

    /// The names among `kid`, `typ`, `iss` and `sub` that have to be texts, where they are there:
    /// an assertion in which one is not is malformed. Defaults to none.
    #[must_use]
    pub fn names_part_of_form(&self) -> &[&'static str] {
        &self.names_part_of_form
    }

    /// Whether the gateway takes an assertion whatever `crit` its header has, against RFC 7515
    /// section 4.1.11. Defaults to no.
    #[must_use]
    pub const fn crit_ignored(&self) -> bool {
        self.crit_ignored
    }

    /// Whether an assertion is expired in the very second of `exp`, as RFC 7519 section 4.1.4 has
    /// it. Defaults to no.
    #[doc(alias = "exp")]
    #[must_use]
    pub const fn ends_at_expiry(&self) -> bool {
        self.ends_at_expiry
    }
}
