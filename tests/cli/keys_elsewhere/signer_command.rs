use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use integration_tests::{fixtures, peer};

use crate::process::Run;
use crate::registered_client::{CLIENT_ID, RegisteredClient};
use crate::transcript::Transcript;

/// A command around openssl for RS512. It leaves a note of each run.
const SIGN: &str = r#"#!/bin/sh
set -eu
request=$(cat)
field() { printf %s "$request" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
decode() { printf '%s==' "$1" | tr -- '-_' '+/' | sed 's/\(\(....\)*\).*/\1/' | openssl base64 -d -A; }
echo "$(field operation)" >> runs
case $(field operation) in
describe)
    printf '{"alg":"RS512","kid":"int-1","spki":"%s"}\n' \
        "$(openssl pkey -in int-1.pem -pubout -outform DER | openssl base64 -A)"
    ;;
sign)
    printf '{"signature":"%s"}\n' "$(decode "$(field signing_input)" |
        openssl dgst -sha512 -sign int-1.pem -binary | openssl base64 -A)"
    ;;
esac
"#;

fn client(script: &str) -> RegisteredClient {
    let client = RegisteredClient::new();
    client.machine.write("sign.sh", script);
    let path = client.machine.work().join("sign.sh");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).unwrap();
    let public = fixtures::bytes("keys/test-rsa-4096-public.pem");
    client.machine.write("public.pem", public);
    client
}

fn run(client: &RegisteredClient, command: &str, more: &[&str]) -> Run {
    let url = client.gateway.token_url();
    let options = [
        command,
        "--gateway",
        "nhs",
        "--client-id",
        CLIENT_ID,
        "--token-url",
        &url,
    ];
    client.machine.tokenring(options.iter().chain(more))
}

#[test]
fn tokens_by_a_command() {
    if peer::openssl().is_none() {
        return;
    }
    let client = client(SIGN);
    let options = ["--signer-command", "./sign.sh", "--no-cache"];
    let finished = run(&client, "get-token", &options).finish();
    assert_eq!(finished.stderr, "");
    finished.succeeds();
    assert_eq!(client.machine.read("runs"), "describe\nsign\n");
    // Where all is stated there is nothing to ask, and a cached token needs no signature.
    let stated = [
        "--alg",
        "RS512",
        "--kid",
        "int-1",
        "--public-key",
        "public.pem",
    ];
    let options = [&["--signer-command", "./sign.sh"], &stated[..]].concat();
    run(&client, "get-token", &options).finish().succeeds();
    run(&client, "get-token", &options).finish().succeeds();
    assert_eq!(client.machine.read("runs"), "describe\nsign\nsign\n");
    assert_eq!(client.gateway.issued_tokens(), 2);
    let options = [
        "--signer-command",
        "./sign.sh",
        "--no-cache",
        "--output",
        "token",
    ];
    let watch = run(&client, "watch", &options).start();
    let token = client.machine.work().join("token");
    crate::process::wait_until("there is a token", || token.exists());
    watch.signal("TERM");
    watch.finish().has_code(0);
}

/// Whatever the command does, it is one line and its own exit code, and it is soon.
#[test]
fn commands_that_fail() {
    let describe = "case $(cat) in *describe*) echo '{\"alg\":\"RS512\",\"kid\":\"int-1\",\"spki\":\"'$(openssl pkey \
                    -in int-1.pem -pubout -outform DER | openssl base64 -A)'\"}'; exit 0;; esac\n";
    if peer::openssl().is_none() {
        return;
    }
    let mut texts = Transcript::new();
    for body in [
        "sleep 600",
        "yes",
        "echo garbage",
        "echo '{\"signature\":\"AAAA\"}'",
        "echo 'no such key' >&2; exit 7",
        "kill -9 $$",
        "head -c 512 /dev/zero | openssl base64 -A | sed 's/.*/{\"signature\":\"&\"}/'",
    ] {
        let client = client(&format!("#!/bin/sh\n{describe}{body}\n"));
        let options = [
            "--signer-command",
            "./sign.sh",
            "--signer-timeout",
            "1",
            "--no-cache",
            "--quiet",
        ];
        let begin = Instant::now();
        texts.run(run(&client, "get-token", &options)).fails(4);
        assert!(begin.elapsed() < Duration::from_secs(20));
        assert_eq!(client.gateway.token_requests(), 0);
    }
    for body in [
        "sleep 600",
        "yes",
        "echo garbage",
        "exit 3",
        "echo '{\"alg\":\"RS512\"}'",
        "echo '{\"alg\":\"ES256\",\"kid\":\"a\"}'",
    ] {
        let client = client(&format!("#!/bin/sh\n{body}\n"));
        let options = [
            "--signer-command",
            "./sign.sh",
            "--signer-timeout",
            "1",
            "--quiet",
        ];
        texts.run(run(&client, "get-token", &options)).fails(3);
    }
    texts.check("signer-command/failures");
}

#[test]
fn command_lines_that_are_refused() {
    let client = client("#!/bin/sh\n");
    let mut texts = Transcript::new();
    for (options, code) in [
        (&["--signer-command", "./sign.sh $KEY"][..], 2),
        (&["--signer-command", "./absent.sh"], 3),
        (&["--signer-command", "./public.pem"], 3),
        (
            &[
                "--signer-command",
                "./sign.sh",
                "--private-key",
                "int-1.pem",
            ],
            2,
        ),
        (
            &["--signer-command", "./sign.sh", "--signer-timeout", "0"],
            2,
        ),
    ] {
        texts.run(run(&client, "get-token", options)).fails(code);
    }
    texts.check("signer-command/command-lines");
}
