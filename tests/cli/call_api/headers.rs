use serde_json::Value;
use tokenring_mock_gateway::ApiAccess;

use crate::loopback::{Loopback, Request, response};
use crate::process::Machine;
use crate::registered_client::RegisteredClient;
use crate::transcript::Transcript;

/// What an API gets with these arguments, by way of gateway `nhs`.
#[track_caller]
fn sent(more: &[&str]) -> (Request, String) {
    sent_by("nhs", more)
}

#[track_caller]
fn sent_by(gateway: &str, more: &[&str]) -> (Request, String) {
    let server = Loopback::answer(response("200 OK", "", b""));
    let machine = Machine::new();
    let url = server.url("/");
    let arguments = [
        "call-api",
        "--gateway",
        gateway,
        "--auth",
        "none",
        "--url",
        &url,
    ];
    let finished = machine.tokenring(arguments.iter().chain(more)).finish();
    let finished = finished.has_code(0);
    assert_eq!(finished.text(), "");
    (server.request(), finished.stderr)
}

/// Refused before anything is sent.
#[track_caller]
fn refused(texts: &mut Transcript, more: &[&str]) {
    let client = RegisteredClient::new();
    texts.run(client.call_api(ApiAccess::Bearer, more)).fails(2);
    assert!(client.gateway.events().is_empty());
}

#[test]
fn headers_as_given() {
    let (request, _) = sent(&[
        "--header",
        "Accept: application/fhir+json",
        "--header",
        "X-Empty:",
        "--header",
        "X-Colons: a:b: c",
        "--header",
        "X-Spaces:   both ends  ",
    ]);
    assert_eq!(request.header("accept"), Some("application/fhir+json"));
    assert_eq!(request.header("x-colons"), Some("a:b: c"));
    assert_eq!(request.header("x-spaces"), Some("both ends"));
    assert_eq!(request.header("x-empty"), Some(""));
    assert_eq!(
        request.head.to_lowercase().matches("\r\naccept:").count(),
        1
    );
}

#[test]
fn malformed_headers() {
    let mut texts = Transcript::new();
    for header in [
        "NoColon",
        ": value",
        "With Space: a",
        "Name : a",
        "N\u{e9}: a",
        "",
        "A\nB: c",
    ] {
        refused(&mut texts, &["--header", header]);
    }
    for header in [
        "A: b\r\nX-Injected: c",
        "A: b\nc",
        "A: b\rc",
        "A: \u{1b}[2J",
        "A: b\u{7f}",
    ] {
        refused(&mut texts, &["--header", header]);
    }
    refused(&mut texts, &["--header", "A: 1", "--header", "a: 2"]);
    refused(&mut texts, &["--header", "Authorization: Bearer planted"]);
    texts.check("call-api/headers");
    // The value of a header that is no header may be a secret.
    let client = RegisteredClient::new();
    let run = client.call_api(ApiAccess::Bearer, &["--header", "planted-4711"]);
    assert!(!run.finish().fails(2).contains("planted"));
}

/// Headers that decide where a message ends are not the caller's.
#[test]
fn headers_of_the_connection() {
    let mut texts = Transcript::new();
    for header in ["Content-Length: 5", "Transfer-Encoding: chunked"] {
        refused(&mut texts, &["--header", header, "-q"]);
    }
    texts.check("call-api/headers-of-the-connection");
}

fn is_uuid_version_4(text: &str) -> bool {
    let bytes = text.as_bytes();
    let hexadecimal = |(index, byte): (usize, &u8)| match index {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase(),
    };
    bytes.len() == 36
        && bytes.iter().enumerate().all(hexadecimal)
        && bytes[14] == b'4'
        && b"89ab".contains(&bytes[19])
}

#[test]
fn a_request_identifier_is_made() {
    let (first, _) = sent(&[]);
    let (second, _) = sent(&[]);
    let first = first.header("x-request-id").unwrap();
    let second = second.header("x-request-id").unwrap();
    assert!(is_uuid_version_4(first), "{first}");
    assert!(is_uuid_version_4(second), "{second}");
    assert_ne!(first, second);
}

#[test]
fn a_request_identifier_is_kept() {
    let id = "c1ab3fba-6bae-4ba4-b257-5a87c44d4a91";
    for id in [id, &id.to_uppercase()] {
        let (request, _) = sent(&["--request-id", id]);
        assert_eq!(request.header("x-request-id"), Some(id));
        let (request, _) = sent_by("generic", &["--request-id", id]);
        assert_eq!(request.header("x-request-id"), Some(id));
    }
    // The gateway mirrors it.
    let client = RegisteredClient::new();
    let run = client.call_api(ApiAccess::Bearer, &["--include", "--request-id", id]);
    let text = run.finish().succeeds().to_lowercase();
    let mirrored = format!("x-request-id: {id}");
    assert!(text.lines().any(|line| line == mirrored), "{text}");
    let mut texts = Transcript::new();
    for id in [
        "",
        "5",
        "c1ab3fba6bae4ba4b2575a87c44d4a91",
        "c1ab3fba-6bae-4ba4-b257-5a87c44d4a9g",
    ] {
        refused(&mut texts, &["--request-id", id]);
    }
    texts.check("call-api/request-ids");
}

#[test]
fn a_correlation_identifier() {
    let (request, _) = sent(&["--correlation-id", "order 17"]);
    assert_eq!(request.header("x-correlation-id"), Some("order 17"));
    let (request, _) = sent_by("generic", &["--correlation-id", "17"]);
    assert_eq!(request.header("x-correlation-id"), Some("17"));
    let (request, _) = sent(&[]);
    assert_eq!(request.header("x-correlation-id"), None);
    let mut texts = Transcript::new();
    refused(&mut texts, &["--correlation-id", "a\r\nX-Injected: b"]);
    texts.check("call-api/correlation-ids");
}

/// A number that breaks the rule is sent all the same: test data do.
#[test]
fn nhs_numbers() {
    for (number, warned) in [("9000000009", false), ("9434765919", false)] {
        let (request, stderr) = sent(&["--nhs-number", number]);
        assert_eq!(request.header("nhs-login-nhs-number"), Some(number));
        assert_eq!(stderr.contains("warning"), warned, "{stderr}");
    }
    for number in ["9000000008", "123", "90000000099", "900000000a"] {
        let (request, stderr) = sent(&["--nhs-number", number]);
        assert_eq!(request.header("nhs-login-nhs-number"), Some(number));
        assert!(!stderr.contains(number), "{stderr}");
        let (_, stderr) = sent(&["--nhs-number", number, "--quiet"]);
        assert_eq!(stderr, "");
    }
}

#[test]
fn a_product() {
    let (request, _) = sent(&["--product-id", "P.WTJ-FJT"]);
    assert_eq!(request.header("nhse-product-id"), Some("P.WTJ-FJT"));
}

/// Names of headers are the gateway's; one that has none says so.
#[test]
fn options_without_a_header() {
    let machine = Machine::new();
    let mut texts = Transcript::new();
    for option in ["--nhs-number", "--product-id"] {
        let arguments = [
            "call-api",
            "--auth",
            "none",
            "--url",
            "https://a.test/",
            option,
        ];
        let run = machine.tokenring(arguments).with_argument("9000000009");
        texts.run(run).fails(2);
    }
    texts.check("call-api/options-without-a-header");
}

/// A header that is given goes before what an option of its own would set.
#[test]
fn a_header_goes_before_an_option() {
    let (request, _) = sent(&[
        "--header",
        "x-request-id: mine",
        "--header",
        "NHSE-Product-ID: a",
        "--product-id",
        "b",
    ]);
    assert_eq!(request.header("x-request-id"), Some("mine"));
    assert_eq!(request.header("nhse-product-id"), Some("a"));
}

/// From the environment and the configuration file too, one header a line.
#[test]
fn headers_from_elsewhere() {
    let client = RegisteredClient::new();
    let run = client.call_api(ApiAccess::Bearer, &[]);
    let run = run.with_variable("TOKENRING_HEADER", "X-One: 1\nX-Two: 2\n");
    let echo: Value = serde_json::from_str(&run.finish().succeeds()).unwrap();
    assert_eq!(echo["headers"]["x-one"], "1");
    assert_eq!(echo["headers"]["x-two"], "2");

    client
        .machine
        .write_configuration("header = [\"X-Three: 3\", \"X-Four: 4\"]\n");
    let run = client.call_api(ApiAccess::Bearer, &[]);
    let echo: Value = serde_json::from_str(&run.finish().succeeds()).unwrap();
    assert_eq!(echo["headers"]["x-three"], "3");
    assert_eq!(echo["headers"]["x-four"], "4");
}
