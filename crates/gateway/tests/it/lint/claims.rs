use serde_json::{Value, json};
use tokenring_assertion::NumericDate;
use tokenring_gateway::{Gateway, Lint, Rule, Severity, UnverifiedJwt};

use super::{
    Draft, NOW, STRICT, check, check_words, encode, endpoint, lint, open_endpoint, strict,
    strict_with,
};

#[test]
fn issuer_and_subject_are_texts_and_the_same() {
    for bad in [json!(""), json!(0), Value::Null, json!(["client-1"])] {
        check(
            &strict(),
            &Draft::strict().claim("iss", bad.clone()),
            &["issuer-absent"],
        );
        check(
            &strict(),
            &Draft::strict().claim("sub", bad),
            &["subject-absent"],
        );
    }
    check_words(
        &strict(),
        &Draft::strict().claim("sub", "client-2"),
        "issuer-not-subject",
        Some("\"client-2\""),
        "the same as iss, \"client-1\"",
        None,
    );
    check(
        &strict(),
        &Draft::strict().without_claim("iss"),
        &["issuer-absent"],
    );
    check(
        &strict(),
        &Draft::strict().without_claim("sub"),
        &["subject-absent"],
    );
}

/// What a caller asks for by name is refused only where the gateway is known to refuse it.
#[test]
fn a_subject_of_the_callers_choice() {
    #[track_caller]
    fn check(gateway: &Gateway, chosen: &str, severity: Severity) {
        let endpoint = endpoint(gateway);
        let jwt = Draft::strict().claim("sub", "somebody").jwt();
        let lint = Lint::new(gateway, &endpoint, NumericDate::from_seconds(NOW));
        let findings = lint.with_given_subject(Some(chosen)).check(&jwt);
        let findings: Vec<_> = findings
            .iter()
            .map(|finding| (finding.rule(), finding.severity()))
            .collect();
        assert_eq!(findings, [(Rule::IssuerNotSubject, severity)]);
    }
    check(&strict(), "somebody", Severity::Doubtful);
    check(&strict(), "another", Severity::Refused);
    let refusal = "[[refusals]]\nrule = \"issuer-not-subject\"\nstatus = 401\n";
    let known = Gateway::parse(&format!("{STRICT}{refusal}"), "strict.toml").unwrap();
    check(&known, "somebody", Severity::Refused);
}

#[test]
fn a_subject_by_the_rule_of_the_grant() {
    let with_rule = |rule: &str| {
        let line = format!("audience = \"issuer\"\nsubject = \"{rule}\"");
        let claims = (r#""iss", "sub", "#, r#""iss", "#);
        strict_with(&[(r#"audience = "issuer""#, &line), claims])
    };
    let absent = with_rule("absent");
    check(&absent, &Draft::strict().without_claim("sub"), &[]);
    check(&absent, &Draft::strict(), &["subject-present"]);
    check(
        &absent,
        &Draft::strict().claim("sub", Value::Null),
        &["subject-present"],
    );
    let optional = with_rule("optional");
    check(&optional, &Draft::strict().without_claim("sub"), &[]);
    check(
        &optional,
        &Draft::strict().claim("sub", "someone@example.com"),
        &[],
    );
    check(
        &optional,
        &Draft::strict().claim("sub", 7),
        &["subject-absent"],
    );
}

#[test]
fn the_client_that_is_meant() {
    let gateway = strict();
    let endpoint = endpoint(&gateway);
    let now = NumericDate::from_seconds(NOW);
    let lint = Lint::new(&gateway, &endpoint, now).with_client_id("client-2");
    let findings = lint.check(&Draft::strict().jwt());
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].rule().name(), "unknown-client");
    assert_eq!(findings[0].found(), Some("\"client-1\""));
    assert_eq!(findings[0].wanted(), "\"client-2\"");
    let lint = lint.with_client_id("client-1");
    assert_eq!(lint.check(&Draft::strict().jwt()), []);
}

#[test]
fn a_jwt_id_is_there_and_a_text() {
    for nothing in [json!(""), Value::Null] {
        check(
            &strict(),
            &Draft::strict().claim("jti", nothing),
            &["jwt-id-absent"],
        );
    }
    for odd in [json!(7), json!(0), json!(false), json!(["one"])] {
        check(
            &strict(),
            &Draft::strict().claim("jti", odd),
            &["jwt-id-form"],
        );
    }
    let optional = strict_with(&[(r#""jti", "#, "")]);
    check(&optional, &Draft::strict().without_claim("jti"), &[]);
    // Without the need of one, an empty text is as good as any.
    check(&optional, &Draft::strict().claim("jti", ""), &[]);
    for odd in [json!(7), Value::Null] {
        check(
            &optional,
            &Draft::strict().claim("jti", odd),
            &["jwt-id-form"],
        );
    }
}

#[test]
fn a_claim_under_a_wrong_name() {
    #[track_caller]
    fn check_name(claim: &str, misspelt: &str, rule: &str) {
        let good = Draft::strict();
        let value = good.claims[claim].clone();
        let draft = good.without_claim(claim).claim(misspelt, value);
        check(&strict(), &draft, &[rule]);
        let findings = lint(&strict(), &draft);
        assert_eq!(findings[0].subject(), claim);
        assert_eq!(findings[0].found(), None);
        let detail = format!("the claim `{misspelt}` may be meant for it");
        assert_eq!(findings[0].detail(), Some(detail.as_str()));
    }
    check_name("jti", "jit", "jwt-id-absent");
    check_name("jti", "JTI", "jwt-id-absent");
    check_name("iss", "issuer", "issuer-absent");
    check_name("sub", "subj", "subject-absent");
    check_name("aud", "audience", "audience-absent");
    check_name("exp", "expires_at", "expiry-absent");
    check_name("iat", "issued_at", "issued-at-absent");
    check_name("nbf", "nfb", "not-before-absent");
    check_name("purpose", "porpose", "claim-absent");
    // Two claims that have a meaning of their own stand for nothing else.
    let findings = lint(&strict(), &Draft::strict().without_claim("iss"));
    assert_eq!(findings[0].detail(), None);
}

#[test]
fn a_claim_that_may_be_absent_under_a_wrong_name() {
    let gateway = strict_with(&[(r#""exp", "iat", "nbf""#, r#""exp""#)]);
    let draft = Draft::strict().without_claim("iat").claim("ait", NOW);
    check_words(
        &gateway,
        &draft,
        "(unknown-claim)",
        Some("1700000000"),
        "a name that the gateway knows",
        Some("iat may be meant"),
    );
    check(
        &gateway,
        &Draft::strict().without_claim("iat").claim("cat", 1),
        &[],
    );
}

#[test]
fn another_required_claim() {
    for nothing in [json!(""), Value::Null] {
        check(
            &strict(),
            &Draft::strict().claim("purpose", nothing),
            &["claim-absent"],
        );
    }
    check(&strict(), &Draft::strict().claim("purpose", false), &[]);
    let findings = lint(&strict(), &Draft::strict().without_claim("purpose"));
    assert_eq!(findings[0].subject(), "purpose");
}

#[test]
fn a_claim_outside_the_gateways_table() {
    let line = r#"allowed-claims = ["iss", "sub", "aud", "exp", "iat", "nbf", "jti", "purpose"]"#;
    let line = format!("lifetime-seconds = 60\n{line}");
    let gateway = strict_with(&[("lifetime-seconds = 60", &line)]);
    check(&gateway, &Draft::strict(), &[]);
    let draft = Draft::strict()
        .claim("purposes", "x")
        .claim("azp", Value::Null);
    check(&gateway, &draft, &["unknown-claim", "unknown-claim"]);
    let findings = lint(&gateway, &draft);
    let about = |index: usize| (findings[index].subject(), findings[index].found());
    let mut subjects = [about(0), about(1)];
    subjects.sort_unstable();
    assert_eq!(
        subjects,
        [("azp", Some("null")), ("purposes", Some("\"x\""))]
    );
    let purposes = findings
        .iter()
        .find(|finding| finding.subject() == "purposes")
        .unwrap();
    assert_eq!(purposes.detail(), Some("purpose may be meant"));
}

#[test]
fn a_scope_inside_the_assertion() {
    let grant = "[request]\ngrant = \"jwt-bearer\"\nscope = \"in-assertion\"\n\n[key]";
    let gateway = strict_with(&[("[key]", grant)]);
    check(&gateway, &Draft::strict().claim("scope", "a b"), &[]);
    check(&gateway, &Draft::strict(), &["scope-absent"]);
    for bad in [json!(""), json!("  "), json!(["a"]), Value::Null, json!(1)] {
        check(
            &gateway,
            &Draft::strict().claim("scope", bad),
            &["scope-absent"],
        );
    }
    check_words(
        &gateway,
        &Draft::strict().claim("scopes", "a"),
        "scope-absent",
        None,
        "the scopes in one text, with blanks between them",
        Some("the claim `scopes` may be meant for it"),
    );
}

#[test]
fn what_the_text_itself_has_wrong() {
    #[track_caller]
    fn check_text(text: &str, rule: &str, subject: &str, found: &str) {
        let gateway = strict();
        let endpoint = endpoint(&gateway);
        let jwt = UnverifiedJwt::decode(text).unwrap();
        let findings = Lint::new(&gateway, &endpoint, NumericDate::from_seconds(NOW)).check(&jwt);
        assert_eq!(findings.len(), 1, "{findings:#?}");
        let first = &findings[0];
        let found = (rule, subject, Some(found));
        assert_eq!((first.rule().name(), first.subject(), first.found()), found);
    }
    let good = Draft::strict().text();
    let input = Draft::strict().signing_input();
    check_text(
        &format!("Bearer {good}"),
        "malformed",
        "JWT",
        "preceded by the word `Bearer`",
    );
    check_text(
        &good.replace('.', ".\n"),
        "malformed",
        "JWT",
        "interrupted by line breaks or blanks",
    );
    check_text(&format!("{input}."), "signature", "signature", "empty");
    check_text(
        &format!("{input}.{}=", encode([7; 512])),
        "signature",
        "signature",
        "padded with `=`",
    );
    check_text(
        &format!("{input}.A"),
        "signature",
        "signature",
        "not base64url",
    );
    let (header, claims) = input.split_once('.').unwrap();
    let twice = encode(r#"{"alg":"RS256","typ":"JWT","kid":"key-2","kid":"key-1"}"#);
    check_text(
        &format!("{twice}.{claims}.{}", encode([7; 256])),
        "malformed",
        "kid",
        "given more than once",
    );
    // RSA with 1024 bits, and one with 2048 bits and what follows it in a text.
    check_text(
        &format!("{input}.{}", encode([7; 128])),
        "key-size",
        "key",
        "RSA with 1024 bits, by the signature's length",
    );
    check_text(
        &format!("{input}.{}AAAA", encode([7; 256])),
        "signature",
        "signature",
        "259 bytes long",
    );
    let es256 = header.replace(header, &encode(r#"{"alg":"ES256","typ":"JWT","kid":"k"}"#));
    check_text(
        &format!(
            "{es256}.{claims}.{}",
            encode([&[0x30, 0x45][..], &[2; 69]].concat())
        ),
        "signature",
        "signature",
        "71 bytes long",
    );
}

#[test]
fn values_are_shortened_and_harmless() {
    let hidden = "x".repeat(500);
    let draft = Draft::strict().claim("sub", format!("a\u{1b}[31m\u{202e}\n{hidden}MARKER"));
    let findings = lint(&strict(), &draft);
    let shown = format!("{findings:?} {}", findings[0]);
    assert!(!shown.contains("MARKER"), "{shown}");
    assert!(!shown.contains(['\u{1b}', '\u{202e}', '\n']), "{shown}");
    let found = findings[0].found().unwrap();
    assert!(found.ends_with("xxx… and 394 more\""), "{found}");

    let name = format!("{hidden}\u{202e}");
    let draft = Draft::strict().without_claim("purpose").claim(&name, 1);
    let shown = format!("{:?}", lint(&strict(), &draft));
    assert!(!shown.contains('\u{202e}'), "{shown}");
}

/// A server that bounds its parameters does so for the assertion too.
#[test]
fn an_assertion_longer_than_a_parameter_may_be() {
    for name in ["keycloak", "bcgov"] {
        let source = Gateway::builtin_source(name).unwrap();
        let limit = "[request]\nmaximum-parameter-characters = 4000\n";
        let source = source.replacen("[request]\n", limit, 1);
        let gateway = Gateway::parse(&source, name).unwrap();
        let endpoint = open_endpoint(&gateway);
        let lint = Lint::new(&gateway, &endpoint, NumericDate::from_seconds(NOW));
        let long = |length: usize| Draft::strict().claim("long", "x".repeat(length));
        let shown = |draft: &Draft| {
            let findings = lint.check(&draft.jwt());
            let mut findings = findings.iter();
            let found = findings.find(|each| each.rule() == Rule::ParameterTooLong);
            found.map(ToString::to_string)
        };
        let fitting = (1..4000_usize).rfind(|length| long(*length).text().len() <= 4000);
        let fitting = long(fitting.unwrap());
        assert_eq!(shown(&fitting), None);
        let longer = (1..4000).find_map(|length| {
            let draft = long(length);
            (draft.text().len() > 4000).then_some(draft)
        });
        let longer = longer.unwrap();
        let wanted = format!(
            "client_assertion is {} characters long, wanted: at most 4000 characters",
            longer.text().len()
        );
        assert_eq!(shown(&longer), Some(wanted));
    }
    check(
        &strict(),
        &Draft::strict().claim("long", "x".repeat(9000)),
        &[],
    );
}

#[test]
fn a_jwt_id_has_a_length() {
    let line = "dates = \"integer\"";
    let limits = format!("{line}\nminimum-jwt-id-characters = 3\nmaximum-jwt-id-characters = 40");
    let gateway = strict_with(&[(line, &limits)]);
    let with = |jwt_id: &str| Draft::strict().claim("jti", jwt_id);
    check(&gateway, &with("one"), &[]);
    check(&gateway, &with(&"é".repeat(40)), &[]);
    check_words(
        &gateway,
        &with("xy"),
        "jwt-id-length",
        Some("2 characters long"),
        "3 to 40 characters",
        None,
    );
    check(&gateway, &with(&"x".repeat(41)), &["jwt-id-length"]);
    check(&gateway, &with(""), &["jwt-id-absent"]);
    check(&gateway, &Draft::strict().claim("jti", 7), &["jwt-id-form"]);
}
