use std::fmt;

use serde_json::Value;
use tokenring_text::{is_secret_name, is_secret_parameter, printable, redact, shortened_id};

/// What a person, a log or a ticket gets to see of the values of a client, by their names in a
/// configuration file.
///
/// # Examples
///
/// ```
/// use tokenring::Redactor;
///
/// let redactor = Redactor::new(Some("my-client".into()));
/// assert_eq!(redactor.value("token-url", "https://a.test/?b=c"), "https://a.test/?b=…");
/// assert_eq!(redactor.value("param", "api_key=x"), "api_key: (not shown)");
/// assert_eq!(redactor.value("subject", "my-client"), "my-c… (9 characters)");
/// ```
pub struct Redactor {
    client_id: Option<String>,
}

/// Options whose names speak of a secret, and whose values are none.
const HARMLESS: &[&str] = &["token-url", "private-key", "token-variable", "token-file"];
const NOT_SHOWN: &str = Redactor::NOT_SHOWN;

impl Redactor {
    /// What stands in the place of a secret.
    pub const NOT_SHOWN: &'static str = "(not shown)";

    /// Shortens this client ID wherever it is a value.
    #[must_use]
    pub const fn new(client_id: Option<String>) -> Self {
        Self { client_id }
    }

    /// A value fit to be seen: what is likely to be a secret is not.
    #[must_use]
    pub fn value(&self, name: &str, value: &str) -> String {
        if value.contains("-----BEGIN") {
            return NOT_SHOWN.into();
        }
        // A body may hold anything; where it comes from may be seen.
        if matches!(name, "data" | "json") && value != "-" && !value.starts_with('@') {
            return format!("({} bytes, not shown)", value.len());
        }
        // Whoever may register has the whole of it.
        if let ("client", Some((id, source))) = (name, value.split_once('=')) {
            return printable(&redact(&format!("{}={source}", shortened_id(id)))).to_string();
        }
        // Mostly a key for the gateway in front, under any name.
        if let ("token-header", Some((header, _))) = (name, value.split_once('=')) {
            return printable(&format!("{header}: {NOT_SHOWN}")).to_string();
        }
        let pair = match name {
            "param" | "header" | "claim" | "var" => value.split_once(['=', ':']),
            _ => None,
        };
        let text = match pair {
            // The name of a file is none of the secrets in it.
            Some((key, file)) if name == "param" && file.starts_with('@') => {
                format!("{key}={file}")
            }
            Some((key, _)) if is_secret(key) => format!("{key}: {NOT_SHOWN}"),
            Some((key, _)) if matches!(name, "param" | "header") && is_secret_parameter(key) => {
                format!("{key}: {NOT_SHOWN}")
            }
            Some((key, part)) if self.is_client_id(unquoted(part)) => {
                format!("{key}={}", shortened_id(unquoted(part)))
            }
            None if is_secret(name) => NOT_SHOWN.into(),
            None if matches!(name, "client-id" | "client_id") || self.is_client_id(value) => {
                shortened_id(value)
            }
            _ => value.to_owned(),
        };
        printable(&redact(&text)).to_string()
    }

    /// The same for a parameter of a form or a header.
    #[must_use]
    pub fn parameter(&self, name: &str, value: &str) -> String {
        if is_secret_parameter(name) {
            return NOT_SHOWN.into();
        }
        self.value(name, value)
    }

    /// The same for each member of a JSON object, such as the claims of an assertion.
    #[must_use]
    pub fn object(&self, json: &str) -> String {
        let Ok(Value::Object(members)) = serde_json::from_str(json) else {
            return redact(json);
        };
        let mut shown = String::from("{");
        for (name, value) in &members {
            if shown.len() > 1 {
                shown.push(',');
            }
            let name_text = Value::from(name.as_str()).to_string();
            shown.push_str(&name_text);
            shown.push(':');
            let value_text = match value {
                Value::String(text) => Value::from(self.value(name, text)).to_string(),
                _ if is_secret(name) => Value::from(NOT_SHOWN).to_string(),
                value => value.to_string(),
            };
            shown.push_str(&value_text);
        }
        shown.push('}');
        shown
    }

    fn is_client_id(&self, value: &str) -> bool {
        self.client_id.as_deref() == Some(value)
    }
}

/// Without the client ID, which may open APIs by itself.
impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor").finish_non_exhaustive()
    }
}

/// A claim is JSON, where a text has quotes.
fn unquoted(value: &str) -> &str {
    value.trim().trim_matches('"')
}

fn is_secret(name: &str) -> bool {
    let is_harmless = HARMLESS.contains(&name.trim().to_ascii_lowercase().as_str());
    !is_harmless && is_secret_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        let redactor = Redactor::new(Some("planted-client".into()));
        let check = |name: &str, value: &str, expected: &str| {
            assert_eq!(redactor.value(name, value), expected);
        };
        check("client-id", "another", "anot… (7 characters)");
        check("subject", "planted-client", "plan… (14 characters)");
        check("subject", "somebody", "somebody");
        check("param", "api_key=x", "api_key: (not shown)");
        check("header", "Key: x", "Key: (not shown)");
        check("header", "X-Auth: x", "X-Auth: (not shown)");
        check("header", "DPoP: x", "DPoP: (not shown)");
        check("param", "accessKey=x", "accessKey: (not shown)");
        check("param", "user_pin=x", "user_pin: (not shown)");
        check("param", "passage=x", "passage=x");
        check("param", "client_secret=@file", "client_secret=@file");
        check("auth", "bearer", "bearer");
        check("pin-file", "a", "a");
        check("claim", "a=\"planted-client\"", "a=plan… (14 characters)");
        check("token-url", "https://a.test/?b=c", "https://a.test/?b=…");
        check("private-key", "a.pem", "a.pem");
        check(
            "client",
            "my-api-key=a.json",
            "my-a… (10 characters)=a.json",
        );
        check("data", "text", "(4 bytes, not shown)");
        check("data", "@file", "@file");
        assert_eq!(redactor.parameter("pin", "x"), NOT_SHOWN);
        assert_eq!(redactor.parameter("scope", "x"), "x");
    }
}
