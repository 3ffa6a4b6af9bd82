//! Authelia 4.39.

use serde_json::json;
use tokenring_jwk::Algorithm;
use tokenring_mock_gateway::{ClientRegistration, JwkSource};

use super::plain::{Server, check, one_key, several_keys};

const SERVER: Server = Server {
    gateway: "authelia",
    files: &["authelia-4.39.json"],
    base_url: "https://auth.example.com",
    token_path: "/api/oidc/token",
    algorithm: "RS256",
    lifetime: 50,
    form: &[("scope", "read")],
    others: &[],
    client,
};

fn client(words: &str, label: &str) -> (JwkSource, ClientRegistration) {
    let registration = ClientRegistration::new().with_scopes(["read", "write"]);
    let (keys, algorithm) = match words {
        "signing alg PS256" => (one_key("rsa2048-a", &json!({})), Algorithm::Ps256),
        "signing alg ES256" => (one_key("p256-a", &json!({ "kid": "k3" })), Algorithm::Es256),
        "signing alg ES512" => (one_key("p521-a", &json!({ "kid": "k4" })), Algorithm::Es512),
        "three keys" if label.ends_with("second RSA") => (
            several_keys(&[("rsa2048-b", "k1"), ("p256-a", "k3"), ("rsa2048-a", "k6")]),
            Algorithm::Rs256,
        ),
        "three keys" => (
            several_keys(&[("rsa2048-a", "k1"), ("p256-a", "k3"), ("rsa2048-b", "k6")]),
            Algorithm::Rs256,
        ),
        _ => (one_key("rsa2048-a", &json!({})), Algorithm::Rs256),
    };
    (keys, registration.with_algorithm(algorithm))
}

/// Of the others the rows send an assertion again, or sixty requests at once.
#[test]
fn the_mock_of_authelia_answers_like_4_39() {
    check(&SERVER, 66);
}
