//! Entries of a file whose conditions the request, as it is known here, does not meet.

use tokenring_gateway::{Gateway, Rule};

use super::scene::Scene;

/// Whether an entry under a condition is a cause, where another one has the same words.
#[track_caller]
fn check(condition: &str, spoil: fn(Scene) -> Scene, is_cause: bool) {
    let file = format!(
        r#"
name = "mine"
title = "My gateway"
[environments.default]
issuer = "https://auth.example.com"
token-endpoint = "https://auth.example.com/token"
[assertion]
algorithms = ["ES256"]
audience = "issuer"
lifetime-seconds = 60
[key]
generate = "P-256"
id-scheme = "free-text"
[[refusals]]
rule = "key-use"
when = ["{condition}"]
status = 400
error = "invalid_client"
description = "Blue"
[[refusals]]
rule = "scope"
status = 400
error = "invalid_client"
description = "Blue"
"#
    );
    let mut scene = Scene::of("generic", None);
    scene.gateway = Gateway::parse(&file, "mine.toml").unwrap();
    let body = r#"{"error":"invalid_client","error_description":"Blue"}"#;
    let diagnosis = spoil(scene).says(400, body).diagnosis();
    let names = |rule| diagnosis.causes().any(|cause| cause.rule() == Some(rule));
    assert_eq!(names(Rule::KeyUse), is_cause, "{condition}");
    assert!(names(Rule::Scope), "{condition}");
}

fn with_form(mut scene: Scene, name: &str, value: &str) -> Scene {
    scene.form.push((name.to_owned(), value.to_owned()));
    scene
}

#[test]
fn what_the_request_shows() {
    let as_it_is = |scene| scene;
    for (condition, is_cause) in [
        ("header.alg=ES*", true),
        ("header.alg=RS*", false),
        ("!header.alg", false),
        ("header.crit", false),
        ("claims.sub", true),
        ("!claims.sub", false),
        ("form.audience", false),
        ("!form.audience", true),
    ] {
        check(condition, as_it_is, is_cause);
    }
    let named = |scene| with_form(scene, "audience", "https://api.example.com");
    check("form.audience=https:*", named, true);
    check("form.audience=urn:*", named, false);
    check("!form.audience", named, false);
    let twice = |scene| with_form(with_form(scene, "audiences", "a"), "audiences", "b");
    check("repeated-parameter=audience*", twice, true);
    let assertion = |scene| with_form(scene, "client_assertion", "");
    check("form.client_assertion", assertion, true);
    check("!form.client_assertion", assertion, false);
    check("repeated-parameter=client_*", twice, false);
}

/// What a server alone knows rules nothing out, nor does what servers see differently.
#[test]
fn what_the_request_does_not_show() {
    for condition in [
        "client.disabled",
        "client-in-form",
        "!client-in-form",
        "http.origin",
        "jwks.status",
        "!jwks.status",
        "!form.client_assertion",
    ] {
        check(condition, |scene| scene, true);
    }
    let empty = |scene| with_form(scene, "audience", "");
    check("form.audience", empty, true);
    check("!form.audience", empty, true);
}
