//! The scope that is requested, and the one that the client gets.

use tokenring_gateway::{GrantedScope, ScopeRule};

use crate::form::Parameter;
use crate::rulebook::Case;

/// Whether a scope is requested that the gateway does not know or the client may not have.
///
/// They are separated by one space each: between two spaces is a scope without a name.
pub(super) fn is_not_granted(case: &Case<'_>) -> bool {
    first_unknown(case).is_some()
}

/// The first scope of those requested that the client may not have.
pub(crate) fn first_unknown<'a>(case: &'a Case<'_>) -> Option<&'a str> {
    let skips_blank = case.rulebook.gateway.server().skips_blank_scopes();
    let mut scopes = requested(case)?.split(' ');
    scopes.find(|scope| {
        let counts = !skips_blank || !scope.is_empty();
        counts && !may_have(case, scope)
    })
}

/// The scope of the token, as the answer has it.
pub(crate) fn granted(case: &Case<'_>) -> Option<String> {
    let gateway = &case.rulebook.gateway;
    let requested = requested(case);
    let skips_blank = gateway.server().skips_blank_scopes();
    let single_spaced: Option<String> = requested.filter(|_| skips_blank).map(|scope| {
        let names: Vec<&str> = scope.split(' ').filter(|name| !name.is_empty()).collect();
        names.join(" ")
    });
    let requested = single_spaced.as_deref().or(requested);
    if matches!(gateway.request().scope(), ScopeRule::Ignored) {
        return None;
    }
    let defaults = || defaults(case).join(" ");
    match gateway.response().scope() {
        GrantedScope::Requested => requested.map(str::to_owned),
        GrantedScope::RequestedOrEmpty => Some(requested.unwrap_or_default().to_owned()),
        GrantedScope::RequestedElseDefault => Some(requested.map_or_else(defaults, str::to_owned)),
        GrantedScope::RequestedAndDefault => {
            let mut all: Vec<&str> = requested
                .iter()
                .flat_map(|scope| scope.split(' '))
                .collect();
            for scope in defaults_of(case) {
                if !all.contains(&scope) {
                    all.push(scope);
                }
            }
            Some(all.join(" "))
        }
        _ => None,
    }
}

/// The scope that is requested, as it was sent.
pub(crate) fn requested<'a>(case: &'a Case<'_>) -> Option<&'a str> {
    match case.rulebook.gateway.request().scope() {
        ScopeRule::InAssertion => case.claim_text("scope"),
        // One without a name requests nothing.
        ScopeRule::InAssertionOptional => {
            let scope = case.claim_text("scope");
            scope.filter(|scope| !scope.trim().is_empty())
        }
        ScopeRule::Ignored => None,
        _ => match case.parameter("scope") {
            Parameter::Once(scope) => Some(scope),
            Parameter::Repeated => case.form.first("scope"),
            Parameter::Absent => None,
        },
    }
}

fn may_have(case: &Case<'_>, scope: &str) -> bool {
    let server = case.rulebook.gateway.server();
    let own = case
        .client
        .and_then(|client| client.registration.scopes.as_deref());
    let Some(others) = own.or_else(|| server.optional_scopes()) else {
        return !scope.is_empty();
    };
    let is_default = defaults_of(case).any(|each| each == scope);
    is_default || others.iter().any(|pattern| fits(pattern, scope))
}

/// A client with scopes of its own has these where the gateway has no default ones.
fn defaults_of<'a>(case: &'a Case<'_>) -> impl Iterator<Item = &'a str> {
    let defaults = case.rulebook.gateway.server().default_scopes();
    let own = case
        .client
        .and_then(|client| client.registration.scopes.as_deref());
    let own = own.filter(|_| defaults.is_empty()).unwrap_or_default();
    defaults.iter().chain(own).map(String::as_str)
}

fn defaults<'a>(case: &'a Case<'_>) -> Vec<&'a str> {
    defaults_of(case).collect()
}

/// Whether a scope is the one, or of the kind, that a pattern names.
pub(super) fn fits(pattern: &str, scope: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == scope,
        Some((start, rest)) => scope.strip_prefix(start).is_some_and(|after| {
            let ends = (0..=after.len()).filter_map(|end| after.get(end..));
            ends.into_iter().any(|tail| fits(rest, tail))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_star_stands_for_anything() {
        assert!(fits("read", "read"));
        assert!(!fits("read", "reader"));
        assert!(fits("system/*.rs", "system/Patient.rs"));
        assert!(!fits("system/*.rs", "system/Patient.cruds"));
        assert!(fits("*", ""));
    }
}
