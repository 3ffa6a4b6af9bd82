use tokenring_oauth::{ErrorResponse, ErrorShape, HttpResponse};

pub(crate) fn parse(status: u16, body: &str) -> ErrorResponse {
    ErrorResponse::parse(&HttpResponse::new(status, Vec::new(), body.into()))
}

#[track_caller]
pub(crate) fn check(status: u16, body: &str, shape: ErrorShape, shown: &str) {
    let response = parse(status, body);
    assert_eq!(response.shape(), shape);
    assert_eq!(response.to_string(), shown);
}

#[test]
fn oauth() {
    check(
        401,
        r#"{"error":"public_key error","error_description":"JWT signature verification failed","message_id":"rrt-0a1"}"#,
        ErrorShape::OAuth,
        "status 401, public_key error: JWT signature verification failed (message id rrt-0a1)",
    );
    check(
        400,
        r#"{"error":"invalid_client","error_description":null}"#,
        ErrorShape::OAuth,
        "status 400, invalid_client",
    );
    check(
        400,
        r#"{"error":"invalid_client","error":"twice","error_description":""}"#,
        ErrorShape::OAuth,
        "status 400, twice",
    );
    let body = r#"{"error":"invalid_client","error_description":"AADSTS700027: no","error_uri":"https://login.example.com/error?code=700027","trace_id":"0d"}"#;
    let response = parse(401, body);
    assert_eq!(response.error(), Some("invalid_client"));
    assert_eq!(response.description(), Some("AADSTS700027: no"));
    assert_eq!(
        response.uri(),
        Some("https://login.example.com/error?code=700027")
    );
    assert_eq!(response.trace_id(), Some("0d"));
    assert_eq!(
        response.to_string(),
        "status 401, invalid_client: AADSTS700027: no (trace id 0d)"
    );
}

/// Cerner's answers have nothing but a code and a URL with the ID.
#[test]
fn an_id_in_the_url_for_people() {
    #[track_caller]
    fn check_id(uri: &str, id: Option<&str>) {
        let body = format!(r#"{{"error":"invalid_client","error_uri":"{uri}"}}"#);
        assert_eq!(parse(401, &body).message_id(), id, "{uri}");
    }
    check_id("https://errors.example/aud?id=abc-1", Some("abc-1"));
    check_id("https://errors.example/?a=b&requestId=17#top", Some("17"));
    check_id("https://errors.example/?code=700027", None);
    check_id("https://errors.example/?id=", None);
    check_id("https://errors.example/?id=a%20b", None);
    let body = r#"{"error":"a","message_id":"m","error_uri":"https://errors.example/?id=1"}"#;
    assert_eq!(parse(401, body).message_id(), Some("m"));
}

#[test]
fn a_code_that_is_the_description_is_said_once() {
    check(
        400,
        r#"[{"errorCode":"INVALID_AUTH_HEADER","message":"INVALID_AUTH_HEADER"}]"#,
        ErrorShape::ErrorSummary,
        "status 400, INVALID_AUTH_HEADER",
    );
}

/// Microsoft Entra has both ids, and its support asks for both.
#[test]
fn ids_of_an_exchange() {
    let body = r#"{"error":"invalid_client","error_description":"AADSTS700027: no","trace_id":"0d","correlation_id":"4c"}"#;
    let response = parse(401, body);
    assert_eq!(response.correlation_id(), Some("4c"));
    check(
        401,
        body,
        ErrorShape::OAuth,
        "status 401, invalid_client: AADSTS700027: no (trace id 0d) (correlation id 4c)",
    );
}

#[test]
fn gateways() {
    check(
        401,
        r#"{"errorCode":"invalid_client","errorSummary":"Invalid value for client_id parameter.","errorLink":"invalid_client","errorId":"oae-1","errorCauses":[]}"#,
        ErrorShape::ErrorSummary,
        "status 401, invalid_client: Invalid value for client_id parameter. (message id oae-1)",
    );
    check(
        500,
        r#"{"fault":{"faultstring":"Invalid client identifier {0}","detail":{"errorcode":"oauth.v2.InvalidClientIdentifier"}}}"#,
        ErrorShape::ApigeeFault,
        "status 500, oauth.v2.InvalidClientIdentifier: Invalid client identifier {0}",
    );
    check(
        401,
        r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"forbidden","details":{"coding":[{"code":"ACCESS_DENIED","display":"Access Denied - Unauthorised"}]},"diagnostics":"Invalid Access Token"}]}"#,
        ErrorShape::OperationOutcome,
        "status 401, ACCESS_DENIED: Invalid Access Token",
    );
    check(
        429,
        r#"{"resourceType":"OperationOutcome","issue":[{"code":"throttled","details":{"text":"slow down"}}]}"#,
        ErrorShape::OperationOutcome,
        "status 429, throttled: slow down",
    );
    check(
        403,
        r#"{"errors":[{"id":"rrt-1","code":"CM_DENIED","status":"403","title":"Access denied","detail":"Access was denied"}]}"#,
        ErrorShape::JsonApi,
        "status 403, CM_DENIED: Access denied: Access was denied (message id rrt-1)",
    );
    check(
        401,
        r#"{"message":"Invalid access token"}"#,
        ErrorShape::Message,
        "status 401: Invalid access token",
    );
    let body = r#"{"message":"You have exceeded your application's rate limit","policy":"quota","ratelimiting_expiry_time_ms":1760000000000,"scope":"application","message_id":"rrt-2"}"#;
    let headers = vec![("retry-after".into(), "5".into())];
    let response = ErrorResponse::parse(&HttpResponse::new(429, headers, body.into()));
    assert_eq!(response.policy(), Some("quota"));
    assert_eq!(
        response.to_string(),
        "status 429: You have exceeded your application's rate limit (message id rrt-2) (retry after 5 s)",
    );
}

/// Servers and what stands before them, whose errors are not OAuth's.
#[test]
fn other_shapes() {
    for (status, body, shape, shown) in [
        (
            401,
            r#"{"fault":{"code":900901,"message":"not valid","description":"no access"}}"#,
            ErrorShape::ApigeeFault,
            "status 401, 900901: not valid: no access",
        ),
        (
            401,
            "<ams:fault xmlns:ams=\"urn:x\"><ams:code>900902</ams:code><ams:message>no &amp; none</ams:message></ams:fault>",
            ErrorShape::Xml,
            "status 401, 900902: no & none",
        ),
        (
            400,
            "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>no access</Message></Error>",
            ErrorShape::Xml,
            "status 400, AccessDenied: no access",
        ),
        (
            401,
            r#"{"error":{"code":401,"message":"not valid","status":"UNAUTHENTICATED"}}"#,
            ErrorShape::Message,
            "status 401, UNAUTHENTICATED: not valid",
        ),
        (
            401,
            r#"{"title":"Bad client","status":401,"detail":"no such thing","traceId":"00-1"}"#,
            ErrorShape::Message,
            "status 401: Bad client: no such thing (trace id 00-1)",
        ),
        (
            400,
            r#"{"errors":["one","two"]}"#,
            ErrorShape::Message,
            "status 400: one; two",
        ),
        (
            422,
            r#"{"detail":[{"loc":["body","client_id"],"msg":"field required"}]}"#,
            ErrorShape::Message,
            "status 422: client_id: field required",
        ),
        (
            400,
            r#"{"Error":"invalid_client","ErrorDescription":"no such client"}"#,
            ErrorShape::OAuth,
            "status 400, invalid_client: no such client",
        ),
        (
            400,
            r#"{"error":{"error":"invalid_client","error_description":"nested"}}"#,
            ErrorShape::OAuth,
            "status 400, invalid_client: nested",
        ),
        (
            400,
            r#"[{"errorCode":"NO_HEADER","message":"none"}]"#,
            ErrorShape::ErrorSummary,
            "status 400, NO_HEADER: none",
        ),
        (
            401,
            "\u{feff}{\"error\":\"unauthorized\",\"error_description\":\"Client&#39;s &lt;key&gt;\"}",
            ErrorShape::OAuth,
            "status 401, unauthorized: Client's <key>",
        ),
        (
            403,
            "<html><head><title>Stopped</title></head>Your support ID is: 12345678</html>",
            ErrorShape::Html,
            "status 403 with the HTML page \"Stopped\": check the URL, and whether a proxy stands in between (message id 12345678)",
        ),
    ] {
        check(status, body, shape, shown);
    }
}

/// What headers say, where the body says nothing.
#[test]
fn headers() {
    for (status, header, body, shown) in [
        (
            401,
            (
                "WWW-Authenticate",
                "Bearer realm=\"x\", error=\"invalid_client\", error_description=\"too old\"",
            ),
            "",
            "status 401, invalid_client: too old",
        ),
        (
            403,
            ("x-amzn-RequestId", "1-2"),
            r#"{"message":"Forbidden"}"#,
            "status 403: Forbidden (message id 1-2)",
        ),
        (
            403,
            ("Content-Type", "text/plain"),
            "RBAC: denied",
            "status 403: RBAC: denied",
        ),
        (
            302,
            ("Location", "https://login.example/sso?session=1"),
            "",
            "status 302 (a redirect to https://login.example/sso, which is not followed: use the final URL)",
        ),
        // What may be a secret in it is left out.
        (
            307,
            (
                "Location",
                "https://me:open-sesame@login.example/oauth2/v2.0/0f0e7a52-4711/authorize#a",
            ),
            "",
            "status 307 (a redirect to https://login.example/oauth2/v2.0/…/authorize, which is not followed: use the final URL)",
        ),
    ] {
        let headers = vec![(header.0.to_owned(), header.1.to_owned())];
        let response = ErrorResponse::parse(&HttpResponse::new(status, headers, body.into()));
        assert_eq!(response.to_string(), shown);
    }
    // A text that is long, or could move a cursor, is not shown.
    for body in ["x".repeat(300), "a\u{1b}[2Jb".to_owned()] {
        let headers = vec![("Content-Type".to_owned(), "text/plain".to_owned())];
        let response = ErrorResponse::parse(&HttpResponse::new(403, headers, body.into()));
        assert_eq!(response.description(), None);
    }
}

#[test]
fn without_words() {
    check(
        502,
        "<html><body>secret page</body></html>",
        ErrorShape::Html,
        "status 502 with an HTML page",
    );
    check(
        405,
        "",
        ErrorShape::Empty,
        "status 405 with an empty body: check the URL",
    );
    check(
        302,
        "",
        ErrorShape::Empty,
        "status 302 (a redirect, which is not followed: use the final URL)",
    );
    for body in [
        "{}",
        "[]",
        "null",
        "7",
        r#"{"error":{"code":7}}"#,
        r#"{"errors":[]}"#,
    ] {
        check(
            400,
            body,
            ErrorShape::OtherJson,
            "status 400 without an error code: check the URL",
        );
    }
    check(
        400,
        "no such client",
        ErrorShape::Other,
        "status 400: no such client",
    );
    check(
        503,
        "{",
        ErrorShape::Other,
        "status 503 without an error code",
    );
    check(429, "", ErrorShape::Empty, "status 429 with an empty body");
    for body in [
        "nope",
        "{",
        "[1",
        "\u{0}",
        "access_token=abc&token_type=bearer",
    ] {
        check(
            400,
            body,
            ErrorShape::Other,
            "status 400 without an error code: check the URL",
        );
    }
    let response = HttpResponse::new(400, Vec::new(), b"\xff\xfe{".to_vec());
    assert_eq!(ErrorResponse::parse(&response).shape(), ErrorShape::Other);
}

/// What reaches a terminal is one line that cannot move the cursor.
#[test]
fn deceptive() {
    check(
        400,
        r#"{"error":"a\u001b[2Jb","error_description":"one\r\ntwo\u202ethree","message_id":"m\u0007"}"#,
        ErrorShape::OAuth,
        "status 400, a\u{fffd}[2Jb: one  two\u{fffd}three (message id m\u{fffd})",
    );
}

#[test]
fn bounded() {
    let long = "\u{20ac}".repeat(100_000);
    let body = serde_json::json!({ "error": long, "error_description": long, "message_id": long });
    let response = parse(400, &body.to_string());
    for (words, longest) in [
        (response.error(), 128),
        (response.description(), 1_024),
        (response.message_id(), 128),
    ] {
        let words = words.unwrap();
        assert!(words.ends_with('\u{2026}') && words.len() <= longest + '\u{2026}'.len_utf8());
    }
}

/// A challenge without words still says which login the server has.
#[test]
fn logins_of_another_kind() {
    #[track_caller]
    fn check(status: u16, challenge: &str, expected: &str) {
        let headers = vec![("WWW-Authenticate".into(), challenge.into())];
        let response = ErrorResponse::parse(&HttpResponse::new(status, headers, Vec::new()));
        let shown = response.to_string();
        assert!(shown.contains(expected), "{shown}");
    }
    const NO_WORD: &str = "does not say why";
    check(
        401,
        "Basic realm=\"tokens\"",
        "asks for Basic authentication",
    );
    check(401, "Negotiate", "asks for Negotiate authentication");
    check(401, "Bearer", NO_WORD);
    check(403, "Basic", NO_WORD);
    let refused = "Bearer error=\"invalid_client\", Basic realm=\"a\"";
    check(401, refused, "status 401, invalid_client");
}
