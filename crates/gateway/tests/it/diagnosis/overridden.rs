//! Whatever the caller put in the place of a preset's value is named as a possible cause, at every
//! gateway that answers with one sentence for everything.

use serde_json::{Value, json};
use tokenring_gateway::diagnosis::Cause;
use tokenring_gateway::{Gateway, Grant, Rule, SubjectRule};

use super::scene::{NOW, OPAQUE, Scene};

#[track_caller]
fn check(gateway: &str, change: &str, named: &str, spoil: fn(&mut Scene)) {
    let mut scene = Scene::of(gateway, None);
    if scene.gateway.request().grant() == Grant::JwtBearer {
        scene.form[0].1 = "urn:ietf:params:oauth:grant-type:jwt-bearer".into();
    }
    // The scene's key is not of every gateway's kind.
    scene.own_key_is_known = false;
    scene.published = None;
    scene.signs = false;
    let algorithm = scene.gateway.assertion().algorithms()[0];
    scene.header.insert("alg".into(), algorithm.name().into());
    scene.form.push(("client_id".into(), "client-1".into()));
    scene.form.push(("scope".into(), "read".into()));
    let allowed = scene.gateway.assertion().allowed_claims();
    if allowed.is_none_or(|allowed| allowed.iter().any(|claim| claim == "scope")) {
        scene.claims.insert("scope".into(), json!("read"));
    }
    if matches!(
        scene.gateway.assertion().subject_rule(),
        SubjectRule::Absent
    ) {
        scene.claims.remove("sub");
    }
    for name in scene.gateway.assertion().required_claims() {
        let claim = scene.claims.entry(name.clone());
        claim.or_insert_with(|| json!(NOW));
    }
    scene
        .claims
        .insert("jti".into(), json!("long-enough-for-any-gateway"));
    spoil(&mut scene);
    let diagnosis = scene.says(401, OPAQUE).diagnosis();
    let mut texts = diagnosis.causes().map(|cause| {
        let found = cause.found_value().unwrap_or_default();
        format!("{} {found}", cause.explanation())
    });
    assert!(
        texts.any(|text| text.contains(named)),
        "{gateway}, {change}: {diagnosis:#?}"
    );
}

fn set(scene: &mut Scene, name: &str, value: Value) {
    scene.claims.insert(name.into(), value);
}

#[test]
fn every_override_is_named() {
    for name in Gateway::names() {
        let gateway = Gateway::builtin(name).unwrap();
        check(name, "--assertion-issuer", "iss", |scene| {
            set(scene, "iss", json!("other"));
        });
        if !matches!(gateway.assertion().subject_rule(), SubjectRule::Absent) {
            check(name, "--subject", "sub", |scene| {
                set(scene, "sub", json!("other"));
            });
        }
        check(name, "--audience", "aud", |scene| {
            set(scene, "aud", json!("https://other.example.com"));
        });
        check(name, "--lifetime", "lives longer", |scene| {
            set(scene, "exp", json!(NOW + 16_000_000));
        });
        check(name, "--claim", "colour", |scene| {
            set(scene, "colour", json!("blue"));
        });
        check(name, "--param", "colour", |scene| {
            scene.form.push(("colour".into(), "blue".into()));
        });
        check(name, "--kid", "kid", |scene| {
            scene.header.insert("kid".into(), "other".into());
        });
        check(name, "--typ", "typ", |scene| {
            scene.header.insert("typ".into(), "other".into());
        });
    }
}

/// RFC 6749 section 2.3: one way of authentication in each request.
#[test]
fn a_secret_beside_the_assertion() {
    let mut scene = Scene::generic();
    scene.form.push(("client_secret".into(), "x".into()));
    let diagnosis = scene.diagnosis();
    let rules: Vec<_> = diagnosis.causes().filter_map(Cause::rule).collect();
    assert_eq!(
        rules.first(),
        Some(&Rule::AuthenticationMethod),
        "{rules:?}"
    );
    assert_eq!(
        diagnosis.first().found_value(),
        Some("client_secret in the form")
    );
}
