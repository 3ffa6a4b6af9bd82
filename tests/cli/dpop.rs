//! Tokens that are bound to a key, at a mock that demands it.

use serde_json::Value;
use tokenring_mock_gateway::ApiAccess;

use crate::process::mode;
use crate::registered_client::{CLIENT_ID, RegisteredClient};
use crate::transcript::Session;

/// A client whose gateway demands bound tokens, and nonces of its own in proofs.
fn client() -> RegisteredClient {
    RegisteredClient::with(|builder| builder.with_dpop_required().with_dpop_nonce(true))
}

const REQUIRED: [&str; 2] = ["--dpop", "required"];

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_bound_token_names_its_key() {
    let client = client();
    let get = |more: &[&str]| {
        let all = [&REQUIRED, &["--format", "json"][..], more].concat();
        json(&client.get_token(&all).finish().succeeds())
    };
    let token = get(&[]);
    assert_eq!(token["token_type"], "DPoP");
    assert_eq!(token["jkt"].as_str().unwrap().len(), 43);
    let key = client
        .machine
        .home()
        .join(".local/state/tokenring/dpop-p256.pem");
    assert_eq!(mode(&key), 0o600);
    assert_eq!(get(&[]), token);
    // The first request and the one with the nonce.
    assert_eq!(client.gateway.token_requests(), 2);

    let other = get(&["--dpop-key", "ed25519"]);
    assert_ne!(other["jkt"], token["jkt"]);
    let own = get(&["--dpop-key", "client"]);
    assert_ne!(own["jkt"], token["jkt"]);
    // The nonce is known by now.
    assert_eq!(client.gateway.token_requests(), 4);
}

#[test]
fn fifty_processes_share_a_bound_token() {
    let client = client();
    let running: Vec<_> = (0..50)
        .map(|_| {
            let call = client.call_api(ApiAccess::Bearer, &REQUIRED);
            call.start()
        })
        .collect();
    for call in running {
        call.finish().succeeds();
    }
    assert_eq!(client.gateway.issued_tokens(), 1);
    let calls = client.gateway.events().len();
    assert!(calls >= 50, "{calls}");
}

#[test]
fn forms_without_a_place_for_proofs() {
    let client = client();
    for format in [
        "header",
        "curl",
        "env",
        "exec-credential",
        "credential-helper",
        "git-credential",
    ] {
        let arguments = [&REQUIRED, &["--format", format][..]].concat();
        client.get_token(&arguments).finish().has_code(2);
    }
    assert_eq!(client.gateway.token_requests(), 0);
    let arguments = [
        &REQUIRED,
        &["--format", "header", "--allow-unbound-output"][..],
    ]
    .concat();
    let header = client.get_token(&arguments).finish().succeeds();
    assert!(header.starts_with("Authorization: DPoP "), "{header}");
    let token = client.get_token(&REQUIRED).finish().succeeds();
    assert_eq!(header, format!("Authorization: DPoP {token}"));
    // Whether it is bound is known once it is there.
    let optional = ["--dpop", "optional", "--format", "curl"];
    client.get_token(&optional).finish().has_code(2);
}

#[test]
fn a_key_that_is_gone_is_replaced_with_its_token() {
    let client = client();
    let get = |more: &[&str]| client.get_token(&[&REQUIRED, more].concat()).finish();
    let first = get(&[]).succeeds();
    let key = client
        .machine
        .home()
        .join(".local/state/tokenring/dpop-p256.pem");
    std::fs::write(&key, "no key").unwrap();
    let replaced = get(&["--verbose"]);
    assert!(replaced.everything().contains("Replaced the DPoP key"));
    let second = replaced.succeeds();
    assert_ne!(first, second);
    assert_eq!(get(&[]).succeeds(), second);
    assert_eq!(client.gateway.issued_tokens(), 2);
}

#[test]
fn variables_and_profiles() {
    let client = client();
    let plain = client.get_token(&["--format", "json"]);
    let token = plain.with_variable("TOKENRING_DPOP", "required").finish();
    let token = json(&token.succeeds());
    client
        .machine
        .write_configuration("[profiles.bound]\ndpop = \"required\"\ndpop-key = \"p256\"\n");
    let profile = client.get_token(&["--profile", "bound", "--format", "json"]);
    assert_eq!(json(&profile.finish().succeeds())["jkt"], token["jkt"]);
}

#[test]
fn a_token_in_a_file_and_a_program() {
    let client = client();
    let run = client.run(
        "run",
        &[
            &REQUIRED[..],
            &["--", "sh", "-c", "echo $TOKENRING_ACCESS_TOKEN"],
        ]
        .concat(),
    );
    let handed = run.finish().succeeds();
    assert_eq!(handed, client.get_token(&REQUIRED).finish().succeeds());
    let watch = [&REQUIRED[..], &["--format", "header", "--output", "token"]].concat();
    client.run("watch", &watch).finish().has_code(2);
}

/// What a person sees.
#[test]
fn texts() {
    let client = client();
    let mut session = Session::on(client.machine);
    session.set("URL", client.gateway.token_url());
    session.transcript.hide_random();
    session.transcript.hide_number_after("good for ");
    let get = format!(
        "get-token --gateway nhs --client-id {CLIENT_ID} --private-key int-1.pem --token-url $URL"
    );
    session.run_with(
        &get,
        &[
            "--dpop required --explain",
            "--dpop required --verbose",
            "--dpop required --dpop-key client --verbose --no-cache",
            "--dpop required --format header",
            "--dpop required --dpop-key absent.pem",
            "--dpop always",
            "--no-cache",
        ],
    );
    session.check("get-token/dpop");
}
