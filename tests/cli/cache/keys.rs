//! What makes another token: another entry.

use integration_tests::fixtures;

use crate::loopback::{Loopback, TOKEN};
use crate::process::Machine;

/// A second call with these arguments too asks again, and a third does not.
#[test]
fn every_value_that_shapes_a_token() {
    let server = Loopback::json("200 OK", TOKEN);
    let machine = Machine::new();
    let get = |more: &[&str]| {
        let run = server.get_token(&machine, &[&["--quiet"], more].concat());
        let finished = run.finish();
        assert_eq!(finished.stderr, "", "{more:?}");
        finished.succeeds();
    };
    let asks = |more: &[&str]| {
        get(more);
        assert!(!server.has_seen_nothing(), "{more:?} shares a token");
        get(more);
        assert!(server.has_seen_nothing(), "{more:?} shares no token");
    };
    machine.write("other.pem", fixtures::bytes("keys/test-p384-pkcs8.pem"));
    asks(&[]);
    asks(&["--scope", "read"]);
    asks(&["--scope", "read write"]);
    asks(&["--param", "resource=https://a.test"]);
    asks(&["--param", "resource=https://b.test"]);
    asks(&["--kid", "another"]);
    asks(&["--kid", "a third"]);
    asks(&["--audience", "https://audience.test"]);
    asks(&["--subject", "another-subject", "--no-lint"]);
    asks(&["--issuer", "https://issuer.test"]);
    asks(&["--claim", "tenant=\"a\""]);
    asks(&["--claim", "tenant=\"b\""]);
    // What a gateway adds: another way of registering, and a scope in the assertion.
    let keycloak = [
        "--gateway",
        "keycloak",
        "--issuer",
        "https://issuer.test",
        "--alg",
        "ES256",
    ];
    asks(&keycloak);
    asks(&[&keycloak[..], &["--flow", "jwks-url"]].concat());
    // A gateway whose grant is the assertion, for the key that there is.
    let run = machine.tokenring(["gateways", "show", "google", "--format", "toml"]);
    let file = run.finish().succeeds().replace("RS256", "ES256");
    machine.write("grant.toml", file.replace("RSA-2048", "P-256"));
    let google = ["--gateway", "./grant.toml"];
    asks(&[&google[..], &["--scope", "a"]].concat());
    asks(&[&google[..], &["--scope", "b"]].concat());
    asks(&[&google[..], &["--scope", "b", "--subject", "somebody"]].concat());
    let url = server.url("/token");
    let base = ["get-token", "--quiet", "--token-url", &url];
    let another = |more: &[&str]| {
        let arguments = [&base[..], more].concat();
        machine.tokenring(&arguments).finish().succeeds();
        assert!(!server.has_seen_nothing(), "{more:?} shares a token");
        machine.tokenring(&arguments).finish().succeeds();
        assert!(server.has_seen_nothing(), "{more:?} shares no token");
    };
    another(&["--client-id", "another", "--private-key", "key-1.pem"]);
    let key = ["--client-id", "test-client-id", "--kid", "key-1"];
    another(&[&key[..], &["--private-key", "other.pem"]].concat());
    let elsewhere = server.url("/another");
    let key = [
        "--client-id",
        "test-client-id",
        "--private-key",
        "key-1.pem",
    ];
    let arguments = [
        &["get-token", "--quiet", "--token-url", &elsewhere],
        &key[..],
    ]
    .concat();
    machine.tokenring(arguments).finish().succeeds();
    assert!(!server.has_seen_nothing());
}

/// What shapes just the assertion, not the token, is no reason to ask again.
#[test]
fn another_connection() {
    let server = Loopback::json("200 OK", TOKEN);
    let machine = Machine::new();
    let mut requests = 0;
    for more in [&[][..], &["--timeout", "5"], &["--lifetime", "60"]] {
        let run = server.get_token(&machine, &[&["--quiet"], more].concat());
        run.finish().succeeds();
        requests += u32::from(!server.has_seen_nothing());
    }
    assert_eq!(requests, 1);
}
