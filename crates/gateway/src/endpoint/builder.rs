use tokenring_jwk::KeyId;
use tokenring_oauth::{SecureUrl, TokenEndpoint};
use tokenring_text::{one_line, redact};

use super::Endpoint;
use crate::error::VariableRefusal;
use crate::nearest::nearest;
use crate::variable::{ENVIRONMENT, ISSUER};
use crate::{
    AudienceRule, Environment, Error, Gateway, IssuerRule, SubjectRule, Template, Variable,
};

/// How many characters of a refused value are repeated.
const LONGEST_SHOWN: usize = 100;

/// Makes an [`Endpoint`] of an environment, from [`Gateway::endpoint`].
#[derive(Clone, Debug)]
pub struct EndpointBuilder<'g> {
    gateway: &'g Gateway,
    environment: &'g Environment,
    variables: Vec<(String, String)>,
    token_endpoint: Option<TokenEndpoint>,
    issuer: Option<String>,
    audience: Option<String>,
    assertion_issuer: Option<String>,
    subject: Option<String>,
}

impl<'g> EndpointBuilder<'g> {
    pub(crate) const fn new(gateway: &'g Gateway, environment: &'g Environment) -> Self {
        Self {
            gateway,
            environment,
            variables: Vec::new(),
            token_endpoint: None,
            issuer: None,
            audience: None,
            assertion_issuer: None,
            subject: None,
        }
    }

    /// Gives a variable its value; of two for the same name the later counts.
    #[must_use]
    pub fn with_variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Replaces the token endpoint, and with it the audience if that is the token endpoint.
    /// Defaults to the environment's.
    #[must_use]
    pub fn with_token_endpoint(mut self, token_endpoint: TokenEndpoint) -> Self {
        self.token_endpoint = Some(token_endpoint);
        self
    }

    /// Replaces the issuer, and with it the audience if that is the issuer. Defaults to the
    /// environment's.
    #[must_use]
    pub fn with_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Replaces the audience, whatever the rule; an empty text for none. Defaults to what the rule says.
    #[doc(alias = "aud")]
    #[must_use]
    pub fn with_audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// Replaces the issuer of the assertion where the gateway's rule is a text of its own. Defaults
    /// to that text.
    #[doc(alias = "iss")]
    #[must_use]
    pub fn with_assertion_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.assertion_issuer = Some(issuer.into());
        self
    }

    /// Replaces the subject where the gateway's rule is a text of its own. Defaults to that text.
    #[doc(alias = "sub")]
    #[must_use]
    pub fn with_subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Puts the variables in. What was replaced needs none.
    ///
    /// # Errors
    ///
    /// A variable that is missing, unknown or has no usable value; an issuer that is no URL; a
    /// token endpoint that with these variables is none.
    pub fn build(mut self) -> Result<Endpoint, Error> {
        self.check_variables()?;
        self.check_issuer()?;
        self.fill_in_issuer()?;
        let token_endpoint = match (
            self.token_endpoint.take(),
            self.environment.token_endpoint(),
        ) {
            (Some(token_endpoint), _) => Some(token_endpoint),
            // Without an issuer there is no URL, and whoever needs it is told so.
            (None, Some(template)) if self.lacks_issuer(template) => None,
            (None, Some(template)) => Some(self.expand_token_endpoint(template)?),
            (None, None) => None,
        };
        let url = token_endpoint.as_ref().map(TokenEndpoint::as_str);
        let rules = self.gateway.assertion();
        let audience_is_replaced = self.audience.is_some();
        let audience = match self.audience.take() {
            Some(audience) => Some(audience),
            None => self.audience_by(rules.audience(), url)?,
        };
        let accepted_audiences = self.accepted_audiences(url);
        let default_key_id = match self.gateway.key().default_id() {
            Some(template) => Some(KeyId::new(self.expand(template)?)),
            None => None,
        };
        let mut parameters = Vec::new();
        for (name, template) in self.gateway.request().parameters() {
            parameters.push((name.clone(), self.expand(template)?));
        }
        let mut headers = Vec::new();
        for (name, template) in self.gateway.request().headers() {
            headers.push((name.clone(), self.expand(template)?));
        }
        let mut claims = Vec::new();
        for (name, claim) in rules.own_claims() {
            let value = claim.expand(&|template| self.expand(template))?;
            claims.push((name.clone(), value));
        }
        let subject = match (rules.subject_rule(), self.subject.take()) {
            (SubjectRule::Fixed(_), Some(subject)) => Some(subject),
            (SubjectRule::Fixed(template), None) => Some(self.expand(template)?),
            _ => None,
        };
        let assertion_issuer = match (rules.issuer_rule(), self.assertion_issuer.take()) {
            (IssuerRule::Fixed(_), Some(issuer)) => Some(issuer),
            (IssuerRule::Fixed(template), None) => Some(self.expand(template)?),
            _ => None,
        };
        let audience_is_issuer = match rules.audience() {
            AudienceRule::Issuer => true,
            AudienceRule::Fixed(template) => self.lacks_issuer(template),
            _ => false,
        };
        // A person may look there; a variable that is not given is no reason to fail.
        let metadata = self.environment.metadata();
        let (metadata, metadata_variable) = match metadata.map(|it| self.expand_url(it)) {
            Some(Ok(url)) => (Some(url), None),
            Some(Err(Error::MissingVariable { name, .. })) if name != ISSUER => (None, Some(name)),
            _ => (None, None),
        };
        let api_key_header = self.environment.api_key_header();
        let api_key_header = api_key_header.or_else(|| self.gateway.api().key_header());
        Ok(Endpoint {
            gateway: self.gateway.name().to_owned(),
            environment: self.environment.name().to_owned(),
            variables: self.variables_in_use(),
            audience_is_issuer,
            audience_is_replaced,
            accepted_audiences,
            assertion_issuer,
            subject,
            metadata,
            metadata_variable,
            api_key_header: api_key_header.map(str::to_owned),
            api_key_prefix: self.environment.api_key_prefix().map(str::to_owned),
            is_open: self.environment.is_open(),
            token_endpoint,
            issuer: self.issuer,
            audience,
            default_key_id,
            parameters,
            headers,
            claims,
        })
    }

    fn check_variables(&self) -> Result<(), Error> {
        for (name, value) in &self.variables {
            let known = self.gateway.variables().iter();
            let known: Vec<String> = known.map(|known| known.name().to_owned()).collect();
            if !known.contains(name) {
                return Err(Error::UnknownVariable {
                    gateway: self.gateway.name().to_owned(),
                    nearest: nearest(name, known.iter().map(String::as_str)),
                    name: name.clone(),
                    known,
                });
            }
            if !Variable::is_usable(value) {
                return Err(Error::VariableValue { name: name.clone() });
            }
            let mut described = self.gateway.variables().iter();
            let variable = described.find(|variable| variable.name() == name);
            if let Some(variable) = variable.filter(|variable| !variable.takes(value)) {
                return Err(self.refused(variable, value));
            }
        }
        Ok(())
    }

    /// Says where a value belongs that a variable cannot have.
    fn refused(&self, variable: &Variable, value: &str) -> Error {
        let others = || {
            let variables = self.gateway.variables().iter();
            variables.filter(|other| !other.allowed_values().is_empty() || has_refused(other))
        };
        let is_of = |environment: &&Environment| {
            let template = environment.token_endpoint();
            template.is_some_and(|template| match template.variables().next() {
                None => template.as_str().contains(&format!("://{value}/")),
                Some(name) => others().any(|other| other.name() == name && other.takes(value)),
            })
        };
        let mut environments = self.gateway.environments().iter();
        let environment = environments.find(is_of);
        let template = environment.and_then(Environment::token_endpoint);
        let other = template.and_then(|template| template.variables().next());
        Error::RefusedVariable {
            name: variable.name().to_owned(),
            refusal: Box::new(VariableRefusal {
                value: one_line(&redact(value), LONGEST_SHOWN),
                description: variable.description().to_owned(),
                example: variable.example().map(str::to_owned),
                allowed: variable.allowed_values().to_vec(),
                refused: variable.refusing(value).map(str::to_owned),
                environment: environment.map(|environment| environment.name().to_owned()),
                variable: other.map(str::to_owned),
            }),
        }
    }

    /// Refuses an issuer that is no URL, unless the gateway's own one is none either.
    fn check_issuer(&self) -> Result<(), Error> {
        let Some(issuer) = &self.issuer else {
            return Ok(());
        };
        let own = self.environment.issuer();
        if own.is_some_and(|own| !own.begins_with_variable() && !own.as_str().contains("://")) {
            return Ok(());
        }
        // Nothing is sent there: it can be one of plain http inside of a network.
        let behind = issuer.split_at_checked("http://".len());
        let secure = match behind {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http://") => {
                SecureUrl::new(&format!("https://{rest}"))
            }
            _ => SecureUrl::new(issuer),
        };
        secure.map(|_| ()).map_err(|_| Error::InvalidIssuer)
    }

    fn fill_in_issuer(&mut self) -> Result<(), Error> {
        if let (None, Some(template)) = (&self.issuer, self.environment.issuer()) {
            self.issuer = Some(self.expand_url(template)?);
        }
        Ok(())
    }

    /// What a rule comes to, given the token endpoint's URL; none if that or the issuer is open.
    fn audience_by(&self, rule: &AudienceRule, url: Option<&str>) -> Result<Option<String>, Error> {
        Ok(match rule {
            AudienceRule::TokenEndpoint => url.map(str::to_owned),
            AudienceRule::Issuer => self.issuer.clone(),
            AudienceRule::IssuerElseTokenEndpoint => {
                self.issuer.clone().or_else(|| url.map(str::to_owned))
            }
            AudienceRule::Absent => Some(String::new()),
            AudienceRule::Fixed(template) if self.lacks_issuer(template) => None,
            AudienceRule::Fixed(template) => Some(self.expand_url(template)?),
        })
    }

    fn accepted_audiences(&self, url: Option<&str>) -> Vec<String> {
        let mut audiences = Vec::new();
        for rule in self.gateway.assertion().accepted_audiences() {
            // What is not sent needs no variable.
            let audience = self.audience_by(rule, url).ok().flatten();
            audiences.extend(audience.filter(|audience| !audiences.contains(audience)));
        }
        audiences
    }

    fn lacks_issuer(&self, template: &Template) -> bool {
        self.issuer.is_none() && template.variables().any(|name| name == ISSUER)
    }

    fn variables_in_use(&self) -> Vec<(String, String)> {
        let variables = self.gateway.variables().iter();
        variables
            .filter_map(|variable| {
                let value = self.value_of(variable.name()).ok()?;
                Some((variable.name().to_owned(), value.to_owned()))
            })
            .collect()
    }

    fn expand_token_endpoint(&self, template: &Template) -> Result<TokenEndpoint, Error> {
        let url = self.expand_url(template)?;
        TokenEndpoint::new(&url).map_err(|source| Error::TokenEndpoint {
            gateway: self.gateway.name().to_owned(),
            source: Box::new(source),
        })
    }

    /// A value at the front may be a whole URL. Behind that, one with a delimiter could turn
    /// `https://${tenant}.example.com` into another host's URL.
    fn expand_url(&self, template: &Template) -> Result<String, Error> {
        let at_front = usize::from(template.begins_with_variable());
        for name in template.variables().skip(at_front) {
            if self
                .value_of(name)?
                .contains(['/', '?', '#', '@', ':', '\\'])
            {
                return Err(Error::VariableInUrl {
                    name: name.to_owned(),
                });
            }
        }
        template.expand_first(
            |name, rest| {
                let value = self.value_of(name)?;
                if at_front == 0 || rest.is_none() {
                    return Ok(value);
                }
                // A path, or the rest of a host, goes behind it.
                let authority = value.split_once("://").map_or(value, |(_, rest)| rest);
                let authority = authority.split('/').next().unwrap_or(authority);
                if value.contains(['?', '#', '\\']) || authority.contains('@') {
                    return Err(Error::VariableBeforePath {
                        name: name.to_owned(),
                    });
                }
                let takes_slash = rest.is_some_and(|rest| rest.starts_with('/'));
                Ok(match value.strip_suffix('/') {
                    Some(bare) if takes_slash => bare,
                    _ => value,
                })
            },
            |name| self.value_of(name),
        )
    }

    fn expand(&self, template: &Template) -> Result<String, Error> {
        template.expand(|name| self.value_of(name))
    }

    fn value_of(&self, name: &str) -> Result<&str, Error> {
        if name == ENVIRONMENT {
            return Ok(self.environment.name());
        }
        if let (ISSUER, Some(issuer)) = (name, &self.issuer) {
            return Ok(issuer);
        }
        let mut given = self.variables.iter().rev();
        if let Some((_, value)) = given.find(|(other, _)| other == name) {
            return Ok(value);
        }
        let mut of_environment = self.environment.variables().iter();
        if let Some((_, value)) = of_environment.find(|(other, _)| other == name) {
            return Ok(value);
        }
        let mut variables = self.gateway.variables().iter();
        let variable = variables.find(|variable| variable.name() == name);
        if let Some(default) = variable.and_then(Variable::default_value) {
            return Ok(default);
        }
        Err(Error::MissingVariable {
            gateway: self.gateway.name().to_owned(),
            name: name.to_owned(),
            description: variable.map_or("", |known| known.description()).to_owned(),
            example: variable.and_then(|known| known.example().map(str::to_owned)),
        })
    }
}

fn has_refused(variable: &Variable) -> bool {
    !variable.refused_values().is_empty()
}
