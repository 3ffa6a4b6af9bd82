//! The four faults of a guide for .NET that tells how to make an assertion for NHS England, each
//! by itself and all together. The expected order is that of the server's own checks.

use serde_json::json;
use tokenring_gateway::Gateway;

use super::{Draft, NOW, check, check_words, lint};

fn nhs() -> Gateway {
    Gateway::builtin("nhs").unwrap()
}

#[test]
fn a_header_with_nothing_but_kid() {
    // The library adds typ only where no headers of one's own are passed.
    check_words(
        &nhs(),
        &Draft::nhs().without_header("typ"),
        "type",
        None,
        "JWT",
        None,
    );
}

#[test]
fn a_misspelt_jti() {
    check_words(
        &nhs(),
        &Draft::nhs().without_claim("jti").claim("jit", "one"),
        "jwt-id-absent",
        None,
        "a text that is new each time",
        Some("the claim `jit` may be meant for it"),
    );
}

#[test]
fn claims_without_a_subject() {
    check_words(
        &nhs(),
        &Draft::nhs().without_claim("sub"),
        "subject-absent",
        None,
        "the same as iss",
        None,
    );
}

#[test]
fn claims_that_are_all_texts() {
    check_words(
        &nhs(),
        &Draft::nhs().claim("exp", (NOW + 150).to_string()),
        "expiry-form",
        Some("\"1700000150\""),
        "a JSON number of seconds since 1970, without a fraction",
        Some("a text: the number stands in quotes"),
    );
}

#[test]
fn the_placeholders_of_the_sample() {
    let draft = Draft::nhs().claim("aud", "JWT").claim("exp", "ES512");
    check(&nhs(), &draft, &["expiry-form", "audience"]);
    let findings = lint(&nhs(), &draft);
    assert_eq!(findings[0].found(), Some("\"ES512\""));
    assert_eq!(
        findings[0].detail(),
        Some("the name of an algorithm: a placeholder that was left in")
    );
    assert_eq!(findings[1].found(), Some("\"JWT\""));
    assert_eq!(
        findings[1].detail(),
        Some("that is no URL: perhaps a placeholder that was left in")
    );
}

#[test]
fn the_guide_as_it_is_followed() {
    let draft = Draft {
        header: json!({"alg": "ES512", "kid": "TST_Staging"}),
        claims: json!({"aud": "JWT", "exp": "ES512", "iss": "api-key", "jit": "TST_Staging"}),
    };
    check(
        &nhs(),
        &draft,
        &[
            "algorithm",
            "type",
            "expiry-form",
            "subject-absent",
            "jwt-id-absent",
            "audience",
            "signature",
        ],
    );
}
