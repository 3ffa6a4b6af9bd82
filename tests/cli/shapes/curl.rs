//! `curl`, which takes a token three ways.

use base64ct::{Base64, Encoding};
use integration_tests::peer;
use tokenring_mock_gateway::ApiAccess;

use crate::loopback::{Loopback, response};
use crate::registered_client::RegisteredClient;

fn has_curl() -> bool {
    peer::find("curl", "--version", "install curl").is_some()
}

/// An API that wants the token gives its answer.
#[track_caller]
fn opens(line: &str) {
    if !has_curl() {
        return;
    }
    let client = RegisteredClient::new();
    let url = client.gateway.api_url(ApiAccess::Bearer, "hello");
    let answer = client
        .script(line)
        .with_variable("URL", &url)
        .finish()
        .succeeds();
    let echo: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(echo["path"], "/api/bearer/hello");
    assert_eq!(client.gateway.api_calls(), 1);
}

#[test]
fn configuration() {
    opens("\"$TOKENRING\" get-token --format curl | curl -sSf --config - \"$URL\"");
}

#[test]
fn header() {
    opens("\"$TOKENRING\" get-token --format header | curl -sSf -H @- \"$URL\"");
}

#[test]
fn netrc() {
    if !has_curl() {
        return;
    }
    let client = RegisteredClient::new();
    let server = Loopback::answer(response("200 OK", "Connection: close\r\n", b""));
    let lines = "\"$TOKENRING\" get-token --format netrc --machine 127.0.0.1 --output netrc &&
                 curl -sSf --netrc-file netrc \"$URL\"";
    let run = client.script(lines).with_variable("URL", server.url("/"));
    run.finish().succeeds();
    let user = format!("oauth2:{}", client.token());
    let expected = format!("Basic {}", Base64::encode_string(user.as_bytes()));
    assert_eq!(
        server.request().header("authorization"),
        Some(expected.as_str())
    );
}

/// Another host gets nothing.
#[test]
fn netrc_of_another_host() {
    if !has_curl() {
        return;
    }
    let client = RegisteredClient::new();
    let server = Loopback::answer(response("200 OK", "Connection: close\r\n", b""));
    let lines = "\"$TOKENRING\" get-token --format netrc --machine api.test --output netrc &&
                 curl -sSf --netrc-file netrc \"$URL\"";
    let run = client.script(lines).with_variable("URL", server.url("/"));
    run.finish().succeeds();
    assert_eq!(server.request().header("authorization"), None);
}
