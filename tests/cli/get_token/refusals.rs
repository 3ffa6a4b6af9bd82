use tokenring_mock_gateway::{ClientState, JwkSource};

use crate::loopback::{Loopback, response};
use crate::process::{Machine, holds};
use crate::registered_client::{CLIENT_ID, RegisteredClient};

/// The gateway's own words, its error code and its status are on stderr.
#[track_caller]
fn refused(client: &RegisteredClient, more: &[&str], parts: &[&str]) {
    let complaint = client
        .get_token(&[&["-q"], more].concat())
        .finish()
        .fails(6);
    holds(
        &complaint,
        &["token endpoint", &client.gateway.token_url(), "refused"],
    );
    holds(&complaint, parts);
}

#[test]
fn what_the_gateway_says() {
    let client = RegisteredClient::new();
    refused(
        &client,
        &["--kid", "other"],
        &[
            "401",
            "invalid_request",
            "Invalid 'kid' header in client_assertion JWT - no matching public key",
        ],
    );
    refused(
        &client,
        &["--audience", "https://elsewhere.test/", "--no-lint"],
        &[
            "401",
            "Missing or invalid 'aud' claim in client_assertion JWT",
        ],
    );
    refused(
        &client,
        &["--typ", "client-authentication+jwt", "--no-lint"],
        &[
            "400",
            "Invalid 'typ' header in client_assertion JWT - must be 'JWT'",
        ],
    );
    let key = integration_tests::fixtures::bytes("keys/test-rsa-3072-pkcs8.pem");
    client.machine.write("int-1.pem", key);
    refused(
        &client,
        &[],
        &[
            "401",
            "public_key error",
            "JWT signature verification failed",
        ],
    );

    let client = RegisteredClient::with(|builder| {
        builder.with_client_state(CLIENT_ID, ClientState::AppRevoked)
    });
    refused(&client, &[], &["access_denied", "not approved or revoked"]);
    let client =
        RegisteredClient::with(|builder| builder.with_client("other", JwkSource::Unregistered));
    let arguments = [
        "get-token",
        "--gateway",
        "nhs",
        "--client-id",
        "other",
        "-q",
    ];
    let url = client.gateway.token_url();
    let more = ["--private-key", "int-1.pem", "--token-url", &url];
    let run = client.machine.tokenring([&arguments[..], &more].concat());
    holds(&run.finish().fails(6), &["403", "register a public key"]);
}

/// The text of another server's refusal.
#[track_caller]
fn words(status: &str, headers: &str, body: &str, parts: &[&str]) -> String {
    let server = Loopback::answer(response(status, headers, body.as_bytes()));
    let machine = Machine::new();
    let complaint = server.get_token(&machine, &["-q"]).finish().fails(6);
    assert!(complaint.len() < 2000, "{complaint}");
    holds(&complaint, parts);
    complaint
}

const JSON: &str = "Content-Type: application/json\r\n";
const HTML: &str = "Content-Type: text/html\r\n";

#[test]
fn shapes_of_a_refusal() {
    words(
        "401 Unauthorized",
        JSON,
        r#"{"error":"invalid_client","error_description":"client authentication failed"}"#,
        &["401", "invalid_client", "client authentication failed"],
    );
    words(
        "400 Bad Request",
        JSON,
        r#"{"error":"invalid_client"}"#,
        &["400", "invalid_client"],
    );
    words(
        "400 Bad Request",
        JSON,
        r#"{"error":"a","error_description":null}"#,
        &["400"],
    );
    words("500 Internal Server Error", JSON, "", &["500"]);
    words("400 Bad Request", JSON, "{", &["400"]);
    words("400 Bad Request", JSON, "[]", &["400"]);
    words(
        "429 Too Many Requests",
        JSON,
        r#"{"message":"API rate limit exceeded","policy":"quota"}"#,
        &["429", "API rate limit exceeded"],
    );
    words(
        "502 Bad Gateway",
        HTML,
        "<!DOCTYPE html><html><body><h1>Bad gateway</h1></body></html>",
        &["502"],
    );
    words(
        "302 Found",
        "Location: https://elsewhere.test/sign-in\r\n",
        "",
        &["302"],
    );
}

/// Nothing of a server acts on the terminal or puts on a disguise.
#[test]
fn control_and_bidirectional_characters() {
    let body = "{\"error\":\"a\\u001b[2Jb\",\"error_description\":\"one\\r\\ntokenring: \
                two\\u202ethree\\u0007\\u009b31m\\u0000\"}";
    let complaint = words("400 Bad Request", JSON, body, &["[2Jb", "one", "three"]);
    assert!(!complaint.chars().any(char::is_control), "{complaint:?}");
    assert!(!complaint.contains('\u{202e}'), "{complaint:?}");
    let raw = "\u{1b}]0;title\u{7}\u{1b}[31mred\u{202e}";
    let complaint = words("500 Oops", "Content-Type: text/plain\r\n", raw, &["500"]);
    assert!(!complaint.chars().any(char::is_control), "{complaint:?}");
}

/// A clock that is wrong is what such a refusal is about; the remedy is said.
#[test]
fn the_clock() {
    let date = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    let headers = format!("{JSON}{date}");
    words(
        "400 Bad Request",
        &headers,
        r#"{"error":"invalid_request","error_description":"JWT has expired"}"#,
        &[
            "JWT has expired",
            "this machine's clock is",
            "ahead of the server's",
        ],
    );
}

/// A redirect is not followed, with or without a token.
#[test]
fn a_redirect_goes_nowhere() {
    let elsewhere = Loopback::json("200 OK", crate::loopback::TOKEN);
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary",
        "308 Permanent",
    ] {
        let location = format!("Location: {}\r\n", elsewhere.url("/token"));
        words(status, &location, "", &[&status[..3]]);
    }
    assert!(elsewhere.has_seen_nothing());
}
