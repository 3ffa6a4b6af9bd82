//! Key identifiers, which are any text.

use integration_tests::fixtures;
use serde_json::Value;
use tokenring_assertion::{Claims, JwtId, NumericDate};
use tokenring_jwk::{Algorithm, Jwk, JwkSet, KeyId};

use crate::claims::parts;

/// The identifier goes through JSON unchanged: in a JWK, in a JWK Set and in a
/// JOSE header.
#[track_caller]
fn check(text: &str) {
    let key_id = KeyId::new(text);
    assert_eq!(key_id.as_str(), text);
    assert_eq!(key_id.to_string(), text);
    assert_eq!(KeyId::from(text), key_id);

    let jwk = fixtures::text("keys/test-ed25519-public.jwk.json");
    let jwk = Jwk::from_json(&jwk).unwrap().with_key_id(key_id.clone());
    let set: JwkSet = [jwk].into_iter().collect();
    let json = set.to_json();
    let read: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(read["keys"][0]["kid"], text);
    let again = JwkSet::from_json(&json).unwrap();
    assert_eq!(again, set);
    assert_eq!(again.find(&key_id), set.keys().first());

    let jwt_id = JwtId::from_text("one").unwrap();
    let input = Claims::new("i", "a", jwt_id, NumericDate::from_seconds(1))
        .signing_input(Algorithm::EdDsa, Some(&key_id));
    let (header, _) = parts(input.as_bytes());
    let header: Value = serde_json::from_str(&header).unwrap();
    assert_eq!(header["kid"], text);
}

#[test]
fn any_text_goes_through_json() {
    check("test-1");
    check("");
    check(" ");
    check("a/b\\c");
    check("\"quoted\"");
    check("two\nlines\r\n\tand a tab");
    check("../../etc/passwd");
    check("\0\u{1}\u{1b}[31m\u{7f}\u{85}");
    check("Schlüssel ключ 鍵 🔑");
    check("\u{202e}evil\u{feff}\u{2028}\u{fffd}");
    check("{\"alg\":\"none\"}");
    check("</script><!--");
    check(&"k".repeat(10_000));
}

#[test]
fn comparison_is_exact() {
    assert_ne!(KeyId::new("a"), KeyId::new("A"));
    assert_ne!(KeyId::new("a"), KeyId::new("a "));
    // One character in two Unicode forms: two identifiers.
    assert_ne!(KeyId::new("\u{e9}"), KeyId::new("e\u{301}"));
}
