use serde_json::{Value, json};
use tokenring_assertion::NumericDate;
use tokenring_gateway::{Gateway, Lint};
use tokenring_oauth::TokenEndpoint;

use super::{Draft, NOW, check, check_words, strict, strict_with};

#[track_caller]
fn check_strict(audience: impl Into<Value>, found: &str, detail: &str) {
    check_words(
        &strict(),
        &Draft::strict().claim("aud", audience),
        "audience",
        Some(found),
        "\"https://test.example.com/\"",
        Some(detail),
    );
}

/// NHS England wants the URL of the token endpoint, and nothing but it.
#[track_caller]
fn check_nhs(audience: &str, detail: Option<&str>) {
    check_words(
        &Gateway::builtin("nhs").unwrap(),
        &Draft::nhs().claim("aud", audience),
        "audience",
        Some(&format!("\"{audience}\"")),
        "\"https://int.api.service.nhs.uk/oauth2/token\"",
        detail,
    );
}

#[test]
fn a_slash_too_few_or_too_many() {
    check_strict(
        "https://test.example.com",
        "\"https://test.example.com\"",
        "the slash at its end is missing",
    );
    check_nhs(
        "https://int.api.service.nhs.uk/oauth2/token/",
        Some("the slash at its end is too much"),
    );
    check_nhs(
        "https://int.api.service.nhs.uk//oauth2/token",
        Some("a slash stands twice"),
    );
}

#[test]
fn another_environment_of_the_same_gateway_is_named() {
    check_nhs(
        "https://api.service.nhs.uk/oauth2/token",
        Some("that is the audience of the environment `prod`"),
    );
    check_nhs(
        "https://sandbox.api.service.nhs.uk/oauth2/token",
        Some("that is the audience of the environment `sandbox`"),
    );
    check_nhs(
        "https://dev.api.service.nhs.uk/oauth2/token/",
        Some("that is the environment `dev`, and the slash at its end is too much"),
    );
    check_strict(
        "https://live.example.com/",
        "\"https://live.example.com/\"",
        "that is the audience of the environment `live`",
    );
    check_strict(
        "https://live.example.com/oauth/token",
        "\"https://live.example.com/oauth/token\"",
        "that is the token endpoint of the environment `live`",
    );
}

#[test]
fn the_same_address_in_another_spelling() {
    check_nhs(
        "http://int.api.service.nhs.uk/oauth2/token",
        Some("it begins with http instead of https"),
    );
    check_nhs(
        "int.api.service.nhs.uk/oauth2/token",
        Some("https:// is missing at its front"),
    );
    check_nhs(
        "https://INT.api.service.nhs.uk/oauth2/token",
        Some("its host is in other capitals"),
    );
    check_nhs(
        "https://int.api.service.nhs.uk:443/oauth2/token",
        Some("the port :443 is superfluous"),
    );
    check_nhs(
        "https://int.api.service.nhs.uk/oauth2/token?x=1",
        Some("a query is attached to it"),
    );
    check_nhs(
        "https://int.api.service.nhs.uk/oauth2/token#top",
        Some("a fragment is attached to it"),
    );
    check_nhs(
        "https://int.api.service.nhs.uk/OAuth2/Token",
        Some("its path is in other capitals"),
    );
    check_nhs(
        " https://int.api.service.nhs.uk/oauth2/token",
        Some("there is white space around it"),
    );
    check_nhs(
        "http://int.api.service.nhs.uk/oauth2/token/",
        Some("it begins with http instead of https, and the slash at its end is too much"),
    );
    check_nhs(
        "https%3A%2F%2Fint.api.service.nhs.uk%2Foauth2%2Ftoken",
        Some("it is percent-encoded"),
    );
}

#[test]
fn something_else_than_the_audience() {
    check_strict(
        "https://test.example.com/oauth/token",
        "\"https://test.example.com/oauth/token\"",
        "that is the token endpoint, and the issuer is wanted",
    );
    check_strict("client-1", "\"client-1\"", "that is the client identifier");
    check_nhs(
        "https://int.api.service.nhs.uk",
        Some("that is the beginning of it, such as an issuer"),
    );
    check_nhs(
        "JWT",
        Some("that is no URL: perhaps a placeholder that was left in"),
    );
    check_nhs("https://example.com/oauth2/token", None);
    check_nhs("https://int.api.service.nhs.uk:8443/oauth2/token", None);
    let token_url = strict_with(&[(r#"audience = "issuer""#, r#"audience = "token-endpoint""#)]);
    check_words(
        &token_url,
        &Draft::strict(),
        "audience",
        Some("\"https://test.example.com/\""),
        "\"https://test.example.com/oauth/token\"",
        Some("that is the issuer, and another audience is wanted"),
    );
}

#[test]
fn localhost_is_not_127_0_0_1() {
    let nhs = Gateway::builtin("nhs").unwrap();
    let url = TokenEndpoint::new("http://127.0.0.1:9000/oauth2/token").unwrap();
    let environment = nhs.environment(None).unwrap();
    let endpoint = nhs
        .endpoint(environment)
        .with_token_endpoint(url)
        .build()
        .unwrap();
    let draft = Draft::nhs().claim("aud", "http://localhost:9000/oauth2/token");
    let lint = Lint::new(&nhs, &endpoint, NumericDate::from_seconds(NOW));
    let findings = lint.check(&draft.jwt());
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].detail(), Some("it has localhost for 127.0.0.1"));
}

#[test]
fn absence_and_other_types() {
    for nothing in [json!(""), Value::Null] {
        check(
            &strict(),
            &Draft::strict().claim("aud", nothing),
            &["audience-absent"],
        );
    }
    check(
        &strict(),
        &Draft::strict().without_claim("aud"),
        &["audience-absent"],
    );
    for odd in [json!(7), json!({}), json!(true)] {
        check(&strict(), &Draft::strict().claim("aud", odd), &["audience"]);
    }
}

#[test]
fn lists_by_the_form_that_the_gateway_takes() {
    const RIGHT: &str = "https://test.example.com/";
    #[track_caller]
    fn check_forms(audience: Value, text: &[&str], single: &[&str], list: &[&str]) {
        for (form, wanted) in [("text", text), ("single", single), ("list", list)] {
            let form = format!("audience-form = \"{form}\"");
            let gateway = strict_with(&[(r#"audience-form = "single""#, &form)]);
            check(
                &gateway,
                &Draft::strict().claim("aud", audience.clone()),
                wanted,
            );
        }
    }
    let refused = ["audience-list"];
    check_forms(json!(RIGHT), &[], &[], &[]);
    check_forms(json!([RIGHT]), &refused, &[], &[]);
    check_forms(
        json!([RIGHT, "x"]),
        &refused,
        &refused,
        &["(audience-list)"],
    );
    check_forms(json!([]), &refused, &["audience"], &["audience"]);
    check_forms(json!(["x"]), &refused, &["audience"], &["audience"]);
    check_forms(json!(["x", "y"]), &refused, &["audience"], &["audience"]);
    check_forms(json!([7]), &refused, &["audience"], &["audience"]);
    check_forms(json!([RIGHT, 7]), &refused, &refused, &["audience"]);
}

#[test]
fn one_of_several_that_are_accepted() {
    let both = strict_with(&[(
        r#"audience-form = "single""#,
        r#"accepted-audiences = ["issuer", "token-endpoint"]"#,
    )]);
    check(&both, &Draft::strict(), &[]);
    let url = "https://test.example.com/oauth/token";
    check_words(
        &both,
        &Draft::strict().claim("aud", url),
        "(audience)",
        Some("\"https://test.example.com/oauth/token\""),
        "\"https://test.example.com/\"",
        Some("it is taken, and not what is advised"),
    );
    check_words(
        &both,
        &Draft::strict().claim("aud", "x.y"),
        "audience",
        Some("\"x.y\""),
        "\"https://test.example.com/\" or \"https://test.example.com/oauth/token\"",
        None,
    );
}

#[test]
fn two_texts_of_any_kind_can_be_compared() {
    let odd = [
        "",
        ":",
        "/",
        "://",
        "https://",
        "https://:443",
        "https://[::1]:8/x",
        "//",
        "?",
        "#?",
        "a:b@c",
        "https://ü.example/ß",
        "https://a//b//",
        "ḧ://",
        "\u{0}",
        "https://int.api.service.nhs.uk:/",
    ];
    let nhs = Gateway::builtin("nhs").unwrap();
    for audience in odd {
        let wanted = if audience.is_empty() {
            "audience-absent"
        } else {
            "audience"
        };
        check(&nhs, &Draft::nhs().claim("aud", audience), &[wanted]);
        let lists = strict_with(&[("audience-form = \"single\"", "audience-form = \"list\"")]);
        check(
            &lists,
            &Draft::strict().claim("aud", json!([audience])),
            &["audience"],
        );
    }
}

/// An audience of the caller's own goes before the file's only where the file leaves the server
/// open.
#[test]
fn an_audience_that_the_caller_states() {
    let check = |name: &str, stated: &str, sent: &str, wanted: &[&str]| {
        let gateway = Gateway::builtin(name).unwrap();
        let endpoint = gateway
            .endpoint(gateway.environment(None).unwrap())
            .with_token_endpoint(TokenEndpoint::new("https://auth.example.com/token").unwrap())
            .with_audience(stated)
            .build()
            .unwrap();
        let draft = Draft::nhs().claim("aud", sent);
        let lint = Lint::new(&gateway, &endpoint, NumericDate::from_seconds(NOW));
        let about_audience: Vec<String> = lint
            .check(&draft.jwt())
            .iter()
            .filter(|finding| finding.subject() == "aud")
            .map(|finding| format!("{} {}", finding.severity().name(), finding.rule()))
            .collect();
        assert_eq!(about_audience, wanted, "{name}: {stated} and {sent}");
    };
    check("generic", "urn:mine", "urn:mine", &[]);
    check("generic", "urn:mine", "urn:other", &["refused audience"]);
    check("nhs", "urn:mine", "urn:mine", &["refused audience"]);
    check("nhs", "urn:mine", "urn:other", &["refused audience"]);
}
