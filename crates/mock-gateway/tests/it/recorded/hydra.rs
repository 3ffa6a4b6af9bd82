//! Ory Hydra 2.3.0.

use serde_json::json;
use tokenring_jwk::Algorithm;
use tokenring_mock_gateway::{AuthenticationMethod, ClientRegistration, JwkSource};

use super::plain::{Server, check, missing_set, one_key, several_keys};

const SERVER: Server = Server {
    gateway: "hydra",
    files: &["hydra-2.3.json", "hydra-2.3-more.json"],
    base_url: "http://127.0.0.1:4444",
    token_path: "/oauth2/token",
    algorithm: "RS256",
    lifetime: 50,
    form: &[],
    others: &[("v-es", "EC key, signing alg RS256")],
    client,
};

/// What a client is registered with: RS256 where that was not said.
fn client(words: &str, _: &str) -> (JwkSource, ClientRegistration) {
    let registration = ClientRegistration::new()
        .with_algorithm(Algorithm::Rs256)
        .with_scopes(["read", "write"])
        .with_audiences(Vec::<String>::new());
    let with_audience = |url: &str| registration.clone().with_audiences([url]);
    let rsa = || one_key("rsa2048-a", &json!({}));
    match words {
        "token_endpoint_auth_signing_alg ES256" => (
            one_key("p256-a", &json!({})),
            registration.with_algorithm(Algorithm::Es256),
        ),
        "token_endpoint_auth_signing_alg PS256" => {
            (rsa(), registration.with_algorithm(Algorithm::Ps256))
        }
        "two keys" => (
            several_keys(&[("rsa2048-b", "k2"), ("rsa2048-a", "k1")]),
            registration,
        ),
        "audience https://api.example" => (rsa(), with_audience("https://api.example")),
        "JWK without kid" => (one_key("rsa2048-a", &json!({ "kid": null })), registration),
        "JWK with use enc" => (one_key("rsa2048-a", &json!({ "use": "enc" })), registration),
        "EC key, signing alg RS256" => (one_key("p256-a", &json!({})), registration),
        "Ed25519 key" => (one_key("ed25519-a", &json!({})), registration),
        "neither jwks nor jwks_uri" => (JwkSource::Unregistered, registration),
        "jwks_uri without a server" => (
            JwkSource::Url("http://127.0.0.1:9/jwks.json".to_owned()),
            registration,
        ),
        "jwks_uri 404" => (JwkSource::Url(missing_set().to_owned()), registration),
        "jwks_uri with no keys" => (JwkSource::Text(r#"{"keys":[]}"#.to_owned()), registration),
        "client_secret_basic" => (
            rsa(),
            registration.with_authentication(AuthenticationMethod::ClientSecretBasic),
        ),
        "none" => (
            rsa(),
            registration.with_authentication(AuthenticationMethod::None),
        ),
        "authorization_code alone" => (rsa(), registration.with_grants(["authorization_code"])),
        _ => (rsa(), registration),
    }
}

#[test]
fn the_mock_of_hydra_answers_like_2_3() {
    check(&SERVER, 145);
}
