//! Proxies in the environment that cannot be used are never gone past.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use integration_tests::fixtures;

use crate::process::Machine;
use crate::transcript::Transcript;

#[track_caller]
fn check<V: AsRef<OsStr>>(texts: &mut Transcript, variables: &[(&str, V)]) {
    let machine = Machine::new();
    machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
    let arguments = [
        "-q",
        "--timeout",
        "1",
        "--client-id",
        "a",
        "--private-key",
        "key-1.pem",
        "--token-url",
        "https://gateway.invalid/token",
    ];
    for command in ["get-token", "doctor"] {
        let run = machine.tokenring([&[command], &arguments[..]].concat());
        let run = variables
            .iter()
            .fold(run, |run, (name, value)| run.with_variable(name, value));
        let finished = texts.run(run).has_code(5);
        assert!(!finished.everything().contains("pa55"), "{finished:?}");
    }
}

/// Neither 80 nor 443.
#[test]
fn invalid_ports() {
    let mut texts = Transcript::new();
    for address in [
        "http://proxy.invalid:99999",
        "http://user:pa55@proxy.invalid:65536",
        "http://proxy.invalid:0",
        "http://proxy.invalid:",
        "http://proxy.invalid:http",
        "https://proxy.invalid:4430000",
        "proxy.invalid:99999",
        "http://[::1]:99999",
    ] {
        for name in ["https_proxy", "ALL_PROXY"] {
            check(&mut texts, &[(name, address)]);
        }
    }
    let variables = [
        ("HTTPS_PROXY", "http://127.0.0.1:1"),
        ("NO_PROXY", "gateway.invalid:99999"),
    ];
    check(&mut texts, &variables);
    texts.check("get-token/invalid-ports");
}

/// A variable that is no text is set all the same.
#[test]
fn no_utf_8() {
    let address = OsStr::from_bytes(b"http://\xff.invalid:1");
    let mut texts = Transcript::new();
    check(&mut texts, &[("HTTPS_PROXY", address)]);
    texts.check("get-token/proxy-that-is-no-text");
}
