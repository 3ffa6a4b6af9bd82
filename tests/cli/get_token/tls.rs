use std::path::Path;

use integration_tests::{fixtures, peer};

use crate::process::{Machine, Running};
use crate::transcript::Transcript;

/// A certificate of the crate that does the connections.
pub(crate) fn certificate(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/oauth/tests/data/tls");
    folder.join(name).to_str().unwrap().to_owned()
}

/// openssl as a server of web pages, of this kind; `None` where it is missing.
pub(crate) fn server(machine: &Machine, name: &str, kind: &str) -> Option<(Running, String)> {
    serve(
        machine,
        &certificate(name),
        &certificate("server.key"),
        &[kind],
    )
}

/// openssl as a server with this certificate.
pub(crate) fn serve(
    machine: &Machine,
    certificate: &str,
    key: &str,
    more: &[&str],
) -> Option<(Running, String)> {
    peer::openssl()?;
    let run = machine.program("openssl").with_argument("s_server");
    let arguments = ["-accept", "127.0.0.1:0", "-cert", certificate, "-key", key];
    let run = arguments
        .iter()
        .chain(more)
        .fold(run, |run, argument| run.with_argument(argument));
    let mut running = run.start();
    loop {
        let line = running.line();
        if let Some(address) = line.strip_prefix("ACCEPT ") {
            let port = address.rsplit(':').next().unwrap().to_owned();
            return Some((running, format!("https://localhost:{port}/")));
        }
    }
}

#[track_caller]
fn check(name: &str, more: &[&str], code: i32, snapshot: &str) {
    let machine = Machine::new();
    machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
    let Some((_running, url)) = server(&machine, name, "-www") else {
        return;
    };
    let arguments = [
        "get-token",
        "-q",
        "--client-id",
        "a",
        "--private-key",
        "key-1.pem",
        // Not what the machine of the test happens to trust.
        "--ca-store",
        "bundled",
    ];
    let run = machine.tokenring([&arguments[..], &["--token-url", &url], more].concat());
    let mut texts = Transcript::new();
    texts.run(run).fails(code);
    texts.hide_number_after("localhost:");
    texts.check(snapshot);
}

#[test]
fn an_authority_that_is_not_trusted() {
    check("server.pem", &[], 5, "certificates/untrusted");
}

/// Trusted, it is asked; that openssl has no answer is another matter.
#[test]
fn a_private_authority() {
    let authority = certificate("authority.pem");
    let more = ["--ca-cert", &authority, "--timeout", "1"];
    check("server.pem", &more, 5, "certificates/trusted");
}

#[test]
fn certificates_that_do_not_hold() {
    let authority = certificate("authority.pem");
    let trusting = ["--ca-cert", authority.as_str()];
    check("expired.pem", &trusting, 5, "certificates/expired");
    check("other-name.pem", &trusting, 5, "certificates/other-name");
}
