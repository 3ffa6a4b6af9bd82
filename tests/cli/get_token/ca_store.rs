//! Which authorities are trusted: those of the program, those of the system, and where that is said.

use integration_tests::fixtures;

use super::tls;
use crate::process::Machine;

/// Whether a server is trusted whose authority only the system's store has.
#[track_caller]
fn check(arguments: &[&str], variables: &[(&str, &str)], configuration: &str, expected: bool) {
    let machine = Machine::new();
    machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
    machine.write_configuration(configuration);
    let Some((_running, url)) = tls::server(&machine, "server.pem", "-www") else {
        return;
    };
    let usual = [
        "get-token",
        "--client-id=a",
        "--private-key=key-1.pem",
        "--timeout=1",
        "--token-url",
        &url,
    ];
    let run = machine
        .tokenring([&usual[..], arguments].concat())
        .with_variable("SSL_CERT_FILE", tls::certificate("authority.pem"));
    let run = variables
        .iter()
        .fold(run, |run, (name, value)| run.with_variable(name, value));
    let complaint = run.finish().fails(5);
    let is_trusted = !complaint.contains("is not trusted");
    assert_eq!(is_trusted, expected, "{complaint}");
    // A trusted one is asked, and openssl has no answer.
    assert_eq!(
        complaint.contains("no whole answer"),
        expected,
        "{complaint}"
    );
}

#[test]
fn the_systems_store_counts_unless_told_otherwise() {
    check(&[], &[], "", true);
    check(&["--ca-store", "both"], &[], "", true);
    check(&["--ca-store", "system"], &[], "", true);
    check(&["--ca-store", "bundled"], &[], "", false);
}

#[test]
fn options_variables_and_configuration_name_it() {
    let bundled = ("TOKENRING_CA_STORE", "bundled");
    check(&[], &[bundled], "", false);
    check(&["--ca-store", "system"], &[bundled], "", true);
    check(&[], &[], "ca-store = \"bundled\"\n", false);
    check(&[], &[("SSL_CERT_FILE", "/nowhere")], "", false);
}

#[test]
fn an_unknown_store() {
    let machine = Machine::new();
    let run = machine.tokenring(["get-token", "--ca-store", "none"]);
    let complaint = run.finish().fails(2);
    assert!(complaint.contains("bundled, system or both"), "{complaint}");
}
