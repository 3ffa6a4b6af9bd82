//! Servers that want to be authenticated to in another way, and grants, which authenticate nobody.

use tokenring_gateway::diagnosis::{Class, Likelihood};
use tokenring_gateway::{Gateway, Remedy, Rule};

use super::scene::Scene;

/// A client whose assertion is the grant.
fn grant(gateway: &str) -> Scene {
    let mut scene = Scene::of(gateway, None);
    scene.form = vec![
        (
            "grant_type".into(),
            "urn:ietf:params:oauth:grant-type:jwt-bearer".into(),
        ),
        ("assertion".into(), "eyJ".into()),
    ];
    scene
}

#[track_caller]
fn check_challenge(scene: Scene, body: &str, class: Class, remedy: &Remedy) {
    let mut scene = scene.says(401, body);
    scene.challenge = Some("Basic realm=\"x\"");
    let diagnosis = scene.diagnosis();
    let first = diagnosis.first();
    assert_eq!(first.class(), class, "{diagnosis:#?}");
    assert_eq!(first.likelihood(), Likelihood::Likely, "{diagnosis:#?}");
    assert_eq!(first.found_value(), Some("WWW-Authenticate: Basic"));
    assert_eq!(first.remedy(), remedy, "{diagnosis:#?}");
}

#[test]
fn another_scheme_is_the_cause() {
    let page = "<html><title>401 Authorization Required</title></html>";
    for gateway in ["generic", "keycloak", "hydra", "okta"] {
        for body in ["", page, "{}"] {
            let remedy = Remedy::ChangeAuthentication;
            check_challenge(Scene::of(gateway, None), body, Class::Request, &remedy);
        }
    }
    let alone = Remedy::AuthenticateClient { flow: None };
    check_challenge(grant("google"), "", Class::Grant, &alone);
    let flow = Some("client-assertion".to_owned());
    let beside = Remedy::AuthenticateClient { flow };
    check_challenge(grant("jwt-bearer"), "", Class::Grant, &beside);
}

/// A server that says more is believed, whatever it names besides.
#[test]
fn a_scheme_beside_words_is_none() {
    let body = r#"{"error":"invalid_client","error_description":"The token is expired"}"#;
    let mut scene = Scene::generic().says(401, body);
    scene.challenge = Some("Basic");
    assert_eq!(scene.diagnosis().first().rule(), Some(Rule::Expired));
}

/// What is said to somebody whose assertion is the grant.
#[test]
fn no_client_authentication_is_advised_for_a_grant() {
    for gateway in ["google", "jwt-bearer"] {
        for body in [
            r#"{"error":"invalid_client"}"#,
            r#"{"error":"unauthorized_client"}"#,
            r#"{"error":"unauthorized_client","error_description":"Client authentication method not supported"}"#,
            r#"{"error":"invalid_client","error_description":"Client authentication failed, unsupported authentication method"}"#,
            r#"{"error":"invalid_request","error_description":"client_assertion_type is missing"}"#,
            r#"{"error":"invalid_request","error_description":"Missing client_assertion"}"#,
            r#"{"error":"invalid_grant"}"#,
            r#"{"error":"access_denied"}"#,
            "",
        ] {
            let diagnosis = grant(gateway).says(400, body).diagnosis();
            for cause in diagnosis.causes() {
                let text = format!("{} {}", cause.explanation(), cause.remedy().text());
                for words in [
                    "private_key_jwt",
                    "token_endpoint_auth",
                    "client-authentication",
                ] {
                    assert!(!text.contains(words), "{gateway} {body}: {text}");
                }
            }
        }
    }
    // Beside the grant the client authenticates with an assertion of its own.
    let mut scene = grant("jwt-bearer").says(400, r#"{"error":"unauthorized_client"}"#);
    let file = Gateway::builtin("jwt-bearer").unwrap();
    scene.gateway = file.with_flow("client-assertion").unwrap();
    assert_eq!(*scene.diagnosis().first().remedy(), Remedy::RegisterGrant);
}
