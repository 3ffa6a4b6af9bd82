//! `mock-gateway` as a test double: its access tokens, further gateways, and control.

use crate::process::Machine;
use crate::transcript::Transcript;

const MOCK: [&str; 3] = ["mock-gateway", "--gateway", "okta"];

/// What is wrong is said at the start, with the option and the member, and not what is in it.
#[test]
fn what_is_wrong_at_the_start() {
    let mut texts = Transcript::new();
    let machine = Machine::new();
    machine.write("claims.toml", "[claims]\nexp = \"planted-0815\"\n");
    machine.write(
        "key.json",
        r#"{"claims":{"k":{"kty":"EC","d":"planted-0815"}}}"#,
    );
    machine.write("client.toml", "[clients.nobody]\nroles = [\"a\"]\n");
    for (more, code) in [
        (&["--claims", "claims.toml"][..], 3),
        (&["--claims", "key.json"], 3),
        (&["--claims", "client.toml"], 3),
        (&["--claims", "absent.toml"], 3),
        (&["--claims", "claims.toml", "--access-token", "opaque"], 2),
        (&["--access-token", "planted-0815"], 2),
        (&["--access-token-alg", "ES384"], 2),
        (&["--mount", "/kc=keycloack"], 2),
        (&["--mount", "/kc=keycloak@moon"], 2),
        (&["--mount", "kc=keycloak"], 2),
        (&["--mount", "/api=keycloak"], 2),
        (&["--control", "--listen", "0.0.0.0:0", "--allow-remote"], 3),
    ] {
        let run = machine.tokenring(MOCK.iter().chain(more));
        let text = texts.run(run).fails(code);
        assert!(!text.contains("planted"), "{text}");
    }
    texts.check("mock-gateway/double");
}

/// A shell that has a token in that variable starts the mock all the same.
#[test]
fn a_token_in_the_environment_is_no_option() {
    let machine = Machine::new();
    let mounted = ["--control", "--mount", "/kc=keycloak"];
    let run = machine.tokenring(MOCK.iter().chain(&mounted));
    let mut running = run
        .with_variable("TOKENRING_ACCESS_TOKEN", "planted-0815")
        .start();
    let url = running.line();
    let told = running.kill();
    let token_url = format!("{url}/kc/realms/example/protocol/openid-connect/token");
    for line in [
        "Also at /kc: keycloak",
        &format!("  Token endpoint:  {token_url}"),
        &format!("Control:         {url}/-/clients"),
    ] {
        assert!(told.lines().any(|told| told == line), "{line}: {told}");
    }
}
