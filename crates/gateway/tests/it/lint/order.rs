use tokenring_gateway::{Gateway, Remedy};

use super::{Draft, NOW, STRICT, check, lint, strict};

const REFUSALS: &str = r#"
[sources]
"assertion.typ-rule" = "the portal's page on headers"
assertion = "the portal's page on assertions"

[[refusals]]
rule = "expired"
status = 400
remedy = "Set the clock."

[[refusals]]
rule = "issuer-not-subject"
status = 400

[[refusals]]
rule = "type"
status = 400

[[refusals]]
rule = "audience"
status = 401
"#;

fn listed() -> Gateway {
    Gateway::parse(&format!("{STRICT}{REFUSALS}"), "strict.toml").unwrap()
}

fn bad() -> Draft {
    Draft::strict()
        .without_claim("aud")
        .without_header("typ")
        .without_claim("sub")
        .without_claim("jti")
        .claim("exp", NOW - 30)
        .header("alg", "HS256")
}

#[test]
fn the_rules_of_the_file_come_first_and_in_its_order() {
    check(
        &listed(),
        &bad(),
        &[
            "expired",
            "subject-absent",
            "type",
            "audience-absent",
            "algorithm",
            "jwt-id-absent",
        ],
    );
    check(
        &strict(),
        &bad(),
        &[
            "algorithm",
            "type",
            "subject-absent",
            "audience-absent",
            "expired",
            "jwt-id-absent",
        ],
    );
}

#[test]
fn what_is_doubtful_comes_behind_what_is_refused() {
    let draft = Draft::strict().claim("exp", NOW - 2).claim("purpose", "");
    check(&strict(), &draft, &["claim-absent", "(expired)"]);
}

#[test]
fn source_and_remedy_are_the_files_own_where_it_has_any() {
    let findings = lint(&listed(), &bad());
    assert_eq!(
        findings[0].remedy(),
        &Remedy::Stated("Set the clock.".into())
    );
    assert_eq!(findings[0].source(), "the portal's page on assertions");
    assert_eq!(findings[2].source(), "the portal's page on headers");
    assert!(matches!(findings[2].remedy(), Remedy::SetType { .. }));
    let findings = lint(&strict(), &bad());
    assert_eq!(findings[0].source(), "RFC 7515 section 4.1.1");
}

#[test]
fn a_finding_in_one_line() {
    let findings = lint(
        &strict(),
        &Draft::strict().claim("aud", "https://test.example.com"),
    );
    assert_eq!(
        findings[0].to_string(),
        "aud is \"https://test.example.com\", wanted: \"https://test.example.com/\" \
         (the slash at its end is missing)"
    );
    let findings = lint(&strict(), &Draft::strict().without_header("typ"));
    assert_eq!(findings[0].to_string(), "typ is missing, wanted: JWT");
}
