use tokenring_mock_gateway::ApiAccess;

use crate::loopback::Loopback;
use crate::registered_client::RegisteredClient;
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
