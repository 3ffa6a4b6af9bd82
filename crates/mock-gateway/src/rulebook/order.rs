//! The steps of a gateway, in the order of its file.

use tokenring_gateway::{Gateway, Refusal as Row, RefusalForm, Rule};

use super::Step;
use super::relevance::{is_jwt_bearer, is_of_shape, is_relevant, needs_keys, stood_for_by};
use crate::refusal::{Refusal, Shape};

/// Puts the rules in order: the listed ones as the file has them; before them what has to be so
/// for a request to be read at all, after them what else follows from the file.
pub(super) fn steps(gateway: &Gateway) -> Vec<Step> {
    let listed: Vec<Rule> = rows(gateway).filter_map(Row::rule).collect();
    let is_listed = |rule: &Rule| listed.contains(rule);
    let stood_for: Vec<Rule> = listed
        .iter()
        .flat_map(|rule| stood_for_by(*rule))
        .copied()
        .filter(|rule| !is_listed(rule))
        .collect();
    let implied = |of_shape: bool| {
        let (listed, stood_for) = (&listed, &stood_for);
        Rule::ALL.iter().copied().filter(move |rule| {
            is_of_shape(*rule) == of_shape
                && is_relevant(gateway, *rule)
                && !listed.contains(rule)
                && !stood_for.contains(rule)
        })
    };
    let judged = listed
        .iter()
        .copied()
        .filter(|rule| *rule != Rule::GatewayFailed);
    // A gateway of which nobody knows where it counts requests counts them first.
    let limit = (!is_listed(&Rule::RateLimited)).then_some(Rule::RateLimited);
    let order: Vec<Rule> = limit
        .into_iter()
        .chain(implied(true))
        .chain(judged)
        .chain(implied(false))
        .collect();
    with_deeds(gateway, &order, &stood_for)
}

/// Adds the steps that do something.
fn with_deeds(gateway: &Gateway, order: &[Rule], stood_for: &[Rule]) -> Vec<Step> {
    let spent_before = gateway
        .server()
        .jwt_id_spent_before()
        .filter(|rule| order.contains(rule));
    let mut steps = Vec::new();
    let mut has_loaded = false;
    for rule in order.iter().copied() {
        if spent_before == Some(rule) {
            steps.push(Step::SpendJwtId);
        }
        if needs_keys(rule) && !has_loaded {
            steps.push(Step::LoadKeys);
            has_loaded = true;
        }
        let mut others: Vec<Rule> = stood_for_by(rule).to_vec();
        others.retain(|other| stood_for.contains(other));
        steps.push(Step::Judge {
            rule,
            stands_for: others,
            refusal: refusal(gateway, rule),
        });
    }
    if spent_before.is_none() {
        steps.push(Step::SpendJwtId);
    }
    steps
}

/// The answer to whoever breaks the rule: the gateway's own, or what a standard suggests.
pub(super) fn refusal(gateway: &Gateway, rule: Rule) -> Refusal {
    let row = rows(gateway).find(|row| row.rule() == Some(rule));
    let (status, error) = match rule {
        Rule::GatewayFailed => (500, "server_error"),
        // RFC 6749, section 5.2: the request is at fault, not the client.
        Rule::ParameterTooLong => (400, "invalid_request"),
        Rule::RateLimited => (429, "temporarily_unavailable"),
        // RFC 7521, section 4.1.
        _ if is_jwt_bearer(gateway) => (400, "invalid_grant"),
        // RFC 6749, section 5.2.
        _ => (401, "invalid_client"),
    };
    Refusal {
        rule,
        status: row.and_then(Row::status).unwrap_or(status),
        error: row.and_then(Row::error).unwrap_or(error).to_owned(),
        description: row.and_then(|row| match row.description() {
            Some(description) => Some(description.to_owned()),
            None => row.contains().map(completed),
        }),
        has_known_words: row.is_some_and(|row| row.description().is_some()),
        shape: match row.map(Row::form) {
            Some(RefusalForm::Fault) => Shape::Fault,
            Some(RefusalForm::Message) => Shape::Message,
            _ => Shape::OAuth,
        },
    }
}

/// A part of a text that goes on, as a text that a client can trim without losing the part.
fn completed(part: &str) -> String {
    if part.ends_with(char::is_whitespace) {
        return format!("{part}...");
    }
    part.to_owned()
}

/// The rows of the file that are about a rule: the others are for a diagnosis.
fn rows(gateway: &Gateway) -> impl Iterator<Item = &Row> {
    gateway.refusals().iter().filter(|row| row.rule().is_some())
}
