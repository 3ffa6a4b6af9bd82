//! JWK Sets: the text that is written, and what is read.

use integration_tests::fixtures;
use serde_json::{Value, json};
use tokenring_jwk::{
    Algorithm, Error, JsonType, Jwk, JwkSet, JwkSetDocument, JwkSetFault, KeyId, KeyType, KeyUse,
    MemberFlaw,
};

fn jwk(name: &str) -> Jwk {
    let text = fixtures::text(&format!("keys/test-{name}-public.jwk.json"));
    Jwk::from_json(&text).unwrap()
}

/// A set of one or more JWKs given as texts.
fn set_of(entries: &[&str]) -> String {
    format!("{{\"keys\":[{}]}}", entries.join(","))
}

/// Indented by two spaces, `kty`, `n`, `e`, `alg`, `kid`, `use`, and no newline
/// at the end: the text that NHS England's guide shows.
#[test]
fn the_text_of_an_rsa_set() {
    let public = fixtures::json("keys/test-rsa-4096-public.jwk.json");
    let n = fixtures::text_of(&public, "n");
    let key = jwk("rsa-4096")
        .with_algorithm(Algorithm::Rs512)
        .unwrap()
        .with_key_id(KeyId::new("test-1"))
        .with_use(KeyUse::Signature);
    let expected = format!(
        r#"{{
  "keys": [
    {{
      "kty": "RSA",
      "n": "{n}",
      "e": "AQAB",
      "alg": "RS512",
      "kid": "test-1",
      "use": "sig"
    }}
  ]
}}"#
    );
    assert_eq!(JwkSet::from_iter([key]).to_json(), expected);
}

#[test]
fn the_text_of_curve_keys() {
    let p256 = fixtures::json("keys/test-p256-public.jwk.json");
    let ed25519 = fixtures::json("keys/test-ed25519-public.jwk.json");
    let (x, y) = (fixtures::text_of(&p256, "x"), fixtures::text_of(&p256, "y"));
    let ed25519_x = fixtures::text_of(&ed25519, "x");
    let mut set = JwkSet::new();
    set.push(jwk("p256").with_key_id(KeyId::new("a/b")));
    set.extend([jwk("ed25519").with_use(KeyUse::Encryption)]);
    let expected = format!(
        r#"{{
  "keys": [
    {{
      "kty": "EC",
      "crv": "P-256",
      "x": "{x}",
      "y": "{y}",
      "kid": "a/b"
    }},
    {{
      "kty": "OKP",
      "crv": "Ed25519",
      "x": "{ed25519_x}",
      "use": "enc"
    }}
  ]
}}"#
    );
    assert_eq!(set.to_json(), expected);
}

#[test]
fn the_text_of_an_empty_set() {
    assert_eq!(JwkSet::new().to_json(), "{\n  \"keys\": []\n}");
    assert_eq!(JwkSet::from_json(r#"{"keys":[]}"#), Ok(JwkSet::default()));
}

#[test]
fn a_set_reads_what_it_wrote() {
    let set: JwkSet = fixtures::KEY_NAMES
        .iter()
        .map(|name| jwk(name).with_key_id(KeyId::from(*name)))
        .collect();
    assert_eq!(JwkSet::from_json(&set.to_json()).as_ref(), Ok(&set));
    assert_eq!(serde_json::from_str::<JwkSet>(&set.to_json()).unwrap(), set);
    for (name, key) in fixtures::KEY_NAMES.iter().zip(set.keys()) {
        assert_eq!(set.find(&KeyId::from(*name)), Some(key));
    }
    assert_eq!(set.find(&KeyId::new("")), None);
}

/// RFC 7517 section 5: keys that aren't understood are passed over.
#[test]
fn unknown_keys_are_passed_over() {
    let p256 = fixtures::text("keys/test-p256-public.jwk.json");
    for unknown in [
        r#"{"kty":"AKP","alg":"ML-DSA-44","pub":"AAAA"}"#,
        r#"{"kty":"oct","kid":"without its key"}"#,
        r#"{"kty":"EC","crv":"secp256k1","x":"AAAA","y":"AAAA"}"#,
        r#"{"kty":"OKP","crv":"X25519","x":"AAAA"}"#,
        r#"{"kty":"OKP","crv":"Ed448","x":"AAAA"}"#,
        &p256.replacen('{', r#"{"alg":"ECDH-ES","#, 1),
        &p256.replacen('{', r#"{"use":"wrap","#, 1),
    ] {
        let set = JwkSet::from_json(&set_of(&[unknown, &p256, unknown])).unwrap();
        assert_eq!(set.keys(), [jwk("p256")], "{unknown}");
    }
    let more = r#"{"keys":[],"next":[{"d":1}],"name":"x"}"#;
    assert_eq!(JwkSet::from_json(more), Ok(JwkSet::new()));
}

#[test]
fn private_members_are_refused_in_any_entry() {
    let public = fixtures::text("keys/test-p256-public.jwk.json");
    for name in fixtures::KEY_NAMES {
        let private = fixtures::text(&format!("keys/test-{name}-private.jwk.json"));
        for entries in [
            &[&private[..]][..],
            &[&public, &private],
            &[&private, &public],
        ] {
            let text = set_of(entries);
            assert_eq!(JwkSet::from_json(&text), Err(Error::PrivateMember));
            assert!(serde_json::from_str::<JwkSet>(&text).is_err());
        }
    }
    // Whatever the key may be otherwise.
    for entry in [
        r#"{"kty":"oct","k":"AAAA"}"#,
        r#"{"kty":"AKP","d":"AAAA"}"#,
        r#"{"kty":"EC","crv":"secp256k1","d":"AAAA"}"#,
        r#"{"d":"AAAA"}"#,
        r#"{"kty":1,"q":0}"#,
    ] {
        let text = set_of(&[&public, entry]);
        assert_eq!(
            JwkSet::from_json(&text),
            Err(Error::PrivateMember),
            "{entry}"
        );
    }
}

#[test]
fn what_is_no_set_is_refused() {
    let p256 = fixtures::text("keys/test-p256-public.jwk.json");
    let not_a_key = |position, found| JwkSetFault::NotAKey { position, found };
    for (text, expected) in [
        ("{}", JwkSetFault::NoKeys),
        ("{\"keys\":{}}", JwkSetFault::NotAnArray(JsonType::Object)),
        ("{\"keys\":null}", JwkSetFault::NotAnArray(JsonType::Null)),
        ("{\"keys\":\"[]\"}", JwkSetFault::NotAnArray(JsonType::Text)),
        ("{\"keys\":[1]}", not_a_key(0, JsonType::Number)),
        ("{\"keys\":[{},[]]}", not_a_key(1, JsonType::Array)),
        ("{\"Keys\":[]}", JwkSetFault::Misnamed("Keys".into())),
        ("{\"keys \":[]}", JwkSetFault::Misnamed("keys ".into())),
        (
            "{\"jwks\":{\"keys\":[]}}",
            JwkSetFault::Nested("jwks".into()),
        ),
        (&p256, JwkSetFault::SingleJwk),
    ] {
        let expected = Error::NotAJwkSet(expected);
        assert_eq!(JwkSet::from_json(text), Err(expected.clone()), "{text}");
        assert_eq!(JwkSetDocument::parse(text).err(), Some(expected), "{text}");
    }
    let marked = format!("\u{feff}{{\"keys\":[{p256}]}}");
    assert_eq!(JwkSet::from_json(&marked).unwrap().keys().len(), 1);
    for text in [
        "",
        "[]",
        "{\"keys\":[]}x",
        "{\"keys\":[],\"keys\":[]}",
        "{\"keys\":[{\"kty\":\"AKP\",\"kty\":\"AKP\"}]}",
    ] {
        let error = JwkSet::from_json(text).unwrap_err();
        assert!(matches!(error, Error::MalformedJson(_)), "{text}: {error}");
    }
}

/// A key that is ours to use and damaged isn't passed over in silence.
#[test]
fn damaged_keys_are_left_out() {
    let check = |name: &str, member: &str, value: Value, expected: Error| {
        let mut entry = fixtures::json(&format!("keys/test-{name}-public.jwk.json"));
        entry[member] = value;
        assert_eq!(
            Jwk::from_json(&entry.to_string()),
            Err(expected),
            "{name} {member}"
        );
        let sound = fixtures::json("keys/test-ed25519-public.jwk.json");
        let set = JwkSet::from_json(&json!({"keys": [entry, sound]}).to_string()).unwrap();
        assert_eq!(
            set.keys(),
            [Jwk::from_json(&sound.to_string()).unwrap()],
            "{name} {member}"
        );
    };
    let length = |expected| MemberFlaw::Length {
        octets: 3,
        expected,
    };
    let invalid = |member, flaw| Error::InvalidMember { member, flaw };
    check("p256", "x", json!("AAAA"), invalid("x", length(32)));
    check("p521", "y", json!("AAAA"), invalid("y", length(66)));
    check(
        "rsa-2048",
        "n",
        json!("!"),
        invalid("n", MemberFlaw::NotBase64Url),
    );
    check(
        "rsa-2048",
        "alg",
        json!("ES256"),
        Error::WrongKeyType {
            algorithm: Algorithm::Es256,
            key_type: KeyType::Rsa,
        },
    );
    let other_curve = Error::WrongKeyType {
        algorithm: Algorithm::Es384,
        key_type: KeyType::P256,
    };
    check("p256", "alg", json!("ES384"), other_curve);
}

/// Nobody is told to put a private JWK into a set.
#[test]
fn private_jwks_are_called_private() {
    for name in fixtures::KEY_NAMES {
        let private = fixtures::text(&format!("keys/test-{name}-private.jwk.json"));
        let refused = Err(Error::PrivateMember);
        assert_eq!(JwkSet::from_key_file(private.as_bytes()), refused);
        assert_eq!(JwkSet::from_json(&private), refused);
        let checked = JwkSetDocument::check(&private);
        assert_eq!(checked.err(), Some(Error::PrivateMember), "{name}");
    }
    let damaged = r#"{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}"#;
    let flaw = MemberFlaw::Length {
        octets: 3,
        expected: 32,
    };
    let invalid = Error::InvalidMember { member: "x", flaw };
    assert_eq!(JwkSet::from_key_file(damaged.as_bytes()), Err(invalid));
    let single = Error::NotAJwkSet(JwkSetFault::SingleJwk);
    assert_eq!(JwkSet::from_json(damaged), Err(single));
}
