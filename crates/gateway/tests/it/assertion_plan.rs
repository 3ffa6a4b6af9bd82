//! What the claims and the header of an assertion are, by the gateway and by the caller.

use serde_json::{Value, json};
use tokenring_assertion::{JwtId, Lifetime, NumericDate};
use tokenring_gateway::{AssertionPlan, Gateway};
use tokenring_jwk::{Algorithm, KeyId};

const NOW: u64 = 1_800_000_000;

/// A gateway with that rule for the subject and that scheme for key IDs.
fn gateway(subject: &str, id_scheme: &str) -> Gateway {
    Gateway::parse(&text(subject, id_scheme, CLAIMS), "plan.toml").unwrap()
}

const NO_CLAIMS: &str = "claims = []\nbackdate-seconds = 5";
const CLAIMS: &str = "claims = [\"iat\"]";

/// The plan of a gateway with these lines in place of its claims.
fn plan_of(claims: &str) -> AssertionPlan {
    let gateway = Gateway::parse(&text("client-id", "none", claims), "plan.toml").unwrap();
    let environment = gateway.environment(None).unwrap();
    let endpoint = gateway.endpoint(environment).build().unwrap();
    AssertionPlan::at(&gateway, &endpoint, "client-1").unwrap()
}

fn text(subject: &str, id_scheme: &str, claims: &str) -> String {
    format!(
        r#"
name = "plan"
title = "Plan"
[variables.username]
description = "whom the token is for"
default = "nobody"
[environments.only]
token-endpoint = "https://auth.example.com/token"
[assertion]
algorithms = ["ES256"]
subject = "{subject}"
audience = "token-endpoint"
typ = "JWT"
{claims}
lifetime-seconds = 60
[key]
generate = "P-256"
id-scheme = "{id_scheme}"
[request.parameters]
user = "${{username}}"
"#
    )
}

fn plan(subject: &str, id_scheme: &str) -> AssertionPlan {
    let gateway = gateway(subject, id_scheme);
    let environment = gateway.environment(None).unwrap();
    let endpoint = gateway.endpoint(environment).build().unwrap();
    AssertionPlan::at(&gateway, &endpoint, "client-1").unwrap()
}

/// The parts of the assertion that the plan makes.
fn parts(plan: &AssertionPlan) -> [Value; 2] {
    let jwt_id = JwtId::from_random_bytes([7; 16]);
    let now = NumericDate::from_seconds(NOW);
    let key_id = KeyId::new("key-1");
    let input = plan
        .signing_input(now, jwt_id, Algorithm::Es256, Some(&key_id))
        .unwrap();
    let text = core::str::from_utf8(input.as_bytes()).unwrap();
    let (header, claims) = text.split_once('.').unwrap();
    [header, claims].map(|part| {
        let bytes = decode(part);
        serde_json::from_slice(&bytes).unwrap()
    })
}

/// Base64url, by hand: the crate under test has none to be independent of.
fn decode(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.bytes() {
        let digit = ALPHABET.iter().position(|other| *other == byte).unwrap();
        bits = (bits << 6) | u32::try_from(digit).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).unwrap());
        }
    }
    bytes
}

#[track_caller]
fn check_subject(plan: &AssertionPlan, wanted: Option<&str>) {
    assert_eq!(plan.subject(), wanted);
    let [_, claims] = parts(plan);
    assert_eq!(claims.get("sub").and_then(Value::as_str), wanted);
    assert_eq!(claims["iss"], "client-1");
    assert_eq!(claims["aud"], "https://auth.example.com/token");
    assert_eq!(claims["exp"], NOW + 60);
    assert_eq!(claims["iat"], NOW);
}

#[test]
fn the_subject_follows_the_rule() {
    check_subject(&plan("client-id", "none"), Some("client-1"));
    check_subject(&plan("absent", "none"), None);
    check_subject(&plan("optional", "none"), None);
    check_subject(&plan("${username}", "none"), Some("nobody"));
}

/// `exp` and `iat` stay as far apart as the gateway allows, and a short lifetime is hardly touched.
#[test]
fn dates_are_set_back_as_the_file_says() {
    #[track_caller]
    fn check(plan: &AssertionPlan, lifetime: u64, back: u64) {
        let lifetime = Lifetime::from_seconds(lifetime).unwrap();
        let [_, claims] = parts(&plan.clone().with_lifetime(lifetime));
        for start in ["iat", "nbf"] {
            assert_eq!(claims[start], NOW - back);
        }
        assert_eq!(claims["exp"], NOW - back + lifetime.as_seconds());
    }
    let plan = plan_of("claims = [\"iat\", \"nbf\"]\nbackdate-seconds = 5");
    check(&plan, 60, 5);
    check(&plan, 3600, 5);
    check(&plan, 30, 3);
    check(&plan, 9, 0);
    assert!(!plan.is_wrong_at(-5) && plan.is_wrong_at(-6));
    assert!(!plan.is_wrong_at(54) && plan.is_wrong_at(55));
    let without = plan_of("claims = []");
    assert!(!without.is_wrong_at(-3600) && without.is_wrong_at(60));
    let error = Gateway::parse(&text("client-id", "none", NO_CLAIMS), "plan.toml");
    let error = error.unwrap_err().to_string();
    assert!(error.contains("assertion.backdate-seconds"), "{error}");
}

#[test]
fn a_caller_decides_otherwise() {
    check_subject(&plan("optional", "none").with_subject("me"), Some("me"));
    check_subject(&plan("${username}", "none").with_subject("me"), Some("me"));
    check_subject(&plan("client-id", "none").without_subject(), None);
}

#[test]
fn the_key_id_follows_the_scheme() {
    #[track_caller]
    fn check(plan: &AssertionPlan, wanted: &Value) {
        let [header, _] = parts(plan);
        assert_eq!(header, *wanted);
        assert_eq!(plan.sends_key_id(), wanted.get("kid").is_some());
    }
    let named = json!({"alg": "ES256", "kid": "key-1", "typ": "JWT"});
    let nameless = json!({"alg": "ES256", "typ": "JWT"});
    for scheme in ["file-stem", "free-text", "thumbprint", "spki-sha256"] {
        check(&plan("client-id", scheme), &named);
        check(&plan("client-id", scheme).without_key_id(), &nameless);
    }
    for scheme in ["x5t-s256", "x5c", "none"] {
        check(&plan("client-id", scheme), &nameless);
        check(&plan("client-id", scheme).with_key_id(), &named);
    }
    let plan = plan("client-id", "x5t-s256").with_header_parameter("x5t#S256", "digest");
    check(
        &plan,
        &json!({"alg": "ES256", "typ": "JWT", "x5t#S256": "digest"}),
    );
    let added: Vec<_> = plan.added_header_parameters().collect();
    assert_eq!(added, [("x5t#S256", &json!("digest"))]);
}

#[test]
fn a_scope_is_a_claim_like_any_other() {
    let [_, claims] = parts(&plan("absent", "none").with_claim("scope", "a b"));
    assert_eq!(claims["scope"], "a b");
}

#[test]
fn what_has_a_place_of_its_own_is_refused() {
    let jwt_id = || JwtId::from_random_bytes([7; 16]);
    let now = NumericDate::from_seconds(NOW);
    let plan = plan("client-id", "none");
    for name in ["alg", "kid", "typ", "crit"] {
        let plan = plan.clone().with_header_parameter(name, "x");
        plan.header().unwrap_err();
        plan.signing_input(now, jwt_id(), Algorithm::Es256, None)
            .unwrap_err();
    }
    let plan = plan.with_claim("sub", "x");
    plan.claims(now, jwt_id()).unwrap_err();
}

/// The claims of a gateway's own file, for a client and the key of this fingerprint.
fn claims_at(gateway: &str, client_id: &str, key_sha256: &str) -> Value {
    let gateway = Gateway::builtin(gateway).unwrap();
    let environment = gateway.environment(None).unwrap();
    let endpoint = gateway.endpoint(environment).build().unwrap();
    let client_id = gateway.assertion().written_client_id(client_id);
    let plan = AssertionPlan::at(&gateway, &endpoint, client_id).unwrap();
    let [_, claims] = parts(&plan.with_key_sha256(key_sha256));
    claims
}

#[test]
fn where_the_jwt_is_the_token() {
    let issuer = "ORG-ACC.USER.SHA256:a/b=";
    assert_eq!(
        claims_at("snowflake", "org-acc.user", "a/b="),
        json!({"iss": issuer, "sub": "ORG-ACC.USER", "iat": NOW, "exp": NOW + 3540})
    );
    assert_eq!(
        claims_at("apns", "Team", "a/b="),
        json!({"iss": "Team", "iat": NOW})
    );
    let start = NOW - 60;
    assert_eq!(
        claims_at("github-app", "Iv1.x", "a/b="),
        json!({"iss": "Iv1.x", "iat": start, "exp": start + 600})
    );
}

#[test]
fn an_issuer_that_names_the_key() {
    let gateway = Gateway::builtin("snowflake").unwrap();
    let endpoint = gateway.endpoint(gateway.environment(None).unwrap());
    let plan = AssertionPlan::at(&gateway, &endpoint.build().unwrap(), "A.B").unwrap();
    assert!(plan.issuer_names_key());
    assert_eq!(plan.clone().with_key_sha256("x").issuer(), "A.B.SHA256:x");
    // What the caller gives stands.
    let given = plan.with_issuer("C").with_key_sha256("x");
    assert_eq!(given.issuer(), "C");
}

#[test]
fn dates_that_somebody_chose() {
    let plan = plan("client-id", "none").with_claim("iat", 1_700_000_000);
    let [_, claims] = parts(&plan.with_claim("nbf", 1));
    assert_eq!(
        (&claims["iat"], &claims["nbf"]),
        (&json!(1_700_000_000), &json!(1))
    );
}
