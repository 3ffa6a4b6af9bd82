//! Calls of APIs by tasks.

use tokenring::{ApiRequest, Error};
use tokenring_mock_gateway::ApiAccess;

use crate::bench::{Bench, Reply, Server, one_thread};

/// An API that gives these answers: the last one comes back, after so many requests and tokens.
#[track_caller]
fn check(request: impl Fn(&str) -> ApiRequest, heads: &[&str], status: u16, tokens: u64) {
    let bench = Bench::new();
    let replies = heads.iter().map(|head| {
        let answer = format!("HTTP/1.1 {head}\r\nContent-Length: 0\r\n\r\n");
        Reply::Bytes(answer.into_bytes())
    });
    let server = Server::start(replies.collect());
    let answer = one_thread().block_on(async {
        let client = bench.client().await;
        client.token().await?;
        client.call(&request(&server.url)).await
    });
    assert_eq!(answer.unwrap().status(), status);
    assert_eq!(server.requests(), heads.len());
    assert_eq!(bench.gateway.token_requests(), tokens);
}

fn get(url: &str) -> ApiRequest {
    ApiRequest::get(url).unwrap()
}

#[test]
fn a_call_goes_on_as_the_blocking_one() {
    check(get, &["200 OK"], 200, 1);
    check(get, &["401 Unauthorized", "200 OK"], 200, 2);
    check(get, &["401 Unauthorized", "401 Unauthorized"], 401, 2);
    check(get, &["302 Found\r\nLocation: /next", "200 OK"], 200, 1);
    let elsewhere = "302 Found\r\nLocation: https://example.com/";
    check(get, &[elsewhere], 302, 1);
    let busy = "503 Busy\r\nRetry-After: 0";
    check(get, &[busy], 503, 1);
    check(|url| get(url).with_retries(1), &[busy, "200 OK"], 200, 1);
    let post = |url: &str| ApiRequest::post(url, "x").unwrap().with_retries(1);
    check(post, &[busy], 503, 1);
}

#[test]
fn the_api_gets_token_headers_and_body() {
    let bench = Bench::new();
    let url = bench.gateway.api_url(ApiAccess::Bearer, "patients");
    let answer = one_thread().block_on(async {
        let client = bench.client().await;
        let request = ApiRequest::new("PUT", &url)?
            .with_header("X-Request-ID", "42")
            .with_body(b"hello".to_vec());
        client.call(&request).await
    });
    let answer = answer.unwrap();
    assert_eq!(answer.status(), 200);
    let echo: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(echo["method"], "PUT");
    assert_eq!(echo["body"], "hello");
    assert_eq!(answer.header("X-Request-ID"), Some("42"));
}

#[test]
fn an_api_that_is_not_there_is_an_error() {
    let bench = Bench::new();
    let result = one_thread().block_on(async {
        let client = bench.client().await;
        client.call(&get("http://127.0.0.1:1/")).await
    });
    assert!(
        matches!(result, Err(Error::ApiUnreachable { .. })),
        "{result:?}"
    );
}
