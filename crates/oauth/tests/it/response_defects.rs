//! Answers with a successful status that hold no token.

use tokenring_jwk::{JsonFault, JsonType};
use tokenring_oauth::{Error, ResponseDefect};

use crate::token_response::parse;

#[track_caller]
fn check_defect(body: impl AsRef<[u8]>, expected: &ResponseDefect) {
    match parse(body.as_ref()) {
        Err(Error::UnusableResponse(defect)) => assert_eq!(defect, *expected),
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_object() {
    #[track_caller]
    fn check(body: impl AsRef<[u8]>, expected: &ResponseDefect) {
        check_defect(body, expected);
    }
    let empty = ResponseDefect::Empty { status: 200 };
    check("", &empty);
    check(" \r\n", &empty);
    check("\u{feff}", &empty);
    let page = |title: Option<&str>, id: Option<&str>| ResponseDefect::Html {
        title: title.map(str::to_owned),
        support_id: id.map(str::to_owned),
    };
    check("<!DOCTYPE html><html></html>", &page(None, None));
    check("\n <html>", &page(None, None));
    check("\u{feff}<html>", &page(None, None));
    check(
        "<OAuth><access_token>a</access_token></OAuth>",
        &ResponseDefect::Xml,
    );
    check("<?xml version=\"1.0\"?><a/>", &ResponseDefect::Xml);
    check("<p>Sign in</p>", &page(None, None));
    let firewall = page(Some("Stopped"), Some("1234567890"));
    check(
        "<html><title>Stopped</title><body>Your support ID is: 1234567890</body></html>",
        &firewall,
    );
    assert_eq!(
        firewall.to_string(),
        "it is an HTML page, \"Stopped\" (support ID 1234567890); check the token URL, and whether a proxy or login page intercepts the request",
    );
    for jwt in ["eyJhbGciOiJub25lIn0.e30.c2ln", "\"eyJh.e30.\"\n"] {
        check(jwt, &ResponseDefect::Jwt);
    }
    for form in ["access_token=a&token_type=bearer", "error=x", "a.b="] {
        check(form, &ResponseDefect::FormEncoded);
    }
}

#[test]
fn not_one_object() {
    #[track_caller]
    fn check(body: impl Into<Vec<u8>>, expected: fn(&JsonFault) -> bool) {
        match parse(body) {
            Err(Error::UnusableResponse(ResponseDefect::NotJsonObject(fault))) => {
                assert!(expected(&fault), "{fault:?}");
            }
            other => panic!("{other:?}"),
        }
    }
    check("null", |fault| {
        *fault == JsonFault::NotAnObject(JsonType::Null)
    });
    check("[]", |fault| {
        *fault == JsonFault::NotAnObject(JsonType::Array)
    });
    check(r#""token""#, |fault| {
        *fault == JsonFault::NotAnObject(JsonType::Text)
    });
    check(r#""{\"access_token\":\"a\"}""#, |fault| {
        *fault == JsonFault::JsonInText
    });
    for more in ["x", "{}", "\0\0"] {
        check(
            format!(r#"{{"access_token":"a","token_type":"bearer"}}{more}"#),
            |fault| matches!(fault, JsonFault::TextAfter(position) if position.column == 43),
        );
    }
    check(r#"{"access_token":"a","token_type":"bearer""#, |fault| {
        *fault == JsonFault::Truncated
    });
    for body in [
        r#"{"scope":"a","scope":"b"}"#,
        r#"{"access_token":"a","token_type":"bearer","scope":"a","sc\u006fpe":"b"}"#,
    ] {
        check(
            body,
            |fault| matches!(fault, JsonFault::RepeatedName { name: Some(name), .. } if name == "scope"),
        );
    }
    check(
        b"{\"a\":\"\xff\"}",
        |fault| matches!(fault, JsonFault::NotUtf8(position) if position.column == 7),
    );
    check(
        ")]}'\n{}",
        |fault| matches!(fault, JsonFault::Syntax(position) if position.column == 1),
    );
    check("[".repeat(100_000), |fault| *fault == JsonFault::TooDeep);
}

#[test]
fn no_token() {
    #[track_caller]
    fn check(body: impl AsRef<[u8]>, expected: &ResponseDefect) {
        check_defect(body, expected);
    }
    for body in [
        "{}",
        r#"{"access_token":null,"token_type":"bearer"}"#,
        r#"{"data":{"token":"a"},"error":null}"#,
    ] {
        check(body, &ResponseDefect::NoAccessToken);
    }
    check(r#"{"id_token":"a"}"#, &ResponseDefect::IdTokenOnly);
    let of_type = ResponseDefect::AccessTokenType;
    check(r#"{"access_token":1}"#, &of_type(JsonType::Number));
    check(
        r#"{"access_token":["a"],"error":null}"#,
        &of_type(JsonType::Array),
    );
    for name in [
        "accessToken",
        "Access_Token",
        "ACCESS-TOKEN",
        "token",
        "jwt",
    ] {
        let body = format!(r#"{{"{name}":"a","tokenType":"Bearer"}}"#);
        check(body, &ResponseDefect::Misnamed(name.into()));
    }
    for inner in ["access_token", "accessToken"] {
        let body = format!(r#"{{"data":{{"{inner}":"a","token_type":"Bearer"}}}}"#);
        check(body, &ResponseDefect::Nested("data".into()));
    }
    let body = r#"{"data":[{"attributes":{"access_token":"a"}}]}"#;
    check(body, &ResponseDefect::Nested("data".into()));
    let long = format!(r#"{{"{}":{{"access_token":"a"}}}}"#, "x".repeat(1_000));
    check(long, &ResponseDefect::Nested("x".repeat(64)));
}

/// Without a token, the server's own words say more than what is missing.
#[test]
fn words_in_place_of_a_token() {
    #[track_caller]
    fn check(body: &str, shown: &str) {
        match parse(body) {
            Err(Error::Refused(answer)) => assert_eq!(answer.to_string(), shown),
            other => panic!("{other:?}"),
        }
    }
    check(
        r#"{"success":false,"message":"client not active"}"#,
        "status 200: client not active",
    );
    check(
        r#"{"error":{"code":"invalid_client","message":"no such client"}}"#,
        "status 200, invalid_client: no such client",
    );
    check(
        r#"{"errcode":40013,"errmsg":"invalid appid"}"#,
        "status 200, 40013: invalid appid",
    );
    // What may be a token in a member of another name is not shown.
    for body in [
        r#"{"message":"ok","sessionToken":{"value":"a"}}"#,
        r#"{"status":"pending"}"#,
    ] {
        check_defect(body, &ResponseDefect::NoAccessToken);
    }
    // These say that there is no error.
    for error in ["0", "false", "[]", "{}", "\"\"", "null"] {
        assert!(
            parse(format!(r#"{{"access_token":"a","error":{error}}}"#)).is_ok(),
            "{error}"
        );
    }
    for error in ["1", "true", "[\"a\"]", "{\"a\":1}"] {
        assert!(
            parse(format!(r#"{{"access_token":"a","error":{error}}}"#)).is_err(),
            "{error}"
        );
    }
}
