//! The echoing API behind the gateway, as NHSDigital/identity-service-api has it.

use serde_json::{Value, json};
use tokenring_mock_gateway::ApiAccess;

use crate::bench::{Bench, CLIENT};
use crate::http::{Answer, exchange, get, send};

fn denied(diagnostics: &str) -> Value {
    json!({
        "resourceType": "OperationOutcome",
        "issue": [{
            "severity": "error",
            "code": "forbidden",
            "details": { "coding": [{
                "system": "https://fhir.nhs.uk/R4/CodeSystem/Spine-ErrorOrWarningCode",
                "version": "1",
                "code": "ACCESS_DENIED",
                "display": "Access Denied - Unauthorised",
            }] },
            "diagnostics": diagnostics,
        }],
    })
}

#[test]
fn what_is_sent_comes_back() {
    let bench = Bench::start();
    let answer = send(
        bench.address(),
        "POST",
        "/api/open/patient/9000000009?a=b&c=%20",
        &[
            ("X-Twice", "1"),
            ("X-Twice", "2"),
            ("Accept", "application/json"),
        ],
        "{\"a\": \"ä\"}".as_bytes(),
    );
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(
        answer.json(),
        json!({
            "method": "POST",
            "path": "/api/open/patient/9000000009",
            "query": "a=b&c=%20",
            "headers": {
                "host": bench.address().to_string(),
                "x-twice": ["1", "2"],
                "accept": "application/json",
                "content-length": "11",
                "connection": "close",
            },
            "body": "{\"a\": \"ä\"}",
        })
    );
    // Members in the order in which a reader looks for them.
    let text = answer.text();
    let places: Vec<_> = [
        "\"method\"",
        "\"path\"",
        "\"query\"",
        "\"headers\"",
        "\"body\"",
    ]
    .iter()
    .map(|name| text.find(name).unwrap())
    .collect();
    assert!(places.is_sorted(), "{text}");
}

#[test]
fn a_body_that_is_no_text_comes_back_encoded() {
    let bench = Bench::start();
    let answer = send(
        bench.address(),
        "PUT",
        "/api/open",
        &[],
        &[0xff, 0x00, 0xfe],
    );
    let body = answer.json();
    assert_eq!(body["bodyBase64"], "/wD+");
    assert_eq!(body.get("body"), None);
    assert_eq!(body["query"], Value::Null);
}

#[test]
fn any_method_and_path_is_answered() {
    let bench = Bench::start();
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "REPORT"] {
        for path in [
            "/api/open",
            "/api/open/",
            "/api/open/a/b/c.d",
            "/api/open/%C3%A4",
        ] {
            let answer = send(bench.address(), method, path, &[], b"");
            assert_eq!(answer.status, 200);
            assert_eq!(answer.json()["method"], method);
            assert_eq!(answer.json()["path"], path);
        }
    }
    let head = send(bench.address(), "HEAD", "/api/open", &[], b"");
    assert_eq!((head.status, head.body.len()), (200, 0));
}

#[test]
fn a_bearer_token_lets_in_and_is_not_repeated() {
    let bench = Bench::start();
    let token = bench.token();
    let authorization = format!("Bearer {token}");
    let answer = get(
        bench.address(),
        "/api/bearer/x",
        &[("Authorization", &authorization)],
    );
    assert_eq!(answer.status, 200);
    let shown = format!("Bearer {}…", &token[..4]);
    assert_eq!(answer.json()["headers"]["authorization"], *shown);
    assert!(!answer.text().contains(&token));
}

#[test]
fn without_a_good_token_nobody_is_let_in() {
    let bench = Bench::start();
    let token = bench.token();
    #[rustfmt::skip]
    let rows = [
        (None, "Missing Authorization header"),
        (Some(String::new()), "Empty Authorization header"),
        (Some("   ".to_owned()), "Empty Authorization header"),
        (Some("Bearer".to_owned()), "Missing access token"),
        (Some("Bearer ".to_owned()), "Missing access token"),
        (Some(format!("Basic {token}")), "Invalid token type 'Basic', must be 'Bearer'"),
        (Some(format!("bearer {token}")), "Invalid token type 'bearer', must be 'Bearer'"),
        (Some(token.clone()), &*format!("Invalid token type '{token}', must be 'Bearer'")),
        (Some("Bearer wrong".to_owned()), "Invalid Access Token"),
        (Some(format!("Bearer {token}x")), "Invalid Access Token"),
        (Some(format!("Bearer {token} {token}")), "Invalid Access Token"),
        (Some(format!("Bearer {}", token.to_ascii_lowercase())), "Invalid Access Token"),
    ];
    for (authorization, diagnostics) in &rows {
        let headers: Vec<(&str, &str)> = authorization
            .iter()
            .map(|value| ("Authorization", value.as_str()))
            .collect();
        let answer = get(bench.address(), "/api/bearer", &headers);
        assert_eq!(answer.status, 401, "{authorization:?}");
        assert_eq!(answer.json(), denied(diagnostics));
        assert_eq!(answer.header("content-type"), Some("application/fhir+json"));
        assert_eq!(
            answer.header("www-authenticate"),
            Some(
                "Bearer realm=\"null\",error=\"invalid_token\",error_description=\
                 \"oauth.v2.InvalidAccessToken: Invalid access token\""
            )
        );
    }
    let good = format!("Bearer {token}");
    let twice = [
        ("Authorization", good.as_str()),
        ("Authorization", good.as_str()),
    ];
    let answer = get(bench.address(), "/api/bearer", &twice);
    assert_eq!(answer.json(), denied("Invalid Access Token"));
    // Neither an API key nor a query parameter is a token.
    let target = format!("/api/bearer?access_token={token}");
    assert_eq!(
        get(bench.address(), &target, &[("apikey", CLIENT)]).status,
        401
    );
}

#[test]
fn an_api_key_lets_a_client_in() {
    let bench = Bench::start();
    for key in [CLIENT, "without-keys", "no-application-scope"] {
        let answer = get(bench.address(), "/api/api-key/x", &[("apikey", key)]);
        assert_eq!(answer.status, 200, "{key}");
        assert!(
            !answer.text().contains(&format!("\"{key}\"")),
            "{}",
            answer.text()
        );
    }
    assert_eq!(
        get(bench.address(), "/api/api-key", &[("ApiKey", CLIENT)]).status,
        200
    );
}

#[test]
fn an_api_key_that_is_not_good_gets_a_fault() {
    let bench = Bench::start();
    #[rustfmt::skip]
    let rows = [
        (None, "steps.oauth.v2.FailedToResolveAPIKey"),
        (Some(""), "oauth.v2.InvalidApiKey"),
        (Some("nobody"), "oauth.v2.InvalidApiKey"),
        (Some("TEST-CLIENT"), "oauth.v2.InvalidApiKey"),
        (Some("app-revoked"), "keymanagement.service.invalid_client-app_not_approved"),
        (Some("product-missing"), "oauth.v2.InvalidApiKeyForGivenResource"),
        (Some("developer-inactive"), "keymanagement.service.DeveloperStatusNotActive"),
        (Some("company-inactive"), "keymanagement.service.CompanyStatusNotActive"),
    ];
    for (key, error_code) in rows {
        let headers: Vec<_> = key.iter().map(|key| ("apikey", *key)).collect();
        let answer = get(bench.address(), "/api/api-key", &headers);
        assert_eq!(answer.status, 401, "{key:?}");
        let body = answer.json();
        assert_eq!(body["fault"]["detail"], json!({ "errorcode": error_code }));
        assert!(body["fault"]["faultstring"].is_string());
    }
    let answer = get(bench.address(), "/api/api-key", &[]);
    assert_eq!(
        answer.json()["fault"]["faultstring"],
        "Failed to resolve API Key variable request.header.apikey"
    );
    let answer = get(bench.address(), "/api/api-key", &[("apikey", "nobody")]);
    assert_eq!(answer.json()["fault"]["faultstring"], "Invalid ApiKey");
}

#[test]
fn request_and_correlation_ids_come_back_as_headers() {
    let bench = Bench::start();
    let ids = [
        ("X-Request-ID", "60E0B220-8136"),
        ("X-Correlation-ID", "a b.c"),
    ];
    for access in ApiAccess::ALL {
        let answer = get(bench.address(), access.path(), &ids);
        assert_eq!(
            answer.header("x-request-id"),
            Some("60E0B220-8136"),
            "{access}"
        );
        assert_eq!(answer.header("x-correlation-id"), Some("a b.c"), "{access}");
    }
    let answer = get(bench.address(), "/api/open", &[]);
    assert_eq!(answer.header("x-request-id"), None);
}

#[test]
fn a_large_body_is_refused_and_its_sender_reads_so() {
    let bench = Bench::start();
    let limit = 1024 * 1024;
    let body = vec![b'x'; limit];
    let answer = send(bench.address(), "POST", "/api/open", &[], &body);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["body"].as_str().unwrap().len(), limit);

    let body = vec![b'x'; limit + 1];
    let answer = send(
        bench.address(),
        "POST",
        "/api/open",
        &[("X-Request-ID", "1")],
        &body,
    );
    assert_eq!(answer.status, 413);
    assert_eq!(answer.header("x-request-id"), Some("1"));
    assert_eq!(
        answer.json()["fault"]["detail"]["errorcode"],
        "protocol.http.TooBigBody"
    );

    let body = vec![b'x'; 20 * limit];
    assert_eq!(
        send(bench.address(), "POST", "/api/open", &[], &body).status,
        413
    );

    // One that is announced as huge is not read at all.
    let head = "POST /api/open HTTP/1.1\r\nHost: x\r\nContent-Length: 1099511627776\r\n\r\n";
    assert_eq!(
        Answer::parse(&exchange(bench.address(), head.as_bytes())).status,
        413
    );
}

#[test]
fn a_body_in_chunks_is_put_together() {
    let bench = Bench::start();
    let request = "POST /api/open HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\
        Connection: close\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    let answer = Answer::parse(&exchange(bench.address(), request.as_bytes()));
    assert_eq!(answer.json()["body"], "abcde");
}

#[test]
fn other_paths_are_not_there() {
    let bench = Bench::start();
    for path in ["/api", "/api/", "/api/bearers", "/OAuth2/token", "//"] {
        let answer = get(bench.address(), path, &[]);
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(
            answer.json()["fault"]["detail"]["errorcode"],
            "messaging.adaptors.http.flow.ApplicationNotFound"
        );
    }
}

#[test]
fn the_root_says_what_this_is() {
    let bench = Bench::start();
    let answer = get(bench.address(), "/", &[]);
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    for path in [
        "/oauth2/token",
        "/api/bearer/",
        "/api/api-key/",
        "/api/open/",
    ] {
        assert!(answer.text().contains(path), "{}", answer.text());
    }
    let post = send(bench.address(), "POST", "/", &[], b"");
    assert_eq!(
        (post.status, post.header("allow")),
        (405, Some("GET, HEAD"))
    );
}

#[test]
fn urls_are_put_together_with_one_slash() {
    let bench = Bench::start();
    let base = bench.gateway.base_url();
    let url = |path| bench.gateway.api_url(ApiAccess::Open, path);
    assert_eq!(url("a/b?c=d"), format!("{base}/api/open/a/b?c=d"));
    assert_eq!(url("/a"), format!("{base}/api/open/a"));
    assert_eq!(url(""), format!("{base}/api/open"));
    assert_eq!(url("/"), format!("{base}/api/open"));
}
