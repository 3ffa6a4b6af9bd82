//! JSON Web Key Thumbprint.

use integration_tests::{fixtures, provider};
use tokenring_jwk::{Jwk, Thumbprint};

#[track_caller]
pub(crate) fn check_thumbprint(jwk: &str, expected: &str) {
    let jwk = Jwk::from_json(jwk).unwrap();
    for provider in provider::ALL {
        let thumbprint = provider.thumbprint(jwk.public_key());
        assert_eq!(thumbprint.to_string(), expected, "{provider:?}");
        assert_eq!(Thumbprint::from_digest(*thumbprint.as_bytes()), thumbprint);
    }
}

#[test]
fn section_3_1_example() {
    let figure = fixtures::rfc(7638, "3.1");
    let jwk = &figure["jwk"];
    check_thumbprint(&jwk.to_string(), fixtures::text_of(&figure, "sha256"));
    let n = fixtures::text_of(jwk, "n");
    assert_eq!(
        Jwk::from_json(&jwk.to_string())
            .unwrap()
            .public_key()
            .thumbprint_input(),
        format!(r#"{{"e":"AQAB","kty":"RSA","n":"{n}"}}"#)
    );
}

/// Every type of key, against openssl's digest of the canonical text.
#[test]
fn section_3_2_members() {
    for name in fixtures::KEY_NAMES {
        let text = fixtures::text(&format!("keys/test-{name}-public.jwk.json"));
        let thumbprint = fixtures::text(&format!("keys/test-{name}-thumbprint.txt"));
        let jwk = Jwk::from_json(&text).unwrap();
        assert_eq!(jwk.public_key().thumbprint_input(), text);
        check_thumbprint(&text, &thumbprint);
        let dressed = text.replacen('{', r#"{"kid":"x","use":"sig","key_ops":["verify"],"#, 1);
        check_thumbprint(&dressed, &thumbprint);
    }
}
