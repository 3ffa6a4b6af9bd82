//! A request as this side knows it: what was sent, and nothing of what the server has on file.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Map, Value, json};
use tokenring_assertion::NumericDate;
use tokenring_gateway::diagnosis::{Diagnosis, Incident, PublishedKeys};
use tokenring_gateway::{Endpoint, Gateway, UnverifiedJwt};
use tokenring_jwk::{Algorithm, Jwk, JwkSet, PrivateKey, PublicKey, Signer, any};
use tokenring_oauth::{ErrorResponse, HttpResponse, TokenEndpoint};

use super::row::{Row, object, renamed, text_of};

pub(super) const NOW: u64 = 1_795_988_921;

/// One request, with what its sender knows.
#[derive(Clone)]
pub(super) struct Sent {
    pub(super) client: String,
    pub(super) issuer: String,
    /// The token endpoint as the server writes it.
    token_endpoint: String,
    /// The address that was called.
    pub(super) called: String,
    pub(super) key: String,
    pub(super) header: Map<String, Value>,
    pub(super) claims: Map<String, Value>,
    /// None of a body that is no form.
    pub(super) form: Option<Vec<(String, String)>>,
    pub(super) is_unsigned: bool,
    pub(super) has_proof: bool,
    pub(super) registered: Option<Vec<Value>>,
    /// How the client is registered, where the gateway has several ways.
    pub(super) flow: &'static str,
}

impl Sent {
    /// The right request of a file.
    pub(super) fn good(file: &str, [issuer, token_endpoint, client]: &[String; 3]) -> Self {
        let is_keycloak = file.starts_with("keycloak");
        let is_smart = file.starts_with("smart");
        let audience = if is_keycloak { issuer } else { token_endpoint };
        let mut form = vec![
            ("grant_type", "client_credentials"),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", "${assertion}"),
        ];
        match file {
            "spring-1.5" | "spring-1.5-more" => form.push(("client_id", client)),
            "authelia-4.39" => form.push(("scope", "read")),
            _ if is_smart => form.push(("scope", "system/Patient.rs")),
            _ => {}
        }
        let lifetime = if is_smart { 290 } else { 50 };
        let algorithm = if is_smart { "RS384" } else { "RS256" };
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self {
            client: client.clone(),
            issuer: issuer.clone(),
            token_endpoint: token_endpoint.clone(),
            called: token_endpoint.clone(),
            key: "rsa2048-a".to_owned(),
            header: object(json!({ "alg": algorithm, "kid": "k1", "typ": "JWT" })),
            claims: object(json!({
                "iss": client, "sub": client, "aud": audience, "jti": "a-new-one",
                "iat": NOW, "exp": NOW + lifetime,
            })),
            form: Some(form.into_iter().map(owned).collect()),
            is_unsigned: false,
            has_proof: false,
            registered: None,
            flow: "jwks-url",
        }
    }

    /// Puts other texts into what is the same in every row.
    pub(super) fn rename(&mut self, replaced: &[(&str, &str)]) {
        let key_id = renamed("k1", replaced);
        self.header.insert("kid".into(), key_id.into());
    }

    pub(super) fn set_header(&mut self, name: &str, value: &Value) {
        set(&mut self.header, name, value);
    }

    pub(super) fn set_claim(&mut self, name: &str, value: &Value) {
        set(&mut self.claims, name, value);
    }

    pub(super) fn set_client(&mut self, client: &str) {
        client.clone_into(&mut self.client);
        self.set_claim("iss", &client.into());
        self.set_claim("sub", &client.into());
        if let Some(form) = &mut self.form {
            let own = form.iter_mut().filter(|(name, _)| name == "client_id");
            own.for_each(|(_, value)| client.clone_into(value));
        }
    }

    pub(super) fn set_form(&mut self, name: &str, value: &Value) {
        let Some(form) = &mut self.form else { return };
        form.retain(|(other, _)| other != name);
        let values = match value {
            Value::Null => Vec::new(),
            Value::Array(values) => values.clone(),
            one => vec![one.clone()],
        };
        let fields = values.iter().map(|value| (name.to_owned(), text_of(value)));
        form.extend(fields);
    }

    pub(super) fn set_path(&mut self, path: &str) {
        let path = path.replace("${realm}", "r");
        let origin = self.issuer.split("/realms").next().unwrap();
        self.called = format!("{origin}{path}");
    }

    /// A value with the names of Keycloak's files filled in.
    pub(super) fn filled(&self, value: &Value) -> Value {
        let path = self.issuer.split_once("/realms").unwrap().1;
        let localhost = format!("http://localhost:8080/realms{path}");
        let fill = |text: &str| {
            text.replace("${issuer}", &self.issuer)
                .replace("${localhost-issuer}", &localhost)
                .replace("${token}", &self.token_endpoint)
                .replace("${client}", &self.client)
                .replace("${spki}", &self.fixture("spki-hash.txt"))
                .replace("${thumbprint}", &self.fixture("thumbprint.txt"))
                .replace("${shared-jti}", "a-shared-one")
        };
        match value {
            Value::String(text) => fill(text).into(),
            Value::Array(items) => items.iter().map(|item| self.filled(item)).collect(),
            other => other.clone(),
        }
    }

    /// A stored key of the kind that a row names; the second of a kind is larger.
    fn fixture(&self, ending: &str) -> String {
        let name = match self.key.as_str() {
            "rsa2048-a" => "rsa-2048",
            "rsa2048-b" => "rsa-3072",
            "rsa2048-x" => "rsa-4096",
            other => other.trim_end_matches("-a"),
        };
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/keys");
        let path = format!("{folder}/test-{name}-{ending}");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        text.trim().to_owned()
    }

    fn public_key(&self) -> PublicKey {
        let jwk = Jwk::from_json(&self.fixture("public.jwk.json")).unwrap();
        jwk.public_key().clone()
    }

    fn private_key(&self) -> PrivateKey {
        PrivateKey::from_pem(&self.fixture("pkcs8.pem")).unwrap()
    }

    fn assertion(&self, key: &PrivateKey) -> String {
        let part = |object: &Map<String, Value>| {
            Base64UrlUnpadded::encode_string(Value::Object(object.clone()).to_string().as_bytes())
        };
        let input = format!("{}.{}", part(&self.header), part(&self.claims));
        let stated = self.header.get("alg").and_then(Value::as_str);
        let stated = stated.unwrap_or("RS256");
        if self.is_unsigned || stated == "none" {
            return format!("{input}.");
        }
        let of_key = key.key_type().algorithms();
        let stated = stated.parse::<Algorithm>().ok();
        let algorithm = stated.filter(|stated| of_key.contains(stated));
        let signer = any::SigningKey::new(key, algorithm.unwrap_or(of_key[0])).unwrap();
        let signature = signer.sign(input.as_bytes()).unwrap();
        let signature = Base64UrlUnpadded::encode_string(signature.as_bytes());
        format!("{input}.{signature}")
    }

    /// The set that the client was registered with.
    fn published(&self) -> Option<JwkSet> {
        let keys = self.registered.as_ref()?.iter();
        let jwks = keys.map(|stated| {
            let mut of = self.clone();
            of.key = text_of(&stated["key"]);
            let mut jwk: Value = serde_json::from_str(&of.fixture("public.jwk.json")).unwrap();
            for name in ["kid", "alg", "use"] {
                match &stated[name] {
                    Value::Null => jwk.as_object_mut().unwrap().remove(name),
                    value => jwk
                        .as_object_mut()
                        .unwrap()
                        .insert(name.into(), value.clone()),
                };
            }
            jwk
        });
        let jwks: Vec<Value> = jwks.collect();
        Some(JwkSet::from_json(&json!({ "keys": jwks }).to_string()).unwrap())
    }
}

fn set(members: &mut Map<String, Value>, name: &str, value: &Value) {
    match value {
        Value::Null => members.remove(name),
        value => members.insert(name.to_owned(), value.clone()),
    };
}

fn endpoint(gateway: &Gateway, sent: &Sent) -> Endpoint {
    let environment = gateway.environment(None).unwrap();
    let mut builder = gateway.endpoint(environment);
    for variable in gateway.variables() {
        let value = match variable.name() {
            "server" => sent.issuer.split("/realms").next().unwrap(),
            "realm" => "r",
            "issuer" => sent.issuer.as_str(),
            _ => variable.example().unwrap(),
        };
        builder = builder.with_variable(variable.name(), value);
    }
    let url = TokenEndpoint::new(&sent.called).unwrap();
    builder.with_token_endpoint(url).build().unwrap()
}

/// What is said of a row, with or without the JWK Set next to the key.
pub(super) fn diagnosis(row: &Row, gateway: &Gateway, with_keys: bool) -> Diagnosis {
    let sent = &row.sent;
    let flows = gateway.flows().iter().any(|flow| flow.name() == sent.flow);
    let gateway = match flows {
        true => &gateway.clone().with_flow(sent.flow).unwrap(),
        false => gateway,
    };
    let endpoint = endpoint(gateway, sent);
    let key = sent.private_key();
    let own_key = sent.public_key();
    let assertion = sent.assertion(&key);
    let answer = HttpResponse::new(
        row.status,
        row.headers.clone(),
        row.body.as_bytes().to_vec(),
    );
    let response = ErrorResponse::parse(&answer);
    let form = sent.form.clone().map(|form| {
        let filled = form.into_iter();
        let filled = filled.map(|(name, value)| (name, value.replace("${assertion}", &assertion)));
        filled.collect::<Vec<_>>()
    });
    let field = form.iter().flatten();
    let mut field =
        field.filter(|(name, _)| matches!(name.as_str(), "assertion" | "client_assertion"));
    let jwt = field
        .next()
        .and_then(|(_, value)| UnverifiedJwt::decode(value).ok());
    let published = sent.published();
    let mut incident = Incident::new(gateway, &endpoint, &response)
        .with_provider(&any::Verifier)
        .with_own_key(&own_key)
        .with_sent_at(NumericDate::from_seconds(NOW))
        .with_client_id(&sent.client);
    if sent.has_proof {
        incident = incident.with_dpop_proof();
    }
    if let Some(form) = &form {
        incident = incident.with_form(form);
    }
    if let Some(jwt) = &jwt {
        incident = incident.with_assertion(jwt);
    }
    if let (Some(keys), true) = (&published, with_keys) {
        incident = incident.with_published_keys(PublishedKeys::presumed(keys, "key.json"));
    }
    Diagnosis::of(&incident)
}
