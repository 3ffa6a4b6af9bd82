use core::fmt;
use core::str::FromStr;

use crate::nearest::nearest;
use crate::reader::Value;
use crate::{Error, Problem};

mod advice;
mod facts;

/// Something that a gateway can find wrong with a token request.
///
/// The rules are the vocabulary that a gateway file's `refusals`, the lint, the diagnosis and the
/// mock gateway have in common. Their order is the one in which a request is judged where a file
/// does not say otherwise.
///
/// A rule on a claim's value is broken by a claim that is not there, too, where its text says so:
/// that counts for gateways whose words make no difference.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Rule {
    /// Nothing of the gateway's is at the URL's path.
    Path,
    /// The request is not a POST.
    Method,
    /// The request has the `Origin` of a website that the gateway does not allow.
    Origin,
    /// The `Content-Type` is not that of a form.
    ContentType,
    /// The form has no `grant_type`.
    GrantTypeAbsent,
    /// The `grant_type` is not the gateway's.
    GrantType,
    /// The `client_assertion_type` is another or not there.
    ClientAssertionType,
    /// The form has no assertion.
    ClientAssertionAbsent,
    /// A parameter of the form, such as the assertion, is longer than the gateway takes.
    ParameterTooLong,
    /// The form has a parameter twice.
    DuplicateParameter,
    /// The assertion is no JWT.
    Malformed,
    /// The form has no `client_id`, and the gateway wants one.
    ClientIdAbsent,
    /// The form lacks a secret parameter that the gateway wants.
    SecretAbsent,
    /// The form's `client_id` is not the client that the assertion names.
    ClientId,
    /// The gateway knows no such client.
    UnknownClient,
    /// The client is disabled.
    ClientDisabled,
    /// The client is registered for another way of authentication.
    AuthenticationMethod,
    /// The `alg` is no name that the gateway knows, of an algorithm that it takes or not.
    AlgorithmName,
    /// The `alg` is none that the gateway takes, or not there.
    Algorithm,
    /// The `alg` is not the one that is registered for the client.
    AlgorithmOfClient,
    /// The header has `crit`, with extensions that the gateway does not know.
    CriticalExtension,
    /// The `typ` is none that the gateway takes, or not there and required.
    Type,
    /// Nothing in the header names the key, and the gateway does not take that, or not with this
    /// algorithm.
    KeyIdAbsent,
    /// There is no `iss`.
    IssuerAbsent,
    /// There is no `sub`.
    SubjectAbsent,
    /// There is a `sub`, and the gateway takes none.
    SubjectPresent,
    /// `iss` and `sub` are not the same, or one of them is not there.
    IssuerNotSubject,
    /// There is no `aud`.
    AudienceAbsent,
    /// The `aud` is none that the gateway takes, or not there.
    Audience,
    /// The `aud` is a list, and the gateway takes none or none of several.
    AudienceList,
    /// There is no `exp`.
    ExpiryAbsent,
    /// The `exp` is no number in a form that the gateway takes.
    ExpiryForm,
    /// The `exp` is past.
    Expired,
    /// The `exp` is further ahead than the gateway takes.
    ExpiryTooLate,
    /// The `exp` is further ahead than the gateway takes where there is no `iat`.
    ExpiryTooLateWithoutIssuedAt,
    /// There is no `iat`.
    IssuedAtAbsent,
    /// The `iat` is no number in a form that the gateway takes.
    IssuedAtForm,
    /// The `iat` is in the future.
    IssuedInFuture,
    /// The `iat` is longer ago than the gateway takes.
    TooOld,
    /// There is no `nbf`.
    NotBeforeAbsent,
    /// The `nbf` is no number in a form that the gateway takes.
    NotBeforeForm,
    /// The `nbf` is in the future.
    NotYetValid,
    /// There is no `jti`.
    JwtIdAbsent,
    /// The `jti` is no text.
    JwtIdForm,
    /// The `jti` is shorter or longer than the gateway takes.
    JwtIdLength,
    /// The `jti` was seen before.
    JwtIdSpent,
    /// Another claim is not there that the gateway wants.
    ClaimAbsent,
    /// There is a claim that the gateway does not allow.
    UnknownClaim,
    /// The JOSE header has a parameter that the gateway does not allow.
    UnknownHeaderParameter,
    /// No scope is asked for, and the gateway wants one.
    ScopeAbsent,
    /// The application was revoked, or is not approved yet.
    AppRevoked,
    /// The application has no product that this token is for.
    ProductMissing,
    /// The application's developer is not active.
    DeveloperInactive,
    /// The application's company is not active.
    CompanyInactive,
    /// The client has no registered keys.
    KeysNotRegistered,
    /// The gateway does not reach the client's JWK Set.
    KeysUnreachable,
    /// What the gateway finds as the client's JWK Set is none.
    KeysUnreadable,
    /// None of the client's keys is the one that the header names.
    UnknownKeyId,
    /// The key is not published for signatures.
    KeyUse,
    /// The key is registered for another algorithm than `alg`.
    KeyAlgorithm,
    /// The key is not of the algorithm's type.
    KeyType,
    /// The key is smaller than the gateway takes.
    KeySize,
    /// The header's `jku` is not the URL of the JWK Set that is registered.
    KeySetUrl,
    /// The signature does not verify.
    Signature,
    /// The client may not use this grant.
    GrantNotAllowed,
    /// The scope is unknown to the gateway, or the client may not have it.
    Scope,
    /// The form's `audience` or `resource` is none that the client may get a token for.
    Target,
    /// The client's tokens are bound to a key, and there is no DPoP proof.
    DpopProofAbsent,
    /// The DPoP proof is not valid.
    DpopProof,
    /// The DPoP proof has no nonce of the server, or an old one.
    DpopNonce,
    /// The client's tokens are bound to a certificate, and the connection has none.
    ClientCertificateAbsent,
    /// The client has no scope that it could be given by this grant.
    NoApplicationScope,
    /// The client may not have a token, for another reason.
    NotActive,
    /// There were too many requests.
    RateLimited,
    /// The gateway itself failed.
    GatewayFailed,
}

impl Rule {
    /// Every rule there is, in the order of judgement.
    pub const ALL: &'static [Self] = &[
        Self::Path,
        Self::Method,
        Self::Origin,
        Self::ContentType,
        Self::GrantTypeAbsent,
        Self::GrantType,
        Self::ClientAssertionType,
        Self::ClientAssertionAbsent,
        Self::ParameterTooLong,
        Self::DuplicateParameter,
        Self::Malformed,
        Self::ClientIdAbsent,
        Self::SecretAbsent,
        Self::ClientId,
        Self::UnknownClient,
        Self::ClientDisabled,
        Self::AuthenticationMethod,
        Self::AlgorithmName,
        Self::Algorithm,
        Self::AlgorithmOfClient,
        Self::CriticalExtension,
        Self::Type,
        Self::KeyIdAbsent,
        Self::IssuerAbsent,
        Self::SubjectAbsent,
        Self::SubjectPresent,
        Self::IssuerNotSubject,
        Self::AudienceAbsent,
        Self::Audience,
        Self::AudienceList,
        Self::ExpiryAbsent,
        Self::ExpiryForm,
        Self::Expired,
        Self::ExpiryTooLate,
        Self::ExpiryTooLateWithoutIssuedAt,
        Self::IssuedAtAbsent,
        Self::IssuedAtForm,
        Self::IssuedInFuture,
        Self::TooOld,
        Self::NotBeforeAbsent,
        Self::NotBeforeForm,
        Self::NotYetValid,
        Self::JwtIdAbsent,
        Self::JwtIdForm,
        Self::JwtIdLength,
        Self::JwtIdSpent,
        Self::ClaimAbsent,
        Self::UnknownClaim,
        Self::UnknownHeaderParameter,
        Self::ScopeAbsent,
        Self::AppRevoked,
        Self::ProductMissing,
        Self::DeveloperInactive,
        Self::CompanyInactive,
        Self::KeysNotRegistered,
        Self::KeysUnreachable,
        Self::KeysUnreadable,
        Self::UnknownKeyId,
        Self::KeyUse,
        Self::KeyAlgorithm,
        Self::KeyType,
        Self::KeySize,
        Self::KeySetUrl,
        Self::Signature,
        Self::GrantNotAllowed,
        Self::Scope,
        Self::Target,
        Self::DpopProofAbsent,
        Self::DpopProof,
        Self::DpopNonce,
        Self::ClientCertificateAbsent,
        Self::NoApplicationScope,
        Self::NotActive,
        Self::RateLimited,
        Self::GatewayFailed,
    ];

    /// The rule's name in a gateway file, such as `key-id-absent`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Method => "method",
            Self::Origin => "origin",
            Self::ContentType => "content-type",
            Self::GrantTypeAbsent => "grant-type-absent",
            Self::GrantType => "grant-type",
            Self::ClientAssertionType => "client-assertion-type",
            Self::ClientAssertionAbsent => "client-assertion-absent",
            Self::ParameterTooLong => "parameter-too-long",
            Self::DuplicateParameter => "duplicate-parameter",
            Self::Malformed => "malformed",
            Self::ClientIdAbsent => "client-id-absent",
            Self::SecretAbsent => "secret-absent",
            Self::ClientId => "client-id",
            Self::UnknownClient => "unknown-client",
            Self::ClientDisabled => "client-disabled",
            Self::AuthenticationMethod => "authentication-method",
            Self::AlgorithmName => "algorithm-name",
            Self::Algorithm => "algorithm",
            Self::AlgorithmOfClient => "algorithm-of-client",
            Self::CriticalExtension => "critical-extension",
            Self::Type => "type",
            Self::KeyIdAbsent => "key-id-absent",
            Self::IssuerAbsent => "issuer-absent",
            Self::SubjectAbsent => "subject-absent",
            Self::SubjectPresent => "subject-present",
            Self::IssuerNotSubject => "issuer-not-subject",
            Self::AudienceAbsent => "audience-absent",
            Self::Audience => "audience",
            Self::AudienceList => "audience-list",
            Self::ExpiryAbsent => "expiry-absent",
            Self::ExpiryForm => "expiry-form",
            Self::Expired => "expired",
            Self::ExpiryTooLate => "expiry-too-late",
            Self::ExpiryTooLateWithoutIssuedAt => "expiry-too-late-without-issued-at",
            Self::IssuedAtAbsent => "issued-at-absent",
            Self::IssuedAtForm => "issued-at-form",
            Self::IssuedInFuture => "issued-in-future",
            Self::TooOld => "too-old",
            Self::NotBeforeAbsent => "not-before-absent",
            Self::NotBeforeForm => "not-before-form",
            Self::NotYetValid => "not-yet-valid",
            Self::JwtIdAbsent => "jwt-id-absent",
            Self::JwtIdForm => "jwt-id-form",
            Self::JwtIdLength => "jwt-id-length",
            Self::JwtIdSpent => "jwt-id-spent",
            Self::ClaimAbsent => "claim-absent",
            Self::UnknownClaim => "unknown-claim",
            Self::UnknownHeaderParameter => "unknown-header-parameter",
            Self::ScopeAbsent => "scope-absent",
            Self::AppRevoked => "app-revoked",
            Self::ProductMissing => "product-missing",
            Self::DeveloperInactive => "developer-inactive",
            Self::CompanyInactive => "company-inactive",
            Self::KeysNotRegistered => "keys-not-registered",
            Self::KeysUnreachable => "keys-unreachable",
            Self::KeysUnreadable => "keys-unreadable",
            Self::UnknownKeyId => "unknown-key-id",
            Self::KeyUse => "key-use",
            Self::KeyAlgorithm => "key-algorithm",
            Self::KeyType => "key-type",
            Self::KeySize => "key-size",
            Self::KeySetUrl => "key-set-url",
            Self::Signature => "signature",
            Self::GrantNotAllowed => "grant-not-allowed",
            Self::Scope => "scope",
            Self::Target => "target",
            Self::DpopProofAbsent => "dpop-proof-absent",
            Self::DpopProof => "dpop-proof",
            Self::DpopNonce => "dpop-nonce",
            Self::ClientCertificateAbsent => "client-certificate-absent",
            Self::NoApplicationScope => "no-application-scope",
            Self::NotActive => "not-active",
            Self::RateLimited => "rate-limited",
            Self::GatewayFailed => "gateway-failed",
        }
    }

    /// Reads the name of a rule in a gateway file.
    pub(crate) fn read(value: &Value<'_>) -> Result<Self, Box<Error>> {
        let name = value.text()?;
        name.parse()
            .map_err(|problem: Problem| value.error(problem))
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Rule {
    type Err = Problem;

    /// Finds a rule by its name; [`Problem::UnknownValue`] lists those that there are.
    fn from_str(name: &str) -> Result<Self, Problem> {
        let names = || Self::ALL.iter().map(|rule| rule.name());
        let mut rules = Self::ALL.iter().copied();
        rules
            .find(|rule| rule.name() == name)
            .ok_or_else(|| Problem::UnknownValue {
                found: name.to_owned(),
                allowed: names().map(str::to_owned).collect(),
                nearest: nearest(name, names()),
            })
    }
}
