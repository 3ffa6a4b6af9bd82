//! The JWT that is printed in guide DG-3059 of Provider Connect Australia. It is signed with the
//! public sample key of HL7's SMART App Launch guide (CC0), whose JWK says RS384.

use tokenring_assertion::NumericDate;
use tokenring_gateway::{Gateway, KeyProblem, Lint, Severity, UnverifiedJwt, Verification};
use tokenring_jwk::{Algorithm, JwkSet, any};

const JWT: &str = concat!(
    "eyJhbGciOiJSUzI1NiIsImtpZCI6ImVlZTlmMTdhM2I1OThmZDg2NDE3YTk4MGI1OTFmYmU2IiwidHlwIjoiSldU",
    "In0.eyJhdWQiOiJodHRwczovL3NyYS12ZW5kb3ItdGVzdC5kaWdpdGFsaGVhbHRoLmdvdi5hdS9TcmFBdXRoQXBp",
    "L2F1dGgvdG9rZW4iLCJleHAiOiIxMzUyNjYwMDA4IiwiaXNzIjoiOGIwOTE0ZTAtMDliNC00N2Q3LTlmYzktZWIz",
    "ZGRhZjJmN2FhIiwianRpIjoicmFuZDBtLW4wbi1yZXVzYWJsZS1qd3QtMWQtMTIzIiwic3ViIjoiOGIwOTE0ZTAt",
    "MDliNC00N2Q3LTlmYzktZWIzZGRhZjJmN2FhIn0.iRgDMWwNC8CEQT8GeC9eAF7K81dIa-KptdCWrmFepafqQ163",
    "M8sYLI96NtoxZqhReWt6qUB7GcziciTs-5eiOZhcyRjFZDukOL7QXFt6_c8TwvKCgzG6yzb0rMKOXdfn7z5ruKq-",
    "TjEHhv0ph7sgTlcC2hVPSFb10W9Rep8B1zQ02WfnatMhQq8vKfOHhX9ZM7Lbwq5wtREigjXubGTmRltjzulbgeAq",
    "LfxdylePS7h1LFNSrkK0uC_OkGtdfL0uqCBE1betfhxaXf4ADay9QXuiex9lroPcHtdqHkGYcS303a9abProG2hU",
    "UCgysuvTRW3_924Rsjq_GiAGqIdcNQ",
);

const KEYS: &str = r#"{"keys":[{"kty":"RSA","alg":"RS384","n":"wJq2RHIA-7RT6q4go7wjcbHdW7ck7Kz22A8wf-kN7Wi5CWvhFG2_Y7nQp1lDpb2IKMQr-Q4n_vgJ6d5rWPspJpSPY7iffUK4ipQCEbzID5DJ6fQMBZOfCTXyxkuMh3jYGKEF3Ziw2oxbM1H9j-eJAPtrj5stUG6kVoXowegdox-bSjWP0iI5PnkwUNzcekLMug4M3LRluEQgGR9O_BAML6-w3igZ_rZA_gunyrLAMbfmCVaceW5ohLp679kyM7U6W2gDK_NbkDKcINUakVmPeoG5h8RzgGzvGrySR0k0VDFiZv60Ua07DqHTeDGH9e4NV07AECae-oykIj5NDCs3pw","e":"AQAB","key_ops":["verify"],"ext":true,"kid":"eee9f17a3b598fd86417a980b591fbe6"}]}"#;

fn keys() -> JwkSet {
    JwkSet::from_json(KEYS).unwrap()
}

#[test]
fn it_verifies_with_the_sample_key_although_that_is_for_another_algorithm() {
    let jwt = UnverifiedJwt::decode(JWT).unwrap();
    let keys = keys();
    let verification = Verification::new(&jwt, &keys, &any::Verifier);
    let key = verification.verified_by().unwrap();
    assert_eq!(
        key.key_id().unwrap().as_str(),
        "eee9f17a3b598fd86417a980b591fbe6"
    );
    assert!(!verification.is_clean());
    let [KeyProblem::KeyAlgorithm { key }] = verification.problems() else {
        panic!("{:?}", verification.problems());
    };
    assert_eq!(key.algorithm(), Some(Algorithm::Rs384));
    assert_eq!(
        verification.problems()[0].to_string(),
        "key `eee9f17a3b598fd86417a980b591fbe6` is for RS384 alone"
    );
}

#[test]
fn a_key_without_alg_verifies_it_without_a_word() {
    let keys = JwkSet::from_json(&KEYS.replace(r#""alg":"RS384","#, "")).unwrap();
    let jwt = UnverifiedJwt::decode(JWT).unwrap();
    assert!(Verification::new(&jwt, &keys, &any::Verifier).is_clean());
}

#[test]
fn the_word_that_runs_into_the_signature_is_noticed() {
    let jwt = UnverifiedJwt::decode(format!("{JWT}NOTE")).unwrap();
    let keys = JwkSet::from_json(&KEYS.replace(r#""alg":"RS384","#, "")).unwrap();
    let verification = Verification::new(&jwt, &keys, &any::Verifier);
    assert!(verification.verified_by().is_none());
    assert!(matches!(
        verification.problems(),
        [KeyProblem::Signature { really: None }]
    ));
}

#[test]
fn the_guides_own_rules_are_broken_by_its_example() {
    let pca = Gateway::builtin("pca").unwrap();
    let environment = pca.environment(None).unwrap();
    let endpoint = pca.endpoint(environment).build().unwrap();
    let jwt = UnverifiedJwt::decode(JWT).unwrap();
    let now = NumericDate::from_seconds(1_352_659_800);
    let findings = Lint::new(&pca, &endpoint, now).check(&jwt);
    let about = |name: &str| findings.iter().find(|finding| finding.subject() == name);

    let expiry = about("exp").unwrap();
    assert_eq!(expiry.found(), Some("\"1352660008\""));
    assert_eq!(expiry.detail(), Some("a text: the number stands in quotes"));
    assert_eq!(expiry.rule().name(), "expiry-form");

    let audience = about("aud").unwrap();
    assert_eq!(audience.severity(), Severity::Refused);
    assert_eq!(
        audience.found(),
        Some("\"https://sra-vendor-test.digitalhealth.gov.au/SraAuthApi/auth/token\"")
    );
    assert!(about("typ").is_none() && about("alg").is_none() && about("kid").is_none());
}
