//! What ends in an error, and what it says as a value.

use tokenring::{Client, DpopRule, Error, Parameter, ProofRequest};

use crate::proofs::BOUND;
use crate::server::{Rules, Server};

#[test]
fn required_takes_no_bearer_token() {
    let folder = tempfile::tempdir().unwrap();
    let rules = Rules {
        token_type: "Bearer",
        ..BOUND
    };
    let server = Server::start(rules);
    let client = server.client(folder.path()).build().unwrap();
    let error = client.token().unwrap_err();
    assert!(matches!(error, Error::UnusableAnswer { .. }), "{error:?}");
}

#[test]
fn a_nonce_that_never_satisfies_is_tried_once() {
    let folder = tempfile::tempdir().unwrap();
    let rules = Rules {
        token_nonce: Some("n"),
        is_never_satisfied: true,
        ..BOUND
    };
    let server = Server::start(rules);
    let client = server.client(folder.path()).build().unwrap();
    let error = client.token().unwrap_err();
    let Error::Rejected(rejection) = &error else {
        panic!("{error:?}");
    };
    assert_eq!(rejection.response().error(), Some("use_dpop_nonce"));
    assert_eq!(server.log().token_requests, 2);
}

#[test]
fn without_proofs_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(BOUND);
    let client = server.client(folder.path()).dpop(DpopRule::Off);
    let client = client.build().unwrap();
    assert!(matches!(client.token(), Err(Error::Rejected(_))));
    assert!(!folder.path().join("state").exists());
    let request = ProofRequest::new("GET", "https://api.example/").unwrap();
    let error = client.dpop_proof(&request).unwrap_err();
    assert_eq!(error.parameter(), Some(Parameter::Dpop));
}

#[test]
fn unknown_values() {
    let client = || Client::builder("generic").client_id("a").key("missing.pem");
    let error = client().set(Parameter::Dpop, "always").build().unwrap_err();
    assert_eq!(error.parameter(), Some(Parameter::Dpop));
}
