//! Answers that are about something else than the assertion.

use serde_json::Value;
use tokenring_gateway::Rule;
use tokenring_gateway::diagnosis::{Class, Likelihood};
use tokenring_jwk::{KeySpec, ring};
use tokenring_oauth::Retry;

use super::scene::{NOW, Scene};

#[track_caller]
fn check(status: u16, body: &str, class: Class) {
    let diagnosis = Scene::generic().says(status, body).diagnosis();
    assert_eq!(diagnosis.class(), class, "{body}");
    let first = diagnosis.first();
    assert_eq!(first.class(), class, "{diagnosis:#?}");
    assert_eq!(first.likelihood(), Likelihood::Certain, "{diagnosis:#?}");
    // The assertion is in order, and nobody asked about it.
    assert_eq!(diagnosis.causes().count(), 1, "{diagnosis:#?}");
}

#[test]
fn by_themselves() {
    check(429, "", Class::RateLimit);
    check(503, "<html>", Class::ServerTrouble);
    check(404, "", Class::NotOAuth);
    let mut scene = Scene::generic().says(400, r#"{"error":"invalid_scope"}"#);
    scene.form.push(("scope".into(), "read".into()));
    let diagnosis = scene.diagnosis();
    assert_eq!(diagnosis.first().class(), Class::Scope, "{diagnosis:#?}");
    assert_eq!(diagnosis.first().likelihood(), Likelihood::Certain);
}

/// A page can be the token endpoint's own, and so can a status that is rarely one.
#[test]
fn what_the_token_endpoint_may_answer_itself() {
    for (status, body, class) in [
        (
            400,
            "<html>Welcome to the guest network</html>",
            Class::Intermediary,
        ),
        (
            401,
            "<html><title>Unauthorized</title></html>",
            Class::Intermediary,
        ),
        (407, "", Class::Intermediary),
        (421, "", Class::NotOAuth),
        (406, "{}", Class::NotOAuth),
        (200, r#"{"error":{"a":1}}"#, Class::NotOAuth),
    ] {
        let scene = Scene::generic().says(status, body);
        let diagnosis = scene.diagnosis();
        assert_eq!(diagnosis.first().class(), class, "{status} {body}");
        assert_eq!(
            diagnosis.first().likelihood(),
            Likelihood::Likely,
            "{status}"
        );
    }
    // The words are no known ones, but the server's.
    let scene = Scene::generic().says(200, r#"{"success":false,"message":"odd thing"}"#);
    assert_eq!(scene.diagnosis().first().class(), Class::Other);
}

/// Servers have pages of their own for these, and show them for a request on which they failed, too.
#[test]
fn pages_of_the_server_itself() {
    for (status, title, class) in [
        (
            405,
            "Error 405 Request method 'POST' not supported",
            Class::NotOAuth,
        ),
        (405, "HTTP Status 405 – Method Not Allowed", Class::NotOAuth),
        (405, "405 Not Allowed", Class::NotOAuth),
        (
            500,
            "HTTP Status 500 – Internal Server Error",
            Class::ServerTrouble,
        ),
        (500, "Whitelabel Error Page", Class::ServerTrouble),
    ] {
        let page = format!("<html><head><title>{title}</title></head><body></body></html>");
        let diagnosis = Scene::generic().says(status, &page).diagnosis();
        let first = diagnosis.first();
        assert_eq!(first.class(), class, "{title}");
        assert_eq!(first.likelihood(), Likelihood::Likely, "{title}");
        // What is wrong with the request for certain is the better reason.
        let scene = Scene::generic()
            .claim("sub", Value::Null)
            .says(status, &page);
        let diagnosis = scene.diagnosis();
        let first = diagnosis.first();
        assert_eq!(first.rule(), Some(Rule::SubjectAbsent), "{title}");
        assert_eq!(first.likelihood(), Likelihood::Certain, "{title}");
        let classes: Vec<Class> = diagnosis.causes().map(|cause| cause.class()).collect();
        assert_eq!(classes, [Class::Assertion, class], "{title}");
    }
}

/// A name that is no string is there all the same.
#[test]
fn a_name_that_is_no_string() {
    for name in ["iss", "sub"] {
        let scene = Scene::generic().claim(name, 5);
        let diagnosis = scene.diagnosis();
        let texts: Vec<String> = diagnosis
            .causes()
            .map(|cause| cause.explanation().to_string())
            .collect();
        let wanted = format!("The assertion's {name} is not a string.");
        assert!(texts.contains(&wanted), "{texts:?}");
        let absent = format!("has no {name}");
        assert!(
            !texts.iter().any(|text| text.contains(&absent)),
            "{texts:?}"
        );
    }
}

/// The code stands for the grant; some servers have it for an unknown client, too.
#[test]
fn a_client_without_the_grant() {
    let scene = Scene::generic().says(400, r#"{"error":"unauthorized_client"}"#);
    let diagnosis = scene.diagnosis();
    assert_eq!(diagnosis.first().class(), Class::Grant);
    assert_eq!(diagnosis.first().likelihood(), Likelihood::Likely);
    assert_eq!(diagnosis.causes().count(), 1, "{diagnosis:#?}");
}

/// Waiting does not help an assertion that is wrong as well.
#[test]
fn with_a_mistake_besides() {
    let scene = Scene::generic().claim("exp", NOW - 6).says(503, "");
    let diagnosis = scene.diagnosis();
    assert_eq!(diagnosis.retry(), Retry::AfterPause);
    let rules: Vec<_> = diagnosis.causes().map(|cause| cause.rule()).collect();
    assert_eq!(rules, [None, Some(Rule::Expired)]);
}

/// The code says that the form is wrong, and not what about it.
#[test]
fn a_form_of_which_nothing_is_known() {
    let scene = Scene::generic().says(400, r#"{"error":"invalid_request"}"#);
    let diagnosis = scene.diagnosis();
    assert_eq!(diagnosis.class(), Class::Request);
    assert_eq!(diagnosis.first().class(), Class::Request);
    assert_eq!(diagnosis.first().likelihood(), Likelihood::Possible);

    // NHS England says so of most mistakes; what is found here is more to the point.
    let scene = Scene::generic()
        .claim("jti", Value::Null)
        .says(400, r#"{"error":"invalid_request"}"#);
    assert_eq!(scene.diagnosis().first().rule(), Some(Rule::JwtIdAbsent));
}

/// A path that is mistyped is answered with 404 in many forms. None of them is an outage.
#[test]
fn a_wrong_address() {
    let apigee = r#"{"fault":{"faultstring":"Unable to identify proxy for host: default and url: /oauth2/tokenn","detail":{"errorcode":"messaging.adaptors.http.flow.ApplicationNotFound"}}}"#;
    for (status, body) in [
        (404, apigee),
        (500, apigee),
        (404, ""),
        (405, ""),
        (404, r#"{"error":"Realm does not exist"}"#),
        (
            404,
            r#"{"error":"Unable to find matching target resource method"}"#,
        ),
        (404, r#"{"message":"no Route matched with those values"}"#),
    ] {
        check(status, body, Class::NotOAuth);
        let scene = Scene::generic().says(status, body);
        let diagnosis = scene.diagnosis();
        let first = diagnosis.first();
        let words = "The token URL is wrong";
        assert!(
            first.explanation().to_string().starts_with(words),
            "{first:#?}"
        );
        assert_eq!(first.found_value(), Some("https://auth.example.com/token"));
        assert_eq!(diagnosis.retry(), Retry::Never, "{body}");
    }
    let scene = Scene::of("keycloak", None).says(404, r#"{"error":"Realm does not exist"}"#);
    let diagnosis = scene.diagnosis();
    let words = "the realm in it does not exist";
    assert!(
        diagnosis.first().explanation().to_string().contains(words),
        "{diagnosis:#?}"
    );
}

/// Where the file knows the path, the remedy has it; a query may be a secret, and is left out.
#[test]
fn a_wrong_path() {
    let mut scene = Scene::of("nhs", Some("int")).says(404, "");
    scene.own_token_endpoint = Some("https://int.api.service.nhs.uk/oauth2/tokenn?secret=hunter2");
    let diagnosis = scene.diagnosis();
    let first = diagnosis.first();
    let found = "https://int.api.service.nhs.uk/oauth2/tokenn";
    assert_eq!(first.found_value(), Some(found));
    assert_eq!(first.wanted_value(), Some("the path /oauth2/token"));
    assert!(!format!("{first:?}").contains("hunter2"));
}

/// The server knows the client: it is the method that differs.
#[test]
fn another_way_of_authentication() {
    let body = r#"{"error":"invalid_client","error_description":"The client cannot authenticate with methods: ['private_key_jwt']"}"#;
    let diagnosis = Scene::generic().says(401, body).diagnosis();
    assert_eq!(diagnosis.first().class(), Class::Grant, "{diagnosis:#?}");
}

/// Okta's second form, an error like any other.
#[test]
fn error_summary() {
    let body =
        r#"{"errorCode":"invalid_client","errorSummary":"Invalid value for client_id parameter."}"#;
    let diagnosis = Scene::generic().says(401, body).diagnosis();
    assert_eq!(diagnosis.first().rule(), Some(Rule::UnknownClient));
    assert_eq!(diagnosis.first().likelihood(), Likelihood::Likely);
}

/// One code for everything says nothing: what may be the cause comes first.
#[test]
fn a_code_that_stands_for_every_reason() {
    let mut scene = Scene::of("smart", None).says(401, r#"{"error":"invalid_client"}"#);
    scene.key = ring::generate(KeySpec::P384).unwrap();
    scene.header.insert("alg".into(), "ES384".into());
    scene.form.push(("scope".into(), "system/*.rs".into()));
    scene.own_key_is_known = false;
    scene.published = None;
    let diagnosis = scene.diagnosis();
    let first = diagnosis.first();
    assert_eq!(first.class(), Class::Key, "{diagnosis:#?}");
    let words = "The server did not accept the assertion";
    let last = diagnosis.causes().last().unwrap();
    assert!(
        last.explanation().to_string().starts_with(words),
        "{diagnosis:#?}"
    );
}
