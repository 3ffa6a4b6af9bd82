//! A client that is registered in another way than the flow in use says.

use base64ct::{Base64UrlUnpadded, Encoding};
use tokenring_gateway::{Gateway, Remedy, Rule};
use tokenring_jwk::{Jwk, JwkSet, KeyId, any};

use super::scene::{Scene, public};

/// Stands for what Keycloak calls the key that signs, where it has its public half alone.
const HASH: &str = "the hash of the key";

/// The first cause of an unknown kid at Keycloak, which stores a public key or has a JWK Set.
#[track_caller]
fn check(gateway: &str, kid: &str, sentence: &str) {
    let mut scene = Scene::of(gateway, None);
    let hash = any::sha256(&public(&scene.key).to_spki_der());
    let hash = Base64UrlUnpadded::encode_string(&hash);
    scene = scene.header("kid", kid.replace(HASH, &hash));
    let file = Gateway::builtin(gateway).unwrap();
    scene.gateway = file.with_flow("public-key").unwrap();
    scene.keys_are_presumed = true;
    let body = r#"{"error":"invalid_client","error_description":"Unable to load public key"}"#;
    let diagnosis = scene.says(400, body).diagnosis();
    let first = diagnosis.first();
    assert_eq!(first.rule(), Some(Rule::UnknownKeyId), "{gateway} {kid}");
    let text = first.explanation().to_string();
    assert!(text.contains(sentence), "{gateway} {kid}: {text}");
    let is_of_flow = matches!(first.remedy(), Remedy::ChooseFlow { .. });
    assert_eq!(is_of_flow, kid == HASH, "{diagnosis:#?}");
}

/// The scene's key is on a curve: bcgov verifies with none that is stored, and the kid is first.
#[test]
fn both_ways_of_naming_a_key_are_compared() {
    for gateway in ["keycloak", "bcgov"] {
        check(
            gateway,
            "other",
            "key-1.json has no key of this kid either: there the key that signs has the kid \"key-1\".",
        );
        // The kid is right in the flow in use: the client is registered for the other.
        check(
            gateway,
            HASH,
            "key-1.json has no key of this kid either: there the key that signs has the kid \"key-1\".",
        );
        check(
            gateway,
            "key-1",
            "key-1.json has a key of this kid, which counts where",
        );
    }
}

/// What the JWK Set next to the key has is no cause where the flow registers a bare key.
#[test]
fn a_use_that_is_stated_is_no_cause() {
    for states_use in [true, false] {
        let mut scene = Scene::of("keycloak", None).header("kid", "other");
        scene.keys_are_presumed = true;
        if !states_use {
            let jwk = Jwk::new(public(&scene.key)).with_key_id(KeyId::new("key-1"));
            scene.published = Some(JwkSet::from_iter([jwk]));
        }
        let body = r#"{"error":"invalid_client","error_description":"Unable to load public key"}"#;
        let diagnosis = scene.says(400, body).diagnosis();
        let mut causes = diagnosis.causes();
        let blamed = causes.any(|cause| cause.rule() == Some(Rule::KeyUse));
        assert_eq!(blamed, !states_use, "{diagnosis:?}");
    }
}
