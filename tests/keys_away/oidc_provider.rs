use serde_json::{Value, json};
use tokenring_jwk::{Algorithm, KeyId, PublicKey, Signer};

use crate::provider::Provider;
use crate::soft_hsm::with_tokens;
use crate::tokens::{KEY_ID, jwk_set, obtain};

/// A client as the provider wants to hear of it, named after its algorithm.
pub(crate) fn client(public_key: &PublicKey, signer: &dyn Signer) -> Value {
    let jwk_set = jwk_set(public_key, signer).to_json();
    let jwk_set: Value = serde_json::from_str(&jwk_set).unwrap();
    let name = signer.algorithm().name();
    json!({ "client_id": name, "alg": name, "jwks": jwk_set })
}

/// The provider takes what every kind of key on a token signs.
#[test]
fn keys_on_a_token() {
    with_tokens(
        "oidc_provider::keys_on_a_token",
        |tokens| {
            tokens.make_token("signing");
            tokens.make_key("signing", "rsa:2048", "rsa", &["--id", "01"]);
            tokens.make_key("signing", "EC:prime256v1", "p256", &["--id", "02"]);
            tokens.make_key("signing", "EC:secp384r1", "p384", &["--id", "03"]);
            tokens.make_key("signing", "EC:secp521r1", "p521", &["--id", "04"]);
            tokens.make_key("signing", "EC:edwards25519", "ed25519", &["--id", "05"]);
        },
        |tokens| {
            let mut signers = Vec::new();
            for label in ["rsa", "p256", "p384", "p521", "ed25519"] {
                let key = tokens
                    .open(&format!("token=signing;object={label}"))
                    .unwrap();
                for &algorithm in key.key_type().algorithms() {
                    let signer = key.clone().into_signer(algorithm).unwrap();
                    signers.push(signer.with_key_id(KeyId::new(KEY_ID)));
                }
            }
            assert_eq!(signers.len(), Algorithm::ALL.len());
            let clients: Vec<Value> = signers
                .iter()
                .map(|signer| client(signer.public_key().unwrap(), signer))
                .collect();
            let Some(provider) = Provider::start(&json!({ "clients": clients })) else {
                return;
            };
            for signer in &signers {
                let client_id = signer.algorithm().name();
                obtain(provider.token_endpoint(), client_id, signer);
                provider.granted(client_id);
            }
            provider.stop();
        },
    );
}
