//! What `--explain` prints: every value, its origin, and what would happen.

use std::fmt::Write as _;

use base64ct::{Base64UrlUnpadded, Encoding};
use tokenring_assertion::SigningInput;
use tokenring_oauth::printable;

use crate::client::Client;
use crate::disclosure::{Disclosure, fit_to_show};
use crate::failure::Result;
use crate::options::Effective;
use crate::output;

pub(crate) struct Explanation {
    text: String,
    disclosure: Disclosure,
}

impl Explanation {
    /// Begins with the values that have a say.
    pub(crate) fn new(effective: &Effective) -> Self {
        let disclosure = Disclosure::new(effective.value("client-id").map(str::to_owned));
        let rows: Vec<_> = effective
            .rows()
            .map(|(name, value, origin)| (name, disclosure.value(name, value), origin))
            .collect();
        let widest = |length: fn(&(&str, String, _)) -> usize| {
            rows.iter().map(length).max().unwrap_or_default().min(48)
        };
        let name_width = widest(|(name, ..)| name.chars().count());
        let value_width = widest(|(_, value, _)| value.chars().count());
        let mut text = String::from("Values\n");
        for (name, value, origin) in &rows {
            // Writing to a String does not fail.
            let _ = writeln!(text, "  {name:name_width$}  {value:value_width$}  {origin}");
        }
        Self { text, disclosure }
    }

    /// Adds a heading and lines below it.
    pub(crate) fn section(&mut self, heading: &str, lines: impl IntoIterator<Item = String>) {
        let _ = writeln!(self.text, "\n{heading}");
        for line in lines {
            let _ = writeln!(self.text, "  {}", printable(&fit_to_show(&line)));
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
                self.disclosure.parameter(name, value)
            };
            format!("{name}={value}")
        }));
        self.section("Token request, not sent", lines);
        Ok(())
    }

    /// Adds what an assertion would say.
    pub(crate) fn assertion(&mut self, sample: &SigningInput) {
        let parts = sample.as_bytes().split(|&byte| byte == b'.').map(decode);
        let parts: Vec<_> = parts.map(|part| self.disclosure.object(&part)).collect();
        let mut parts = parts.into_iter();
        self.section("JOSE header", parts.next());
        self.section("Claims", parts.next());
    }

    /// A value as it is shown here.
    pub(crate) fn value(&self, name: &str, value: &str) -> String {
        self.disclosure.parameter(name, value)
    }

    pub(crate) fn print(self) -> Result<()> {
        output::print(&self.text)
    }
}

fn decode(part: &[u8]) -> String {
    let text = std::str::from_utf8(part).unwrap_or_default();
    let bytes = Base64UrlUnpadded::decode_vec(text).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
