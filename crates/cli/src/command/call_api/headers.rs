use tokenring::Target;
use tokenring_assertion::JwtId;
use tokenring_gateway::{Gateway, HeaderRole, nhs_number};

use crate::ExitCode;
use crate::console::Console;
use crate::failure::{Failure, Reason, Result};
use crate::options::{HeaderOptions, TokenOptions};

/// The customary name of the header with the request identifier.
const REQUEST_ID: &str = "X-Request-ID";

/// Headers of an API request, none of them twice.
pub(super) struct Headers(Vec<(String, String)>);

impl Headers {
    /// The headers that the options ask for, and a request identifier.
    ///
    /// What `--header` sets goes before what an option of its own would.
    pub(super) fn new(
        options: &HeaderOptions,
        gateway: &Gateway,
        console: &Console,
    ) -> Result<Self> {
        let mut headers = Self(Vec::new());
        for header in &options.headers {
            let parsed = header.parse("header", |text| parse(text))?;
            let (name, value) = parsed.value().clone();
            if headers.contains(&name) {
                let reason = Reason::new(format!("{name} is given twice; give it once"));
                return Err(Failure::invalid("header", header, &reason));
            }
            headers.0.push((name, value));
        }
        if let Some(number) = &options.nhs_number {
            if let Err(fault) = nhs_number::check(number.value()) {
                console.warning(format_args!(
                    "the NHS number is not valid ({fault}); it is sent all the same, as test \
                     data break the rule"
                ));
            }
            let number = number.value().clone();
            headers.set_role(gateway, HeaderRole::NhsNumber, "nhs-number", number)?;
        }
        if let Some(product) = &options.product_id {
            let product = product.value().clone();
            headers.set_role(gateway, HeaderRole::ProductId, "product-id", product)?;
        }
        if let Some(id) = &options.correlation_id {
            let (role, id) = (HeaderRole::CorrelationId, id.value().clone());
            headers.set_id(gateway, role, "X-Correlation-ID", id);
        }
        let request_id = match &options.request_id {
            Some(id) if is_uuid(id.value()) => id.value().clone(),
            Some(id) => {
                let reason =
                    Reason::new("a request identifier is a UUID; leave it out to have one made");
                return Err(Failure::invalid("request-id", id, &reason));
            }
            None => {
                let id = JwtId::random();
                let id = id.map_err(|error| Failure::from_error(ExitCode::Unexpected, &error))?;
                id.as_str().to_owned()
            }
        };
        headers.set_id(gateway, HeaderRole::RequestId, REQUEST_ID, request_id);
        Ok(headers)
    }

    /// The identifier of the request.
    pub(super) fn request_id(&self, gateway: &Gateway) -> &str {
        let name = gateway.api().header(HeaderRole::RequestId);
        let name = name.unwrap_or(REQUEST_ID);
        let found = self
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value).unwrap_or_default()
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.0
            .iter()
            .any(|(other, _)| other.eq_ignore_ascii_case(name))
    }

    /// Sets a header, unless it is there.
    pub(super) fn set(&mut self, name: &str, value: String) {
        if !self.contains(name) {
            self.0.push((name.to_owned(), value));
        }
    }

    /// Sets the header that the environment has for API keys, and gives its name.
    pub(super) fn set_api_key(
        &mut self,
        target: &Target,
        options: &TokenOptions,
    ) -> Result<String> {
        let name = target.endpoint().api_key_header().ok_or_else(|| {
            Failure::usage(format!(
                "gateway {} has no header for API keys; name one with --header 'NAME: KEY' and \
                 --auth none",
                target.gateway().name()
            ))
        })?;
        let prefix = target.endpoint().api_key_prefix();
        let secret = options.client_id()?;
        self.set(name, format!("{prefix}{secret}"));
        Ok(name.to_owned())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Sets a header whose name only the gateway knows.
    fn set_role(
        &mut self,
        gateway: &Gateway,
        role: HeaderRole,
        option: &str,
        value: String,
    ) -> Result<()> {
        let Some(name) = gateway.api().header(role) else {
            return Err(Failure::usage(format!(
                "gateway {} has no header for --{option}; use --header 'NAME: VALUE'",
                gateway.name()
            )));
        };
        self.set(name, value);
        Ok(())
    }

    /// Sets a header that has a customary name where the gateway has none.
    fn set_id(&mut self, gateway: &Gateway, role: HeaderRole, customary: &str, value: String) {
        self.set(gateway.api().header(role).unwrap_or(customary), value);
    }
}

/// Takes `Name: Value` apart.
fn parse(text: &str) -> Result<(String, String), Reason> {
    // The value is not repeated: it may be a secret.
    let malformed = || Reason::new("write a header as \"Name: Value\"");
    let (name, value) = text.split_once(':').ok_or_else(malformed)?;
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err(malformed());
    }
    let value = value.trim_matches([' ', '\t']);
    if value
        .chars()
        .any(|character| character.is_control() && character != '\t')
    {
        return Err(Reason::new(format!(
            "the value of {name} holds a line break or control character; remove it"
        )));
    }
    Ok((name.to_owned(), value.to_owned()))
}

/// Whether this is a UUID in its usual form (RFC 9562 section 4).
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && groups
            .iter()
            .all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
