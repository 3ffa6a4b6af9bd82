use tokenring_gateway::ScopeRule;

use crate::target::Target;
use crate::{Error, Parameter};

/// The scope that is requested, and where the gateway wants it.
#[derive(Clone)]
pub(crate) struct RequestedScope {
    scope: Option<String>,
    rule: ScopeRule,
}

impl RequestedScope {
    pub(crate) fn new(target: &Target, scope: Option<&str>) -> Result<Self, Error> {
        let rule = target.gateway().request().scope();
        let scope = scope.filter(|scope| !scope.trim().is_empty());
        if scope.is_none() && matches!(rule, ScopeRule::Required | ScopeRule::InAssertion) {
            return Err(Error::Missing {
                parameter: Parameter::Scope,
                gateway: Some(target.gateway().name().to_owned()),
            });
        }
        Ok(Self {
            scope: scope.map(with_single_spaces),
            rule,
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

/// A scope with one space between its parts, as RFC 6749 section 3.3 wants it, whatever was between
/// and around them.
fn with_single_spaces(scope: &str) -> String {
    let scopes: Vec<_> = scope.split_whitespace().collect();
    scopes.join(" ")
}
