//! How a line is written, and what is said of one that is written otherwise.

use integration_tests::fixtures;

use crate::process::Machine;
use crate::registered_client::RegisteredClient;
use crate::transcript::Transcript;

/// What curl, gh and kubectl have taught; where nothing listens, exit code 5 says that a line was
/// understood.
#[test]
fn conventional_spellings() {
    let machine = Machine::new();
    let url = "http://127.0.0.1:1";
    machine.write("k.pem", fixtures::bytes("keys/test-rsa-4096-pkcs8.pem"));
    machine.write("c.toml", "[profiles.x]\nclient-id = \"me\"\n");
    let token = "--client-id me --private-key k.pem --no-cache --token-url http://127.0.0.1:1/t";
    for line in [
        "get-token TOKEN -o token",
        "call-api --url URL TOKEN -i",
        "call-api --url URL TOKEN -X POST",
        "call-api --url URL TOKEN -H A:b",
        "call-api --url URL TOKEN -d x=1",
        "call-api URL TOKEN",
        "call-api TOKEN -X DELETE URL",
        "-v get-token TOKEN",
        "--config c.toml --profile x get-token --private-key k.pem --no-cache --token-url URL",
        "run TOKEN true",
        "run TOKEN true --help -x",
        "run TOKEN -- true",
    ] {
        let line = line.replace("TOKEN", token).replace("URL", url);
        let finished = machine.tokenring(line.split(' ')).finish().has_code(5);
        assert!(
            finished.stderr.contains("no connection to 127.0.0.1:1"),
            "{finished:?}"
        );
    }
    assert_eq!(machine.names(), ["c.toml", "k.pem"]);
    let shown = machine
        .tokenring(["gateways", "show", "nhs"])
        .finish()
        .succeeds();
    assert_eq!(
        machine.tokenring(["gateways", "nhs"]).finish().succeeds(),
        shown
    );
    let jwt = "assertion --client-id me --private-key k.pem --audience https://a.test/";
    machine.write(
        "a.jwt",
        machine.tokenring(jwt.split(' ')).finish().succeeds(),
    );
    let inspected = machine.tokenring(["inspect", "@a.jwt"]).finish().succeeds();
    assert!(inspected.contains("https://a.test/"));
    assert!(
        machine
            .tokenring(["inspect", "a.jwt"])
            .finish()
            .succeeds()
            .starts_with("Header\n")
    );
}

#[test]
fn a_program_and_its_options() {
    let client = RegisteredClient::new();
    let run = client.run(
        "run",
        &[
            "sh",
            "-c",
            "echo $1 $TOKENRING_ACCESS_TOKEN",
            "sh",
            "--quiet",
        ],
    );
    let text = run.finish().succeeds();
    let token = text.strip_prefix("--quiet ").unwrap();
    assert_eq!(token.trim_end(), client.token());
}

#[test]
fn what_is_meant_by_unknown_arguments() {
    let machine = Machine::new();
    let mut texts = Transcript::new();
    for line in [
        "get-token --json",
        "keys convert k.pem --format jwk",
        "get-token -k k.pem",
        "get-token -gateway nhs",
        "get-token --privat-key k.pem",
        "get-token --client_id me",
        "get-token --header A:b",
        "get-token -z",
        "get-token word",
        "call-api https://a.test https://b.test",
        "call-api https://a.test --url https://b.test",
        "gateways lst",
        "gateways nsh",
    ] {
        texts.show(&machine.tokenring(line.split(' ')).finish().has_code(2));
    }
    texts.check("familiar_lines/unknown_arguments");
}

#[test]
fn everything_that_is_missing() {
    let machine = Machine::new();
    let mut texts = Transcript::new();
    for line in [
        "get-token",
        "get-token --gateway nhs",
        "get-token --gateway nhs --client-id me",
        "call-api",
        "call-api https://a.test --gateway nhs",
        "call-api --gateway nhs --client-id me --private-key k.pem",
        "call-api --auth none",
        "run true",
    ] {
        texts.show(&machine.tokenring(line.split(' ')).finish().has_code(2));
    }
    texts.check("familiar_lines/missing");
}
