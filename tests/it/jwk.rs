//! One public JWK: what is read, and what is refused with which words.

use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use serde_json::{Value, json};
use tokenring_jwk::{Algorithm, Error, Jwk, KeyId, KeyType, KeyUse, MemberFlaw, PublicKey};

fn public_jwk(name: &str) -> Value {
    fixtures::json(&format!("keys/test-{name}-public.jwk.json"))
}

#[test]
fn jwk_and_spki_hold_the_same_key() {
    for name in fixtures::KEY_NAMES {
        let jwk = Jwk::from_json(&public_jwk(name).to_string()).unwrap();
        let der = fixtures::bytes(&format!("keys/test-{name}-public.der"));
        let pem = fixtures::text(&format!("keys/test-{name}-public.pem"));
        assert_eq!(jwk.public_key().to_spki_der(), der);
        assert_eq!(jwk.public_key().to_spki_pem(), pem);
        assert_eq!(
            PublicKey::from_spki_der(&der).as_ref(),
            Ok(jwk.public_key())
        );
        assert_eq!(
            PublicKey::from_spki_pem(&pem).as_ref(),
            Ok(jwk.public_key())
        );
        let crlf = pem.replace('\n', "\r\n");
        assert_eq!(
            PublicKey::from_spki_pem(&crlf).as_ref(),
            Ok(jwk.public_key())
        );
        let text = serde_json::to_string(&jwk).unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(&text).unwrap(),
            public_jwk(name)
        );
    }
}

/// The members stand in one order, whichever of them are there.
#[test]
fn members_are_written_in_their_order() {
    let check = |name: &str, own: &[&str]| {
        let jwk = Jwk::from_json(&public_jwk(name).to_string()).unwrap();
        let algorithm = jwk.public_key().key_type().algorithms()[0];
        let full = jwk
            .clone()
            .with_use(KeyUse::Signature)
            .with_key_id(KeyId::new("k"))
            .with_algorithm(algorithm)
            .unwrap();
        assert_eq!(names(&jwk), own);
        assert_eq!(names(&full), [own, &["alg", "kid", "use"]].concat());
    };
    check("rsa-2048", &["kty", "n", "e"]);
    check("p256", &["kty", "crv", "x", "y"]);
    check("p384", &["kty", "crv", "x", "y"]);
    check("p521", &["kty", "crv", "x", "y"]);
    check("ed25519", &["kty", "crv", "x"]);
}

/// The member names of a flat JWK, in the order of its text.
fn names(jwk: &Jwk) -> Vec<String> {
    let text = serde_json::to_string(jwk).unwrap();
    let members = text.trim_matches(['{', '}']).split(',');
    let name = |member: &str| member.split('"').nth(1).unwrap().to_owned();
    members.map(name).collect()
}

/// The JWK of `name` with one member set, or taken away where it is null.
#[track_caller]
fn check_changed(name: &str, member: &str, value: Value, expected: Error) {
    let mut jwk = public_jwk(name);
    let members = jwk.as_object_mut().unwrap();
    if value.is_null() {
        members.remove(member);
    } else {
        members.insert(member.to_owned(), value);
    }
    assert_eq!(
        Jwk::from_json(&jwk.to_string()),
        Err(expected),
        "{name} {member}"
    );
}

#[test]
fn missing_and_malformed_members_are_named() {
    let check = |name: &str, member: &'static str, value: Value, flaw: MemberFlaw| {
        check_changed(name, member, value, Error::InvalidMember { member, flaw });
    };
    let missing = MemberFlaw::Missing;
    for (name, members) in [
        ("p256", &["kty", "crv", "x", "y"][..]),
        ("rsa-2048", &["kty", "n", "e"]),
        ("ed25519", &["kty", "crv", "x"]),
    ] {
        for member in members {
            check(name, member, Value::Null, missing);
            check(name, member, json!([]), missing);
        }
    }
    let not_text = MemberFlaw::NotText;
    check("p256", "kty", json!(["EC"]), not_text("a list"));
    check("p256", "x", json!(1), not_text("a number"));
    check("rsa-2048", "e", json!(65537), not_text("a number"));
    check("p256", "kid", json!(1), not_text("a number"));
    check("p256", "alg", json!({}), not_text("an object"));
    check("p256", "use", json!(true), not_text("true or false"));
}

/// What serializers write where there is nothing to say.
#[test]
fn null_and_empty_lists_are_absent() {
    for name in fixtures::KEY_NAMES {
        let plain = Jwk::from_json(&public_jwk(name).to_string()).unwrap();
        for value in [Value::Null, json!([])] {
            let mut jwk = public_jwk(name);
            for member in [
                "d", "p", "oth", "k", "kid", "alg", "use", "key_ops", "x5c", "x5u",
            ] {
                jwk[member] = value.clone();
            }
            assert_eq!(
                Jwk::from_json(&jwk.to_string()),
                Ok(plain.clone()),
                "{name} {value}"
            );
        }
    }
}

#[test]
fn unknown_types_curves_algorithms_and_uses_are_unsupported() {
    for kty in ["ec", "RSA ", "AKP", "", "OCT"] {
        check_changed("p256", "kty", json!(kty), Error::UnsupportedJwk);
    }
    for crv in ["secp256k1", "p-256", "Ed25519", ""] {
        check_changed("p256", "crv", json!(crv), Error::UnsupportedJwk);
    }
    for crv in ["Ed448", "X25519", "P-256"] {
        check_changed("ed25519", "crv", json!(crv), Error::UnsupportedJwk);
    }
    for alg in ["RSA-OAEP", "HS256", "none", "es256", ""] {
        check_changed("p256", "alg", json!(alg), Error::UnsupportedJwk);
    }
    check_changed("p256", "use", json!("SIG"), Error::UnsupportedJwk);
    check_changed("p256", "use", json!("x509-svid"), Error::UnsupportedJwk);
}

#[test]
fn algorithms_of_other_keys_are_refused() {
    for name in fixtures::KEY_NAMES {
        let key_type = Jwk::from_json(&public_jwk(name).to_string()).unwrap();
        let key_type = key_type.public_key().key_type();
        for algorithm in Algorithm::ALL {
            if algorithm.key_type() != key_type {
                let alg = json!(algorithm.name());
                check_changed(name, "alg", alg, Error::MalformedJwk("alg"));
            }
        }
    }
}

/// RFC 7518 section 6.2.1.2: a coordinate has the full length of the field.
#[test]
fn coordinates_have_full_length() {
    for (name, short) in [("p256", 31), ("p384", 47), ("p521", 65), ("ed25519", 31)] {
        for length in [0, 1, short, short + 2] {
            let text = Base64UrlUnpadded::encode_string(&vec![1; length]);
            let flaw = MemberFlaw::Length {
                octets: length,
                expected: if name == "ed25519" { 32 } else { short + 1 },
            };
            let expected = Error::InvalidMember { member: "x", flaw };
            check_changed(name, "x", json!(text), expected);
        }
    }
}

#[test]
fn base64url_is_strict() {
    let other = MemberFlaw::NotBase64Url;
    for (text, flaw) in [
        ("AQAB=", MemberFlaw::Padding),
        ("AQ==", MemberFlaw::Padding),
        ("AQ+B", MemberFlaw::StandardBase64),
        ("AQ/B=", MemberFlaw::StandardBase64),
        ("AQ AB", other),
        ("AQAB\n", other),
        ("A", other),
        ("AQABA", other),
        ("é", other),
    ] {
        let expected = Error::InvalidMember { member: "e", flaw };
        check_changed("rsa-2048", "e", json!(text), expected);
    }
}

#[test]
fn rsa_integers_are_odd() {
    check_changed("rsa-2048", "e", json!("AA"), Error::RsaExponent);
    check_changed("rsa-2048", "e", json!("Ag"), Error::RsaExponent);
    check_changed("rsa-2048", "n", json!("Ag"), Error::EvenModulus);
    check_changed("rsa-2048", "n", json!(""), Error::MalformedJwk("n"));
}

/// Any member that is private in any type of key, with any value that says something.
#[test]
fn private_members_are_refused() {
    for name in fixtures::KEY_NAMES {
        for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            for value in [json!("AQAB"), json!(""), json!(0), json!([0]), json!(false)] {
                check_changed(name, member, value, Error::PrivateMember);
            }
        }
        let private = fixtures::text(&format!("keys/test-{name}-private.jwk.json"));
        assert_eq!(Jwk::from_json(&private), Err(Error::PrivateMember));
        assert!(serde_json::from_str::<Jwk>(&private).is_err());
    }
}

#[test]
fn leading_zeros_of_rsa_integers_do_not_make_another_key() {
    let plain = Jwk::from_json(&public_jwk("rsa-2048").to_string()).unwrap();
    let mut padded = public_jwk("rsa-2048");
    padded["e"] = json!("AAEAAQ");
    let padded = Jwk::from_json(&padded.to_string()).unwrap();
    assert_eq!(padded, plain);
    assert_eq!(plain.public_key().key_type(), KeyType::Rsa);
}
