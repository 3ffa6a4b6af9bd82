use tokenring_oauth::{Error, HttpRequest, HttpResponse, SecureUrl, TokenEndpoint, TokenRequest};

use crate::assertion;

fn endpoint() -> TokenEndpoint {
    TokenEndpoint::new("https://example.com/token").unwrap()
}

fn request() -> TokenRequest {
    TokenRequest::client_credentials(&endpoint(), assertion::signed(b"signature"))
}

fn body(request: TokenRequest) -> String {
    let request = request.into_http();
    String::from_utf8(request.secret_body().to_vec()).unwrap()
}

const ASSERTION_TYPE: &str = "client_assertion_type=\
    urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";

/// The order of the fields, so that recorded requests compare.
#[test]
fn fields_in_order() {
    let signed = assertion::signed(b"signature");
    let assertion = signed.secret();
    assert_eq!(
        body(request()),
        format!("grant_type=client_credentials&{ASSERTION_TYPE}&client_assertion={assertion}"),
    );
    let all = request()
        .with_parameter("resource", "https://a/?b=c d")
        .and_then(|request| request.with_parameter("resource", "urn:x"))
        .unwrap()
        .with_scope("system/*.read b")
        .with_client_id("kl\u{fc}nt&id");
    assert_eq!(
        body(all),
        format!(
            "grant_type=client_credentials&client_id=kl%C3%BCnt%26id&scope=system%2F*.read+b\
            &{ASSERTION_TYPE}&client_assertion={assertion}\
            &resource=https%3A%2F%2Fa%2F%3Fb%3Dc+d&resource=urn%3Ax"
        ),
    );
    assert!(!body(request().with_scope("a").with_scope("")).contains("scope"));
}

/// RFC 7523 section 2.1: the assertion is the grant, and no client assertion
/// stands beside it.
#[test]
fn jwt_bearer_grant() {
    let granted = assertion::granted(b"signature");
    let assertion = granted.secret();
    let request = || TokenRequest::jwt_bearer(&endpoint(), assertion::granted(b"signature"));
    let grant_type = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer";
    assert_eq!(
        body(request()),
        format!("{grant_type}&assertion={assertion}"),
    );
    let all = request()
        .with_parameter("resource", "urn:x")
        .unwrap()
        .with_scope("a b")
        .with_client_id("c");
    assert_eq!(
        body(all),
        format!("{grant_type}&client_id=c&scope=a+b&assertion={assertion}&resource=urn%3Ax"),
    );
}

/// RFC 7521 section 4.1: the client can authenticate itself beside the grant.
#[test]
fn client_assertion_beside_a_grant() {
    let granted = assertion::granted(b"grant");
    let signed = assertion::signed(b"client");
    let (grant, client) = (granted.secret().to_owned(), signed.secret().to_owned());
    let request = TokenRequest::authenticated_jwt_bearer(&endpoint(), granted, signed);
    assert_eq!(
        body(request.with_scope("a")),
        format!(
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&scope=a\
            &assertion={grant}&{ASSERTION_TYPE}&client_assertion={client}"
        ),
    );
}

#[test]
fn message() {
    let request = request()
        .with_header("Ocp-Apim-Subscription-Key", "k")
        .unwrap()
        .into_http();
    assert_eq!(request.method(), "POST");
    assert_eq!(request.url(), "https://example.com/token");
    let headers: Vec<_> = request.headers().collect();
    assert_eq!(
        headers,
        [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Accept", "application/json"),
            ("Accept-Encoding", "identity"),
            ("Ocp-Apim-Subscription-Key", "k"),
        ],
    );
}

#[test]
fn parameters() {
    #[track_caller]
    fn check(names: &[&str], expected: &str) {
        let mut outcome = Ok(request());
        for name in names {
            outcome = outcome.and_then(|request| request.with_parameter(*name, "x"));
        }
        assert_eq!(format!("{:?}", outcome.map(drop)), expected);
    }
    for name in [
        "assertion",
        "grant_type",
        "client_id",
        "scope",
        "client_assertion_type",
        "client_assertion",
    ] {
        check(&[name], "Err(ReservedParameter)");
    }
    check(&[""], "Err(EmptyParameterName)");
    check(&["a", "b", "a"], "Err(RepeatedParameter)");
    check(
        &["audience", "audience", "resource", "resource", "a"],
        "Ok(())",
    );
    check(&["_access_token_expiry_ms"], "Ok(())");
}

#[test]
fn headers() {
    #[track_caller]
    fn check(name: &str, value: &str, for_token: &str, for_get: &str) {
        let outcome = request().with_header(name, value).map(drop);
        assert_eq!(format!("{outcome:?}"), for_token);
        let url = SecureUrl::new("https://example.com/").unwrap();
        let outcome = HttpRequest::get(&url).with_header(name, value).map(drop);
        assert_eq!(format!("{outcome:?}"), for_get);
    }
    check("X-A", "a b\tc", "Ok(())", "Ok(())");
    check("X-A", "", "Ok(())", "Ok(())");
    for name in [
        "accept",
        "CONTENT-TYPE",
        "Authorization",
        "Host",
        "Accept-Encoding",
    ] {
        check(name, "a", "Err(ReservedHeader)", "Ok(())");
    }
    for name in [
        "Content-Length",
        "transfer-encoding",
        "Connection",
        "Expect",
        "TE",
        "Upgrade",
    ] {
        check(name, "a", "Err(ReservedHeader)", "Err(ReservedHeader)");
    }
    for name in ["", "a b", "a:", "\u{e4}", "a\r\n"] {
        check(
            name,
            "a",
            "Err(InvalidHeaderName)",
            "Err(InvalidHeaderName)",
        );
    }
    for value in ["a\r\nb: c", "a\n", "\u{e4}", "a\0", "\u{7f}"] {
        check(
            "X-A",
            value,
            "Err(InvalidHeaderValue)",
            "Err(InvalidHeaderValue)",
        );
    }
}

#[test]
fn get() {
    let url = SecureUrl::new("https://example.com/jwks.json").unwrap();
    let request = HttpRequest::get(&url)
        .with_header("accept", "text/plain")
        .unwrap();
    assert_eq!(
        request.headers().collect::<Vec<_>>(),
        [("Accept-Encoding", "identity"), ("accept", "text/plain")]
    );
    assert!(request.secret_body().is_empty());
}

/// The type of token goes from the request to the reading of the response.
#[test]
fn token_type() {
    let transport = |_: HttpRequest| {
        let body = r#"{"access_token":"a","token_type":"dpop"}"#;
        Ok(HttpResponse::new(200, Vec::new(), body.into()))
    };
    assert!(request().with_token_type("DPoP").send(&transport).is_ok());
    let bearer = request().send(&transport);
    assert!(
        matches!(bearer, Err(Error::UnusableResponse(_))),
        "{bearer:?}"
    );
    // Behind a pointer, too.
    let boxed: std::sync::Arc<dyn tokenring_oauth::Transport> = std::sync::Arc::new(transport);
    assert!(request().with_token_type("DPoP").send(&boxed).is_ok());
    assert!(request().with_token_type("DPoP").send(&*boxed).is_ok());
}
