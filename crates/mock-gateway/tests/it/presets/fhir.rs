//! SMART Backend Services and its relatives: Epic and the CMS's Data at the Point of Care.

use tokenring_gateway::Gateway;
use tokenring_jwk::Algorithm;

use crate::draft::{CLIENT, Draft, KEY_ID};
use crate::preset::{
    Preset, Refused, Words, certificate, key_set, public_key, stated_key_set, unlisted,
};

fn good(preset: &Preset, algorithm: Algorithm) -> Draft {
    Draft::new(preset, algorithm, &preset.gateway.token_url())
        .header("kid", KEY_ID)
        .form("scope", "system/*.read")
}

/// The SMART App Launcher finds a key by its `alg`.
#[test]
fn smart_finds_no_key_without_an_algorithm() {
    let preset = Preset::start("smart", key_set(&[Algorithm::Rs384]));
    let answer = good(&preset, Algorithm::Rs384).send(&preset);
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.json()["error_description"],
        "None of the keys found in the JWKS have alg equal to RS384"
    );
}

#[test]
fn smart_wants_a_scope_and_tells_it() {
    let algorithms = [Algorithm::Rs384, Algorithm::Es384];
    let preset = Preset::start("smart", stated_key_set(&algorithms));
    let now = preset.now();
    for algorithm in algorithms {
        let body = preset.accepts(&good(&preset, algorithm)).json();
        assert_eq!(body["scope"], "system/*.read");
        assert_eq!(body["token_type"], "Bearer");
        assert_eq!(body["expires_in"], 600);
    }
    let good = || good(&preset, Algorithm::Rs384);
    // The rules of the specification about which the launcher has no words.
    preset.refuses(
        &good().claim("exp", now + 301),
        &unlisted("expiry-too-late"),
    );
    let no_key = "None of the keys found in the JWKS have alg equal to RS256";
    let only_system =
        "Invalid scope(s) \"patient/Patient.rs\" requested. Only system scopes are allowed.";
    let not_granted = "No scope(s) could be granted";
    for (draft, rule, status, error, words) in [
        (
            good().without_form("scope"),
            "scope-absent",
            400,
            "invalid_client",
            "Missing 'scope' parameter",
        ),
        (
            good().signed_with(Algorithm::Rs256),
            "algorithm",
            401,
            "invalid_client",
            no_key,
        ),
        (
            good().without_header("kid"),
            "key-id-absent",
            401,
            "invalid_client",
            "Missing token 'kid' header",
        ),
        (
            good().without_header("typ"),
            "type",
            401,
            "invalid_client",
            "Invalid token 'typ' header. Must be 'JWT'.",
        ),
        (
            good().claim("exp", (now + 60).to_string()),
            "expiry-form",
            401,
            "invalid_client",
            "Invalid token. invalid exp value",
        ),
        (
            good().without_claim("jti"),
            "jwt-id-absent",
            401,
            "invalid_client",
            "Missing token 'jti' claim",
        ),
        (
            good().form("scope", "system/*.*"),
            "scope",
            401,
            "invalid_scope",
            not_granted,
        ),
        (
            good().form("scope", "system/Patient.rs system/Patient.cruds"),
            "scope",
            401,
            "invalid_scope",
            not_granted,
        ),
        (
            good().form("scope", "patient/Patient.rs"),
            "scope",
            401,
            "invalid_scope",
            only_system,
        ),
    ] {
        let words = Words::Known(words);
        let expected = Refused {
            rule,
            status,
            error,
            words,
        };
        preset.refuses(&draft, &expected);
    }
}

#[test]
fn epic_has_one_answer_for_everything() {
    let algorithms = [Algorithm::Rs384, Algorithm::Es384];
    let preset = Preset::start_flow("epic", "jwks-url", key_set(&algorithms));
    assert_eq!(preset.path(), "/interconnect-fhir-oauth/oauth2/token");
    preset.accepts(&good(&preset, Algorithm::Rs384));
    preset.accepts(&good(&preset, Algorithm::Rs384).without_header("typ"));
    preset.accepts(&good(&preset, Algorithm::Rs384).without_header("kid"));
    preset.accepts(&good(&preset, Algorithm::Es384));
    let good = || good(&preset, Algorithm::Rs384);
    for (draft, rule) in [
        (good().signed_with(Algorithm::Ps384), "algorithm"),
        (good().header("typ", "at+jwt"), "type"),
        (good().header("kid", "other"), "unknown-key-id"),
        (good().claim("exp", preset.now() + 301), "expiry-too-late"),
        (good().claim("iat", preset.now() + 1), "issued-in-future"),
    ] {
        preset.refuses(&draft, &unlisted(rule));
    }
}

/// A key that is registered as a certificate has no `kid`, and none is looked at.
#[test]
fn epic_with_a_certificate_looks_at_no_key_id() {
    let preset = Preset::start_flow("epic", "certificate", certificate());
    for draft in [
        good(&preset, Algorithm::Rs384),
        good(&preset, Algorithm::Rs384).without_header("kid"),
    ] {
        preset.accepts(&draft);
    }
    let stranger = good(&preset, Algorithm::Rs384).signed_by_stranger();
    preset.refuses(&stranger, &unlisted("signature"));
}

#[test]
fn a_small_key_is_refused_for_its_size() {
    let text = Gateway::builtin_source("epic").unwrap();
    let text = text.replace("minimum-rsa-bits = 2048", "minimum-rsa-bits = 4096");
    let text = text
        .replace("RSA-2048", "RSA-4096")
        .replace("RSA-3072", "RSA-4096");
    let gateway = Gateway::parse(&text, "epic.toml").unwrap();
    let preset = Preset::start_with(&gateway.with_flow("jwks-url").unwrap(), |builder| {
        builder.with_client(CLIENT, key_set(&[Algorithm::Rs384]))
    });
    preset.refuses(&good(&preset, Algorithm::Rs384), &unlisted("key-size"));
}

/// The portal hands out the key ID, and a key was registered as PEM.
#[test]
fn dpc_takes_an_assertion_twice() {
    let preset = Preset::start("dpc", public_key(Algorithm::Rs384));
    assert_eq!(preset.path(), "/api/v1/Token/auth");
    let once = || {
        good(&preset, Algorithm::Rs384)
            .header("kid", "b296f9d2-1aae-4a59-b6c7-c759b9fad226")
            .claim("jti", "once")
    };
    preset.accepts(&once());
    preset.accepts(&once());
    preset.refuses(&once().without_header("kid"), &unlisted("key-id-absent"));
    preset.refuses(&once().without_form("scope"), &unlisted("scope-absent"));
    preset.refuses(
        &once().signed_with(Algorithm::Rs256),
        &unlisted("algorithm"),
    );
    preset.refuses(&once().signed_by_stranger(), &unlisted("signature"));
}

/// A variable that is a whole URL takes this gateway's address, and the path of its example.
#[test]
fn smart_has_no_address_of_its_own() {
    let gateway = Gateway::builtin("smart").unwrap();
    let preset = Preset::start_with(&gateway, |builder| {
        builder
            .with_variable("fhir_base", "https://fhir.example.org/r4")
            .with_client(CLIENT, stated_key_set(&[Algorithm::Rs384]))
    });
    preset.accepts(&good(&preset, Algorithm::Rs384));
}
