use crate::loopback::{Loopback, Request, response};
use crate::process::Machine;
use crate::registered_client::RegisteredClient;
use crate::transcript::Transcript;

/// Sends a body to an API; what it got, and what stderr says.
#[track_caller]
fn sent(machine: &Machine, data: &str, input: &[u8], more: &[&str]) -> (Request, String) {
    let server = Loopback::answer(response("200 OK", "", b""));
    let url = server.url("/");
    let arguments = ["call-api", "--auth", "none", "--url", &url, "--data", data];
    let run = machine.tokenring(arguments.iter().chain(more));
    let finished = run.with_input(input).finish().has_code(0);
    (server.request(), finished.stderr)
}

/// Every byte, five millions of them, and no text.
fn large() -> Vec<u8> {
    (0..5_000_000_u32)
        .map(|index| (index.wrapping_mul(2_654_435_761) >> 24).to_le_bytes()[0])
        .collect()
}

#[test]
fn text() {
    let machine = Machine::new();
    for data in ["{\"a\": 1}", "", "a=b&c=d", "caf\u{e9}\n", " @file", "--"] {
        let data_option = format!("--data={data}");
        let server = Loopback::answer(response("200 OK", "", b""));
        let url = server.url("/");
        let arguments = ["call-api", "--auth", "none", "--url", &url, &data_option];
        machine.tokenring(arguments).finish().succeeds();
        let request = server.request();
        assert_eq!(request.body, data.as_bytes());
        assert!(request.head.starts_with("POST / "), "{}", request.head);
        assert_eq!(request.header("content-type"), None);
    }
}

#[test]
fn a_file() {
    let machine = Machine::new();
    let body = large();
    machine.write("a file", &body);
    let (request, _) = sent(&machine, "@a file", b"", &[]);
    assert!(request.body == body);
    let length = body.len().to_string();
    assert_eq!(request.header("content-length"), Some(length.as_str()));

    machine.write("empty", "");
    let (request, _) = sent(&machine, "@empty", b"", &["--method", "PUT"]);
    assert_eq!(request.body, b"");
    assert!(request.head.starts_with("PUT / "));
}

#[test]
fn standard_input() {
    let machine = Machine::new();
    let body = large();
    let (request, _) = sent(&machine, "-", &body, &[]);
    assert_eq!(request.header("transfer-encoding"), Some("chunked"));
    assert!(unchunked(&request.body) == body);
    let (request, _) = sent(&machine, "-", b"", &[]);
    assert_eq!(unchunked(&request.body), b"");
}

/// Takes chunked transfer coding off (RFC 9112 section 7.1).
fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = bytes.windows(2).position(|pair| pair == b"\r\n").unwrap();
        let size = std::str::from_utf8(&bytes[..end]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return body;
        }
        body.extend_from_slice(&bytes[end + 2..end + 2 + size]);
        bytes = &bytes[end + 2 + size + 2..];
    }
}

/// No type is made up; that there is none is said.
#[test]
fn the_type_of_a_body() {
    let machine = Machine::new();
    let (request, stderr) = sent(&machine, "a", b"", &[]);
    assert_eq!(request.header("content-type"), None);
    assert_ne!(stderr, "");
    let json = ["--header", "content-type: application/json"];
    let (request, stderr) = sent(&machine, "a", b"", &json);
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(stderr, "");
}

#[test]
fn bodies_that_cannot_be_read() {
    let client = RegisteredClient::new();
    let call = |more: &[&str]| client.call_api(tokenring_mock_gateway::ApiAccess::Bearer, more);
    let mut texts = Transcript::new();
    for data in ["@none", "@.", "@"] {
        texts.run(call(&["--data", data])).fails(2);
    }
    texts.check("call-api/bodies");
    let url = client.gateway.token_url();
    let arguments = [
        "call-api",
        "--client-id",
        "a",
        "--token-url",
        &url,
        "--url",
        &url,
    ];
    let more = ["--private-key", "-", "--data", "-"];
    let run = client.machine.tokenring([&arguments[..], &more].concat());
    run.finish().fails(2);
    assert!(client.gateway.events().is_empty());
}
