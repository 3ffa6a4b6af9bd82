//! Tokens that are bound by DPoP, at a server that demands nonces at the token endpoint and the API.

use std::collections::HashSet;

use serde_json::{Value, json};
use tokenring::{ApiRequest, Client, DpopRule};

use crate::desk::Desk;
use crate::provider::Provider;

/// Every identifier that the server saw. None may come twice.
#[derive(Default)]
struct Seen(HashSet<String>);

impl Seen {
    #[track_caller]
    fn add(&mut self, identifier: &Value) {
        let identifier = identifier.as_str().unwrap().to_owned();
        assert!(self.0.insert(identifier.clone()), "{identifier} twice");
    }

    /// One more token request, which ends like this.
    #[track_caller]
    fn token_request(&mut self, provider: &Provider, event: &str) {
        let line = provider.expect(event);
        self.add(&line["identifiers"]["assertion"]);
        self.add(&line["identifiers"]["proof"]);
    }

    /// One more call of the API, with this error or none.
    #[track_caller]
    fn call(&mut self, provider: &Provider, error: Option<&str>) {
        let line = provider.expect("called");
        assert_eq!(line["error"].as_str(), error);
        self.add(&line["proof"]);
    }
}

const NONCE: Option<&str> = Some("use_dpop_nonce");

fn open() -> Option<(Desk, Provider)> {
    let desk = Desk::new();
    let mut client = desk.register("client", "ES256");
    client["dpop"] = true.into();
    let provider = Provider::start(&json!({ "clients": [client], "dpop": true }))?;
    Some((desk, provider))
}

/// Each process has one nonce to learn at either end, as it has no cache.
#[test]
fn the_command_with_either_key() {
    let Some((desk, provider)) = open() else {
        return;
    };
    let mut seen = Seen::default();
    for key in ["p256", "ed25519", "client"] {
        let dpop = ["--dpop", "required", "--dpop-key", key];
        let options = [&dpop[..], &["--format", "json"]].concat();
        let text = desk.get_token(&provider, "client", &options).succeeds();
        seen.token_request(&provider, "refused");
        seen.token_request(&provider, "granted");
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["token_type"], "DPoP");
        let url = format!("{}/a?b=c", provider.api());
        let options = [&dpop[..], &["--url", &url, "--data", "x"]].concat();
        let echo = desk.call_api(&provider, "client", &options).prints_echo();
        seen.token_request(&provider, "refused");
        seen.token_request(&provider, "granted");
        seen.call(&provider, NONCE);
        seen.call(&provider, None);
        assert_eq!(echo["path"], "/api/a?b=c");
        assert_eq!(
            (&echo["method"], &echo["body"]),
            (&"POST".into(), &"x".into())
        );
    }
    provider.stop();
}

/// A client that lives on needs one request, until the server changes its nonce.
#[test]
fn the_library_with_either_key() {
    let Some((desk, provider)) = open() else {
        return;
    };
    let mut seen = Seen::default();
    for key in ["client", "./proof.pem"] {
        let proof_key = match key {
            "client" => key.to_owned(),
            _ => {
                desk.generate_keys("proof", "EdDSA");
                desk.private_key("proof").display().to_string()
            }
        };
        let client = Client::builder("generic")
            .token_url(provider.token_endpoint())
            .client_id("client")
            .key(desk.private_key("client"))
            .key_id("client")
            .dpop(DpopRule::Required)
            .dpop_key(proof_key.as_str())
            .no_store()
            .build()
            .unwrap();
        let token = client.token().unwrap();
        seen.token_request(&provider, "refused");
        seen.token_request(&provider, "granted");
        assert_eq!(token.token_type(), "DPoP");
        let call = || {
            let request = ApiRequest::get(provider.api()).unwrap();
            client.call(&request).unwrap().status()
        };
        assert_eq!(call(), 200);
        seen.call(&provider, NONCE);
        seen.call(&provider, None);
        // The answer that let the call in had the nonce for this one.
        assert_eq!(call(), 200);
        seen.call(&provider, None);
        client.replace(&token).unwrap();
        seen.token_request(&provider, "granted");
    }
    provider.stop();
}

/// The server's words for a client without a proof name no reason.
#[test]
fn a_client_that_sends_no_proof() {
    let Some((desk, provider)) = open() else {
        return;
    };
    let finished = desk.get_token(&provider, "client", &[]);
    let (_, causes) = finished.fails_with_causes(6);
    let line = provider.expect("refused");
    assert_eq!(line["error"], "invalid_grant");
    assert!(causes[0].contains("DPoP"), "{causes:?}");
    assert!(causes.join(" ").contains("--dpop required"), "{causes:?}");
    provider.stop();
}
