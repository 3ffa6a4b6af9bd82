//! cgpclient's way to the NHS platform, and the authorization server of which nothing is known.

use serde_json::json;
use tokenring_gateway::Gateway;
use tokenring_jwk::Algorithm;

use crate::draft::{CLIENT, Draft, KEY_ID};
use crate::preset::{Preset, Refused, Words, key_set, unlisted};

#[test]
fn nhs_cgp_answers_like_the_platform() {
    let gateway = Gateway::builtin("nhs-cgp").unwrap();
    let preset = Preset::start_with(&gateway, |builder| {
        builder
            .with_variable("api_host", "int.api.service.nhs.uk")
            .with_client(CLIENT, key_set(&[Algorithm::Rs512]))
    });
    assert_eq!(preset.path(), "/oauth2/token");
    let good =
        || Draft::new(&preset, Algorithm::Rs512, &preset.gateway.token_url()).header("kid", KEY_ID);
    assert_eq!(preset.accepts(&good()).json()["expires_in"], "599");
    let refused = |rule, status, error, words| Refused {
        rule,
        status,
        error,
        words: Words::Known(words),
    };
    preset.refuses(
        &good().without_header("typ"),
        &refused(
            "type",
            400,
            "invalid_request",
            "Invalid 'typ' header in client_assertion JWT - must be 'JWT'",
        ),
    );
    preset.refuses(
        &good().claim("aud", "https://api.service.nhs.uk/oauth2/token"),
        &refused(
            "audience",
            401,
            "invalid_request",
            "Missing or invalid 'aud' claim in client_assertion JWT",
        ),
    );
    preset.refuses(
        &good().signed_by_stranger(),
        &refused(
            "signature",
            401,
            "public_key error",
            "JWT signature verification failed",
        ),
    );
}

#[test]
fn generic_takes_what_most_servers_take() {
    let preset = Preset::start("generic", key_set(&[Algorithm::Rs256, Algorithm::Es256]));
    let token_url = preset.gateway.token_url();
    assert_eq!(preset.gateway.audience(), token_url);
    let good = || Draft::new(&preset, Algorithm::Rs256, &token_url).header("kid", KEY_ID);
    preset.accepts(&good());
    preset.accepts(&good().claim("aud", json!(["https://other.example", token_url])));
    preset.accepts(&good().without_header("typ").signed_with(Algorithm::Es256));
    let body = preset.accepts(&good().form("scope", "a b")).json();
    assert_eq!(body["scope"], "a b");
    let other = good().claim("aud", "https://other.example");
    preset.refuses(&other, &unlisted("audience"));

    let gateway = Gateway::builtin("generic").unwrap();
    let preset = Preset::start_with(&gateway, |builder| {
        builder
            .with_issuer("https://as.example.com")
            .with_client(CLIENT, key_set(&[Algorithm::Rs256]))
    });
    assert_eq!(preset.gateway.audience(), "https://as.example.com");
    let good = Draft::new(&preset, Algorithm::Rs256, "https://as.example.com");
    preset.accepts(&good.header("kid", KEY_ID));
}
