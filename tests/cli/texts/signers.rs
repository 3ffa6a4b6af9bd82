use integration_tests::{fixtures, peer};

use crate::process::set_mode;
use crate::registered_client::RegisteredClient;
use crate::transcript::Session;

/// Programs that sign, and what goes wrong with them.
#[test]
fn signer_commands() {
    let client = RegisteredClient::new();
    let url = client.gateway.token_url();
    let mut session = Session::on(client.machine).with_files(&[
        ("public.pem", "keys/test-rsa-4096-public.pem"),
        ("other.pem", "keys/test-rsa-2048-public.pem"),
    ]);
    session.set("URL", url);
    let public = fixtures::text("keys/test-rsa-4096-public.pem");
    let spki: String = public
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    let assertion =
        "assertion --gateway nhs --client-id a --token-url $URL --signer-command ./sign.sh";
    let described = format!("{{\"alg\":\"RS512\",\"kid\":\"int-1\",\"spki\":\"{spki}\"}}");
    for (description, signs, more) in [
        (described.as_str(), "echo garbage", ""),
        (&described, "echo '{\"signature\":\"AAAA\"}'", ""),
        (&described, "echo 'no such key' >&2; exit 7", ""),
        (&described, "kill -9 $$", ""),
        (&described, "yes", ""),
        (&described, "exec sleep 60", "--signer-timeout 1"),
        (&described, "true", "--public-key other.pem"),
        (&described, "true", "--alg PS512"),
        ("{\"alg\":\"RS512\",\"kid\":\"int-1\"}", "true", ""),
        ("{\"alg\":\"none\"}", "true", ""),
        ("{\"alg\":\"RS512\",\"spki\":\"AAAA\"}", "true", ""),
        ("{\"error\":\"no such key\"}", "true", ""),
    ] {
        let script = format!(
            "#!/bin/sh\ncase $(cat) in *describe*) echo '{description}'; exit 0;; esac\n{signs}\n"
        );
        session.machine.write("sign.sh", script);
        set_mode(&session.machine.work().join("sign.sh"), 0o700);
        let shown = description.replace(&spki, "...");
        session
            .transcript
            .text(&format!("== sign.sh: {shown}; {signs} ==\n"));
        session.run(&format!("{assertion} {more}"));
    }
    session
        .machine
        .write("sign.sh", "#!/bin/sh\nexec sleep 60\n");
    set_mode(&session.machine.work().join("sign.sh"), 0o700);
    session.run(&format!("{assertion} --signer-timeout 1"));
    set_mode(&session.machine.work().join("sign.sh"), 0o600);
    session.run(assertion);
    session.check("errors/signer-commands");
}

/// Assertions that are signed elsewhere.
#[test]
fn signing_input() {
    if peer::openssl().is_none() {
        return;
    }
    let mut session = Session::new().with_files(&[
        ("key.pem", "keys/test-rsa-4096-pkcs8.pem"),
        ("public.pem", "keys/test-rsa-4096-public.pem"),
    ]);
    let make = "assertion --gateway nhs --env int --client-id a --kid int-1 --signing-input";
    session.run(make);
    session.run(&format!("{make} --public-key absent.pem"));
    session.run(&format!("{make} --public-key key.pem"));
    session.run(&format!("{make} --public-key public.pem --explain"));
    let input = session
        .run(&format!("{make} --public-key public.pem"))
        .succeeds();
    session.machine.write("input", &input);
    session.machine.write("short", "AAAA");
    session.machine.write("other", [7_u8; 512]);
    let openssl = session.machine.program("openssl");
    let words = [
        "dgst",
        "-sha512",
        "-sign",
        "key.pem",
        "-out",
        "signature",
        "input",
    ];
    let openssl = words
        .iter()
        .fold(openssl, |run, word| run.with_argument(word));
    openssl.finish().has_code(0);
    session.transcript.hide_number_after("good for ");
    session.title("Attached");
    let old = "eyJhbGciOiJSUzUxMiIsImtpZCI6ImludC0xIiwidHlwIjoiSldUIn0.eyJleHAiOjE3MDAwMDAwMDB9";
    for (input, more) in [
        (input.as_str(), "signature --public-key public.pem"),
        (&input, "signature"),
        (&input, "signature --explain"),
        (&input, "short"),
        (&input, "other --public-key public.pem"),
        (&input, "absent"),
        (old, "signature"),
        ("", "signature"),
        ("a.b", "signature"),
        ("e30.e30", "signature"),
        (&format!("{input}.AAAA"), "signature"),
    ] {
        session.run_with_input(&format!("assertion --attach {more}"), input);
    }
    session.check("errors/signing-input");
}
