//! What a file lists as unknown is neither nothing nor certain; what it says is taken is no doubt.

use serde_json::json;
use tokenring_gateway::{Gateway, Severity};

use super::{Draft, NOW, STRICT, lint};

/// [`STRICT`] with other lines in place of some, and a fact that nobody knows.
fn gateway(about: Option<&str>, lines: &[(&str, &str)]) -> Gateway {
    let mut text = STRICT.to_owned();
    for (old, new) in lines {
        assert!(text.contains(old), "{old}");
        text = text.replacen(old, new, 1);
    }
    if let Some(about) = about {
        text = format!("{text}\n[[unknown]]\nabout = \"{about}\"\ntext = \"It is.\"\n");
    }
    Gateway::parse(&text, "strict.toml").unwrap()
}

/// Expects one finding of this severity, or none.
#[track_caller]
fn check(gateway: &Gateway, draft: &Draft, wanted: Option<Severity>) {
    let findings = lint(gateway, draft);
    let found: Vec<Severity> = findings.iter().map(|finding| finding.severity()).collect();
    assert_eq!(found, Vec::from_iter(wanted), "{findings:#?}");
}

const DOUBTFUL: Option<Severity> = Some(Severity::Doubtful);
const REFUSED: Option<Severity> = Some(Severity::Refused);
const ADVISED: Option<Severity> = Some(Severity::Advised);

const NO_LEEWAY: [(&str, &str); 4] = [
    ("expiry = 5\n", ""),
    ("lifetime = 7\n", ""),
    ("issued-at = 10\n", "issued-at = 0\n"),
    ("not-before = 20\n", ""),
];

#[test]
fn a_leeway_that_is_unknown_is_five_seconds_at_least() {
    for about in [
        "assertion.leeway-seconds",
        "assertion.leeway-seconds.not-before",
    ] {
        let gateway = gateway(Some(about), &NO_LEEWAY);
        let ahead = |seconds| Draft::strict().claim("nbf", NOW + seconds);
        check(&gateway, &ahead(5), None);
        check(&gateway, &ahead(6), DOUBTFUL);
        check(&gateway, &ahead(300), DOUBTFUL);
        check(&gateway, &ahead(301), REFUSED);
        assert!(lint(&gateway, &ahead(6))[0].is_unknown());
    }
    let known = gateway(None, &NO_LEEWAY);
    check(&known, &Draft::strict().claim("nbf", NOW + 1), REFUSED);
    let stated = gateway(Some("assertion.leeway-seconds"), &[]);
    check(&stated, &Draft::strict().claim("nbf", NOW + 20), None);
    check(&stated, &Draft::strict().claim("nbf", NOW + 21), DOUBTFUL);
}

/// RFC 7519, section 4.1.4: what is past its end must not be accepted.
#[test]
fn an_expiry_is_forgiven_no_more_than_five_seconds() {
    let gateway = gateway(Some("assertion.leeway-seconds"), &NO_LEEWAY);
    let ago = |seconds| {
        Draft::strict()
            .claim("iat", NOW - 60)
            .claim("exp", NOW - seconds)
    };
    check(&gateway, &ago(5), DOUBTFUL);
    check(&gateway, &ago(6), REFUSED);
}

#[test]
fn an_issue_date_ahead() {
    let gateway = gateway(Some("assertion.leeway-seconds"), &NO_LEEWAY);
    let ahead = |seconds| {
        Draft::strict()
            .claim("iat", NOW + seconds)
            .claim("exp", NOW + 60)
    };
    check(&gateway, &ahead(5), None);
    check(&gateway, &ahead(6), DOUBTFUL);
    let far = Draft::strict()
        .claim("iat", NOW + 301)
        .claim("exp", NOW + 400);
    check(&gateway, &far, REFUSED);
}

#[test]
fn a_type_of_which_nobody_knows_what_becomes() {
    let checked = [(r#"typ-rule = "required""#, r#"typ-rule = "checked""#)];
    let known = gateway(None, &checked);
    let unknown = gateway(Some("assertion.typ"), &checked);
    let absent = Draft::strict().without_header("typ");
    let other = Draft::strict().header("typ", "at+jwt");
    check(&known, &absent, None);
    check(&known, &other, REFUSED);
    check(&unknown, &absent, DOUBTFUL);
    check(&unknown, &other, DOUBTFUL);
}

#[test]
fn limits_and_forms() {
    let list = Draft::strict().claim("aud", json!(["https://test.example.com/", "https://x"]));
    check(&gateway(None, &[]), &list, REFUSED);
    check(
        &gateway(Some("assertion.audience-form"), &[]),
        &list,
        DOUBTFUL,
    );
    let late = Draft::strict().claim("exp", NOW + 128);
    check(&gateway(None, &[]), &late, REFUSED);
    let unknown = gateway(Some("assertion.maximum-lifetime-seconds"), &[]);
    check(&unknown, &late, DOUBTFUL);
    check(&unknown, &Draft::strict().claim("exp", NOW + 120), None);
}

#[test]
fn forms_of_dates_that_the_file_names() {
    let fraction = Draft::strict().claim("exp", 1_700_000_060.5);
    let text = Draft::strict().claim("exp", "1700000060");
    let form = r#"dates = "integer""#;
    check(
        &gateway(None, &[(form, r#"dates = "number""#)]),
        &fraction,
        None,
    );
    check(&gateway(None, &[(form, "")]), &fraction, DOUBTFUL);
    let both = [(form, r#"dates = "number-or-text""#)];
    check(&gateway(None, &both), &fraction, None);
    check(&gateway(None, &both), &text, ADVISED);
    check(&gateway(Some("assertion.dates"), &both), &text, DOUBTFUL);
    // Digits alone are a date.
    let other = Draft::strict().claim("exp", "1700000060.5");
    check(&gateway(None, &both), &other, REFUSED);
}

#[test]
fn a_lifetime_without_a_limit() {
    let limit = "maximum-lifetime-seconds = 120\n";
    let open = gateway(None, &[(limit, "")]);
    let unlimited = gateway(None, &[(limit, "unlimited-lifetime = true\n")]);
    let milliseconds = Draft::strict().claim("exp", (NOW + 60) * 1_000);
    check(&open, &milliseconds, DOUBTFUL);
    check(&unlimited, &milliseconds, ADVISED);
    let microseconds = Draft::strict().claim("exp", (NOW + 60) * 1_000_000);
    check(&unlimited, &microseconds, DOUBTFUL);
    check(
        &unlimited,
        &Draft::strict().claim("exp", NOW + 90_000),
        None,
    );
}

#[test]
fn an_algorithm_that_is_advised() {
    let algorithms = r#"algorithms = ["RS256", "ES256"]"#;
    let advised = format!("{algorithms}\nadvised-algorithms = [\"ES256\"]");
    let gateway = gateway(None, &[(algorithms, &advised)]);
    check(&gateway, &Draft::strict(), ADVISED);
    check(&gateway, &Draft::strict().header("alg", "PS256"), REFUSED);
    let finding = &lint(&gateway, &Draft::strict())[0];
    assert_eq!(finding.wanted(), "ES256");
}
