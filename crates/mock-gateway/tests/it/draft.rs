//! A token request to any gateway, of which a test can spoil every part.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Map, Value, json};
use tokenring_jwk::aws_lc_rs::{SigningKey, generate};
use tokenring_jwk::{Algorithm, KeySpec, PrivateKey, Signer};

use crate::attempt::encode;
use crate::http::{self, Answer};
use crate::preset::Preset;

pub(crate) const CLIENT: &str = "test-client";
pub(crate) const KEY_ID: &str = "test-1";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

pub(crate) struct Draft {
    pub(crate) content_type: &'static str,
    pub(crate) form: Vec<(&'static str, String)>,
    pub(crate) header: Map<String, Value>,
    pub(crate) claims: Map<String, Value>,
    pub(crate) algorithm: Algorithm,
    pub(crate) key: &'static PrivateKey,
    /// The form parameter of the assertion.
    parameter: &'static str,
    /// Stands in place of the assertion that the other members make.
    pub(crate) assertion: Option<String>,
}

impl Draft {
    /// A request for client credentials, with `iss`, `sub`, `aud`, `exp` and `jti`.
    pub(crate) fn new(preset: &Preset, algorithm: Algorithm, audience: &str) -> Self {
        static JWT_IDS: AtomicU64 = AtomicU64::new(0);
        let jwt_id = JWT_IDS.fetch_add(1, Ordering::SeqCst);
        let draft = Self {
            content_type: "application/x-www-form-urlencoded",
            form: vec![
                ("grant_type", "client_credentials".to_owned()),
                ("client_assertion_type", ASSERTION_TYPE.to_owned()),
            ],
            header: Map::new(),
            claims: Map::new(),
            algorithm,
            key: key(algorithm),
            parameter: "client_assertion",
            assertion: None,
        };
        draft
            .header("alg", algorithm.name())
            .header("typ", "JWT")
            .claim("iss", CLIENT)
            .claim("sub", CLIENT)
            .claim("aud", audience)
            .claim("exp", preset.now() + 60)
            .claim("jti", format!("jwt-id-{jwt_id}"))
    }

    /// A request whose assertion is the grant: RFC 7523, section 2.1.
    pub(crate) fn grant(preset: &Preset, algorithm: Algorithm, audience: &str) -> Self {
        let mut draft = Self::new(preset, algorithm, audience);
        draft.form = vec![("grant_type", GRANT_TYPE.to_owned())];
        draft.parameter = "assertion";
        draft
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn without_claim(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    pub(crate) fn without_header(mut self, name: &str) -> Self {
        self.header.remove(name);
        self
    }

    pub(crate) fn form(mut self, name: &'static str, value: &str) -> Self {
        self = self.without_form(name);
        self.form.push((name, value.to_owned()));
        self
    }

    pub(crate) fn without_form(mut self, name: &str) -> Self {
        self.form.retain(|(each, _)| *each != name);
        self
    }

    pub(crate) fn text(mut self, assertion: &str) -> Self {
        self.assertion = Some(assertion.to_owned());
        self
    }

    /// Signs with another algorithm, and the key that goes with it.
    pub(crate) fn signed_with(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self.key = key(algorithm);
        self.header("alg", algorithm.name())
    }

    pub(crate) fn signed_by_stranger(mut self) -> Self {
        static KEY: OnceLock<PrivateKey> = OnceLock::new();
        self.key = KEY.get_or_init(|| generate(KeySpec::Rsa2048).unwrap());
        self
    }

    pub(crate) fn jwt(&self) -> String {
        if let Some(assertion) = &self.assertion {
            return assertion.clone();
        }
        let part = |members: &Map<String, Value>| encode(json!(members).to_string().as_bytes());
        let signing_input = format!("{}.{}", part(&self.header), part(&self.claims));
        let signer = SigningKey::new(self.key, self.algorithm).unwrap();
        let signature = signer.sign(signing_input.as_bytes()).unwrap();
        format!("{signing_input}.{}", encode(signature.as_bytes()))
    }

    pub(crate) fn body(&self) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(&self.form);
        form.append_pair(self.parameter, &self.jwt());
        form.finish()
    }

    #[track_caller]
    pub(crate) fn send(&self, preset: &Preset) -> Answer {
        http::send(
            preset.gateway.address(),
            "POST",
            &preset.path(),
            &[("Content-Type", self.content_type)],
            self.body().as_bytes(),
        )
    }
}

/// The key that the test client signs with; for RSA it is the one of `tests/data`.
pub(crate) fn key(algorithm: Algorithm) -> &'static PrivateKey {
    static RSA: OnceLock<PrivateKey> = OnceLock::new();
    static P256: OnceLock<PrivateKey> = OnceLock::new();
    static P384: OnceLock<PrivateKey> = OnceLock::new();
    static P521: OnceLock<PrivateKey> = OnceLock::new();
    static ED25519: OnceLock<PrivateKey> = OnceLock::new();
    let make = |spec| move || generate(spec).unwrap();
    match algorithm {
        Algorithm::Es256 => P256.get_or_init(make(KeySpec::P256)),
        Algorithm::Es384 => P384.get_or_init(make(KeySpec::P384)),
        Algorithm::Es512 => P521.get_or_init(make(KeySpec::P521)),
        Algorithm::EdDsa | Algorithm::Ed25519 => ED25519.get_or_init(make(KeySpec::Ed25519)),
        _ => RSA
            .get_or_init(|| PrivateKey::from_pem(include_str!("../data/test-client.pem")).unwrap()),
    }
}
