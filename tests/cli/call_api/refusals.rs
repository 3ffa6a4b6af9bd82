use tokenring_mock_gateway::ApiAccess;

use crate::loopback::{Loopback, response};
use crate::process::Machine;
use crate::registered_client::RegisteredClient;
use crate::scripted_server::ScriptedServer;
use crate::transcript::Transcript;

/// Without a token the API is not called.
#[test]
fn a_token_that_is_refused() {
    let client = RegisteredClient::new();
    let run = client.call_api(ApiAccess::Bearer, &["-q", "--kid", "other"]);
    run.finish().fails(6);
    assert_eq!(client.gateway.api_calls(), 0);
}

#[test]
fn a_token_endpoint_that_is_not_there() {
    let client = RegisteredClient::new();
    let api = Loopback::json("200 OK", "{}");
    let token_endpoint = Loopback::answer("");
    let url = token_endpoint.url("/token");
    let arguments = ["call-api", "--gateway", "nhs", "--client-id", "a", "-q"];
    let more = [
        "--private-key",
        "int-1.pem",
        "--token-url",
        &url,
        "--url",
        &api.url("/"),
    ];
    let run = client.machine.tokenring([&arguments[..], &more].concat());
    let mut texts = Transcript::new();
    texts.run(run).fails(5);
    texts.check("call-api/no-token-endpoint");
    assert!(api.has_seen_nothing());
}

#[test]
fn methods_that_are_none() {
    for method in ["", "GE T", "GET\r\nX: y", "G\u{e9}T"] {
        let client = RegisteredClient::new();
        let run = client.call_api(ApiAccess::Bearer, &["-q", "--method", method]);
        run.finish().fails(2);
        assert!(client.gateway.events().is_empty(), "{method:?}");
    }
}

/// A method is what it is: names are case-sensitive (RFC 9110 section 9.1).
#[test]
fn a_method_in_lower_case() {
    let client = RegisteredClient::new();
    let run = client.call_api(ApiAccess::Bearer, &["-q", "--method", "get"]);
    let finished = run.finish();
    assert!(matches!(finished.code(), Some(0 | 2)), "{finished:?}");
}

/// The reason is in `WWW-Authenticate` only: RFC 6750, section 3.
#[test]
fn reasons_in_headers() {
    #[track_caller]
    fn check(status: &'static str, headers: &'static str, expected: &str) {
        let server = ScriptedServer::api(move |_, _| response(status, headers, b""));
        let machine = Machine::new();
        let run = server.call_api(&machine, &[]);
        let complaint = run.finish().has_code(7).stderr;
        assert!(
            complaint.ends_with(&format!("error: the API answered {expected}\n")),
            "{complaint}"
        );
    }
    check(
        "401 Unauthorized",
        "WWW-Authenticate: Basic realm=\"x\"\r\nWWW-Authenticate: Bearer realm=\"a, b\", error=\"invalid_token\", \
         error_description=\"issuer \\\"a\\\" expected\"\r\nX-Request-Id: 1111\r\n",
        "401 Unauthorized, invalid_token: issuer \"a\" expected (request ID 1111)",
    );
    check(
        "403 Forbidden",
        "WWW-Authenticate: Bearer error=insufficient_scope\r\nx-amzn-RequestId: 2222\r\nX-Request-Id: 1111\r\n",
        "403 Forbidden, insufficient_scope (request ID 2222, 1111)",
    );
    check("404 Not Found", "X-A: b\r\n", "404 Not Found");
}
