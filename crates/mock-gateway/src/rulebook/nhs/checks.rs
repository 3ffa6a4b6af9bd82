//! What breaks each rule of the table. Each function is named after what it finds.

use serde_json::Value;
use tokenring_jwk::{Algorithm, Jwk, KeyType, KeyUse, ring};

use crate::client::ClientState;
use crate::form::Parameter;
use crate::rulebook::ecmascript::{is_falsy, to_number};
use crate::rulebook::{Case, KeyLookup};

/// Five minutes, and ten seconds for clocks that differ.
const MAXIMUM_SECONDS_AHEAD: f64 = 310.0;
/// The `TimeAllowance` of the VerifyJWT policy.
const TIME_ALLOWANCE_SECONDS: f64 = 10.0;

/// The comparison is exact: a `charset` parameter is another content type to the real one.
pub(super) fn other_content_type(case: &Case<'_>) -> bool {
    case.content_type != Some("application/x-www-form-urlencoded")
}

pub(super) fn no_grant_type(case: &Case<'_>) -> bool {
    case.parameter("grant_type") == Parameter::Absent
}

pub(super) fn other_grant_type(case: &Case<'_>) -> bool {
    case.parameter("grant_type") != Parameter::Once("client_credentials")
}

pub(super) fn other_assertion_type(case: &Case<'_>) -> bool {
    case.parameter("client_assertion_type")
        != Parameter::Once("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
}

pub(super) fn no_assertion(case: &Case<'_>) -> bool {
    case.parameter("client_assertion") == Parameter::Absent
}

/// Claims that cannot be decoded count too: the flow has a step that treats them alike.
pub(super) fn malformed(case: &Case<'_>) -> bool {
    case.assertion.is_none()
}

/// An absent algorithm ends here as well: its own text is declared and never used.
pub(super) fn other_algorithm(case: &Case<'_>) -> bool {
    text(case.header("alg")) != Some("RS512")
}

/// This comes before the rules on the claim's presence and type, and a script converts it: a
/// string in the past has expired, one in the future gets on to the rule on the type.
pub(super) fn expired(case: &Case<'_>) -> bool {
    to_number(case.claim("exp")).is_some_and(|exp| case.now.as_seconds_f64() > exp)
}

/// A key ID that is no string is there, and finds no key later.
pub(super) fn no_key_id(case: &Case<'_>) -> bool {
    is_falsy(case.header("kid"))
}

pub(super) fn other_type(case: &Case<'_>) -> bool {
    !text(case.header("typ")).is_some_and(|typ| typ.eq_ignore_ascii_case("jwt"))
}

pub(super) fn no_expiry(case: &Case<'_>) -> bool {
    is_falsy(case.claim("exp"))
}

/// The script asks for a number. That a number which is no integer gets further is not
/// documented, and the text says that it does not.
pub(super) fn expiry_is_no_integer(case: &Case<'_>) -> bool {
    !case
        .claim("exp")
        .is_some_and(|exp| exp.is_u64() || exp.is_i64())
}

/// Two lists or objects are never equal to a script. Numbers are, and name no client later.
pub(super) fn issuer_is_not_subject(case: &Case<'_>) -> bool {
    let issuer = case.claim("iss");
    let compound = matches!(issuer, Some(Value::Array(_) | Value::Object(_)));
    is_falsy(issuer) || compound || issuer != case.claim("sub")
}

pub(super) fn no_jwt_id(case: &Case<'_>) -> bool {
    is_falsy(case.claim("jti"))
}

pub(super) fn jwt_id_is_no_string(case: &Case<'_>) -> bool {
    text(case.claim("jti")).is_none()
}

pub(super) fn jwt_id_is_spent(case: &Case<'_>) -> bool {
    case.spent_jwt_ids.contains(&case.jwt_id_key(), case.now)
}

pub(super) fn expires_too_late(case: &Case<'_>) -> bool {
    let now = case.now.as_seconds_f64();
    !to_number(case.claim("exp")).is_some_and(|exp| exp - now <= MAXIMUM_SECONDS_AHEAD)
}

pub(super) fn unknown_client(case: &Case<'_>) -> bool {
    case.client.is_none()
}

pub(super) fn app_revoked(case: &Case<'_>) -> bool {
    has_state(case, ClientState::AppRevoked)
}

pub(super) fn product_missing(case: &Case<'_>) -> bool {
    has_state(case, ClientState::ProductMissing)
}

pub(super) fn developer_inactive(case: &Case<'_>) -> bool {
    has_state(case, ClientState::DeveloperInactive)
}

pub(super) fn company_inactive(case: &Case<'_>) -> bool {
    has_state(case, ClientState::CompanyInactive)
}

pub(super) fn no_application_scope(case: &Case<'_>) -> bool {
    has_state(case, ClientState::NoApplicationScope)
}

/// A state that has no rule of its own is no reason to hand out a token.
pub(super) fn not_active(case: &Case<'_>) -> bool {
    !has_state(case, ClientState::Active)
}

pub(super) fn keys_not_registered(case: &Case<'_>) -> bool {
    matches!(case.keys, KeyLookup::Unregistered)
}

pub(super) fn keys_unreachable(case: &Case<'_>) -> bool {
    matches!(case.keys, KeyLookup::Unreachable)
}

pub(super) fn keys_unreadable(case: &Case<'_>) -> bool {
    !matches!(case.keys, KeyLookup::Found(_))
}

/// One string: that a list with the right URL in it gets further is not documented.
pub(super) fn other_audience(case: &Case<'_>) -> bool {
    let audience = text(case.claim("aud"));
    audience.is_none() || audience != case.called_url
}

pub(super) fn unknown_key_id(case: &Case<'_>) -> bool {
    candidates(case).next().is_none()
}

pub(super) fn signature_does_not_verify(case: &Case<'_>) -> bool {
    !candidates(case).any(|key| is_signed_by(case, key))
}

/// RFC 7515, section 4.1.11: what is not understood must be refused.
pub(super) fn critical_extension(case: &Case<'_>) -> bool {
    case.header("crit").is_some()
}

/// RFC 7519, section 4.1.5. That `nbf` and `iat` have to be numbers is not documented.
pub(super) fn not_yet_valid(case: &Case<'_>) -> bool {
    let latest = case.now.as_seconds_f64() + TIME_ALLOWANCE_SECONDS;
    let is_early = |nbf: &Value| !nbf.as_f64().is_some_and(|nbf| nbf <= latest);
    case.claim("nbf").is_some_and(is_early) || case.claim("iat").is_some_and(|iat| !iat.is_number())
}

pub(super) fn other_client_id(case: &Case<'_>) -> bool {
    match case.parameter("client_id") {
        Parameter::Absent => false,
        Parameter::Once(id) => text(case.claim("sub")) != Some(id),
        Parameter::Repeated => true,
    }
}

fn text(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str)
}

fn has_state(case: &Case<'_>, state: ClientState) -> bool {
    case.client.is_some_and(|client| client.state == state)
}

/// The registered keys that the header may mean: they have its key ID, and neither type nor `use`
/// nor `alg` of the JWK speaks against a signature with RS512.
fn candidates<'a>(case: &'a Case<'_>) -> impl Iterator<Item = &'a Jwk> {
    let key_id = text(case.header("kid"));
    let keys = match &case.keys {
        KeyLookup::Found(set) => set.keys(),
        _ => &[],
    };
    keys.iter().filter(move |key| {
        key.key_id().is_some_and(|id| Some(id.as_str()) == key_id)
            && key.public_key().key_type() == KeyType::Rsa
            && key.key_use().is_none_or(|each| each == KeyUse::Signature)
            && key.algorithm().is_none_or(|each| each == Algorithm::Rs512)
    })
}

fn is_signed_by(case: &Case<'_>, key: &Jwk) -> bool {
    let Some(assertion) = &case.assertion else {
        return false;
    };
    let Some(signature) = assertion.signature() else {
        return false;
    };
    let (key, message) = (key.public_key(), assertion.signing_input());
    ring::verify(key, Algorithm::Rs512, message, signature).is_ok()
}
