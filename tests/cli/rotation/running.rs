//! Commands that sign with the active key of a folder.

use integration_tests::fixtures;
use tokenring_jwk::{Jwk, JwkSet, KeyId, PublicKey};
use tokenring_mock_gateway::MockGateway;

use super::Keys;
use crate::process::{Run, holds, wait_until};
use crate::registered_client::CLIENT_ID;

/// A folder of keys, the first of which a gateway knows.
struct Client {
    keys: Keys,
    gateway: MockGateway,
}

impl Client {
    fn new() -> Self {
        let keys = Keys::of("rsa-4096");
        keys.run(
            "begin",
            &["--private-key", "keys/int-1.pem", "--key-type", "rsa-2048"],
        )
        .has_code(0);
        let public = fixtures::text("keys/test-rsa-4096-public.pem");
        let jwk = Jwk::new(PublicKey::from_spki_pem(&public).unwrap());
        let set = JwkSet::from_iter([jwk.with_key_id(KeyId::new("int-1"))]);
        let gateway = MockGateway::builder().with_client(CLIENT_ID, set);
        Self {
            keys,
            gateway: gateway.start().unwrap(),
        }
    }

    fn run(&self, command: &str, more: &[&str]) -> Run {
        let url = self.gateway.token_url();
        let options = [
            command,
            "--gateway",
            "nhs",
            "--client-id",
            CLIENT_ID,
            "--token-url",
            &url,
        ];
        let more = [&["--private-key", "keys"], more].concat();
        self.keys.machine.tokenring(options.iter().chain(&more))
    }
}

#[test]
fn the_active_key_and_its_name() {
    let client = Client::new();
    let finished = client.run("get-token", &["--no-cache", "-v"]).finish();
    let note = "Using KID: int-1 (the active key of the folder)\n";
    assert!(finished.stderr.contains(note), "{finished:?}");
    finished.succeeds();
    client
        .run("assertion", &["--kid", "int-1"])
        .finish()
        .succeeds();
    client
        .run("get-token", &["--kid", "other"])
        .finish()
        .fails(2);
    let run = [
        "run",
        "--",
        "sh",
        "-c",
        "test -n \"$TOKENRING_ACCESS_TOKEN\"",
    ];
    client.run(run[0], &run[1..]).finish().succeeds();
}

/// A state or a new key that cannot be read stops nothing that runs.
#[test]
fn a_folder_that_is_damaged_meanwhile() {
    let client = Client::new();
    let short = [
        "--output",
        "token",
        "--param",
        "_access_token_expiry_ms=3000",
    ];
    let watch = client.run("watch", &short).start();
    let token = client.keys.machine.work().join("token");
    wait_until("there is a token", || token.exists());
    let state = client.keys.machine.read("keys/rotation.json");
    let swapped = state
        .replace("\"active\"", "\"superseded\"")
        .replace("\"waiting\"", "\"active\"");
    client.keys.machine.write("keys/int-2.pem", "damaged");
    for broken in [swapped.as_str(), "{"] {
        client.keys.machine.write("keys/rotation.json", broken);
        let before = client.gateway.issued_tokens();
        wait_until("tokens go on", || {
            client.gateway.issued_tokens() >= before + 2
        });
    }
    client.run("get-token", &["--no-cache"]).finish().fails(3);
    watch.signal("TERM");
    let said = watch.finish().has_code(0).stderr;
    holds(
        &said,
        &[
            "goes on with the key that it has",
            "int-2.pem",
            "is damaged in line 1",
        ],
    );
    assert!(!said.contains("no new token"), "{said}");
    assert_eq!(
        client.gateway.token_requests(),
        client.gateway.issued_tokens()
    );
}

/// On a terminal a wait is shown.
#[test]
fn a_wait_that_is_watched() {
    let keys = Keys::of("p256");
    keys.begin();
    let line = "tokenring rotate activate --keys keys --cache-seconds 1 --published now --wait";
    let Some(finished) = crate::terminal::on_a_terminal(&keys.machine, line, &[]) else {
        return;
    };
    holds(
        &finished.succeeds(),
        &["until every copy has the new key", "Key int-2 signs now"],
    );
}
