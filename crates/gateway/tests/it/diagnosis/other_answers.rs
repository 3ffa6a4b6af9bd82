//! Answers that are about something else than the assertion.

use tokenring_gateway::Rule;
use tokenring_gateway::diagnosis::{Class, Likelihood};
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
    check(
        400,
        "<html>Welcome to the guest network</html>",
        Class::Intermediary,
    );
    check(407, "", Class::Intermediary);
    check(404, "", Class::NotOAuth);
    check(400, r#"{"error":"invalid_scope"}"#, Class::Scope);
    check(400, r#"{"error":"unauthorized_client"}"#, Class::Grant);
}

/// Waiting does not help an assertion that is wrong as well.
#[test]
fn with_a_mistake_besides() {
    let scene = Scene::generic().claim("exp", NOW - 1).says(503, "");
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
        .claim("jti", serde_json::Value::Null)
        .says(400, r#"{"error":"invalid_request"}"#);
    assert_eq!(scene.diagnosis().first().rule(), Some(Rule::JwtIdAbsent));
}
