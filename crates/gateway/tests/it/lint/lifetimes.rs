use super::dates::draft;
use super::{NOW, check, check_words, strict_with};

/// Epic's rule: five minutes from receipt, from `iat` and from `nbf`.
#[test]
fn a_lifetime_that_counts_from_several_moments() {
    let gateway = strict_with(&[
        (
            r#"lifetime-counts-from = "issue""#,
            r#"lifetime-counts-from = ["receipt", "issue", "not-before"]"#,
        ),
        ("maximum-age-seconds = 90\n", ""),
        (r#""exp", "iat", "nbf""#, r#""exp""#),
    ]);
    let ends = |expiry: u64| draft().claim("exp", expiry);
    check(&gateway, &ends(NOW + 100), &[]);
    check(&gateway, &ends(NOW + 128), &["expiry-too-late"]);
    let issued = |date: u64| ends(NOW + 100).claim("iat", date);
    check(&gateway, &issued(NOW - 20), &[]);
    check(&gateway, &issued(NOW - 24), &["(expiry-too-late)"]);
    check_words(
        &gateway,
        &issued(NOW - 28),
        "expiry-too-late",
        Some("1700000100"),
        "at most 120 s after iat",
        Some("it is 128 s after iat"),
    );
    check_words(
        &gateway,
        &issued(NOW).claim("nbf", NOW - 28),
        "expiry-too-late",
        Some("1700000100"),
        "at most 120 s after nbf",
        Some("it is 128 s after nbf"),
    );
}
