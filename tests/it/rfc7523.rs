//! JWT Profile for OAuth 2.0 Client Authentication and Authorization Grants.

use integration_tests::fixtures;
use serde_json::json;
use tokenring_assertion::{
    AuthorizationGrant, Claims, ClientAssertion, JoseHeader, JwtId, NumericDate,
};
use tokenring_jwk::{Algorithm, KeyId};

use crate::claims::parts;

#[test]
fn section_2_1_grant_type() {
    assert_eq!(
        AuthorizationGrant::TYPE,
        "urn:ietf:params:oauth:grant-type:jwt-bearer"
    );
}

#[test]
fn section_2_2_client_assertion_type() {
    assert_eq!(
        ClientAssertion::TYPE,
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
}

/// The example has no `jti`, which we always write; all else is the same.
#[test]
fn section_4_example() {
    let figure = fixtures::rfc(7523, "4");
    let input = Claims::new(
        "https://jwt-idp.example.com",
        "https://jwt-rp.example.net",
        JwtId::from_text("one").unwrap(),
        NumericDate::from_seconds(1_300_819_380),
    )
    .with_subject("mailto:mike@example.com")
    .with_not_before(NumericDate::from_seconds(1_300_815_780))
    .with_claim("http://claims.example.com/member", true)
    .unwrap()
    .signing_input_with(
        &JoseHeader::new().without_token_type(),
        Algorithm::Es256,
        Some(&KeyId::new("16")),
    );
    let (header, claims) = parts(input.as_bytes());
    let mut expected = figure["claims"].clone();
    expected["jti"] = json!("one");
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&header).unwrap(),
        figure["header"]
    );
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&claims).unwrap(),
        expected
    );
}
