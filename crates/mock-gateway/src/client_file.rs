//! The clients of a file: TOML or JSON, a table for each under `clients`.

mod document;
mod key_form;

use core::time::Duration;
use std::io;
use std::path::Path;

use serde_json::{Map, Value};
use tokenring_gateway::nearest;
use tokenring_jwk::Algorithm;

pub(crate) use self::document::{from_json, kind, parse};
use self::key_form::KEY_MEMBERS;
use crate::client::JwkSource;
use crate::client_registration::{AuthenticationMethod, BoundTokens, ClientRegistration};
use crate::error::Error;
use crate::registration::read_text;

/// A client of a file.
#[derive(Debug)]
pub(crate) struct FileClient {
    pub(crate) id: String,
    pub(crate) keys: JwkSource,
    pub(crate) registration: ClientRegistration,
}

const CLIENTS: &str = "clients";
const MEMBERS: [&str; 12] = [
    "jwks",
    "jwks-url",
    "public-key",
    "certificate",
    "disabled",
    "grants",
    "authentication",
    "algorithm",
    "longest-age-seconds",
    "bound-tokens",
    "scopes",
    "audiences",
];
/// The grants of RFC 6749 and of the registry of OAuth parameters.
const GRANTS: [&str; 11] = [
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "authorization_code",
    "refresh_token",
    "password",
    "implicit",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "urn:ietf:params:oauth:grant-type:saml2-bearer",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:openid:params:grant-type:ciba",
    "urn:ietf:params:oauth:grant-type:uma-ticket",
];
const OAUTH_GRANTS: &str = "urn:ietf:params:oauth:grant-type:";
const A_DAY: u64 = 24 * 3600;

/// Reads the text of a file; names of other files in it are relative to its folder.
pub(crate) fn read(path: &Path, text: &str) -> Result<Vec<FileClient>, Error> {
    read_with(path, text, &read_text)
}

fn read_with(
    path: &Path,
    text: &str,
    open: &dyn Fn(&Path) -> io::Result<String>,
) -> Result<Vec<FileClient>, Error> {
    let refused = |what: String| Error::ClientFile {
        path: path.to_owned(),
        what,
    };
    let root = parse(path, text).map_err(refused)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    read_clients(&root, folder, open).map_err(refused)
}

/// Reads all clients of a document, or says what is wrong, and where.
pub(crate) fn read_clients(
    root: &Value,
    folder: &Path,
    open: &dyn Fn(&Path) -> io::Result<String>,
) -> Result<Vec<FileClient>, String> {
    let mut read = Vec::new();
    for (id, members) in clients_of(root)? {
        let client = read_client(id, members, folder, open);
        read.push(client.map_err(|what| format!("{}: {what}", name_of(id)))?);
    }
    Ok(read)
}

/// The path of a client's table, with an ID in quotes where TOML wants them.
fn name_of(id: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    match !id.is_empty() && id.chars().all(is_bare) {
        true => format!("{CLIENTS}.{id}"),
        false => format!("{CLIENTS}.{id:?}"),
    }
}

fn clients_of(root: &Value) -> Result<&Map<String, Value>, String> {
    let wanted =
        "wanted: a table `clients` with a table for each client ID, such as [clients.my-app]";
    let Some(tables) = root.as_object() else {
        return Err(format!("the file is {}; {wanted}", kind(root)));
    };
    if let Some(stray) = tables.keys().find(|name| *name != CLIENTS) {
        return Err(match nearest(stray, [CLIENTS]) {
            Some(_) => format!("unknown table `{stray}` (did you mean `{CLIENTS}`?); {wanted}"),
            None => format!("unknown table `{stray}`; {wanted}"),
        });
    }
    match tables.get(CLIENTS) {
        Some(Value::Object(clients)) if !clients.is_empty() => Ok(clients),
        Some(Value::Object(_)) => Err(format!("`{CLIENTS}` has no client; {wanted}")),
        Some(other) => Err(format!("`{CLIENTS}` is {}; {wanted}", kind(other))),
        None => Err(format!("no table `{CLIENTS}`; {wanted}")),
    }
}

pub(crate) fn read_client(
    id: &str,
    members: &Value,
    folder: &Path,
    open: &dyn Fn(&Path) -> io::Result<String>,
) -> Result<FileClient, String> {
    if id.trim().is_empty() {
        return Err("the client ID is empty; wanted: the ID that the client sends".to_owned());
    }
    let Some(members) = members.as_object() else {
        return Err(format!(
            "is {}; wanted: a table with the client's keys",
            kind(members)
        ));
    };
    for name in members.keys() {
        if !MEMBERS.contains(&name.as_str()) {
            return Err(unknown(&format!("key `{name}`"), name, &MEMBERS));
        }
    }
    let mut stated = KEY_MEMBERS.iter();
    let mut stated = stated.by_ref().filter(|it| members.contains_key(it.name()));
    let keys = match (stated.next(), stated.next()) {
        (Some(one), Some(other)) => {
            return Err(format!(
                "both `{}` and `{}`; wanted: one of them",
                one.name(),
                other.name()
            ));
        }
        (Some(member), None) => {
            let value = members.get(member.name()).unwrap_or(&Value::Null);
            member.read(value, folder, open)?
        }
        (None, _) => JwkSource::Unregistered,
    };
    Ok(FileClient {
        id: id.to_owned(),
        keys,
        registration: read_registration(members)?,
    })
}

fn read_registration(members: &Map<String, Value>) -> Result<ClientRegistration, String> {
    let mut registration = ClientRegistration::new();
    if let Some(value) = members.get("disabled") {
        let disabled = value.as_bool();
        if disabled.ok_or_else(|| wrong("disabled", value, "true or false"))? {
            registration = registration.disabled();
        }
    }
    if let Some(grants) = texts(members, "grants")? {
        for (index, grant) in grants.iter().enumerate() {
            // Other organisations have grants of their own, which are absolute URIs.
            let is_foreign = grant.contains(':') && !grant.starts_with(OAUTH_GRANTS);
            if !is_foreign && !GRANTS.contains(&grant.as_str()) {
                let what = format!("grants[{index}] {grant:?}");
                return Err(unknown(&what, grant, &GRANTS));
            }
        }
        registration = registration.with_grants(grants);
    }
    if let Some(scopes) = texts(members, "scopes")? {
        for (index, scope) in scopes.iter().enumerate() {
            if scope.is_empty() || scope.contains(char::is_whitespace) {
                return Err(format!(
                    "scopes[{index}] is {scope:?}; wanted: one scope, without spaces"
                ));
            }
        }
        registration = registration.with_scopes(scopes);
    }
    if let Some(audiences) = texts(members, "audiences")? {
        registration = registration.with_audiences(audiences);
    }
    if let Some(name) = text(
        members,
        "authentication",
        "a method of client authentication",
    )? {
        let names = AuthenticationMethod::ALL.map(AuthenticationMethod::name);
        let method = AuthenticationMethod::from_name(name);
        let method =
            method.ok_or_else(|| unknown(&format!("authentication {name:?}"), name, &names))?;
        registration = registration.with_authentication(method);
    }
    if let Some(name) = text(members, "algorithm", "an algorithm, such as \"ES256\"")? {
        let names: Vec<_> = Algorithm::ALL.iter().map(|each| each.name()).collect();
        let algorithm: Result<Algorithm, _> = name.parse();
        let algorithm =
            algorithm.map_err(|_| unknown(&format!("algorithm {name:?}"), name, &names))?;
        registration = registration.with_algorithm(algorithm);
    }
    let longest = "longest-age-seconds";
    if let Some(value) = members.get(longest) {
        let seconds = value
            .as_u64()
            .filter(|seconds| (1..=A_DAY).contains(seconds));
        let seconds = seconds
            .ok_or_else(|| wrong(longest, value, &format!("a whole number from 1 to {A_DAY}")))?;
        registration = registration.with_longest_age(Duration::from_secs(seconds));
    }
    match text(
        members,
        "bound-tokens",
        "\"dpop\", \"certificate\" or \"none\"",
    )? {
        None => Ok(registration),
        Some("dpop") => Ok(registration.with_bound_tokens(BoundTokens::Dpop)),
        Some("certificate") => Ok(registration.with_bound_tokens(BoundTokens::Certificate)),
        Some("none") => Ok(registration.with_bound_tokens(BoundTokens::Nothing)),
        Some(other) => Err(unknown(
            &format!("bound-tokens {other:?}"),
            other,
            &["dpop", "certificate", "none"],
        )),
    }
}

/// What is not one of a few names, with the one that was probably meant.
fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    let meant = nearest(name, known.iter().copied());
    let meant = meant.map_or_else(String::new, |meant| format!(" (did you mean `{meant}`?)"));
    format!("unknown {what}{meant}; wanted: one of {}", known.join(", "))
}

fn wrong(name: &str, value: &Value, wanted: &str) -> String {
    let found = match value {
        Value::Number(number) if number.is_u64() || number.is_i64() => number.to_string(),
        value => kind(value).to_owned(),
    };
    format!("{name} is {found}; wanted: {wanted}")
}

fn text<'a>(
    members: &'a Map<String, Value>,
    name: &str,
    wanted: &str,
) -> Result<Option<&'a str>, String> {
    let Some(value) = members.get(name) else {
        return Ok(None);
    };
    let text = value.as_str();
    text.map(Some).ok_or_else(|| wrong(name, value, wanted))
}

fn texts(members: &Map<String, Value>, name: &str) -> Result<Option<Vec<String>>, String> {
    let Some(value) = members.get(name) else {
        return Ok(None);
    };
    let items = value.as_array();
    let items = items.ok_or_else(|| wrong(name, value, "a list of texts"))?;
    let mut texts = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let text = item.as_str();
        let text = text.ok_or_else(|| wrong(&format!("{name}[{index}]"), item, "a text"))?;
        if texts.iter().any(|other| other == text) {
            return Err(format!(
                "{name}[{index}] {text:?} is there twice; wanted: each once"
            ));
        }
        texts.push(text.to_owned());
    }
    Ok(Some(texts))
}

#[cfg(test)]
mod tests;
