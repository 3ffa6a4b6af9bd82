//! Two national registers that want the issuer: HelseID (Norway) and the CDR (Australia).

use tokenring_jwk::Algorithm;

use crate::draft::{CLIENT, Draft, KEY_ID};
use crate::preset::{Preset, key_set, unlisted, unlisted_form};

#[test]
fn helseid_wants_both_dates_and_a_minute_at_most() {
    let preset = Preset::start("helseid", key_set(&[Algorithm::Rs256, Algorithm::Es384]));
    let now = preset.now();
    let good = || {
        Draft::new(&preset, Algorithm::Rs256, "https://helseid-sts.test.nhn.no")
            .header("kid", KEY_ID)
            .header("typ", "client-authentication+jwt")
            .claim("iat", now)
            .claim("nbf", now)
            .form("client_id", CLIENT)
    };
    preset.accepts(&good());
    preset.accepts(&good().header("typ", "JWT"));
    preset.accepts(&good().signed_with(Algorithm::Es384));
    for (draft, rule) in [
        (good().claim("exp", now + 61), "expiry-too-late"),
        (good().without_claim("iat"), "issued-at-absent"),
        (good().without_claim("nbf"), "not-before-absent"),
        (good().claim("iat", now.to_string()), "issued-at-form"),
        (good().claim("aud", preset.gateway.token_url()), "audience"),
        (good().header("typ", "at+jwt"), "type"),
        (good().without_header("kid"), "key-id-absent"),
        (good().signed_with(Algorithm::EdDsa), "algorithm"),
    ] {
        preset.refuses(&draft, &unlisted(rule));
    }
}

#[test]
fn cdr_wants_the_issuer_or_the_endpoint_and_the_client_id() {
    let preset = Preset::start("cdr", key_set(&[Algorithm::Ps256]));
    assert_eq!(preset.path(), "/idp/connect/token");
    let issuer = preset.gateway.issuer().unwrap();
    assert!(issuer.starts_with("https://"), "{issuer}");
    let good = || {
        Draft::new(&preset, Algorithm::Ps256, issuer)
            .header("kid", KEY_ID)
            .form("client_id", CLIENT)
    };
    let body = preset.accepts(&good()).json();
    assert_eq!(body["expires_in"], 300);
    preset.accepts(&good().claim("aud", preset.gateway.token_url()));
    let without = good().without_form("client_id");
    preset.refuses(&without, &unlisted_form("client-id-absent"));
    for (draft, rule) in [
        (good().without_header("kid"), "key-id-absent"),
        (good().signed_with(Algorithm::Rs256), "algorithm"),
        (
            good().claim("aud", "https://secure.api.cdr.gov.au"),
            "audience",
        ),
    ] {
        preset.refuses(&draft, &unlisted(rule));
    }
}
