//! How the table is read.

use super::{ClientAuthentication, ContentTypeRule, DpopRule, Grant, RequestRules, ScopeRule};
use crate::reader::{Table, Value};
use crate::variable::Scope;
use crate::{AssertionRules, Error, Problem, RateLimit};

pub(crate) const KEYS: [&str; 19] = [
    "grant",
    "client-authentication",
    "client-id",
    "client-id-required",
    "content-type",
    "scope",
    "id-token-claim",
    "parameters",
    "secret-parameters",
    "headers",
    "secret-headers",
    "maximum-parameter-characters",
    "rate-limit",
    "multipart",
    "json",
    "parameters-in-query",
    "empty-parameters",
    "dpop",
    "dpop-nonce",
];
pub(super) const GRANTS: [(&str, Grant); 3] = [
    ("client-credentials", Grant::ClientCredentials),
    ("jwt-bearer", Grant::JwtBearer),
    ("none", Grant::None),
];
const CLIENT_AUTHENTICATIONS: [(&str, ClientAuthentication); 2] = [
    ("none", ClientAuthentication::None),
    ("assertion", ClientAuthentication::Assertion),
];
pub(super) const CONTENT_TYPES: [(&str, ContentTypeRule); 3] = [
    ("any", ContentTypeRule::Any),
    ("exact", ContentTypeRule::Exact),
    ("media-type", ContentTypeRule::MediaType),
];
pub(super) const SCOPES: [(&str, ScopeRule); 5] = [
    ("optional", ScopeRule::Optional),
    ("ignored", ScopeRule::Ignored),
    ("required", ScopeRule::Required),
    ("in-assertion", ScopeRule::InAssertion),
    ("in-assertion-optional", ScopeRule::InAssertionOptional),
];
pub(super) const DPOP_RULES: [(&str, DpopRule); 3] = [
    ("off", DpopRule::Off),
    ("optional", DpopRule::Optional),
    ("required", DpopRule::Required),
];
/// Shorter than any assertion, and longer than any form.
const PARAMETER_LIMITS: (u64, u64) = (500, 1_048_576);
/// Parameters of RFC 6749, RFC 7521 and RFC 7523 that other keys or the caller set.
pub(crate) const RESERVED: [&str; 6] = [
    "grant_type",
    "client_id",
    "client_assertion",
    "client_assertion_type",
    "assertion",
    "scope",
];

/// Headers that the request itself sets.
const SET_HEADERS: [&str; 5] = [
    "Accept",
    "Content-Length",
    "Content-Type",
    "Host",
    "Transfer-Encoding",
];

/// The grant of the table `[request]`.
pub(crate) fn grant(table: &Table<'_>) -> Result<Grant, Box<Error>> {
    table.word("grant", &GRANTS)
}

impl RequestRules {
    pub(crate) fn read(
        value: Option<&Value<'_>>,
        scope: &Scope,
        assertion: &AssertionRules,
    ) -> Result<Self, Box<Error>> {
        let mut rules = Self::default();
        let Some(value) = value else {
            return Ok(rules);
        };
        let table = value.table(&KEYS)?;
        rules.grant = grant(&table)?;
        if let Some(value) = table.optional("client-authentication") {
            rules.client_authentication = value.one_of(&CLIENT_AUTHENTICATIONS)?;
            let is_beside_grant = rules.client_authentication != ClientAuthentication::None;
            if is_beside_grant && rules.grant != Grant::JwtBearer {
                return Err(table.contradiction(&value, "grant", rules.grant.name()));
            }
        }
        rules.client_id = table.boolean("client-id", false)?;
        if let Some(value) = table.optional("client-id-required") {
            rules.client_id_required = value.boolean()?;
            if rules.client_id_required && !rules.client_id {
                return Err(table.contradiction(&value, "client-id", "false"));
            }
        }
        rules.content_type = table.word("content-type", &CONTENT_TYPES)?;
        if let Some(value) = table.optional("scope") {
            rules.scope = value.one_of(&SCOPES)?;
            rules.check_scope_claim(&value, assertion)?;
        }
        if let Some(value) = table.optional("id-token-claim") {
            let name = value.text()?;
            if let Some(allowed) = assertion.allowed_claims() {
                if !allowed.iter().any(|other| other == name) {
                    return Err(value.error(Problem::NotAmong {
                        found: name.to_owned(),
                        key: "assertion.allowed-claims".to_owned(),
                    }));
                }
            }
            rules.id_token_claim = Some(name.to_owned());
        }
        if let Some(value) = table.optional("maximum-parameter-characters") {
            let (shortest, longest) = PARAMETER_LIMITS;
            rules.maximum_parameter_characters = value.integer(shortest, longest)?.try_into().ok();
        }
        if let Some(value) = table.optional("rate-limit") {
            rules.rate_limit = Some(RateLimit::read(&value)?);
        }
        rules.multipart = table.boolean("multipart", false)?;
        rules.json = table.boolean("json", false)?;
        rules.parameters_in_query = table.boolean("parameters-in-query", false)?;
        let read = |item: &Value<'_>| item.text().map(str::to_owned);
        let empty = table.distinct("empty-parameters", read)?;
        rules.empty_parameters = empty.unwrap_or_default();
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
        rules.dpop = table.word("dpop", &DPOP_RULES)?;
        rules.dpop_nonce = table.boolean("dpop-nonce", false)?;
        rules.read_secrets_and_headers(&table, scope)?;
        Ok(rules)
    }

    fn read_secrets_and_headers(
        &mut self,
        table: &Table<'_>,
        scope: &Scope,
    ) -> Result<(), Box<Error>> {
        if let Some(value) = table.optional("secret-parameters") {
            self.secret_parameters = value.distinct(|item| Ok(item.name()?.to_owned()))?;
            for item in value.list()? {
                let name = item.text()?;
                if RESERVED.contains(&name) {
                    return Err(item.error(Problem::ReservedParameter));
                }
                if self.parameters.iter().any(|(other, _)| other == name) {
                    let other = format!("{}.{name}", table.path_of("parameters"));
                    return Err(item.error(Problem::Duplicate { other }));
                }
            }
        }
        if let Some(value) = table.optional("headers") {
            for (name, value) in value.open_table()?.entries() {
                if SET_HEADERS.iter().any(|set| name.eq_ignore_ascii_case(set)) {
                    return Err(value.error(Problem::ReservedName));
                }
                value.check_header_name(name)?;
                let template = value.template(scope)?;
                self.headers.push((name.to_owned(), template));
            }
        }
        if let Some(value) = table.optional("secret-headers") {
            value.distinct(|item| Ok(item.text()?.to_ascii_lowercase()))?;
            for item in value.list()? {
                let name = item.text()?;
                if SET_HEADERS.iter().any(|set| name.eq_ignore_ascii_case(set)) {
                    return Err(item.error(Problem::ReservedName));
                }
                item.check_header_name(name)?;
                let mut others = self.headers.iter();
                if let Some((other, _)) = others.find(|(it, _)| it.eq_ignore_ascii_case(name)) {
                    let other = format!("{}.{other}", table.path_of("headers"));
                    return Err(item.error(Problem::Duplicate { other }));
                }
                self.secret_headers.push(name.to_owned());
            }
        }
        Ok(())
    }

    /// Refuses a scope in the assertion where that cannot have the claim.
    fn check_scope_claim(
        &self,
        value: &Value<'_>,
        assertion: &AssertionRules,
    ) -> Result<(), Box<Error>> {
        let is_claim = matches!(
            self.scope,
            ScopeRule::InAssertion | ScopeRule::InAssertionOptional
        );
        match assertion.allowed_claims() {
            Some(allowed) if is_claim && !allowed.iter().any(|name| name == "scope") => Err(value
                .error(Problem::NotAmong {
                    found: "scope".to_owned(),
                    key: "assertion.allowed-claims".to_owned(),
                })),
            _ => Ok(()),
        }
    }
}
