//! Words of errors in whatever shape they come.

use tokenring_oauth::{ErrorResponse, ErrorShape, HttpResponse};

use crate::error_response::{check, parse};

/// Members whose names are of the kind are read, in whatever spelling and nesting.
#[test]
fn words_by_their_names() {
    for (body, shown) in [
        (r#""client disabled""#, "client disabled"),
        (r#"{"errorMessage":"client disabled"}"#, "client disabled"),
        (
            r#"{"error_description":"client disabled"}"#,
            "client disabled",
        ),
        (r#"{"Reason":"client disabled"}"#, "client disabled"),
        (r#"{"err":"client disabled"}"#, "client disabled"),
        (
            r#"{"status":"FAIL","statusMessage":"client disabled"}"#,
            "client disabled",
        ),
        (
            r#"{"response":{"error":{"message":"client disabled"}}}"#,
            "client disabled",
        ),
        (
            r#"{"Fault":{"faultcode":"Client","faultstring":"client disabled"}}"#,
            "client disabled",
        ),
        (
            r#"{"error":["client disabled","aud wrong"]}"#,
            "client disabled; aud wrong",
        ),
        (
            r#"{"messages":[{"text":1},{}],"msg":"client disabled"}"#,
            "client disabled",
        ),
        (r#"{"detail":{"msg":"client disabled"}}"#, "client disabled"),
        (
            r#"{"errors":{"client_id":["is invalid"],"":"no"}}"#,
            "no; client_id: is invalid",
        ),
        (
            r#"{"title":"Validation failed","status":400,"errors":{"aud":["is required"]}}"#,
            "Validation failed: aud: is required",
        ),
        // What is no word of an error is not said.
        (r#"{"data":"client disabled"}"#, ""),
        (r#"{"a":{"b":{"message":"client disabled"}}}"#, ""),
        (
            r#"{"error":{"error":{"fault":{"error":{"detail":{"message":"deep"}}}}}}"#,
            "",
        ),
    ] {
        let response = parse(401, body);
        assert_eq!(response.description().unwrap_or_default(), shown, "{body}");
    }
    for (body, code) in [
        (
            r#"{"error_code":"AUTH_17","error_message":"a b"}"#,
            "AUTH_17",
        ),
        (r#"{"errcode":40013,"errmsg":"a b"}"#, "40013"),
        (
            r#"{"error":"invalid_client","errorDescription":"a b"}"#,
            "invalid_client",
        ),
        (
            r#"{"error":"invalid_client","error_description":["a b"]}"#,
            "invalid_client",
        ),
        (
            r#"{"errors":[{"errorCode":"17","errorMessage":"a b"}]}"#,
            "17",
        ),
    ] {
        let response = parse(401, body);
        assert_eq!(response.error(), Some(code), "{body}");
        assert_eq!(response.description(), Some("a b"), "{body}");
    }
    let aws = r#"{"__type":"com.amazon#InvalidClient"}"#;
    check(401, aws, ErrorShape::Message, "status 401, InvalidClient");
}

/// Words in other forms than JSON, and in other codings of characters than UTF-8.
#[test]
fn words_in_other_forms() {
    #[track_caller]
    fn check_bytes(body: &[u8], shown: &str) {
        let response = ErrorResponse::parse(&HttpResponse::new(401, Vec::new(), body.into()));
        assert_eq!(response.to_string(), shown);
    }
    let json = r#"{"error":"invalid_client"}"#;
    let units = || json.encode_utf16();
    let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
    for body in [
        little.clone(),
        big.clone(),
        [b"\xff\xfe", little.as_slice()].concat(),
        [b"\xfe\xff", big.as_slice()].concat(),
        [")]}',\n".as_bytes(), json.as_bytes()].concat(),
        [json, "\n{\"more\":1}"].concat().into(),
    ] {
        check_bytes(&body, "status 401, invalid_client");
    }
    check_bytes(
        b"{\"error\":\"invalid_client\",\"error_description\":\"cl\xe9 inconnue\"}",
        "status 401, invalid_client: cl\u{e9} inconnue",
    );
    check_bytes(
        b"<html><title>Refus\xe9</title>",
        "status 401 with the HTML page \"Refus\u{e9}\": check the URL, and whether a proxy stands in between",
    );
    check_bytes(
        b"error=invalid_client&error_description=No+such%20client&x",
        "status 401, invalid_client: No such client",
    );
    check_bytes(
        b"\r\nclient disabled\n\tat com.example.X\n",
        "status 401: client disabled",
    );
    check_bytes(
        b"<problem xmlns=\"urn:ietf:rfc:7807\"><title>Forbidden</title><detail>disabled</detail></problem>",
        "status 401: disabled",
    );
    for nothing in [
        b"\x1f\x8b\x08\x00\x00".as_slice(),
        b"\x80\x81\x02",
        b"\xff\xfe{",
    ] {
        check_bytes(nothing, "status 401 without an error code: check the URL");
    }
}
