//! Two identity services whose tenant is a variable: Okta and Auth0.

use serde_json::json;
use tokenring_gateway::Gateway;
use tokenring_jwk::Algorithm;

use crate::draft::{CLIENT, Draft, KEY_ID};
use crate::preset::{Preset, Refused, Words, key_set, public_key, unlisted};

const fn okta_refused(rule: &'static str, words: &'static str) -> Refused {
    Refused {
        rule,
        status: 401,
        error: "invalid_client",
        words: Words::Known(words),
    }
}

#[test]
fn okta_wants_the_endpoint_a_scope_and_an_hour_at_most() {
    let preset = Preset::start("okta", key_set(&[Algorithm::Rs256, Algorithm::Es256]));
    assert_eq!(preset.path(), "/oauth2/v1/token");
    let now = preset.now();
    let good = || {
        Draft::new(&preset, Algorithm::Rs256, &preset.gateway.token_url())
            .header("kid", KEY_ID)
            .form("scope", "okta.users.read")
    };
    preset.accepts(&good());
    preset.accepts(&good().claim("exp", now + 3600).without_claim("jti"));
    preset.accepts(&good().signed_with(Algorithm::Es256));
    preset.accepts(&good().claim("iat", now));
    preset.accepts(&good().claim("aud", json!([preset.gateway.token_url()])));
    let too_late = "The client_assertion token has an expiration too far into the future.";
    let audience =
        "The audience claim for client_assertion must be the endpoint invoked for the request.";
    preset.refuses(
        &good().claim("exp", now + 3601),
        &okta_refused("expiry-too-late", too_late),
    );
    let issuer = preset.gateway.issuer().unwrap();
    preset.refuses(
        &good().claim("aud", issuer),
        &okta_refused("audience", audience),
    );
    preset.refuses(&good().claim("iat", now + 1), &unlisted("issued-in-future"));
    preset.refuses(&good().without_form("scope"), &unlisted("scope-absent"));
    preset.refuses(
        &good().signed_with(Algorithm::Ps256),
        &unlisted("algorithm"),
    );
    // Optional, and single-use where it is sent.
    preset.accepts(&good().claim("jti", "once"));
    preset.refuses(&good().claim("jti", "once"), &unlisted("jwt-id-spent"));
}

#[test]
fn auth0_wants_its_domain_with_a_slash_at_the_end() {
    let gateway = Gateway::builtin("auth0").unwrap();
    let preset = Preset::start_with(&gateway, |builder| {
        builder
            .with_variable("tenant", "acme.eu")
            .with_client(CLIENT, public_key(Algorithm::Rs256))
    });
    assert_eq!(preset.path(), "/oauth/token");
    assert_eq!(preset.gateway.audience(), "https://acme.eu.auth0.com/");
    let now = preset.now();
    let good = || Draft::new(&preset, Algorithm::Rs256, "https://acme.eu.auth0.com/");
    preset.accepts(&good());
    preset.accepts(&good().header("kid", "whatever Auth0 calls it"));
    preset.accepts(&good().claim("exp", now + 300));
    let token_url = preset.gateway.token_url();
    for (draft, rule) in [
        (good().claim("aud", "https://acme.eu.auth0.com"), "audience"),
        (good().claim("aud", token_url), "audience"),
        (
            good().claim("aud", json!(["https://acme.eu.auth0.com/"])),
            "audience-list",
        ),
        (good().claim("exp", now + 301), "expiry-too-late"),
        (good().without_claim("jti"), "jwt-id-absent"),
        (good().signed_with(Algorithm::Rs512), "algorithm"),
        (good().signed_by_stranger(), "signature"),
    ] {
        preset.refuses(&draft, &unlisted(rule));
    }
}

#[test]
fn a_tenant_that_nobody_named_is_this_gateway() {
    let preset = Preset::start("auth0", public_key(Algorithm::Rs256));
    let own = format!("{}/", preset.gateway.base_url());
    assert_eq!(preset.gateway.issuer(), Some(own.as_str()));
    preset.accepts(&Draft::new(&preset, Algorithm::Rs256, &own));
}
