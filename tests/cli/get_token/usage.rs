use std::net::TcpListener;

use integration_tests::fixtures;

use crate::loopback::Loopback;
use crate::process::{Machine, holds};
use crate::registered_client::RegisteredClient;

/// The token is all that is on stdout; with `--quiet` stderr is silent.
#[test]
fn the_token_and_nothing_else() {
    let client = RegisteredClient::new();
    let finished = client.get_token(&["--quiet"]).finish();
    assert_eq!(finished.stderr, "");
    let token = finished.succeeds();
    assert_eq!(token.lines().count(), 1);
    assert!(token.ends_with('\n'));

    let finished = client.get_token(&["--verbose", "--no-cache"]).finish();
    let url = client.gateway.token_url();
    holds(
        &finished.stderr,
        &[&format!("Asking {url} for an access token"), "good for 59"],
    );
    assert_eq!(finished.succeeds().lines().count(), 1);
    assert_eq!(client.gateway.issued_tokens(), 2);
}

/// A complete command with these arguments too fails before anything is sent.
#[track_caller]
fn usage(more: &[&str], parts: &[&str]) {
    let client = RegisteredClient::new();
    let run = client.get_token(&[&["--quiet"], more].concat());
    holds(&run.finish().fails(2), parts);
    assert_eq!(client.gateway.token_requests(), 0);
}

#[test]
fn values_that_are_wrong() {
    usage(
        &["--env", "production2"],
        &["--env: ", "production2", "prod, int, dev, sandbox, ref"],
    );
    usage(&["--lifetime", "301"], &["--lifetime: ", "nhs takes 300"]);
    usage(&["--lifetime", "0"], &["--lifetime: "]);
    usage(&["--lifetime=-5"], &["--lifetime: ", "whole number"]);
    usage(&["--lifetime", "1.5"], &["--lifetime: ", "whole number"]);
    usage(&["--timeout", "0"], &["--timeout: ", "1 to 86400"]);
    usage(&["--timeout", "99999999999999999999"], &["--timeout: "]);
    usage(
        &["--timeout", "5s"],
        &["--timeout: ", "whole number of seconds"],
    );
    usage(&["--claim", "a"], &["--claim: ", "NAME=VALUE"]);
    usage(&["--claim", "a=b"], &["--claim: ", "JSON", "double quotes"]);
    usage(&["--claim", "exp=5"], &["--claim", "exp"]);
    usage(&["--param", "scope"], &["--param: ", "NAME=VALUE"]);
    usage(
        &["--param", "grant_type=password"],
        &["--param", "grant_type"],
    );
    usage(
        &["--param", "a=1", "--param", "a=2"],
        &["--param", "\"a\"", "given twice"],
    );
    usage(&["--var", "realm=x"], &["realm"]);
}

/// A gateway, a client identifier, a key: each is asked for by name.
#[test]
fn what_is_missing() {
    let machine = Machine::new();
    machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
    for (arguments, parts) in [
        (&[][..], &["--client-id (or --api-key) ID"][..]),
        (&["--client-id", ""], &["--client-id (or --api-key) ID"]),
        (&["--client-id", "a"], &["--token-url"]),
        (
            &["--client-id", "a", "--gateway", "nhs"],
            &["--private-key FILE", "--private-key -"],
        ),
        (
            &[
                "--client-id",
                "a",
                "--gateway",
                "rfc10070",
                "--token-url",
                "https://a.test/",
            ],
            &["--issuer"],
        ),
    ] {
        let run = machine.tokenring(["get-token"].iter().chain(arguments));
        holds(&run.finish().fails(2), parts);
    }
}

/// Plain `http` is for this machine alone, by name; no secret in a URL.
#[test]
fn token_urls_that_are_not_safe() {
    let machine = Machine::new();
    machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
    for (url, parts) in [
        ("http://gateway.test/token", &["https"][..]),
        ("http://127.0.0.2/token", &["https"]),
        ("http://10.0.0.1/token", &["https"]),
        ("http://localhost.test/token", &["https"]),
        ("http://2130706433/token", &["https"]),
        ("ftp://gateway.test/token", &["https"]),
        ("gateway.test/token", &["https"]),
        ("https://user:hunter-4711@gateway.test/token", &[]),
        ("https://gateway.test/token#a", &["fragment"]),
        ("https://gateway.test/a b", &[]),
        ("https://gateway.test/a\nb", &[]),
        ("", &[]),
    ] {
        let arguments = [
            "get-token",
            "--client-id",
            "a",
            "--private-key",
            "key-1.pem",
        ];
        let run = machine.tokenring([&arguments[..], &["-q", "--token-url", url]].concat());
        let complaint = run.finish().fails(2);
        holds(&complaint, &["--token-url: "]);
        holds(&complaint, parts);
        assert!(!complaint.contains("hunter"), "{complaint}");
    }
}

/// A port where nobody listens.
#[test]
fn an_unreachable_host() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let client = RegisteredClient::new();
    let url = format!("http://127.0.0.1:{port}/token");
    let arguments = ["get-token", "--gateway", "nhs", "--client-id", "a", "-q"];
    let more = ["--private-key", "int-1.pem", "--token-url", &url];
    let run = client.machine.tokenring([&arguments[..], &more].concat());
    let complaint = run.finish().fails(5);
    holds(&complaint, &[&url, "refused"]);
}

/// A name that resolves to nothing (RFC 6761 section 6.4).
#[test]
fn an_unknown_host() {
    let machine = Machine::new();
    machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
    let arguments = [
        "get-token",
        "--client-id",
        "a",
        "--private-key",
        "key-1.pem",
        "-q",
    ];
    let more = [
        "--token-url",
        "https://gateway.invalid/token",
        "--timeout",
        "10",
    ];
    let run = machine.tokenring([&arguments[..], &more].concat());
    let complaint = run.finish().fails(5);
    holds(&complaint, &["https://gateway.invalid/token"]);
}

/// A server that speaks no TLS, and one that nobody vouches for.
#[test]
fn tls_that_fails() {
    let machine = Machine::new();
    machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
    let garbage = Loopback::serve(|stream| {
        use std::io::{Read, Write};

        let mut hello = [0; 16];
        stream.read_exact(&mut hello)?;
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")?;
        Ok(None)
    });
    let url = format!("https://127.0.0.1:{}/token", garbage.port());
    let arguments = [
        "get-token",
        "--client-id",
        "a",
        "--private-key",
        "key-1.pem",
        "-q",
    ];
    let run = machine.tokenring([&arguments[..], &["--token-url", &url]].concat());
    holds(&run.finish().fails(5), &[&url, "TLS"]);

    for (contents, part) in [
        ("no certificate", "certificate"),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "certificate",
        ),
    ] {
        machine.write("authority.pem", contents);
        let more = ["--token-url", &url, "--ca-cert", "authority.pem"];
        let run = machine.tokenring([&arguments[..], &more].concat());
        holds(&run.finish().fails(2), &["--ca-cert: ", part]);
    }
    let more = ["--token-url", &url, "--ca-cert", "none.pem"];
    let run = machine.tokenring([&arguments[..], &more].concat());
    holds(
        &run.finish().fails(2),
        &["--ca-cert: ", "none.pem", "No such file"],
    );
}

/// No proxy of the environment comes between the command and loopback.
#[test]
fn a_proxy_is_not_asked_for_loopback() {
    let client = RegisteredClient::new();
    let proxy = Loopback::json("200 OK", "{}");
    let mut run = client.get_token(&["-q"]);
    for variable in [
        "http_proxy",
        "https_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ] {
        run = run.with_variable(variable, proxy.url(""));
    }
    run.finish().succeeds();
    assert!(proxy.has_seen_nothing());
}

/// The pipe's reader has seen enough; a full disk is told.
#[test]
fn standard_output_that_takes_nothing() {
    let client = RegisteredClient::new();
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let finished = client.get_token(&["-q"]).with_output(full).finish();
    holds(&finished.fails(8), &["cannot write to standard output"]);

    let finished = client.get_token(&["-q"]).with_closed_output().finish();
    assert_eq!(finished.stderr, "");
    finished.has_code(0);
}
