use core::time::Duration;

use tokenring_jwk::JsonType;
use tokenring_oauth::{AccessTokenFault, Error, HttpResponse, ResponseDefect, TokenResponse};

pub(crate) fn parse(body: impl Into<Vec<u8>>) -> Result<TokenResponse, Error> {
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
    check("2147483647.9", LONGEST);
    check("2147483648", None);
    check("9223372036854775807", None);
    check("18446744073709551615", None);
    check("18446744073709551616", None);
    check(r#""18446744073709551616""#, None);
    check("1e300", None);
    check(r#""1e300""#, None);
    check("1e308", None);
    check(&format!(r#""{}""#, "9".repeat(400)), None);
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
fn token_types() {
    #[track_caller]
    fn check(requested: &str, member: &str, expected: Option<&str>) {
        let body = format!(r#"{{"access_token":"a"{member}}}"#);
        let response = HttpResponse::new(200, Vec::new(), body.into());
        match (TokenResponse::parse_as(&response, requested), expected) {
            (Ok(response), Some(expected)) => assert_eq!(response.token_type(), expected),
            (Err(Error::UnusableResponse(ResponseDefect::OtherTokenType { .. })), None) => {}
            (other, _) => panic!("{other:?}"),
        }
    }
    for absent in [
        "",
        r#","token_type":null"#,
        r#","token_type":"""#,
        r#","token_type":" ""#,
    ] {
        check("Bearer", absent, Some("Bearer"));
        check("DPoP", absent, Some("DPoP"));
    }
    check("Bearer", r#","token_type":"bearer""#, Some("bearer"));
    check("Bearer", r#","token_type":" Bearer ""#, Some("Bearer"));
    check("Bearer", r#","token_type":"BearerToken""#, Some("Bearer"));
    check("Bearer", r#","token_type":"bearertoken""#, Some("Bearer"));
    check(
        "BearerToken",
        r#","token_type":"Bearer""#,
        Some("BearerToken"),
    );
    check("N_A", r#","token_type":"n_a""#, Some("n_a"));
    check("DPoP", r#","token_type":"Bearer""#, None);
    for other in ["mac", "DPoP", "N_A", "JWT", "Bearer Token", "bearers"] {
        check("Bearer", &format!(r#","token_type":"{other}""#), None);
    }
    match parse(r#"{"access_token":"a","token_type":1}"#) {
        Err(Error::UnusableResponse(defect)) => {
            assert_eq!(defect, ResponseDefect::TokenTypeType(JsonType::Number));
        }
        other => panic!("{other:?}"),
    }
    let error = parse(r#"{"access_token":"a","token_type":"N\u001bA"}"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the token endpoint's answer cannot be used: token_type is \"N\u{fffd}A\"; expected \"Bearer\""
    );
}

/// Visible ASCII characters: RFC 6749, appendix A.12, without the space.
#[test]
fn token_characters() {
    #[track_caller]
    fn check(token: &str, expected: Option<AccessTokenFault>) {
        let body = serde_json::json!({ "access_token": token, "token_type": "BEARER" });
        match (parse(body.to_string()), expected) {
            (Ok(response), None) => assert_eq!(response.access_token().secret(), token),
            (Err(Error::MalformedAccessToken(fault)), Some(expected)) => {
                assert_eq!(fault, expected);
            }
            (other, _) => panic!("{other:?}"),
        }
    }
    let visible: String = ('!'..='~').collect();
    check(&visible, None);
    for token in [
        "eyJhbGciOiJSUzI1NiJ9.e30.c2ln",
        "abc==",
        "00Dxx!AQ0A.x",
        "1|a",
        "=",
        "%41",
    ] {
        check(token, None);
    }
    check("", Some(AccessTokenFault::Empty));
    for token in ["a b", " a", "a ", " "] {
        check(token, Some(AccessTokenFault::Space));
    }
    for token in ["a\r\nX: y", "a\n", "\na", "a\r"] {
        check(token, Some(AccessTokenFault::LineBreak));
    }
    for token in ["a\0", "a\t", "a\u{7f}", "\u{1b}[0m"] {
        check(token, Some(AccessTokenFault::ControlCharacter));
    }
    for token in ["t\u{f6}ken", "\u{202e}a", "a\u{a0}"] {
        check(token, Some(AccessTokenFault::NotAscii));
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
fn statuses() {
    let body = br#"{"access_token":"a","token_type":"bearer"}"#;
    for status in [200, 201, 202, 203, 206, 226, 299] {
        let response = HttpResponse::new(status, Vec::new(), body.to_vec());
        let response = TokenResponse::parse(&response).unwrap();
        assert_eq!(response.access_token().secret(), "a");
    }
    for status in [
        100, 101, 199, 300, 301, 302, 307, 400, 401, 404, 500, 503, 999,
    ] {
        let response = HttpResponse::new(status, Vec::new(), body.to_vec());
        match TokenResponse::parse(&response) {
            Err(Error::Refused(refusal)) => assert_eq!(refusal.status(), status),
            other => panic!("{other:?}"),
        }
    }
    match TokenResponse::parse(&HttpResponse::new(204, Vec::new(), Vec::new())) {
        Err(Error::UnusableResponse(defect)) => {
            assert_eq!(defect, ResponseDefect::Empty { status: 204 });
        }
        other => panic!("{other:?}"),
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
    check(&[("Retry-After", "1.2")], Some(2));
    check(&[("Retry-After", "1.0")], Some(1));
    check(&[("Retry-After", "1.x")], None);
    check(&[("Retry-After", "120s")], Some(120));
    check(&[("Retry-After", "120 seconds")], Some(120));
    check(&[("Retry-After", "seconds")], None);
    check(&[("Retry-After-Ms", "1500")], Some(2));
    check(&[("x-ms-retry-after-ms", "99999999999")], Some(86_400));
    check(&[("Retry-After", "7"), ("Retry-After-Ms", "1500")], Some(7));
    check(
        &[("RateLimit", "limit=10, remaining=0, reset=30")],
        Some(30),
    );
    check(&[("RateLimit", "\"default\";r=0;t=30")], Some(30));
    check(&[("RateLimit", "\"default\";r=0")], None);
    check(&[("RateLimit", "t=soon")], None);
    for name in ["RateLimit-Reset", "x-ratelimit-reset", "X-Rate-Limit-Reset"] {
        check(&[(name, "30")], Some(30));
        check(&[(name, "0.5")], Some(1));
        // Thirty seconds after the Date, in seconds and milliseconds since 1970.
        let date = ("Date", "Fri, 02 Oct 2020 14:13:20 GMT");
        check(&[date, (name, "1601648030")], Some(30));
        check(&[date, (name, "1601648029500")], Some(30));
        check(&[date, (name, "1601640000")], Some(0));
        check(&[date, (name, "Fri, 02 Oct 2020 14:13:50 GMT")], Some(30));
        // No clock but the server's has a say.
        check(&[(name, "1601648030")], None);
        check(&[(name, "30"), ("Retry-After", "7")], Some(7));
        check(&[(name, "30"), ("Retry-After", "soon")], Some(30));
        check(&[(name, "soon")], None);
    }
    let of_success = vec![("RateLimit-Reset".to_owned(), "30".to_owned())];
    for status in [200, 401, 500] {
        let response = HttpResponse::new(status, of_success.clone(), Vec::new());
        assert_eq!(response.retry_after(), None);
    }
}
