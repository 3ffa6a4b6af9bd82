//! One public JWK: what is read, and what is refused with which words.

use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use serde_json::{Value, json};
use tokenring_jwk::{
    Algorithm, Error, ExponentDefect, Jwk, KeyId, KeyType, KeyUse, MemberFlaw, PublicKey,
};

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
    for kty in ["AKP", "OCT", "E C"] {
        check_changed("p256", "kty", json!(kty), Error::UnsupportedJwk);
    }
    check_changed("p256", "crv", json!("secp256k1"), Error::UnsupportedJwk);
    for crv in ["Ed448", "X25519"] {
        check_changed("ed25519", "crv", json!(crv), Error::UnsupportedJwk);
    }
    for alg in ["RSA-OAEP", "ECDH-ES", "A128KW"] {
        check_changed("p256", "alg", json!(alg), Error::UnsupportedJwk);
    }
    check_changed("p256", "use", json!("x509-svid"), Error::UnsupportedJwk);
}

#[test]
fn names_that_are_nearly_right_or_contradict_each_other() {
    #[track_caller]
    fn check(name: &str, member: &'static str, value: &str, flaw: MemberFlaw) {
        let expected = Error::InvalidMember { member, flaw };
        check_changed(name, member, json!(value), expected);
    }
    let meant = MemberFlaw::Misspelled;
    for member in ["kty", "crv", "alg", "use"] {
        check("p256", member, "", MemberFlaw::Empty);
    }
    check("p256", "kty", "ec", meant("EC"));
    check("rsa-2048", "kty", "RSA ", meant("RSA"));
    check("ed25519", "kty", "okp", meant("OKP"));
    for crv in ["p-256", "P256", "secp256r1", "prime256v1"] {
        check("p256", "crv", crv, meant("P-256"));
    }
    check("p521", "crv", "P521", meant("P-521"));
    check("ed25519", "crv", "ed25519", meant("Ed25519"));
    check("p256", "alg", "es256", meant("ES256"));
    check("ed25519", "alg", "EDDSA", meant("EdDSA"));
    check("p256", "use", "SIG", meant("sig"));
    check("p256", "use", "signature", meant("sig"));
    for crv in ["Ed25519", "X448"] {
        check("p256", "crv", crv, MemberFlaw::OtherKeyType("OKP"));
    }
    for crv in ["P-256", "secp256k1"] {
        check("ed25519", "crv", crv, MemberFlaw::OtherKeyType("EC"));
    }
    for alg in ["HS256", "none", "ES256K"] {
        check("p256", "alg", alg, MemberFlaw::NotOfKey(KeyType::P256));
        check("rsa-2048", "alg", alg, MemberFlaw::NotOfKey(KeyType::Rsa));
    }
}

/// What a person reads.
#[test]
fn words_of_contradictions() {
    #[track_caller]
    fn check(name: &str, member: &str, value: Value, expected: &str) {
        let mut jwk = public_jwk(name);
        jwk[member] = value;
        let error = Jwk::from_json(&jwk.to_string()).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    check(
        "rsa-2048",
        "alg",
        json!("ES256"),
        "ES256 signs with P-256 keys and this key is RSA; it signs with RS256, RS384, RS512, PS256, \
         PS384, PS512",
    );
    check(
        "p256",
        "alg",
        json!("HS256"),
        "the JWK member \"alg\" does not fit: P-256 keys sign with ES256",
    );
    check(
        "p256",
        "crv",
        json!("Ed25519"),
        "the JWK member \"crv\" names a curve of \"kty\": \"OKP\"; correct the one of the two that \
         is wrong",
    );
    check(
        "p256",
        "crv",
        json!("prime256v1"),
        "the JWK member \"crv\" is not spelled as in a JWK; write \"P-256\"",
    );
    check(
        "p256",
        "crv",
        json!("P-384"),
        "the JWK member \"x\" has 32 octets; expected 48",
    );
    check(
        "rsa-2048",
        "e",
        json!("AQ"),
        "the RSA key's public exponent is 1, with which anybody can sign; make a key with the usual \
         one, 65537",
    );
    check(
        "rsa-2048",
        "e",
        json!("Aw"),
        "the RSA key's public exponent is 3, and less than 65537 is too weak (FIPS 186-5 appendix \
         A.1.1); make a key with the usual one, 65537",
    );
}

#[test]
fn algorithms_of_other_keys_are_refused() {
    for name in fixtures::KEY_NAMES {
        let key_type = Jwk::from_json(&public_jwk(name).to_string()).unwrap();
        let key_type = key_type.public_key().key_type();
        for algorithm in Algorithm::ALL {
            if algorithm.key_type() != key_type {
                let alg = json!(algorithm.name());
                let algorithm = *algorithm;
                let wrong = Error::WrongKeyType {
                    algorithm,
                    key_type,
                };
                check_changed(name, "alg", alg, wrong);
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
        ("AQ AB", MemberFlaw::WhiteSpace),
        ("AQAB\n", MemberFlaw::WhiteSpace),
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
    let even = Error::RsaExponent(ExponentDefect::Even);
    check_changed("rsa-2048", "e", json!("Ag"), even);
    check_changed("rsa-2048", "n", json!("Ag"), Error::EvenModulus);
    for member in ["n", "e"] {
        for (value, flaw) in [
            ("", MemberFlaw::Empty),
            ("AA", MemberFlaw::Zero),
            ("AAAA", MemberFlaw::Zero),
        ] {
            let expected = Error::InvalidMember { member, flaw };
            check_changed("rsa-2048", member, json!(value), expected);
        }
    }
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
