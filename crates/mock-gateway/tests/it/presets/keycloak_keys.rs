//! How Keycloak chooses a key: PEM mode and JWKS mode are two flows.

use tokenring_jwk::{Algorithm, Jwk, JwkSet, KeyId, KeyUse};

use super::keycloak::SPKI_HASH;
use crate::draft::{Draft, KEY_ID};
use crate::preset::{Preset, Refused, Words, key_set, public_key};

/// Of the key in `tests/data`, as its PROVENANCE.md says.
const THUMBPRINT: &str = "m5E7npU1CD1UB_kyp4GY2UwR5NVo-RvjXBxZ4PJ5y5w";

const UNKNOWN_KEY: Refused = Refused {
    rule: "unknown-key-id",
    status: 400,
    error: "invalid_client",
    words: Words::Known("Unable to load public key"),
};

fn good(preset: &Preset, algorithm: Algorithm) -> Draft {
    let issuer = preset.gateway.issuer().unwrap().to_owned();
    Draft::new(preset, algorithm, &issuer).claim("iat", preset.now())
}

#[test]
fn pem_mode_knows_the_spki_hash_and_not_the_thumbprint() {
    let preset = Preset::start("keycloak", public_key(Algorithm::Rs256));
    let with_id = |id: &str| good(&preset, Algorithm::Rs256).header("kid", id);
    preset.accepts(&with_id(SPKI_HASH));
    preset.accepts(&good(&preset, Algorithm::Rs256));
    preset.refuses(&with_id(THUMBPRINT), &UNKNOWN_KEY);
    preset.refuses(&with_id(KEY_ID), &UNKNOWN_KEY);
    preset.refuses(&with_id(""), &UNKNOWN_KEY);
}

/// Without `kid`, the first key whose own algorithm is the assertion's: for RSA that is RS256.
#[test]
fn pem_mode_without_key_id_takes_the_keys_own_algorithm_only() {
    let preset = Preset::start("keycloak", public_key(Algorithm::Rs256));
    for algorithm in [Algorithm::Rs512, Algorithm::Rs384, Algorithm::Ps256] {
        let nameless = Refused {
            rule: "key-id-absent",
            ..UNKNOWN_KEY
        };
        preset.refuses(&good(&preset, algorithm), &nameless);
        preset.accepts(&good(&preset, algorithm).header("kid", SPKI_HASH));
    }
    // An EC key says no algorithm at all in that form, unlike an Ed25519 key.
    let preset = Preset::start("keycloak", public_key(Algorithm::Es256));
    let nameless = Refused {
        rule: "key-id-absent",
        ..UNKNOWN_KEY
    };
    preset.refuses(&good(&preset, Algorithm::Es256), &nameless);
    let preset = Preset::start("keycloak", public_key(Algorithm::EdDsa));
    preset.accepts(&good(&preset, Algorithm::EdDsa));
}

#[test]
fn jwks_mode_compares_the_published_key_id_and_wants_a_use() {
    let algorithms = [Algorithm::Rs256];
    let preset = Preset::start_flow("keycloak", "jwks-url", key_set(&algorithms));
    let with_id = |id: &str| good(&preset, Algorithm::Rs512).header("kid", id);
    preset.accepts(&with_id(KEY_ID));
    preset.refuses(&with_id(SPKI_HASH), &UNKNOWN_KEY);
    preset.refuses(&with_id("TEST-1"), &UNKNOWN_KEY);

    let jwk = Jwk::new(public_key(Algorithm::Rs256)).with_key_id(KeyId::new(KEY_ID));
    for (jwk, is_taken) in [
        (jwk.clone(), false),
        (jwk.clone().with_use(KeyUse::Encryption), false),
        (jwk.with_use(KeyUse::Signature), true),
    ] {
        let preset = Preset::start_flow("keycloak", "jwks-url", JwkSet::from_iter([jwk]));
        let draft = good(&preset, Algorithm::Rs256).header("kid", KEY_ID);
        if is_taken {
            preset.accepts(&draft);
        } else {
            let unusable = Refused {
                rule: "key-use",
                ..UNKNOWN_KEY
            };
            preset.refuses(&draft, &unusable);
        }
    }
}

/// The realm's own URL where nobody said which server it is.
#[test]
fn a_realm_that_is_anybodys_guess_is_here() {
    let preset = Preset::start("keycloak", public_key(Algorithm::Rs256));
    let base = preset.gateway.base_url();
    assert_eq!(
        preset.gateway.issuer(),
        Some(format!("{base}/realms/example").as_str())
    );
    assert_eq!(
        preset.gateway.token_url(),
        format!("{base}/realms/example/protocol/openid-connect/token")
    );
}
