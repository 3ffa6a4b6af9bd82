use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;
use tokenring_assertion::JwtId;
use tokenring_gateway::{Endpoint, Gateway};
use tokenring_oauth::TokenEndpoint;

use crate::key_ring::KeyRing;
use crate::user::User;

/// A running program that gives tokens, and the file of ours that describes it.
pub(crate) trait Site {
    fn facts(&self) -> &Facts;

    /// Makes a client whose registration is as a row of the recorded answers, or a table of ours,
    /// says it.
    fn register(&self, client_id: &str, registration: &Value, keys: &KeyRing);

    /// Options that every request of the command needs here.
    fn options(&self) -> &[&'static str] {
        &[]
    }

    /// Whether a JWK Set can be stored with a client.
    fn stores_key_sets(&self) -> bool {
        true
    }
}

pub(crate) struct Facts {
    /// What the program calls itself, and the version that it says it is.
    pub(crate) program: &'static str,
    pub(crate) version: String,
    /// Name of the built-in gateway.
    pub(crate) gateway: &'static str,
    /// Its variables. A gateway without any is told issuer and token endpoint instead.
    pub(crate) variables: Vec<(&'static str, String)>,
    pub(crate) issuer: String,
    /// Whether the client is told the issuer as well, if there are no variables.
    pub(crate) names_issuer: bool,
    pub(crate) token_endpoint: String,
}

impl Facts {
    /// The options of the command that name the gateway.
    pub(crate) fn options(&self) -> Vec<String> {
        let mut options = vec!["--gateway".to_owned(), self.gateway.to_owned()];
        for (name, value) in &self.variables {
            options.extend(["--var".to_owned(), format!("{name}={value}")]);
        }
        options
    }

    /// The options that a command needs besides, if it is to send something.
    pub(crate) fn addresses(&self) -> Vec<String> {
        if !self.variables.is_empty() {
            return Vec::new();
        }
        let mut options = vec!["--token-url".to_owned(), self.token_endpoint.clone()];
        if self.names_issuer {
            options.extend(["--issuer".to_owned(), self.issuer.clone()]);
        }
        options
    }

    /// Gets a token with the command.
    pub(crate) fn get_token(
        &self,
        user: &User,
        flow: &[&str],
        options: &[&str],
    ) -> Result<(), String> {
        let mut arguments = vec!["get-token".to_owned()];
        arguments.extend(self.options());
        arguments.extend(self.addresses());
        arguments.extend(flow.iter().chain(options).map(|&option| option.to_owned()));
        user.tokenring(&arguments)?.is_token()
    }

    pub(crate) fn gateway(&self, flow: Option<&str>) -> Gateway {
        let gateway = Gateway::builtin(self.gateway).unwrap();
        match flow {
            None => gateway,
            Some(flow) => gateway.with_flow(flow).unwrap(),
        }
    }

    pub(crate) fn endpoint(&self, gateway: &Gateway) -> Endpoint {
        let mut builder = gateway.endpoint(gateway.environment(None).unwrap());
        for (name, value) in &self.variables {
            builder = builder.with_variable(*name, value);
        }
        if self.variables.is_empty() {
            let url = TokenEndpoint::new(&self.token_endpoint).unwrap();
            builder = builder.with_token_endpoint(url);
        }
        if self.names_issuer {
            builder = builder.with_issuer(&self.issuer);
        }
        let endpoint = builder.build().unwrap();
        assert_eq!(
            endpoint.token_endpoint().unwrap().as_str(),
            self.token_endpoint
        );
        endpoint
    }
}

pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_secs()
}

/// A name that nobody had before.
pub(crate) fn unique() -> String {
    JwtId::random().unwrap().as_str().to_owned()
}
