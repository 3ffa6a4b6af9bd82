//! What `--explain` prints: every value, its origin, and what would happen.

use std::fmt::Write as _;

use tokenring::{Client, Purpose};
use tokenring_assertion::SigningInput;
use tokenring_text::{printable, redact};

use crate::console::Console;
use crate::disclosure::{Disclosure, NOT_SHOWN};
use crate::failure::Result;
use crate::options::{Effective, TokenOptions};
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
            let _ = writeln!(self.text, "  {}", printable(&redact(&line)));
        }
    }

    /// Begins with the values of a token request, and adds what would be sent.
    pub(crate) fn of_token_request(
        options: &TokenOptions,
        own: Effective,
        console: &Console,
    ) -> Result<Self> {
        let client = options.client(Purpose::GetToken, console)?;
        Self::of_client(&client, options, own)
    }

    /// The same for a client that there is.
    pub(crate) fn of_client(
        client: &Client,
        options: &TokenOptions,
        own: Effective,
    ) -> Result<Self> {
        let mut explanation = Self::new(&own.followed_by(&options.effective(client)));
        explanation.token_request(client, options)?;
        Ok(explanation)
    }

    /// Adds the token request that would be sent, without its signature.
    pub(crate) fn token_request(&mut self, client: &Client, options: &TokenOptions) -> Result<()> {
        let request = client
            .preview()
            .map_err(|error| options.to_failure(&error))?;
        self.parts(&request.header, &request.claims);
        let mut lines = vec![format!("{} {}", request.method, request.url)];
        let headers = request.headers.iter();
        lines.extend(headers.map(|(name, value)| match value {
            None => format!("{name}: {NOT_SHOWN}"),
            Some(value) => format!("{name}: {}", self.value(name, value)),
        }));
        lines.push(String::new());
        lines.extend(request.form.iter().map(|(name, value)| match value {
            None if matches!(name.as_str(), "assertion" | "client_assertion") => {
                format!("{name}=(header and claims above, signed when it is sent)")
            }
            None => format!("{name}={NOT_SHOWN}"),
            Some(value) if name.ends_with("_type") => format!("{name}={value}"),
            Some(value) => format!("{name}={}", self.value(name, value)),
        }));
        self.section("Token request, not sent", lines);
        Ok(())
    }

    fn parts(&mut self, header: &str, claims: &str) {
        let (header, claims) = (
            self.disclosure.object(header),
            self.disclosure.object(claims),
        );
        self.section("JOSE header", [header]);
        self.section("Claims", [claims]);
    }

    /// Adds what an assertion would say.
    pub(crate) fn assertion(&mut self, sample: &SigningInput) {
        self.parts(&sample.header(), &sample.claims());
    }

    /// A value as it is shown here.
    pub(crate) fn value(&self, name: &str, value: &str) -> String {
        self.disclosure.parameter(name, value)
    }

    pub(crate) fn print(self) -> Result<()> {
        output::print(&self.text)
    }
}

/// Prints what would be done, where that is asked for.
pub(crate) fn explain(
    explanation: Option<&Effective>,
    steps: impl IntoIterator<Item = String>,
) -> Result<bool> {
    let Some(effective) = explanation else {
        return Ok(false);
    };
    let mut explanation = Explanation::new(effective);
    explanation.section("Action, not done", steps);
    explanation.print()?;
    Ok(true)
}
