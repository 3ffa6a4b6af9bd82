use serde_json::{Value, json};
use tokenring_assertion::NumericDate;
use tokenring_gateway::{Lint, UnverifiedJwt};

use super::{Draft, NOW, encode, endpoint, lint, strict_with};

/// Whatever a date is instead of one, the advice is about that.
#[test]
fn advice_is_about_what_a_date_is() {
    #[track_caller]
    fn check(form: &str, claim: &str, value: Value, detail: &str, remedy: &str) {
        let form = format!("dates = \"{form}\"");
        let gateway = strict_with(&[("dates = \"integer\"", &form)]);
        let findings = lint(&gateway, &Draft::strict().claim(claim, value.clone()));
        let finding = findings.iter().find(|finding| finding.subject() == claim);
        let finding = finding.unwrap_or_else(|| panic!("{value}: {findings:?}"));
        assert_eq!(finding.detail(), Some(detail), "{claim} {value}");
        assert_eq!(finding.remedy().to_string(), remedy, "{claim} {value}");
    }
    let set = |claim: &str| format!("Set {claim} to a time in seconds since 1970.");
    let zero = "0 is the beginning of 1970: it was probably never set";
    let quotes = "Write it as a JSON number, without quotes.";
    check("integer", "exp", json!(0), zero, &set("exp"));
    check(
        "number-else-absent",
        "exp",
        json!(0),
        "the gateway reads 0 as no date",
        "Set exp; lifetime says how many seconds ahead.",
    );
    check("integer", "exp", json!(-5), "before 1970", &set("exp"));
    check(
        "integer",
        "exp",
        json!(300),
        "this looks like a duration: it counts from 1970",
        &set("exp"),
    );
    for claim in ["exp", "iat", "nbf"] {
        for (value, unit, divisor) in [
            (json!(NOW * 1000), "milliseconds", 1_000),
            (json!(NOW * 1_000_000), "microseconds", 1_000_000),
            (json!(NOW * 1_000_000_000), "nanoseconds", 1_000_000_000),
        ] {
            let detail = format!("this looks like {unit}");
            let remedy = format!("Divide {claim} by {divisor}: dates are in seconds.");
            check("integer", claim, value, &detail, &remedy);
        }
        for value in [json!(9_000_000_000_000_000_000_u64), json!(1e13)] {
            let detail = "too large for a date, in whatever unit";
            check("number", claim, value, detail, &set(claim));
        }
        check(
            "integer",
            claim,
            json!(1_700_000_000.5),
            "a fraction or an exponent",
            "Write it as a whole number, without a fraction or an exponent.",
        );
        for number in ["1700000000", "1700000000000000000"] {
            check(
                "integer",
                claim,
                json!(number),
                "a text: the number stands in quotes",
                quotes,
            );
        }
        check(
            "integer",
            claim,
            json!("2023-11-14T22:13:20Z"),
            "a text without a number of seconds",
            "Write it as a JSON number of seconds since 1970.",
        );
    }
}

/// An integer that no integer type holds is no fraction.
#[test]
fn a_very_large_integer() {
    #[track_caller]
    fn check(form: &str, written: &str, detail: &str, remedy: &str) {
        let form = format!("dates = \"{form}\"");
        let gateway = strict_with(&[("dates = \"integer\"", &form)]);
        let Draft { header, claims } = Draft::strict();
        let claims = claims.to_string();
        let claims = claims.replace(
            &format!("\"exp\":{}", NOW + 60),
            &format!("\"exp\":{written}"),
        );
        let parts = [header.to_string(), claims].map(encode);
        let jwt = format!("{}.{}", parts.join("."), encode([7; 512]));
        let jwt = UnverifiedJwt::decode(jwt).unwrap();
        let endpoint = endpoint(&gateway);
        let lint = Lint::new(&gateway, &endpoint, NumericDate::from_seconds(NOW));
        let findings = lint.check(&jwt);
        let finding = findings.iter().find(|finding| finding.subject() == "exp");
        let finding = finding.unwrap_or_else(|| panic!("{written}: {findings:?}"));
        assert_eq!(finding.found(), Some(written));
        assert_eq!(finding.detail(), Some(detail), "{written}");
        assert_eq!(finding.remedy().to_string(), remedy, "{written}");
    }
    let large = "too large for a date, in whatever unit";
    let set = "Set exp to a time in seconds since 1970.";
    for form in ["integer", "number"] {
        check(form, "99999999999999999999", large, set);
    }
    let fraction = "a fraction or an exponent";
    let round = "Write it as a whole number, without a fraction or an exponent.";
    check("integer", "1e20", fraction, round);
    check("integer", "99999999999999999999.0", fraction, round);
}
