use serde_json::{Map, Value as Json};

use crate::reader::Value;
use crate::variable::Scope;
use crate::{Error, Problem, Template};

/// The value of a claim that the gateway's own assertions have: an entry of
/// `[assertion.own-claims]`.
#[derive(Clone, Debug)]
pub(crate) enum OwnClaim {
    /// A text, in which variables can stand.
    Text(Template),
    /// What needs no variable.
    Json(Json),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

/// The claims that have their own places, or are made for each assertion.
const RESERVED: [&str; 8] = ["iss", "sub", "aud", "exp", "iat", "nbf", "jti", "scope"];

impl OwnClaim {
    /// Reads a table of claims.
    pub(crate) fn read_all(
        value: &Value<'_>,
        scope: &Scope,
    ) -> Result<Vec<(String, Self)>, Box<Error>> {
        let mut claims = Vec::new();
        for (name, value) in value.open_table()?.entries() {
            if RESERVED.contains(&name) {
                return Err(value.error(Problem::ReservedName));
            }
            claims.push((name.to_owned(), Self::read(&value, scope)?));
        }
        Ok(claims)
    }

    fn read(value: &Value<'_>, scope: &Scope) -> Result<Self, Box<Error>> {
        if value.is_text() {
            return Ok(Self::Text(value.template(scope)?));
        }
        if value.is_table() {
            let mut members = Vec::new();
            for (name, value) in value.open_table()?.entries() {
                members.push((name.to_owned(), Self::read(&value, scope)?));
            }
            return Ok(Self::Object(members));
        }
        if let Ok(items) = value.list() {
            let items = items.iter().map(|item| Self::read(item, scope));
            return Ok(Self::List(items.collect::<Result<_, _>>()?));
        }
        if let Ok(flag) = value.boolean() {
            return Ok(Self::Json(flag.into()));
        }
        match value.integer(0, u64::MAX) {
            Ok(number) => Ok(Self::Json(number.into())),
            Err(error) if value.is_integer() => Err(error),
            Err(_) => Err(value.wrong_type("a text, number, list, table, true or false")),
        }
    }

    /// Puts variables in.
    pub(crate) fn expand<E>(
        &self,
        text: &impl Fn(&Template) -> Result<String, E>,
    ) -> Result<Json, E> {
        Ok(match self {
            Self::Text(template) => text(template)?.into(),
            Self::Json(value) => value.clone(),
            Self::List(items) => {
                let items = items.iter().map(|item| item.expand(text));
                Json::Array(items.collect::<Result<_, _>>()?)
            }
            Self::Object(members) => {
                let members = members
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), value.expand(text)?)));
                Json::Object(members.collect::<Result<Map<_, _>, E>>()?)
            }
        })
    }
}
