//! Spring Authorization Server 1.5.3.

use serde_json::json;
use tokenring_jwk::Algorithm;
use tokenring_mock_gateway::{AuthenticationMethod, ClientRegistration, JwkSource};

use super::plain::{Server, check, one_key, several_keys};

const SERVER: Server = Server {
    gateway: "spring-authorization-server",
    files: &["spring-1.5.json", "spring-1.5-more.json"],
    base_url: "http://127.0.0.1:9000",
    token_path: "/oauth2/token",
    algorithm: "RS256",
    lifetime: 50,
    form: &[("client_id", "${client}")],
    others: &[("s-two", "")],
    client,
};

/// Every client has an algorithm: RS256 where the row does not say another.
fn client(words: &str, _: &str) -> (JwkSource, ClientRegistration) {
    let registration = ClientRegistration::new()
        .with_algorithm(Algorithm::Rs256)
        .with_scopes(["read", "write"]);
    let rsa = || one_key("rsa2048-a", &json!({}));
    match words {
        "signing algorithm ES256" => (
            one_key("p256-a", &json!({})),
            registration.with_algorithm(Algorithm::Es256),
        ),
        "signing algorithm PS256" => (rsa(), registration.with_algorithm(Algorithm::Ps256)),
        "two keys" => (
            several_keys(&[("rsa2048-b", "k2"), ("rsa2048-a", "k1")]),
            registration,
        ),
        "JWK without kid" => (one_key("rsa2048-a", &json!({ "kid": null })), registration),
        "JWK with use enc" => (one_key("rsa2048-a", &json!({ "use": "enc" })), registration),
        "EC key, signing algorithm RS256" => (one_key("p256-a", &json!({})), registration),
        "Ed25519 key" => (one_key("ed25519-a", &json!({})), registration),
        "no jwkSetUrl" => (JwkSource::Unregistered, registration),
        "jwkSetUrl without a server" | "jwkSetUrl 404" => (
            JwkSource::Url("http://127.0.0.1:9/jwks.json".to_owned()),
            registration,
        ),
        "jwkSetUrl HTML" => (JwkSource::Text("<html></html>".to_owned()), registration),
        "set with no keys" => (JwkSource::Text(r#"{"keys":[]}"#.to_owned()), registration),
        "client_secret_basic" => (
            rsa(),
            registration.with_authentication(AuthenticationMethod::ClientSecretBasic),
        ),
        "authorization_code alone" => (rsa(), registration.with_grants(["authorization_code"])),
        _ => (rsa(), registration),
    }
}

#[test]
fn the_mock_of_spring_answers_like_1_5() {
    check(&SERVER, 144);
}
