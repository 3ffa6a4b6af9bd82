//! The header, and the key that it names.

use serde_json::Value;
use tokenring_gateway::TypRule;
use tokenring_jwk::{KeyType, PublicKey, any};

use crate::registered_keys::RegisteredKey;
use crate::rulebook::key_choice::{KeyName, algorithm, candidates, key_name, names_no_key};
use crate::rulebook::{Case, KeyLookup};

/// Nothing verifies with a smaller RSA key: RFC 7518, section 3.3.
const SMALLEST_RSA_BITS: usize = 2048;

/// The comparison is exact, and an absent algorithm is another one.
pub(super) fn other_algorithm(case: &Case<'_>) -> bool {
    algorithm(case).is_none()
}

/// RFC 7515, section 4.1.11: what is not understood must be refused.
pub(super) fn critical_extension(case: &Case<'_>) -> bool {
    case.header("crit").is_some()
}

pub(super) fn other_type(case: &Case<'_>) -> bool {
    let assertion = case.rulebook.gateway.assertion();
    let value = case.header("typ");
    match assertion.typ_rule() {
        TypRule::Required => {}
        TypRule::Checked if value.is_some() => {}
        _ => return false,
    }
    let accepted = assertion.accepted_types();
    let is_accepted = |typ: &str| {
        accepted.is_empty() || accepted.iter().any(|each| typ.eq_ignore_ascii_case(each))
    };
    !value
        .and_then(Value::as_str)
        .is_some_and(|typ| !typ.is_empty() && is_accepted(typ))
}

/// A key ID that is no text is there, and finds no key later.
pub(super) fn no_key_id(case: &Case<'_>) -> bool {
    let key = case.rulebook.gateway.key();
    if key.id_required() && names_no_key(case) {
        return true;
    }
    match (key.algorithms_without_id(), key_name(case)) {
        (Some(algorithms), KeyName::None) => {
            !algorithm(case).is_some_and(|algorithm| algorithms.contains(&algorithm))
        }
        _ => false,
    }
}

pub(super) fn not_registered(case: &Case<'_>) -> bool {
    matches!(case.keys, KeyLookup::Unregistered)
}

pub(super) fn unreachable(case: &Case<'_>) -> bool {
    matches!(case.keys, KeyLookup::Unreachable)
}

pub(super) fn unreadable(case: &Case<'_>) -> bool {
    matches!(case.keys, KeyLookup::Unreadable)
}

/// Where there are no keys at all, other rules say so.
pub(super) fn unknown_key_id(case: &Case<'_>) -> bool {
    let has_keys = matches!(case.keys, KeyLookup::Found { .. });
    matches!(key_name(case), KeyName::Misformed) || (has_keys && candidates(case).is_empty())
}

pub(super) fn other_key_type(case: &Case<'_>) -> bool {
    matches!(case.keys, KeyLookup::Found { .. }) && fitting(case).is_empty()
}

/// Only a client all of whose keys in question are too small has none to sign with.
pub(super) fn too_small(case: &Case<'_>) -> bool {
    let keys = fitting(case);
    !keys.is_empty() && keys.into_iter().all(|key| is_too_small(case, key))
}

/// Where no key is there to verify with, the rules on algorithm and key say why.
pub(super) fn signature_does_not_verify(case: &Case<'_>) -> bool {
    let mut keys = fitting(case);
    keys.retain(|key| !is_too_small(case, key));
    let verifies = |key: &&RegisteredKey| is_signed_by(case, &key.public_key);
    !keys.is_empty() && !keys.iter().any(verifies)
}

/// Whether there was a key for the rule on the signature to look at.
pub(crate) fn has_key_to_verify_with(case: &Case<'_>) -> bool {
    fitting(case)
        .into_iter()
        .any(|key| !is_too_small(case, key))
}

/// The candidates of the type that the algorithm signs with.
fn fitting<'a>(case: &'a Case<'_>) -> Vec<&'a RegisteredKey> {
    let Some(algorithm) = algorithm(case) else {
        return Vec::new();
    };
    let mut keys = candidates(case);
    keys.retain(|key| key.public_key.key_type() == algorithm.key_type());
    keys
}

fn is_too_small(case: &Case<'_>, key: &RegisteredKey) -> bool {
    let minimum = case.rulebook.gateway.key().minimum_rsa_bits();
    let minimum = minimum.unwrap_or(SMALLEST_RSA_BITS).max(SMALLEST_RSA_BITS);
    key.public_key.key_type() == KeyType::Rsa && key.public_key.bits() < minimum
}

fn is_signed_by(case: &Case<'_>, key: &PublicKey) -> bool {
    let (Some(assertion), Some(algorithm)) = (&case.assertion, algorithm(case)) else {
        return false;
    };
    let Some(signature) = assertion.signature() else {
        return false;
    };
    any::verify(key, algorithm, assertion.signing_input(), signature).is_ok()
}
