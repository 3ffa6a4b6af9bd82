use tokenring_jwk::KeyId;
use tokenring_oauth::TokenEndpoint;

use crate::nearest::nearest;
use crate::variable::ENVIRONMENT;
use crate::{AudienceRule, Environment, Error, Gateway, Template};

/// Where to send an assertion and whom it names, with nothing left open that the file knows.
#[derive(Clone, Debug)]
pub struct Endpoint {
    gateway: String,
    environment: String,
    token_endpoint: Option<TokenEndpoint>,
    issuer: Option<String>,
    audience: Option<String>,
    audience_is_issuer: bool,
    default_key_id: Option<KeyId>,
    parameters: Vec<(String, String)>,
}

impl Endpoint {
    /// The name of the environment.
    #[must_use]
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// The token endpoint.
    ///
    /// # Errors
    ///
    /// [`Error::NoTokenEndpoint`] if the gateway leaves it open and nobody gave one.
    pub fn token_endpoint(&self) -> Result<&TokenEndpoint, Error> {
        self.token_endpoint
            .as_ref()
            .ok_or_else(|| Error::NoTokenEndpoint {
                gateway: self.gateway.clone(),
            })
    }

    /// The authorization server's issuer identifier, if it is known.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// The audience that the gateway's rule makes of the above.
    ///
    /// # Errors
    ///
    /// [`Error::NoIssuer`] or [`Error::NoTokenEndpoint`] if the value that the rule asks for is
    /// left open and nobody gave one.
    #[doc(alias = "aud")]
    pub fn audience(&self) -> Result<&str, Error> {
        match &self.audience {
            Some(audience) => Ok(audience),
            None if self.audience_is_issuer => Err(Error::NoIssuer {
                gateway: self.gateway.clone(),
            }),
            None => Err(Error::NoTokenEndpoint {
                gateway: self.gateway.clone(),
            }),
        }
    }

    /// The key ID of a new key, or of one whose file name says nothing.
    #[doc(alias = "kid")]
    #[must_use]
    pub const fn default_key_id(&self) -> Option<&KeyId> {
        self.default_key_id.as_ref()
    }

    /// Form parameters, name and value, that every token request carries.
    #[must_use]
    pub fn parameters(&self) -> &[(String, String)] {
        &self.parameters
    }
}

/// Makes an [`Endpoint`] of an environment, from [`Gateway::endpoint`].
#[derive(Clone, Debug)]
pub struct EndpointBuilder<'g> {
    gateway: &'g Gateway,
    environment: &'g Environment,
    variables: Vec<(String, String)>,
    token_endpoint: Option<TokenEndpoint>,
    issuer: Option<String>,
    audience: Option<String>,
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

    /// Replaces the audience, whatever the rule. Defaults to what the rule says.
    #[doc(alias = "aud")]
    #[must_use]
    pub fn with_audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// Puts the variables in. What was replaced needs none.
    ///
    /// # Errors
    ///
    /// A variable that is missing, unknown or has no usable value; a token endpoint that with
    /// these variables is none.
    pub fn build(mut self) -> Result<Endpoint, Error> {
        self.check_variables()?;
        let token_endpoint = match (
            self.token_endpoint.take(),
            self.environment.token_endpoint(),
        ) {
            (Some(token_endpoint), _) => Some(token_endpoint),
            (None, Some(template)) => Some(self.expand_token_endpoint(template)?),
            (None, None) => None,
        };
        let issuer = match (self.issuer.take(), self.environment.issuer()) {
            (Some(issuer), _) => Some(issuer),
            (None, Some(template)) => Some(self.expand_url(template)?),
            (None, None) => None,
        };
        let url = token_endpoint.as_ref().map(|url| url.as_str().to_owned());
        let rule = self.gateway.assertion().audience();
        let audience = match (self.audience.take(), rule) {
            (Some(audience), _) => Some(audience),
            (None, AudienceRule::TokenEndpoint) => url,
            (None, AudienceRule::Issuer) => issuer.clone(),
            (None, AudienceRule::IssuerElseTokenEndpoint) => issuer.clone().or(url),
            (None, AudienceRule::Fixed(template)) => Some(self.expand_url(template)?),
        };
        let default_key_id = match self.gateway.key().default_id() {
            Some(template) => Some(KeyId::new(self.expand(template)?)),
            None => None,
        };
        let mut parameters = Vec::new();
        for (name, template) in self.gateway.request().parameters() {
            parameters.push((name.clone(), self.expand(template)?));
        }
        Ok(Endpoint {
            gateway: self.gateway.name().to_owned(),
            environment: self.environment.name().to_owned(),
            token_endpoint,
            issuer,
            audience,
            audience_is_issuer: matches!(rule, AudienceRule::Issuer),
            default_key_id,
            parameters,
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
            if value.is_empty() || value.contains(|c: char| c.is_whitespace() || c.is_control()) {
                return Err(Error::VariableValue { name: name.clone() });
            }
        }
        Ok(())
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
        self.expand(template)
    }

    fn expand(&self, template: &Template) -> Result<String, Error> {
        template.expand(|name| self.value_of(name))
    }

    fn value_of(&self, name: &str) -> Result<&str, Error> {
        if name == ENVIRONMENT {
            return Ok(self.environment.name());
        }
        let mut given = self.variables.iter().rev();
        if let Some((_, value)) = given.find(|(other, _)| other == name) {
            return Ok(value);
        }
        let mut variables = self.gateway.variables().iter();
        let variable = variables.find(|variable| variable.name() == name);
        Err(Error::MissingVariable {
            gateway: self.gateway.name().to_owned(),
            name: name.to_owned(),
            description: variable.map_or("", |known| known.description()).to_owned(),
            example: variable.and_then(|known| known.example().map(str::to_owned)),
        })
    }
}
