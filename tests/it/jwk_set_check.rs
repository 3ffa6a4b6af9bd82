//! What is found in a JWK Set, and what is different between two.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use serde_json::{Value, json};
use tokenring_jwk::{
    Algorithm, CertificateFault, Error, FindingKind, FindingSeverity, JsonFault, JsonType,
    JwkSetChange, JwkSetDocument, JwkSetFault, KeyId, KeyType, KeyUse, MemberFlaw,
};

fn key(name: &str, more: Value) -> Value {
    let mut key = fixtures::json(&format!("keys/test-{name}-public.jwk.json"));
    for (member, value) in more.as_object().unwrap() {
        key[member] = value.clone();
    }
    key
}

fn full(name: &str, alg: &str, kid: &str) -> Value {
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
    let wrong = Error::MalformedJwk("alg");
    check(&[&other], &[(Some(0), FindingKind::UnusableKey(wrong))]);
    let unknown = json!({"kty": "AKP", "alg": "ML-DSA-44", "kid": "one", "pub": "AAAA"});
    check(&[&unknown], &[(Some(0), FindingKind::UnknownType)]);
    let curve = json!({"kty": "EC", "crv": "secp256k1", "kid": "one", "x": "", "y": ""});
    check(&[&curve], &[(Some(0), FindingKind::UnknownType)]);
    let not = FindingKind::NotForSignatures;
    let encryption = key("p256", json!({"alg": "ES256", "kid": "one", "use": "enc"}));
    check(&[&encryption], &[(Some(0), not("use"))]);
    check(&[&full("p256", "ECDH-ES", "one")], &[(Some(0), not("alg"))]);
    let operations = key("p256", json!({"kid": "one", "key_ops": ["encrypt"]}));
    check(&[&operations], &[(Some(0), not("key_ops"))]);
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
        json!(["encrypt"]),
        FindingKind::NotForSignatures("key_ops"),
    );
    found(
        "key_ops",
        json!("verify"),
        FindingKind::NotForSignatures("key_ops"),
    );
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

/// A change in few words: its kind, the identifiers, and the members.
fn brief(change: &JwkSetChange) -> String {
    let id =
        |entry: &tokenring_jwk::JwkSetEntry| entry.key_id().map_or("-", KeyId::as_str).to_owned();
    match change {
        JwkSetChange::Added(entry) => format!("+{}", id(entry)),
        JwkSetChange::Removed(entry) => format!("-{}", id(entry)),
        JwkSetChange::Changed {
            before,
            after,
            members,
        } => {
            format!("{}>{} {}", id(before), id(after), members.join(","))
        }
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn check_changes(before: &[&Value], after: &[&Value], expected: &[&str]) {
    let parse = |keys: &[&Value]| JwkSetDocument::parse(&json!({ "keys": keys }).to_string());
    let changes = parse(before).unwrap().changes_to(&parse(after).unwrap());
    let changes: Vec<String> = changes.iter().map(brief).collect();
    assert_eq!(changes, expected);
}

#[test]
fn changes() {
    let one = full("p256", "ES256", "one");
    let two = full("p384", "ES384", "two");
    let strange = json!({"kty": "AKP", "kid": "three", "pub": "AAAA"});
    let unnamed = key("ed25519", json!({}));
    let all = [&one, &two, &strange, &unnamed];
    check_changes(&all, &all, &[]);
    let turned = [&unnamed, &strange, &two, &one];
    check_changes(&all, &turned, &[]);
    check_changes(&[], &all, &["+one", "+two", "+three", "+-"]);
    check_changes(&all, &[], &["-one", "-two", "-three", "--"]);
    check_changes(&[&one], &[&two], &["+two", "-one"]);

    let other_key = full("p521", "ES512", "one");
    check_changes(&[&one], &[&other_key], &["one>one alg,crv,x,y"]);
    let renamed = full("p256", "ES256", "new");
    check_changes(&[&one, &two], &[&two, &renamed], &["one>new kid"]);
    let named = key("ed25519", json!({"kid": "new"}));
    check_changes(&[&unnamed], &[&named], &["->new kid"]);
    check_changes(&[&named], &[&unnamed], &["new>- kid"]);
    let no_use = key("p256", json!({"alg": "ES256", "kid": "one", "note": 1}));
    check_changes(&[&one], &[&no_use], &["one>one note,use"]);
    let mut other_strange = strange.clone();
    other_strange["pub"] = json!("BBBB");
    check_changes(&[&strange], &[&other_strange], &["three>three pub"]);

    // A key that gives its identifier to another one, and takes a new one.
    let two_as_one = full("p384", "ES384", "one");
    check_changes(
        &[&one, &two],
        &[&two_as_one, &renamed],
        &["one>one alg,crv,x,y", "+new", "-two"],
    );
    let other_unnamed = key("p256", json!({}));
    check_changes(&[&unnamed], &[&other_unnamed, &unnamed], &["+-"]);
}

/// Entries say what the key is, whatever the change.
#[test]
fn changed_entries_are_whole() {
    let before = json!({"keys": [full("p256", "ES256", "one")]}).to_string();
    let after = json!({"keys": [full("rsa-2048", "PS256", "one")]}).to_string();
    let before = JwkSetDocument::parse(&before).unwrap();
    let after = JwkSetDocument::parse(&after).unwrap();
    let changes = before.changes_to(&after);
    let [JwkSetChange::Changed { before, after, .. }] = changes.as_slice() else {
        panic!("{changes:?}");
    };
    assert_eq!(before.jwk().unwrap().public_key().key_type(), KeyType::P256);
    assert_eq!(after.jwk().unwrap().algorithm(), Some(Algorithm::Ps256));
}
