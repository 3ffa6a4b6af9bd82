//! Every refusal of every file, for requests that differ in one thing or two: no cause says of the
//! request what is not so.

mod statements;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tokenring_gateway::{Gateway, Grant, Refusal, RefusalForm, Rule};

use self::statements::{STATEMENTS, Sent};
use super::scene::{NOW, Scene};

/// The answer of an entry, with something in the place of what it quotes.
fn answer(refusal: &Refusal) -> String {
    let plain = |text: &str| {
        let mut plain = String::new();
        let mut rest = text;
        while let Some((before, tail)) = rest.split_once("${") {
            plain.push_str(before);
            plain.push_str("something");
            rest = tail.split_once('}').unwrap().1;
        }
        plain + rest
    };
    let words = plain(
        refusal
            .description()
            .or(refusal.contains())
            .unwrap_or_default(),
    );
    let error = refusal.error().unwrap_or("invalid_client");
    match refusal.form() {
        RefusalForm::Fault => {
            json!({ "fault": { "faultstring": words, "detail": { "errorcode": error } } })
                .to_string()
        }
        RefusalForm::Message => json!({ "message": words }).to_string(),
        RefusalForm::Empty => String::new(),
        RefusalForm::Body => plain(refusal.body().unwrap().as_str()),
        _ if words.is_empty() => json!({ "error": error }).to_string(),
        _ => json!({ "error": error, "error_description": words }).to_string(),
    }
}

/// One thing in which a request differs from the usual one.
#[derive(Clone, Copy, Debug)]
enum Change {
    Nothing,
    Header(&'static str, Option<&'static str>),
    Claim(&'static str, fn() -> Value),
    Form(&'static str, Option<&'static str>),
}

const ALGORITHMS: [Option<&str>; 10] = [
    Some("RS256"),
    Some("RS512"),
    Some("PS256"),
    Some("ES256"),
    Some("EdDSA"),
    Some("Ed25519"),
    Some("none"),
    Some("HS256"),
    Some("ES256K"),
    None,
];

const CHANGES: &[Change] = &[
    Change::Nothing,
    Change::Header("kid", None),
    Change::Header("typ", None),
    Change::Header("typ", Some("client-authentication+jwt")),
    Change::Header("crit", Some("b64")),
    Change::Claim("iss", || Value::Null),
    Change::Claim("iss", || json!("other")),
    Change::Claim("sub", || Value::Null),
    Change::Claim("aud", || Value::Null),
    Change::Claim("aud", || {
        json!(["https://auth.example.com", "https://example.org"])
    }),
    Change::Claim("aud", || json!("https://auth.example.com/token/")),
    Change::Claim("aud", || json!("auth.example.com")),
    Change::Claim("jti", || Value::Null),
    Change::Claim("jti", || json!(7)),
    Change::Claim("iat", || Value::Null),
    Change::Claim("iat", || json!("yesterday")),
    Change::Claim("iat", || json!(NOW * 1000)),
    Change::Claim("iat", || json!(NOW + 500)),
    Change::Claim("nbf", || json!(NOW)),
    Change::Claim("exp", || Value::Null),
    Change::Claim("exp", || json!((NOW + 60).to_string())),
    Change::Claim("exp", || json!(1_700_000_060.5)),
    Change::Claim("exp", || json!(NOW - 60)),
    Change::Form("client_id", None),
    Change::Form("client_id", Some("")),
    Change::Form("client_id", Some("other")),
    Change::Form("client_secret", Some("something")),
    Change::Form("grant_type", None),
    Change::Form("client_assertion_type", None),
    Change::Form("client_assertion_type", Some("jwt")),
    Change::Form("scope", Some("read  write")),
    Change::Form("scope", Some("user/*.read")),
    Change::Form("scope", Some("patient/*.read")),
    Change::Form("scope", Some("system/*.read")),
];

fn usual(gateway: &Gateway) -> Scene {
    let mut scene = Scene::of(gateway.name(), None);
    scene.gateway = gateway.clone();
    scene.published = None;
    // Keys and signatures have their own tests, and take time.
    scene.own_key_is_known = false;
    scene.signs = false;
    scene.form = [
        ("grant_type", "client_credentials"),
        ("client_id", "client-1"),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
        ("client_assertion", ""),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    scene
}

fn changed(scene: &mut Scene, change: Change) {
    match change {
        Change::Nothing => {}
        Change::Header(name, Some(value)) => {
            scene.header.insert(name.into(), value.into());
        }
        Change::Header(name, None) => {
            scene.header.remove(name);
        }
        Change::Claim(name, value) => match value() {
            Value::Null => {
                scene.claims.remove(name);
            }
            value => {
                scene.claims.insert(name.into(), value);
            }
        },
        Change::Form(name, value) => {
            scene.form.retain(|(other, _)| other != name);
            if let Some(value) = value {
                scene.form.push((name.into(), value.into()));
            }
        }
    }
}

/// Adds what causes say that is not so.
fn collect(scene: &Scene, sent: &str, wrong: &mut BTreeMap<String, String>) {
    let mut note = |text: String| {
        let sent = format!("{} {sent}", scene.gateway.name());
        wrong.entry(text).or_insert(sent);
    };
    let said = Sent {
        header: &scene.header,
        claims: &scene.claims,
        form: &scene.form,
    };
    for cause in scene.diagnosis().causes() {
        let text = cause.explanation().to_string();
        for (statement, holds) in STATEMENTS {
            if text.contains(statement) && !holds(&said) {
                note(text.clone());
            }
        }
        let is_of_algorithm = matches!(
            cause.rule(),
            Some(Rule::Algorithm | Rule::AlgorithmName | Rule::AlgorithmOfClient)
        );
        let remedy = cause.remedy().to_string();
        let mut words = remedy.split(|c: char| !c.is_alphanumeric());
        if is_of_algorithm && words.any(|word| !word.is_empty() && word == said.alg()) {
            note(remedy);
        }
    }
}

const USUAL_ANSWERS: [(u16, &str); 3] = [
    (401, r#"{"error":"invalid_client"}"#),
    (400, r#"{"error":"invalid_grant"}"#),
    (400, r#"{"error":"invalid_request"}"#),
];

fn check(gateway: &Gateway, all: &[Change], wrong: &mut BTreeMap<String, String>) {
    let mut scene = usual(gateway);
    let parts = |scene: &Scene| {
        (
            scene.header.clone(),
            scene.claims.clone(),
            scene.form.clone(),
        )
    };
    let usual = parts(&scene);
    let mut answers = BTreeSet::new();
    // Where no words are known, those that any server may have.
    let has_endpoint = gateway.request().grant() != Grant::None;
    if has_endpoint && !gateway.refusals().iter().any(|row| row.rule().is_some()) {
        for (status, body) in USUAL_ANSWERS {
            (scene.status, scene.body) = (status, body.to_owned());
            for change in all {
                (scene.header, scene.claims, scene.form) = usual.clone();
                changed(&mut scene, *change);
                collect(&scene, &format!("{body}, {change:?}"), wrong);
            }
        }
    }
    for refusal in gateway.refusals() {
        scene.status = refusal.status().unwrap_or(400);
        scene.body = answer(refusal);
        if !answers.insert((scene.status, scene.body.clone())) {
            continue;
        }
        // Of an entry that speaks of nothing that was sent one request is enough.
        let cause = refusal.cause().to_string();
        let speaks = STATEMENTS
            .iter()
            .any(|(statement, _)| cause.contains(statement));
        let is_plain = refusal.rule().is_none() && refusal.cases().is_empty() && !speaks;
        let changes = match is_plain {
            true => &all[..1],
            false => all,
        };
        let algorithms = match is_plain {
            true => &ALGORITHMS[..1],
            false => &ALGORITHMS[..],
        };
        let of_algorithms = algorithms.iter().flat_map(|alg| {
            let alg = Change::Header("alg", *alg);
            [(alg, Change::Nothing), (alg, Change::Header("kid", None))]
        });
        let others = changes.iter().map(|change| (*change, Change::Nothing));
        for (one, other) in of_algorithms.chain(others) {
            (scene.header, scene.claims, scene.form) = usual.clone();
            changed(&mut scene, one);
            changed(&mut scene, other);
            let sent = format!("{:?}, {one:?} {other:?}", refusal.rule());
            collect(&scene, &sent, wrong);
        }
    }
}

#[test]
fn no_cause_contradicts_what_was_sent() {
    let mut wrong = BTreeMap::new();
    // The words of nhs-cgp are those of nhs.
    for name in Gateway::names().filter(|name| *name != "nhs-cgp") {
        let gateway = Gateway::builtin(name).unwrap();
        if gateway.flows().is_empty() {
            check(&gateway, CHANGES, &mut wrong);
        }
        for (index, flow) in gateway.flows().iter().enumerate() {
            let gateway = Gateway::builtin(name).unwrap();
            // Flows differ in what they say of algorithms and keys, and in little else.
            let changes = match index {
                0 => CHANGES,
                _ => &CHANGES[..2],
            };
            check(
                &gateway.with_flow(flow.name()).unwrap(),
                changes,
                &mut wrong,
            );
        }
    }
    assert!(wrong.is_empty(), "{} {wrong:#?}", wrong.len());
}

/// The test sees what it looks for.
#[test]
fn a_statement_is_seen_in_a_file_that_makes_it() {
    let text = r#"
name = "mine"
title = "My gateway"
[environments.default]
issuer = "https://auth.example.com"
token-endpoint = "https://auth.example.com/token"
[assertion]
algorithms = ["RS256"]
audience = "issuer"
lifetime-seconds = 60
[key]
generate = "RSA-2048"
id-scheme = "free-text"
[[refusals]]
rule = "algorithm"
status = 400
error = "invalid_client"
description = "Blue"
cause = "The assertion's alg is none or symmetric."
CASES
"#;
    let wrong = |cases: &str| {
        let mut scene = Scene::of("generic", None);
        let text = text.replace("CASES", cases);
        scene.gateway = Gateway::parse(&text, "mine.toml").unwrap();
        scene = scene.says(
            400,
            r#"{"error":"invalid_client","error_description":"Blue"}"#,
        );
        let mut wrong = BTreeMap::new();
        collect(&scene, "", &mut wrong);
        wrong.len()
    };
    assert_eq!(wrong(""), 1);
    assert_eq!(wrong("cases = [{ when = [\"header.alg=none\"] }]"), 0);
    let other = "cases = [{ when = [\"header.alg=ES*\"], cause = \"It is of a curve.\" }]";
    assert_eq!(wrong(other), 0);
}
