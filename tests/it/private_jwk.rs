//! Private JWKs, alone and in a JWK Set.

use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use serde_json::{Value, json};
use tokenring_jwk::{
    Algorithm, Error, FoundInput, JsonFault, JsonType, KeyFile, KeyId, KeyType, MemberFlaw,
    PrivateKey, any,
};

fn jwk(name: &str, members: &Value) -> Value {
    let mut jwk = fixtures::json(&format!("keys/test-{name}-private.jwk.json"));
    for (member, value) in members.as_object().unwrap() {
        jwk[member] = value.clone();
    }
    jwk
}

#[track_caller]
fn read(name: &str, members: &Value) -> Result<PrivateKey, Error> {
    PrivateKey::from_jwk_json(&jwk(name, members).to_string())
}

#[test]
fn what_a_jwk_says_of_itself() {
    let key = read(
        "rsa-2048",
        &json!({"kid": "a\nb", "alg": "PS384", "use": "sig"}),
    )
    .unwrap();
    assert_eq!(key.stated_key_id(), Some(&KeyId::new("a\nb")));
    assert_eq!(key.stated_algorithm(), Some(Algorithm::Ps384));
    let key = read(
        "ed25519",
        &json!({"alg": "Ed25519", "key_ops": ["sign", "verify"]}),
    )
    .unwrap();
    assert_eq!(key.stated_algorithm(), Some(Algorithm::Ed25519));
    assert_eq!(key.stated_key_id(), None);
    let pem = fixtures::bytes("keys/test-p256-pkcs8.pem");
    let key = PrivateKey::from_key_file(&pem).unwrap();
    assert_eq!((key.stated_key_id(), key.stated_algorithm()), (None, None));
}

#[test]
fn keys_that_are_for_something_else() {
    let check = |name: &str, members: Value, expected: Error| {
        assert_eq!(read(name, &members).err(), Some(expected), "{members}");
    };
    let not = Error::NotForSigning;
    check("p256", json!({"use": "enc"}), not("use"));
    check("p256", json!({"use": "SIG"}), not("use"));
    check("p256", json!({"key_ops": ["deriveKey"]}), not("key_ops"));
    check("p256", json!({"key_ops": ["verify"]}), not("key_ops"));
    check("p256", json!({"key_ops": "sign"}), not("key_ops"));
    check("rsa-2048", json!({"alg": "RSA-OAEP"}), not("alg"));
    check("p256", json!({"alg": "ECDH-ES"}), not("alg"));
    let misspelled = Error::AlgorithmCase {
        found: "es256".into(),
        meant: Algorithm::Es256,
    };
    check("p256", json!({"alg": "es256"}), misspelled);
    let number = |member| Error::InvalidMember {
        member,
        flaw: MemberFlaw::NotText("a number"),
    };
    check("p256", json!({"use": 1}), number("use"));
    check("p256", json!({"alg": 1}), number("alg"));
    check("p256", json!({"kid": 1}), number("kid"));
    let wrong = |algorithm, key_type| Error::WrongKeyType {
        algorithm,
        key_type,
    };
    check(
        "p256",
        json!({"alg": "ES384"}),
        wrong(Algorithm::Es384, KeyType::P256),
    );
    check(
        "p384",
        json!({"alg": "RS256"}),
        wrong(Algorithm::Rs256, KeyType::P384),
    );
    check(
        "rsa-2048",
        json!({"alg": "EdDSA"}),
        wrong(Algorithm::EdDsa, KeyType::Rsa),
    );
}

/// The JWK of the fixture `name` without some members holds the same key.
#[track_caller]
fn check_without(name: &str, members: &[&str]) {
    let mut short = jwk(name, &json!({}));
    for member in members {
        short.as_object_mut().unwrap().remove(*member);
    }
    let key = PrivateKey::from_jwk_json(&short.to_string());
    let key = key.unwrap_or_else(|error| panic!("{name} without {members:?}: {error}"));
    let expected = fixtures::text(&format!("keys/test-{name}-public.pem"));
    let public_key = any::public_key(&key).unwrap();
    assert_eq!(public_key.to_spki_pem(), expected, "{name} {members:?}");
    if name.starts_with("rsa") {
        let whole = fixtures::text(&format!("keys/test-{name}-pkcs8.pem"));
        assert!(key.to_pkcs8_pem().secret() == whole, "{name} {members:?}");
    }
}

#[test]
fn rsa_keys_without_some_of_their_parts() {
    for name in ["rsa-2048", "rsa-3072", "rsa-4096"] {
        check_without(name, &["dp", "dq", "qi"]);
        check_without(name, &["p", "q", "dp", "dq", "qi"]);
    }
    check_without("rsa-2048", &["qi"]);
    check_without("rsa-2048", &["dp"]);
    check_without("rsa-2048", &["p"]);
    check_without("rsa-2048", &["q", "dp", "dq", "qi"]);
}

#[test]
fn curve_keys_without_their_public_half() {
    for name in ["p256", "p384", "p521"] {
        check_without(name, &["x", "y"]);
    }
    check_without("ed25519", &["x"]);
}

/// What is computed from parts of different keys is no key.
#[test]
fn rsa_parts_that_do_not_fit() {
    let other = jwk("rsa-3072", &json!({}));
    let check = |changed: &[&str], absent: &[&str]| {
        let mut mixed = jwk("rsa-2048", &json!({}));
        let members = mixed.as_object_mut().unwrap();
        for member in absent {
            members.remove(*member);
        }
        for member in changed {
            members.insert((*member).to_owned(), other[*member].clone());
        }
        let error = PrivateKey::from_jwk_json(&mixed.to_string()).unwrap_err();
        assert!(
            matches!(error, Error::InconsistentParts(_)),
            "{changed:?} {absent:?}: {error}"
        );
    };
    check(&["p"], &["dp", "dq", "qi"]);
    check(&["q"], &["p", "dp", "dq", "qi"]);
    check(&["d"], &["p", "q", "dp", "dq", "qi"]);
    check(&["d"], &["dp", "dq", "qi"]);
    for (member, value) in [("p", "AQ"), ("p", ""), ("q", "Ag"), ("d", ""), ("d", "AQ")] {
        let mut odd = jwk("rsa-2048", &json!({ member: value }));
        for absent in ["p", "q", "dp", "dq", "qi"] {
            if absent != member {
                odd.as_object_mut().unwrap().remove(absent);
            }
        }
        let read = PrivateKey::from_jwk_json(&odd.to_string());
        assert!(read.is_err(), "{member} {value:?}");
    }
}

/// Coordinates and private values without their leading zeros, and with one too many: the key of
/// RFC 7517 appendix A.2 has none, so these are made of small numbers.
#[test]
fn leading_zeros() {
    let base64url = |bytes: &[u8]| Base64UrlUnpadded::encode_string(bytes);
    for name in ["p256", "p384", "p521"] {
        let whole = jwk(name, &json!({}));
        let expected = fixtures::text(&format!("keys/test-{name}-pkcs8.pem"));
        for member in ["d", "x", "y"] {
            let bytes = Base64UrlUnpadded::decode_vec(whole[member].as_str().unwrap()).unwrap();
            let longer = [&[0, 0][..], &bytes].concat();
            let shorter = match bytes.split_first() {
                Some((0, rest)) => rest.to_vec(),
                _ => bytes.clone(),
            };
            for value in [longer, shorter] {
                let read = read(name, &json!({ member: base64url(&value) })).unwrap();
                assert!(read.to_pkcs8_pem().secret() == expected, "{name} {member}");
            }
            let damaged = [&[1][..], &bytes].concat();
            let error = read(name, &json!({ member: base64url(&damaged) })).unwrap_err();
            let length = MemberFlaw::Length {
                octets: damaged.len(),
                expected: bytes.len(),
            };
            let flaw = Error::InvalidMember {
                member,
                flaw: length,
            };
            assert_eq!(error, flaw, "{name}");
        }
    }
}

/// A key below a member is named, with the command that takes it out.
#[test]
fn keys_in_other_json() {
    let pem = fixtures::text("keys/test-p256-pkcs8.pem");
    let jwk = jwk("p256", &json!({}));
    let check = |value: Value, expected: Error, words: &str| {
        let error = PrivateKey::from_key_file(value.to_string().as_bytes()).unwrap_err();
        assert_eq!(error, expected, "{value}");
        let text = error.to_string();
        assert!(text.contains(words), "{words:?} is not in: {text}");
    };
    let pem_in = |place: &str| Error::PemInJson(place.into());
    check(
        json!({"PrivateKey": pem}),
        pem_in("PrivateKey"),
        "jq -r '.PrivateKey'",
    );
    check(
        json!({"a": {"b": [1, pem]}}),
        pem_in("a.b[1]"),
        "jq -r '.a.b[1]'",
    );
    check(
        json!({"a b'": pem}),
        pem_in("a b'"),
        "into a file of its own",
    );
    check(
        json!({"private": jwk}),
        Error::JwkInJson("private".into()),
        "jq -c '.private'",
    );
    let capital = Error::MemberCase {
        found: "Kty".into(),
        expected: "kty",
    };
    check(json!({"Kty": "EC", "D": "AAAA"}), capital, "\"Kty\"");
}

#[test]
fn keys_of_other_kinds() {
    let check = |text: &str, found: FoundInput| {
        let error = PrivateKey::from_jwk_json(text).err();
        assert_eq!(error, Some(Error::UnexpectedInput(found)), "{text}");
    };
    check(
        r#"{"kty":"EC","crv":"secp256k1","x":"","y":"","d":""}"#,
        FoundInput::Secp256k1Key,
    );
    check(
        r#"{"kty":"OKP","crv":"Ed448","x":"","d":""}"#,
        FoundInput::Ed448Key,
    );
    check(
        r#"{"kty":"OKP","crv":"X25519","x":"","d":""}"#,
        FoundInput::KeyAgreementKey,
    );
    check(
        r#"{"kty":"OKP","crv":"X448","x":"","d":""}"#,
        FoundInput::KeyAgreementKey,
    );
    check(r#"{"kty":"oct","k":"AAAA"}"#, FoundInput::SymmetricKey);
    check(r#"{"d":"AAAA"}"#, FoundInput::OtherJson);
    check(r#"{"keys":[]}"#, FoundInput::JwkSet);
    let other = PrivateKey::from_jwk_json(r#"{"kty":"AKP","priv":"AAAA"}"#).err();
    assert_eq!(other, Some(Error::UnsupportedJwk));
}

fn set(keys: &[&Value]) -> String {
    json!({ "keys": keys }).to_string()
}

/// The set gives the key whose public half is that of the fixture `name`.
#[track_caller]
fn check_set(keys: &[&Value], key_id: Option<&str>, name: &str) {
    let text = set(keys);
    let key_id = key_id.map(KeyId::from);
    let expected = fixtures::text(&format!("keys/test-{name}-pkcs8.pem"));
    let key = PrivateKey::from_jwk_set_json(&text, key_id.as_ref()).unwrap();
    assert!(key.to_pkcs8_pem().secret() == expected);
    if key_id.is_some() {
        assert_eq!(key.stated_key_id(), key_id.as_ref());
    }
    let mut file = KeyFile::new(text.as_bytes());
    if let Some(key_id) = &key_id {
        file = file.with_key_id(key_id);
    }
    assert!(file.private_key().unwrap().to_pkcs8_pem().secret() == expected);
}

#[test]
fn a_private_key_in_a_set() {
    let p256 = jwk("p256", &json!({"kid": "one"}));
    let p384 = jwk("p384", &json!({"kid": "two", "use": "sig"}));
    let unnamed = jwk("ed25519", &json!({}));
    let encryption = jwk("rsa-2048", &json!({"kid": "three", "use": "enc"}));
    let public = fixtures::json("keys/test-p521-public.jwk.json");
    let strange = json!({"kty": "AKP", "kid": "four", "priv": "AAAA"});
    check_set(&[&p256], None, "p256");
    check_set(&[&p256], Some("one"), "p256");
    check_set(&[&unnamed], None, "ed25519");
    check_set(&[&public, &strange, &p256], None, "p256");
    check_set(&[&encryption, &p384], None, "p384");
    check_set(&[&p256, &p384, &unnamed], Some("two"), "p384");

    let check = |keys: &[&Value], key_id: Option<&str>, expected: Error| {
        let key_id = key_id.map(KeyId::from);
        let read = PrivateKey::from_jwk_set_json(&set(keys), key_id.as_ref());
        assert_eq!(read.err(), Some(expected));
    };
    let id = |text: &str| Some(KeyId::from(text));
    let both = [&p256, &p384, &unnamed];
    let all = vec![id("one"), id("two"), None];
    check(&both, None, Error::SeveralKeys(all.clone()));
    check(&both, Some("three"), Error::PrivateKeyNotFound(all));
    check(&[], None, Error::PrivateKeyNotFound(vec![]));
    check(&[&public], None, Error::PrivateKeyNotFound(vec![]));
    check(&[&public], Some("one"), Error::PrivateKeyNotFound(vec![]));
    let twice = [&p256, &p256];
    check(
        &twice,
        Some("one"),
        Error::SeveralKeys(vec![id("one"), id("one")]),
    );
    check(&[&encryption], None, Error::NotForSigning("use"));
}

#[test]
fn the_words_for_several_keys() {
    let keys = [
        jwk("p256", &json!({"kid": "one"})),
        jwk("p384", &json!({"kid": "\u{1b}[31mtwo\u{202e}"})),
        jwk("ed25519", &json!({})),
    ];
    let error = PrivateKey::from_key_file(set(&keys.each_ref()).as_bytes()).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("several private keys"), "{text}");
    assert!(
        text.contains(r#""one", "\u{1b}[31mtwo\u{202e}", one without a key ID"#),
        "{text}"
    );
}

#[test]
fn what_is_no_set() {
    let check = |text: &str, expected: Error| {
        let read = PrivateKey::from_jwk_set_json(text, None);
        assert_eq!(read.err(), Some(expected), "{text}");
    };
    check("{}", Error::UnexpectedInput(FoundInput::OtherJson));
    check(
        "[]",
        Error::MalformedJson(JsonFault::NotAnObject(JsonType::Array)),
    );
    check(r#"{"keys":{}}"#, Error::MalformedJwk("keys"));
    check(r#"{"keys":[1]}"#, Error::MalformedJwk("keys"));
    check(
        &jwk("p256", &json!({})).to_string(),
        Error::MalformedJwk("keys"),
    );
}
