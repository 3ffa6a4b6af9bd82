//! Answers that miss what the form has: the server found no form in the request.

use super::incident::Incident;
use super::words::Said;
use super::{Cause, kept};
use crate::{Refusal, Rule};

/// Whether the server says that there is no form, or nothing of one, where one was sent.
///
/// `known` are the entries of the file that have the server's words.
pub(super) fn is_told(incident: &Incident<'_>, known: &[&Refusal]) -> bool {
    if !was_sent(incident) {
        return false;
    }
    if !known.is_empty() {
        let is_missed = |rule: Rule| {
            is_of_form(rule) && (rule == Rule::ContentType || kept::keeps(incident, rule))
        };
        let mut rules = known.iter().map(|refusal| refusal.rule());
        return rules.all(|rule| rule.is_some_and(is_missed));
    }
    let words = incident.response.description().unwrap_or_default();
    let said = Said::new(words, &incident.sent_names());
    let first = said.rules().next();
    let is_missed = |rule| is_of_form(rule) && rule != Rule::ClientAssertionType;
    first.is_some_and(|rules| rules.iter().copied().all(is_missed))
}

/// What is the matter then.
pub(super) fn explained(cause: Cause) -> Cause {
    cause.explained(
        "The server finds no form in the request, although one was sent: its Content-Type was not \
         application/x-www-form-urlencoded when it arrived, or the body was lost on the way.",
    )
}

/// Whether the form has what every token request has.
pub(super) fn was_sent(incident: &Incident<'_>) -> bool {
    let parts = [Rule::GrantTypeAbsent, Rule::ClientAssertionAbsent];
    incident.form.is_some() && parts.iter().all(|rule| kept::keeps(incident, *rule))
}

const fn is_of_form(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::ContentType
            | Rule::GrantTypeAbsent
            | Rule::ClientAssertionType
            | Rule::ClientAssertionAbsent
    )
}
