use std::path::{Path, PathBuf};

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Map, Value, json};
use tokenring_assertion::{ClientAssertion, JwtId, NumericDate};
use tokenring_gateway::diagnosis::{Diagnosis, Incident, Likelihood, PublishedKeys};
use tokenring_gateway::{Endpoint, Gateway, Rule, UnverifiedJwt};
use tokenring_jwk::{Algorithm, JwkSet, PrivateKey, PublicKey, Signer, any, aws_lc_rs};
use tokenring_oauth::{
    ApiRequest, ErrorResponse, HttpResponse, SecureUrl, TokenEndpoint, UreqTransport,
};

use crate::desk::Desk;
use crate::library;
use crate::provider::Provider;

/// A place where hand-made assertions are sent to a provider and its refusals explained.
pub(super) struct Bench {
    desk: Desk,
    pub(super) provider: Provider,
    gateway: Gateway,
    issuer_is_known: bool,
}

/// What is done to the compact serialization after signing.
pub(super) type Tampering = fn(String) -> String;

/// A hand-made assertion that is still to be signed, and what its maker knows.
#[derive(Clone)]
pub(super) struct Draft {
    header: Map<String, Value>,
    claims: Map<String, Value>,
    key: PathBuf,
    algorithm: Algorithm,
    tampering: Option<Tampering>,
    client_id: String,
    /// The name of the JWK Set that was registered.
    published: String,
    clock_ahead: i64,
    spent: Vec<String>,
}

impl Bench {
    pub(super) fn new(desk: Desk, provider: Provider, gateway: &str) -> Self {
        Self {
            desk,
            provider,
            gateway: Gateway::builtin(gateway).unwrap(),
            issuer_is_known: false,
        }
    }

    pub(super) fn with_issuer(mut self) -> Self {
        self.issuer_is_known = true;
        self
    }

    #[expect(clippy::unused_self, reason = "the provider's clock is this machine's")]
    pub(super) fn now(&self) -> u64 {
        library::now().as_seconds()
    }

    /// An assertion as the preset has it, for the client and with the key of this name.
    pub(super) fn draft(&self, client_id: &str, algorithm: Algorithm) -> Draft {
        self.draft_at(0, client_id, algorithm)
    }

    /// The same, made by a clock that is so many seconds ahead.
    pub(super) fn draft_at(&self, ahead: i64, client_id: &str, algorithm: Algorithm) -> Draft {
        let now = self.now().checked_add_signed(ahead).unwrap();
        let endpoint = self.endpoint();
        let draft = Draft {
            header: object(json!({ "alg": algorithm.name(), "kid": client_id })),
            claims: object(json!({
                "aud": endpoint.audience().unwrap(),
                "iat": now,
                "exp": now + 60,
                "jti": JwtId::random().unwrap().as_str(),
            })),
            key: self.desk.private_key(client_id),
            algorithm,
            tampering: None,
            client_id: String::new(),
            published: client_id.to_owned(),
            clock_ahead: ahead,
            spent: Vec::new(),
        };
        let typ = json!(self.gateway.assertion().typ());
        draft.header("typ", typ).of_client(client_id)
    }

    #[track_caller]
    pub(super) fn is_granted(&self, draft: &Draft) {
        let answer = self.send(&draft.sign());
        assert_eq!(answer.status(), 200);
        self.provider.granted(draft.claims["sub"].as_str().unwrap());
    }

    /// The provider refuses in its one text, and the first cause is about this rule and its texts
    /// together hold these.
    #[track_caller]
    pub(super) fn check(&self, draft: &Draft, reason: &str, rule: Rule, texts: &[&str]) {
        let diagnosis = self.refuse(draft, reason);
        let first = diagnosis.first();
        assert_eq!(first.rule(), Some(rule), "{reason}: {diagnosis:#?}");
        // What cannot be seen from here is not made out to be more than that.
        let is_unseen = rule == Rule::UnknownClient && draft.client_id == "nobody";
        let is_possible = first.likelihood() == Likelihood::Possible;
        assert_eq!(is_possible, is_unseen, "{first:#?}");
        let all = [
            &first.explanation().to_string(),
            first.found_value().unwrap_or_default(),
            first.wanted_value().unwrap_or_default(),
            &first.remedy().to_string(),
        ]
        .join("\n");
        for text in texts {
            assert!(all.contains(text), "{text:?} is not in\n{all}");
        }
    }

    /// The provider refuses in its one text, for this reason.
    #[track_caller]
    pub(super) fn refuse(&self, draft: &Draft, reason: &str) -> Diagnosis {
        let compact = draft.sign();
        let response = ErrorResponse::parse(&self.send(&compact));
        assert_eq!(
            response.to_string(),
            "status 401, invalid_client: client authentication failed",
            "{reason}"
        );
        self.provider.refused(reason);
        self.diagnose(draft, &compact, &response)
    }

    pub(super) fn close(self) {
        self.provider.stop();
    }

    /// From what the client has at hand: its assertion, its key, its JWK Set, its clock.
    fn diagnose(&self, draft: &Draft, compact: &str, response: &ErrorResponse) -> Diagnosis {
        let endpoint = self.endpoint();
        let jwt = UnverifiedJwt::decode(compact).unwrap();
        let (_, own_key) = draft.signer();
        let name = format!("{}.json", draft.published);
        let published = std::fs::read_to_string(self.desk.path().join(&name)).unwrap();
        let published = JwkSet::from_json(&published).unwrap();
        let sent_at = self.now().checked_add_signed(draft.clock_ahead).unwrap();
        let known = ["client".to_owned(), "rsa".to_owned()];
        let incident = Incident::new(&self.gateway, &endpoint, response)
            .with_assertion(&jwt)
            .with_provider(&any::Verifier)
            .with_own_key(&own_key)
            .with_published_keys(PublishedKeys::new(&published, &name))
            .with_sent_at(NumericDate::from_seconds(sent_at))
            .with_client_id(&draft.client_id)
            .with_other_client_ids(&known)
            .with_spent_jwt_ids(&draft.spent);
        Diagnosis::of(&incident)
    }

    fn endpoint(&self) -> Endpoint {
        let environment = self.gateway.environment(None).unwrap();
        let url = TokenEndpoint::new(self.provider.token_endpoint()).unwrap();
        let mut builder = self.gateway.endpoint(environment).with_token_endpoint(url);
        if self.issuer_is_known {
            builder = builder.with_issuer(self.provider.issuer());
        }
        builder.build().unwrap()
    }

    /// Sends an assertion that no crate of ours would make.
    fn send(&self, compact: &str) -> HttpResponse {
        let encode = |text: &str| text.replace(':', "%3A");
        let form = format!(
            "grant_type=client_credentials&client_assertion_type={}&client_assertion={compact}",
            encode(ClientAssertion::TYPE)
        );
        let url = SecureUrl::new(self.provider.token_endpoint()).unwrap();
        let request = ApiRequest::new("POST", &url)
            .unwrap()
            .with_header("Content-Type", "application/x-www-form-urlencoded")
            .unwrap()
            .with_body(form);
        let answer = UreqTransport::new().without_proxy().open(request).unwrap();
        let status = answer.status();
        let headers = answer
            .headers()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let mut body = Vec::new();
        std::io::copy(&mut answer.into_body(), &mut body).unwrap();
        HttpResponse::new(status, headers, body)
    }
}

impl Draft {
    /// Sets a member of the header; null takes it out.
    pub(super) fn header(mut self, name: &str, value: Value) -> Self {
        set(&mut self.header, name, value);
        self
    }

    /// Sets a claim; null takes it out.
    pub(super) fn claim(mut self, name: &str, value: Value) -> Self {
        set(&mut self.claims, name, value);
        self
    }

    pub(super) fn of_client(mut self, client_id: &str) -> Self {
        client_id.clone_into(&mut self.client_id);
        self.claim("iss", json!(client_id))
            .claim("sub", json!(client_id))
    }

    pub(super) fn with_key(mut self, key: &Path, algorithm: Algorithm) -> Self {
        key.clone_into(&mut self.key);
        self.algorithm = algorithm;
        self
    }

    /// Says which JWK Set is registered for the client.
    pub(super) fn published(mut self, name: &str) -> Self {
        name.clone_into(&mut self.published);
        self
    }

    /// Says that this `jti` was sent before.
    pub(super) fn after(mut self, jwt_id: &str) -> Self {
        self.spent.push(jwt_id.to_owned());
        self
    }

    /// Changes the compact serialization after signing.
    pub(super) fn tampered(mut self, tampering: Tampering) -> Self {
        self.tampering = Some(tampering);
        self
    }

    fn signer(&self) -> (aws_lc_rs::SigningKey, PublicKey) {
        let file = std::fs::read(&self.key).unwrap();
        let key = PrivateKey::from_key_file(&file).unwrap();
        let key = aws_lc_rs::SigningKey::new(&key, self.algorithm).unwrap();
        let public_key = key.public_key().clone();
        (key, public_key)
    }

    fn sign(&self) -> String {
        let input = format!("{}.{}", encode(&self.header), encode(&self.claims));
        let (signer, _) = self.signer();
        let signature = signer.sign(input.as_bytes()).unwrap();
        let signature = Base64UrlUnpadded::encode_string(signature.as_bytes());
        let compact = format!("{input}.{signature}");
        match self.tampering {
            None => compact,
            Some(tampering) => tampering(compact),
        }
    }
}

/// Adds a claim under the old signature.
pub(super) fn with_another_claim(compact: String) -> String {
    let parts: Vec<&str> = compact.split('.').collect();
    let claims = Base64UrlUnpadded::decode_vec(parts[1]).unwrap();
    let mut claims: Map<String, Value> = serde_json::from_slice(&claims).unwrap();
    set(&mut claims, "scope", json!("everything"));
    format!("{}.{}.{}", parts[0], encode(&claims), parts[2])
}

/// Writes an ECDSA signature as most libraries do: a DER sequence of two integers.
pub(super) fn signed_as_der(compact: String) -> String {
    let (input, signature) = compact.rsplit_once('.').unwrap();
    let raw = Base64UrlUnpadded::decode_vec(signature).unwrap();
    let (r, s) = raw.split_at(raw.len() / 2);
    let integer = |bytes: &[u8]| {
        let start = bytes.iter().position(|byte| *byte != 0).unwrap();
        let mut value = bytes[start..].to_vec();
        if value[0] >= 0x80 {
            value.insert(0, 0);
        }
        let length = u8::try_from(value.len()).unwrap();
        [&[0x02, length], value.as_slice()].concat()
    };
    let body = [integer(r), integer(s)].concat();
    let length = u8::try_from(body.len()).unwrap();
    let der = [&[0x30, length], body.as_slice()].concat();
    format!("{input}.{}", Base64UrlUnpadded::encode_string(&der))
}

fn encode(object: &Map<String, Value>) -> String {
    Base64UrlUnpadded::encode_string(Value::Object(object.clone()).to_string().as_bytes())
}

fn set(object: &mut Map<String, Value>, name: &str, value: Value) {
    match value {
        Value::Null => drop(object.remove(name)),
        value => drop(object.insert(name.to_owned(), value)),
    }
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}
