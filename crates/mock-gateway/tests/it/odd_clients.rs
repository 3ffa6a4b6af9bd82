//! Clients that speak HTTP in other ways than most: older, in pieces, in other spellings.

use std::io::{Read, Write};

use serde_json::Value;
use tokenring_jwk::Algorithm;
use tokenring_mock_gateway::ApiAccess;

use crate::draft::Draft;
use crate::http::{Answer, connect, exchange};
use crate::preset::{Preset, public_key};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

struct Client {
    preset: Preset,
}

impl Client {
    /// One of a gateway whose token endpoint is the audience, as it was called.
    fn start() -> Self {
        Self {
            preset: Preset::start("generic", public_key(Algorithm::Rs256)),
        }
    }

    /// A form that is good once.
    fn form(&self) -> String {
        let audience = self.preset.gateway.audience();
        Draft::new(&self.preset, Algorithm::Rs256, &audience).body()
    }

    /// A request with everything but the body.
    fn head(&self, version: &str, headers: &str) -> String {
        let path = self.preset.path();
        let host = self.preset.gateway.address();
        format!("POST {path} HTTP/{version}\r\nHost: {host}\r\n{headers}\r\n")
    }

    #[track_caller]
    fn gets_token(&self, request: &str) -> Value {
        let answer = Answer::parse(&exchange(self.preset.gateway.address(), request.as_bytes()));
        assert_eq!(answer.status, 200, "{}", answer.text());
        let answer = answer.json();
        assert!(answer["access_token"].is_string(), "{answer}");
        answer
    }

    /// Sends a form as it is, in one piece.
    #[track_caller]
    fn gets_token_for(&self, form: &str) -> Value {
        let length = form.len();
        let headers = format!("{FORM}Connection: close\r\nContent-Length: {length}\r\n");
        self.gets_token(&(self.head("1.1", &headers) + form))
    }
}

#[test]
fn http_1_0_with_and_without_a_host() {
    let client = Client::start();
    let form = client.form();
    let headers = format!("{FORM}Content-Length: {}\r\n", form.len());
    client.gets_token(&(client.head("1.0", &headers) + &form));
    let path = client.preset.path();
    let form = client.form();
    client.gets_token(&format!("POST {path} HTTP/1.0\r\n{headers}\r\n{form}"));
}

#[test]
fn a_body_that_waits_to_be_asked_for() {
    let client = Client::start();
    let form = client.form();
    let headers = format!(
        "{FORM}Connection: close\r\nExpect: 100-continue\r\nContent-Length: {}\r\n",
        form.len()
    );
    let mut stream = connect(client.preset.gateway.address());
    let head = client.head("1.1", &headers);
    stream.write_all(head.as_bytes()).unwrap();
    let interim = b"HTTP/1.1 100 Continue\r\n\r\n";
    let mut answered = vec![0; interim.len()];
    stream.read_exact(&mut answered).unwrap();
    assert_eq!(answered, interim);
    stream.write_all(form.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert_eq!(Answer::parse(&answer).status, 200);
}

#[test]
fn a_body_in_chunks() {
    let client = Client::start();
    let headers = format!("{FORM}Connection: close\r\nTransfer-Encoding: chunked\r\n");
    for (size, extension) in [(1, ""), (100, ";name=value"), (100_000, "")] {
        let form = client.form();
        let mut request = client.head("1.1", &headers);
        for chunk in form.as_bytes().chunks(size) {
            let text = std::str::from_utf8(chunk).unwrap();
            request += &format!("{:X}{extension}\r\n{text}\r\n", chunk.len());
        }
        request += "0\r\n\r\n";
        client.gets_token(&request);
    }
    // One that ends before its last chunk is no request.
    let form = client.form();
    let cut = format!(
        "{}{:x}\r\n{form}",
        client.head("1.1", &headers),
        form.len() + 1
    );
    let mut stream = connect(client.preset.gateway.address());
    stream.write_all(cut.as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(!answer.windows(12).any(|it| it == b"access_token"));
}

#[test]
fn spaces_and_separators_of_a_form() {
    let client = Client::start();
    for scope in ["scope=a+b", "scope=a%20b", "sco%70e=%61+%62"] {
        let answer = client.gets_token_for(&format!("{}&{scope}", client.form()));
        assert_eq!(answer["scope"], "a b", "{scope}");
    }
    for (before, after) in [("", "&"), ("", "&&&"), ("&", ""), ("&&", "&")] {
        client.gets_token_for(&format!("{before}{}{after}", client.form()));
    }
}

#[test]
fn names_of_headers_and_schemes_in_any_case() {
    let client = Client::start();
    let form = client.form();
    let headers = format!(
        "cONTENT-tYPE: APPLICATION/X-WWW-FORM-URLENCODED\r\nCONNECTION: CLOSE\r\n\
         content-length: {}\r\n",
        form.len()
    );
    let answer = client.gets_token(&(client.head("1.1", &headers) + &form));
    let token = answer["access_token"].as_str().unwrap();
    let url = client.preset.gateway.api_url(ApiAccess::Bearer, "x");
    let path = url.rsplit_once("//").unwrap().1.split_once('/').unwrap().1;
    for (scheme, status) in [
        ("Bearer", 200),
        ("bearer", 200),
        ("BEARER", 200),
        ("Basic", 401),
    ] {
        let request = format!(
            "GET /{path} HTTP/1.1\r\nhOST: localhost\r\naUTHORIZATION: {scheme} {token}\r\n\
             connection: close\r\n\r\n"
        );
        let address = client.preset.gateway.address();
        let answer = Answer::parse(&exchange(address, request.as_bytes()));
        assert_eq!(answer.status, status, "{scheme}");
    }
}

/// A vendor's program calls the API at the URL that came with the token.
#[test]
fn an_api_of_the_gateways_own() {
    let preset = Preset::start("salesforce", public_key(Algorithm::Rs256));
    let audience = preset.gateway.audience();
    let draft = Draft::grant(&preset, Algorithm::Rs256, &audience)
        .claim("sub", "integration@example.com")
        .without_claim("jti");
    let answer = preset.accepts(&draft).json();
    let token = answer["access_token"].as_str().unwrap();
    assert_eq!(answer["instance_url"], preset.gateway.base_url());
    let query = "/services/data/v59.0/query/?q=SELECT+Id+FROM+Account";
    let call = |path: &str, token: &str| {
        let bearer = format!("Bearer {token}");
        let headers = [("Authorization", bearer.as_str())];
        crate::http::get(preset.gateway.address(), path, &headers)
    };
    let echo = call(query, token);
    assert_eq!(echo.status, 200);
    assert_eq!(echo.json()["path"], "/services/data/v59.0/query/");
    assert_eq!(call(query, "another").status, 401);
    assert_eq!(call("/services/database", token).status, 404);
    assert_eq!(preset.gateway.api_calls(), 2);
}
