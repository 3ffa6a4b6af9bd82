//! A client that was refused, with all that it knows; each test spoils one thing.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Map, Value, json};
use tokenring_assertion::NumericDate;
use tokenring_gateway::diagnosis::{Diagnosis, Incident, PublishedKeys};
use tokenring_gateway::{Endpoint, Gateway, UnverifiedJwt};
use tokenring_jwk::{
    Algorithm, Jwk, JwkSet, KeyId, KeySpec, KeyUse, PrivateKey, PublicKey, Signer, any,
    ring as jwk_ring,
};
use tokenring_oauth::{ErrorResponse, HttpResponse, TokenEndpoint};

pub(super) const NOW: u64 = 1_700_000_000;
/// What most servers say, whatever is wrong.
pub(super) const OPAQUE: &str =
    r#"{"error":"invalid_client","error_description":"client authentication failed"}"#;

/// Everything about one refused request, good as it is.
pub(super) struct Scene {
    pub(super) gateway: Gateway,
    pub(super) environment: Option<&'static str>,
    pub(super) issuer: Option<&'static str>,
    /// An audience in place of the file's.
    pub(super) own_audience: Option<&'static str>,
    /// A token endpoint in place of the file's.
    pub(super) own_token_endpoint: Option<&'static str>,
    pub(super) status: u16,
    pub(super) body: String,
    /// The `WWW-Authenticate` of the answer.
    pub(super) challenge: Option<&'static str>,
    /// The `Date` of the answer.
    pub(super) server_time: Option<u64>,
    pub(super) sent_at: u64,
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
    pub(super) key: PrivateKey,
    pub(super) own_key_is_known: bool,
    pub(super) published: Option<JwkSet>,
    pub(super) keys_are_presumed: bool,
    pub(super) client_id: String,
    pub(super) other_client_ids: Vec<String>,
    pub(super) form: Vec<(String, String)>,
    pub(super) spent: Vec<String>,
    has_assertion: bool,
    pub(super) has_default_key_id: bool,
    pub(super) is_own_request: bool,
    /// Whether a DPoP proof was sent along.
    pub(super) has_proof: bool,
    /// Whether a signature is made, which takes time.
    pub(super) signs: bool,
    /// Done to the compact serialization after signing.
    pub(super) tampering: fn(String) -> String,
}

impl Scene {
    /// A client of some server, by the preset `generic`.
    pub(super) fn generic() -> Self {
        Self::of("generic", None)
    }

    /// A client whose assertion is as the preset has it, for an ES256 key.
    pub(super) fn of(name: &str, environment: Option<&'static str>) -> Self {
        let gateway = Gateway::builtin(name).unwrap();
        let key = jwk_ring::generate(KeySpec::P256).unwrap();
        let jwk = Jwk::new(public(&key))
            .with_algorithm(Algorithm::Es256)
            .unwrap()
            .with_key_id(KeyId::new("key-1"))
            .with_use(KeyUse::Signature);
        let mut scene = Self {
            gateway,
            environment,
            issuer: Some("https://auth.example.com"),
            own_audience: None,
            own_token_endpoint: None,
            status: 401,
            body: OPAQUE.to_owned(),
            challenge: None,
            server_time: Some(NOW),
            sent_at: NOW,
            header: Map::new(),
            claims: Map::new(),
            key,
            own_key_is_known: true,
            published: Some(JwkSet::from_iter([jwk])),
            keys_are_presumed: false,
            client_id: "client-1".to_owned(),
            other_client_ids: Vec::new(),
            form: vec![("grant_type".into(), "client_credentials".into())],
            spent: Vec::new(),
            has_assertion: true,
            has_default_key_id: false,
            is_own_request: false,
            has_proof: false,
            signs: true,
            tampering: |text| text,
        };
        let audience = scene.endpoint().audience().unwrap().to_owned();
        scene.header = object(json!({ "alg": "ES256", "kid": "key-1" }));
        if let Some(typ) = scene.gateway.assertion().typ() {
            scene.header.insert("typ".into(), typ.into());
        }
        scene.claims = object(json!({
            "iss": "client-1",
            "sub": "client-1",
            "aud": audience,
            "iat": NOW,
            "exp": NOW + 60,
            "jti": "a-new-one",
        }));
        scene
    }

    pub(super) fn says(mut self, status: u16, body: &str) -> Self {
        self.status = status;
        body.clone_into(&mut self.body);
        self
    }

    /// The request goes without an assertion.
    pub(super) fn without_assertion(mut self) -> Self {
        self.has_assertion = false;
        self
    }

    pub(super) fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        match value.into() {
            Value::Null => self.claims.remove(name),
            value => self.claims.insert(name.into(), value),
        };
        self
    }

    pub(super) fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        match value.into() {
            Value::Null => self.header.remove(name),
            value => self.header.insert(name.into(), value),
        };
        self
    }

    pub(super) fn endpoint(&self) -> Endpoint {
        let environment = self.gateway.environment(self.environment).unwrap();
        let mut builder = self.gateway.endpoint(environment);
        for variable in self.gateway.variables() {
            builder = builder.with_variable(variable.name(), variable.example().unwrap());
        }
        let open = environment.token_endpoint().is_none();
        let open = open.then_some("https://auth.example.com/token");
        if let Some(url) = self.own_token_endpoint.or(open) {
            let url = TokenEndpoint::new(url).unwrap();
            builder = builder.with_token_endpoint(url);
        }
        if let (None, Some(issuer)) = (environment.issuer(), self.issuer) {
            builder = builder.with_issuer(issuer);
        }
        if let Some(audience) = self.own_audience {
            builder = builder.with_audience(audience);
        }
        builder.build().unwrap()
    }

    pub(super) fn diagnosis(&self) -> Diagnosis {
        let endpoint = self.endpoint();
        let mut headers = Vec::new();
        if let Some(time) = self.server_time {
            headers.push(("Date".to_owned(), http_date(time)));
        }
        if let Some(challenge) = self.challenge {
            headers.push(("WWW-Authenticate".to_owned(), challenge.to_owned()));
        }
        let answer = HttpResponse::new(self.status, headers, self.body.as_bytes().to_vec());
        let response = ErrorResponse::parse(&answer);
        let jwt = UnverifiedJwt::decode((self.tampering)(self.assertion())).unwrap();
        let own_key = self.own_key_is_known.then(|| public(&self.key));
        let mut incident = Incident::new(&self.gateway, &endpoint, &response)
            .with_provider(&any::Verifier)
            .with_sent_at(NumericDate::from_seconds(self.sent_at))
            .with_client_id(&self.client_id)
            .with_other_client_ids(&self.other_client_ids)
            .with_form(&self.form)
            .with_spent_jwt_ids(&self.spent);
        if self.has_assertion {
            incident = incident.with_assertion(&jwt);
        }
        if let Some(own_key) = &own_key {
            incident = incident.with_own_key(own_key);
        }
        if self.is_own_request {
            incident = incident.with_own_request();
        }
        if self.has_proof {
            incident = incident.with_dpop_proof();
        }
        if self.has_default_key_id {
            incident = incident.with_default_key_id();
        }
        if let Some(keys) = &self.published {
            let place = "key-1.json";
            incident = incident.with_published_keys(match self.keys_are_presumed {
                true => PublishedKeys::presumed(keys, place),
                false => PublishedKeys::new(keys, place),
            });
        }
        Diagnosis::of(&incident)
    }

    /// The assertion, signed by the key with the algorithm of the key.
    fn assertion(&self) -> String {
        let part = |object: &Map<String, Value>| {
            Base64UrlUnpadded::encode_string(Value::Object(object.clone()).to_string().as_bytes())
        };
        let input = format!("{}.{}", part(&self.header), part(&self.claims));
        if !self.signs {
            let of_rsa = ["RS", "PS"].map(|kind| {
                self.header
                    .get("alg")
                    .is_some_and(|alg| alg.as_str().is_some_and(|alg| alg.starts_with(kind)))
            });
            let length = if of_rsa.contains(&true) { 342 } else { 86 };
            return format!("{input}.{}", "A".repeat(length));
        }
        let algorithm = self.key.key_type().algorithms()[0];
        let signer = jwk_ring::SigningKey::new(&self.key, algorithm).unwrap();
        let signature = signer.sign(input.as_bytes()).unwrap();
        let signature = Base64UrlUnpadded::encode_string(signature.as_bytes());
        format!("{input}.{signature}")
    }
}

pub(super) fn public(key: &PrivateKey) -> PublicKey {
    let algorithm = key.key_type().algorithms()[0];
    let signer = jwk_ring::SigningKey::new(key, algorithm).unwrap();
    signer.public_key().clone()
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

/// The tests' times are within a quarter of an hour of one Tuesday evening, or of the next hour.
fn http_date(seconds: u64) -> String {
    // 1,699,999,200 was Tue, 14 Nov 2023 22:00:00 GMT.
    let within = seconds.checked_sub(1_699_999_200).unwrap();
    let (hours, minutes, seconds) = (within / 3600, within / 60 % 60, within % 60);
    assert!(hours < 2);
    format!(
        "Tue, 14 Nov 2023 {:02}:{minutes:02}:{seconds:02} GMT",
        22 + hours
    )
}
