//! What `--explain` prints: every value, its origin, and what would happen.

use std::fmt::Write as _;

use tokenring::{Client, GatewayFile, Parameter, Purpose, Redactor};
use tokenring_assertion::SigningInput;
use tokenring_text::{printable, redact};

use crate::endpoint::read_gateway;
use crate::options::{Effective, TokenOptions};
use crate::{Console, ExitCode, Result, Setting, output};

const PARAMETER: &str = "param";

const NOT_SHOWN: &str = Redactor::NOT_SHOWN;

pub(crate) struct Explanation {
    text: String,
    redactor: Redactor,
}

impl Explanation {
    /// Begins with the values that have a say.
    pub(crate) fn new(effective: &Effective) -> Self {
        let effective = &without_secrets(effective);
        let redactor = Redactor::new(effective.value("client-id").map(str::to_owned));
        let rows: Vec<_> = effective
            .rows()
            .map(|(name, value, origin)| (name, redactor.value(name, value), origin))
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
        Self { text, redactor }
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
        if client.target().gateway().request().jwt_is_token() {
            let sample = client.signing_input();
            self.assertion(&sample.map_err(|error| options.to_failure(&error))?);
            let line = "none: the JWT above is the token, once it is signed".to_owned();
            self.section("Token request", [line]);
            return Ok(());
        }
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
        let (header, claims) = (self.redactor.object(header), self.redactor.object(claims));
        self.section("JOSE header", [header]);
        self.section("Claims", [claims]);
    }

    /// Adds what an assertion would say.
    pub(crate) fn assertion(&mut self, sample: &SigningInput) {
        self.parts(&sample.header(), &sample.claims());
    }

    /// A value as it is shown here.
    pub(crate) fn value(&self, name: &str, value: &str) -> String {
        self.redactor.parameter(name, value)
    }

    pub(crate) fn print(self) -> Result<ExitCode> {
        output::print(&self.text)
    }
}

/// The values but for those of form parameters that the gateway's file calls secrets, whatever their
/// names. Of a file that cannot be read nobody knows which they are.
fn without_secrets(effective: &Effective) -> Effective {
    let mut shown = effective.clone();
    let row = |wanted| effective.rows().find(|(name, ..)| *name == wanted);
    let named = row(PARAMETER).and_then(|_| row(Parameter::Gateway.name()));
    let Some((_, name, origin)) = named else {
        return shown;
    };
    let file = read_gateway(&Setting::new(name.to_owned(), origin.clone()));
    let gateway = file.ok().map(GatewayFile::into_gateway);
    shown.hide(PARAMETER, |name, value| {
        let is_secret = gateway.as_ref().is_none_or(|it| it.calls_secret(name));
        is_secret && !value.starts_with('@')
    });
    shown
}

/// Prints what would be done, where that is asked for.
pub(crate) fn explain<'e>(
    explanation: impl Into<Option<&'e Effective>>,
    steps: impl IntoIterator<Item = String>,
) -> Result<bool> {
    let Some(effective) = explanation.into() else {
        return Ok(false);
    };
    let mut explanation = Explanation::new(effective);
    explanation.section("Action, not done", steps);
    explanation.print()?;
    Ok(true)
}
