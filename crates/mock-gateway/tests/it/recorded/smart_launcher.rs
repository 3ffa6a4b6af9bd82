//! SMART App Launcher 2.0.1.

use serde_json::json;
use tokenring_mock_gateway::{ClientRegistration, JwkSource};

use super::plain::{Server, check, keys_for, one_key};

const SERVER: Server = Server {
    gateway: "smart",
    files: &["smart-launcher-2.0.json", "smart-launcher-2.0-more.json"],
    base_url: "http://127.0.0.1:8445",
    token_path: "/v/r4/sim/SIM/auth/token",
    algorithm: "RS384",
    lifetime: 290,
    form: &[("scope", "system/Patient.rs")],
    others: &[],
    client,
};

fn client(words: &str, _: &str) -> (JwkSource, ClientRegistration) {
    let rsa = |members| one_key("rsa2048-a", &members);
    let set = |text: &str| JwkSource::Text(text.to_owned());
    let keys = match words {
        "JWK Set URL refuses" => JwkSource::Url("http://127.0.0.1:9/jwks".to_owned()),
        "JWK Set URL 404" => JwkSource::Url("http://127.0.0.1:9/missing".to_owned()),
        "JWK Set URL HTML" => set("<html></html>"),
        "JWK Set without keys" | "JWK Set URL with no keys" => set(r#"{"keys":[]}"#),
        "JWK Set URL with other JSON" => set(r#"{"a":1}"#),
        "JWK Set URL with a list" => set("[]"),
        // What it looks at of a private key are its operations.
        "private key registered" | "JWK with key_ops sign" => {
            rsa(json!({ "alg": "RS384", "key_ops": ["sign"] }))
        }
        "JWK with key_ops verify" => rsa(json!({ "alg": "RS384", "key_ops": ["verify"] })),
        "JWK with key_ops sign and verify" => {
            rsa(json!({ "alg": "RS384", "key_ops": ["sign", "verify"] }))
        }
        "JWK with empty key_ops" => rsa(json!({ "alg": "RS384", "key_ops": [] })),
        "JWK with use enc" => rsa(json!({ "alg": "RS384", "use": "enc" })),
        "JWK without use" => rsa(json!({ "alg": "RS384", "use": null })),
        "JWK without kid" => rsa(json!({ "alg": "RS384", "kid": null })),
        "JWK without alg" => rsa(json!({})),
        "EC key" => one_key("p384-a", &json!({ "alg": "ES384" })),
        "ES256 key" => one_key("p256-a", &json!({ "alg": "ES256" })),
        "ES512 key" => one_key("p521-a", &json!({ "alg": "ES512" })),
        "RS256 key" => rsa(json!({ "alg": "RS256" })),
        "RS512 key" => rsa(json!({ "alg": "RS512" })),
        "PS256 key" => rsa(json!({ "alg": "PS256" })),
        "JWK of RSA with alg ES384" => rsa(json!({ "alg": "ES384" })),
        "EC P-256 with alg ES384" => one_key("p256-a", &json!({ "alg": "ES384" })),
        "two keys" => keys_for("RS384", &[("rsa2048-b", "k2"), ("rsa2048-a", "k1")]),
        "two keys of one kid" => keys_for("RS384", &[("rsa2048-b", "k1"), ("rsa2048-a", "k1")]),
        "neither jwks nor jwks_url" => JwkSource::Unregistered,
        _ => rsa(json!({ "alg": "RS384" })),
    };
    let registration = ClientRegistration::new();
    let registration = match words.strip_prefix("scopes ") {
        // To the launcher these two are the same.
        Some("system/*.rs" | "system/*.read") => {
            registration.with_scopes(["system/*.rs", "system/*.read"])
        }
        Some(scope) => registration.with_scopes([scope]),
        None => registration,
    };
    (keys, registration)
}

/// Four rows are of errors that the launcher simulates on demand. Others it takes, and the file of
/// SMART at large does not: further algorithms, a used `jti`, a long life, `crit`.
#[test]
fn the_mock_of_smart_answers_like_the_launcher() {
    check(&SERVER, 199);
}
