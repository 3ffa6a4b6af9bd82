//! Proofs of token requests and of calls, with nonces of the server's.

use std::io::Read;

use tokenring::{ApiRequest, Client, DpopRule};

use crate::server::{Rules, Server};

pub(crate) const BOUND: Rules = Rules {
    token_type: "DPoP",
    token_nonce: None,
    api_nonce: None,
    is_never_satisfied: false,
    ahead: 0,
};

pub(crate) fn call(client: &Client, server: &Server, path: &str) -> u16 {
    let request = ApiRequest::get(format!("{}{path}", server.url)).unwrap();
    let answer = client.call(&request).unwrap();
    let status = answer.status();
    let mut body = String::new();
    answer.into_body().read_to_string(&mut body).unwrap();
    status
}

#[test]
fn the_first_request_has_a_proof() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(BOUND);
    let client = server.client(folder.path()).build().unwrap();
    let token = client.token().unwrap();
    assert_eq!(token.token_type(), "DPoP");
    let log = server.log();
    assert_eq!((log.token_requests, log.proof_ids.len()), (1, 1));
    assert_eq!(token.key_thumbprint(), Some(log.thumbprints[0].as_str()));
    assert_eq!(log.algorithms, ["ES256"]);
}

#[test]
fn each_nonce_is_asked_for_once_and_then_known() {
    let folder = tempfile::tempdir().unwrap();
    let rules = Rules {
        token_nonce: Some("token-1"),
        api_nonce: Some("api-1"),
        ..BOUND
    };
    let server = Server::start(rules);
    let client = server.client(folder.path()).build().unwrap();
    assert_eq!(call(&client, &server, "/items?page=2"), 200);
    assert_eq!(call(&client, &server, "/items"), 200);
    {
        // Two of the same origin: the latest counts, as RFC 9449 section 8.2 has it.
        let log = server.log();
        assert_eq!(log.token_requests, 2);
        assert_eq!(log.calls, 3);
        assert_eq!(log.schemes, ["DPoP"; 3]);
    }
    drop(client);
    // Another process: token, key and nonce are on disk.
    let next = server.client(folder.path()).build().unwrap();
    assert_eq!(call(&next, &server, "/items"), 200);
    let log = server.log();
    assert_eq!((log.token_requests, log.calls), (2, 4));
    let first = &log.thumbprints[0];
    assert!(log.thumbprints.iter().all(|it| it == first));
}

#[test]
fn a_body_goes_with_the_second_proof_too() {
    let folder = tempfile::tempdir().unwrap();
    let rules = Rules {
        api_nonce: Some("api-1"),
        ..BOUND
    };
    let server = Server::start(rules);
    let client = server.client(folder.path()).build().unwrap();
    let request = ApiRequest::post(format!("{}/items", server.url), "{}").unwrap();
    assert_eq!(client.call(&request).unwrap().status(), 200);
    assert_eq!(server.log().calls, 2);
}

#[test]
fn optional_takes_either_type() {
    for (token_type, scheme, is_bound) in [("Bearer", "Bearer", false), ("dpop", "DPoP", true)] {
        let folder = tempfile::tempdir().unwrap();
        let rules = Rules {
            token_type,
            ..BOUND
        };
        let server = Server::start(rules);
        let client = server.client(folder.path()).dpop(DpopRule::Optional);
        let client = client.build().unwrap();
        assert_eq!(call(&client, &server, "/"), 200);
        let token = client.token().unwrap();
        assert_eq!(token.token_type(), token_type);
        assert_eq!(token.key_thumbprint().is_some(), is_bound);
        assert_eq!(server.log().schemes, [scheme]);
    }
}

#[test]
fn a_proof_is_by_the_servers_clock() {
    let folder = tempfile::tempdir().unwrap();
    let rules = Rules {
        ahead: 3_000,
        ..BOUND
    };
    let server = Server::start(rules);
    let client = server.client(folder.path()).build().unwrap();
    assert_eq!(call(&client, &server, "/"), 200);
    {
        let log = server.log();
        assert_eq!((log.token_requests, log.calls), (2, 1));
    }
    // Another process has the token, and learns of the clock from the API.
    let next = server.client(folder.path()).build().unwrap();
    assert_eq!(call(&next, &server, "/"), 200);
    assert_eq!(call(&next, &server, "/"), 200);
    let log = server.log();
    assert_eq!((log.token_requests, log.calls), (2, 4));
}

#[test]
fn a_prepared_request_has_its_proof() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(BOUND);
    let client = server.client(folder.path()).build().unwrap();
    let preview = client.preview().unwrap();
    assert!(preview.headers.contains(&("DPoP".into(), None)));
    assert!(!folder.path().join("state").exists());

    let prepared = client.prepare().unwrap();
    assert!(prepared.redacted().headers.contains(&("DPoP".into(), None)));
    let http = prepared.into_http();
    let mut proofs = http.headers().filter(|(name, _)| *name == "DPoP");
    let (_, proof) = proofs.next().unwrap();
    assert_eq!(proof.split('.').count(), 3);
    assert!(!format!("{http:?}").contains(proof));
}
