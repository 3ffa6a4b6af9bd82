use tokenring_gateway::{AnswerValue, AudienceRule, Environment, Error, Gateway, Template};

use crate::stand_in::Hosts;

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
    /// The path of that URL, which goes before all others; empty for none.
    public_path: String,
    pub(crate) environment: String,
    pub(crate) token_path: String,
    /// The token endpoint as it is published.
    token_url: String,
    /// The token endpoints by which clients call this gateway that reach it through another name.
    known_token_urls: Vec<String>,
    /// Where the metadata is, if the gateway publishes any.
    pub(crate) metadata_paths: Vec<String>,
    pub(crate) jwks_path: String,
    jwks_url: String,
    metadata_url: Option<String>,
    /// Where a client asks whether a token is valid, if the gateway is known to have that.
    pub(crate) introspection_path: Option<String>,
    introspection_url: Option<String>,
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
    /// Whether that URL is one that others call it by.
    pub(crate) is_public: bool,
    /// Whether this gateway is called by the real one's URLs.
    pub(crate) stands_in: bool,
}

impl Site {
    pub(crate) fn token_url(&self) -> String {
        self.token_url.clone()
    }

    /// Whether clients call the token endpoint by that URL too.
    pub(crate) fn is_known_token_url(&self, url: &str) -> bool {
        self.known_token_urls.iter().any(|each| each == url)
    }

    /// A path without the one of the public URL, which a server in front may have left there.
    pub(crate) fn own_path<'p>(&self, path: &'p str) -> &'p str {
        let rest = path.strip_prefix(&self.public_path);
        let rest = rest.filter(|rest| rest.is_empty() || rest.starts_with('/'));
        rest.unwrap_or(path)
    }

    /// The URL of the metadata that the gateway's file names.
    pub(crate) fn metadata_url(&self) -> Option<&str> {
        self.metadata_url.as_deref()
    }

    /// The URL of this gateway's own keys.
    pub(crate) fn jwks_url(&self) -> String {
        self.jwks_url.clone()
    }

    /// The URL at which a client asks whether a token is valid.
    pub(crate) fn introspection_url(&self) -> Option<&str> {
        self.introspection_url.as_deref()
    }

    /// The issuer of metadata and of tokens.
    pub(crate) fn published_issuer(&self) -> &str {
        self.issuer.as_deref().unwrap_or(&self.base_url)
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
        let token_path = self.token_path();
        let real = self.real_token_url().ok().flatten();
        let own = format!("{}{token_path}", self.base_url);
        let mut known_token_urls: Vec<String> = real.iter().cloned().collect();
        if self.is_public {
            known_token_urls.push(own.clone());
        }
        let metadata_paths = self.metadata_paths();
        let jwks_path = match self.environment.jwks_url() {
            Some(template) => self.path_of(template),
            None => DEFAULT_JWKS_PATH.to_owned(),
        };
        let introspection = self.environment.introspection();
        let introspection_path = introspection.map(|template| self.path_of(template));
        Ok(Site {
            base_url: self.base_url.to_owned(),
            public_path: self
                .base_url
                .get(authority_end(self.base_url)..)
                .unwrap_or_default()
                .to_owned(),
            environment: self.environment.name().to_owned(),
            token_path,
            token_url: real.filter(|_| self.stands_in).unwrap_or(own),
            known_token_urls,
            metadata_url: metadata_paths
                .first()
                .map(|path| self.published(self.environment.metadata(), path)),
            metadata_paths,
            jwks_url: self.published(self.environment.jwks_url(), &jwks_path),
            jwks_path,
            introspection_url: introspection_path
                .as_ref()
                .map(|path| self.published(self.environment.introspection(), path)),
            introspection_path,
            audience: match assertion.audience() {
                AudienceRule::Absent => Audience::Text(String::new()),
                rule => self.audience(rule).unwrap_or(Audience::CalledUrl),
            },
            accepted_audiences: accepted.filter_map(|rule| self.audience(rule)).collect(),
            issuer: self.issuer,
        })
    }

    /// The token endpoint that the real clients call; none where nobody has given it.
    ///
    /// # Errors
    ///
    /// Where a variable is missing, or the token endpoint with these is none.
    pub(crate) fn real_token_url(&self) -> Result<Option<String>, Error> {
        let mut endpoint = self.gateway.endpoint(self.environment);
        for (name, value) in self.variables {
            endpoint = endpoint.with_variable(name, value);
        }
        if let Some(issuer) = &self.issuer {
            endpoint = endpoint.with_issuer(issuer);
        }
        let templates = [self.environment.token_endpoint(), self.environment.issuer()];
        let templates = templates.into_iter().flatten();
        for variable in self.gateway.variables() {
            let name = variable.name();
            let is_given = self.variables.iter().any(|(each, _)| each == name);
            let is_in_url = templates
                .clone()
                .any(|template| template.variables().any(|each| each == name));
            // Whatever is not in a URL changes none.
            if let (false, false, Some(example)) = (is_given, is_in_url, variable.example()) {
                endpoint = endpoint.with_variable(name, example);
            }
        }
        let endpoint = endpoint.build()?;
        let url = endpoint.token_endpoint().ok();
        Ok(url.map(|endpoint| endpoint.as_str().to_owned()))
    }

    /// The hosts of the real gateway, in all environments whose variables are known.
    pub(crate) fn hosts(&self) -> Hosts {
        let mut hosts = Hosts::default();
        let others = self.gateway.environments().iter();
        let others = others.filter(|each| each.name() != self.environment.name());
        for environment in core::iter::once(self.environment).chain(others) {
            let plan = SitePlan {
                environment,
                issuer: None,
                ..*self
            };
            let templates = [
                environment.token_endpoint(),
                environment.metadata(),
                environment.jwks_url(),
                environment.issuer(),
            ];
            for url in templates.into_iter().flatten() {
                hosts.add_url(&plan.expand_url(url));
            }
        }
        if let Some(issuer) = &self.issuer {
            hosts.add_url(issuer);
        }
        // Salesforce and its like name the host of their APIs in the answer.
        for (_, value) in self.gateway.response().members() {
            if let AnswerValue::Text(text) = value {
                hosts.add_url(&text.fill(|_| String::new()));
            }
        }
        if self.is_public {
            hosts.add_url(self.base_url);
        }
        hosts
    }

    /// A URL of the real gateway where clients call that, else one of this gateway.
    fn published(&self, template: Option<&Template>, path: &str) -> String {
        match template.filter(|_| self.stands_in) {
            Some(template) => self.expand_url(template),
            None => format!("{}{path}", self.base_url),
        }
    }

    /// Refuses variables that the file does not have, and values that it does not take.
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
                | Error::RefusedVariable { .. }
                | Error::VariableBeforePath { .. }
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
        // The path of this gateway's own URL goes before its paths.
        let own = url.strip_prefix(self.base_url);
        let own = own.filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let path = own.unwrap_or_else(|| url.get(authority_end(&url)..).unwrap_or_default());
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
        let mut of_environment = self.environment.variables().iter();
        if let Some((_, value)) = of_environment.find(|(each, _)| each == name) {
            return Value::Known(value.clone());
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
