//! Answers as they come in the field, from token endpoints, API gateways and firewalls: what is said
//! of them first, and what fixes it. The words are made up, but for codes and what has to be known.

use tokenring_gateway::Rule;
use tokenring_gateway::diagnosis::{Class, Likelihood};
use tokenring_jwk::{KeySpec, any};

use super::scene::Scene;

/// What comes first: a rule, or a class where it is none.
#[derive(Clone, Copy, Debug)]
enum Wanted {
    Rule(Rule),
    Class(Class),
}

#[track_caller]
fn check(scene: Scene, answer: (u16, &str), wanted: Wanted, remedy: &str) {
    let (status, body) = answer;
    let diagnosis = scene.says(status, body).diagnosis();
    let first = diagnosis.first();
    match wanted {
        Wanted::Rule(rule) => assert_eq!(first.rule(), Some(rule), "{body}: {diagnosis:#?}"),
        Wanted::Class(class) => {
            assert_eq!(first.rule(), None, "{body}: {diagnosis:#?}");
            assert_eq!(first.class(), class, "{body}: {diagnosis:#?}");
        }
    }
    assert_ne!(first.likelihood(), Likelihood::Possible, "{body}");
    // One cause, and no guess.
    assert_eq!(diagnosis.causes().count(), 1, "{body}: {diagnosis:#?}");
    let fix = first.remedy().to_string();
    assert!(fix.contains(remedy), "{body}: {fix}");
}

fn generic() -> Scene {
    Scene::generic()
}

/// A client of Entra's, by its certificate.
fn entra() -> Scene {
    let mut scene = Scene::of("entra", None)
        .header("alg", "PS256")
        .header("kid", serde_json::Value::Null)
        .header("x5t#S256", "A".repeat(43));
    scene.key = any::generate(KeySpec::Rsa2048).unwrap();
    scene.published = None;
    scene.own_key_is_known = false;
    let form = [
        ("client_id", "client-1"),
        ("scope", "https://api.example/.default"),
    ];
    let form = form.map(|(name, value)| (name.to_owned(), value.to_owned()));
    scene.form.extend(form);
    scene
}

/// The code counts, whatever words follow it.
#[test]
fn entra_says_it_by_codes() {
    #[track_caller]
    fn row(number: u32, code: &str, wanted: Wanted, remedy: &str) {
        let status = if code == "invalid_client" { 401 } else { 400 };
        let body = format!(
            r#"{{"error":"{code}","error_description":"AADSTS{number}: words that nobody knows. Trace ID: 11111111-1111-1111-1111-111111111111","error_codes":[{number}]}}"#
        );
        check(entra(), (status, &body), wanted, remedy);
    }
    use Wanted::{Class as C, Rule as R};
    row(700_027, "invalid_client", R(Rule::Signature), "certificate");
    row(
        700_016,
        "unauthorized_client",
        R(Rule::UnknownClient),
        "tenant",
    );
    row(
        90_002,
        "invalid_request",
        C(Class::Request),
        "tenant=TENANT",
    );
    row(1_002_012, "invalid_request", C(Class::Request), "/.default");
    row(70_011, "invalid_scope", C(Class::Scope), "/.default");
    row(
        700_024,
        "invalid_client",
        C(Class::Assertion),
        "for each request",
    );
    row(500_011, "invalid_resource", C(Class::Scope), "scope");
    row(5_002_727, "invalid_client", R(Rule::Type), "JWT");
    row(50_013, "invalid_client", C(Class::Assertion), "certificate");
    row(
        7_000_222,
        "invalid_client",
        C(Class::Assertion),
        "certificate",
    );
    row(501_051, "invalid_grant", C(Class::Assertion), "app role");
}

#[test]
fn entra_without_its_file() {
    #[track_caller]
    fn row(number: u32, code: &str, words: &str, wanted: Wanted) {
        let body = format!(
            r#"{{"error":"{code}","error_description":"AADSTS{number}: {words} Trace ID: 11111111-1111-1111-1111-111111111111"}}"#
        );
        check(generic(), (400, &body), wanted, "");
    }
    use Wanted::{Class as C, Rule as R};
    let scope = "the scope that was sent is not valid, it wants /.default at its end.";
    row(1_002_012, "invalid_request", scope, R(Rule::Scope));
    row(70_011, "invalid_scope", scope, C(Class::Scope));
    let time = "the assertion came out of its time range.";
    row(700_024, "invalid_client", time, R(Rule::Expired));
    let role = "the application has no role for this resource.";
    row(501_051, "invalid_grant", role, R(Rule::NoApplicationScope));
    let secret = "the client secret of this application has expired.";
    row(7_000_222, "invalid_client", secret, C(Class::Grant));
    let tenant = "no such tenant here.";
    row(90_002, "invalid_request", tenant, C(Class::NotOAuth));

    // What the words do not say is not found either.
    let body = r#"{"error":"invalid_client","error_description":"AADSTS700027: the certificate which signed is not registered here."}"#;
    let diagnosis = generic().says(401, body).diagnosis();
    let first = diagnosis.first();
    assert_eq!(first.class(), Class::Key, "{diagnosis:#?}");
    assert_eq!(first.found_value(), None, "{diagnosis:#?}");
}

#[test]
fn other_servers() {
    use Wanted::{Class as C, Rule as R};
    for (answer, wanted, remedy) in [
        (
            (400, r#"{"error":"scope_invalid"}"#),
            C(Class::Scope),
            "scope",
        ),
        (
            (400, r#"{"error":"invalid_authorization_details"}"#),
            C(Class::Scope),
            "scope",
        ),
        (
            (
                400,
                r#"{"error":"invalid_target","error_description":"more than one resource is not supported for this grant type"}"#,
            ),
            C(Class::Scope),
            "scope",
        ),
        (
            (400, r#"{"error":"consent_required"}"#),
            C(Class::Grant),
            "consent",
        ),
        (
            (
                400,
                r#"{"error":"invalid_grant","error_description":"login rate exceeded"}"#,
            ),
            R(Rule::RateLimited),
            "ess often",
        ),
        (
            (
                401,
                r#"{"message":"the subscription key is missing here","statusCode":401}"#,
            ),
            C(Class::Request),
            "",
        ),
        (
            (401, r#"{"message":"this request has no API key"}"#),
            C(Class::Request),
            "",
        ),
        (
            (
                401,
                r#"{"error":"invalid_client","error_description":"the certificate has expired"}"#,
            ),
            C(Class::Key),
            "Renew",
        ),
        (
            (401, r#"{"detail":"client assertion: audience mismatch"}"#),
            R(Rule::Audience),
            "aud",
        ),
        (
            (
                422,
                r#"{"detail":[{"loc":["body","client_id"],"msg":"field required"}]}"#,
            ),
            R(Rule::ClientIdAbsent),
            "client",
        ),
        (
            (413, "<html><title>413</title></html>"),
            C(Class::Request),
            "long values",
        ),
        ((431, ""), C(Class::Request), "token-header"),
        (
            (415, r#"{"error":"Unsupported Media Type"}"#),
            R(Rule::ContentType),
            "",
        ),
    ] {
        check(generic(), answer, wanted, remedy);
    }
}

/// Two readings of one sentence, and nothing about keys.
#[test]
fn authlib_lists_the_methods_of_its_grant() {
    let body = r#"{"error":"invalid_client","error_description":"The client cannot authenticate with methods: ['client_secret_basic']"}"#;
    let diagnosis = generic().says(401, body).diagnosis();
    let words = diagnosis.first().explanation().to_string();
    assert!(words.contains("does not take private_key_jwt at all"));
    assert_eq!(diagnosis.causes().count(), 1, "{diagnosis:#?}");
}

/// A body without words for a request that is right is no word about the URL.
#[test]
fn an_empty_answer_is_about_the_client_or_its_assertion() {
    for status in [401, 403] {
        let diagnosis = generic().says(status, "").diagnosis();
        for cause in diagnosis.causes() {
            assert_eq!(cause.likelihood(), Likelihood::Possible, "{cause:#?}");
            assert_ne!(cause.class(), Class::NotOAuth, "{cause:#?}");
        }
        let rules: Vec<_> = diagnosis
            .causes()
            .filter_map(|cause| cause.rule())
            .collect();
        assert!(rules.contains(&Rule::UnknownClient), "{diagnosis:#?}");
    }
}
