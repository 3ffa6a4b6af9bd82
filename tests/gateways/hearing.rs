//! An assertion that was made by hand, before a preset's lint and its mock.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};
use tokenring_assertion::{JwtId, NumericDate};
use tokenring_gateway::{Endpoint, Finding, Lint, Severity, UnverifiedJwt};
use tokenring_jwk::{KeyId, any};

use crate::connection::Connection;
use crate::key::{self, Key};
use crate::preset::Preset;
use crate::stage::{CLIENT, NOW, Stage};

pub(crate) struct Hearing {
    preset: Preset,
    stage: Stage,
    pub(crate) endpoint: Endpoint,
}

/// Header and claims.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) header: Value,
    pub(crate) claims: Value,
}

/// What was said about one.
#[derive(Debug)]
pub(crate) struct Opinions {
    /// The rule that the mock refused it by, or that there was a token.
    pub(crate) mock: &'static str,
    pub(crate) findings: Vec<Finding>,
}

impl Hearing {
    /// Before a preset in which a client has published a key by its thumbprint.
    pub(crate) fn new(preset: Preset) -> Self {
        let thumbprint = Key::RSA_2048.thumbprint();
        let keys = key::set([Key::RSA_2048.published(Some(&thumbprint))]);
        let client = (CLIENT, keys.into(), preset.algorithm());
        let stage = Stage::start(&preset, [client]);
        let endpoint = preset.endpoint(&stage.mock.token_url(), stage.mock.issuer());
        Self {
            preset,
            stage,
            endpoint,
        }
    }

    /// What the preset itself would send.
    pub(crate) fn draft(&self) -> Draft {
        let now = NumericDate::from_seconds(NOW);
        let key_id = KeyId::new(Key::RSA_2048.thumbprint());
        let plan = self.preset.plan(&self.endpoint);
        let algorithm = self.preset.algorithm();
        let jwt_id = JwtId::random().unwrap();
        let input = plan.signing_input(now, jwt_id, algorithm, Some(&key_id));
        let input = input.unwrap();
        let text = core::str::from_utf8(input.as_bytes()).unwrap();
        let (header, claims) = text.split_once('.').unwrap();
        let read = |part| {
            let json = Base64UrlUnpadded::decode_vec(part).unwrap();
            serde_json::from_slice(&json).unwrap()
        };
        Draft {
            header: read(header),
            claims: read(claims),
        }
    }

    /// Has it judged, signed by the algorithm that it names.
    pub(crate) fn judge(&self, draft: &Draft) -> Opinions {
        let encode = |part: &Value| Base64UrlUnpadded::encode_string(part.to_string().as_bytes());
        let input = format!("{}.{}", encode(&draft.header), encode(&draft.claims));
        let algorithm = draft.header["alg"].as_str().unwrap().parse().unwrap();
        let signature = key::sign(algorithm, input.as_bytes());
        let signature = Base64UrlUnpadded::encode_string(signature.as_bytes());
        let text = format!("{input}.{signature}");

        let mut form = vec![
            ("grant_type", "client_credentials"),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", &text),
        ];
        if self.preset.gateway.request().sends_client_id() {
            form.push(("client_id", CLIENT));
        }
        let mut connection = Connection::open(self.stage.mock.address());
        let url = self.stage.mock.token_url();
        let path = url.strip_prefix(&self.stage.mock.base_url()).unwrap();
        connection.post(path, &form);

        let thumbprint = Key::RSA_2048.thumbprint();
        let keys = key::set([Key::RSA_2048.published(Some(&thumbprint))]);
        let now = NumericDate::from_seconds(NOW);
        let lint = Lint::new(&self.preset.gateway, &self.endpoint, now);
        let lint = lint.with_registered_keys(&keys, &any::Verifier);
        let jwt = UnverifiedJwt::decode(&text).unwrap();
        Opinions {
            mock: self.stage.verdict(),
            findings: lint.with_client_id(CLIENT).check(&jwt),
        }
    }
}

impl Draft {
    pub(crate) fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header[name] = value.into();
        self
    }

    pub(crate) fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims[name] = value.into();
        self
    }

    pub(crate) fn without_header(mut self, name: &str) -> Self {
        self.header.as_object_mut().unwrap().remove(name);
        self
    }

    pub(crate) fn without_claim(mut self, name: &str) -> Self {
        self.claims.as_object_mut().unwrap().remove(name);
        self
    }

    /// With nothing but these claims, and `alg` and `kid` in the header.
    pub(crate) fn bare(algorithm: &str, key_id: &str, claims: Value) -> Self {
        Self {
            header: json!({ "alg": algorithm, "kid": key_id }),
            claims,
        }
    }
}

impl Opinions {
    /// The lint's refusals, in its order.
    pub(crate) fn refused(&self) -> impl Iterator<Item = &Finding> {
        let findings = self.findings.iter();
        findings.filter(|finding| finding.severity() == Severity::Refused)
    }

    pub(crate) fn rules(&self) -> Vec<&'static str> {
        self.refused()
            .map(|finding| finding.rule().name())
            .collect()
    }

    /// The parts of the assertion that are to blame, in alphabetical order.
    pub(crate) fn subjects(&self) -> Vec<&str> {
        let mut subjects: Vec<&str> = self.refused().map(Finding::subject).collect();
        subjects.sort_unstable();
        subjects
    }
}
