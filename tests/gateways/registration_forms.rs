//! A key in each form in which a gateway registers it, signing in each flow and by each algorithm:
//! client, lint and mock agree, and what works is what works at the real server.

use integration_tests::{fixtures, scratch::Scratch};
use tokenring::Client;
use tokenring_assertion::NumericDate;
use tokenring_gateway::{Gateway, Lint, Registration, Severity, UnverifiedJwt};
use tokenring_jwk::{Algorithm, Jwk, JwkSet, KeyId, KeyType, any};
use tokenring_keystore::{KeyFiles, NewKey};
use tokenring_mock_gateway::{JwkSource, MockGateway};

use crate::connection::Connection;
use crate::key::{self, Key};
use crate::preset::Preset;
use crate::stage::CLIENT;

const KEY_ID: &str = "team-key-7";

/// One key at one gateway.
struct Case {
    /// As the client has the gateway; the server goes by what is registered, and has no flow.
    preset: Preset,
    flow: Option<String>,
    form: Registration,
    algorithm: Algorithm,
}

/// What became of it.
struct Outcome {
    /// Whether the client sends it.
    is_sent: bool,
    is_linted: bool,
    is_taken: bool,
}

impl Case {
    /// Every one at a gateway.
    fn all(name: &str) -> Vec<Self> {
        let base = Preset::new(name).gateway;
        let mut flows: Vec<Option<String>> = vec![None];
        flows.extend(base.flows().iter().map(|flow| Some(flow.name().to_owned())));
        let forms = [
            Registration::JwkSet,
            Registration::PublicKey,
            Registration::Certificate,
        ];
        let mut cases = Vec::new();
        for flow in flows {
            for form in forms {
                for algorithm in base.assertion().algorithms() {
                    // There is a certificate of one key.
                    let key = Key::for_algorithm(*algorithm);
                    if form == Registration::Certificate && key != Key::RSA_2048 {
                        continue;
                    }
                    let gateway = match &flow {
                        Some(flow) => base.clone().with_flow(flow).unwrap(),
                        None => base.clone(),
                    };
                    cases.push(Self {
                        preset: Preset::of(gateway, None),
                        flow: flow.clone(),
                        form,
                        algorithm: *algorithm,
                    });
                }
            }
        }
        cases
    }

    fn title(&self) -> String {
        let flow = self.flow.as_deref().unwrap_or("(none named)");
        let (name, form) = (self.preset.gateway.name(), self.form.name());
        format!("{name}, flow {flow}, a {form}, {}", self.algorithm)
    }

    fn key(&self) -> Key {
        Key::for_algorithm(self.algorithm)
    }

    /// What `generate-keys --alg` writes.
    fn jwk_set(&self) -> JwkSet {
        let mut jwk = self.key().published(Some(KEY_ID));
        jwk["alg"] = self.algorithm.name().into();
        key::set([jwk])
    }

    fn client(
        &self,
        keys: &KeyFiles,
        url: &str,
        issuer: Option<&str>,
        checks: bool,
    ) -> Result<Client, tokenring::Error> {
        let mut client = Client::builder(self.preset.gateway.name())
            .environment(self.preset.environment().name())
            .client_id(CLIENT)
            .key(keys.private_key())
            .algorithm(self.algorithm.name())
            .token_url(url)
            .no_store();
        for (name, value) in self.preset.variables() {
            client = client.variable(name, value);
        }
        if let Some(flow) = &self.flow {
            client = client.flow(flow);
        }
        if let Some(issuer) = issuer {
            client = client.issuer(issuer);
        }
        client.lint(checks).build()
    }

    /// At a server of which nobody said in which flow it has its clients.
    fn outcome(&self) -> Outcome {
        self.outcome_at(&Preset::new(self.preset.gateway.name()))
    }

    fn outcome_at(&self, server: &Preset) -> Outcome {
        let folder = Scratch::new();
        let files = KeyFiles::new(folder.path(), &KeyId::new(KEY_ID));
        let pem = fixtures::bytes(&format!("keys/test-{}-pkcs8.pem", self.key().name()));
        let (public_key, set) = (self.key().public_key(), self.jwk_set());
        let pem = tokenring_jwk::PrivateKey::from_key_file(&pem).unwrap();
        let pem = pem.to_pkcs8_pem();
        files
            .write(&NewKey::new(&pem, &public_key, &set), &|_| {})
            .unwrap();
        let (source, known) = match self.form {
            Registration::PublicKey => (JwkSource::PublicKey(public_key.clone()), None),
            Registration::Certificate => (JwkSource::Certificate(key::certificate()), None),
            _ => (JwkSource::Set(set.clone()), Some(set)),
        };
        let known = known.unwrap_or_else(|| [Jwk::new(public_key)].into_iter().collect());

        let mut mock = MockGateway::builder()
            .with_gateway(&server.gateway)
            .with_environment(self.preset.environment().name())
            .with_client(CLIENT, source);
        for (name, value) in self.preset.variables() {
            mock = mock.with_variable(name, value);
        }
        let mock = mock.start().unwrap();

        let client = |checks| self.client(&files, &mock.token_url(), mock.issuer(), checks);
        let assertion = client(false).unwrap().assertion().unwrap();
        let form = [
            ("grant_type", "client_credentials"),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", &assertion),
        ];
        let url = mock.token_url();
        let path = url.strip_prefix(&mock.base_url()).unwrap();
        Connection::open(mock.address()).post(path, &form);

        let endpoint = server.endpoint(&url, mock.issuer());
        let jwt = UnverifiedJwt::decode(assertion.as_str()).unwrap();
        // Any time before it expires, which all of them do.
        let now = jwt.claims().get("exp").unwrap().as_u64().unwrap() - 10;
        let lint = Lint::new(&server.gateway, &endpoint, NumericDate::from_seconds(now))
            .with_registered_keys(&known, &any::Verifier)
            .with_registration(self.form);
        let findings = lint.check(&jwt);
        let mut findings = findings.iter();
        Outcome {
            is_sent: client(true).is_ok_and(|client| client.assertion().is_ok()),
            is_linted: !findings.any(|finding| finding.severity() == Severity::Refused),
            is_taken: mock.issued_tokens() == 1,
        }
    }
}

/// What Keycloak 26.7.3 does, and 26.4.7, which the gateway of British Columbia runs, as measured:
/// see the sources of `key` in their files.
fn is_taken_by_keycloak(case: &Case) -> bool {
    let is_26_4 = case.preset.gateway.name() == "bcgov";
    let (is_of_set, is_of_certificate) = match case.flow.as_deref() {
        Some(flow) => (flow == "jwks-url", flow == "certificate"),
        None => (false, false),
    };
    let is_elliptic = matches!(
        case.algorithm.key_type(),
        KeyType::P256 | KeyType::P384 | KeyType::P521
    );
    // Without a kid a stored key signs by these, and then the client sends none. With the hash that
    // Keycloak makes of a key it signs by all.
    let goes_without_id = match case.algorithm {
        Algorithm::Rs256 => true,
        Algorithm::EdDsa => !is_26_4,
        _ => false,
    };
    match case.form {
        // A kid that is the hash is in no set; without one the first key of the type counts, by the
        // algorithm that it says.
        Registration::JwkSet => is_of_set || is_of_certificate || goes_without_id,
        // A kid of the client's own is no stored key's.
        _ if is_of_set => false,
        Registration::PublicKey if is_of_certificate => goes_without_id,
        Registration::PublicKey => !(is_26_4 && is_elliptic),
        _ => true,
    }
}

/// What is registered decides, whichever flow the client takes it for.
#[test]
fn keycloak_by_what_is_registered() {
    let mut count = 0;
    for name in ["keycloak", "bcgov"] {
        for case in Case::all(name) {
            let (title, outcome) = (case.title(), case.outcome());
            assert_eq!(outcome.is_taken, is_taken_by_keycloak(&case), "{title}");
            assert_eq!(outcome.is_linted, outcome.is_taken, "{title}");
            // What works is not kept back.
            assert!(outcome.is_sent || !outcome.is_taken, "{title}");
            count += 1;
        }
    }
    assert!(count > 150, "{count}");
}

/// The forms and flows of the other gateways that have several.
#[test]
fn lint_and_mock_by_what_is_registered() {
    let mut count = 0;
    let names = Gateway::names().filter(|name| !["keycloak", "bcgov"].contains(name));
    for name in names {
        let base = Preset::new(name).gateway;
        if base.flows().iter().all(|flow| flow.key().is_none()) {
            continue;
        }
        for case in Case::all(name) {
            let outcome = case.outcome();
            assert_eq!(outcome.is_linted, outcome.is_taken, "{}", case.title());
            count += 1;
        }
    }
    assert!(count > 3, "{count}");
}

/// A JWK Set that is named where the flow registers public keys stands for its keys, and what it
/// says of them counts for nobody.
#[test]
fn a_set_in_the_place_of_a_public_key() {
    let mut count = 0;
    for name in ["keycloak", "bcgov"] {
        let of_flow = |case: &Case| {
            case.flow.as_deref() == Some("public-key") && case.form == Registration::JwkSet
        };
        for case in Case::all(name).into_iter().filter(of_flow) {
            let outcome = case.outcome_at(&case.preset.again());
            let stored = Case {
                form: Registration::PublicKey,
                ..case
            };
            let (title, is_taken) = (stored.title(), is_taken_by_keycloak(&stored));
            assert_eq!(outcome.is_taken, is_taken, "{title}");
            assert_eq!(outcome.is_linted, is_taken, "{title}");
            assert_eq!(outcome.is_sent, is_taken, "{title}");
            count += 1;
        }
    }
    assert!(count > 15, "{count}");
}
