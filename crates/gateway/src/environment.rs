use tokenring_oauth::TokenEndpoint;

use crate::reader::{Table, Value};
use crate::variable::Scope;
use crate::{Error, Problem, Template};

/// One installation of a gateway, such as its test system: table `[environments.NAME]`.
#[derive(Clone, Debug)]
pub struct Environment {
    name: String,
    aliases: Vec<String>,
    token_endpoint: Option<Template>,
    issuer: Option<Template>,
    call_api_token_environment: Option<String>,
}

const KEYS: [&str; 4] = [
    "token-endpoint",
    "issuer",
    "aliases",
    "call-api-token-environment",
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

    pub(crate) fn read_all(root: &Table<'_>, scope: &Scope) -> Result<Vec<Self>, Error> {
        let value = root.required("environments")?;
        let entries = value.open_table()?.entries();
        if entries.is_empty() {
            return Err(value.error(Problem::Empty));
        }
        let mut environments = Vec::new();
        for (name, value) in &entries {
            environments.push(Self::read(name, value, scope)?);
        }
        check_aliases(&entries)?;
        check_token_environments(&environments, &entries)?;
        Ok(environments)
    }

    fn read(name: &str, value: &Value<'_>, scope: &Scope) -> Result<Self, Error> {
        value.check_name(name)?;
        let table = value.table(&KEYS)?;
        let mut aliases = Vec::new();
        if let Some(value) = table.optional("aliases") {
            for item in value.list()? {
                aliases.push(item.name()?.to_owned());
            }
        }
        let token_endpoint = match table.optional("token-endpoint") {
            Some(value) => Some(read_token_endpoint(&value, scope)?),
            None => None,
        };
        let issuer = match table.optional("issuer") {
            Some(value) => Some(value.template(scope)?),
            None => None,
        };
        let call_api_token_environment = match table.optional("call-api-token-environment") {
            Some(value) => Some(value.text()?.to_owned()),
            None => None,
        };
        Ok(Self {
            name: name.to_owned(),
            aliases,
            token_endpoint,
            issuer,
            call_api_token_environment,
        })
    }
}

/// Refuses a URL to which no assertion may go before anybody has put in a variable.
fn read_token_endpoint(value: &Value<'_>, scope: &Scope) -> Result<Template, Error> {
    let template = value.template(scope)?;
    // A first variable may hold the scheme: then only the whole URL can be judged.
    if !template.begins_with_variable() {
        // A digit fits wherever a variable can stand: in a host, a port or a path.
        let sample = template.expand(|_| Ok::<_, Error>("1"))?;
        TokenEndpoint::new(&sample)
            .map_err(|source| value.error(Problem::TokenEndpoint(source)))?;
    }
    Ok(template)
}

/// Refuses an alias that another environment has as its name or alias.
fn check_aliases(entries: &[(&str, Value<'_>)]) -> Result<(), Error> {
    let names = entries
        .iter()
        .map(|(name, value)| (*name, value.path().to_owned()));
    let mut taken: Vec<(&str, String)> = names.collect();
    for (_, value) in entries {
        let Some(aliases) = value.table(&KEYS)?.optional("aliases") else {
            continue;
        };
        for item in aliases.list()? {
            let alias = item.name()?;
            if let Some((_, other)) = taken.iter().find(|(name, _)| *name == alias) {
                let other = other.clone();
                return Err(item.error(Problem::Duplicate { other }));
            }
            taken.push((alias, item.path().to_owned()));
        }
    }
    Ok(())
}

/// Refuses to take tokens from an environment that is not there or takes its own from elsewhere.
fn check_token_environments(
    environments: &[Environment],
    entries: &[(&str, Value<'_>)],
) -> Result<(), Error> {
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
