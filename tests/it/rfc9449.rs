//! OAuth 2.0 Demonstrating Proof of Possession (DPoP).

use integration_tests::{fixtures, provider};
use serde_json::{Value, json};
use tokenring_assertion::{DpopClaims, Error, JwtId, NumericDate};
use tokenring_jwk::{Algorithm, Jwk, KeySpec, PublicKey, Signature, ring};

use crate::claims::parts;
use crate::rfc_figures::Compact;
use crate::rfc7638::check_thumbprint;

fn key_of(figure: &Value) -> PublicKey {
    let jwk = Jwk::from_json(&figure["header"]["jwk"].to_string()).unwrap();
    jwk.public_key().clone()
}

/// Makes the figure's proof, compares its header and claims, and verifies the figure's own.
#[track_caller]
fn check(section: &str, claims: DpopClaims) {
    let figure = fixtures::rfc(9449, section);
    let key = key_of(&figure);
    let input = claims.signing_input(Algorithm::Es256, &key).unwrap();
    let (header, claims) = parts(input.as_bytes());
    let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(value(&header), figure["header"]);
    assert_eq!(value(&claims), figure["claims"]);

    let proof = Compact::new(fixtures::text_of(&figure, "compact"));
    let signature = Signature::from_bytes(proof.signature.clone());
    for provider in provider::ALL {
        let verifies = |message: &[u8]| {
            provider
                .verify(&key, Algorithm::Es256, message, signature.as_bytes())
                .is_ok()
        };
        assert!(verifies(&proof.signing_input), "{provider:?}");
        let mut changed = proof.signing_input.clone();
        changed[200] ^= 1;
        assert!(!verifies(&changed), "{provider:?}");
    }
}

fn jwt_id(text: &str) -> JwtId {
    JwtId::from_text(text).unwrap()
}

#[test]
fn section_4_1_proof_of_a_token_request() {
    let issued_at = NumericDate::from_seconds(1_562_262_616);
    let url = "https://server.example.com/token?tenant=1#top";
    let jwt_id = jwt_id("-BwC3ESc6acc2lTc");
    check("4.1", DpopClaims::new("POST", url, jwt_id, issued_at));
}

#[test]
fn section_6_1_thumbprint() {
    let figure = fixtures::rfc(9449, "6.1");
    check_thumbprint(
        &figure["jwk"].to_string(),
        fixtures::text_of(&figure, "jkt"),
    );
}

#[test]
fn section_7_1_proof_with_an_access_token() {
    let figure = fixtures::rfc(9449, "7.1");
    let digest = ring::sha256(fixtures::text_of(&figure, "access_token").as_bytes());
    let issued_at = NumericDate::from_seconds(1_562_262_618);
    let url = "https://resource.example.org/protectedresource";
    let claims = DpopClaims::new("GET", url, jwt_id("e1j3V_bKic8-LAEB"), issued_at);
    check("7.1", claims.with_access_token_hash(digest));
}

#[test]
fn section_8_nonce() {
    let key = ring::generate(KeySpec::Ed25519).unwrap();
    let key = ring::SigningKey::new(&key, Algorithm::EdDsa).unwrap();
    let claims = |id| {
        let issued_at = NumericDate::from_seconds(1);
        DpopClaims::new(
            "POST",
            "https://server.example.com/token",
            jwt_id(id),
            issued_at,
        )
    };
    let proof = claims("1").with_nonce("eyJ7S_zG.eyJH0-Z.HX4w-7v");
    let proof = proof.sign(key.public_key(), &key).unwrap();
    let compact = Compact::new(proof.secret());
    let (header, claims_text) = parts(&compact.signing_input);
    let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(
        value(&claims_text)["nonce"],
        json!("eyJ7S_zG.eyJH0-Z.HX4w-7v")
    );
    assert_eq!(value(&header)["jwk"]["crv"], json!("Ed25519"));
    assert_eq!(value(&header)["jwk"].get("d"), None);
    let signature = Signature::from_bytes(compact.signature);
    let verified = ring::verify(
        key.public_key(),
        Algorithm::EdDsa,
        &compact.signing_input,
        &signature,
    );
    assert!(verified.is_ok());

    let other = key_of(&fixtures::rfc(9449, "4.1"));
    let refused = claims("2").sign(&other, &key).unwrap_err();
    assert!(matches!(refused, Error::ProofKey { .. }), "{refused}");
}
