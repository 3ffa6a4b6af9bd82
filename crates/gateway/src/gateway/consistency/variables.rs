//! Values of variables that the file itself states, and that its own URLs or lists exclude.

use tokenring_oauth::TokenEndpoint;

use crate::reader::Table;
use crate::variable::ISSUER;
use crate::{Environment, Error, Gateway, Problem, Template, pattern};

/// What ends the part of a URL for which a variable stands.
const DELIMITERS: [char; 6] = ['/', '?', '#', '@', ':', '\\'];

/// A value with the key path that states it.
struct Stated<'g> {
    path: String,
    variable: &'g str,
    value: &'g str,
}

pub(super) fn check(gateway: &Gateway, root: &Table<'_>) -> Result<(), Box<Error>> {
    check_allowed(gateway, root)?;
    for environment in gateway.environments() {
        check_key_prefix(gateway, environment, root)?;
        for stated in values(gateway, environment) {
            for (key, template) in urls(environment) {
                if fits(&stated, key, template) {
                    continue;
                }
                let is = template.as_str().to_owned();
                let key = format!("environments.{}.{key}", environment.name());
                return Err(root.error_on(&stated.path, Problem::Contradiction { key, is }));
            }
        }
    }
    Ok(())
}

/// Refuses a value that is allowed and refused.
fn check_allowed(gateway: &Gateway, root: &Table<'_>) -> Result<(), Box<Error>> {
    for variable in gateway.variables() {
        for (index, allowed) in variable.allowed_values().iter().enumerate() {
            let mut refused = variable.refused_values().iter();
            // What a pattern has for its star, another one's star can stand for as well.
            if let Some(place) = refused.position(|pattern| pattern::fits(pattern, allowed)) {
                let path = |key, index| format!("variables.{}.{key}[{index}]", variable.name());
                let is = variable.refused_values().get(place).cloned();
                let problem = Problem::Contradiction {
                    key: path("refused-values", place),
                    is: is.unwrap_or_default(),
                };
                return Err(root.error_on(&path("allowed-values", index), problem));
            }
        }
    }
    Ok(())
}

/// Refuses a prefix of an API key that has no header.
fn check_key_prefix(
    gateway: &Gateway,
    environment: &Environment,
    root: &Table<'_>,
) -> Result<(), Box<Error>> {
    let header = environment.api_key_header();
    let header = header.or_else(|| gateway.api().key_header());
    if environment.api_key_prefix().is_none() || header.is_some() {
        return Ok(());
    }
    let path = format!("environments.{}.api-key-prefix", environment.name());
    let (key, is) = ("api.key-header".to_owned(), "absent".to_owned());
    Err(root.error_on(&path, Problem::Contradiction { key, is }))
}

/// Every value that a variable can have here by what the file says.
fn values<'g>(gateway: &'g Gateway, environment: &'g Environment) -> Vec<Stated<'g>> {
    let mut values = Vec::new();
    for (variable, value) in environment.variables() {
        let path = format!("environments.{}.variables.{variable}", environment.name());
        values.push(Stated {
            path,
            variable,
            value,
        });
    }
    for variable in gateway.variables() {
        let name = variable.name();
        let mut others = environment.variables().iter();
        let is_replaced = others.any(|(other, _)| other == name);
        let default = variable.default_value().filter(|_| !is_replaced);
        for (key, value) in [("default", default), ("example", variable.example())] {
            values.extend(value.map(|value| Stated {
                path: format!("variables.{name}.{key}"),
                variable: name,
                value,
            }));
        }
        let allowed = variable.allowed_values().iter().enumerate();
        let literal = allowed.filter(|(_, value)| !value.contains('*'));
        values.extend(literal.map(|(index, value)| Stated {
            path: format!("variables.{name}.allowed-values[{index}]"),
            variable: name,
            value,
        }));
    }
    values
}

fn urls(environment: &Environment) -> impl Iterator<Item = (&'static str, &Template)> {
    let urls = [
        ("token-endpoint", environment.token_endpoint()),
        ("issuer", environment.issuer()),
        ("metadata", environment.metadata()),
        ("jwks-url", environment.jwks_url()),
        ("introspection", environment.introspection()),
    ];
    urls.into_iter().filter_map(|(key, url)| Some((key, url?)))
}

/// Whether a URL with this value is one.
fn fits(stated: &Stated<'_>, key: &str, template: &Template) -> bool {
    let at_front = usize::from(template.begins_with_variable());
    let mut behind = template.variables().skip(at_front);
    if behind.any(|name| name == stated.variable) && stated.value.contains(DELIMITERS) {
        return false;
    }
    let is_first = template.variables().next() == Some(stated.variable);
    if key != "token-endpoint" || !is_first || template.variables().any(|name| name == ISSUER) {
        return true;
    }
    let value = |name: &str| {
        Ok::<_, Error>(if name == stated.variable {
            stated.value
        } else {
            "1"
        })
    };
    let url = template.expand(value);
    url.is_ok_and(|url| TokenEndpoint::new(&url).is_ok())
}
