//! What is found in a JWK Set.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use serde_json::{Value, json};
use tokenring_jwk::{
    Algorithm, CertificateFault, Error, FindingKind, FindingSeverity, JsonFault, JsonType,
    JwkSetDocument, JwkSetFault, KeyId, KeyType, KeyUse, MemberFlaw,
};

pub(crate) fn key(name: &str, more: Value) -> Value {
    let mut key = fixtures::json(&format!("keys/test-{name}-public.jwk.json"));
    for (member, value) in more.as_object().unwrap() {
        key[member] = value.clone();
    }
    key
}

pub(crate) fn full(name: &str, alg: &str, kid: &str) -> Value {
    key(name, json!({"alg": alg, "kid": kid, "use": "sig"}))
}

#[track_caller]
fn check(keys: &[&Value], expected: &[(Option<usize>, FindingKind)]) -> Vec<String> {
    let text = json!({ "keys": keys }).to_string();
    let findings = JwkSetDocument::check(&text).unwrap();
    let found: Vec<(Option<usize>, FindingKind)> = findings
        .iter()
        .map(|finding| (finding.position(), finding.kind().clone()))
        .collect();
    assert_eq!(found, expected);
    for finding in &findings {
        let kid = finding
            .position()
            .and_then(|position| keys[position]["kid"].as_str());
        assert_eq!(finding.key_id(), kid.map(KeyId::from).as_ref());
    }
    findings.iter().map(ToString::to_string).collect()
}

#[test]
fn sound_sets() {
    check(&[&full("rsa-4096", "RS512", "one")], &[]);
    check(
        &[
            &full("p256", "ES256", "one"),
            &full("ed25519", "Ed25519", "two"),
        ],
        &[],
    );
}

/// SPIFFE Trust Domain and Bundle, section 4.2: such keys are for signatures, and the others are for
/// certificates.
#[test]
fn a_bundle_of_a_spiffe_trust_domain() {
    let signs = key(
        "p256",
        json!({"alg": "ES256", "kid": "a", "use": "jwt-svid"}),
    );
    check(&[&signs], &[]);
    let certifies = key("p384", json!({"kid": "b", "use": "x509-svid"}));
    let not = FindingKind::NotForSignatures("use");
    check(&[&signs, &certifies], &[(Some(1), not)]);
    let text = json!({ "keys": [signs], "spiffe_sequence": 1, "spiffe_refresh_hint": 300 });
    let set = JwkSetDocument::parse(&text.to_string()).unwrap();
    let jwk = set.entries()[0].jwk().unwrap();
    assert_eq!(jwk.key_use(), Some(KeyUse::Signature));
}

#[test]
fn findings() {
    let weak =
        json!({"kty": "RSA", "n": "Aw", "e": "AQAB", "alg": "RS256", "kid": "a", "use": "sig"});
    let texts = check(
        &[&weak],
        &[(Some(0), FindingKind::UnusableKey(Error::RsaSize(2)))],
    );
    assert_eq!(
        texts,
        [
            "key 1 (\"a\") is not usable: the RSA key has 2 bits, and fewer than 2048 are too weak \
          (NIST SP 800-131A); make one of 2048 to 4096 bits"
        ]
    );
    let texts = check(&[], &[(None, FindingKind::Empty)]);
    assert_eq!(
        texts,
        ["the set has no keys; add the public half of the one in use"]
    );

    let one = full("p256", "ES256", "one");
    let same_id = full("p384", "ES384", "one");
    let texts = check(
        &[&one, &same_id],
        &[(Some(1), FindingKind::DuplicateKeyId(0))],
    );
    assert_eq!(
        texts,
        ["key 2 (\"one\") has the key ID of key 1; give one of them another"]
    );
    let again = full("p256", "ES256", "two");
    check(&[&one, &again], &[(Some(1), FindingKind::SameKey(0))]);

    let bare = key("p256", json!({}));
    check(
        &[&bare],
        &[
            (Some(0), FindingKind::MissingUse),
            (Some(0), FindingKind::MissingAlgorithm),
            (Some(0), FindingKind::MissingKeyId),
        ],
    );
    let other = full("p256", "ES384", "one");
    let wrong = Error::WrongKeyType {
        algorithm: Algorithm::Es384,
        key_type: KeyType::P256,
    };
    check(&[&other], &[(Some(0), FindingKind::UnusableKey(wrong))]);
    let unknown = json!({"kty": "AKP", "alg": "ML-DSA-44", "kid": "one", "pub": "AAAA"});
    check(
        &[&unknown],
        &[(Some(0), FindingKind::UnknownType), none_signs()],
    );
    let curve = json!({"kty": "EC", "crv": "secp256k1", "kid": "one", "x": "", "y": ""});
    check(
        &[&curve],
        &[(Some(0), FindingKind::UnknownType), none_signs()],
    );
    let not = FindingKind::NotForSignatures;
    let encryption = key("p256", json!({"alg": "ES256", "kid": "one", "use": "enc"}));
    check(&[&encryption], &[(Some(0), not("use")), none_signs()]);
    check(
        &[&full("p256", "ECDH-ES", "one")],
        &[(Some(0), not("alg")), none_signs()],
    );
    let operations = key("p256", json!({"kid": "one", "key_ops": ["encrypt"]}));
    check(&[&operations], &[(Some(0), not("key_ops")), none_signs()]);
    let off_curve = {
        let mut key = one.clone();
        key["x"] = key["y"].clone();
        key
    };
    check(
        &[&off_curve],
        &[(Some(0), FindingKind::UnusableKey(Error::PointOffCurve))],
    );
}

/// What is said in addition where no key is left.
const fn none_signs() -> (Option<usize>, FindingKind) {
    (None, FindingKind::NoSigningKey)
}

#[test]
fn a_set_without_a_key_that_signs() {
    let encrypts = key(
        "rsa-2048",
        json!({"alg": "RSA-OAEP", "kid": "a", "use": "enc"}),
    );
    let unknown = json!({"kty": "AKP", "alg": "ML-DSA-44", "kid": "b", "pub": "AAAA"});
    let text = json!({ "keys": [encrypts, unknown] }).to_string();
    let findings = JwkSetDocument::check(&text).unwrap();
    let last = findings.last().unwrap();
    assert_eq!(last.severity(), FindingSeverity::Failure);
    assert_eq!(
        last.to_string(),
        "the set has no key that verifies signatures; add the public half of the one that signs"
    );
    // One is enough.
    let signs = full("p256", "ES256", "c");
    check(&[&unknown, &signs], &[(Some(0), FindingKind::UnknownType)]);
}

#[test]
fn one_key_id_for_keys_of_several_types() {
    let rsa = full("rsa-2048", "RS256", "one");
    let ec = full("p256", "ES256", "one");
    let shared = FindingKind::SharedKeyId(0);
    let texts = check(&[&rsa, &ec], &[(Some(1), shared.clone())]);
    assert_eq!(
        texts,
        [
            "key 2 (\"one\") has the key ID of key 1, which is of another type, and some servers \
             find only one of them; give one of them another"
        ]
    );
    let text = json!({ "keys": [&rsa, &ec] }).to_string();
    let findings = JwkSetDocument::check(&text).unwrap();
    assert_eq!(findings[0].severity(), FindingSeverity::Failure);
    // P-384 is of the type EC too.
    let third = full("p384", "ES384", "one");
    check(
        &[&rsa, &ec, &third],
        &[(Some(1), shared), (Some(2), FindingKind::DuplicateKeyId(1))],
    );
}

#[test]
fn secrets() {
    let mut private = full("p256", "ES256", "one");
    private["d"] = fixtures::json("keys/test-p256-private.jwk.json")["d"].clone();
    let secret = fixtures::text_of(&private, "d").to_owned();
    let keys = [private, json!({"kty": "oct", "k": "AAAA", "kid": "two"})];
    let found = FindingKind::PrivateMember;
    let texts = check(
        &keys.each_ref(),
        &[(Some(0), found("d")), (Some(1), found("k"))],
    );
    assert!(texts[0].contains("private member \"d\""), "{texts:?}");
    assert!(!texts.concat().contains(&secret));
    let text = json!({ "keys": keys }).to_string();
    for finding in JwkSetDocument::check(&text).unwrap() {
        assert_eq!(finding.severity(), FindingSeverity::Danger);
        assert!(!format!("{finding:?}").contains(&secret));
    }
    assert!(FindingSeverity::Danger > FindingSeverity::Failure);
    assert!(FindingSeverity::Failure > FindingSeverity::Advice);
}

#[test]
fn certificates() {
    let certificate = |name: &str| {
        Base64::encode_string(&fixtures::bytes(&format!("certificates/test-{name}.der")))
    };
    let mut own = full("p256", "ES256", "one");
    own["x5c"] = json!([certificate("p256"), certificate("p384")]);
    check(&[&own], &[]);
    own["x5c"] = json!([]);
    check(&[&own], &[]);
    let plain = certificate("p256");
    let url = plain.replace('+', "-").replace('/', "_");
    assert_ne!(plain, url);
    for (wrong, fault) in [
        (json!([certificate("p384")]), CertificateFault::OtherKey),
        (json!(["AAAA"]), CertificateFault::Damaged),
        (json!("AAAA"), CertificateFault::NotAnArray),
        (json!([7]), CertificateFault::NotAnArray),
        (json!([url]), CertificateFault::Base64Url),
        (
            json!([url.trim_end_matches('=')]),
            CertificateFault::Base64Url,
        ),
        (
            json!([format!("{}\n{}", &plain[..64], &plain[64..])]),
            CertificateFault::WhiteSpace,
        ),
        (
            json!([format!("{plain}\r\n")]),
            CertificateFault::WhiteSpace,
        ),
        (
            json!([format!(
                "-----BEGIN CERTIFICATE-----\n{plain}\n-----END CERTIFICATE-----"
            )]),
            CertificateFault::Pem,
        ),
        (json!(["?!"]), CertificateFault::NotBase64),
    ] {
        own["x5c"] = wrong;
        check(&[&own], &[(Some(0), FindingKind::WrongCertificate(fault))]);
    }
}

#[test]
fn members() {
    #[track_caller]
    fn found(name: &str, value: Value, expected: FindingKind) {
        let mut jwk = full("rsa-2048", "RS256", "one");
        match value {
            Value::String(text) if text == "(absent)" => {
                jwk.as_object_mut().unwrap().remove(name);
            }
            value => jwk[name] = value,
        }
        check(&[&jwk], &[(Some(0), expected)]);
    }
    let rsa = full("rsa-2048", "RS256", "one");
    let octets = Base64UrlUnpadded::decode_vec(rsa["n"].as_str().unwrap()).unwrap();
    let invalid = |member, flaw| FindingKind::UnusableKey(Error::InvalidMember { member, flaw });
    found("n", json!("(absent)"), invalid("n", MemberFlaw::Missing));
    found("n", json!("?"), invalid("n", MemberFlaw::NotBase64Url));
    let standard = Base64::encode_string(&octets);
    let standard = standard.trim_end_matches('=');
    assert!(standard.contains(['+', '/']));
    found(
        "n",
        json!(standard),
        invalid("n", MemberFlaw::StandardBase64),
    );
    found(
        "e",
        json!(65537),
        invalid("e", MemberFlaw::NotText("a number")),
    );
    found(
        "kid",
        json!(1),
        invalid("kid", MemberFlaw::NotText("a number")),
    );
    found(
        "use",
        json!(["sig"]),
        invalid("use", MemberFlaw::NotText("a list")),
    );
    found("kid", json!(null), FindingKind::NullMember("kid"));
    // RFC 7518, section 2: Base64urlUInt.
    let long = Base64UrlUnpadded::encode_string(&[&[0], &octets[..]].concat());
    found("n", json!(long), FindingKind::LeadingZero("n"));
    found("e", json!("AAEAAQ"), FindingKind::LeadingZero("e"));
    for key_id in ["one ", " one", "one\n", "\u{a0}one"] {
        found("kid", json!(key_id), FindingKind::SpaceInKeyId);
    }
    found("key_ops", json!(["sign"]), FindingKind::SignOperation);
    found(
        "key_ops",
        json!("verify"),
        invalid("key_ops", MemberFlaw::NotList("a string")),
    );
    found("kid", json!(""), FindingKind::EmptyKeyId);
}

#[test]
fn nothing_to_say() {
    for (name, value) in [
        ("key_ops", json!(["verify"])),
        ("key_ops", json!(["sign", "verify"])),
        ("key_ops", json!([])),
        ("x5c", json!([])),
        ("status", json!("active")),
    ] {
        let mut jwk = full("p256", "ES256", "one");
        jwk[name] = value;
        check(&[&jwk], &[]);
    }
}

#[test]
fn byte_order_mark() {
    let text = json!({ "keys": [full("p256", "ES256", "one")] }).to_string();
    let findings = JwkSetDocument::check(&format!("\u{feff}{text}")).unwrap();
    let kinds: Vec<_> = findings.iter().map(|finding| finding.kind()).collect();
    assert_eq!(kinds, [&FindingKind::ByteOrderMark]);
    assert_eq!(findings[0].severity(), FindingSeverity::Failure);
    assert!(JwkSetDocument::check(&text).unwrap().is_empty());
}

/// Text of other people reaches a terminal escaped.
#[test]
fn key_ids_are_escaped() {
    let keys = [key(
        "p256",
        json!({"kid": "\u{1b}]0;x\u{7}\u{202e}", "alg": "ES256"}),
    )];
    let texts = check(&keys.each_ref(), &[(Some(0), FindingKind::MissingUse)]);
    assert!(
        texts[0].starts_with(r#"key 1 ("\u{1b}]0;x\u{7}\u{202e}") has no "use""#),
        "{texts:?}"
    );
}

#[test]
fn what_is_no_set() {
    assert_eq!(
        JwkSetDocument::check("[]"),
        Err(Error::MalformedJson(JsonFault::NotAnObject(
            JsonType::Array
        )))
    );
    assert_eq!(
        JwkSetDocument::check("{}"),
        Err(Error::NotAJwkSet(JwkSetFault::NoKeys))
    );
}
