//! What a gateway answers, what only it knows, and where that is from.

use core::time::Duration;

use tokenring_gateway::{
    ContentTypeRule, DateForm, Gateway, Grant, KeyIdScheme, LifetimeStart, RefusalForm,
    RefusalRetry, Registration, Remedy, Rule, ScopeRule, SubjectRule, Text, TypRule, Words,
};
use tokenring_jwk::Algorithm;

pub(crate) const BASE: &str = r#"
name = "evident"
title = "Evident"
mutual-tls = true
[environments.only]
token-endpoint = "https://auth.example.com/token"
[assertion]
algorithms = ["RS256", "ES256"]
subject = "absent"
audience = "token-endpoint"
typ = "JWT"
claims = ["iat"]
lifetime-seconds = 60
typ-rule = "checked"
accepted-types = ["jwt", "other"]
required-claims = ["iss", "iat", "custom"]
allowed-claims = ["iss", "aud", "exp", "jti", "iat", "custom", "scope"]
maximum-lifetime-seconds = 120
lifetime-counts-from = "issue"
maximum-lifetime-without-iat-seconds = 30
maximum-age-seconds = 45
dates = "number-or-text"
[assertion.leeway-seconds]
expiry = 1
lifetime = 2
issued-at = 3
not-before = 4
[key]
generate = "RSA-3072"
id-scheme = "x5c"
id-alternatives = ["free-text", "none"]
algorithms-without-id = ["RS256"]
minimum-rsa-bits = 3072
use-required = true
register-as = ["certificate", "jwk-set-url"]
refetches-on-unknown-id = false
[request]
grant = "jwt-bearer"
client-id = true
client-id-required = true
content-type = "exact"
scope = "in-assertion"
[response]
token-type = "bearer"
references = ["trace_id", "correlation_id"]
[server]
token-lifetime-seconds = 100
jwt-id-memory-seconds = 9
jwt-id-spent-before = "signature"
words = "partly"
[[refusals]]
rule = "signature"
status = 401
error = "invalid_client"
description = "bad signature"
[[refusals]]
rule = "expired"
cause = "Too slow."
remedy = "Be quick."
[[refusals]]
contains = "spike"
form = "fault"
cause = "Too many."
remedy = "Wait."
retry = "later"
[sources]
assertion = "the guide"
"refusals[0].error" = { text = "a log", verified = 2026-11-30 }
[[unknown]]
about = "server.words"
text = "Nobody asked."
[[unknown]]
about = "portal"
text = "Nobody looked."
"#;

#[test]
fn every_value_arrives() {
    let evident = Gateway::parse(BASE, "evident.toml").unwrap();
    assert!(evident.needs_mutual_tls());

    let assertion = evident.assertion();
    assert!(matches!(assertion.subject_rule(), SubjectRule::Absent));
    assert_eq!(assertion.typ_rule(), TypRule::Checked);
    assert_eq!(assertion.accepted_types(), ["jwt", "other"]);
    assert_eq!(assertion.required_claims(), ["iss", "iat", "custom"]);
    assert_eq!(assertion.allowed_claims().unwrap().len(), 7);
    assert_eq!(assertion.lifetime_counts_from(), [LifetimeStart::Issue]);
    let seconds = assertion.maximum_lifetime_without_issued_at().unwrap();
    assert_eq!(seconds.as_seconds(), 30);
    assert_eq!(assertion.maximum_age(), Some(Duration::from_secs(45)));
    assert_eq!(assertion.dates(), DateForm::NumberOrText);
    assert_eq!(assertion.leeway().expiry(), Duration::from_secs(1));
    assert_eq!(assertion.leeway().lifetime(), Duration::from_secs(2));
    assert_eq!(assertion.leeway().issued_at(), Some(Duration::from_secs(3)));
    assert_eq!(assertion.leeway().not_before(), Duration::from_secs(4));

    let key = evident.key();
    assert_eq!(key.id_scheme(), KeyIdScheme::CertificateChain);
    assert_eq!(
        key.id_alternatives(),
        [KeyIdScheme::FreeText, KeyIdScheme::None]
    );
    let without_id = key.algorithms_without_id();
    assert_eq!(without_id, Some([Algorithm::Rs256].as_slice()));
    assert_eq!(key.minimum_rsa_bits(), Some(3072));
    assert!(key.use_required() && !key.refetches_on_unknown_id());
    assert_eq!(
        key.registrations(),
        [Registration::Certificate, Registration::JwkSetUrl]
    );

    let request = evident.request();
    assert_eq!(request.grant(), Grant::JwtBearer);
    assert!(request.client_id_required());
    assert_eq!(request.content_type(), ContentTypeRule::Exact);
    assert_eq!(request.scope(), ScopeRule::InAssertion);
    assert_eq!(evident.response().token_type(), "bearer");
    let references = evident.response().references();
    assert_eq!(references, ["trace_id", "correlation_id"]);

    let server = evident.server();
    assert_eq!(server.token_lifetime(), Duration::from_secs(100));
    assert_eq!(server.expires_in(), Duration::from_secs(100));
    assert_eq!(server.jwt_id_memory(), Duration::from_secs(9));
    assert_eq!(server.jwt_id_spent_before(), Some(Rule::Signature));
    assert_eq!(server.words(), Words::Partly);
    assert_eq!(server.shorter_lifetime_parameter(), None);
}

#[test]
fn refusals_have_the_files_words_or_the_rules() {
    let evident = Gateway::parse(BASE, "evident.toml").unwrap();
    let [signature, expired, spike] = evident.refusals() else {
        panic!("{:?}", evident.refusals());
    };
    assert_eq!(signature.rule(), Some(Rule::Signature));
    assert_eq!(signature.status(), Some(401));
    assert_eq!(signature.error(), Some("invalid_client"));
    assert_eq!(signature.description(), Some("bad signature"));
    assert_eq!(signature.cause(), Rule::Signature.cause().into());
    assert_eq!(signature.remedy(), Rule::Signature.remedy());
    assert_eq!(signature.form(), RefusalForm::OAuth);
    assert_eq!(signature.retry(), RefusalRetry::Never);

    assert_eq!(
        (expired.cause(), expired.remedy()),
        ("Too slow.".into(), Remedy::Stated("Be quick.".into()))
    );
    assert_eq!((expired.status(), expired.description()), (None, None));

    assert_eq!((spike.rule(), spike.contains()), (None, Some("spike")));
    assert_eq!(spike.form(), RefusalForm::Fault);
    assert_eq!(spike.retry(), RefusalRetry::Later);
}

#[test]
fn sources_and_gaps() {
    let evident = Gateway::parse(BASE, "evident.toml").unwrap();
    for (path, source) in [
        ("assertion", Some("the guide")),
        ("assertion.leeway-seconds.expiry", Some("the guide")),
        ("assertions", None),
        ("refusals[0].error", Some("a log")),
        ("refusals[0]", None),
        ("refusals", None),
    ] {
        assert_eq!(evident.source_of(path), source, "{path}");
    }
    let dated = BASE.replace("mutual-tls", "verified = 2026-11-29\nmutual-tls");
    let dated = Gateway::parse(&dated, "evident.toml").unwrap();
    for (gateway, path, date) in [
        (&dated, "assertion.typ", Some("2026-11-29")),
        (&dated, "refusals[0].error", Some("2026-11-30")),
        (&dated, "server.words", None),
        (&evident, "assertion.typ", None),
        (&evident, "refusals[0].error", Some("2026-11-30")),
    ] {
        assert_eq!(gateway.verified_on(path), date, "{path}");
    }
    let unknown: Vec<_> = evident.unknown().iter().map(|each| each.about()).collect();
    assert_eq!(unknown, ["server.words", "portal"]);
    assert_eq!(evident.unknown()[0].text(), &Text::from("Nobody asked."));
}

/// Advice is what a person reads first: it is there for each rule, in whole sentences.
#[test]
fn every_rule_has_words_of_its_own() {
    for rule in Rule::ALL {
        for text in [rule.cause().to_owned(), rule.remedy().to_string()] {
            assert!(
                text.ends_with('.') && !text.contains("  "),
                "{rule}: {text}"
            );
            assert!(!text.contains('\n'), "{rule}: {text}");
        }
        assert!(!rule.subject().is_empty() && rule.specification().starts_with("RFC "));
    }
    assert!(Rule::ALL.is_sorted());
    assert_eq!(
        "expired-"
            .parse::<Rule>()
            .unwrap_err()
            .to_string()
            .split(';')
            .next(),
        Some("unknown value `expired-` (did you mean `expired`?)")
    );
}

/// The key that a rule names is one of the format: a file that says the key is unknown says so.
#[test]
fn rules_name_keys_of_the_format() {
    for path in Rule::ALL.iter().filter_map(|rule| rule.key_path()) {
        let text = BASE.replace("about = \"server.words\"", &format!("about = \"{path}\""));
        Gateway::parse(&text, "evident.toml").unwrap();
    }
}
