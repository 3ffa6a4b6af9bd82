//! What a diagnosis advises, and what not.

use tokenring_gateway::diagnosis::Cause;
use tokenring_gateway::{NamedOption, Remedy, Rule, TextPart};

use super::scene::Scene;

/// What fixes it names the value, where the file has no words of its own for it.
#[test]
fn remedies_name_the_gateways_value() {
    let says = r#"{"error":"invalid_client","error_description":"typ header is wrong"}"#;
    let mut scene = Scene::of("pca", None)
        .header("typ", "other")
        .says(400, says);
    scene.form.push(("client_id".into(), "client-1".into()));
    let diagnosis = scene.diagnosis();
    // That the gateway does not take the scene's key is certain, and comes before.
    let mut causes = diagnosis.causes();
    let of_type = causes.find(|cause| cause.rule() == Some(Rule::Type));
    let of_type = of_type.unwrap();
    let remedy = Remedy::SetType {
        wanted: Some("JWT".to_owned()),
    };
    assert_eq!(of_type.remedy(), &remedy);
}

/// A file that is about one server knows whether that looks at typ.
#[test]
fn the_new_type_is_no_advice_for_a_known_server() {
    for name in ["keycloak", "dpc", "epic"] {
        let diagnosis = Scene::of(name, None).diagnosis();
        let is_of_type = |cause: &Cause| cause.rule() == Some(Rule::Type);
        assert!(!diagnosis.causes().any(is_of_type), "{diagnosis:#?}");
    }
}

/// An option in an explanation is a part of its own, which a program names as it calls it.
#[test]
fn explanations_name_options_by_what_they_are() {
    let says = r#"{"error":"unauthorized_client","error_description":"you have tried to request authorization but your application is not configured to use this authorization grant type"}"#;
    let diagnosis = Scene::of("nhs", Some("int")).says(401, says).diagnosis();
    let explanation = diagnosis.first().explanation();
    assert!(
        explanation
            .parts()
            .contains(&TextPart::Option(NamedOption::Scope)),
        "{explanation:?}"
    );
    let words = "from the registration; scope has no say.";
    assert!(explanation.to_string().ends_with(words), "{explanation}");
}
