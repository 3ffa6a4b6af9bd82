//! What an answer says of a token, and what else.

use core::time::Duration;

use tokenring_assertion::NumericDate;
use tokenring_jwk::JsonType;
use tokenring_oauth::{AnswerFault, HttpResponse, TokenResponse};

use crate::token_response::parse;

/// A JWT says by itself how long it is valid: RFC 7519, section 4.1.4.
#[test]
fn lifetime_of_the_token_itself() {
    use base64ct::{Base64UrlUnpadded, Encoding};

    #[track_caller]
    fn check(header: &str, claims: &str, date: Option<&str>, expected: Option<u64>) {
        let part = |text: &str| Base64UrlUnpadded::encode_string(text.as_bytes());
        let body = format!(
            r#"{{"access_token":"{}.{}.c2ln"}}"#,
            part(header),
            part(claims)
        );
        let date = date.map(|date| ("Date".to_owned(), date.to_owned()));
        let response = HttpResponse::new(200, date.into_iter().collect(), body.into());
        let now = NumericDate::from_seconds(1_601_648_000);
        let lifetime = TokenResponse::parse(&response)
            .unwrap()
            .lifetime_of_token(now);
        assert_eq!(lifetime, expected.map(Duration::from_secs));
    }
    const HEADER: &str = r#"{"alg":"RS256"}"#;
    check(HEADER, r#"{"exp":1601651600}"#, None, Some(3_600));
    check(HEADER, r#"{"exp":"1601651600"}"#, None, Some(3_600));
    check(HEADER, r#"{"exp":1601651600.5}"#, None, Some(3_600));
    check(HEADER, r#"{"exp":1601651600000}"#, None, Some(3_600));
    check(HEADER, r#"{"exp":1}"#, None, Some(0));
    // By the server's clock.
    let date = Some("Fri, 02 Oct 2020 14:13:30 GMT");
    check(HEADER, r#"{"exp":1601651610}"#, date, Some(3_600));
    for claims in [
        "{}",
        r#"{"exp":null}"#,
        r#"{"exp":"soon"}"#,
        "[]",
        "x",
        r#"{"exp":-1}"#,
    ] {
        check(HEADER, claims, None, None);
    }
    check("{}", r#"{"exp":1601651600}"#, None, None);
    let opaque = parse(r#"{"access_token":"a.b.c"}"#).unwrap();
    assert_eq!(opaque.lifetime_of_token(NumericDate::from_seconds(0)), None);
}

#[test]
fn faults() {
    #[track_caller]
    fn check(members: &str, expected: &[AnswerFault]) {
        let response = parse(format!(r#"{{"access_token":"a",{members}}}"#)).unwrap();
        assert_eq!(response.faults().collect::<Vec<_>>(), expected);
    }
    let lifetime = AnswerFault::ExpiresIn;
    check(r#""expires_in":true"#, &[lifetime(JsonType::Boolean)]);
    check(
        r#""expires_in":{"seconds":1}"#,
        &[lifetime(JsonType::Object)],
    );
    check(r#""expires_in":[1]"#, &[lifetime(JsonType::Array)]);
    for text in ["soon", "", "PT1H", "3600s", "2026-12-01T00:00:00Z"] {
        check(
            &format!(r#""expires_in":"{text}""#),
            &[lifetime(JsonType::Text)],
        );
    }
    for lifetime in ["2147483648", "1e300", r#""1e300""#, "253402300800"] {
        check(
            &format!(r#""expires_in":{lifetime}"#),
            &[AnswerFault::ExpiresInBeyondReason],
        );
    }
    check(r#""expires_in":2147483647"#, &[]);
    check(r#""scope":7"#, &[AnswerFault::Scope(JsonType::Number)]);
    check(r#""scope":["a"]"#, &[AnswerFault::Scope(JsonType::Array)]);
    check(
        r#""scope":true,"expires_in":[]"#,
        &[
            lifetime(JsonType::Array),
            AnswerFault::Scope(JsonType::Boolean),
        ],
    );
    check(r#""expires_in":null,"scope":null"#, &[]);
    check(r#""expires_in":"0","scope":"""#, &[]);
}

/// Whatever else a server says, but for refresh tokens.
#[test]
fn members() {
    #[track_caller]
    fn check(members: &str, expected: &str) {
        let response = parse(format!(
            r#"{{"access_token":"a","token_type":"bearer","expires_in":1,"scope":"a"{members}}}"#
        ));
        let members = response.unwrap().members().clone();
        assert_eq!(members.secret_json(), expected);
        assert_eq!(members.is_empty(), expected.is_empty());
        assert_eq!(tokenring_oauth::AnswerMembers::from_json(expected), members);
        assert_eq!(format!("{members:?}"), "AnswerMembers(..)");
    }
    check("", "");
    check(r#","error":null,"error_description":null"#, "");
    check(
        r#","patient":"p1","authorization_details":[{"type":"payment","amount":1.5}]"#,
        r#"{"authorization_details":[{"amount":1.5,"type":"payment"}],"patient":"p1"}"#,
    );
    for name in [
        "refresh_token",
        "refreshToken",
        "Refresh-Token",
        "x_refresh_token",
    ] {
        check(&format!(r#","{name}":"s3cret""#), "");
        check(&format!(r#","a":{{"{name}":"s3cret"}}"#), r#"{"a":{}}"#);
        check(
            &format!(r#","a":[{{"{name}":{{}}}},null]"#),
            r#"{"a":[{},null]}"#,
        );
    }
    check(r#","refresh_expires_in":0"#, r#"{"refresh_expires_in":0}"#);
    let url = parse(r#"{"access_token":"a","instance_url":"https://a.example"}"#).unwrap();
    assert_eq!(
        url.members().secret("instance_url").unwrap(),
        "https://a.example"
    );
    assert_eq!(url.members().secret("access_token"), None);
}
