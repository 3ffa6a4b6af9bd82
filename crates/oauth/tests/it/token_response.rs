use core::time::Duration;

use tokenring_oauth::{Error, HttpResponse, ResponseDefect, TokenResponse};

fn parse(body: impl Into<Vec<u8>>) -> Result<TokenResponse, Error> {
    TokenResponse::parse(&HttpResponse::new(200, Vec::new(), body.into()))
}

/// The answer of the NHS gateway: every value a string, milliseconds.
#[test]
fn nhs() {
    let headers = vec![("date".into(), "Fri, 02 Oct 2020 14:13:21 GMT".into())];
    let body = r#"{"access_token":"Sr5PGv19wTEHJdDr2wx2f7IGd0cw","expires_in":"599","token_type":"Bearer","issued_at":"1601648001234"}"#;
    let response = TokenResponse::parse(&HttpResponse::new(200, headers, body.into())).unwrap();
    assert_eq!(
        response.access_token().secret(),
        "Sr5PGv19wTEHJdDr2wx2f7IGd0cw"
    );
    assert_eq!(response.token_type(), "Bearer");
    assert_eq!(response.expires_in(), Some(Duration::from_secs(599)));
    assert_eq!(response.issued_at().unwrap().as_seconds(), 1_601_648_001);
    assert_eq!(response.date().unwrap().as_seconds(), 1_601_648_001);
    assert_eq!(response.scope(), None);
}

#[test]
fn expires_in() {
    #[track_caller]
    fn check(value: &str, expected: Option<u64>) {
        let body = format!(r#"{{"access_token":"a","token_type":"bearer","expires_in":{value}}}"#);
        let response = parse(body).unwrap();
        assert_eq!(response.expires_in(), expected.map(Duration::from_secs));
        // No clock overflows.
        let lifetime = response.expires_in().unwrap_or_default();
        let _ = std::time::Instant::now() + lifetime;
        let _ = std::time::SystemTime::now() + lifetime;
    }
    const LONGEST: Option<u64> = Some(0x7fff_ffff);
    assert_eq!(
        TokenResponse::LONGEST_EXPIRES_IN,
        Duration::from_secs(0x7fff_ffff)
    );
    check("3600", Some(3600));
    check(r#""3600""#, Some(3600));
    check(r#"" 599 ""#, Some(599));
    check("3599.9", Some(3599));
    check(r#""3599.9""#, Some(3599));
    check("1e3", Some(1000));
    check("0", Some(0));
    check(r#""0""#, Some(0));
    check("-1", Some(0));
    check(r#""-1""#, Some(0));
    check("-1e300", Some(0));
    check("18446744073709551615", LONGEST);
    check("18446744073709551616", LONGEST);
    check(r#""18446744073709551616""#, LONGEST);
    check("1e308", LONGEST);
    check(&format!(r#""{}""#, "9".repeat(400)), LONGEST);
    check("2147483647", LONGEST);
    check("2147483646", Some(2_147_483_646));
    for nothing in [
        "null",
        "true",
        "[]",
        "{}",
        r#""""#,
        r#""soon""#,
        r#""inf""#,
        r#""nan""#,
        r#""1h""#,
    ] {
        check(nothing, None);
    }
}

#[test]
fn issued_at() {
    #[track_caller]
    fn check(value: &str, expected: Option<u64>) {
        let body = format!(r#"{{"access_token":"a","token_type":"bearer","issued_at":{value}}}"#);
        let issued_at = parse(body).unwrap().issued_at();
        assert_eq!(issued_at.map(|moment| moment.as_seconds()), expected);
    }
    check("1601648001", Some(1_601_648_001));
    check(r#""1601648001""#, Some(1_601_648_001));
    check("1601648001999", Some(1_601_648_001));
    check(r#""1601648001999""#, Some(1_601_648_001));
    check("0", Some(0));
    check("99999999999", Some(99_999_999_999));
    check("100000000000", Some(100_000_000));
    check("-1", None);
    check("1601648001999000", None);
    check("18446744073709551615", None);
    check("1e308", None);
    check(r#""yesterday""#, None);
    check("null", None);
}

#[test]
fn unusable() {
    #[track_caller]
    fn check(body: impl Into<Vec<u8>>, expected: ResponseDefect) {
        match parse(body) {
            Err(Error::UnusableResponse(defect)) => assert_eq!(defect, expected),
            other => panic!("{other:?}"),
        }
    }
    check("", ResponseDefect::Empty);
    check(" \r\n", ResponseDefect::Empty);
    check("<!DOCTYPE html><html></html>", ResponseDefect::Html);
    check("\n <html>", ResponseDefect::Html);
    for body in [
        "null",
        "[]",
        r#""token""#,
        "access_token=a&token_type=bearer",
        r#"{"access_token":"a","token_type":"bearer"} x"#,
        r#"{"access_token":"a","token_type":"bearer"}{}"#,
        r#"{"access_token":"a","token_type":"bearer""#,
        r#"{"access_token":"a","access_token":"b","token_type":"bearer"}"#,
        r#"{"access_token":"a","token_type":"bearer","access_token":"a"}"#,
        r#"{"access_token":"a","token_type":"bearer","scope":"a","sc\u006fpe":"b"}"#,
        "\u{feff}{\"access_token\":\"a\",\"token_type\":\"bearer\"}",
    ] {
        check(body, ResponseDefect::NotJsonObject);
    }
    check(
        b"{\"access_token\":\"a\",\"token_type\":\"\xff\"}",
        ResponseDefect::NotJsonObject,
    );
    check("[".repeat(100_000), ResponseDefect::NotJsonObject);
    for body in [
        "{}",
        r#"{"access_token":null,"token_type":"bearer"}"#,
        r#"{"access_token":1,"token_type":"bearer"}"#,
        r#"{"id_token":"a","token_type":"bearer"}"#,
        r#"{"access_token":["a"],"token_type":"bearer","error":null}"#,
    ] {
        check(body, ResponseDefect::NoAccessToken);
    }
    check(r#"{"access_token":"a"}"#, ResponseDefect::NoTokenType);
    check(
        r#"{"access_token":"a","token_type":1}"#,
        ResponseDefect::NoTokenType,
    );
    for token_type in ["mac", "", "bearer ", "DPoP", "N_A"] {
        let body = format!(r#"{{"access_token":"a","token_type":"{token_type}"}}"#);
        check(body, ResponseDefect::OtherTokenType);
    }
}

#[test]
fn token_characters() {
    #[track_caller]
    fn check(token: &str, is_taken: bool) {
        let body = serde_json::json!({ "access_token": token, "token_type": "BEARER" });
        match parse(body.to_string()) {
            Ok(response) if is_taken => assert_eq!(response.access_token().secret(), token),
            Err(Error::MalformedAccessToken) if !is_taken => {}
            other => panic!("{other:?}"),
        }
    }
    check("azAZ09-._~+/", true);
    check("eyJhbGciOiJSUzI1NiJ9.e30.c2ln", true);
    check("abc==", true);
    for token in [
        "",
        "=",
        "a=b",
        "a b",
        "a\r\nX: y",
        "a\n",
        "\na",
        " a",
        "a\0",
        "a\t",
        "t\u{f6}ken",
        "a,b",
        "a\"",
        "a\u{7f}",
        "a;b",
        "\u{202e}a",
        "%41",
    ] {
        check(token, false);
    }
}

#[test]
fn missing_scope() {
    #[track_caller]
    fn check(granted: &str, requested: &str, expected: &[&str]) {
        let body = format!(r#"{{"access_token":"a","token_type":"bearer","scope":{granted}}}"#);
        let response = parse(body).unwrap();
        assert_eq!(
            response.missing_scope(requested).collect::<Vec<_>>(),
            expected
        );
    }
    check(r#""a b""#, "a b", &[]);
    check(r#""b a c""#, "a b", &[]);
    check(r#""a""#, "a  b c", &["b", "c"]);
    check(r#""A""#, "a", &["a"]);
    check(r#""""#, "a", &["a"]);
    check("null", "a b", &[]);
    check(r#""a""#, "", &[]);
}

#[test]
fn status_200_only() {
    let body = br#"{"access_token":"a","token_type":"bearer"}"#;
    for status in [
        100, 101, 201, 202, 203, 204, 206, 301, 302, 307, 400, 401, 404, 500, 503, 999,
    ] {
        let response = HttpResponse::new(status, Vec::new(), body.to_vec());
        match TokenResponse::parse(&response) {
            Err(Error::Refused(refusal)) => assert_eq!(refusal.status(), status),
            other => panic!("{other:?}"),
        }
    }
}

/// Some servers write their errors with status 200.
#[test]
fn error_with_status_200() {
    match parse(r#"{"error":"bad_verification_code","error_description":"no"}"#) {
        Err(Error::Refused(refusal)) => {
            assert_eq!(refusal.to_string(), "status 200, bad_verification_code: no");
        }
        other => panic!("{other:?}"),
    }
}

/// An answer is a token or an error (RFC 6749 sections 5.1 and 5.2): both is neither.
#[test]
fn error_beside_token() {
    let with_error = |error: &str| {
        parse(format!(
            r#"{{"access_token":"a","token_type":"Bearer","error":{error},"error_description":"scope b was not granted"}}"#
        ))
    };
    match with_error(r#""invalid_scope""#) {
        Err(Error::Refused(refusal)) => assert_eq!(
            refusal.to_string(),
            "status 200, invalid_scope: scope b was not granted"
        ),
        other => panic!("{other:?}"),
    }
    for error in [r#"{"code":7}"#, "true", "7", r#"["a"]"#] {
        assert!(matches!(with_error(error), Err(Error::Refused(_))));
    }
    for none in ["null", r#""""#, r#"" ""#, "false"] {
        assert_eq!(with_error(none).unwrap().access_token().secret(), "a");
    }
}

#[test]
fn dates_in_headers() {
    #[track_caller]
    fn check(headers: &[(&str, &str)], expected: Option<u64>) {
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        let response = HttpResponse::new(429, headers.collect(), Vec::new());
        assert_eq!(response.retry_after(), expected.map(Duration::from_secs));
    }
    const DATE: (&str, &str) = ("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
    check(&[], None);
    check(&[("Retry-After", "120")], Some(120));
    check(&[("retry-after", " 5 ")], Some(5));
    check(&[("Retry-After", "99999999999999999999999")], Some(86_400));
    check(&[("Retry-After", "-1")], None);
    check(&[("Retry-After", "")], None);
    check(&[("Retry-After", "soon")], None);
    check(
        &[DATE, ("Retry-After", "Sun, 06 Nov 1994 08:50:07 GMT")],
        Some(30),
    );
    check(
        &[DATE, ("Retry-After", "Sun, 06 Nov 1994 08:00:00 GMT")],
        Some(0),
    );
    check(&[("Retry-After", "Sun, 06 Nov 1994 08:50:07 GMT")], None);
}
