//! What a client finds that starts from the issuer.

use serde_json::Value;
use tokenring_gateway::Gateway;
use tokenring_jwk::{Algorithm, JwkSet, Signature, any};

use crate::draft::{CLIENT, Draft};
use crate::http::get;
use crate::preset::{Preset, public_key};

#[test]
fn both_documents_name_the_mocks_own_urls() {
    let preset = Preset::start("keycloak", public_key(Algorithm::Rs256));
    let base = preset.gateway.base_url();
    for path in [
        "/realms/example/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server/realms/example",
    ] {
        let answer = get(preset.gateway.address(), path, &[]);
        assert_eq!(answer.status, 200, "{path}");
        let document = answer.json();
        assert_eq!(document["issuer"], format!("{base}/realms/example"));
        assert_eq!(document["token_endpoint"], preset.gateway.token_url());
        let methods = &document["token_endpoint_auth_methods_supported"];
        assert_eq!(methods[0], "private_key_jwt");
        let algorithms = document["token_endpoint_auth_signing_alg_values_supported"].as_array();
        assert!(algorithms.unwrap().contains(&Value::from("ES512")));
        let jwks = document["jwks_uri"].as_str().unwrap();
        assert_eq!(
            jwks,
            format!("{base}/realms/example/protocol/openid-connect/certs")
        );
    }
}

/// A token that is a JWT verifies with what is published.
#[test]
fn the_key_set_verifies_the_tokens() {
    let preset = Preset::start("keycloak", public_key(Algorithm::Rs256));
    let issuer = preset.gateway.issuer().unwrap().to_owned();
    let draft = Draft::new(&preset, Algorithm::Rs256, &issuer).claim("iat", preset.now());
    let body = preset.accepts(&draft).json();
    let token = body["access_token"].as_str().unwrap();
    let path = "/realms/example/protocol/openid-connect/certs";
    let answer = get(preset.gateway.address(), path, &[]);
    let set = JwkSet::from_json(answer.text()).unwrap();
    let (input, signature) = token.rsplit_once('.').unwrap();
    let signature = decode(signature);
    let key = set.keys()[0].public_key();
    let signature = Signature::from_bytes(signature);
    any::verify(key, Algorithm::Es256, input.as_bytes(), &signature).unwrap();
    let (_, claims) = input.split_once('.').unwrap();
    let claims: Value = serde_json::from_slice(&decode(claims)).unwrap();
    assert_eq!(claims["iss"], issuer);
    assert_eq!(claims["azp"], CLIENT);
    assert_eq!(claims["exp"], preset.now() + 300);
}

/// Every gateway whose file names metadata publishes it at that path.
#[test]
fn every_gateway_publishes_what_its_file_names() {
    let mut published = 0;
    for name in Gateway::names() {
        let gateway = Gateway::builtin(name).unwrap();
        let environment = gateway
            .environment(None)
            .or(gateway
                .environments()
                .first()
                .ok_or(tokenring_gateway::Error::NoEnvironment {
                    gateway: name.to_owned(),
                    known: Vec::new(),
                }));
        let Some(metadata) = environment.unwrap().metadata() else {
            continue;
        };
        let preset = Preset::start(name, public_key(Algorithm::Rs256));
        let (_, end) = metadata.as_str().rsplit_once("/.well-known/").unwrap();
        let token_path = preset.path();
        let url = preset.gateway.metadata_url().unwrap();
        assert!(
            url.contains(&format!("/.well-known/{end}")),
            "{name}: {url}"
        );
        let path = url.strip_prefix(&preset.gateway.base_url()).unwrap();
        let answer = get(preset.gateway.address(), path, &[]);
        assert_eq!(answer.status, 200, "{name}: {path}");
        let endpoint = answer.json()["token_endpoint"].as_str().unwrap().to_owned();
        assert!(endpoint.ends_with(&token_path), "{name}: {endpoint}");
        published += 1;
    }
    assert!(published > 5, "{published}");
}

fn decode(part: &str) -> Vec<u8> {
    use base64ct::Encoding as _;
    base64ct::Base64UrlUnpadded::decode_vec(part).unwrap()
}
