//! What each rule is about and where it is written down.

use super::Rule;

/// The claim, header parameter or form parameter, the key of a gateway file that states the
/// rule, and the standard that has it.
type Facts = (&'static str, Option<&'static str>, &'static str);

impl Rule {
    /// What the rule is about: a claim, a header parameter, a form parameter, or what else a
    /// request and a client have.
    #[must_use]
    pub const fn subject(self) -> &'static str {
        self.facts().0
    }

    /// The key of a gateway file that states the rule, such as `assertion.typ-rule`.
    ///
    /// [`Gateway::source_of`](crate::Gateway::source_of) knows where that fact is from.
    #[must_use]
    pub const fn key_path(self) -> Option<&'static str> {
        self.facts().1
    }

    /// The section of a standard behind the rule, for a gateway that names no source.
    #[must_use]
    pub const fn specification(self) -> &'static str {
        self.facts().2
    }

    /// Whether an assertion can break the rule by itself, whatever else is in the request and
    /// whatever the gateway knows of client and keys.
    #[must_use]
    pub const fn is_of_assertion(self) -> bool {
        match self {
            Self::ParameterTooLong
            | Self::Malformed
            | Self::AlgorithmName
            | Self::Algorithm
            | Self::CriticalExtension
            | Self::Type
            | Self::KeyIdAbsent
            | Self::IssuerAbsent
            | Self::SubjectAbsent
            | Self::SubjectPresent
            | Self::IssuerNotSubject
            | Self::AudienceAbsent
            | Self::Audience
            | Self::AudienceList
            | Self::ExpiryAbsent
            | Self::ExpiryForm
            | Self::Expired
            | Self::ExpiryTooLate
            | Self::ExpiryTooLateWithoutIssuedAt
            | Self::IssuedAtAbsent
            | Self::IssuedAtForm
            | Self::IssuedInFuture
            | Self::TooOld
            | Self::NotBeforeAbsent
            | Self::NotBeforeForm
            | Self::NotYetValid
            | Self::JwtIdAbsent
            | Self::JwtIdForm
            | Self::JwtIdLength
            | Self::ClaimAbsent
            | Self::UnknownClaim
            | Self::UnknownHeaderParameter
            | Self::ScopeAbsent => true,
            Self::ContentType
            | Self::Path
            | Self::Method
            | Self::Origin
            | Self::DuplicateParameter
            | Self::ClientDisabled
            | Self::AuthenticationMethod
            | Self::AlgorithmOfClient
            | Self::KeyUse
            | Self::KeyAlgorithm
            | Self::KeySetUrl
            | Self::GrantNotAllowed
            | Self::Scope
            | Self::Target
            | Self::DpopProofAbsent
            | Self::DpopProof
            | Self::DpopNonce
            | Self::ClientCertificateAbsent
            | Self::GrantTypeAbsent
            | Self::GrantType
            | Self::ClientAssertionType
            | Self::ClientAssertionAbsent
            | Self::ClientIdAbsent
            | Self::SecretAbsent
            | Self::ClientId
            | Self::UnknownClient
            | Self::JwtIdSpent
            | Self::AppRevoked
            | Self::ProductMissing
            | Self::DeveloperInactive
            | Self::CompanyInactive
            | Self::KeysNotRegistered
            | Self::KeysUnreachable
            | Self::KeysUnreadable
            | Self::UnknownKeyId
            | Self::KeyType
            | Self::KeySize
            | Self::Signature
            | Self::NoApplicationScope
            | Self::NotActive
            | Self::RateLimited
            | Self::GatewayFailed => false,
        }
    }

    const fn facts(self) -> Facts {
        match self {
            Self::Path => ("URL", None, "RFC 6749 section 3.2"),
            Self::Method => ("method", None, "RFC 6749 section 3.2"),
            Self::Origin => ("Origin", None, "RFC 6454 section 7"),
            Self::DuplicateParameter => ("form", None, "RFC 6749 section 3.2"),
            Self::ClientDisabled => ("client", None, "RFC 6749 section 5.2"),
            Self::AuthenticationMethod => ("client", None, "RFC 7591 section 2"),
            Self::AlgorithmName => ("alg", None, "RFC 7515 section 4.1.1"),
            Self::AlgorithmOfClient => ("alg", None, "RFC 7591 section 2"),
            Self::KeyUse => ("use", Some("key.use-required"), "RFC 7517 section 4.2"),
            Self::KeyAlgorithm => ("alg", None, "RFC 7517 section 4.4"),
            Self::KeySetUrl => ("jku", None, "RFC 7515 section 4.1.2"),
            Self::GrantNotAllowed => ("grant_type", None, "RFC 6749 section 5.2"),
            Self::Scope => ("scope", None, "RFC 6749 section 5.2"),
            Self::Target => ("audience", None, "RFC 8707 section 2"),
            Self::DpopProofAbsent => ("DPoP", None, "RFC 9449 section 5"),
            Self::DpopProof => ("DPoP", None, "RFC 9449 section 4.3"),
            Self::DpopNonce => ("DPoP", None, "RFC 9449 section 8"),
            Self::ClientCertificateAbsent => ("certificate", None, "RFC 8705 section 3"),
            Self::ContentType => (
                "Content-Type",
                Some("request.content-type"),
                "RFC 6749 section 4.4.2",
            ),
            Self::GrantTypeAbsent | Self::GrantType => (
                "grant_type",
                Some("request.grant"),
                "RFC 6749 section 4.4.2",
            ),
            Self::ClientAssertionType => (
                "client_assertion_type",
                Some("request.grant"),
                "RFC 7523 section 2.2",
            ),
            Self::ClientAssertionAbsent => (
                "client_assertion",
                Some("request.grant"),
                "RFC 7523 section 2.2",
            ),
            Self::ParameterTooLong => (
                "client_assertion",
                Some("request.maximum-parameter-characters"),
                "RFC 9110 section 15.5.14",
            ),
            Self::Malformed => ("client_assertion", None, "RFC 7519 section 7.2"),
            Self::SecretAbsent => (
                "form",
                Some("request.secret-parameters"),
                "RFC 6749 section 2.3.1",
            ),
            Self::ClientIdAbsent => (
                "client_id",
                Some("request.client-id-required"),
                "RFC 7521 section 4.2",
            ),
            Self::ClientId => (
                "client_id",
                Some("request.client-id"),
                "RFC 7521 section 4.2",
            ),
            Self::UnknownClient => ("iss", None, "RFC 7523 section 3"),
            Self::Algorithm => (
                "alg",
                Some("assertion.algorithms"),
                "RFC 7515 section 4.1.1",
            ),
            Self::CriticalExtension => ("crit", None, "RFC 7515 section 4.1.11"),
            Self::Type => ("typ", Some("assertion.typ-rule"), "RFC 7515 section 4.1.9"),
            Self::KeyIdAbsent => ("kid", Some("key.id-required"), "RFC 7515 section 4.1.4"),
            Self::IssuerAbsent => (
                "iss",
                Some("assertion.required-claims"),
                "RFC 7523 section 3",
            ),
            Self::SubjectAbsent => (
                "sub",
                Some("assertion.required-claims"),
                "RFC 7523 section 3",
            ),
            Self::SubjectPresent | Self::IssuerNotSubject => {
                ("sub", Some("assertion.subject"), "RFC 7523 section 3")
            }
            Self::AudienceAbsent => (
                "aud",
                Some("assertion.required-claims"),
                "RFC 7523 section 3",
            ),
            Self::Audience => (
                "aud",
                Some("assertion.accepted-audiences"),
                "RFC 7523 section 3",
            ),
            Self::AudienceList => (
                "aud",
                Some("assertion.audience-form"),
                "RFC 7519 section 4.1.3",
            ),
            Self::ExpiryAbsent => (
                "exp",
                Some("assertion.required-claims"),
                "RFC 7523 section 3",
            ),
            Self::ExpiryForm => ("exp", Some("assertion.dates"), "RFC 7519 section 2"),
            Self::Expired => (
                "exp",
                Some("assertion.leeway-seconds.expiry"),
                "RFC 7519 section 4.1.4",
            ),
            Self::ExpiryTooLate => (
                "exp",
                Some("assertion.maximum-lifetime-seconds"),
                "RFC 7523 section 3",
            ),
            Self::ExpiryTooLateWithoutIssuedAt => (
                "exp",
                Some("assertion.maximum-lifetime-without-iat-seconds"),
                "RFC 7523 section 3",
            ),
            Self::IssuedAtAbsent => (
                "iat",
                Some("assertion.required-claims"),
                "RFC 7519 section 4.1.6",
            ),
            Self::IssuedAtForm => ("iat", Some("assertion.dates"), "RFC 7519 section 2"),
            Self::IssuedInFuture => (
                "iat",
                Some("assertion.leeway-seconds.issued-at"),
                "RFC 7519 section 4.1.6",
            ),
            Self::TooOld => (
                "iat",
                Some("assertion.maximum-age-seconds"),
                "RFC 7523 section 3",
            ),
            Self::NotBeforeAbsent => (
                "nbf",
                Some("assertion.required-claims"),
                "RFC 7519 section 4.1.5",
            ),
            Self::NotBeforeForm => ("nbf", Some("assertion.dates"), "RFC 7519 section 2"),
            Self::NotYetValid => (
                "nbf",
                Some("assertion.leeway-seconds.not-before"),
                "RFC 7519 section 4.1.5",
            ),
            Self::JwtIdAbsent => (
                "jti",
                Some("assertion.required-claims"),
                "RFC 7523 section 3",
            ),
            Self::JwtIdForm => ("jti", None, "RFC 7519 section 4.1.7"),
            Self::JwtIdLength => (
                "jti",
                Some("assertion.maximum-jwt-id-characters"),
                "RFC 7519 section 4.1.7",
            ),
            Self::JwtIdSpent => (
                "jti",
                Some("server.jwt-id-memory-seconds"),
                "RFC 7523 section 3",
            ),
            Self::ClaimAbsent => (
                "claims",
                Some("assertion.required-claims"),
                "RFC 7523 section 3",
            ),
            Self::UnknownClaim => (
                "claims",
                Some("assertion.allowed-claims"),
                "RFC 7519 section 4",
            ),
            Self::UnknownHeaderParameter => (
                "header",
                Some("assertion.allowed-header-parameters"),
                "RFC 7515 section 4",
            ),
            Self::ScopeAbsent => ("scope", Some("request.scope"), "RFC 6749 section 3.3"),
            Self::AppRevoked
            | Self::ProductMissing
            | Self::DeveloperInactive
            | Self::CompanyInactive
            | Self::NotActive => ("client", None, "RFC 6749 section 5.2"),
            Self::NoApplicationScope => ("scope", None, "RFC 6749 section 5.2"),
            Self::KeysNotRegistered => ("JWK Set", Some("key.register-as"), "RFC 7591 section 2"),
            Self::KeysUnreachable => ("JWK Set URL", Some("key.register-as"), "RFC 7591 section 2"),
            Self::KeysUnreadable => ("JWK Set", Some("key.register-as"), "RFC 7517 section 5"),
            Self::UnknownKeyId => ("kid", Some("key.id-scheme"), "RFC 7515 section 4.1.4"),
            Self::KeyType => ("key", Some("assertion.algorithms"), "RFC 7518 section 3.1"),
            Self::KeySize => ("key", Some("key.minimum-rsa-bits"), "RFC 7518 section 3.3"),
            Self::Signature => ("signature", None, "RFC 7515 section 5.2"),
            Self::RateLimited => ("rate", None, "RFC 6585 section 4"),
            Self::GatewayFailed => ("gateway", None, "RFC 9110 section 15.6"),
        }
    }
}
