use tokenring_oauth::TokenEndpoint;

use crate::reader::{Table, Value};
use crate::variable::{ISSUER, Scope};
use crate::{Error, Problem, Template};

/// One installation of a gateway, such as its test system: table `[environments.NAME]`.
#[derive(Clone, Debug)]
pub struct Environment {
    name: String,
    aliases: Vec<String>,
    token_endpoint: Option<Template>,
    issuer: Option<Template>,
    metadata: Option<Template>,
    jwks_url: Option<Template>,
    introspection: Option<Template>,
    call_api_token_environment: Option<String>,
    api_key_header: Option<String>,
    api_key_prefix: Option<String>,
    is_open: bool,
    variables: Vec<(String, String)>,
}

pub(crate) const KEYS: [&str; 11] = [
    "token-endpoint",
    "issuer",
    "metadata",
    "jwks-url",
    "introspection",
    "aliases",
    "call-api-token-environment",
    "api-key-header",
    "api-key-prefix",
    "open",
    "variables",
];

impl Environment {
    /// The name, as it stands in default key IDs.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Other names that the environment goes by.
    #[must_use]
    pub fn aliases(&self) -> &[String] {
        &self.aliases
    }

    /// The token endpoint's URL; none if the gateway leaves it to the caller.
    #[must_use]
    pub const fn token_endpoint(&self) -> Option<&Template> {
        self.token_endpoint.as_ref()
    }

    /// The authorization server's issuer identifier; none if the gateway leaves it to the caller
    /// or does without.
    #[must_use]
    pub const fn issuer(&self) -> Option<&Template> {
        self.issuer.as_ref()
    }

    /// The document in which a person finds the endpoints. Nothing is ever sent because of it.
    #[must_use]
    pub const fn metadata(&self) -> Option<&Template> {
        self.metadata.as_ref()
    }

    /// Where the gateway publishes the keys that it signs its own tokens with, if that is known.
    #[must_use]
    pub const fn jwks_url(&self) -> Option<&Template> {
        self.jwks_url.as_ref()
    }

    /// Where the gateway says whether a token is valid (RFC 7662), if that is known.
    #[must_use]
    pub const fn introspection(&self) -> Option<&Template> {
        self.introspection.as_ref()
    }

    /// The header that carries a plain API key here, where that is not the gateway's usual one.
    #[must_use]
    pub fn api_key_header(&self) -> Option<&str> {
        self.api_key_header.as_deref()
    }

    /// What stands before a plain API key in its header, such as `Bearer` and a space.
    #[must_use]
    pub fn api_key_prefix(&self) -> Option<&str> {
        self.api_key_prefix.as_deref()
    }

    /// Whether the APIs here want no credentials.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.is_open
    }

    /// The values that variables have here where the caller gives none, by name.
    #[must_use]
    pub fn variables(&self) -> &[(String, String)] {
        &self.variables
    }

    /// The environment whose tokens open this one's APIs, where that is another one.
    ///
    /// [`Gateway::call_api_environment`](crate::Gateway::call_api_environment) follows it.
    #[must_use]
    pub fn call_api_token_environment(&self) -> Option<&str> {
        self.call_api_token_environment.as_deref()
    }

    pub(crate) fn answers_to(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }

    pub(crate) fn read_all(root: &Table<'_>, scope: &Scope) -> Result<Vec<Self>, Box<Error>> {
        let value = root.required("environments")?;
        let entries: Vec<_> = value.open_table()?.entries().collect();
        if entries.is_empty() {
            return Err(value.error(Problem::Empty));
        }
        let mut environments = Vec::new();
        for (name, value) in &entries {
            environments.push(Self::read(name, value, scope)?);
        }
        if !value.is_builtin() {
            check_aliases(&entries)?;
            check_token_environments(&environments, &entries)?;
        }
        Ok(environments)
    }

    fn read(name: &str, value: &Value<'_>, scope: &Scope) -> Result<Self, Box<Error>> {
        value.check_name(name)?;
        let table = value.table(&KEYS)?;
        let mut aliases = Vec::new();
        if let Some(value) = table.optional("aliases") {
            for item in value.list()? {
                aliases.push(item.name()?.to_owned());
            }
        }
        let issuer = table.template("issuer", scope)?;
        let token_endpoint = match table.optional("token-endpoint") {
            Some(value) => Some(read_token_endpoint(&value, issuer.as_ref(), scope)?),
            None => None,
        };
        let metadata = match table.optional("metadata") {
            Some(value) => Some(value.template_with_issuer(scope)?),
            None => None,
        };
        let jwks_url = match table.optional("jwks-url") {
            Some(value) => Some(value.template_with_issuer(scope)?),
            None => None,
        };
        let introspection = match table.optional("introspection") {
            Some(value) => Some(value.template_with_issuer(scope)?),
            None => None,
        };
        let api_key_header = match table.optional("api-key-header") {
            Some(value) => Some(value.header_name()?),
            None => None,
        };
        Ok(Self {
            name: name.to_owned(),
            aliases,
            token_endpoint,
            issuer,
            metadata,
            jwks_url,
            introspection,
            call_api_token_environment: table.text("call-api-token-environment")?,
            api_key_header,
            api_key_prefix: table.text("api-key-prefix")?,
            is_open: table.boolean("open", false)?,
            variables: match table.optional("variables") {
                Some(value) => scope.read_values(&value)?,
                None => Vec::new(),
            },
        })
    }
}

/// Refuses a URL to which no assertion may go before anybody has put in a variable.
fn read_token_endpoint(
    value: &Value<'_>,
    issuer: Option<&Template>,
    scope: &Scope,
) -> Result<Template, Box<Error>> {
    let template = value.template_with_issuer(scope)?;
    if value.is_builtin() {
        return Ok(template);
    }
    // A digit fits wherever a variable can stand: in a host, a port or a path.
    let one = |_: &str| Ok::<_, Error>("1");
    let issuer = match issuer {
        Some(issuer) if !issuer.begins_with_variable() => Some(issuer.expand(one)?),
        _ => None,
    };
    // A first variable may hold the scheme: then only the whole URL can be judged.
    let is_known = match template.variables().next() {
        Some(ISSUER) => issuer.is_some(),
        _ => !template.begins_with_variable(),
    };
    if is_known {
        let sample = template.expand(|name| match (name, &issuer) {
            (ISSUER, Some(issuer)) => Ok::<_, Error>(issuer.as_str()),
            _ => Ok("1"),
        })?;
        TokenEndpoint::new(&sample)
            .map_err(|source| value.error(Problem::TokenEndpoint(source)))?;
    }
    Ok(template)
}

/// Refuses an alias that another environment has as its name or alias.
fn check_aliases(entries: &[(&str, Value<'_>)]) -> Result<(), Box<Error>> {
    let mut taken = entries.to_vec();
    for (_, value) in entries {
        let Some(aliases) = value.table(&KEYS)?.optional("aliases") else {
            continue;
        };
        for item in aliases.list()? {
            let alias = item.name()?;
            if let Some((_, other)) = taken.iter().find(|(name, _)| *name == alias) {
                let other = other.path();
                return Err(item.error(Problem::Duplicate { other }));
            }
            taken.push((alias, item));
        }
    }
    Ok(())
}

/// Refuses to take tokens from an environment that is not there or takes its own from elsewhere.
fn check_token_environments(
    environments: &[Environment],
    entries: &[(&str, Value<'_>)],
) -> Result<(), Box<Error>> {
    for (_, value) in entries {
        let Some(value) = value.table(&KEYS)?.optional("call-api-token-environment") else {
            continue;
        };
        let name = value.text()?;
        let Some(target) = environments.iter().find(|other| other.name == name) else {
            let names = environments.iter().map(|other| other.name.as_str());
            return Err(value.unknown_value(name, names));
        };
        if target.call_api_token_environment.is_some() {
            return Err(value.error(Problem::TokenEnvironmentChain));
        }
    }
    Ok(())
}
