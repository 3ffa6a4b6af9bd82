//! Which claims a token can have: what nobody could read as a token is refused at the start.

use serde_json::{Map, Value};

pub(super) use crate::client_file::kind;

/// Claims that are a NumericDate: RFC 7519, section 2, and OpenID Connect Core 1.0, section 2.
const DATES: [&str; 5] = ["exp", "iat", "nbf", "auth_time", "updated_at"];
/// Claims that are one text: RFC 7519, section 4.1, RFC 8693, section 4, and RFC 9068, section 2.2.
const TEXTS: [&str; 11] = [
    "iss",
    "sub",
    "jti",
    "azp",
    "client_id",
    "scope",
    "acr",
    "nonce",
    "sid",
    "typ",
    "token_use",
];
/// Claims that are one text or a list of them.
const TEXT_LISTS: [&str; 5] = ["aud", "scp", "amr", "groups", "entitlements"];
/// Members of a JWK that nobody publishes: RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1.
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// Names that say that their value is a secret.
const SECRET_NAMES: [&str; 8] = [
    "client_secret",
    "client_assertion",
    "private_key",
    "private_jwk",
    "password",
    "passphrase",
    "refresh_token",
    "access_token",
];
const DEEPEST: usize = 32;

/// Reads the claims of a table, or says which one a token must not have.
pub(super) fn read(value: &Value) -> Result<Map<String, Value>, String> {
    let Some(claims) = value.as_object() else {
        return Err(format!("is {}; wanted: a table of claims", kind(value)));
    };
    for (name, value) in claims {
        check(name, value)?;
        check_secrets(name, value, 0)?;
    }
    Ok(claims.clone())
}

fn check(name: &str, value: &Value) -> Result<(), String> {
    let refused = |wanted: &str| Err(format!("{name} is {}; wanted: {wanted}", found(value)));
    match name {
        "" => return Err("a claim has no name; wanted: a name".to_owned()),
        "cnf" => return check_confirmation(value),
        _ if DATES.contains(&name) => {
            let is_date = value.as_f64().is_some_and(|date| date >= 0.0);
            if !is_date {
                return refused("a number of seconds since 1970");
            }
        }
        _ if TEXTS.contains(&name) => match value {
            Value::String(text) if !text.is_empty() => {}
            _ => return refused("a text"),
        },
        _ if TEXT_LISTS.contains(&name) => {
            let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
            let are_texts = match value {
                Value::Array(items) => !items.is_empty() && items.iter().all(is_text),
                value => is_text(value),
            };
            if !are_texts {
                return refused("a text, or a list of texts");
            }
        }
        _ if value.is_null() => return refused("a value, or leave it out"),
        _ => {}
    }
    Ok(())
}

/// What the token is bound to: RFC 7800, section 3.
fn check_confirmation(value: &Value) -> Result<(), String> {
    let wanted = "an object with `jkt`, `x5t#S256`, `kid`, `jku` or a public `jwk`";
    let Some(members) = value.as_object() else {
        return Err(format!("cnf is {}; wanted: {wanted}", found(value)));
    };
    for (name, value) in members {
        let fits = match name.as_str() {
            "jkt" | "x5t#S256" | "kid" | "jku" => value.is_string(),
            "jwk" => value.is_object(),
            _ => return Err(format!("cnf has `{name}`; wanted: {wanted}")),
        };
        if !fits {
            return Err(format!("cnf.{name} is {}; wanted: {wanted}", found(value)));
        }
    }
    Ok(())
}

/// Looks for private keys and other secrets: whoever gets the token reads them.
fn check_secrets(name: &str, value: &Value, depth: usize) -> Result<(), String> {
    let refused = |what: &str| {
        Err(format!(
            "{name} holds {what}, and whoever gets the token can read it; leave it out"
        ))
    };
    if depth > DEEPEST {
        return Err(format!(
            "{name} is nested deeper than {DEEPEST}; wanted: less"
        ));
    }
    let last = name.rsplit('.').next().unwrap_or(name);
    let plain = last.to_ascii_lowercase().replace('-', "_");
    if SECRET_NAMES.contains(&plain.as_str()) && !value.is_boolean() {
        return refused("a secret, by its name");
    }
    match value {
        Value::String(text) => {
            let begins = text.split("-----BEGIN ").skip(1);
            let mut labels = begins.filter_map(|rest| rest.split("-----").next());
            if labels.any(|label| label.contains("PRIVATE KEY")) {
                return refused("a private key");
            }
            let parsed = serde_json::from_str::<Value>(text).ok();
            match parsed.filter(is_private_jwk) {
                Some(_) => refused("a private key"),
                None => Ok(()),
            }
        }
        Value::Array(items) => {
            let mut items = items.iter();
            items.try_for_each(|item| check_secrets(name, item, depth + 1))
        }
        Value::Object(_) if is_private_jwk(value) => refused("a private key"),
        Value::Object(members) => {
            let mut members = members.iter();
            members.try_for_each(|(member, value)| {
                check_secrets(&format!("{name}.{member}"), value, depth + 1)
            })
        }
        _ => Ok(()),
    }
}

fn is_private_jwk(value: &Value) -> bool {
    value.get("kty").is_some()
        && PRIVATE_MEMBERS
            .iter()
            .any(|name| value.get(*name).is_some())
}

/// What a value is; never the value, which may be a secret in the wrong place.
fn found(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "an empty text".to_owned(),
        Value::Array(items) if items.is_empty() => "an empty list".to_owned(),
        Value::Number(number) => number.to_string(),
        value => kind(value).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check_refused(claims: &Value, part: &str) {
        let what = read(claims).unwrap_err();
        assert!(what.contains(part), "{what}");
        assert!(!what.contains("hunter2"), "{what}");
    }

    #[test]
    fn what_a_token_must_not_have_is_named() {
        for (claims, part) in [
            (
                json!({ "exp": "hunter2" }),
                "exp is a text; wanted: a number",
            ),
            (json!({ "iat": null }), "iat is null"),
            (json!({ "nbf": true }), "nbf is true or false"),
            (json!({ "exp": -1 }), "exp is -1"),
            (json!({ "exp": [1] }), "exp is a list"),
            (json!({ "iss": 7 }), "iss is 7; wanted: a text"),
            (json!({ "iss": ["hunter2"] }), "iss is a list"),
            (json!({ "sub": "" }), "sub is an empty text"),
            (json!({ "aud": [] }), "aud is an empty list"),
            (json!({ "aud": ["a", 7] }), "aud is a list"),
            (json!({ "scope": ["hunter2"] }), "scope is a list"),
            (json!({ "jti": {} }), "jti is a table"),
            (json!({ "cnf": "hunter2" }), "cnf is a text"),
            (json!({ "cnf": { "jkt": 7 } }), "cnf.jkt is 7"),
            (json!({ "cnf": { "x": 7 } }), "cnf has `x`"),
            (json!({ "role": null }), "role is null"),
            (json!({ "": 1 }), "no name"),
            (
                json!({ "cnf": { "jwk": { "kty": "EC", "d": "hunter2" } } }),
                "cnf.jwk holds a private key",
            ),
            (
                json!({ "a": [{ "b": { "kty": "oct", "k": "hunter2" } }] }),
                "a.b holds a private",
            ),
            (
                json!({ "a": "-----BEGIN EC PRIVATE KEY-----\nhunter2" }),
                "a holds a private key",
            ),
            (
                json!({ "a": r#"{"kty":"RSA","d":"hunter2"}"# }),
                "a holds a private key",
            ),
            (
                json!({ "a": { "client-secret": "hunter2" } }),
                "a.client-secret holds a secret",
            ),
            (json!({ "Password": "hunter2" }), "Password holds a secret"),
            (json!(["hunter2"]), "is a list; wanted: a table of claims"),
        ] {
            check_refused(&claims, part);
        }
    }

    #[test]
    fn what_a_token_can_have_is_taken() {
        let claims = json!({
            "iss": "https://a.example", "sub": "x", "aud": ["a", "b"], "exp": 1.5, "iat": 0,
            "scope": "a b", "scp": ["a"], "roles": [1, { "d": 1 }], "password_changed": true,
            "cnf": { "jwk": { "kty": "EC", "crv": "P-256", "x": "a", "y": "b" } },
            "pem": "-----BEGIN PUBLIC KEY-----", "kty": "d",
        });
        assert_eq!(Value::Object(read(&claims).unwrap()), claims);
    }
}
