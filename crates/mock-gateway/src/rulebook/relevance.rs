//! Which rules a gateway has, by what its file says beside its list of refusals.

use tokenring_gateway::{
    AudienceForm, ClientAuthentication, Gateway, Grant, JwtIdForm, KeyChoice, Rule, ScopeRule,
    SubjectRule, TypRule,
};

/// The claims whose absence has a rule of its own.
pub(super) const NAMED_CLAIMS: [&str; 7] = ["iss", "sub", "aud", "exp", "iat", "nbf", "jti"];

pub(crate) fn is_jwt_bearer(gateway: &Gateway) -> bool {
    matches!(gateway.request().grant(), Grant::JwtBearer)
}

pub(super) fn requires(gateway: &Gateway, claim: &str) -> bool {
    let mut required = gateway.assertion().required_claims().iter();
    required.any(|each| each == claim)
}

fn is_listed(gateway: &Gateway, rule: Rule) -> bool {
    let mut rows = gateway.refusals().iter();
    rows.any(|row| row.rule() == Some(rule))
}

/// Rules about a token request, which no JWT has that is itself the token.
const fn is_of_token_request(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::ContentType
            | Rule::GrantTypeAbsent
            | Rule::GrantType
            | Rule::GrantNotAllowed
            | Rule::ClientAssertionType
            | Rule::ParameterTooLong
            | Rule::ClientIdAbsent
            | Rule::ClientId
            | Rule::SecretAbsent
            | Rule::Scope
            | Rule::JwtIdSpent
    )
}

/// Whether the file makes a rule of this, listed or not.
pub(super) fn is_relevant(gateway: &Gateway, rule: Rule) -> bool {
    let (assertion, key, request) = (gateway.assertion(), gateway.key(), gateway.request());
    if request.jwt_is_token() && is_of_token_request(rule) {
        return false;
    }
    match rule {
        Rule::ClientAssertionType => {
            !is_jwt_bearer(gateway) || request.client_authentication() != ClientAuthentication::None
        }
        // Not every server looks; those that do have words for it.
        Rule::Origin
        | Rule::DuplicateParameter
        | Rule::KeySetUrl
        | Rule::Target
        | Rule::AlgorithmName
        | Rule::ClientCertificateAbsent => is_listed(gateway, rule),
        Rule::Scope => !matches!(request.scope(), ScopeRule::Ignored),
        Rule::ParameterTooLong => request.maximum_parameter_characters().is_some(),
        Rule::ClientIdAbsent => request.client_id_required(),
        Rule::SecretAbsent => !request.secret_parameters().is_empty(),
        Rule::Type => {
            matches!(assertion.typ_rule(), TypRule::Required | TypRule::Checked)
        }
        Rule::KeyIdAbsent => key.id_required() || key.algorithms_without_id().is_some(),
        Rule::SubjectAbsent => !matches!(assertion.subject_rule(), SubjectRule::Absent),
        Rule::SubjectPresent => matches!(assertion.subject_rule(), SubjectRule::Absent),
        Rule::IssuerNotSubject => matches!(assertion.subject_rule(), SubjectRule::ClientId),
        Rule::AudienceAbsent => requires(gateway, "aud"),
        Rule::AudienceList => !matches!(assertion.audience_form(), AudienceForm::List),
        Rule::ExpiryAbsent => requires(gateway, "exp"),
        Rule::ExpiryTooLate => assertion.maximum_lifetime().is_some(),
        Rule::ExpiryTooLateWithoutIssuedAt => {
            assertion.maximum_lifetime_without_issued_at().is_some()
        }
        Rule::IssuedAtAbsent => requires(gateway, "iat"),
        Rule::IssuedInFuture => assertion.leeway().issued_at().is_some(),
        Rule::TooOld => assertion.maximum_age().is_some(),
        Rule::NotBeforeAbsent => requires(gateway, "nbf"),
        Rule::JwtIdAbsent => requires(gateway, "jti"),
        Rule::JwtIdForm => matches!(assertion.jwt_id_form(), JwtIdForm::Text),
        Rule::JwtIdLength => {
            let (least, most) = (
                assertion.minimum_jwt_id_characters(),
                assertion.maximum_jwt_id_characters(),
            );
            least.or(most).is_some()
        }
        Rule::JwtIdSpent => !gateway.server().jwt_id_memory().is_zero(),
        Rule::ClaimAbsent => {
            let mut required = assertion.required_claims().iter();
            required.any(|claim| !NAMED_CLAIMS.contains(&claim.as_str()))
        }
        Rule::UnknownClaim => assertion.allowed_claims().is_some(),
        Rule::UnknownHeaderParameter => assertion.allowed_header_parameters().is_some(),
        Rule::ScopeAbsent => {
            matches!(
                request.scope(),
                ScopeRule::Required | ScopeRule::InAssertion
            )
        }
        // How a client stands has many rules at a gateway that lists them, and one at any other.
        Rule::AppRevoked
        | Rule::ProductMissing
        | Rule::DeveloperInactive
        | Rule::CompanyInactive
        | Rule::NoApplicationScope => false,
        // These are no judgement of a request.
        Rule::RateLimited | Rule::GatewayFailed | Rule::Path | Rule::Method => false,
        _ => true,
    }
}

/// Rules about the shape of the request, which is looked at before the assertion is.
pub(super) const fn is_of_shape(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::Origin
            | Rule::DuplicateParameter
            | Rule::ContentType
            | Rule::GrantTypeAbsent
            | Rule::GrantType
            | Rule::ClientAssertionType
            | Rule::ClientAssertionAbsent
            | Rule::ParameterTooLong
            | Rule::Malformed
            | Rule::ClientIdAbsent
            | Rule::SecretAbsent
            | Rule::ClientId
            | Rule::UnknownClient
    )
}

/// Rules that a rule answers for at a gateway that has no words of their own for them.
///
/// That `iss` and `sub` are not the same is broken by their absence anyhow.
pub(super) const fn stood_for_by(rule: Rule) -> &'static [Rule] {
    match rule {
        Rule::Audience => &[Rule::AudienceAbsent, Rule::AudienceList],
        Rule::UnknownKeyId => &[Rule::KeyType],
        _ => &[],
    }
}

/// Rules that are a part of another one at every gateway that does not list them.
pub(super) const fn details_of(rule: Rule) -> &'static [Rule] {
    match rule {
        Rule::UnknownClient => &[Rule::ClientDisabled, Rule::AuthenticationMethod],
        Rule::Algorithm => &[Rule::AlgorithmOfClient],
        Rule::UnknownKeyId => &[Rule::KeyUse, Rule::KeyAlgorithm],
        Rule::NotActive => &[Rule::GrantNotAllowed],
        _ => &[],
    }
}

/// Rules that cannot be judged without the client's keys.
pub(super) fn needs_keys(gateway: &Gateway, rule: Rule) -> bool {
    if rule == Rule::KeyIdAbsent {
        let key = gateway.key();
        return key.algorithms_without_id().is_some()
            || matches!(key.choice_without_id(), KeyChoice::Single);
    }
    matches!(
        rule,
        Rule::KeysNotRegistered
            | Rule::KeysUnreachable
            | Rule::KeysUnreadable
            | Rule::UnknownKeyId
            | Rule::KeyUse
            | Rule::KeyAlgorithm
            | Rule::KeyType
            | Rule::KeySize
            | Rule::Signature
    )
}
