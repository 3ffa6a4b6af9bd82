use std::error::Error as _;
use std::fmt::Debug;

use tokenring_oauth::{
    ErrorResponse, HttpRequest, HttpResponse, SecureUrl, TokenEndpoint, TokenRequest,
    TokenResponse, TransportError, TransportErrorKind,
};

use crate::assertion;

/// Planted in every secret.
const MARKER: &str = "S3CRETMARKER";

#[track_caller]
fn check(shown: &str) {
    // As the marker stands, and as the signature of an assertion holds it.
    for secret in [MARKER, "UzNDUkVUTUFSS0VS"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[track_caller]
fn check_debug(value: &dyn Debug) {
    check(&format!("{value:?}"));
    check(&format!("{value:#?}"));
}

fn request() -> TokenRequest {
    let endpoint = TokenEndpoint::new("https://example.com/token").unwrap();
    TokenRequest::client_credentials(&endpoint, assertion::signed(MARKER.as_bytes()))
        .with_parameter("extra", MARKER)
        .and_then(|request| request.with_header("X-Api-Key", MARKER))
        .unwrap()
}

#[test]
fn requests() {
    check_debug(&request());
    let http = request().into_http();
    // The test would be worthless if the marker were not there.
    assert!(String::from_utf8_lossy(http.secret_body()).contains("UzNDUkVUTUFSS0VS"));
    assert!(http.headers().any(|(_, value)| value == MARKER));
    check_debug(&http);
    let endpoint = TokenEndpoint::new("https://example.com/token").unwrap();
    let granted = || TokenRequest::jwt_bearer(&endpoint, assertion::granted(MARKER.as_bytes()));
    check_debug(&granted());
    let http = granted().into_http();
    assert!(String::from_utf8_lossy(http.secret_body()).contains("UzNDUkVUTUFSS0VS"));
    check_debug(&http);
    let url = SecureUrl::new("https://example.com/").unwrap();
    check_debug(
        &HttpRequest::get(&url)
            .with_header("Authorization", MARKER)
            .unwrap(),
    );
}

#[test]
fn responses() {
    let body = format!(
        r#"{{"access_token":"{MARKER}","token_type":"Bearer","id_token":"{MARKER}","refresh_token":"{MARKER}"}}"#
    );
    let headers = vec![("Set-Cookie".into(), MARKER.into())];
    let http = HttpResponse::new(200, headers, body.into());
    check_debug(&http);
    let response = TokenResponse::parse(&http).unwrap();
    assert_eq!(response.access_token().secret(), MARKER);
    check_debug(&response);
    check_debug(response.access_token());
    check_debug(response.members());
}

/// A server can write what was sent into the name of a member.
#[test]
fn names_of_members() {
    let http = request().into_http();
    let body = String::from_utf8_lossy(http.secret_body()).into_owned();
    let assertion = body.split("client_assertion=").nth(1).unwrap();
    let assertion = assertion.split('&').next().unwrap();
    let signature = assertion.rsplit('.').next().unwrap();
    for secret in [MARKER, assertion, signature] {
        for body in [
            format!(r#"{{"{secret}":{{"access_token":"a"}}}}"#),
            format!(r#"{{"a {secret}":[{{"b":{{"accessToken":"a"}}}}]}}"#),
            format!(r#"{{"{secret}":{{"error":"a","message":"b c"}}}}"#),
            format!(r#"{{"errors":{{"{secret}":["is invalid"]}}}}"#),
        ] {
            for status in [200, 400] {
                let response = http.response(status, Vec::new(), body.clone().into());
                let error = TokenResponse::parse(&response).unwrap_err();
                let mut shown = format!("{error} {error:?}");
                let mut next = error.source();
                while let Some(cause) = next {
                    shown.push_str(&cause.to_string());
                    next = cause.source();
                }
                check(&shown);
                assert!(!shown.contains(signature), "{shown}");
            }
        }
    }
    // The test would be worthless if no name were shown.
    let body = br#"{"data":{"access_token":"a"}}"#.to_vec();
    let error = TokenResponse::parse(&http.response(200, Vec::new(), body)).unwrap_err();
    assert!(error.to_string().contains("data"), "{error}");
}

/// Whatever is wrong with a body that holds a token, the token stays in it.
#[test]
fn errors() {
    for (status, body) in [
        (
            200,
            format!(r#"{{"access_token":"{MARKER} x","token_type":"Bearer"}}"#),
        ),
        (
            200,
            format!(r#"{{"access_token":"{MARKER}","token_type":"mac"}}"#),
        ),
        (
            200,
            format!(r#"{{"access_token":"{MARKER}","token_type":"{MARKER}"}}"#),
        ),
        (
            200,
            format!(r#"{{"access_token":"{MARKER}","token_type":["{MARKER}"]}}"#),
        ),
        (200, format!(r#"{{"data":{{"access_token":"{MARKER}"}}}}"#)),
        (200, format!(r#"{{"accessToken":"{MARKER}"}}"#)),
        (200, format!("access_token={MARKER}")),
        (
            200,
            format!(r#"{{"access_token":"{MARKER}","access_token":"{MARKER}"}}"#),
        ),
        (200, format!(r#"{{"{MARKER}":"{MARKER}"}}"#)),
        (200, format!("{{{MARKER}")),
        (200, format!("<html>{MARKER}")),
        (
            301,
            format!(r#"{{"access_token":"{MARKER}","token_type":"Bearer"}}"#),
        ),
        (500, MARKER.into()),
        (500, format!("<html>{MARKER}")),
    ] {
        let error = TokenResponse::parse(&HttpResponse::new(status, Vec::new(), body.into()));
        let error = error.unwrap_err();
        check_debug(&error);
        check(&error.to_string());
        if let Some(source) = error.source() {
            check(&source.to_string());
        }
    }
}

/// A server that echoes the assertion in its error.
#[test]
fn echo() {
    let signed = assertion::signed(MARKER.as_bytes());
    let assertion = signed.secret();
    for text in [
        assertion.to_owned(),
        format!("bad assertion '{assertion}' in {assertion}"),
        format!("{}{assertion}", "x".repeat(1_010)),
        format!("client_assertion={assertion}&"),
    ] {
        for member in [
            "error",
            "error_description",
            "error_uri",
            "message_id",
            "trace_id",
        ] {
            let mut body = serde_json::json!({ "error": "invalid_client" });
            body[member] = text.clone().into();
            let http = HttpResponse::new(400, Vec::new(), body.to_string().into());
            let response = ErrorResponse::parse(&http);
            check_debug(&response);
            check(&response.to_string());
            for words in [
                response.error(),
                response.description(),
                response.uri(),
                response.message_id(),
                response.trace_id(),
            ] {
                check(words.unwrap_or_default());
            }
        }
    }
}

#[test]
fn error_chains() {
    let transport = |request: HttpRequest| {
        drop(request);
        let cause = std::io::Error::other("cause");
        Err(TransportError::new(TransportErrorKind::Connect, "no connection").with_source(cause))
    };
    let error = request().send(&transport).unwrap_err();
    check_debug(&error);
    let mut chain = vec![error.to_string()];
    let mut source = error.source();
    while let Some(cause) = source {
        chain.push(cause.to_string());
        source = cause.source();
    }
    assert_eq!(
        chain,
        ["the token request failed", "no connection", "cause"]
    );
}

#[cfg(feature = "ureq")]
#[test]
fn proxies_and_api_requests() {
    use tokenring_oauth::{AccessToken, ApiRequest, UreqTransport};

    let proxy = format!("http://user:{MARKER}@proxy.example.com:3128");
    check_debug(&UreqTransport::new().with_proxy(&proxy).unwrap());
    let url = SecureUrl::new("https://example.com/").unwrap();
    let request = ApiRequest::new("POST", &url)
        .unwrap()
        .with_bearer_token(&AccessToken::new(MARKER).unwrap())
        .with_body(MARKER);
    check_debug(&request);
}
