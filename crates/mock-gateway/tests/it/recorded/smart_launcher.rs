//! SMART App Launcher 2.0.1.

use serde_json::json;
use tokenring_mock_gateway::{ClientRegistration, JwkSource};

use super::plain::{Server, check, one_key};

const SERVER: Server = Server {
    gateway: "smart",
    files: &["smart-launcher-2.0.json"],
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
    let keys = match words {
        "JWK Set URL refuses" => JwkSource::Url("http://127.0.0.1:9/jwks".to_owned()),
        "JWK Set without keys" => JwkSource::Text(r#"{"keys":[]}"#.to_owned()),
        // What it looks at of a private key are its operations.
        "private key registered" => rsa(json!({ "alg": "RS384", "key_ops": ["sign"] })),
        "JWK with key_ops verify" => rsa(json!({ "alg": "RS384", "key_ops": ["verify"] })),
        _ => rsa(json!({ "alg": "RS384" })),
    };
    (keys, ClientRegistration::new())
}

/// Four rows are of errors that the launcher simulates on demand.
#[test]
fn the_mock_of_smart_answers_like_the_launcher() {
    check(&SERVER, 55);
}
