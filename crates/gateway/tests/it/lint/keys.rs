use serde_json::{Value, json};
use tokenring_assertion::NumericDate;
use tokenring_gateway::{Finding, Gateway, Lint, Registration, Rule, UnverifiedJwt};
use tokenring_jwk::{Algorithm, Jwk, JwkSet, KeySpec, KeyUse, PublicKey, any};

use super::verification::{Pair, draft};
use super::{Draft, NOW, endpoint, strict, strict_with};

/// The key of RFC 7638 section 3.1, its thumbprint as printed there, and what `openssl dgst -sha256
/// -binary` says of its SubjectPublicKeyInfo.
const MODULUS: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
const THUMBPRINT: &str = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
const SPKI_HASH: &str = "rTIyDPbFltiEsFOBulc6uo3dV0m03o9KI6efmondrrI";

fn published(key_id: &str) -> JwkSet {
    let jwk = format!(r#"{{"kty":"RSA","n":"{MODULUS}","e":"AQAB","kid":"{key_id}"}}"#);
    JwkSet::from_json(&format!(r#"{{"keys":[{jwk}]}}"#)).unwrap()
}

fn public_key() -> PublicKey {
    published("x").keys()[0].public_key().clone()
}

fn registered(gateway: &Gateway, jwt: &UnverifiedJwt, keys: &JwkSet) -> Vec<Finding> {
    let endpoint = endpoint(gateway);
    let lint = Lint::new(gateway, &endpoint, NumericDate::from_seconds(NOW));
    lint.with_registered_keys(keys, &any::Verifier).check(jwt)
}

fn own(gateway: &Gateway, jwt: &UnverifiedJwt, key: &PublicKey) -> Vec<Finding> {
    let endpoint = endpoint(gateway);
    let lint = Lint::new(gateway, &endpoint, NumericDate::from_seconds(NOW));
    lint.with_public_key(key, &any::Verifier).check(jwt)
}

/// As [`own`], of an assertion that the key of RFC 7638 has not signed: what it says of the name.
#[track_caller]
fn check_key_id(gateway: &Gateway, key_id: &str, wanted: Option<(&str, &str, Option<&str>)>) {
    let jwt = Draft::strict().header("kid", key_id).jwt();
    let findings = own(gateway, &jwt, &public_key());
    let finding = findings.iter().find(|finding| finding.subject() == "kid");
    let found = finding.map(|each| (each.severity().name(), each.wanted(), each.detail()));
    assert_eq!(found, wanted);
}

fn names(findings: &[Finding]) -> Vec<&str> {
    findings
        .iter()
        .map(|finding| finding.rule().name())
        .collect()
}

fn spki_named() -> Gateway {
    strict_with(&[(
        "id-scheme = \"free-text\"\nid-required = true",
        "id-scheme = \"none\"\nid-alternatives = [\"spki-sha256\"]",
    )])
}

fn thumbprint_named() -> Gateway {
    strict_with(&[(r#"id-scheme = "free-text""#, r#"id-scheme = "thumbprint""#)])
}

#[test]
fn a_thumbprint_where_the_hash_of_the_spki_is_wanted() {
    let wanted = format!("\"{SPKI_HASH}\", the SHA-256 of the SubjectPublicKeyInfo in base64url");
    check_key_id(
        &spki_named(),
        THUMBPRINT,
        Some((
            "refused",
            &wanted,
            Some("this is the key's thumbprint of RFC 7638"),
        )),
    );
    check_key_id(
        &spki_named(),
        &"A".repeat(43),
        Some(("refused", &wanted, None)),
    );
    check_key_id(&spki_named(), SPKI_HASH, None);
}

#[test]
fn the_hash_of_the_spki_where_a_thumbprint_is_wanted() {
    let wanted = format!("\"{THUMBPRINT}\", the key's thumbprint of RFC 7638");
    check_key_id(
        &thumbprint_named(),
        SPKI_HASH,
        Some((
            "doubtful",
            &wanted,
            Some("this is the SHA-256 of the SubjectPublicKeyInfo"),
        )),
    );
    check_key_id(&thumbprint_named(), THUMBPRINT, None);
    // Any name is free here.
    check_key_id(&strict(), SPKI_HASH, None);
}

#[test]
fn the_registered_set_decides_which_names_there_are() {
    let jwt = Draft::strict().header("kid", SPKI_HASH).jwt();
    let findings = registered(&thumbprint_named(), &jwt, &published(THUMBPRINT));
    let finding = &findings[0];
    assert_eq!(finding.rule().name(), "unknown-key-id");
    assert_eq!(finding.severity().name(), "refused");
    assert_eq!(finding.wanted(), format!("\"{THUMBPRINT}\""));
    assert_eq!(
        finding.detail(),
        Some("this is the SHA-256 of the SubjectPublicKeyInfo")
    );
    // In a flow without published names the JWK's own counts for nothing.
    let jwt = Draft::strict().header("kid", THUMBPRINT).jwt();
    let findings = registered(&spki_named(), &jwt, &published(THUMBPRINT));
    assert_eq!(findings[0].rule().name(), "unknown-key-id");
    assert_eq!(
        findings[0].detail(),
        Some("this is the key's thumbprint of RFC 7638")
    );
}

#[test]
fn a_good_signature_leaves_nothing_to_say() {
    let pair = Pair::p256();
    let jwt = pair.sign(&draft("key-1"));
    let keys = JwkSet::from_iter([Pair::p256().jwk("key-0"), pair.jwk("key-1")]);
    assert_eq!(registered(&strict(), &jwt, &keys), []);
    assert_eq!(own(&strict(), &jwt, &pair.public_key()), []);
}

#[test]
fn registered_keys_that_do_not_vouch() {
    #[track_caller]
    fn check(jwt: &UnverifiedJwt, keys: &JwkSet, rule: &str, detail: Option<&str>) {
        let findings = registered(&strict(), jwt, keys);
        assert_eq!(names(&findings), [rule]);
        assert_eq!(findings[0].detail(), detail);
    }
    let (a, b) = (Pair::p256(), Pair::p256());
    let keys = JwkSet::from_iter([a.jwk("int-1"), b.jwk("prod-1")]);
    check(
        &a.sign(&draft("prod-2")),
        &keys,
        "unknown-key-id",
        Some("the key that signed has another name"),
    );
    check(
        &Pair::p256().sign(&draft("prod-2")),
        &keys,
        "unknown-key-id",
        Some("`prod-1` may be meant"),
    );
    check(
        &a.sign(&draft("prod-1")),
        &keys,
        "signature",
        Some("the signature is one of key `int-1`"),
    );
    check(
        &Pair::p256().sign(&draft("int-1")),
        &keys,
        "signature",
        Some("the signature verifies by no key of the set"),
    );
    let encryption = JwkSet::from_iter([a.jwk("int-1").with_use(KeyUse::Encryption)]);
    check(
        &a.sign(&draft("int-1")),
        &encryption,
        "unknown-key-id",
        Some("key `int-1` has `use` = `enc`"),
    );
    check(
        &a.sign(&draft("int-1")),
        &JwkSet::new(),
        "keys-not-registered",
        None,
    );
}

#[test]
fn a_use_that_has_to_be_stated() {
    let pair = Pair::p256();
    let jwt = pair.sign(&draft("key-1"));
    let gateway = strict_with(&[("id-required = true", "use-required = true")]);
    let findings = registered(&gateway, &jwt, &JwkSet::from_iter([pair.jwk("key-1")]));
    assert_eq!(names(&findings), ["unknown-key-id"]);
    assert_eq!(findings[0].detail(), Some("key `key-1` has no `use`"));
    let stated = pair.jwk("key-1").with_use(KeyUse::Signature);
    assert_eq!(registered(&gateway, &jwt, &JwkSet::from_iter([stated])), []);
    // How the client's own key is published nobody has said.
    assert_eq!(own(&gateway, &jwt, &pair.public_key()), []);
}

#[test]
fn another_key_than_the_clients_own() {
    let jwt = Pair::p256().sign(&draft("key-1"));
    let findings = own(&strict(), &jwt, &Pair::p256().public_key());
    assert_eq!(names(&findings), ["signature"]);
    let findings = own(&strict(), &jwt, &public_key());
    assert_eq!(names(&findings), ["key-type", "key-size"]);
    assert_eq!(findings[0].found(), Some("RSA"));
}

#[test]
fn a_key_smaller_than_the_gateway_asks_for() {
    let jwt = Draft::strict().jwt();
    let size = |gateway: &Gateway| {
        let findings = own(gateway, &jwt, &public_key());
        let mut sizes = findings.iter().filter(|finding| finding.subject() == "key");
        let size = sizes.next().map(|finding| {
            let (found, wanted) = (finding.found().unwrap(), finding.wanted());
            format!("{} {found} {wanted}", finding.severity())
        });
        assert!(sizes.next().is_none());
        size
    };
    // 2048 bits, the least that is taken; 3072 is what the gateway's documents generate.
    let advised = size(&strict());
    assert_eq!(advised.as_deref(), Some("doubtful 2048 bits 3072 bits"));
    let demanding = strict_with(&[("minimum-rsa-bits = 2048", "minimum-rsa-bits = 3072")]);
    let refused = size(&demanding);
    assert_eq!(
        refused.as_deref(),
        Some("refused 2048 bits at least 3072 bits")
    );
    let content = strict_with(&[(r#"generate = "RSA-3072""#, r#"generate = "RSA-2048""#)]);
    assert_eq!(size(&content), None);
}

/// Only some gateways derive a name from the key; elsewhere the JWK has to have one.
#[test]
fn a_registered_key_without_a_name() {
    let pair = Pair::p256();
    let keys = JwkSet::from_iter([Jwk::new(pair.public_key())]);
    let (gateway, jwt) = (strict(), pair.sign(&draft("key-1")));
    let findings = registered(&gateway, &jwt, &keys);
    assert_eq!(findings[0].rule(), Rule::UnknownKeyId, "{findings:#?}");
    assert_eq!(findings[0].wanted(), "the kid of a registered key");
    assert_eq!(findings[0].detail(), Some("the registered key has no kid"));
}

/// [`STRICT`](super::STRICT) without a `kid` that is required, and with this line in `[key]`.
fn choosing(line: &str) -> Gateway {
    let lines = format!("id-required = false\n{line}");
    strict_with(&[("id-required = true", &lines)])
}

/// Keycloak and Hydra try the first key of the type, Authelia takes the only one.
#[test]
fn a_choice_among_keys_that_the_header_does_not_name() {
    let (own, other) = (Pair::p256(), Pair::p256());
    let of_other_type = Pair::new(KeySpec::P384, Algorithm::Es384);
    let jwt = own.sign(&draft("own").without_header("kid"));
    let named = own.sign(&draft("own"));
    let set = |keys: [&Pair; 3]| {
        let keys = keys.iter().zip(["a", "own", "c"]);
        keys.map(|(pair, name)| pair.jwk(name)).collect::<JwkSet>()
    };
    let (second, only) = (
        set([&other, &own, &of_other_type]),
        set([&of_other_type, &own, &of_other_type]),
    );
    let first = choosing(r#"choice-without-id = "first""#);
    let single = choosing(r#"choice-without-id = "single""#);
    for gateway in [&choosing(""), &first, &single] {
        assert!(registered(gateway, &jwt, &only).is_empty());
        assert!(registered(gateway, &named, &second).is_empty());
    }
    assert!(registered(&choosing(""), &jwt, &second).is_empty());
    let findings = registered(&first, &jwt, &second);
    assert_eq!(names(&findings), ["signature"]);
    assert_eq!(
        findings[0].detail(),
        Some(
            "the signature is one of key `own`, and without a `kid` only the first key that fits \
             is tried, key `a`"
        )
    );
    let findings = registered(&single, &jwt, &second);
    assert_eq!(names(&findings), ["key-id-absent"]);
    assert_eq!(
        findings[0].detail(),
        Some("2 keys of the set fit, and the header names none of them")
    );
}

/// Keycloak wants `use` of an uploaded set, and not of one at a URL.
#[test]
fn a_use_that_is_required_of_uploaded_keys_only() {
    let own = Pair::p256();
    let jwt = own.sign(&draft("own"));
    let keys: JwkSet = [own.jwk("own")].into_iter().collect();
    let check = |line: &str, is_at_url: bool, wanted: &[&str]| {
        let form = match is_at_url {
            true => Registration::JwkSetUrl,
            false => Registration::JwkSet,
        };
        let gateway = choosing(line);
        let endpoint = endpoint(&gateway);
        let lint = Lint::new(&gateway, &endpoint, NumericDate::from_seconds(NOW))
            .with_registered_keys(&keys, &any::Verifier)
            .with_registration(form);
        assert_eq!(names(&lint.check(&jwt)), wanted, "{line} {is_at_url}");
    };
    let both = "use-required = true\nuse-required-at-url = false";
    check(both, true, &[]);
    check(both, false, &["unknown-key-id"]);
    check("use-required = true", true, &["unknown-key-id"]);
    check("", false, &[]);
}

/// ZETA finds the key by the header's `jwk`.
#[test]
fn a_key_in_the_header() {
    let gateway = strict_with(&[(r#"id-scheme = "free-text""#, r#"id-scheme = "jwk""#)]);
    let (own, other) = (Pair::p256(), Pair::p256());
    let keys: JwkSet = [other.jwk("a"), own.jwk("b")].into_iter().collect();
    let with = |value: Value| {
        let draft = draft("b").without_header("kid").header("jwk", value);
        let findings = registered(&gateway, &own.sign(&draft), &keys);
        names(&findings).join(" ")
    };
    let jwk = |pair: &Pair| serde_json::to_value(Jwk::new(pair.public_key())).unwrap();
    assert_eq!(with(jwk(&own)), "");
    assert_eq!(with(jwk(&other)), "signature");
    assert_eq!(with(jwk(&Pair::p256())), "unknown-key-id");
    assert_eq!(with(json!("b")), "key-id-absent");
    let without = own.sign(&draft("b").without_header("kid"));
    assert_eq!(
        names(&registered(&gateway, &without, &keys)),
        ["key-id-absent"]
    );
}

/// The SMART App Launcher finds no key that says no algorithm.
#[test]
fn an_algorithm_that_a_published_key_has_to_state() {
    let own = Pair::p256();
    let jwt = own.sign(&draft("own"));
    let open: JwkSet = [own.jwk("own")].into_iter().collect();
    let stated = own.jwk("own").with_algorithm(Algorithm::Es256).unwrap();
    let stated: JwkSet = [stated].into_iter().collect();
    let gateway = choosing("alg-required = true");
    let findings = registered(&gateway, &jwt, &open);
    assert_eq!(names(&findings), ["unknown-key-id"]);
    assert_eq!(findings[0].detail(), Some("key `own` has no `alg`"));
    assert!(registered(&gateway, &jwt, &stated).is_empty());
    assert!(registered(&choosing(""), &jwt, &open).is_empty());
}
