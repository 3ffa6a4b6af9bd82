//! When the assertion was made, and how long it is good for. All numbers are seconds.

use core::time::Duration;

use serde_json::Value;
use tokenring_gateway::{DateForm, LifetimeStart, Rule};

use crate::rulebook::Case;
use crate::rulebook::ecmascript::{is_falsy, to_number};
use crate::rulebook::relevance::requires;

/// A text with more digits is no date that a gateway would read.
const MOST_DIGITS: usize = 15;

pub(super) fn no_expiry(case: &Case<'_>) -> bool {
    let is_absent = match (case.rulebook.gateway.assertion().dates(), case.claim("exp")) {
        // Zero is a date like any other where no script looks at it.
        (DateForm::NumberOrText | DateForm::NumberElseAbsent, Some(Value::Number(_))) => false,
        (DateForm::NumberElseAbsent, Some(Value::Bool(_) | Value::String(_))) => false,
        (_, value) => is_falsy(value),
    };
    requires(&case.rulebook.gateway, "exp") && is_absent
}

pub(super) fn is_missing(case: &Case<'_>, name: &str) -> bool {
    requires(&case.rulebook.gateway, name) && matches!(case.claim(name), None | Some(Value::Null))
}

/// Whether a date is there in a form that the gateway does not take.
pub(super) fn is_no_date(case: &Case<'_>, name: &str) -> bool {
    let Some(value) = case.claim(name) else {
        return false;
    };
    match case.rulebook.gateway.assertion().dates() {
        DateForm::Integer => !(value.is_u64() || value.is_i64()),
        DateForm::NumberElseAbsent if name != "exp" => false,
        DateForm::NumberOrText => !(value.is_number() || value.as_str().is_some_and(is_digits)),
        _ => !value.is_number(),
    }
}

/// Where this comes before the rules on the claim's presence and type, a script converts it: a
/// text in the past has expired, one in the future gets on to the rule on the form.
pub(super) fn expired(case: &Case<'_>) -> bool {
    let assertion = case.rulebook.gateway.assertion();
    let leeway = case.rulebook.gateway.forgives(Rule::Expired);
    let end = |exp: f64| exp + leeway.unwrap_or_default().as_secs_f64();
    date(case, "exp").is_some_and(|exp| match assertion.ends_at_expiry() {
        true => now(case) >= end(exp),
        false => now(case) > end(exp),
    })
}

pub(super) fn expires_too_late(case: &Case<'_>) -> bool {
    let assertion = case.rulebook.gateway.assertion();
    let issued_at = case.claim("iat");
    if issued_at.is_none() && assertion.maximum_lifetime_without_issued_at().is_some() {
        return false;
    }
    let limit = assertion.maximum_lifetime();
    let limit = limit.map(|limit| Duration::from_secs(limit.as_seconds()));
    let mut starts = assertion.lifetime_counts_from().iter();
    starts.any(|start| lives_too_long(case, moment(case, *start), limit))
}

pub(super) fn expires_too_late_without_issued_at(case: &Case<'_>) -> bool {
    let assertion = case.rulebook.gateway.assertion();
    let limit = assertion.maximum_lifetime_without_issued_at();
    let limit = limit.map(|limit| Duration::from_secs(limit.as_seconds()));
    let limit = of_client(case).or(limit);
    case.claim("iat").is_none() && lives_too_long(case, Some(now(case)), limit)
}

pub(super) fn issued_in_future(case: &Case<'_>) -> bool {
    let leeway = case.rulebook.gateway.forgives(Rule::IssuedInFuture);
    match (leeway, date(case, "iat")) {
        (Some(leeway), Some(issued_at)) => issued_at > now(case) + leeway.as_secs_f64(),
        _ => false,
    }
}

pub(super) fn too_old(case: &Case<'_>) -> bool {
    let limit = of_client(case).or(case.rulebook.gateway.assertion().maximum_age());
    match (limit, date(case, "iat")) {
        (Some(limit), Some(issued_at)) => now(case) > issued_at + limit.as_secs_f64(),
        _ => false,
    }
}

/// RFC 7519, section 4.1.5.
pub(super) fn not_yet_valid(case: &Case<'_>) -> bool {
    let leeway = case.rulebook.gateway.forgives(Rule::NotYetValid);
    let leeway = leeway.unwrap_or_default().as_secs_f64();
    date(case, "nbf").is_some_and(|nbf| nbf > now(case) + leeway)
}

/// The client's own limit.
fn of_client(case: &Case<'_>) -> Option<Duration> {
    case.client
        .and_then(|client| client.registration.longest_age)
}

/// How long the assertion is still valid, if it says so.
pub(crate) fn left_until_expiry(case: &Case<'_>) -> Option<Duration> {
    let left = date(case, "exp")? - now(case);
    Some(Duration::try_from_secs_f64(left.max(0.0)).unwrap_or(Duration::MAX))
}

/// The moment from which on a lifetime counts: of its receipt where there is no such claim.
pub(crate) fn moment(case: &Case<'_>, start: LifetimeStart) -> Option<f64> {
    let name = match start {
        LifetimeStart::Issue => "iat",
        LifetimeStart::NotBefore => "nbf",
        _ => return Some(now(case)),
    };
    let takes_text = case.rulebook.gateway.assertion().dates() == DateForm::NumberOrText;
    // A date in another form is judged by its form.
    match case.claim(name) {
        None => Some(now(case)),
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) if takes_text => text.trim().parse().ok(),
        Some(_) => None,
    }
}

fn lives_too_long(case: &Case<'_>, start: Option<f64>, limit: Option<Duration>) -> bool {
    let leeway = case.rulebook.gateway.assertion().leeway().lifetime();
    match (date(case, "exp"), start, limit) {
        (Some(exp), Some(start), Some(limit)) => {
            exp - start > limit.as_secs_f64() + leeway.as_secs_f64()
        }
        _ => false,
    }
}

fn date(case: &Case<'_>, name: &str) -> Option<f64> {
    let value = case.claim(name);
    match case.rulebook.gateway.assertion().dates() {
        DateForm::NumberElseAbsent => value.and_then(Value::as_f64).filter(|date| *date != 0.0),
        _ => to_number(value),
    }
}

fn now(case: &Case<'_>) -> f64 {
    case.now.as_seconds_f64()
}

fn is_digits(text: &str) -> bool {
    (1..=MOST_DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}
