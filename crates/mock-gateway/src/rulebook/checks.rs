//! What breaks each rule.
//!
//! A claim that a script would take for absent counts as absent: `null`, an empty text, zero. That
//! is how the one gateway reads whose source is public in this, and the others refuse such a claim
//! under one name or another.

mod audience;
mod claims;
mod dates;
mod dpop;
mod key;
mod request;
mod scope;
mod standing;

use tokenring_gateway::Rule;

pub(crate) use dates::{left_until_expiry, moment};
pub(crate) use dpop::{
    bound_key, is_involved as involves_dpop, problem as dpop_problem, spend as spend_dpop_proof,
};
pub(crate) use key::has_key_to_verify_with;
pub(crate) use scope::{
    first_unknown as first_unknown_scope, granted as granted_scope, requested as requested_scope,
};

use super::Case;
use crate::dpop::Problem;

/// Whether the request breaks the rule, by its assertion or by the one that goes with a grant.
pub(crate) fn is_broken(rule: Rule, case: &Case<'_>) -> bool {
    let authentication = case.authentication.as_deref();
    let authentication = authentication.filter(|_| is_of_each_assertion(rule));
    is_broken_by(rule, case) || authentication.is_some_and(|other| is_broken_by(rule, other))
}

/// Whether a rule is about every assertion of a request, and not about the grant alone.
const fn is_of_each_assertion(rule: Rule) -> bool {
    match rule {
        Rule::ParameterTooLong
        | Rule::SubjectPresent
        | Rule::IssuerNotSubject
        | Rule::ClaimAbsent
        | Rule::UnknownClaim
        | Rule::ScopeAbsent => false,
        Rule::ClientAssertionAbsent
        | Rule::ClientId
        | Rule::UnknownClient
        | Rule::AlgorithmOfClient
        | Rule::JwtIdSpent
        | Rule::UnknownKeyId
        | Rule::KeyUse
        | Rule::KeyAlgorithm
        | Rule::KeyType
        | Rule::KeySize
        | Rule::Signature => true,
        rule => rule.is_of_assertion(),
    }
}

fn is_broken_by(rule: Rule, case: &Case<'_>) -> bool {
    match rule {
        Rule::Origin => request::other_origin(case),
        Rule::DuplicateParameter => case.form.repeated().is_some(),
        Rule::ClientDisabled => standing::is_disabled(case),
        Rule::AuthenticationMethod => standing::authenticates_otherwise(case),
        Rule::AlgorithmName => key::unknown_algorithm_name(case),
        Rule::AlgorithmOfClient => key::not_the_clients_algorithm(case),
        Rule::KeyUse => key::other_use(case),
        Rule::KeyAlgorithm => key::of_other_algorithm(case),
        Rule::KeySetUrl => key::other_key_set_url(case),
        Rule::GrantNotAllowed => standing::grant_is_not_allowed(case),
        Rule::Scope => scope::is_not_granted(case),
        Rule::Target => standing::is_for_another_target(case),
        Rule::DpopProofAbsent => dpop::is_missing(case),
        Rule::DpopProof => dpop::problem(case).is_some_and(|problem| problem != Problem::Nonce),
        Rule::DpopNonce => dpop::problem(case) == Some(Problem::Nonce),
        Rule::ClientCertificateAbsent => standing::is_bound_to_a_certificate(case),
        Rule::ContentType => request::other_content_type(case),
        Rule::GrantTypeAbsent => request::no_grant_type(case),
        Rule::GrantType => request::other_grant_type(case),
        Rule::ClientAssertionType => request::other_assertion_type(case),
        Rule::ClientAssertionAbsent => request::no_assertion(case),
        Rule::ParameterTooLong => request::too_long(case),
        Rule::Malformed => request::malformed(case),
        Rule::ClientIdAbsent => request::no_client_id(case),
        Rule::SecretAbsent => request::no_secret(case),
        Rule::ClientId => request::other_client_id(case),
        Rule::UnknownClient => standing::is_unknown(case),
        Rule::Algorithm => key::other_algorithm(case),
        Rule::CriticalExtension => key::critical_extension(case),
        Rule::Type => key::other_type(case),
        Rule::KeyIdAbsent => key::no_key_id(case),
        Rule::IssuerAbsent => claims::no_issuer(case),
        Rule::SubjectAbsent => claims::no_subject(case),
        Rule::SubjectPresent => claims::a_subject(case),
        Rule::IssuerNotSubject => claims::issuer_is_not_subject(case),
        Rule::AudienceAbsent => audience::none(case),
        Rule::Audience => audience::other(case),
        Rule::AudienceList => audience::list(case),
        Rule::ExpiryAbsent => dates::no_expiry(case),
        Rule::ExpiryForm => dates::is_no_date(case, "exp"),
        Rule::Expired => dates::expired(case),
        Rule::ExpiryTooLate => dates::expires_too_late(case),
        Rule::ExpiryTooLateWithoutIssuedAt => dates::expires_too_late_without_issued_at(case),
        Rule::IssuedAtAbsent => dates::is_missing(case, "iat"),
        Rule::IssuedAtForm => dates::is_no_date(case, "iat"),
        Rule::IssuedInFuture => dates::issued_in_future(case),
        Rule::TooOld => dates::too_old(case),
        Rule::NotBeforeAbsent => dates::is_missing(case, "nbf"),
        Rule::NotBeforeForm => dates::is_no_date(case, "nbf"),
        Rule::NotYetValid => dates::not_yet_valid(case),
        Rule::JwtIdAbsent => claims::no_jwt_id(case),
        Rule::JwtIdForm => claims::jwt_id_is_no_text(case),
        Rule::JwtIdLength => claims::jwt_id_is_too_short_or_long(case),
        Rule::JwtIdSpent => claims::jwt_id_is_spent(case),
        Rule::ClaimAbsent => claims::a_claim_is_missing(case),
        Rule::UnknownClaim => claims::an_unknown_claim(case),
        Rule::UnknownHeaderParameter => key::an_unknown_parameter(case),
        Rule::ScopeAbsent => request::no_scope(case),
        Rule::KeysNotRegistered => key::not_registered(case),
        Rule::KeysUnreachable => key::unreachable(case),
        Rule::KeysUnreadable => key::unreadable(case),
        Rule::UnknownKeyId => key::unknown_key_id(case),
        Rule::KeyType => key::other_key_type(case),
        Rule::KeySize => key::too_small(case),
        Rule::Signature => key::signature_does_not_verify(case),
        Rule::AppRevoked
        | Rule::ProductMissing
        | Rule::DeveloperInactive
        | Rule::CompanyInactive
        | Rule::NoApplicationScope
        | Rule::NotActive => standing::is_against(case, rule),
        Rule::RateLimited => case.is_rate_limited,
        Rule::GatewayFailed => false,
        // These are no check of a token request.
        Rule::Path | Rule::Method => false,
        // A rule that this version does not know is no reason to hand out a token.
        _ => true,
    }
}
