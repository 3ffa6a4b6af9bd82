//! RFC 10070: the issuer is the only audience, alone, and the type is looked at where it is sent.

use serde_json::json;
use tokenring_gateway::Gateway;
use tokenring_jwk::Algorithm;

use crate::draft::{CLIENT, Draft, KEY_ID};
use crate::preset::{Preset, key_set, unlisted};

const ISSUER: &str = "https://as.example.com";
const ALGORITHMS: [Algorithm; 5] = [
    Algorithm::Rs256,
    Algorithm::Es256,
    Algorithm::Es384,
    Algorithm::Es512,
    Algorithm::EdDsa,
];

fn start() -> Preset {
    let gateway = Gateway::builtin("rfc10070").unwrap();
    Preset::start_with(&gateway, |builder| {
        builder
            .with_issuer(ISSUER)
            .with_client(CLIENT, key_set(&ALGORITHMS))
    })
}

fn good(preset: &Preset) -> Draft {
    Draft::new(preset, Algorithm::Rs256, ISSUER)
        .header("kid", KEY_ID)
        .header("typ", "client-authentication+jwt")
}

#[test]
fn the_issuer_is_the_only_audience() {
    let preset = start();
    preset.accepts(&good(&preset));
    preset.accepts(&good(&preset).claim("aud", json!([ISSUER])));
    let token_url = preset.gateway.token_url();
    for other in [
        json!(token_url),
        json!(format!("{ISSUER}/")),
        json!([token_url]),
    ] {
        preset.refuses(&good(&preset).claim("aud", other), &unlisted("audience"));
    }
    let both = json!([ISSUER, token_url]);
    preset.refuses(
        &good(&preset).claim("aud", both),
        &unlisted("audience-list"),
    );
    preset.refuses(
        &good(&preset).without_claim("aud"),
        &unlisted("audience-absent"),
    );
}

/// Servers are told not to refuse a JWT without the type, and a profile can have one of its own.
#[test]
fn every_type_is_taken() {
    let preset = start();
    preset.accepts(&good(&preset).without_header("typ"));
    preset.accepts(&good(&preset).header("typ", "Client-Authentication+JWT"));
    for other in [
        json!("JWT"),
        json!("application/client-authentication+jwt"),
        json!("profile-client-authentication+jwt"),
        json!(null),
    ] {
        preset.accepts(&good(&preset).header("typ", other));
    }
}

#[test]
fn an_issuer_that_nobody_named_is_this_gateway() {
    let preset = Preset::start("rfc10070", key_set(&ALGORITHMS));
    let own = preset.gateway.base_url();
    assert_eq!(preset.gateway.issuer(), Some(own.as_str()));
    preset.accepts(&good(&preset).claim("aud", own));
    preset.refuses(&good(&preset), &unlisted("audience"));
}

#[test]
fn every_algorithm_is_verified() {
    let preset = start();
    for algorithm in Algorithm::ALL.iter().copied() {
        let draft = good(&preset).signed_with(algorithm);
        preset.accepts(&draft);
        // A signature by the same key over something else.
        let other = good(&preset).signed_with(algorithm).jwt();
        let this = good(&preset).signed_with(algorithm).jwt();
        let (signed, _) = this.rsplit_once('.').unwrap();
        let (_, signature) = other.rsplit_once('.').unwrap();
        let draft = good(&preset).text(&format!("{signed}.{signature}"));
        preset.refuses(&draft, &unlisted("signature"));
    }
    for other in ["none", "HS256", "rs256", ""] {
        preset.refuses(&good(&preset).header("alg", other), &unlisted("algorithm"));
    }
    // An algorithm of another kind of key than the one that is named.
    let preset = Preset::start_with(&Gateway::builtin("rfc10070").unwrap(), |builder| {
        builder
            .with_issuer(ISSUER)
            .with_client(CLIENT, key_set(&[Algorithm::Rs256]))
    });
    let draft = good(&preset).signed_with(Algorithm::Es256);
    preset.refuses(&draft, &unlisted("key-type"));
}

#[test]
fn what_every_gateway_refuses() {
    let preset = start();
    let now = preset.now();
    let claim = |name: &str, value: serde_json::Value| good(&preset).claim(name, value);
    for (draft, rule) in [
        (
            good(&preset).header("crit", json!(["exp"])),
            "critical-extension",
        ),
        (good(&preset).header("kid", "other"), "unknown-key-id"),
        (good(&preset).header("kid", json!(7)), "unknown-key-id"),
        (good(&preset).header("kid", json!(null)), "unknown-key-id"),
        (good(&preset).signed_by_stranger(), "signature"),
        (claim("iss", json!("x")), "issuer-not-subject"),
        (good(&preset).without_claim("iss"), "issuer-absent"),
        (claim("exp", json!((now + 60).to_string())), "expiry-form"),
        (good(&preset).without_claim("exp"), "expiry-absent"),
        (claim("exp", json!(now - 1)), "expired"),
        (claim("nbf", json!(now + 1)), "not-yet-valid"),
        (claim("nbf", json!("0")), "not-before-form"),
        (claim("iat", json!("0")), "issued-at-form"),
        (claim("iat", json!(null)), "issued-at-form"),
        (claim("jti", json!(7)), "jwt-id-form"),
        (good(&preset).form("client_id", "x"), "client-id"),
    ] {
        preset.refuses(&draft, &unlisted(rule));
    }
    // Its own exp is still good in the very second.
    preset.accepts(&claim("exp", json!(now)));
    preset.accepts(&claim(
        "exp",
        json!(format!("{now}.5").parse::<f64>().unwrap()),
    ));
    preset.accepts(&good(&preset).form("client_id", CLIENT));
    preset.accepts(&good(&preset).without_claim("jti"));
    // Without kid, any registered key may be the one.
    preset.accepts(&good(&preset).without_header("kid"));
}

#[test]
fn a_jwt_id_is_spent_on_acceptance_only() {
    let preset = start();
    let with_id = || good(&preset).claim("jti", "once");
    preset.refuses(&with_id().claim("aud", "x"), &unlisted("audience"));
    preset.accepts(&with_id());
    preset.refuses(&with_id(), &unlisted("jwt-id-spent"));
    preset.advance(3600);
    preset.accepts(&with_id().claim("exp", preset.now() + 60));
}
