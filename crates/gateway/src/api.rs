use crate::reader::{Table, Value};
use crate::{Error, Problem};

/// How the APIs behind a gateway want to be called: table `[api]`.
#[derive(Clone, Debug, Default)]
pub struct ApiRules {
    key_header: Option<String>,
    headers: Vec<(HeaderRole, String)>,
    paths: Vec<String>,
    exact_scheme: bool,
    token_headers: Vec<(String, String)>,
}

/// What a request header of an API stands for, whatever its name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum HeaderRole {
    /// Names this one request; a repeated request keeps it.
    RequestId,
    /// Ties together the requests of one course of events.
    CorrelationId,
    /// The NHS number of the person whom the request is about.
    NhsNumber,
    /// The product that calls.
    ProductId,
}

pub(crate) const KEYS: [&str; 5] = [
    "key-header",
    "headers",
    "paths",
    "exact-scheme",
    "token-headers",
];
const ROLES: [(&str, HeaderRole); 4] = [
    ("request-id", HeaderRole::RequestId),
    ("correlation-id", HeaderRole::CorrelationId),
    ("nhs-number", HeaderRole::NhsNumber),
    ("product-id", HeaderRole::ProductId),
];

impl HeaderRole {
    /// Every role there is.
    pub const ALL: &'static [Self] = &[
        Self::RequestId,
        Self::CorrelationId,
        Self::NhsNumber,
        Self::ProductId,
    ];

    /// The role's name in a gateway file, such as `request-id`.
    #[must_use]
    pub fn name(self) -> &'static str {
        let named = ROLES.iter().find(|(_, role)| *role == self);
        named.map_or("", |(name, _)| name)
    }
}

impl ApiRules {
    /// The header that carries a plain API key, where the gateway has that way in.
    #[must_use]
    pub fn key_header(&self) -> Option<&str> {
        self.key_header.as_deref()
    }

    /// The name of the header that plays a role, if the APIs have it.
    #[must_use]
    pub fn header(&self, role: HeaderRole) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(other, _)| *other == role)
            .map(|(_, name)| name.as_str())
    }

    /// Every role that the APIs have a header for, with the header's name.
    pub fn headers(&self) -> impl Iterator<Item = (HeaderRole, &str)> {
        self.headers
            .iter()
            .map(|(role, name)| (*role, name.as_str()))
    }

    /// Whether an access token opens this path: one of the API's own, or below one.
    #[must_use]
    pub fn has_path(&self, path: &str) -> bool {
        let mut paths = self.paths.iter();
        paths.any(|each| {
            let rest = path.strip_prefix(each.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// Whether the APIs take the scheme `Bearer` in that spelling only. Defaults to no: RFC 9110
    /// has schemes in any case.
    #[must_use]
    pub const fn exact_scheme(&self) -> bool {
        self.exact_scheme
    }

    /// The headers, name and value, that every API request has in addition to its token.
    #[must_use]
    pub fn token_headers(&self) -> &[(String, String)] {
        &self.token_headers
    }

    pub(crate) fn read(root: &Table<'_>) -> Result<Self, Box<Error>> {
        let mut rules = Self::default();
        let Some(value) = root.optional("api") else {
            return Ok(rules);
        };
        let table = value.table(&KEYS)?;
        if let Some(value) = table.optional("key-header") {
            rules.key_header = Some(value.header_name()?);
        }
        if let Some(value) = table.optional("headers") {
            let headers = value.table(&ROLES.map(|(name, _)| name))?;
            for (name, role) in ROLES {
                if let Some(value) = headers.optional(name) {
                    rules.headers.push((role, value.header_name()?));
                }
            }
        }
        let paths = table.distinct("paths", |item| item.url_path().map(str::to_owned))?;
        rules.paths = paths.unwrap_or_default();
        rules.exact_scheme = table.boolean("exact-scheme", false)?;
        if let Some(value) = table.optional("token-headers") {
            for (name, value) in value.open_table()?.entries() {
                value.check_header_name(name)?;
                let text = value.text()?.to_owned();
                rules.token_headers.push((name.to_owned(), text));
            }
        }
        Ok(rules)
    }
}

impl Value<'_> {
    /// A path of a URL, without query and slash at its end.
    fn url_path(&self) -> Result<&str, Box<Error>> {
        let path = self.text()?;
        let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '?' | '#');
        match path.starts_with('/') && !path.ends_with('/') && path.chars().all(is_plain) {
            true => Ok(path),
            false => Err(self.error(Problem::Path)),
        }
    }

    /// The name of a header.
    pub(crate) fn header_name(&self) -> Result<String, Box<Error>> {
        let name = self.text()?;
        self.check_header_name(name)?;
        Ok(name.to_owned())
    }

    /// Checks a header's name, of which this is the value or the name itself.
    pub(crate) fn check_header_name(&self, name: &str) -> Result<(), Box<Error>> {
        let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        match !name.is_empty() && name.chars().all(is_token) {
            true => Ok(()),
            false => Err(self.error(Problem::HeaderName)),
        }
    }
}
