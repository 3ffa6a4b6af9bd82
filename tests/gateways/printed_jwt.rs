//! The JWT that guide DG-3059 of Provider Connect Australia prints.

use std::path::Path;

use integration_tests::{fixtures, peer, provider};
use serde_json::{Value, json};
use tokenring_assertion::NumericDate;
use tokenring_gateway::{KeyProblem, Lint, Severity, UnverifiedJwt, Verification};
use tokenring_jwk::{Algorithm, JwkSet, any};
use tokenring_mock_gateway::JwkSource;

use crate::connection::Connection;
use crate::preset::Preset;
use crate::stage::{NOW, Stage};

const CLIENT: &str = "8b0914e0-09b4-47d7-9fc9-eb3ddaf2f7aa";
/// 11 November 2012, 18:53:28.
const EXPIRY: u64 = 1_352_660_008;

fn text() -> String {
    fixtures::text("pca/dg-3059.jwt")
}

fn jwt() -> UnverifiedJwt {
    UnverifiedJwt::decode(text()).unwrap()
}

fn keys() -> JwkSet {
    JwkSet::from_json(&fixtures::text("pca/sample-key.json")).unwrap()
}

/// The key without the word that it is for RS384, which DG-3059 is not signed by.
fn keys_for_any_algorithm() -> JwkSet {
    let mut keys = fixtures::json("pca/sample-key.json");
    keys["keys"][0].as_object_mut().unwrap().remove("alg");
    JwkSet::from_json(&keys.to_string()).unwrap()
}

#[test]
fn it_is_decoded() {
    let jwt = jwt();
    assert_eq!(jwt.irregularities(), []);
    let members = |members: &tokenring_gateway::Members| serde_json::to_value(members).unwrap();
    assert_eq!(
        members(jwt.header()),
        json!({ "alg": "RS256", "kid": "eee9f17a3b598fd86417a980b591fbe6", "typ": "JWT" })
    );
    assert_eq!(
        members(jwt.claims()),
        json!({
            "aud": "https://sra-vendor-test.digitalhealth.gov.au/SraAuthApi/auth/token",
            "exp": "1352660008",
            "iss": CLIENT,
            "jti": "rand0m-n0n-reusable-jwt-1d-123",
            "sub": CLIENT,
        })
    );
}

#[test]
fn it_is_signed_by_the_sample_key_with_rs256() {
    let (jwt, keys) = (jwt(), keys());
    let key = keys.keys()[0].public_key();
    let signature = jwt.signature().unwrap().as_bytes();
    for provider in provider::ALL {
        for algorithm in key.key_type().algorithms() {
            let verdict = provider.verify(key, *algorithm, jwt.signing_input(), signature);
            assert_eq!(verdict.is_ok(), *algorithm == Algorithm::Rs256);
        }
    }
}

#[test]
fn the_key_says_that_it_is_for_another_algorithm() {
    let (jwt, keys) = (jwt(), keys());
    let verification = Verification::new(&jwt, &keys, &any::Verifier);
    assert_eq!(verification.verified_by(), keys.keys().first());
    assert!(matches!(
        verification.problems(),
        [KeyProblem::KeyAlgorithm { .. }]
    ));
    let keys = keys_for_any_algorithm();
    assert!(Verification::new(&jwt, &keys, &any::Verifier).is_clean());
}

/// In the guide the last word of the JWT and the next one of the text are one.
#[test]
fn the_next_word_of_the_guide_spoils_the_signature() {
    let text = format!("{}NOTE", text().trim());
    let jwt = UnverifiedJwt::decode(text).unwrap();
    let keys = keys_for_any_algorithm();
    let verification = Verification::new(&jwt, &keys, &any::Verifier);
    assert_eq!(verification.verified_by(), None);
    assert!(matches!(
        verification.problems(),
        [KeyProblem::Signature { really: None }]
    ));
}

/// Expects the lint to say this at a moment: part, severity, rule.
#[track_caller]
fn check(keys: Option<&JwkSet>, now: u64, expected: &[(&str, Severity, &str)]) {
    let pca = Preset::new("pca");
    let endpoint = pca.endpoint_builder().build().unwrap();
    let mut lint = Lint::new(&pca.gateway, &endpoint, NumericDate::from_seconds(now));
    if let Some(keys) = keys {
        lint = lint.with_registered_keys(keys, &any::Verifier);
    }
    let findings = lint.check(&jwt());
    let found: Vec<(&str, Severity, &str)> = findings
        .iter()
        .map(|each| (each.subject(), each.severity(), each.rule().name()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn it_breaks_its_own_guides_rules() {
    use Severity::{Doubtful, Refused};
    const AUDIENCE: (&str, Severity, &str) = ("aud", Refused, "audience");
    const TEXT: (&str, Severity, &str) = ("exp", Doubtful, "expiry-form");
    const EXPIRED: (&str, Severity, &str) = ("exp", Refused, "expired");
    const TOO_LATE: (&str, Severity, &str) = ("exp", Refused, "expiry-too-late");
    // RSA with 2048 bits passes, and 3072 are advised.
    const SIZE: (&str, Severity, &str) = ("key", Doubtful, "key-size");
    const OTHER_ALGORITHM: (&str, Severity, &str) = ("kid", Refused, "unknown-key-id");

    check(None, EXPIRY - 200, &[AUDIENCE, TEXT]);
    check(None, EXPIRY - 301, &[AUDIENCE, TOO_LATE, TEXT]);
    check(None, EXPIRY + 1, &[AUDIENCE, EXPIRED, TEXT]);
    check(None, NOW, &[AUDIENCE, EXPIRED, TEXT]);
    let keys = keys_for_any_algorithm();
    check(Some(&keys), NOW, &[AUDIENCE, EXPIRED, TEXT, SIZE]);
    let for_rs384 = self::keys();
    check(
        Some(&for_rs384),
        NOW,
        &[AUDIENCE, EXPIRED, OTHER_ALGORITHM, TEXT, SIZE],
    );
}

#[test]
fn a_gateway_that_goes_by_the_guide_refuses_it() {
    let pca = Preset::new("pca");
    let keys = JwkSource::Set(keys_for_any_algorithm());
    let stage = Stage::start(&pca, [(CLIENT, keys, Algorithm::Rs384)]);
    let url = stage.mock.token_url();
    let path = url.strip_prefix(&stage.mock.base_url()).unwrap();
    let text = text();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
        ("client_assertion", text.trim()),
    ];
    let status = Connection::open(stage.mock.address()).post(path, &form);
    assert_eq!((status, stage.verdict()), (401, "audience"));
}

/// Our copies are what the shared documents have.
///
/// `TOKENRING_SHARED` names the folder; a relative path starts at the workspace.
#[test]
fn copies_are_as_the_originals() {
    let Some(shared) = std::env::var_os("TOKENRING_SHARED") else {
        // Most machines don't have the originals, and CI may be one of them.
        peer::tell_not_run("the environment variable TOKENRING_SHARED is not set");
        return;
    };
    let shared = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(shared);
    let read = |name: &str| {
        let path = shared.join(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let guide = read("reference/pca-dg-3059-generate-jwt.md");
    assert!(guide.contains(&format!("{}NOTE", text().trim())));
    let original: Value = serde_json::from_str(&read("vectors/pca-sample-key.json")).unwrap();
    assert_eq!(fixtures::json("pca/sample-key.json"), original["jwk"]);
}
