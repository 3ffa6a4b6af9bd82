//! Refusals that a request can never meet, or that have no room for what they say.

use super::in_some_flow;
use crate::reader::Table;
use crate::{Error, Gateway, Problem, Refusal, RefusalForm, Rule, ScopeRule, SubjectRule};

/// A rule that a gateway does not have whose file states otherwise under the other key.
struct Row {
    rule: Rule,
    other: &'static str,
    /// What the other key says that excludes the rule.
    excluded_by: fn(&Gateway) -> Option<String>,
}

const ROWS: &[Row] = &[
    Row {
        rule: Rule::DuplicateParameter,
        other: "server.first-of-repeated",
        excluded_by: |it| it.server().takes_first_of_repeated().then(|| "true".into()),
    },
    Row {
        rule: Rule::JwtIdSpent,
        other: "server.jwt-id-memory-seconds",
        excluded_by: |it| it.server().jwt_id_memory().is_zero().then(|| "0".into()),
    },
    Row {
        rule: Rule::SubjectPresent,
        other: "assertion.subject",
        excluded_by: |it| {
            let subject = it.assertion().subject_rule();
            (!matches!(subject, SubjectRule::Absent)).then(|| subject.as_str().to_owned())
        },
    },
    Row {
        rule: Rule::ClientIdAbsent,
        other: "request.client-id-required",
        excluded_by: |it| (!it.request().client_id_required()).then(|| "false".into()),
    },
    Row {
        rule: Rule::ScopeAbsent,
        other: "request.scope",
        excluded_by: |it| {
            let scope = it.request().scope();
            let wanted = matches!(scope, ScopeRule::Required | ScopeRule::InAssertion);
            (!wanted).then(|| scope.name().to_owned())
        },
    },
    Row {
        rule: Rule::Scope,
        other: "request.scope",
        excluded_by: |it| {
            let scope = it.request().scope();
            (scope == ScopeRule::Ignored).then(|| scope.name().to_owned())
        },
    },
];

pub(super) fn check(gateway: &Gateway, root: &Table<'_>) -> Result<(), Box<Error>> {
    for (index, refusal) in gateway.refusals().iter().enumerate() {
        let path = |key: &str| format!("refusals[{index}].{key}");
        if let Some((key, form)) = no_room(refusal, |key| root.holds(&path(key))) {
            let is = form.name().to_owned();
            let key_of_form = path("form");
            let problem = Problem::Contradiction {
                key: key_of_form,
                is,
            };
            return Err(root.error_on(&path(key), problem));
        }
        let mut rows = ROWS.iter().filter(|row| refusal.rule() == Some(row.rule));
        let Some(row) = rows.next() else {
            continue;
        };
        if !root.holds(row.other) || in_some_flow(gateway, |flow| (row.excluded_by)(flow).is_none())
        {
            continue;
        }
        if let Some(is) = (row.excluded_by)(gateway) {
            let key = row.other.to_owned();
            return Err(root.error_on(&path("rule"), Problem::Contradiction { key, is }));
        }
    }
    Ok(())
}

/// What a body of its form cannot have.
fn no_room(
    refusal: &Refusal,
    states: impl Fn(&str) -> bool,
) -> Option<(&'static str, RefusalForm)> {
    let excluded: &[&'static str] = match refusal.form() {
        RefusalForm::Empty => &["description", "contains", "members"],
        RefusalForm::Error => &["description", "contains"],
        _ => &[],
    };
    let key = excluded.iter().find(|key| states(key))?;
    Some((key, refusal.form()))
}
