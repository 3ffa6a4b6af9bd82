use serde_json::{Value, json};

use crate::key_set_host::KeySetHost;

/// What the recorded answers of Hydra and Spring mean by their words for a registration. A JWK Set
/// at a URL is served by this host.
pub(crate) fn read(words: &str, host: &KeySetHost) -> Value {
    let key = |name: &str, algorithm: &str| json!({ "key": name, "kid": "k1", "alg": algorithm, "use": "sig" });
    let rsa = || key("rsa2048-a", "RS256");
    let without = |member: &str| {
        let mut entry = rsa();
        entry[member] = Value::Null;
        json!({ "jwks": [entry] })
    };
    let at = |url: String| json!({ "url-of": url });
    match words {
        "" => json!({}),
        "jwks_uri" => json!({ "at-url": true }),
        "token_endpoint_auth_signing_alg ES256" | "signing algorithm ES256" => {
            json!({ "alg": "ES256", "jwks": [key("p256-a", "ES256")] })
        }
        "token_endpoint_auth_signing_alg PS256" | "signing algorithm PS256" => {
            json!({ "alg": "PS256", "jwks": [key("rsa2048-a", "PS256")] })
        }
        "token_endpoint_auth_signing_alg unset" => {
            json!({ "alg": null, "jwks": [key("p256-a", "ES256")] })
        }
        "JWK without kid" => without("kid"),
        "JWK with use enc" => {
            let mut entry = rsa();
            entry["use"] = json!("enc");
            json!({ "jwks": [entry] })
        }
        "EC key, signing alg RS256" | "EC key, signing algorithm RS256" => {
            json!({ "jwks": [key("p256-a", "ES256")] })
        }
        "Ed25519 key" => json!({ "jwks": [key("ed25519-a", "EdDSA")] }),
        "two keys" => {
            let mut other = key("rsa2048-b", "RS256");
            other["kid"] = json!("k2");
            json!({ "jwks": [other, rsa()] })
        }
        "neither jwks nor jwks_uri" | "no jwkSetUrl" => json!({ "jwks": null }),
        "jwks_uri without a server" | "jwkSetUrl without a server" => {
            at("http://127.0.0.1:9/jwks.json".to_owned())
        }
        "jwks_uri 404" | "jwkSetUrl 404" => at(host.missing()),
        "jwkSetUrl HTML" => at(host.serve_html("html")),
        "jwks_uri with no keys" | "set with no keys" => {
            at(host.serve("empty", &json!({ "keys": [] })))
        }
        "audience https://api.example" => json!({ "audience": ["https://api.example"] }),
        "authorization_code alone" => json!({ "grant-types": ["authorization_code"] }),
        "client_secret_basic" | "none" => json!({ "authenticator": words }),
        _ => panic!("no registration is called {words}"),
    }
}
