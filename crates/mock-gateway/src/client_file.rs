//! The clients of a file: TOML or JSON, a table for each under `clients`.

use core::time::Duration;
use std::path::Path;

use serde_json::{Map, Value};
use tokenring_jwk::Algorithm;
use toml::de::{DeTable, DeValue};

use crate::client::JwkSource;
use crate::client_registration::{AuthenticationMethod, BoundTokens, ClientRegistration};
use crate::error::Error;

/// A client of a file.
#[derive(Debug)]
pub(crate) struct FileClient {
    pub(crate) id: String,
    pub(crate) keys: JwkSource,
    pub(crate) registration: ClientRegistration,
}

const MEMBERS: [&str; 11] = [
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
];
/// Of these a client has one at most.
const KEYS: [&str; 4] = ["jwks", "jwks-url", "public-key", "certificate"];

/// Reads the text of a file; names of other files in it are relative to its folder.
pub(crate) fn read(path: &Path, text: &str) -> Result<Vec<FileClient>, Error> {
    let refused = |what: String| Error::ClientFile {
        path: path.to_owned(),
        what,
    };
    let root = match text.trim_start().starts_with('{') {
        true => {
            serde_json::from_str(text).map_err(|error| refused(format!("not JSON: {error}")))?
        }
        false => from_toml(text).map_err(|error| refused(format!("not TOML: {error}")))?,
    };
    let clients = root.get("clients").and_then(Value::as_object);
    let clients = clients.ok_or_else(|| refused("no table `clients`".to_owned()))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut read = Vec::new();
    for (id, members) in clients {
        let client = read_client(id, members, folder);
        read.push(client.map_err(|what| refused(format!("clients.{id}: {what}")))?);
    }
    Ok(read)
}

fn read_client(id: &str, members: &Value, folder: &Path) -> Result<FileClient, String> {
    let members = members.as_object().ok_or("not a table")?;
    if let Some(unknown) = members
        .keys()
        .find(|name| !MEMBERS.contains(&name.as_str()))
    {
        let known = MEMBERS.join(", ");
        return Err(format!("unknown key `{unknown}`; known are {known}"));
    }
    Ok(FileClient {
        id: id.to_owned(),
        keys: read_keys(members, folder)?,
        registration: read_registration(members)?,
    })
}

fn read_keys(members: &Map<String, Value>, folder: &Path) -> Result<JwkSource, String> {
    let mut stated = KEYS.iter().filter(|name| members.contains_key(**name));
    let Some(name) = stated.next() else {
        return Ok(JwkSource::Unregistered);
    };
    if let Some(other) = stated.next() {
        return Err(format!(
            "both `{name}` and `{other}`; a client has one of them"
        ));
    }
    match members.get(*name) {
        Some(Value::Object(set)) if *name == "jwks" => {
            Ok(JwkSource::Text(Value::Object(set.clone()).to_string()))
        }
        Some(Value::String(url)) if *name == "jwks-url" => Ok(JwkSource::Url(url.clone())),
        Some(Value::String(pem)) if pem.contains("-----BEGIN ") => Ok(JwkSource::Text(pem.clone())),
        Some(Value::String(file)) => Ok(JwkSource::File(folder.join(file))),
        _ => Err(format!("`{name}` is not a text")),
    }
}

fn read_registration(members: &Map<String, Value>) -> Result<ClientRegistration, String> {
    let mut registration = ClientRegistration::new();
    if let Some(value) = members.get("disabled") {
        if value.as_bool().ok_or("`disabled` is not true or false")? {
            registration = registration.disabled();
        }
    }
    if let Some(grants) = texts(members, "grants")? {
        registration = registration.with_grants(grants);
    }
    if let Some(scopes) = texts(members, "scopes")? {
        registration = registration.with_scopes(scopes);
    }
    if let Some(name) = text(members, "authentication")? {
        let method = AuthenticationMethod::from_name(name)
            .ok_or_else(|| format!("`authentication` is not a method: {name:?}"))?;
        registration = registration.with_authentication(method);
    }
    if let Some(name) = text(members, "algorithm")? {
        let algorithm: Algorithm = name
            .parse()
            .map_err(|_| format!("`algorithm` is not an algorithm: {name:?}"))?;
        registration = registration.with_algorithm(algorithm);
    }
    if let Some(value) = members.get("longest-age-seconds") {
        let seconds = value
            .as_u64()
            .ok_or("`longest-age-seconds` is not a whole number")?;
        registration = registration.with_longest_age(Duration::from_secs(seconds));
    }
    match text(members, "bound-tokens")? {
        None => Ok(registration),
        Some("dpop") => Ok(registration.with_bound_tokens(BoundTokens::Dpop)),
        Some("certificate") => Ok(registration.with_bound_tokens(BoundTokens::Certificate)),
        Some(other) => Err(format!(
            "`bound-tokens` is `dpop` or `certificate`, not {other:?}"
        )),
    }
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, String> {
    let is_no_text = || format!("`{name}` is not a text");
    let value = members
        .get(name)
        .map(|value| value.as_str().ok_or_else(is_no_text));
    value.transpose()
}

fn texts(members: &Map<String, Value>, name: &str) -> Result<Option<Vec<String>>, String> {
    let Some(value) = members.get(name) else {
        return Ok(None);
    };
    let items = value.as_array().into_iter().flatten();
    let texts: Option<Vec<String>> = items.map(|item| item.as_str().map(str::to_owned)).collect();
    match texts.filter(|_| value.is_array()) {
        Some(texts) => Ok(Some(texts)),
        None => Err(format!("`{name}` is not a list of texts")),
    }
}

fn from_toml(text: &str) -> Result<Value, String> {
    let table = DeTable::parse(text).map_err(|error| error.message().to_owned())?;
    Ok(table_value(table.get_ref()))
}

fn table_value(table: &DeTable<'_>) -> Value {
    let members = table.iter();
    let members =
        members.map(|(name, value)| (name.get_ref().to_string(), value_of(value.get_ref())));
    Value::Object(members.collect())
}

fn value_of(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(number) => number
            .as_str()
            .parse::<u64>()
            .map_or(Value::Null, Value::from),
        DeValue::Boolean(truth) => Value::from(*truth),
        DeValue::Array(items) => items.iter().map(|item| value_of(item.get_ref())).collect(),
        DeValue::Table(table) => table_value(table),
        // No member is a decimal number or a date.
        DeValue::Float(_) | DeValue::Datetime(_) => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOML: &str = r#"
        [clients.app]
        jwks-url = "https://app.example/jwks.json"
        algorithm = "ES256"
        scopes = ["read", "write"]
        longest-age-seconds = 30
        bound-tokens = "dpop"

        [clients.old]
        public-key = "old.pem.pub"
        disabled = true
        grants = ["client_credentials"]
        authentication = "client_secret_jwt"
    "#;
    const JSON: &str = r#"{"clients": {
        "app": {"jwks-url": "https://app.example/jwks.json", "algorithm": "ES256",
            "scopes": ["read", "write"], "longest-age-seconds": 30, "bound-tokens": "dpop"},
        "old": {"public-key": "old.pem.pub", "disabled": true,
            "grants": ["client_credentials"], "authentication": "client_secret_jwt"}}}"#;

    #[test]
    fn toml_and_json_say_the_same() {
        for text in [TOML, JSON] {
            let clients = read(Path::new("folder/clients"), text).unwrap();
            let [app, old] = &clients[..] else {
                panic!("{clients:?}");
            };
            assert_eq!((app.id.as_str(), old.id.as_str()), ("app", "old"));
            assert!(matches!(&app.keys, JwkSource::Url(url) if url.ends_with("/jwks.json")));
            let wanted = ClientRegistration::new()
                .with_algorithm(Algorithm::Es256)
                .with_scopes(["read", "write"])
                .with_longest_age(Duration::from_secs(30))
                .with_bound_tokens(BoundTokens::Dpop);
            assert_eq!(app.registration, wanted);
            let file = Path::new("folder/old.pem.pub");
            assert!(matches!(&old.keys, JwkSource::File(path) if path == file));
            let wanted = ClientRegistration::new()
                .disabled()
                .with_grants(["client_credentials"])
                .with_authentication(AuthenticationMethod::ClientSecretJwt);
            assert_eq!(old.registration, wanted);
        }
    }

    #[track_caller]
    fn check(text: &str, wanted: &str) {
        let error = read(Path::new("clients.toml"), text).unwrap_err();
        assert!(error.to_string().contains(wanted), "{error}");
    }

    #[test]
    fn an_error_names_client_and_key() {
        check("[client.app]", "no table `clients`");
        check("[clients.app]\nkey = 1", "clients.app: unknown key `key`");
        check(
            "[clients.app]\njwks = \"a\"\ncertificate = \"b\"",
            "clients.app: both `jwks` and `certificate`",
        );
        check(
            "[clients.app]\nscopes = \"a\"",
            "`scopes` is not a list of texts",
        );
        check("[clients.app]\nalgorithm = \"HS256\"", "not an algorithm");
        check(
            "[clients.app]\nbound-tokens = \"x\"",
            "`dpop` or `certificate`",
        );
        check("clients = 1", "no table `clients`");
        check("[clients", "not TOML");
        check("{", "not JSON");
    }
}
