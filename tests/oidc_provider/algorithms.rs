use serde_json::{Value, json};

use crate::desk::Desk;
use crate::provider::Provider;

#[test]
fn rsa() {
    check(&["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]);
}

#[test]
fn elliptic_curves() {
    check(&["ES256", "ES384", "ES512", "EdDSA", "Ed25519"]);
}

/// The files of `generate-keys` are registered in both ways, and each client
/// gets a token that opens the API.
#[track_caller]
fn check(algorithms: &[&str]) {
    let desk = Desk::new();
    let mut clients = Vec::new();
    for algorithm in algorithms {
        let jwk_set = desk.generate_keys(algorithm, algorithm);
        clients.push(json!({
            "client_id": inline(algorithm),
            "alg": algorithm,
            "jwks": jwk_set,
        }));
        clients.push(json!({
            "client_id": by_url(algorithm),
            "alg": algorithm,
            "jwks_file": format!("{algorithm}.json"),
        }));
    }
    let settings = json!({ "clients": clients, "jwks_folder": desk.path() });
    let Some(provider) = Provider::start(&settings) else {
        return;
    };
    for algorithm in algorithms {
        for client_id in [inline(algorithm), by_url(algorithm)] {
            opens_api(&desk, &provider, &client_id, algorithm);
        }
    }
    provider.stop();
}

/// Once with the token of `get-token`, once with one that `call-api` gets.
#[track_caller]
fn opens_api(desk: &Desk, provider: &Provider, client_id: &str, algorithm: &str) {
    // The key identifier is the file's name, as `generate-keys` made it.
    let key = format!("{algorithm}.pem");
    let credentials = [
        "--token-url",
        provider.token_endpoint(),
        "--client-id",
        client_id,
        "--private-key",
        &key,
        "--alg",
        algorithm,
    ];

    let get_token = [&["get-token"], &credentials[..]].concat();
    let token = desk.tokenring(&get_token).prints_token();
    provider.granted(client_id);
    let header = format!("Authorization: Bearer {token}");
    let url = format!("{}/with-that-token", provider.api());
    let call_api = [
        "call-api", "--url", &url, "--auth", "none", "--header", &header,
    ];
    assert_eq!(
        desk.tokenring(&call_api).prints_echo(),
        json!({
            "client_id": client_id,
            "scope": Value::Null,
            "method": "GET",
            "path": "/api/with-that-token",
            "body": "",
        })
    );

    let call_api = ["call-api", "--url", provider.api(), "--data", "a text"];
    let call_api = [&call_api, &credentials[..]].concat();
    let echo = desk.tokenring(&call_api).prints_echo();
    provider.granted(client_id);
    assert_eq!(
        echo,
        json!({
            "client_id": client_id,
            "scope": Value::Null,
            "method": "POST",
            "path": "/api",
            "body": "a text",
        })
    );
}

fn inline(algorithm: &str) -> String {
    format!("{algorithm}-inline")
}

fn by_url(algorithm: &str) -> String {
    format!("{algorithm}-by-url")
}
