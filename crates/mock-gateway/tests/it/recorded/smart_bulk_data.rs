//! SMART bulk-data-server 2.1.1.

use serde_json::json;
use tokenring_mock_gateway::{ClientRegistration, JwkSource};

use super::plain::{Server, check, one_key, several_keys};

const SERVER: Server = Server {
    gateway: "smart-bulk-data",
    files: &["smart-bulk-data-2.1.json", "smart-bulk-data-2.1-more.json"],
    base_url: "http://127.0.0.1:9443",
    token_path: "/auth/token",
    algorithm: "RS384",
    lifetime: 290,
    form: &[("scope", "system/Patient.rs")],
    others: &[],
    client,
};

fn client(words: &str, label: &str) -> (JwkSource, ClientRegistration) {
    let rsa = |members| one_key("rsa2048-a", &members);
    let set = |text: &str| JwkSource::Text(text.to_owned());
    let keys = match words {
        "EC key" => one_key("p384-a", &json!({})),
        "P-256 key" => one_key("p256-a", &json!({})),
        "P-521 key" => one_key("p521-a", &json!({})),
        "Ed25519 key" => one_key("ed25519-a", &json!({})),
        "JWK with another alg" => rsa(json!({ "alg": "RS512" })),
        "JWK with use enc" => rsa(json!({ "use": "enc" })),
        "JWK without use" => rsa(json!({ "use": null })),
        "JWK without kid" => rsa(json!({ "kid": null })),
        "JWK with key_ops sign" => rsa(json!({ "key_ops": ["sign"] })),
        "JWK with key_ops sign and verify" => rsa(json!({ "key_ops": ["sign", "verify"] })),
        "JWK with empty key_ops" => rsa(json!({ "key_ops": [] })),
        "two keys" => several_keys(&[("rsa2048-b", "k2"), ("rsa2048-a", "k1")]),
        "two keys of one kid" => several_keys(&[("rsa2048-b", "k1"), ("rsa2048-a", "k1")]),
        "RSA and EC of one kid" => several_keys(&[("rsa2048-a", "k1"), ("p384-a", "k1")]),
        "JWK Set URL refuses" | "JWK Set URL 404" => {
            JwkSource::Url("http://127.0.0.1:9/jwks".to_owned())
        }
        "JWK Set URL HTML" => set("<html></html>"),
        "JWK Set URL with no keys" | "set with no keys" => set(r#"{"keys":[]}"#),
        "JWK Set URL with other JSON" | "set with other JSON" => set(r#"{"a":1}"#),
        // The six keys of the first recording.
        _ if label.starts_with("token, ES256") => one_key("p256-a", &json!({ "kid": "k3" })),
        _ if label.starts_with("token, ES512") => one_key("p521-a", &json!({ "kid": "k4" })),
        _ if label.starts_with("token, EdDSA") => one_key("ed25519-a", &json!({ "kid": "k5" })),
        _ if label == "token, JWK without alg and use" => rsa(json!({ "kid": "k6", "use": null })),
        _ if label == "JWK with key_ops sign" => rsa(json!({ "kid": "k7", "key_ops": ["sign"] })),
        _ if label == "kid of another key" => one_key("rsa2048-b", &json!({ "kid": "k6" })),
        _ => rsa(json!({})),
    };
    (keys, ClientRegistration::new())
}

#[test]
fn the_mock_of_smart_bulk_data_answers_like_2_1() {
    check(&SERVER, 188);
}
