//! JOSE headers as JSON text, for each choice that there is.

use serde_json::json;
use tokenring_assertion::{Error, JoseHeader};
use tokenring_jwk::{Algorithm, KeyId};

use crate::claims::{least, parts};

#[track_caller]
fn check(header: &JoseHeader, key_id: Option<&str>, expected: &str) {
    let key_id = key_id.map(KeyId::from);
    let input = least().signing_input_with(header, Algorithm::Rs512, key_id.as_ref());
    assert_eq!(parts(input.as_bytes()).0, expected);
}

#[test]
fn the_header_of_most_gateways() {
    let header = JoseHeader::new();
    let expected = r#"{"alg":"RS512","kid":"test-1","typ":"JWT"}"#;
    check(&header, Some("test-1"), expected);
    check(&JoseHeader::default(), Some("test-1"), expected);
    let input = least().signing_input(Algorithm::Rs512, Some(&KeyId::new("test-1")));
    assert_eq!(parts(input.as_bytes()).0, expected);
}

#[test]
fn key_id() {
    check(&JoseHeader::new(), None, r#"{"alg":"RS512","typ":"JWT"}"#);
    let header = JoseHeader::new().without_key_id();
    check(&header, Some("test-1"), r#"{"alg":"RS512","typ":"JWT"}"#);
    check(&header, None, r#"{"alg":"RS512","typ":"JWT"}"#);
}

#[test]
fn token_type() {
    let header = JoseHeader::new().without_token_type();
    check(&header, Some("k"), r#"{"alg":"RS512","kid":"k"}"#);
    check(&header.without_key_id(), Some("k"), r#"{"alg":"RS512"}"#);
    let header = JoseHeader::new().with_token_type("client-authentication+jwt");
    check(
        &header,
        Some("k"),
        r#"{"alg":"RS512","kid":"k","typ":"client-authentication+jwt"}"#,
    );
}

#[test]
fn the_algorithm_is_the_signers() {
    for &algorithm in Algorithm::ALL {
        let header = JoseHeader::new().without_token_type();
        let input = least().signing_input_with(&header, algorithm, None);
        let expected = format!(r#"{{"alg":"{}"}}"#, algorithm.name());
        assert_eq!(parts(input.as_bytes()).0, expected);
    }
}

#[test]
fn parameters_follow_in_their_order() {
    let header = JoseHeader::new()
        .with_parameter("x5t#S256", "dGh1bWI")
        .and_then(|header| header.with_parameter("jku", "https://client.example/jwks"))
        .and_then(|header| header.with_parameter("x5c", json!(["AAAA", "AAAB"])));
    check(
        &header.unwrap(),
        Some("k"),
        r#"{"alg":"RS512","kid":"k","typ":"JWT","x5t#S256":"dGh1bWI","jku":"https://client.example/jwks","x5c":["AAAA","AAAB"]}"#,
    );
}

#[test]
fn reserved_and_repeated_names_are_refused() {
    for name in ["alg", "typ", "kid", "crit", "b64"] {
        let error = JoseHeader::new().with_parameter(name, true).unwrap_err();
        assert!(matches!(&error, Error::ReservedHeaderParameter(told) if told == name));
    }
    let error = JoseHeader::new()
        .with_parameter("cty", "JWT")
        .and_then(|header| header.with_parameter("cty", "JWT"))
        .unwrap_err();
    assert!(matches!(&error, Error::RepeatedName(name) if name == "cty"));
}
