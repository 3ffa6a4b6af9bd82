//! What `--explain` prints: every value, its origin, and what would happen.

use std::fmt::Write as _;

use base64ct::{Base64UrlUnpadded, Encoding};
use tokenring_assertion::SigningInput;
use tokenring_oauth::printable;

use crate::client::Client;
use crate::failure::Result;
use crate::output;
use crate::settings::Settings;

pub(crate) struct Explanation(String);

impl Explanation {
    /// Begins with the values that were looked up until now.
    pub(crate) fn new(settings: &Settings<'_>) -> Self {
        let noted = settings.noted();
        let rows: Vec<_> = noted
            .iter()
            .map(|(name, value, origin)| (name, shown(name, value), origin))
            .collect();
        let widest = |length: fn(&(&String, String, _)) -> usize| {
            rows.iter().map(length).max().unwrap_or_default().min(48)
        };
        let name_width = widest(|(name, ..)| name.chars().count());
        let value_width = widest(|(_, value, _)| value.chars().count());
        let mut text = String::from("Values\n");
        for (name, value, origin) in &rows {
            // Writing to a String does not fail.
            let _ = writeln!(text, "  {name:name_width$}  {value:value_width$}  {origin}");
        }
        Self(text)
    }

    /// Adds a heading and lines below it.
    pub(crate) fn section(&mut self, heading: &str, lines: impl IntoIterator<Item = String>) {
        let _ = writeln!(self.0, "\n{heading}");
        for line in lines {
            let _ = writeln!(self.0, "  {}", printable(&line));
        }
    }

    /// Adds the token request that would be sent, without its signature.
    pub(crate) fn token_request(&mut self, client: &Client) -> Result<()> {
        self.assertion(&client.sample()?);
        let mut lines = vec![
            format!("POST {}", client.token_endpoint().as_str()),
            "Content-Type: application/x-www-form-urlencoded".into(),
            "Accept: application/json".into(),
            String::new(),
        ];
        let placeholder = "(header and claims above, signed when it is sent)";
        lines.extend(client.form(placeholder).iter().map(|(name, value)| {
            let is_known = *value == placeholder || name.ends_with("_type");
            let value = if is_known {
                (*value).to_owned()
            } else {
                shown(name, value)
            };
            format!("{name}={value}")
        }));
        self.section("Token request, not sent", lines);
        Ok(())
    }

    /// Adds what an assertion would say.
    pub(crate) fn assertion(&mut self, sample: &SigningInput) {
        let mut parts = sample.as_bytes().split(|&byte| byte == b'.').map(decode);
        self.section("JOSE header", parts.next());
        self.section("Claims", parts.next());
    }

    pub(crate) fn print(self) -> Result<()> {
        output::print(&self.0)
    }
}

/// A value fit to be seen: what is likely to be a secret is not.
pub(crate) fn shown(name: &str, value: &str) -> String {
    let (key, has_name) = match value.split_once(['=', ':']) {
        Some((key, _)) if matches!(name, "param" | "header" | "claim" | "var") => (key, true),
        _ => (name, false),
    };
    let key_lower = key.to_lowercase();
    let secret = [
        "secret",
        "password",
        "token",
        "assertion",
        "authorization",
        "cookie",
        "apikey",
        "api-key",
        "credential",
        "passwd",
        "pwd",
        "-key",
    ]
    .iter()
    .any(|word| key_lower.contains(word));
    if value.contains("-----BEGIN") {
        return "(not shown)".into();
    }
    // A body may hold anything; where it comes from may be seen.
    if name == "data" && value != "-" && !value.starts_with('@') {
        return format!("({} bytes, not shown)", value.len());
    }
    let is_address = matches!(name, "token-url" | "private-key");
    let text = match (secret && !is_address, has_name) {
        (false, _) => value.to_owned(),
        (true, true) => format!("{key}: (not shown)"),
        (true, false) => "(not shown)".into(),
    };
    printable(&text).to_string()
}

fn decode(part: &[u8]) -> String {
    let text = std::str::from_utf8(part).unwrap_or_default();
    let bytes = Base64UrlUnpadded::decode_vec(text).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
