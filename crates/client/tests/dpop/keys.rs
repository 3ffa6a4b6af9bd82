//! The key that tokens are bound to.

use tokenring::{DpopKey, Event, ExternalKey, ProofRequest};
use tokenring_jwk::{Algorithm, KeySpec, any};

use crate::proofs::{BOUND, call};
use crate::server::Server;

const KEYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/keys");

#[track_caller]
fn check(key: DpopKey, algorithm: &str, thumbprint: Option<&str>) {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(BOUND);
    let client = server.client(folder.path()).dpop_key(key);
    let client = client.build().unwrap();
    assert_eq!(call(&client, &server, "/"), 200);
    let log = server.log();
    assert_eq!(log.algorithms, [algorithm; 2]);
    assert_eq!(log.thumbprints[0], log.thumbprints[1]);
    if let Some(thumbprint) = thumbprint {
        assert_eq!(log.thumbprints[0], thumbprint);
        assert!(!folder.path().join("state").exists());
    }
}

#[test]
fn kinds_of_keys() {
    let thumbprint =
        |name: &str| std::fs::read_to_string(format!("{KEYS}/test-{name}-thumbprint.txt")).unwrap();
    check(DpopKey::P256, "ES256", None);
    check(DpopKey::Ed25519, "EdDSA", None);
    check(DpopKey::Client, "ES256", Some(&thumbprint("p256")));
    let path = format!("{KEYS}/test-ed25519-pkcs8.pem");
    check(
        DpopKey::from_name(&path),
        "EdDSA",
        Some(&thumbprint("ed25519")),
    );
    let private = any::generate(KeySpec::P256).unwrap();
    let public = any::public_key(&private).unwrap();
    let thumbprint = any::thumbprint(&public).to_string();
    let external = ExternalKey::new("a key elsewhere", public, move |algorithm, _| {
        assert_eq!(algorithm, Algorithm::Es256);
        Ok(Box::new(any::SigningKey::new(&private, algorithm)?))
    });
    check(external.into(), "ES256", Some(&thumbprint));
}

#[test]
fn another_key_means_another_token() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(BOUND);
    let build = |key: &str| server.client(folder.path()).dpop_key(key).build().unwrap();
    build("p256").token().unwrap();
    build("p256").token().unwrap();
    assert_eq!(server.log().token_requests, 1);
    build("ed25519").token().unwrap();
    assert_eq!(server.log().token_requests, 2);
    std::fs::remove_file(folder.path().join("state/dpop-p256.pem")).unwrap();
    build("p256").token().unwrap();
    build("p256").token().unwrap();
    assert_eq!(server.log().token_requests, 3);
}

#[test]
fn a_key_that_cannot_be_kept_leaves_the_token_uncached() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(BOUND);
    std::fs::write(folder.path().join("file"), b"").unwrap();
    let told = std::sync::Arc::new(std::sync::Mutex::new(0));
    let build = || {
        let heard = std::sync::Arc::clone(&told);
        let client = server.client(folder.path());
        let client = client.state_dir(folder.path().join("file/state"));
        let client = client.on_event(move |event| {
            if matches!(event, Event::ProofKeyNotKept { .. }) {
                *heard.lock().unwrap() += 1;
            }
        });
        client.build().unwrap()
    };
    let client = build();
    assert_eq!(call(&client, &server, "/"), 200);
    client.token().unwrap();
    assert_eq!((server.log().token_requests, *told.lock().unwrap()), (1, 1));
    build().token().unwrap();
    assert_eq!((server.log().token_requests, *told.lock().unwrap()), (2, 2));
}

#[test]
fn proofs_for_another_http_client() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(BOUND);
    let client = server.client(folder.path()).build().unwrap();
    let token = client.token().unwrap();
    let request = ProofRequest::new("PUT", format!("{}/a?b=c", server.url)).unwrap();
    let request = request.with_token(&token).with_nonce("n-1").unwrap();
    let proof = client.dpop_proof(&request).unwrap();
    let again = client.dpop_proof(&request).unwrap();
    assert_ne!(proof, again);
    assert!(ProofRequest::new("GET", "http://api.example/").is_err());
}
