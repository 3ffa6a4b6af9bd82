use crate::reader::Table;
use crate::variable::Scope;
use crate::{Error, Problem, Template};

/// What a gateway wants in the access token request: table `[request]`.
#[derive(Clone, Debug, Default)]
pub struct RequestRules {
    grant: Grant,
    client_id: bool,
    scope: ScopeRule,
    parameters: Vec<(String, Template)>,
}

/// The grant by which a token is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum Grant {
    /// `client_credentials` of RFC 6749 section 4.4, with a client assertion.
    #[default]
    ClientCredentials,
}

/// What a gateway does with the form parameter `scope`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum ScopeRule {
    /// Sent when the caller names one.
    #[default]
    Optional,
    /// The gateway takes no notice of it: what a token may do is settled elsewhere.
    Ignored,
}

const KEYS: [&str; 4] = ["grant", "client-id", "scope", "parameters"];
const GRANTS: [(&str, Grant); 1] = [("client-credentials", Grant::ClientCredentials)];
const SCOPES: [(&str, ScopeRule); 2] = [
    ("optional", ScopeRule::Optional),
    ("ignored", ScopeRule::Ignored),
];
/// Parameters of RFC 6749, RFC 7521 and RFC 7523 that other keys or the caller set.
const RESERVED: [&str; 6] = [
    "grant_type",
    "client_id",
    "client_assertion",
    "client_assertion_type",
    "assertion",
    "scope",
];

impl RequestRules {
    /// The grant. Defaults to client credentials.
    #[must_use]
    pub const fn grant(&self) -> Grant {
        self.grant
    }

    /// Whether `client_id` is sent beside the assertion, which names the client already.
    #[must_use]
    pub const fn sends_client_id(&self) -> bool {
        self.client_id
    }

    /// What becomes of the form parameter `scope`. Defaults to optional.
    #[must_use]
    pub const fn scope(&self) -> ScopeRule {
        self.scope
    }

    /// Form parameters, name and value, that every token request carries.
    ///
    /// [`Endpoint::parameters`](crate::Endpoint::parameters) has them with their variables put
    /// in.
    #[must_use]
    pub fn parameters(&self) -> &[(String, Template)] {
        &self.parameters
    }

    pub(crate) fn read(root: &Table<'_>, scope: &Scope) -> Result<Self, Error> {
        let mut rules = Self::default();
        let Some(value) = root.optional("request") else {
            return Ok(rules);
        };
        let table = value.table(&KEYS)?;
        if let Some(value) = table.optional("grant") {
            rules.grant = value.one_of(&GRANTS)?;
        }
        if let Some(value) = table.optional("client-id") {
            rules.client_id = value.boolean()?;
        }
        if let Some(value) = table.optional("scope") {
            rules.scope = value.one_of(&SCOPES)?;
        }
        if let Some(value) = table.optional("parameters") {
            for (name, value) in value.open_table()?.entries() {
                if RESERVED.contains(&name) {
                    return Err(value.error(Problem::ReservedParameter));
                }
                value.check_name(name)?;
                let template = value.template(scope)?;
                rules.parameters.push((name.to_owned(), template));
            }
        }
        Ok(rules)
    }
}
