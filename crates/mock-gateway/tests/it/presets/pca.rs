//! Provider Connect Australia: RS256, the token URL, `client_id` in the form.

use serde_json::json;
use tokenring_jwk::Algorithm;

use crate::draft::{CLIENT, Draft, KEY_ID};
use crate::preset::{Preset, key_set, unlisted, unlisted_form};

fn start() -> Preset {
    Preset::start("pca", key_set(&[Algorithm::Rs256]))
}

fn good(preset: &Preset) -> Draft {
    Draft::new(preset, Algorithm::Rs256, &preset.gateway.token_url())
        .header("kid", KEY_ID)
        .form("client_id", CLIENT)
}

#[test]
fn it_is_where_the_real_one_is() {
    let preset = start();
    assert_eq!(preset.path(), "/PcaAuthApi/v2/auth/token");
    assert_eq!(preset.gateway.audience(), preset.gateway.token_url());
    assert_eq!(preset.gateway.issuer(), None);
}

#[test]
fn each_rule_refuses() {
    let preset = start();
    let now = preset.now();
    preset.accepts(&good(&preset));
    preset.accepts(&good(&preset).claim("exp", now + 300));
    // The guide's example has it as text, and nothing says that this is refused.
    preset.accepts(&good(&preset).claim("exp", (now + 60).to_string()));
    let without = good(&preset).without_form("client_id");
    preset.refuses(&without, &unlisted_form("client-id-absent"));
    for (draft, rule) in [
        (good(&preset).form("client_id", "x"), "client-id"),
        (good(&preset).signed_with(Algorithm::Rs384), "algorithm"),
        (good(&preset).without_header("kid"), "key-id-absent"),
        (good(&preset).without_header("typ"), "type"),
        (
            good(&preset).header("typ", "client-authentication+jwt"),
            "type",
        ),
        (good(&preset).claim("exp", now + 301), "expiry-too-late"),
        (
            good(&preset).claim("exp", (now + 301).to_string()),
            "expiry-too-late",
        ),
        (good(&preset).claim("exp", (now - 1).to_string()), "expired"),
        (good(&preset).claim("exp", "soon"), "expiry-form"),
        (
            good(&preset).claim(
                "aud",
                "https://sra-vendor-test.digitalhealth.gov.au/SraAuthApi/auth/token",
            ),
            "audience",
        ),
        (
            good(&preset).claim("aud", json!([preset.gateway.token_url()])),
            "audience-list",
        ),
    ] {
        preset.refuses(&draft, &unlisted(rule));
    }
}
