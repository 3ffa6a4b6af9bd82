//! MITREid Connect 1.3.4.

use serde_json::json;
use tokenring_jwk::Algorithm;
use tokenring_mock_gateway::{AuthenticationMethod, ClientRegistration, JwkSource};

use super::plain::{Server, check, one_key, several_keys};

const SERVER: Server = Server {
    gateway: "mitreid",
    files: &["mitreid-1.3.json", "mitreid-1.3-more.json"],
    base_url: "http://127.0.0.1:8080",
    token_path: "/token",
    algorithm: "RS256",
    lifetime: 50,
    form: &[],
    others: &[],
    client,
};

fn client(words: &str, label: &str) -> (JwkSource, ClientRegistration) {
    let registration = ClientRegistration::new().with_scopes(["read", "profile"]);
    let rsa = |members| one_key("rsa2048-a", &members);
    let (keys, algorithm) = match words {
        "signing alg PS256" => (rsa(json!({})), Some(Algorithm::Ps256)),
        "signing alg ES256" => (
            one_key("p256-a", &json!({ "kid": "k3" })),
            Some(Algorithm::Es256),
        ),
        "signing alg ES384" => (one_key("p384-a", &json!({})), Some(Algorithm::Es384)),
        "signing alg RS384" => (rsa(json!({})), Some(Algorithm::Rs384)),
        "signing alg RS512" => (rsa(json!({})), Some(Algorithm::Rs512)),
        "signing alg PS384" => (rsa(json!({})), Some(Algorithm::Ps384)),
        "EC key, signing alg RS256" => (one_key("p256-a", &json!({})), Some(Algorithm::Rs256)),
        "Ed25519 key, no signing alg" => (one_key("ed25519-a", &json!({})), None),
        "JWK with use enc" => (rsa(json!({ "use": "enc" })), Some(Algorithm::Rs256)),
        "JWK with another alg" => (rsa(json!({ "alg": "RS512" })), Some(Algorithm::Rs256)),
        "JWK with key_ops sign" => (
            rsa(json!({ "use": null, "key_ops": ["sign"] })),
            Some(Algorithm::Rs256),
        ),
        "two keys" => (
            several_keys(&[("rsa2048-b", "k2"), ("rsa2048-a", "k1")]),
            Some(Algorithm::Rs256),
        ),
        "neither jwks nor jwks_uri" => (JwkSource::Unregistered, Some(Algorithm::Rs256)),
        "JWK Set URL HTML" => (
            JwkSource::Text("<html></html>".to_owned()),
            Some(Algorithm::Rs256),
        ),
        "client_secret_basic" | "client_secret_jwt" | "none" => (JwkSource::Unregistered, None),
        "signing alg ES512" => (
            one_key("p521-a", &json!({ "kid": "k4" })),
            Some(Algorithm::Es512),
        ),
        "five keys" => (
            several_keys(&[("rsa2048-b", "k1"), ("p256-a", "k3"), ("rsa2048-a", "k6")]),
            Some(Algorithm::Rs256),
        ),
        "no signing alg" => (rsa(json!({})), None),
        "JWK without use" => (rsa(json!({ "use": null })), Some(Algorithm::Rs256)),
        "JWK without kid" => (rsa(json!({ "kid": null })), Some(Algorithm::Rs256)),
        // The copy is from before the key was added.
        "JWK Set URL" if label.starts_with("new key") => {
            (one_key("rsa2048-b", &json!({})), Some(Algorithm::Rs256))
        }
        "JWK Set URL refuses" | "JWK Set URL 404" => (
            JwkSource::Url("http://127.0.0.1:9/jwks".to_owned()),
            Some(Algorithm::Rs256),
        ),
        "empty JWK Set" => (
            JwkSource::Text(r#"{"keys":[]}"#.to_owned()),
            Some(Algorithm::Rs256),
        ),
        _ => (rsa(json!({})), Some(Algorithm::Rs256)),
    };
    let registration = match words {
        "client_secret_basic" => {
            registration.with_authentication(AuthenticationMethod::ClientSecretBasic)
        }
        "client_secret_jwt" => {
            registration.with_authentication(AuthenticationMethod::ClientSecretJwt)
        }
        "none" => registration.with_authentication(AuthenticationMethod::None),
        "authorization_code alone" => registration.with_grants(["authorization_code"]),
        _ => registration,
    };
    let registration = match algorithm {
        Some(algorithm) => registration.with_algorithm(algorithm),
        None => registration,
    };
    (keys, registration)
}

#[test]
fn the_mock_of_mitreid_answers_like_1_3() {
    check(&SERVER, 191);
}
