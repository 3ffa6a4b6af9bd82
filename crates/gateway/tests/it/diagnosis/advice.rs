//! What a diagnosis says of an algorithm that was rejected, and of a JWK Set that was not fetched.

use serde_json::json;
use tokenring_gateway::diagnosis::{Class, Likelihood};
use tokenring_gateway::{Remedy, Rule};
use tokenring_jwk::{Algorithm, KeySpec, ring};

use super::scene::Scene;

fn says(words: &str) -> String {
    json!({ "error": "invalid_client", "error_description": words }).to_string()
}

/// The remedy names what server and key have in common, and never the rejected one.
#[track_caller]
fn check_algorithm(spec: KeySpec, sent: Algorithm, words: &str, wanted: &Remedy) {
    let mut scene = Scene::generic().header("alg", sent.name());
    scene.key = ring::generate(spec).unwrap();
    scene.published = None;
    let diagnosis = scene.says(400, &says(words)).diagnosis();
    let first = diagnosis.first();
    assert_eq!(first.rule(), Some(Rule::Algorithm), "{diagnosis:#?}");
    assert_eq!(first.remedy(), wanted);
}

#[test]
fn another_algorithm() {
    use Algorithm::{EdDsa, Es256, Es384, Rs256};
    let new_key = |algorithms: &[Algorithm]| Remedy::MakeKeyFor {
        algorithms: algorithms.to_vec(),
    };
    for (spec, sent, words, wanted) in [
        (
            KeySpec::Ed25519,
            EdDsa,
            "unsupported signed jwt algorithm: eddsa",
            new_key(&[Rs256, Es256, Es384]),
        ),
        (
            KeySpec::P384,
            Es384,
            "Algorithm of 'ES384' is not recommended",
            new_key(&[Rs256, Es256, Algorithm::Es512]),
        ),
        // The server names the one that it wants.
        (
            KeySpec::P256,
            Es256,
            "uses signing algorithm 'ES256' but the client enforces signing algorithm 'PS256'.",
            new_key(&[Algorithm::Ps256]),
        ),
        (
            KeySpec::Ed25519,
            Algorithm::Ed25519,
            "Invalid signature algorithm",
            Remedy::UseAlgorithm {
                algorithms: vec![EdDsa],
            },
        ),
    ] {
        check_algorithm(spec, sent, words, &wanted);
    }
}

/// The URL that the server was given, and what came from there.
#[test]
fn a_jwk_set_that_was_not_fetched() {
    for (status, words, rule, found) in [
        (
            401,
            "Failed to fetch JWKS from http://127.0.0.1:9/jwks. request to http://127.0.0.1:9/jwks failed, reason: connect ECONNREFUSED 127.0.0.1:9",
            Rule::KeysUnreachable,
            "http://127.0.0.1:9/jwks: connection refused",
        ),
        (
            400,
            "Error when loading public keys: org.apache.http.conn.HttpHostConnectException: Connect to keys.example:443 [keys.example/192.0.2.1] failed: Connection timed out",
            Rule::KeysUnreachable,
            "keys.example:443: no answer in time",
        ),
        (
            400,
            "Error when loading public keys: com.fasterxml.jackson.core.JsonParseException: Unexpected character ('<' (code 60)) at [Source: https://keys.example/jwks]",
            Rule::KeysUnreadable,
            "https://keys.example/jwks: no JSON",
        ),
    ] {
        let mut scene = Scene::generic();
        scene.published = None;
        let diagnosis = scene.says(status, &says(words)).diagnosis();
        let first = diagnosis.first();
        assert_eq!(first.rule(), Some(rule), "{diagnosis:#?}");
        assert_eq!(first.found_value(), Some(found));
    }
    // A server that fails over it does not fail by itself.
    let body = json!({
        "error": "server_error",
        "error_description": "Expected successful status code in range of 200 - 399 from location 'https://keys.example/jwks' but received code 404.",
    });
    let diagnosis = Scene::generic().says(500, &body.to_string()).diagnosis();
    let first = diagnosis.first();
    assert_eq!(first.rule(), Some(Rule::KeysUnreachable), "{diagnosis:#?}");
    assert_eq!(
        first.found_value(),
        Some("https://keys.example/jwks: status 404")
    );
}

/// A server that fails and speaks OAuth: its trouble is likely, unless a clock explains it.
#[test]
fn a_failure_with_a_code() {
    let body = r#"{"error":"error","error_description":"The error is unrecognizable"}"#;
    let diagnosis = Scene::generic().says(500, body).diagnosis();
    assert_eq!(diagnosis.first().class(), Class::ServerTrouble);
    assert_eq!(diagnosis.first().likelihood(), Likelihood::Likely);

    let late = Scene::generic().claim("exp", super::scene::NOW - 6);
    let diagnosis = late.says(500, body).diagnosis();
    assert_eq!(diagnosis.first().rule(), Some(Rule::Expired));

    let mut fast = Scene::generic().says(500, body);
    fast.server_time = Some(super::scene::NOW - 2);
    let diagnosis = fast.diagnosis();
    assert_eq!(
        diagnosis.first().rule(),
        Some(Rule::IssuedInFuture),
        "{diagnosis:#?}"
    );
    assert_eq!(diagnosis.first().likelihood(), Likelihood::Likely);
}

/// Why a signature does not verify, a server does not know: here it is the algorithm.
#[test]
fn a_signature_that_does_not_verify() {
    let says = json!({
        "error": "public_key error",
        "error_description": "JWT signature verification failed",
    })
    .to_string();
    let mut scene = Scene::of("nhs", Some("int")).says(401, &says);
    let diagnosis = scene.diagnosis();
    assert!(diagnosis.is_known(), "{diagnosis:#?}");
    assert_eq!(diagnosis.class(), Class::Key);
    assert_eq!(diagnosis.first().rule(), Some(Rule::Algorithm));

    scene = Scene::generic().says(401, &says);
    let diagnosis = scene.diagnosis();
    assert_eq!(diagnosis.first().rule(), Some(Rule::Signature));
    assert_eq!(diagnosis.first().likelihood(), Likelihood::Likely);
}
