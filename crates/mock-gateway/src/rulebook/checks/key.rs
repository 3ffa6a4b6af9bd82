//! The header, and the key that it names.

use base64ct::{Base64, Encoding};
use serde_json::Value;
use tokenring_gateway::{Gateway, IssuerRule, KeyChoice, RequestPart, Rule, TypRule};
use tokenring_jwk::{KeyType, PublicKey, any};

use super::scope::fits;
use crate::registered_keys::RegisteredKey;
use crate::rulebook::key_choice::{
    KeyName, algorithm, for_signatures, is_bare, key_name, named, names_no_key, of_the_algorithm,
};
use crate::rulebook::{Case, KeyLookup};

/// Nothing verifies with a smaller RSA key: RFC 7518, section 3.3.
const SMALLEST_RSA_BITS: usize = 2048;

/// What a JOSE library reads as the name of a signature algorithm: RFC 7518, section 3.1;
/// RFC 8037, section 3.1; RFC 8812, section 3.2; RFC 9864, section 4.
const ALGORITHM_NAMES: [&str; 17] = [
    "none", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
    "ES256", "ES384", "ES512", "ES256K", "EdDSA", "Ed25519", "Ed448",
];

/// The comparison is exact, and an absent algorithm is another one.
pub(super) fn other_algorithm(case: &Case<'_>) -> bool {
    algorithm(case).is_none()
}

/// Only a text can be unknown: a header without `alg` breaks another rule.
pub(super) fn unknown_algorithm_name(case: &Case<'_>) -> bool {
    case.header("alg").is_some_and(|alg| {
        alg.as_str()
            .is_none_or(|name| !ALGORITHM_NAMES.contains(&name))
    })
}

pub(super) fn not_the_clients_algorithm(case: &Case<'_>) -> bool {
    let own = case.algorithm_of_client();
    own.is_some_and(|own| case.header_text("alg") != Some(own.name()))
}

/// RFC 7515, section 4.1.11: what is not understood must be refused.
pub(super) fn critical_extension(case: &Case<'_>) -> bool {
    !case.rulebook.gateway.assertion().crit_ignored() && case.header("crit").is_some()
}

pub(super) fn an_unknown_parameter(case: &Case<'_>) -> bool {
    let allowed = case
        .rulebook
        .gateway
        .assertion()
        .allowed_header_parameters();
    let (Some(allowed), Some(assertion)) = (allowed, &case.assertion) else {
        return false;
    };
    let is_allowed = |name: &str| allowed.iter().any(|each| each == name);
    assertion.headers().any(|(name, _)| !is_allowed(name))
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
        let typ = typ.to_ascii_lowercase();
        let mut accepted = accepted.iter().map(|each| each.to_ascii_lowercase());
        accepted.len() == 0 || accepted.any(|each| fits(&each, &typ))
    };
    !value
        .and_then(Value::as_str)
        .is_some_and(|typ| !typ.is_empty() && is_accepted(typ))
}

/// A key ID that is no text is there, and finds no key later.
///
/// Of keys that say no algorithm only some work without one; of several that would fit, a gateway
/// may want one named.
pub(super) fn no_key_id(case: &Case<'_>) -> bool {
    let rules = case.key_rules();
    if rules.id_required() && names_no_key(case) {
        return true;
    }
    if !matches!(key_name(case), KeyName::None) {
        return false;
    }
    let is_single = matches!(rules.choice_without_id(), KeyChoice::Single);
    if is_single && fitting(case).len() > 1 {
        return true;
    }
    let (Some(algorithms), Some(algorithm)) = (rules.algorithms_without_id(), algorithm(case))
    else {
        return rules.algorithms_without_id().is_some();
    };
    let says_so = |key: &RegisteredKey| key.algorithm == Some(algorithm) && !is_bare(key, rules);
    !algorithms.contains(&algorithm) && !of_the_algorithm(case).into_iter().any(says_so)
}

pub(super) fn not_registered(case: &Case<'_>) -> bool {
    match &case.keys {
        KeyLookup::Unregistered => true,
        KeyLookup::Found { keys, .. } => {
            keys.iter().next().is_none() && knows_empty_sets(&case.rulebook.gateway)
        }
        _ => false,
    }
}

/// Whether the gateway tells a set without keys from one without the key that is looked for.
fn knows_empty_sets(gateway: &Gateway) -> bool {
    let count = RequestPart::Client("key-count".to_owned());
    let mut rows = gateway.refusals().iter();
    rows.any(|row| {
        let mut conditions = row.when().iter();
        row.rule() == Some(Rule::KeysNotRegistered)
            && conditions.any(|condition| *condition.part() == count)
    })
}

pub(super) fn unreachable(case: &Case<'_>) -> bool {
    matches!(case.keys, KeyLookup::Unreachable { .. })
}

pub(super) fn unreadable(case: &Case<'_>) -> bool {
    matches!(case.keys, KeyLookup::Unreadable)
}

/// Where there are no keys at all, other rules say so.
pub(super) fn unknown_key_id(case: &Case<'_>) -> bool {
    let has_keys = matches!(case.keys, KeyLookup::Found { .. });
    matches!(key_name(case), KeyName::Misformed)
        || (has_keys && (named(case).is_empty() || issuer_names_no_key(case)))
}

/// Whether the issuer has to name the key, and names none of the client's.
fn issuer_names_no_key(case: &Case<'_>) -> bool {
    let rule = case.rulebook.gateway.assertion().issuer_rule();
    let (IssuerRule::OfKey(_), Some(client)) = (rule, case.client) else {
        return false;
    };
    let names = |key: &RegisteredKey| {
        let hash = any::sha256(&key.public_key.to_spki_der());
        let issuer = rule.of_key(&client.id, &Base64::encode_string(&hash));
        issuer.is_some() && issuer.as_deref() == case.claim_text("iss")
    };
    !named(case).into_iter().any(names)
}

pub(super) fn other_use(case: &Case<'_>) -> bool {
    !named(case).is_empty() && for_signatures(case).is_empty()
}

pub(super) fn of_other_algorithm(case: &Case<'_>) -> bool {
    !for_signatures(case).is_empty() && of_the_algorithm(case).is_empty()
}

/// RFC 7515, section 4.1.2.
pub(super) fn other_key_set_url(case: &Case<'_>) -> bool {
    let registered = RequestPart::Client("jwks-url".to_owned());
    let named = case.header("jku").map(Value::as_str);
    named.is_some_and(|url| url.is_none() || url != case.part(&registered).as_deref())
}

pub(super) fn other_key_type(case: &Case<'_>) -> bool {
    !of_the_algorithm(case).is_empty() && fitting(case).is_empty()
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

/// The keys that the signature is checked with: of the type that the algorithm signs with, and the
/// first one alone where the gateway tries no other.
fn fitting<'a>(case: &'a Case<'_>) -> Vec<&'a RegisteredKey> {
    let Some(algorithm) = algorithm(case) else {
        return Vec::new();
    };
    let mut keys = of_the_algorithm(case);
    keys.retain(|key| key.public_key.key_type() == algorithm.key_type());
    let is_first = matches!(case.key_rules().choice_without_id(), KeyChoice::First);
    if is_first && matches!(key_name(case), KeyName::None) {
        keys.truncate(1);
    }
    keys
}

fn is_too_small(case: &Case<'_>, key: &RegisteredKey) -> bool {
    let minimum = case.key_rules().minimum_rsa_bits();
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
