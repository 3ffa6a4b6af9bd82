use serde_json::{Value, json};
use tokenring_assertion::NumericDate;
use tokenring_gateway::{Gateway, Lint, Remedy, Rule};

use super::{Draft, NOW, check, check_words, lint, open_endpoint, strict, strict_with};

/// Without `iat`, which has rules of its own.
fn counted_from_receipt() -> Gateway {
    strict_with(&[
        (
            r#"lifetime-counts-from = "issue""#,
            r#"lifetime-counts-from = "receipt""#,
        ),
        (r#""exp", "iat", "nbf""#, r#""exp""#),
    ])
}

pub(super) fn draft() -> Draft {
    Draft::strict().without_claim("iat").without_claim("nbf")
}

#[test]
fn an_expiry_in_the_past() {
    let gateway = counted_from_receipt();
    check(&gateway, &draft().claim("exp", NOW + 1), &[]);
    // Leeway is 5 s; what lives on it is worth a word.
    check_words(
        &gateway,
        &draft().claim("exp", NOW),
        "(expired)",
        Some("1700000000"),
        "a time after 1700000000",
        Some("it expires at this very second"),
    );
    check(&gateway, &draft().claim("exp", NOW - 5), &["(expired)"]);
    check_words(
        &gateway,
        &draft().claim("exp", NOW - 6),
        "expired",
        Some("1699999994"),
        "a time after 1700000000",
        Some("it expired 6 s ago"),
    );
    check_words(
        &gateway,
        &draft().claim("exp", NOW - 7200),
        "expired",
        Some("1699992800"),
        "a time after 1700000000",
        Some("it expired 7200 s (2 h) ago"),
    );
    check(&gateway, &draft().claim("exp", 0), &["expired"]);
    check(&gateway, &draft().claim("exp", -1), &["expired"]);
}

/// Hydra reads a 0 as no date.
#[test]
fn an_expiry_of_zero_that_counts_as_absent() {
    let form = r#"dates = "number-else-absent""#;
    let gateway = strict_with(&[(r#"dates = "integer""#, form)]);
    for zero in [json!(0), json!(0.0), json!(-0.0)] {
        check(
            &gateway,
            &Draft::strict().claim("exp", zero),
            &["(expiry-form)"],
        );
    }
    check(&gateway, &Draft::strict().claim("exp", -1), &["expired"]);
    check(&strict(), &Draft::strict().claim("exp", 0), &["expired"]);
}

#[test]
fn nhs_forgives_no_second_of_the_past() {
    let nhs = Gateway::builtin("nhs").unwrap();
    check(&nhs, &Draft::nhs().claim("exp", NOW + 1), &[]);
    check(&nhs, &Draft::nhs().claim("exp", NOW), &["(expired)"]);
    check(&nhs, &Draft::nhs().claim("exp", NOW - 1), &["expired"]);
}

#[test]
fn a_lifetime_counted_from_receipt() {
    // 120 s, and 7 s of leeway.
    let gateway = counted_from_receipt();
    check(&gateway, &draft().claim("exp", NOW + 117), &[]);
    // A limit that is met exactly is no doubt.
    check(&gateway, &draft().claim("exp", NOW + 120), &[]);
    check(
        &gateway,
        &draft().claim("exp", NOW + 121),
        &["(expiry-too-late)"],
    );
    check_words(
        &gateway,
        &draft().claim("exp", NOW + 127),
        "(expiry-too-late)",
        Some("1700000127"),
        "at most 120 s after now",
        Some("it is 7 s over the limit, which the server forgives"),
    );
    check_words(
        &gateway,
        &draft().claim("exp", NOW + 128),
        "expiry-too-late",
        Some("1700000128"),
        "at most 120 s after now",
        Some("it is 128 s after now"),
    );
    check_words(
        &gateway,
        &draft().claim("exp", 1_700_000_060_000_u64),
        "expiry-too-late",
        Some("1700000060000"),
        "at most 120 s after now",
        Some("this looks like milliseconds"),
    );
}

#[test]
fn nhs_lets_ten_seconds_more_pass_than_it_says() {
    let nhs = Gateway::builtin("nhs").unwrap();
    check(&nhs, &Draft::nhs().claim("exp", NOW + 300), &[]);
    check_words(
        &nhs,
        &Draft::nhs().claim("exp", NOW + 305),
        "(expiry-too-late)",
        Some("1700000305"),
        "at most 300 s after now",
        Some("it is 5 s over the limit, which the server forgives"),
    );
    check(
        &nhs,
        &Draft::nhs().claim("exp", NOW + 310),
        &["(expiry-too-late)"],
    );
    check(
        &nhs,
        &Draft::nhs().claim("exp", NOW + 311),
        &["expiry-too-late"],
    );
}

#[test]
fn a_lifetime_counted_from_issue() {
    let strict = strict();
    let at = |iat: u64, exp: u64| Draft::strict().claim("iat", iat).claim("exp", exp);
    check(&strict, &at(NOW, NOW + 120), &[]);
    check(&strict, &at(NOW - 60, NOW + 60), &[]);
    check_words(
        &strict,
        &at(NOW - 60, NOW + 67),
        "(expiry-too-late)",
        Some("1700000067"),
        "at most 120 s after iat",
        Some("it is 7 s over the limit, which the server forgives"),
    );
    check(&strict, &at(NOW - 60, NOW + 68), &["expiry-too-late"]);
    // With iat in milliseconds nothing is over.
    check(&strict, &at(NOW * 1000, NOW + 60), &["issued-in-future"]);
    // Without an iat to count from, the moment counts.
    let optional = strict_with(&[(r#""exp", "iat", "nbf""#, r#""exp""#)]);
    check(
        &optional,
        &draft().claim("exp", NOW + 128),
        &["expiry-too-late"],
    );
}

#[test]
fn a_lifetime_without_iat() {
    // As Keycloak has it: no limit with iat, 60 s without.
    let gateway = strict_with(&[
        (
            "maximum-lifetime-seconds = 120\nlifetime-counts-from = \"issue\"",
            "maximum-lifetime-without-iat-seconds = 60",
        ),
        (r#""exp", "iat", "nbf""#, r#""exp""#),
    ]);
    check(&gateway, &draft().claim("exp", NOW + 57), &[]);
    let rule = "expiry-too-late-without-issued-at";
    check(
        &gateway,
        &draft().claim("exp", NOW + 67),
        &[&format!("({rule})")],
    );
    check(&gateway, &draft().claim("exp", NOW + 68), &[rule]);
    check(&gateway, &Draft::strict().claim("exp", NOW + 3000), &[]);
    check(
        &gateway,
        &Draft::strict().claim("exp", NOW * 1000),
        &["(expiry-too-late)"],
    );
}

#[test]
fn issued_in_the_future() {
    let strict = strict();
    let at = |iat: u64| Draft::strict().claim("iat", iat);
    check(&strict, &at(NOW + 10), &[]);
    check_words(
        &strict,
        &at(NOW + 11),
        "issued-in-future",
        Some("1700000011"),
        "seconds, at the latest 1700000000",
        Some("it is 11 s ahead"),
    );
    check_words(
        &strict,
        &at(NOW * 1000),
        "issued-in-future",
        Some("1700000000000"),
        "seconds, at the latest 1700000000",
        Some("this looks like milliseconds"),
    );
    let unchecked = strict_with(&[("issued-at = 10\n", "")]);
    check(&unchecked, &at(NOW + 60), &[]);
    // A clock may be a minute fast where nobody looks; more is a fault all the same.
    check_words(
        &unchecked,
        &at(NOW + 61),
        "(issued-in-future)",
        Some("1700000061"),
        "seconds, at the latest 1700000000",
        Some("it is 61 s ahead"),
    );
    check(&unchecked, &at(NOW * 1000), &["(issued-in-future)"]);
    for name in ["nhs", "dpc", "epic", "smart"] {
        let gateway = Gateway::builtin(name).unwrap();
        let about_issue = |iat: u64| {
            let endpoint = open_endpoint(&gateway);
            let lint = Lint::new(&gateway, &endpoint, NumericDate::from_seconds(NOW));
            let findings = lint.check(&Draft::nhs().claim("iat", iat).jwt());
            let found = findings.iter().find(|finding| finding.subject() == "iat");
            found.map(|finding| finding.rule())
        };
        assert_eq!(about_issue(NOW), None, "{name}");
        for iat in [NOW + 5000, NOW * 1000] {
            assert_eq!(about_issue(iat), Some(Rule::IssuedInFuture), "{name}");
        }
    }
}

/// A limit that is missed by a second is missed visibly.
#[test]
fn spans_are_told_to_the_second() {
    let nhs = Gateway::builtin("nhs").unwrap();
    let check_lifetime = |lifetime: u64, words: &str| {
        check_words(
            &nhs,
            &Draft::nhs().claim("exp", NOW + lifetime),
            "expiry-too-late",
            Some(&(NOW + lifetime).to_string()),
            "at most 300 s after now",
            Some(words),
        );
    };
    check_lifetime(320, "it is 320 s after now");
    check_lifetime(3601, "it is 3601 s after now");
    check_lifetime(7261, "it is 7261 s (2 h) after now");
    check_lifetime(2 * 86_400 + 1, "it is 172801 s (2 days) after now");
}

/// Whatever the gateway's file advises about clocks and lifetimes: it is the unit.
#[test]
fn milliseconds_are_mended_by_a_division() {
    let nhs = Gateway::builtin("nhs").unwrap();
    for (gateway, draft) in [(nhs, Draft::nhs()), (strict(), Draft::strict())] {
        for claim in ["exp", "iat", "nbf"] {
            let findings = lint(&gateway, &draft.clone().claim(claim, NOW * 1000));
            assert_eq!(findings.len(), 1, "{findings:#?}");
            let wanted = Remedy::WriteDateInSeconds {
                claim,
                divisor: 1000,
            };
            assert_eq!(findings[0].remedy(), &wanted);
        }
    }
}

#[test]
fn issued_too_long_ago() {
    let strict = strict();
    let at = |iat: u64| Draft::strict().claim("iat", iat);
    check(&strict, &at(NOW - 60), &[]);
    check_words(
        &strict,
        &at(NOW - 91).claim("exp", NOW + 1),
        "too-old",
        Some("1699999909"),
        "at most 90 s ago",
        Some("it was 91 s ago"),
    );
    check(&strict, &at(NOW - 90).claim("exp", NOW + 1), &[]);
}

#[test]
fn not_valid_yet() {
    let strict = strict();
    check(&strict, &Draft::strict().claim("nbf", NOW + 20), &[]);
    check_words(
        &strict,
        &Draft::strict().claim("nbf", NOW + 21),
        "not-yet-valid",
        Some("1700000021"),
        "seconds, at the latest 1700000000",
        Some("it is 21 s ahead"),
    );
}

#[test]
fn the_forms_of_a_date() {
    #[track_caller]
    fn check_forms(value: Value, integer: &[&str], number: &[&str], text: &[&str]) {
        let forms = [
            ("integer", integer),
            ("number", number),
            ("number-or-text", text),
        ];
        for (form, wanted) in forms {
            let form = format!("dates = \"{form}\"");
            let gateway = strict_with(&[("dates = \"integer\"", &form)]);
            check(
                &gateway,
                &Draft::strict().claim("exp", value.clone()),
                wanted,
            );
        }
    }
    let (refused, doubtful) = (["expiry-form"], ["(expiry-form)"]);
    check_forms(json!(1_700_000_060), &[], &[], &[]);
    check_forms(json!(1_700_000_060.5), &refused, &[], &[]);
    check_forms(json!("1700000060"), &refused, &refused, &doubtful);
    for bad in [
        json!("ES512"),
        json!(" 1700000060"),
        json!("1700000060.5"),
        json!("+1700000060"),
        json!("0000001700000060"),
        json!(true),
        json!([1_700_000_060]),
        json!({}),
    ] {
        check_forms(bad, &refused, &refused, &refused);
    }
    let absent = ["expiry-absent"];
    check_forms(json!(""), &absent, &absent, &absent);
    check_forms(Value::Null, &absent, &absent, &absent);
}

#[test]
fn dates_that_need_not_be_there_need_the_right_form() {
    let gateway = counted_from_receipt();
    for bad in [json!("1700000000"), Value::Null, json!(1.5), json!("")] {
        check(
            &gateway,
            &draft().claim("iat", bad.clone()),
            &["issued-at-form"],
        );
        check(&gateway, &draft().claim("nbf", bad), &["not-before-form"]);
    }
}

#[test]
fn what_a_text_in_place_of_a_date_is() {
    let wanted = "a JSON number of seconds since 1970, without a fraction";
    check_words(
        &strict(),
        &Draft::strict().claim("exp", "1700000060"),
        "expiry-form",
        Some("\"1700000060\""),
        wanted,
        Some("a text: the number stands in quotes"),
    );
    check_words(
        &strict(),
        &Draft::strict().claim("exp", "in five minutes"),
        "expiry-form",
        Some("\"in five minutes\""),
        wanted,
        Some("a text without a number of seconds"),
    );
    check_words(
        &strict(),
        &Draft::strict().claim("iat", 1_699_999_999.5),
        "issued-at-form",
        Some("1699999999.5"),
        wanted,
        Some("a fraction or an exponent"),
    );
}
