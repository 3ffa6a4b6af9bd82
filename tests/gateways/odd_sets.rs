//! JWK Sets that are odd in one way each, at every gateway in every flow that takes them: what the
//! check says of the key that signs, the mock does.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tokenring::{SetFinding, SetFindingKind, check_jwk_set};
use tokenring_gateway::{Gateway, KeyIdScheme, Lint, Registration, Severity, UnverifiedJwt};
use tokenring_jwk::{Algorithm, FindingKind, JwkSet, any};
use tokenring_mock_gateway::JwkSource;
use tokenring_oauth::{HttpRequest, HttpResponse, TransportError, UreqTransport};

use crate::key::Key;
use crate::preset::Preset;
use crate::stage::{ACCEPTED, NOW, Stage};

/// Changes one member of the key that signs; null takes it away.
const MEMBERS: [(&str, &str); 44] = [
    ("use", "null"),
    ("use", "\"enc\""),
    ("use", "\"SIG\""),
    ("use", "\"\""),
    ("use", "\"tls\""),
    ("use", "7"),
    ("key_ops", "[\"verify\"]"),
    ("key_ops", "[\"sign\"]"),
    ("key_ops", "[\"sign\", \"verify\"]"),
    ("key_ops", "[\"encrypt\"]"),
    ("key_ops", "[\"encrypt\", \"verify\"]"),
    ("key_ops", "[1]"),
    ("key_ops", "[]"),
    ("key_ops", "\"verify\""),
    ("alg", "null"),
    ("alg", "\"RS256\""),
    ("alg", "\"PS256\""),
    ("alg", "\"RS512\""),
    ("alg", "\"ES256\""),
    ("alg", "\"rs256\""),
    ("alg", "\"HS256\""),
    ("alg", "\"RSA-OAEP\""),
    ("alg", "\"\""),
    ("alg", "[]"),
    ("kid", "null"),
    ("kid", "\"\""),
    ("kid", "\"a b\""),
    ("kid", "\" a\""),
    ("kid", "7"),
    ("x5c", "[\"AAAA\"]"),
    ("x5c", "\"AAAA\""),
    ("x5t", "\"AAAA\""),
    ("d", "\"AAAA\""),
    ("k", "\"AAAA\""),
    ("d", "[]"),
    ("kty", "\"AKP\""),
    ("kty", "\"rsa\""),
    ("kty", "null"),
    ("crv", "\"secp256k1\""),
    ("n", "\"Aw\""),
    ("e", "\"AQ\""),
    ("e", "\"AAEAAQ\""),
    ("x", "\"AAAA\""),
    ("exp", "1"),
];

/// What else is in the set, before the key that signs or after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Beside {
    Before(Other),
    After(Other),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Other {
    /// Another key of the same type, with a name of its own.
    Named,
    /// One without a name, and neither has the key that signs.
    Unnamed,
    /// One of the same name.
    SameName,
    /// One for encryption of the same name.
    Encryption,
    /// One of a type that nobody knows.
    Unknown,
    /// The key that signs, with another name.
    SameKey,
}

const OTHERS: [Other; 6] = [
    Other::Named,
    Other::Unnamed,
    Other::SameName,
    Other::Encryption,
    Other::Unknown,
    Other::SameKey,
];

/// The worst one last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Verdict {
    Taken,
    /// It is wrong for some servers, and nothing is said of this one.
    Open,
    NotTaken,
}

/// A gateway, and the set that its client registered.
struct Sample<'p> {
    preset: &'p Preset,
    key: Key,
    algorithm: Algorithm,
    keys: Vec<Value>,
    /// The place of the key that signs.
    own: usize,
}

impl<'p> Sample<'p> {
    fn new(preset: &'p Preset, key: Key, algorithm: Algorithm) -> Self {
        let mut jwk = key.published(Some("one"));
        jwk["alg"] = json!(algorithm.name());
        Self {
            preset,
            key,
            algorithm,
            keys: vec![jwk],
            own: 0,
        }
    }

    fn with_member(mut self, name: &str, value: &str) -> Self {
        let value: Value = serde_json::from_str(value).unwrap();
        let jwk = &mut self.keys[self.own];
        match value {
            Value::Null => drop(jwk.as_object_mut().unwrap().remove(name)),
            value => jwk[name] = value,
        }
        // Where it can sign by what the JWK says, it does; one that means nothing to the gateway
        // has to be among the gateway's own.
        let stated = jwk["alg"].as_str().and_then(|name| name.parse().ok());
        let key_type = self.algorithm.key_type();
        let gateway = &self.preset.gateway;
        let stated = stated.filter(|algorithm: &Algorithm| {
            algorithm.key_type() == key_type
                && (!gateway.key().algorithm_ignored()
                    || gateway.algorithms().any(|it| it == *algorithm))
        });
        self.algorithm = stated.unwrap_or(self.algorithm);
        self
    }

    fn beside(mut self, beside: Beside) -> Self {
        let (Beside::Before(other) | Beside::After(other)) = beside;
        let mut key = match self.key {
            Key::RSA_2048 => Key::RSA_3072,
            _ => Key::RSA_2048,
        }
        .published(Some("two"));
        let own = &mut self.keys[self.own];
        match other {
            Other::Named => {}
            Other::Unnamed => {
                key.as_object_mut().unwrap().remove("kid");
                own.as_object_mut().unwrap().remove("kid");
            }
            Other::SameName => key["kid"] = own["kid"].clone(),
            Other::Encryption => {
                key["kid"] = own["kid"].clone();
                key["use"] = json!("enc");
            }
            Other::Unknown => key["kty"] = json!("AKP"),
            Other::SameKey => {
                key = own.clone();
                key["kid"] = json!("two");
            }
        }
        match beside {
            Beside::Before(_) => {
                self.keys.insert(0, key);
                self.own = 1;
            }
            Beside::After(_) => self.keys.push(key),
        }
        self
    }

    fn text(&self) -> String {
        json!({ "keys": self.keys }).to_string()
    }

    /// What the check says of the key that signs.
    fn checked(&self) -> (Verdict, Vec<SetFinding>) {
        let findings = check_jwk_set(&self.text(), Some(&self.preset.gateway)).unwrap();
        let verdicts = findings.iter().map(|finding| self.said(finding));
        let worst = verdicts.max();
        (worst.unwrap_or(Verdict::Taken), findings)
    }

    fn said(&self, finding: &SetFinding) -> Verdict {
        let is_own = finding.position.is_none_or(|position| position == self.own);
        match &finding.kind {
            SetFindingKind::General(general) => match general.kind() {
                FindingKind::PrivateMember(_) => Verdict::NotTaken,
                FindingKind::DuplicateKeyId(_) => Verdict::Open,
                _ if !is_own => Verdict::Taken,
                FindingKind::UnusableKey(_)
                | FindingKind::UnknownType
                | FindingKind::NotForSignatures(_) => Verdict::NotTaken,
                FindingKind::NullMember(_)
                | FindingKind::EmptyKeyId
                | FindingKind::WrongCertificate(_) => Verdict::Open,
                _ => Verdict::Taken,
            },
            SetFindingKind::Ignored { .. } => Verdict::Taken,
            _ if is_own => Verdict::NotTaken,
            _ => Verdict::Taken,
        }
    }

    /// The name that an assertion of this client has in its header.
    fn key_id(&self) -> Option<&str> {
        let rules = self.preset.gateway.key();
        let mut schemes =
            core::iter::once(rules.id_scheme()).chain(rules.id_alternatives().iter().copied());
        let is_published = |scheme| {
            matches!(
                scheme,
                KeyIdScheme::FileStem | KeyIdScheme::FreeText | KeyIdScheme::Thumbprint
            )
        };
        let name = self.keys[self.own]["kid"].as_str();
        name.filter(|name| !name.is_empty() && schemes.any(is_published))
    }

    /// The only way to hand the set in is a URL.
    fn is_at_url(&self) -> bool {
        self.preset.gateway.key().registrations() == [Registration::JwkSetUrl]
    }

    /// The set as this client hands it in.
    fn registered(&self, client: &str) -> JwkSource {
        match self.is_at_url() {
            true => JwkSource::Url(format!("https://keys.example.com/{client}")),
            false => JwkSource::Text(self.text()),
        }
    }

    /// What the mock does with an assertion of the key.
    fn asked(&self, stage: &Stage, client: &str) -> &'static str {
        let (url, issuer) = (stage.mock.token_url(), stage.mock.issuer());
        let endpoint = self.preset.endpoint(&url, issuer);
        let plan = self.preset.plan_for(&endpoint, client);
        let signature = (self.key, self.algorithm, self.key_id());
        if stage.mock.takes_jwts() {
            stage.call(&Preset::bearer(&plan, signature));
        } else {
            let request = self.preset.request_for(client, &endpoint, &plan, signature);
            let _ = request.send(&UreqTransport::new());
        }
        stage.verdict()
    }

    /// What speaks against the assertion by the rules of the gateway, the set being known.
    fn linted(&self) -> Vec<String> {
        let Ok(set) = JwkSet::from_json(&self.text()) else {
            return vec!["the set is not read".into()];
        };
        let endpoint = self.preset.endpoint("http://127.0.0.1/token", None);
        let plan = self.preset.plan(&endpoint);
        let mut signer = self.key.signer(self.algorithm);
        if let Some(key_id) = self.key_id() {
            signer = signer.with_key_id(tokenring_jwk::KeyId::new(key_id));
        }
        let now = tokenring_assertion::NumericDate::from_seconds(NOW);
        let jwt_id = tokenring_assertion::JwtId::from_random_bytes([7; 16]);
        let assertion = plan.sign(now, jwt_id, &signer).unwrap();
        let jwt = UnverifiedJwt::decode(assertion.secret()).unwrap();
        let lint = Lint::new(&self.preset.gateway, &endpoint, now)
            .with_registered_keys(&set, &any::Verifier)
            .with_registration(match self.is_at_url() {
                true => Registration::JwkSetUrl,
                false => Registration::JwkSet,
            });
        let findings = lint.check(&jwt);
        let refused = findings
            .iter()
            .filter(|finding| finding.severity() == Severity::Refused);
        refused.map(ToString::to_string).collect()
    }

    /// What is wrong with the three verdicts, if they differ.
    fn difference(&self, stage: &Stage, client: &str) -> Option<String> {
        let (checked, findings) = self.checked();
        let asked = self.asked(stage, client);
        let linted = self.linted();
        let agrees = match checked {
            Verdict::Taken => asked == ACCEPTED && linted.is_empty(),
            Verdict::Open => (asked == ACCEPTED) == linted.is_empty(),
            Verdict::NotTaken => asked != ACCEPTED && !linted.is_empty(),
        };
        let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
        (!agrees).then(|| {
            let (title, text) = (self.preset.title(), self.text());
            format!("{title}: {checked:?} {findings:?}, mock: {asked}, lint: {linted:?}: {text}")
        })
    }
}

/// Each gateway in each flow that takes a JWK Set.
fn presets() -> Vec<Preset> {
    let all = Gateway::names().flat_map(Preset::flows);
    let taking = all.filter(|gateway| gateway.key().registers_jwk_set());
    taking.map(|gateway| Preset::of(gateway, None)).collect()
}

/// Compares the verdicts on these sets, each of which is that of a client of its own, and counts
/// those that are taken.
#[track_caller]
fn check(samples: impl Fn(&Preset) -> Vec<Sample<'_>>) -> usize {
    let mut differences = Vec::new();
    let mut taken = 0;
    for preset in presets() {
        let samples = samples(&preset);
        let clients: Vec<_> = (0..samples.len())
            .map(|index| format!("client-{index}"))
            .collect();
        let texts: Vec<_> = samples.iter().map(Sample::text).collect();
        let named = clients.iter().zip(&samples);
        let sets = named
            .clone()
            .map(|(client, it)| (client.as_str(), it.registered(client), it.algorithm));
        let served: BTreeMap<String, String> = clients.iter().cloned().zip(texts).collect();
        let stage = Stage::start_with(&preset, sets, |builder| {
            builder.with_transport(move |request: HttpRequest| serve(&served, &request))
        });
        differences.extend(named.filter_map(|(client, it)| it.difference(&stage, client)));
        let is_taken = |it: &&Sample<'_>| it.checked().0 == Verdict::Taken;
        taken += samples.iter().filter(is_taken).count();
    }
    assert!(differences.is_empty(), "{differences:#?}");
    taken
}

fn serve(
    served: &BTreeMap<String, String>,
    request: &HttpRequest,
) -> Result<HttpResponse, TransportError> {
    let client = request.url().rsplit('/').next().unwrap();
    let text = &served[client];
    Ok(HttpResponse::new(
        200,
        Vec::new(),
        text.clone().into_bytes(),
    ))
}

/// Of the smallest key, as many signatures are made.
fn sample(preset: &Preset) -> Sample<'_> {
    let algorithm = preset.gateway.algorithms().next().unwrap();
    Sample::new(preset, Key::for_algorithm(algorithm), algorithm)
}

#[test]
fn sound_sets() {
    let taken = check(|preset| vec![sample(preset)]);
    assert_eq!(taken, presets().len());
}

#[test]
fn one_odd_member() {
    let taken = check(|preset| {
        let odd = MEMBERS.iter();
        odd.map(|(name, value)| sample(preset).with_member(name, value))
            .collect()
    });
    assert!(taken >= 200, "{taken}");
}

/// The same with a curve, where the gateway takes one.
#[test]
fn one_odd_member_of_a_curve() {
    let taken = check(|preset| {
        let takes = preset.gateway.algorithms().any(|it| it == Algorithm::Es384);
        let odd = MEMBERS.iter().filter(|_| takes);
        let sample = || Sample::new(preset, Key::P384, Algorithm::Es384);
        odd.map(|(name, value)| sample().with_member(name, value))
            .collect()
    });
    assert!(taken >= 150, "{taken}");
}

#[test]
fn another_key_in_the_set() {
    let taken = check(|preset| {
        let places = OTHERS
            .iter()
            .flat_map(|other| [Beside::Before(*other), Beside::After(*other)]);
        places.map(|beside| sample(preset).beside(beside)).collect()
    });
    assert!(taken >= 80, "{taken}");
}
