//! Claims as JSON text, for each choice that there is.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::json;
use tokenring_assertion::{Audience, Claims, Error, JwtId, Lifetime, NumericDate};
use tokenring_jwk::Algorithm;

/// Header and claims of a JWS Signing Input, as their JSON texts.
#[track_caller]
pub(crate) fn parts(signing_input: &[u8]) -> (String, String) {
    let text = std::str::from_utf8(signing_input).unwrap();
    let (header, claims) = text.split_once('.').unwrap();
    let decode = |part: &str| {
        let bytes = Base64UrlUnpadded::decode_vec(part).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    (decode(header), decode(claims))
}

/// Claims with everything that must be there, and nothing else.
pub(crate) fn least() -> Claims {
    Claims::new(
        "client-1",
        "https://gateway.example/token",
        JwtId::from_text("id-1").unwrap(),
        NumericDate::from_seconds(1_700_000_060),
    )
}

#[track_caller]
fn check(claims: Claims, expected: &str) {
    let input = claims.signing_input(Algorithm::Rs512, None);
    assert_eq!(parts(input.as_bytes()).1, expected);
}

#[test]
fn what_is_always_there() {
    check(
        least(),
        r#"{"iss":"client-1","sub":"client-1","aud":"https://gateway.example/token","jti":"id-1","exp":1700000060}"#,
    );
}

#[test]
fn subject() {
    check(
        least().with_subject("user-1"),
        r#"{"iss":"client-1","sub":"user-1","aud":"https://gateway.example/token","jti":"id-1","exp":1700000060}"#,
    );
    check(
        least().without_subject(),
        r#"{"iss":"client-1","aud":"https://gateway.example/token","jti":"id-1","exp":1700000060}"#,
    );
    check(
        least().without_subject().with_subject(""),
        r#"{"iss":"client-1","sub":"","aud":"https://gateway.example/token","jti":"id-1","exp":1700000060}"#,
    );
}

#[test]
fn times() {
    let now = NumericDate::from_seconds(1_700_000_000);
    check(
        least().with_issued_at(now),
        r#"{"iss":"client-1","sub":"client-1","aud":"https://gateway.example/token","jti":"id-1","iat":1700000000,"exp":1700000060}"#,
    );
    check(
        least().with_not_before(now),
        r#"{"iss":"client-1","sub":"client-1","aud":"https://gateway.example/token","jti":"id-1","nbf":1700000000,"exp":1700000060}"#,
    );
    check(
        least().with_not_before(now).with_issued_at(now),
        r#"{"iss":"client-1","sub":"client-1","aud":"https://gateway.example/token","jti":"id-1","iat":1700000000,"nbf":1700000000,"exp":1700000060}"#,
    );
}

/// An integer, with neither fraction nor exponent nor quotes, at any size.
#[test]
fn expiry_is_an_integer() {
    for seconds in [0, 1, 1_700_000_000, 1 << 53, u64::MAX] {
        let id = JwtId::from_text("j").unwrap();
        check(
            Claims::new("i", "a", id, NumericDate::from_seconds(seconds)),
            &format!(r#"{{"iss":"i","sub":"i","aud":"a","jti":"j","exp":{seconds}}}"#),
        );
    }
    let end = NumericDate::from_seconds(u64::MAX).after(Lifetime::from_seconds(1).unwrap());
    assert_eq!(end.as_seconds(), u64::MAX);
}

#[track_caller]
fn check_audience(audience: impl Into<Audience>, expected: &str) {
    let id = JwtId::from_text("j").unwrap();
    check(
        Claims::new("i", audience, id, NumericDate::from_seconds(1)),
        &format!(r#"{{"iss":"i","sub":"i","aud":{expected},"jti":"j","exp":1}}"#),
    );
}

#[test]
fn audience_is_a_string_or_an_array() {
    check_audience("one", r#""one""#);
    check_audience("one".to_owned(), r#""one""#);
    check_audience(vec!["one".to_owned()], r#"["one"]"#);
    check_audience(vec!["one".to_owned(), "two".to_owned()], r#"["one","two"]"#);
}

#[test]
fn strings_are_escaped() {
    let id = JwtId::from_text("\"\\\n\u{1}").unwrap();
    check(
        Claims::new("\"iss\"", "a\u{2028}é", id, NumericDate::from_seconds(1)),
        "{\"iss\":\"\\\"iss\\\"\",\"sub\":\"\\\"iss\\\"\",\"aud\":\"a\u{2028}é\",\
         \"jti\":\"\\\"\\\\\\n\\u0001\",\"exp\":1}",
    );
}

#[test]
fn extra_claims_follow_in_their_order() {
    let claims = least()
        .with_claim("zeta", "z")
        .and_then(|claims| claims.with_claim("alpha", 1))
        .and_then(|claims| claims.with_claim("nested", json!({"b": [null, true], "a": -1.5})))
        .and_then(|claims| claims.with_claim("", false));
    check(
        claims.unwrap(),
        r#"{"iss":"client-1","sub":"client-1","aud":"https://gateway.example/token","jti":"id-1","exp":1700000060,"zeta":"z","alpha":1,"nested":{"a":-1.5,"b":[null,true]},"":false}"#,
    );
}

#[test]
fn claims_with_a_place_of_their_own_are_refused() {
    for name in ["iss", "sub", "aud", "exp", "jti", "iat", "nbf"] {
        let error = least().with_claim(name, 1).unwrap_err();
        assert!(matches!(&error, Error::ReservedClaim(told) if told == name));
        let error = least().without_subject().with_claim(name, 1).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
    }
    least().with_claim("Exp", 1).unwrap();
}

#[test]
fn repeated_claims_are_refused() {
    let error = least()
        .with_claim("scope", "a")
        .and_then(|claims| claims.with_claim("scope", "a"))
        .unwrap_err();
    assert!(matches!(&error, Error::RepeatedName(name) if name == "scope"));
}

/// However many there are, they keep their order and none comes twice.
#[test]
fn any_number_of_claims() {
    for number in [1_usize, 15, 16, 17, 18, 20_000] {
        let many = || {
            let mut indexes = 0..number;
            indexes.try_fold(least(), |claims, index| {
                claims.with_claim(format!("claim-{index}"), index)
            })
        };
        for repeated in [0, number / 2, number - 1] {
            let name = format!("claim-{repeated}");
            let error = many().unwrap().with_claim(name.as_str(), 0).unwrap_err();
            assert!(matches!(&error, Error::RepeatedName(told) if *told == name));
        }
        let added: Vec<String> = (0..number)
            .map(|index| format!(r#","claim-{index}":{index}"#))
            .collect();
        let expected = format!(
            r#"{{"iss":"client-1","sub":"client-1","aud":"https://gateway.example/token","jti":"id-1","exp":1700000060{}}}"#,
            added.concat()
        );
        check(many().unwrap(), &expected);
    }
}
