use tokenring_gateway::{AudienceRule, Environment, Error, Gateway, Template};

/// Where the keys of a gateway are whose file does not say.
const DEFAULT_JWKS_PATH: &str = "/jwks.json";
const RFC_8414: &str = "/.well-known/oauth-authorization-server";
/// Where the token endpoint of a gateway is whose file does not say.
const DEFAULT_TOKEN_PATH: &str = "/oauth2/token";

/// What a gateway's file says of addresses, as it is on this machine.
///
/// Only the token endpoint moves here: issuer and audiences that the file pins stay the real ones,
/// so that a client under test changes nothing but its token URL. Where the host is a variable
/// that nobody gave, there is no real one, and this gateway's own address takes its place.
#[derive(Debug)]
pub(crate) struct Site {
    /// The gateway's own URL, such as `http://127.0.0.1:50000`, without a slash at its end.
    pub(crate) base_url: String,
    pub(crate) environment: String,
    pub(crate) token_path: String,
    /// Where the metadata is, if the gateway publishes any.
    pub(crate) metadata_paths: Vec<String>,
    pub(crate) jwks_path: String,
    pub(crate) issuer: Option<String>,
    audience: Audience,
    /// Everything that is taken as `aud`. With nothing in it, anything is.
    pub(crate) accepted_audiences: Vec<Audience>,
}

/// One value of `aud`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Audience {
    /// The URL that the request came in on, character for character.
    CalledUrl,
    Text(String),
}

/// What a [`Site`] is made of.
#[derive(Debug)]
pub(crate) struct SitePlan<'a> {
    pub(crate) gateway: &'a Gateway,
    pub(crate) environment: &'a Environment,
    pub(crate) variables: &'a [(String, String)],
    pub(crate) issuer: Option<String>,
    /// This gateway's own URL, without a slash at its end.
    pub(crate) base_url: &'a str,
}

impl Site {
    pub(crate) fn token_url(&self) -> String {
        format!("{}{}", self.base_url, self.token_path)
    }

    /// The URL of this gateway's own keys.
    pub(crate) fn jwks_url(&self) -> String {
        format!("{}{}", self.base_url, self.jwks_path)
    }

    /// What a client is to send as `aud` that calls the gateway by its own URL.
    pub(crate) fn audience(&self) -> String {
        match &self.audience {
            Audience::CalledUrl => self.token_url(),
            Audience::Text(text) => text.clone(),
        }
    }
}

impl SitePlan<'_> {
    pub(crate) fn build(mut self) -> Result<Site, Error> {
        self.check_variables()?;
        if self.issuer.is_none() {
            if let Some(template) = self.environment.issuer() {
                self.issuer = Some(self.expand_url(template));
            }
        }
        let assertion = self.gateway.assertion();
        let wants_issuer = matches!(assertion.audience(), AudienceRule::Issuer);
        if self.issuer.is_none() && wants_issuer {
            self.issuer = Some(self.base_url.to_owned());
        }
        let accepted = assertion.accepted_audiences().iter();
        Ok(Site {
            base_url: self.base_url.to_owned(),
            environment: self.environment.name().to_owned(),
            token_path: self.token_path(),
            metadata_paths: self.metadata_paths(),
            jwks_path: match self.environment.jwks_url() {
                Some(template) => self.path_of(template),
                None => DEFAULT_JWKS_PATH.to_owned(),
            },
            audience: self
                .audience(assertion.audience())
                .unwrap_or(Audience::CalledUrl),
            accepted_audiences: accepted.filter_map(|rule| self.audience(rule)).collect(),
            issuer: self.issuer,
        })
    }

    /// Refuses variables that the file does not have, with the words that name those it has.
    ///
    /// A token endpoint given from outside leaves nothing open but what the rest of the file uses.
    fn check_variables(&self) -> Result<(), Error> {
        let mut endpoint = self.gateway.endpoint(self.environment);
        for (name, value) in self.variables {
            endpoint = endpoint.with_variable(name, value);
        }
        match endpoint.build() {
            Err(
                error @ (Error::UnknownVariable { .. }
                | Error::VariableValue { .. }
                | Error::VariableInUrl { .. }),
            ) => Err(error),
            _ => Ok(()),
        }
    }

    fn audience(&self, rule: &AudienceRule) -> Option<Audience> {
        match rule {
            AudienceRule::TokenEndpoint => Some(Audience::CalledUrl),
            AudienceRule::Issuer => self.issuer.clone().map(Audience::Text),
            AudienceRule::IssuerElseTokenEndpoint => match &self.issuer {
                Some(issuer) => Some(Audience::Text(issuer.clone())),
                None => Some(Audience::CalledUrl),
            },
            AudienceRule::Fixed(template) => Some(Audience::Text(self.expand_url(template))),
            _ => None,
        }
    }

    fn token_path(&self) -> String {
        let Some(template) = self.environment.token_endpoint() else {
            return DEFAULT_TOKEN_PATH.to_owned();
        };
        self.path_of(template)
    }

    /// The path that the file names, and the one that RFC 8414 has for the same issuer.
    fn metadata_paths(&self) -> Vec<String> {
        let Some(template) = self.environment.metadata() else {
            return Vec::new();
        };
        let named = self.path_of(template);
        let issuer = self.issuer.as_deref().unwrap_or(self.base_url);
        let path = issuer.get(authority_end(issuer)..).unwrap_or_default();
        let standard = format!("{RFC_8414}{}", path.trim_end_matches('/'));
        vec![named, standard]
    }

    fn path_of(&self, template: &Template) -> String {
        let url = self.expand_url(template);
        let path = url.get(authority_end(&url)..).unwrap_or_default();
        match path.split(['?', '#']).next() {
            None | Some("") => "/".to_owned(),
            Some(path) => path.to_owned(),
        }
    }

    /// Puts the variables into a URL, and this gateway's own address where one in the host is open.
    fn expand_url(&self, template: &Template) -> String {
        let mut url = String::new();
        let mut first_open = None;
        let mut rest = template.as_str();
        while let Some((literal, after)) = rest.split_once("${") {
            // The file's reader has seen to it that each one is closed.
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            url.push_str(literal);
            match self.value_of(name) {
                Value::Known(value) => url.push_str(&value),
                Value::Open(value) => {
                    first_open = first_open.or(Some(url.len()));
                    url.push_str(&value);
                }
            }
            rest = after;
        }
        url.push_str(rest);
        let end = authority_end(&url);
        if first_open.is_some_and(|position| position < end) {
            url.replace_range(..end, self.base_url);
        }
        url
    }

    fn value_of(&self, name: &str) -> Value {
        let given = self.variables.iter().rev().find(|(each, _)| each == name);
        if let Some((_, value)) = given {
            return Value::Known(value.clone());
        }
        match name {
            "environment" => return Value::Known(self.environment.name().to_owned()),
            "issuer" => {
                let issuer = self.issuer.as_deref().unwrap_or(self.base_url);
                return Value::Known(issuer.to_owned());
            }
            _ => {}
        }
        let mut variables = self.gateway.variables().iter();
        let variable = variables.find(|variable| variable.name() == name);
        if let Some(value) = variable.and_then(|variable| variable.default_value()) {
            return Value::Known(value.to_owned());
        }
        let example = variable.and_then(|variable| variable.example());
        Value::Open(example.unwrap_or(name).to_owned())
    }
}

/// The value of a variable.
enum Value {
    Known(String),
    /// An example: nobody gave the real one.
    Open(String),
}

/// Where the path of a URL begins, or the end of its text.
fn authority_end(url: &str) -> usize {
    let start = url.find("://").map_or(0, |scheme| scheme + 3);
    let rest = url.get(start..).unwrap_or_default();
    start + rest.find(['/', '?', '#']).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::authority_end;

    #[test]
    fn finds_the_path() {
        for (url, path) in [
            ("https://example.com/a/b", "/a/b"),
            ("https://example.com", ""),
            ("http://127.0.0.1:80?a", "?a"),
            ("example/a", "/a"),
            ("", ""),
        ] {
            assert_eq!(&url[authority_end(url)..], path);
        }
    }
}
