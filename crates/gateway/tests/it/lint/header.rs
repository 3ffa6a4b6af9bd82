use serde_json::{Value, json};
use tokenring_gateway::{Gateway, Rule, Severity};

use super::{Draft, check, check_words, lint, strict, strict_with};

#[test]
fn algorithms_other_than_the_gateways() {
    #[track_caller]
    fn check(value: impl Into<Value>, found: &str, detail: Option<&str>) {
        let draft = Draft::strict().header("alg", value);
        check_words(
            &strict(),
            &draft,
            "algorithm",
            Some(found),
            "RS256 or ES256",
            detail,
        );
    }
    check("RS512", "\"RS512\"", None);
    check("none", "\"none\"", Some("that is no signature at all"));
    check(
        "HS256",
        "\"HS256\"",
        Some("that is made with a shared secret, not with a private key"),
    );
    check(
        "rs256",
        "\"rs256\"",
        Some("names are case-sensitive: RS256"),
    );
    check("", "\"\"", None);
    check(json!(["RS256"]), "[\"RS256\"]", None);
    check(Value::Null, "null", None);
    let draft = Draft::strict().without_header("alg");
    check_words(&strict(), &draft, "algorithm", None, "RS256 or ES256", None);
}

#[test]
fn a_critical_extension_is_refused_whatever_it_says() {
    for value in [json!(["b64"]), json!([]), Value::Null] {
        check(
            &strict(),
            &Draft::strict().header("crit", value),
            &["critical-extension"],
        );
    }
    let ignoring = strict_with(&[("[assertion]", "[assertion]\ncrit-ignored = true")]);
    let draft = Draft::strict().header("crit", json!(["b64"]));
    check(&ignoring, &draft, &[]);
}

#[test]
fn a_required_type() {
    let strict = strict();
    for good in ["JWT", "jwt", "Jwt"] {
        check(&strict, &Draft::strict().header("typ", good), &[]);
    }
    check_words(
        &strict,
        &Draft::strict().header("typ", "client-authentication+jwt"),
        "type",
        Some("\"client-authentication+jwt\""),
        "JWT",
        Some("that is the typ of RFC 10070, which servers of the older form refuse"),
    );
    check_words(
        &strict,
        &Draft::strict().header("typ", "at+jwt"),
        "type",
        Some("\"at+jwt\""),
        "JWT",
        Some("that is the typ of an access token"),
    );
    check_words(
        &strict,
        &Draft::strict().without_header("typ"),
        "type",
        None,
        "JWT",
        None,
    );
    for bad in [
        json!(""),
        json!(null),
        json!(7),
        json!(["JWT"]),
        json!("application/jwt"),
    ] {
        check(&strict, &Draft::strict().header("typ", bad), &["type"]);
    }
}

#[test]
fn a_checked_type_may_be_absent_and_an_ignored_one_anything() {
    let checked = strict_with(&[(r#"typ-rule = "required""#, r#"typ-rule = "checked""#)]);
    check(&checked, &Draft::strict(), &[]);
    check(&checked, &Draft::strict().header("typ", "other"), &["type"]);
    check(
        &checked,
        &Draft::strict().header("typ", Value::Null),
        &["type"],
    );
    check(&checked, &Draft::strict().without_header("typ"), &[]);

    let ignored = strict_with(&[
        (r#"typ-rule = "required""#, r#"typ-rule = "ignored""#),
        ("accepted-types = [\"JWT\"]\n", ""),
    ]);
    check(&ignored, &Draft::strict(), &[]);
    check(&ignored, &Draft::strict().without_header("typ"), &[]);
    for odd in [json!("other"), json!(7), Value::Null] {
        check(&ignored, &Draft::strict().header("typ", odd), &[]);
    }
}

#[test]
fn the_type_of_the_wrong_world() {
    let rfc10070 = Gateway::builtin("rfc10070").unwrap();
    let environment = rfc10070.environment(None).unwrap();
    let endpoint = rfc10070
        .endpoint(environment)
        .with_issuer("https://test.example.com/");
    let endpoint = endpoint.build().unwrap();
    let now = tokenring_assertion::NumericDate::from_seconds(super::NOW);
    let lint = tokenring_gateway::Lint::new(&rfc10070, &endpoint, now);
    let findings = lint.check(&Draft::strict().jwt());
    let of_type = findings
        .iter()
        .find(|finding| finding.subject() == "typ")
        .unwrap();
    assert_eq!(of_type.found(), Some("\"JWT\""));
    assert_eq!(of_type.wanted(), "client-authentication+jwt or *+jwt");
    assert_eq!(of_type.severity(), Severity::Advised);
    assert_eq!(
        of_type.detail(),
        Some("that is the typ of the older form, from before RFC 10070")
    );
}

#[test]
fn a_required_key_id() {
    for bad in [
        json!(""),
        json!(0),
        json!(false),
        Value::Null,
        json!(5),
        json!(["a"]),
    ] {
        check(
            &strict(),
            &Draft::strict().header("kid", bad),
            &["key-id-absent"],
        );
    }
    check_words(
        &strict(),
        &Draft::strict()
            .without_header("kid")
            .header("x5t", "c2hhMQ"),
        "key-id-absent",
        None,
        "the name of the registered key",
        Some("x5t is there, which this gateway doesn't read"),
    );
}

#[test]
fn a_key_id_that_need_not_be_there_has_to_be_a_text() {
    let optional = strict_with(&[("id-required = true", "id-required = false")]);
    check(&optional, &Draft::strict().without_header("kid"), &[]);
    for bad in [json!(""), json!(5), Value::Null] {
        check(
            &optional,
            &Draft::strict().header("kid", bad),
            &["unknown-key-id"],
        );
    }
    let some = strict_with(&[("id-required = true", "algorithms-without-id = [\"ES256\"]")]);
    check(
        &some,
        &Draft::strict().without_header("kid"),
        &["key-id-absent"],
    );
    check(&some, &Draft::strict(), &[]);
}

#[test]
fn a_certificate_names_the_key() {
    let gateway = strict_with(&[(
        r#"id-scheme = "free-text""#,
        "id-scheme = \"x5t-s256\"\nid-alternatives = [\"x5c\"]",
    )]);
    let draft = Draft::strict().without_header("kid");
    let hash = "A".repeat(43);
    check(
        &gateway,
        &draft.clone().header("x5t#S256", hash.as_str()),
        &[],
    );
    // Either alphabet of base64, with padding or without.
    for plain in [hash.clone() + "=", "+/v7".repeat(10) + "+/s"] {
        check(&gateway, &draft.clone().header("x5t#S256", plain), &[]);
    }
    let with_sha1 = strict_with(&[(
        r#"id-scheme = "free-text""#,
        "id-scheme = \"x5t-s256\"\nid-alternatives = [\"x5t\"]",
    )]);
    for sha1 in ["A".repeat(27), "A".repeat(27) + "="] {
        check(&with_sha1, &draft.clone().header("x5t", sha1), &[]);
    }
    let odd = draft.clone().header("x5t", "A".repeat(26));
    check(&with_sha1, &odd, &["key-id-absent"]);
    check(&gateway, &draft.clone().header("x5c", json!(["MIIB"])), &[]);
    for (name, bad) in [
        ("x5t#S256", json!("A".repeat(42))),
        ("x5t#S256", json!("+".repeat(43))),
        ("x5c", json!([])),
        ("x5c", json!("MIIB")),
        ("x5c", json!([""])),
    ] {
        check(
            &gateway,
            &draft.clone().header(name, bad),
            &["key-id-absent"],
        );
    }
    check(
        &gateway,
        &Draft::strict().header("x5t#S256", hash.as_str()),
        &["(unknown-key-id)"],
    );
    check_words(
        &gateway,
        &draft,
        "key-id-absent",
        None,
        "the SHA-256 of the certificate in base64url or the certificate chain",
        None,
    );
}

#[test]
fn a_key_id_that_has_to_be_a_hash() {
    let gateway = strict_with(&[(
        "id-scheme = \"free-text\"\nid-required = true",
        "id-scheme = \"none\"\nid-alternatives = [\"spki-sha256\"]",
    )]);
    check(
        &gateway,
        &Draft::strict().header("kid", "A".repeat(43)),
        &[],
    );
    check(&gateway, &Draft::strict().without_header("kid"), &[]);
    check_words(
        &gateway,
        &Draft::strict(),
        "unknown-key-id",
        Some("\"key-1\""),
        "the SHA-256 of the SubjectPublicKeyInfo in base64url",
        None,
    );
    let gateway = strict_with(&[(r#"id-scheme = "free-text""#, r#"id-scheme = "thumbprint""#)]);
    check_words(
        &gateway,
        &Draft::strict(),
        "(unknown-key-id)",
        Some("\"key-1\""),
        "the key's thumbprint of RFC 7638",
        None,
    );
    let gateway = strict_with(&[(
        "id-scheme = \"free-text\"\nid-required = true",
        "id-scheme = \"none\"",
    )]);
    check(&gateway, &Draft::strict().without_header("kid"), &[]);
    check(&gateway, &Draft::strict(), &["(unknown-key-id)"]);
    check(
        &gateway,
        &Draft::strict().header("kid", 5),
        &["(unknown-key-id)"],
    );
}

/// RFC 10070: a type of its own is advised, and plain `JWT` is none.
#[test]
fn a_type_that_is_advised() {
    let gateway = strict_with(&[
        (r#"typ = "JWT""#, r#"typ = "client-authentication+jwt""#),
        (r#"typ-rule = "required""#, r#"typ-rule = "advised""#),
        (r#"["JWT"]"#, r#"["*client-authentication+jwt"]"#),
    ]);
    let severity = |draft: &Draft| {
        let findings = lint(&gateway, draft);
        let findings: Vec<_> = findings
            .iter()
            .map(|finding| (finding.rule(), finding.severity()))
            .collect();
        findings
    };
    let advice = [(Rule::Type, Severity::Advised)];
    for typ in [json!("JWT"), json!("at+jwt"), json!(""), json!(7)] {
        assert_eq!(severity(&Draft::strict().header("typ", typ)), advice);
    }
    assert_eq!(severity(&Draft::strict().without_header("typ")), advice);
    for typ in ["Client-Authentication+JWT", "x.client-authentication+jwt"] {
        assert_eq!(severity(&Draft::strict().header("typ", typ)), []);
    }
}
