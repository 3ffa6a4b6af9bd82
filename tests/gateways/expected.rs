//! Gateways whose facts are in a file of their own, `crates/gateway/gateways/expected/NAME.toml`:
//! what is sent to them, and what mock and lint say of assertions that differ from that.

use std::fs;
use std::path::PathBuf;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Map, Value, json};
use tokenring_assertion::{JwtId, NumericDate};
use tokenring_gateway::{Endpoint, Gateway, Lint, Severity, UnverifiedJwt};
use tokenring_jwk::{Algorithm, KeyId};

use crate::contradictions::{Sent, verdict};
use crate::key::{self, Key};
use crate::preset::Preset;
use crate::stage::{ACCEPTED, CLIENT, NOW, Stage};

/// One file.
pub(crate) struct Expected {
    pub(crate) name: String,
    facts: Value,
}

/// Every one, by name.
pub(crate) fn all() -> Vec<Expected> {
    let folder =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../crates/gateway/gateways/expected");
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let mut all: Vec<Expected> = files
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .map(|path| Expected {
            name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
            facts: toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap(),
        })
        .collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(all.len() >= 12);
    all
}

impl Expected {
    /// The rules that lint and mock have to have refused something by.
    pub(crate) fn agreement(&self) -> &str {
        self.facts["agreement"].as_str().unwrap()
    }

    /// In the environment that is the first one of the file.
    fn preset(&self) -> Preset {
        let gateway = Gateway::builtin(&self.name).unwrap();
        let first = gateway.environments()[0].name().to_owned();
        Preset::of(gateway, Some(&first))
    }
}

/// Header and claims of what the preset's client sends.
fn sent(preset: &Preset, endpoint: &Endpoint, algorithm: Algorithm) -> [Map<String, Value>; 2] {
    let key_id = preset.key_id(Key::for_algorithm(algorithm));
    let jwt_id = JwtId::from_random_bytes([7; 16]);
    let plan = preset.plan(endpoint);
    let plan = plan.with_key_sha256(&Key::for_algorithm(algorithm).sha256());
    let input = plan.signing_input(
        NumericDate::from_seconds(NOW),
        jwt_id,
        algorithm,
        key_id.map(KeyId::new).as_ref(),
    );
    let input = input.unwrap();
    let text = core::str::from_utf8(input.as_bytes()).unwrap();
    let (header, claims) = text.split_once('.').unwrap();
    [header, claims].map(|part| {
        let json = Base64UrlUnpadded::decode_vec(part).unwrap();
        serde_json::from_slice(&json).unwrap()
    })
}

/// The members of a table of an expectation, if it is there.
fn members(table: &Value) -> impl Iterator<Item = (&String, &Value)> {
    table.as_object().into_iter().flatten()
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    let items = list.as_array().into_iter().flatten();
    items.map(|item| item.as_str().unwrap())
}

/// A claim as an expectation writes it: a number of seconds counts from now.
fn claim(value: &Value, token_url: &str) -> Value {
    match value {
        Value::Number(offset) => {
            let now = i64::try_from(NOW).unwrap();
            json!(now + offset.as_i64().unwrap())
        }
        Value::String(text) => {
            let text = text.replace("TOKEN-URL", token_url);
            json!(text.replace("KEY-SHA256", &Key::RSA_2048.sha256()))
        }
        other => other.clone(),
    }
}

#[test]
fn what_is_sent() {
    for expected in all() {
        let preset = expected.preset();
        let stage = Stage::start(&preset, []);
        let url = stage.mock.token_url();
        let endpoint = preset.endpoint(&url, None);
        let [mut header, mut claims] = sent(&preset, &endpoint, preset.algorithm());
        for (name, stand_in) in [
            ("kid", json!("KID")),
            ("x5c", json!(["CERTIFICATE"])),
            ("jti", json!("JTI")),
        ] {
            for members in [&mut header, &mut claims] {
                members
                    .entry(name)
                    .and_modify(|value| *value = stand_in.clone());
            }
        }
        let name = &expected.name;
        let wanted = &expected.facts["sent"];
        assert_eq!(Value::Object(header), wanted["header"], "{name}");
        let wanted_claims = members(&wanted["claims"]);
        let wanted_claims = wanted_claims.map(|(name, value)| (name.clone(), claim(value, &url)));
        assert_eq!(claims, wanted_claims.collect(), "{name}");

        if preset.gateway.request().jwt_is_token() {
            assert_eq!(wanted["form"], json!([]), "{name}");
            continue;
        }
        let key = preset.key();
        let key_id = preset.key_id(key);
        let signature = (key, preset.algorithm(), key_id.as_deref());
        let request = preset.request(&endpoint, &preset.plan(&endpoint), signature);
        let body = request.into_http();
        let body = core::str::from_utf8(body.secret_body()).unwrap().to_owned();
        let mut names: Vec<_> = body
            .split('&')
            .map(|field| field.split_once('=').unwrap().0)
            .collect();
        let mut wanted: Vec<_> = texts(&wanted["form"]).collect();
        names.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(names, wanted, "{name}");
    }
}

/// An assertion that differs from what is sent, before mock and lint.
#[track_caller]
fn check(expected: &Expected, case: &Value) {
    let preset = expected.preset();
    let title = format!("{}: {}", expected.name, case["why"]);
    let algorithm = match case["header"]["alg"].as_str() {
        Some(name) => name.parse().unwrap(),
        None => preset.algorithm(),
    };
    let key = Key::for_algorithm(algorithm);
    let keys = key::set([preset.published(key, preset.key_id(key).as_deref())]);
    let client = (CLIENT, keys.clone().into(), algorithm);
    let stage = Stage::start(&preset, [client]);
    let url = stage.mock.token_url();
    let endpoint = preset.endpoint(&url, None);
    let [mut header, mut claims] = sent(&preset, &endpoint, algorithm);
    for (name, value) in members(&case["header"]) {
        header.insert(name.clone(), value.clone());
    }
    for (name, value) in members(&case["claims"]) {
        claims.insert(name.clone(), claim(value, &url));
    }
    for name in texts(&case["without-header"]) {
        assert!(header.remove(name).is_some(), "{title}");
    }
    for name in texts(&case["without"]) {
        assert!(claims.remove(name).is_some(), "{title}");
    }
    let encode = |part: Map<String, Value>| {
        Base64UrlUnpadded::encode_string(Value::Object(part).to_string().as_bytes())
    };
    let input = format!("{}.{}", encode(header), encode(claims));
    let signature = key::sign(algorithm, input.as_bytes());
    let signature = Base64UrlUnpadded::encode_string(signature.as_bytes());
    let text = format!("{input}.{signature}");
    let form = preset.form(&text);
    let verdict = stage.post(&form);
    assert_eq!(verdict, case["verdict"], "{title}");
    for secret in preset.gateway.request().secret_parameters() {
        let mut form = form.clone();
        form.retain(|(name, _)| name != secret);
        assert_eq!(stage.post(&form), "secret-absent", "{title}");
    }

    let lint = Lint::new(&preset.gateway, &endpoint, NumericDate::from_seconds(NOW));
    let findings = lint.check(&UnverifiedJwt::decode(&text).unwrap());
    let mut refused = findings.iter();
    let refused = refused.find(|finding| finding.severity() == Severity::Refused);
    let refused = refused.map_or(ACCEPTED, |finding| finding.rule().name());
    assert_eq!(refused, verdict, "{title}: {findings:?}");
}

#[test]
fn cases() {
    for expected in all() {
        let cases = expected.facts["cases"].as_array().unwrap();
        assert!(cases.len() > 1, "{}", expected.name);
        for case in cases {
            check(&expected, case);
        }
    }
}

/// Header and claims of every gateway's own assertion, before the mocks of these, and theirs before
/// the mock of every other gateway.
#[test]
fn who_takes_whose_assertions() {
    let mut wrong = Vec::new();
    let mut check = |name: &str, what: &str, expected: &Value, found: Vec<&str>| {
        let found = found.join(" ");
        if *expected != found {
            wrong.push(format!("{name}: {what} = {found:?}"));
        }
    };
    for expected in all() {
        let name = expected.name.as_str();
        let is_taken = |judge: &str, sender: &str| {
            let (judge, sender) = (Preset::new(judge), Preset::new(sender));
            verdict(&judge, &sender, Sent::Assertion) == ACCEPTED
        };
        let senders = Gateway::names().filter(|sender| is_taken(name, sender));
        check(
            name,
            "accepts",
            &expected.facts["accepts"],
            senders.collect(),
        );
        let judges = Gateway::names().filter(|judge| is_taken(judge, name));
        check(
            name,
            "accepted-by",
            &expected.facts["accepted-by"],
            judges.collect(),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
