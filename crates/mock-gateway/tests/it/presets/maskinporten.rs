//! Maskinporten: the assertion is the grant, and a claim outside its table is refused.

use serde_json::json;
use tokenring_jwk::Algorithm;

use crate::draft::{Draft, KEY_ID};
use crate::preset::{Preset, Refused, Words, key_set, unlisted_form, unlisted_grant};

fn start() -> Preset {
    Preset::start("maskinporten", key_set(&[Algorithm::Rs256]))
}

fn good(preset: &Preset) -> Draft {
    Draft::grant(preset, Algorithm::Rs256, "https://test.maskinporten.no/")
        .header("kid", KEY_ID)
        .without_claim("sub")
        .claim("iat", preset.now())
        .claim("scope", "entur:foo.1")
}

const fn refused(rule: &'static str, words: &'static str) -> Refused {
    Refused {
        rule,
        status: 400,
        error: "invalid_grant",
        words: Words::Part(words),
    }
}

#[test]
fn a_grant_is_taken_and_its_scope_told() {
    let preset = start();
    let answer = preset.accepts(&good(&preset));
    assert_eq!(answer.json()["scope"], "entur:foo.1");
    preset.accepts(&good(&preset).claim("resource", json!(["https://example.no"])));
    preset.accepts(&good(&preset).claim("aud", json!(["https://test.maskinporten.no/"])));
    // Another environment is another issuer, at the same path here.
    assert_eq!(preset.gateway.audience(), "https://test.maskinporten.no/");
    assert!(preset.gateway.token_url().ends_with("/token"));
}

#[test]
fn claims_outside_the_table_are_refused() {
    let preset = start();
    let now = preset.now();
    for draft in [
        good(&preset).claim("nbf", now),
        good(&preset).claim("sub", "test-client"),
        good(&preset).claim("client_id", "test-client"),
        good(&preset).claim("Scope", "x"),
    ] {
        preset.refuses(&draft, &refused("unknown-claim", "Invalid assertion"));
    }
}

#[test]
fn each_rule_has_its_answer() {
    let preset = start();
    let now = preset.now();
    let audience = |value| good(&preset).claim("aud", value);
    for other in [
        "https://test.maskinporten.no",
        "https://maskinporten.no/",
        "x",
    ] {
        preset.refuses(
            &audience(other),
            &refused("audience", "Invalid JWT claim aud"),
        );
    }
    // The token endpoint is no longer taken.
    let token_url = preset.gateway.token_url();
    preset.refuses(
        &audience(&token_url),
        &refused("audience", "Invalid JWT claim aud"),
    );
    preset.refuses(
        &good(&preset).without_header("kid"),
        &refused("key-id-absent", "no key identifier (kid) provided"),
    );
    preset.refuses(
        &good(&preset).signed_by_stranger(),
        &refused("signature", "Invalid JWT signature"),
    );
    preset.refuses(
        &good(&preset).claim("iat", now + 11),
        &refused("issued-in-future", "Issue time is after now"),
    );
    preset.accepts(&good(&preset).claim("iat", now + 10));
    preset.accepts(&good(&preset).claim("iat", now - 10));
    preset.refuses(
        &good(&preset).claim("iat", now - 11),
        &unlisted_grant("too-old"),
    );
    // At most 120 s between iat and exp, wherever now is.
    preset.accepts(&good(&preset).claim("iat", now - 10).claim("exp", now + 110));
    preset.refuses(
        &good(&preset).claim("iat", now - 10).claim("exp", now + 111),
        &unlisted_grant("expiry-too-late"),
    );
    preset.refuses(
        &good(&preset).without_claim("iat"),
        &unlisted_grant("issued-at-absent"),
    );
    preset.refuses(
        &good(&preset).without_claim("scope"),
        &unlisted_grant("scope-absent"),
    );
    preset.refuses(
        &good(&preset).claim("scope", " "),
        &unlisted_grant("scope-absent"),
    );
    preset.refuses(
        &good(&preset).signed_with(Algorithm::Ps256),
        &unlisted_grant("algorithm"),
    );
    preset.refuses(
        &good(&preset).form("grant_type", "client_credentials"),
        &unlisted_form("grant-type"),
    );
    preset.refuses(
        &good(&preset).claim("iss", "nobody"),
        &unlisted_grant("unknown-client"),
    );
}

/// An assertion that was sent as for client authentication is none here.
#[test]
fn a_client_assertion_is_no_grant() {
    let preset = start();
    let draft = Draft::new(&preset, Algorithm::Rs256, "https://test.maskinporten.no/")
        .form("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
    preset.refuses(&draft, &unlisted_form("client-assertion-absent"));
}

#[test]
fn a_grant_is_used_once() {
    let preset = start();
    let once = || good(&preset).claim("jti", "once");
    preset.accepts(&once());
    let draft = once();
    assert_eq!(draft.send(&preset).status, 400);
    let event = preset.gateway.events().pop().unwrap();
    assert_eq!(event.refusal().unwrap().rule(), "jwt-id-spent");
    // A jti is not required, and then nothing is remembered.
    preset.accepts(&good(&preset).without_claim("jti"));
    preset.accepts(&good(&preset).without_claim("jti"));
}

/// A chain of certificates names the key as well, and is compared with what was registered.
#[test]
fn a_chain_of_certificates_names_the_key() {
    let chain: String = include_str!("../../data/test-client-certificate.pem")
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    let by_chain = |preset: &Preset, chain: &str| {
        good(preset)
            .without_header("kid")
            .header("x5c", json!([chain]))
    };
    let preset = Preset::start("maskinporten", crate::preset::certificate());
    preset.accepts(&by_chain(&preset, &chain));
    preset.accepts(&by_chain(&preset, &chain).header("kid", ""));
    preset.refuses(
        &by_chain(&preset, "AAAA"),
        &unlisted_grant("unknown-key-id"),
    );
    let none = good(&preset).without_header("kid").header("x5c", json!([]));
    preset.refuses(&none, &unlisted_grant("unknown-key-id"));
    // A key that was registered without a certificate is compared by its signature alone.
    let preset = start();
    preset.accepts(&by_chain(&preset, &chain));
    let stranger = by_chain(&preset, &chain).signed_by_stranger();
    preset.refuses(&stranger, &refused("signature", "Invalid JWT signature"));
}
