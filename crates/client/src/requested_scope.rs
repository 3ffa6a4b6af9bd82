use serde_json::Value;
use tokenring_gateway::ScopeRule;

use crate::target::Target;
use crate::{Error, Parameter};

/// The scope that is requested, and where the gateway wants it.
#[derive(Clone)]
pub(crate) struct RequestedScope {
    scope: Option<String>,
    rule: ScopeRule,
    asks_for_id_token: bool,
}

impl RequestedScope {
    /// Where the caller is free to, a scope that the gateway wants may be missing.
    pub(crate) fn new(
        target: &Target,
        scope: Option<&str>,
        claims: &[(String, Value)],
        is_free: bool,
    ) -> Result<Self, Error> {
        let rule = target.gateway().request().scope();
        let scope = scope.filter(|scope| !scope.trim().is_empty());
        let asks_for_id_token = target
            .gateway()
            .request()
            .id_token_claim()
            .is_some_and(|name| {
                let mut claims = claims.iter().chain(target.endpoint().claims());
                claims.any(|(other, value)| other == name && !is_blank(value))
            });
        let wants_scope = !asks_for_id_token && !is_free;
        if wants_scope
            && scope.is_none()
            && matches!(rule, ScopeRule::Required | ScopeRule::InAssertion)
        {
            return Err(Error::Missing {
                parameter: Parameter::Scope,
                gateway: Some(target.gateway().name().to_owned()),
            });
        }
        Ok(Self {
            scope: scope.map(with_single_spaces),
            rule,
            asks_for_id_token,
        })
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// The scope in the form of the token request.
    pub(crate) fn of_form(&self) -> Option<&str> {
        self.as_str().filter(|_| !self.is_claim())
    }

    /// The scope in the assertion.
    pub(crate) fn of_claim(&self) -> Option<&str> {
        self.as_str().filter(|_| self.is_claim())
    }

    /// Whether a claim stands in its place that asks for an ID token.
    pub(crate) const fn asks_for_id_token(&self) -> bool {
        self.asks_for_id_token
    }

    /// Whether the gateway ignores it.
    pub(crate) fn is_ignored(&self) -> bool {
        self.rule == ScopeRule::Ignored
    }

    const fn is_claim(&self) -> bool {
        matches!(
            self.rule,
            ScopeRule::InAssertion | ScopeRule::InAssertionOptional
        )
    }
}

fn is_blank(value: &Value) -> bool {
    value.as_str().is_none_or(|text| text.trim().is_empty())
}

/// A scope with one space between its parts, as RFC 6749 section 3.3 wants it, whatever was between
/// and around them.
fn with_single_spaces(scope: &str) -> String {
    let scopes: Vec<_> = scope.split_whitespace().collect();
    scopes.join(" ")
}
