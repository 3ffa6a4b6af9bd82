//! A preset as its user has it: one flow, one environment, its variables filled in.

use serde_json::{Value, json};
use tokenring_assertion::{JwtId, NumericDate};
use tokenring_gateway::{
    AssertionPlan, AudienceRule, ClientAuthentication, Endpoint, EndpointBuilder, Environment,
    Gateway, Grant, KeyIdScheme, Registration, ScopeRule,
};
use tokenring_jwk::{Algorithm, KeyId};
use tokenring_mock_gateway::JwkSource;
use tokenring_oauth::{TokenEndpoint, TokenRequest};

use crate::key::{self, Key};
use crate::stage::{CLIENT, NOW};

/// The issuer, or the token endpoint, of a gateway whose file leaves that open.
pub(crate) const OPEN: &str = "https://as.example.com";

/// What is asked for where a scope has to be.
const SCOPE: &str = "system/Patient.rs";

pub(crate) struct Preset {
    pub(crate) gateway: Gateway,
    environment: String,
}

impl Preset {
    /// The flow and the environment that are meant where none is named.
    pub(crate) fn new(name: &str) -> Self {
        Self::of(Gateway::builtin(name).unwrap(), None)
    }

    pub(crate) fn with_flow(name: &str, flow: &str) -> Self {
        let gateway = Gateway::builtin(name).unwrap().with_flow(flow).unwrap();
        Self::of(gateway, None)
    }

    pub(crate) fn of(gateway: Gateway, environment: Option<&str>) -> Self {
        let first = || gateway.environments().first();
        let chosen = gateway.environment(environment).ok().or_else(first);
        let environment = chosen.unwrap().name().to_owned();
        Self {
            gateway,
            environment,
        }
    }

    /// Each gateway in each of its flows.
    pub(crate) fn flows(name: &str) -> Vec<Gateway> {
        let gateway = Gateway::builtin(name).unwrap();
        let flows: Vec<&str> = gateway.flows().iter().map(|flow| flow.name()).collect();
        if flows.is_empty() {
            return vec![gateway];
        }
        let with = |flow: &str| gateway.clone().with_flow(flow).unwrap();
        flows.into_iter().map(with).collect()
    }

    /// The same once more.
    pub(crate) fn again(&self) -> Self {
        Self::of(self.gateway.clone(), Some(&self.environment))
    }

    pub(crate) fn environment(&self) -> &Environment {
        self.gateway.environment(Some(&self.environment)).unwrap()
    }

    /// For the messages of tests.
    pub(crate) fn title(&self) -> String {
        let flow = self.gateway.flow().unwrap_or("-");
        format!("{} {flow} {}", self.gateway.name(), self.environment)
    }

    /// The values of its variables that the environment leaves open: what the file gives as example.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        let of_environment = self.environment().variables();
        let is_open = |name: &str| of_environment.iter().all(|(known, _)| known != name);
        let variables = self.gateway.variables().iter();
        let open = variables.filter(move |variable| is_open(variable.name()));
        open.map(|variable| (variable.name(), variable.example().unwrap()))
    }

    pub(crate) fn endpoint_builder(&self) -> EndpointBuilder<'_> {
        let mut builder = self.gateway.endpoint(self.environment());
        for (name, value) in self.variables() {
            builder = builder.with_variable(name, value);
        }
        builder
    }

    /// Whether a mock of it has to be given an issuer: an authorization server that goes by a
    /// standard has one, whatever it is.
    pub(crate) fn needs_issuer(&self) -> bool {
        let mut accepted = self.gateway.assertion().accepted_audiences().iter();
        let takes_issuer = accepted.any(|rule| matches!(rule, AudienceRule::Issuer));
        takes_issuer && self.environment().issuer().is_none()
    }

    /// Where the preset sends its assertions: to a token endpoint, and for the issuer behind it.
    ///
    /// Where there is no issuer a preset that names one takes its own, or one that is made up.
    pub(crate) fn endpoint(&self, token_url: &str, issuer: Option<&str>) -> Endpoint {
        let token_endpoint = TokenEndpoint::new(token_url).unwrap();
        let mut builder = self.endpoint_builder().with_token_endpoint(token_endpoint);
        let names_issuer = matches!(self.gateway.assertion().audience(), AudienceRule::Issuer);
        let has_issuer = self.environment().issuer().is_some();
        let made_up = (names_issuer && !has_issuer).then_some(OPEN);
        if let Some(issuer) = issuer.or(made_up) {
            builder = builder.with_issuer(issuer);
        }
        builder.build().unwrap()
    }

    /// The first algorithm is what a client signs by that has a choice.
    pub(crate) fn algorithm(&self) -> Algorithm {
        self.gateway.assertion().algorithms()[0]
    }

    /// A key of the kind that the preset generates.
    pub(crate) fn key(&self) -> Key {
        Key::of(self.gateway.key().generate())
    }

    pub(crate) fn key_id(&self, key: Key) -> Option<String> {
        key.id(self.gateway.key().id_scheme())
    }

    /// The key as it is handed in with this preset.
    pub(crate) fn registered(&self, key: Key) -> JwkSource {
        match self.gateway.key().registrations()[0] {
            Registration::PublicKey => JwkSource::PublicKey(key.public_key()),
            Registration::Certificate if key == Key::RSA_2048 => {
                JwkSource::Certificate(key::certificate())
            }
            _ => JwkSource::Set(key::set([self.published(key, self.key_id(key).as_deref())])),
        }
    }

    /// The public JWK as it is published for this gateway: with the algorithm where that has to be.
    pub(crate) fn published(&self, key: Key, key_id: Option<&str>) -> Value {
        let mut jwk = key.published(key_id);
        let key_type = key.public_key().key_type();
        let algorithm = self.gateway.assertion().default_algorithm(key_type);
        if let (true, Some(algorithm)) = (self.gateway.key().algorithm_required(), algorithm) {
            jwk["alg"] = json!(algorithm.name());
        }
        jwk
    }

    /// The assertions that this preset's client makes without being told anything.
    pub(crate) fn plan(&self, endpoint: &Endpoint) -> AssertionPlan {
        self.plan_for(endpoint, CLIENT)
    }

    pub(crate) fn plan_for(&self, endpoint: &Endpoint, client: &str) -> AssertionPlan {
        let mut plan = AssertionPlan::at(&self.gateway, endpoint, client).unwrap();
        match self.gateway.key().id_scheme() {
            KeyIdScheme::CertificateThumbprint => {
                plan = plan.with_header_parameter("x5t#S256", key::certificate_hash());
            }
            KeyIdScheme::CertificateChain => {
                plan = plan.with_header_parameter("x5c", json!([key::certificate_text()]));
            }
            _ => {}
        }
        for (name, value) in endpoint.claims() {
            plan = plan.with_claim(name, value.clone());
        }
        if self.gateway.request().scope() == ScopeRule::InAssertion {
            plan = plan.with_claim("scope", json!(SCOPE));
        }
        plan
    }

    /// The form that is right for the preset, with an assertion of the usual client.
    pub(crate) fn form<'f>(&'f self, assertion: &'f str) -> Vec<(&'f str, &'f str)> {
        let rules = self.gateway.request();
        let mut form = match rules.grant() {
            Grant::None => vec![("assertion", assertion)],
            Grant::JwtBearer => vec![
                ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                ("assertion", assertion),
            ],
            _ => vec![
                ("grant_type", "client_credentials"),
                (
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                ),
                ("client_assertion", assertion),
            ],
        };
        if rules.sends_client_id() {
            form.push(("client_id", CLIENT));
        }
        let secrets = rules.secret_parameters().iter();
        form.extend(secrets.map(|name| (name.as_str(), "planted-secret")));
        form
    }

    /// A JWT that is itself the token.
    pub(crate) fn bearer(
        plan: &AssertionPlan,
        signature: (Key, Algorithm, Option<&str>),
    ) -> String {
        let (key, algorithm, key_id) = signature;
        let mut signer = key.signer(algorithm);
        if let Some(key_id) = key_id {
            signer = signer.with_key_id(KeyId::new(key_id));
        }
        let now = NumericDate::from_seconds(NOW);
        let plan = plan.clone().with_key_sha256(&key.sha256());
        let jwt = plan.sign_bearer(now, JwtId::random().unwrap(), &signer);
        jwt.unwrap().into_secret()
    }

    /// A request in the form of one preset, with an assertion that another one plans.
    pub(crate) fn request(
        &self,
        endpoint: &Endpoint,
        plan: &AssertionPlan,
        signature: (Key, Algorithm, Option<&str>),
    ) -> TokenRequest {
        self.request_for(CLIENT, endpoint, plan, signature)
    }

    /// The same for another client.
    pub(crate) fn request_for(
        &self,
        client: &str,
        endpoint: &Endpoint,
        plan: &AssertionPlan,
        signature: (Key, Algorithm, Option<&str>),
    ) -> TokenRequest {
        let (key, algorithm, key_id) = signature;
        let mut signer = key.signer(algorithm);
        if let Some(key_id) = key_id {
            signer = signer.with_key_id(KeyId::new(key_id));
        }
        let now = NumericDate::from_seconds(NOW);
        let plan = &plan.clone().with_key_sha256(&key.sha256());
        let jwt_id = JwtId::random().unwrap();
        let token_endpoint = endpoint.token_endpoint().unwrap();
        let rules = self.gateway.request();
        let mut request = match rules.grant() {
            Grant::JwtBearer => {
                let grant = plan.sign_grant(now, jwt_id, &signer).unwrap();
                match rules.client_authentication() {
                    ClientAuthentication::Assertion => {
                        let plan = plan.for_client_authentication();
                        let jwt_id = JwtId::random().unwrap();
                        let client = plan.sign(now, jwt_id, &signer).unwrap();
                        TokenRequest::authenticated_jwt_bearer(token_endpoint, grant, client)
                    }
                    _ => TokenRequest::jwt_bearer(token_endpoint, grant),
                }
            }
            _ => {
                let assertion = plan.sign(now, jwt_id, &signer).unwrap();
                TokenRequest::client_credentials(token_endpoint, assertion)
            }
        };
        if rules.sends_client_id() {
            request = request.with_client_id(client);
        }
        if rules.scope() == ScopeRule::Required {
            request = request.with_scope(SCOPE);
        }
        for (name, value) in endpoint.parameters() {
            request = request.with_parameter(name, value).unwrap();
        }
        for name in rules.secret_parameters() {
            request = request.with_parameter(name, "planted-secret").unwrap();
        }
        request.with_token_type(self.gateway.response().token_type())
    }
}
