//! Words that are in a gateway's file, joined with what is known on this side.

use std::time::Duration;

use serde_json::Value;
use tokenring_gateway::diagnosis::{Cause, Class, Likelihood};
use tokenring_gateway::{Gateway, Remedy, Rule};

use super::scene::{NOW, Scene};

fn words(error: &str, description: &str) -> String {
    format!(r#"{{"error":"{error}","error_description":"{description}","message_id":"rrt-1"}}"#)
}

/// The table of NHS England's token endpoint, in its order.
#[test]
fn nhs() {
    const REQUEST: &str = "invalid_request";
    const KEY: &str = "public_key error";
    for (status, error, description, rule, class) in [
        (
            415,
            REQUEST,
            "Content-Type header must be application/x-www-form-urlencoded",
            Rule::ContentType,
            Class::Request,
        ),
        (
            400,
            REQUEST,
            "Missing or invalid client_assertion_type - must be 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'",
            Rule::ClientAssertionType,
            Class::Request,
        ),
        (
            400,
            REQUEST,
            "Missing client_assertion",
            Rule::ClientAssertionAbsent,
            Class::Request,
        ),
        (
            400,
            REQUEST,
            "Malformed JWT in client_assertion",
            Rule::Malformed,
            Class::Assertion,
        ),
        (
            400,
            REQUEST,
            "Invalid 'alg' header in client_assertion JWT - unsupported JWT algorithm - must be 'RS512'",
            Rule::Algorithm,
            Class::Assertion,
        ),
        (
            400,
            REQUEST,
            "Invalid 'exp' claim in client_assertion JWT - JWT has expired",
            Rule::Expired,
            Class::Assertion,
        ),
        (
            400,
            REQUEST,
            "Missing 'kid' header in client_assertion JWT",
            Rule::KeyIdAbsent,
            Class::Assertion,
        ),
        (
            400,
            REQUEST,
            "Invalid 'typ' header in client_assertion JWT - must be 'JWT'",
            Rule::Type,
            Class::Assertion,
        ),
        (
            400,
            REQUEST,
            "Missing 'exp' claim in client_assertion JWT",
            Rule::ExpiryAbsent,
            Class::Assertion,
        ),
        (
            400,
            REQUEST,
            "Invalid 'exp' claim in client_assertion JWT - must be an integer",
            Rule::ExpiryForm,
            Class::Assertion,
        ),
        (
            400,
            REQUEST,
            "Missing or non-matching 'iss'/'sub' claims in client_assertion JWT",
            Rule::IssuerNotSubject,
            Class::Assertion,
        ),
        (
            400,
            REQUEST,
            "Missing 'jti' claim in client_assertion JWT",
            Rule::JwtIdAbsent,
            Class::Assertion,
        ),
        (
            400,
            REQUEST,
            "Invalid 'jti' claim in client_assertion JWT - must be a unique string value such as a GUID",
            Rule::JwtIdForm,
            Class::Assertion,
        ),
        (
            400,
            REQUEST,
            "Non-unique 'jti' claim in client_assertion JWT",
            Rule::JwtIdSpent,
            Class::Assertion,
        ),
        (
            400,
            REQUEST,
            "Invalid 'exp' claim in client_assertion JWT - more than 5 minutes in future",
            Rule::ExpiryTooLate,
            Class::Assertion,
        ),
        (
            401,
            REQUEST,
            "Invalid 'iss'/'sub' claims in client_assertion JWT",
            Rule::UnknownClient,
            Class::Client,
        ),
        (
            403,
            KEY,
            "You need to register a public key to use this authentication method - please contact support to configure",
            Rule::KeysNotRegistered,
            Class::Key,
        ),
        (
            403,
            KEY,
            "The JWKS endpoint, for your client_assertion can't be reached",
            Rule::KeysUnreachable,
            Class::Key,
        ),
        (
            401,
            REQUEST,
            "Missing or invalid 'aud' claim in client_assertion JWT",
            Rule::Audience,
            Class::Assertion,
        ),
        (
            401,
            REQUEST,
            "Invalid 'kid' header in client_assertion JWT - no matching public key",
            Rule::UnknownKeyId,
            Class::Key,
        ),
        (
            401,
            "unauthorized_client",
            "you have tried to request authorization but your application is not configured to use this authorization grant type",
            Rule::NoApplicationScope,
            Class::Grant,
        ),
    ] {
        let scene = broken(nhs_scene(), rule).says(status, &words(error, description));
        let diagnosis = scene.diagnosis();
        assert!(diagnosis.is_known(), "{description}");
        assert_eq!(diagnosis.class(), class, "{description}");
        let first = diagnosis.first();
        assert_eq!(first.rule(), Some(rule), "{description}: {diagnosis:#?}");
        assert_eq!(first.likelihood(), Likelihood::Certain, "{description}");
    }
}

/// A scene whose assertion breaks a rule: what is there cannot be what is missing.
fn broken(scene: Scene, rule: Rule) -> Scene {
    match rule {
        Rule::ClientAssertionAbsent => scene.without_assertion(),
        Rule::KeyIdAbsent => scene.header("kid", Value::Null),
        Rule::ExpiryAbsent => scene.claim("exp", Value::Null),
        Rule::ExpiryForm => scene.claim("exp", "soon"),
        Rule::IssuerNotSubject => scene.claim("sub", "another"),
        Rule::JwtIdAbsent => scene.claim("jti", Value::Null),
        Rule::JwtIdForm => scene.claim("jti", 7),
        _ => scene,
    }
}

/// An assertion that NHS England would take, but for the type of its key: the words decide.
fn nhs_scene() -> Scene {
    Scene::of("nhs", Some("int"))
}

/// #16: the right key for the wrong environment.
#[test]
fn client_of_another_environment() {
    let says = words(
        "invalid_request",
        "Invalid 'iss'/'sub' claims in client_assertion JWT",
    );
    let scene = Scene::of("nhs", Some("prod")).says(401, &says);
    let diagnosis = scene.diagnosis();
    assert!(
        diagnosis
            .first()
            .explanation()
            .to_string()
            .contains("environment prod"),
        "{diagnosis:#?}"
    );

    let scene = scene.header("kid", "int-1");
    let diagnosis = scene.diagnosis();
    let first = diagnosis.first();
    assert_eq!(first.rule(), Some(Rule::UnknownClient));
    assert!(
        first
            .explanation()
            .to_string()
            .contains("one for environment int"),
        "{first:#?}"
    );
    let remedy = Remedy::MatchEnvironment {
        of_key: "int".to_owned(),
        in_use: "prod".to_owned(),
    };
    assert_eq!(first.remedy(), &remedy);
}

/// #20: what the local JWK Set says.
#[test]
fn key_that_the_gateway_does_not_find() {
    let says = words(
        "invalid_request",
        "Invalid 'kid' header in client_assertion JWT - no matching public key",
    );
    let scene = nhs_scene().says(401, &says).header("kid", "nope");
    let diagnosis = scene.diagnosis();
    let first = diagnosis.first();
    assert_eq!(first.rule(), Some(Rule::UnknownKeyId));
    assert_eq!(first.found_value(), Some("\"nope\""));
    assert_eq!(first.wanted_value(), Some("\"key-1\""));
    let remedy = Remedy::SetKeyId {
        wanted: Some("key-1".to_owned()),
    };
    assert_eq!(first.remedy(), &remedy);
}

/// The key is where it should be: then the gateway's copy is an old one.
#[test]
fn key_that_the_gateway_does_not_have_yet() {
    let file = r#"
name = "slow"
title = "A gateway that keeps its copies"
[environments.default]
token-endpoint = "https://auth.example.com/token"
[assertion]
algorithms = ["ES256"]
audience = "token-endpoint"
typ = "JWT"
lifetime-seconds = 60
[key]
generate = "P-256"
id-scheme = "free-text"
jwk-set-cache-seconds = 3600
refetches-on-unknown-id = false
[[refusals]]
rule = "unknown-key-id"
description = "no such key"
"#;
    let mut scene = Scene::generic().says(401, &words("invalid_client", "no such key"));
    scene.gateway = Gateway::parse(file, "slow.toml").unwrap();
    let scene = scene.claim("aud", "https://auth.example.com/token");
    let diagnosis = scene.diagnosis();
    let first = diagnosis.first();
    assert_eq!(first.rule(), Some(Rule::UnknownKeyId));
    assert!(
        first.explanation().to_string().contains("key-1.json fits"),
        "{first:#?}"
    );
    let remedy = Remedy::CompareCopy {
        kept_for: Some(Duration::from_secs(3600)),
        refetches: false,
    };
    assert_eq!(first.remedy(), &remedy);
}

/// The server's word on the time is joined with what the clocks say.
#[test]
fn expired_by_a_slow_clock() {
    let says = words(
        "invalid_request",
        "Invalid 'exp' claim in client_assertion JWT - JWT has expired",
    );
    let mut scene = nhs_scene().says(400, &says);
    scene.server_time = Some(NOW + 300);
    let diagnosis = scene.diagnosis();
    let first = diagnosis.first();
    assert_eq!(first.rule(), Some(Rule::Expired));
    assert!(
        first.explanation().to_string().contains("300 s behind"),
        "{first:#?}"
    );
    let remedy = Remedy::CorrectClock { seconds: Some(300) };
    assert_eq!(first.remedy(), &remedy);

    scene.server_time = Some(NOW + 1);
    let diagnosis = scene.diagnosis();
    let first = diagnosis.first();
    assert!(
        first
            .explanation()
            .to_string()
            .contains("agrees with the server's to 1 s"),
        "{first:#?}"
    );
}

/// What the server would have found next follows; it stops at the first.
#[test]
fn mistakes_behind_the_first() {
    let says = words(
        "invalid_request",
        "Missing 'jti' claim in client_assertion JWT",
    );
    let scene = nhs_scene()
        .says(400, &says)
        .claim("jti", Value::Null)
        .claim("aud", "https://dev.api.service.nhs.uk/oauth2/token");
    let diagnosis = scene.diagnosis();
    let rules: Vec<Option<Rule>> = diagnosis.causes().map(|cause| cause.rule()).collect();
    assert_eq!(rules.first(), Some(&Some(Rule::JwtIdAbsent)));
    assert!(rules.contains(&Some(Rule::Audience)), "{rules:?}");
}

/// Keycloak has the same words for an assertion too late and one too early.
#[test]
fn words_with_two_meanings() {
    let says = r#"{"error":"invalid_client","error_description":"Token is not active"}"#;
    let first_rule = |scene: Scene| {
        let diagnosis = scene.says(400, says).diagnosis();
        (diagnosis.first().rule(), diagnosis.first().likelihood())
    };
    let expired = Scene::of("keycloak", None).claim("exp", NOW - 60);
    assert_eq!(
        first_rule(expired),
        (Some(Rule::Expired), Likelihood::Certain)
    );
    let early = Scene::of("keycloak", None).claim("nbf", NOW + 60);
    assert_eq!(
        first_rule(early),
        (Some(Rule::NotYetValid), Likelihood::Certain)
    );
}

/// Of several meanings of the same words, those that the assertion rules out are none.
#[test]
fn rules_that_the_assertion_keeps() {
    for name in ["keycloak", "bcgov"] {
        let says = words("invalid_client", "Invalid token audience");
        let mut scene = Scene::of(name, None).says(400, &says);
        let wrong = format!("{}/", scene.claims["aud"].as_str().unwrap());
        scene = scene.claim("aud", wrong);
        let diagnosis = scene.diagnosis();
        assert_eq!(diagnosis.first().rule(), Some(Rule::Audience));
        let is_absence = |cause: &Cause| cause.rule() == Some(Rule::AudienceAbsent);
        assert!(!diagnosis.causes().any(is_absence), "{diagnosis:#?}");
        // Where it is so, it is said.
        let diagnosis = scene.claim("aud", Value::Null).diagnosis();
        assert!(diagnosis.causes().any(is_absence), "{diagnosis:#?}");
    }
    // Without nbf there is one way left in which a token is not active.
    let says = words("invalid_client", "Token is not active");
    let diagnosis = Scene::of("keycloak", None).says(400, &says).diagnosis();
    let rules: Vec<_> = diagnosis.causes().map(Cause::rule).collect();
    assert!(!rules.contains(&Some(Rule::NotYetValid)), "{diagnosis:#?}");
}

/// A code at the end of the words has lost the blank that follows it elsewhere.
#[test]
fn words_that_end_with_their_code() {
    for description in [
        "AADSTS700016: ",
        "AADSTS700016: Application with identifier",
    ] {
        let says = words("unauthorized_client", description);
        let mut scene = Scene::of("entra", None).says(400, &says);
        scene.form.push(("client_id".into(), "client-1".into()));
        let diagnosis = scene.diagnosis();
        assert!(diagnosis.is_known(), "{description}");
        // That Entra does not take the scene's key is certain, and comes before.
        let is_client = |cause: &Cause| cause.rule() == Some(Rule::UnknownClient);
        assert!(diagnosis.causes().any(is_client), "{diagnosis:#?}");
    }
}
