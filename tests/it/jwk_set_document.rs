//! JWK Sets changed in their text: what is meant changes, and nothing else.

use integration_tests::fixtures;
use serde_json::Value;
use tokenring_jwk::{Algorithm, Error, Jwk, JwkSet, JwkSetDocument, KeyId, KeyUse};

fn jwk(name: &str, key_id: &str) -> Jwk {
    let text = fixtures::text(&format!("keys/test-{name}-public.jwk.json"));
    let jwk = Jwk::from_json(&text).unwrap();
    let algorithm = jwk.public_key().key_type().algorithms()[0];
    jwk.with_key_id(KeyId::from(key_id))
        .with_algorithm(algorithm)
        .unwrap()
        .with_use(KeyUse::Signature)
}

/// The members of the Ed25519 key, the shortest of them.
fn x() -> String {
    let jwk = fixtures::json("keys/test-ed25519-public.jwk.json");
    fixtures::text_of(&jwk, "x").to_owned()
}

/// A key of another team in no form that we write, and one of an unknown type.
const STRANGE: &str = r#"{"x-note" : ["\u00e9\"}]{", 1.50e+3, {"d2": null}],
   "kid":"strange","kty":  "AKP", "pub":"AAAA" }"#;

#[track_caller]
fn check(text: &str, change: impl FnOnce(&mut JwkSetDocument), expected: &str) {
    let mut document = JwkSetDocument::parse(text).unwrap();
    assert_eq!(document.as_str(), text);
    change(&mut document);
    assert_eq!(document.as_str(), expected);
    // It is a set, and read anew it is the same.
    assert_eq!(JwkSetDocument::parse(expected), Ok(document));
    assert!(serde_json::from_str::<Value>(expected).unwrap()["keys"].is_array());
}

fn add(document: &mut JwkSetDocument) {
    document.add(&jwk("ed25519", "new")).unwrap();
}

fn lines(indent: &str, outer: &str, end: &str) -> String {
    let x = x();
    [
        "{".to_owned(),
        format!(r#"{indent}"kty": "OKP","#),
        format!(r#"{indent}"crv": "Ed25519","#),
        format!(r#"{indent}"x": "{x}","#),
        format!(r#"{indent}"alg": "EdDSA","#),
        format!(r#"{indent}"kid": "new","#),
        format!(r#"{indent}"use": "sig""#),
        format!("{outer}}}"),
    ]
    .join(end)
}

#[test]
fn a_key_added_to_an_empty_set() {
    let entry = lines("      ", "    ", "\n");
    let expected = format!("{{\n  \"keys\": [\n    {entry}\n  ]\n}}");
    let mut document = JwkSetDocument::new();
    assert_eq!(document.as_str(), JwkSet::new().to_json());
    add(&mut document);
    assert_eq!(document.as_str(), expected);
    let set = JwkSet::from_iter([jwk("ed25519", "new")]);
    assert_eq!(document.as_str(), set.to_json());
    check("{\n  \"keys\": []\n}", add, &expected);
    check("{\n  \"keys\": [ \n ]\n}\n", add, &format!("{expected}\n"));

    let entry = lines("\t\t\t", "\t\t", "\r\n");
    let expected = format!("{{\r\n\t\"keys\": [\r\n\t\t{entry}\r\n\t]\r\n}}\r\n");
    check("{\r\n\t\"keys\": []\r\n}\r\n", add, &expected);

    let compact = lines("", "", "").replace(": ", ":");
    check(r#"{"keys":[]}"#, add, &format!(r#"{{"keys":[{compact}]}}"#));
    let spaced = lines("", "", "").replace("\",\"", "\", \"");
    check(
        r#"{"keys": []}"#,
        add,
        &format!(r#"{{"keys": [{spaced}]}}"#),
    );
}

#[test]
fn a_key_added_to_others() {
    let set = JwkSet::from_iter([jwk("p256", "one")]);
    let both = JwkSet::from_iter([jwk("p256", "one"), jwk("ed25519", "new")]);
    check(&set.to_json(), add, &both.to_json());
    let compact = serde_json::to_string(&set).unwrap();
    check(&compact, add, &serde_json::to_string(&both).unwrap());

    // Python's json.dumps without an indent, and with one of four.
    let entry = serde_json::to_string(&jwk("p256", "one")).unwrap();
    let entry = entry.replace("\",\"", "\", \"").replace("\":\"", "\": \"");
    let spaced = lines("", "", "").replace("\",\"", "\", \"");
    check(
        &format!(r#"{{"keys": [{entry}]}}"#),
        add,
        &format!(r#"{{"keys": [{entry}, {spaced}]}}"#),
    );
    let indented = |text: String| text.replace("  ", "    ") + "\n";
    check(&indented(set.to_json()), add, &indented(both.to_json()));
}

/// What is around the change stays, byte for byte.
#[test]
fn what_is_not_meant_stays() {
    let x = x();
    let compact = lines("", "", "").replace(": ", ":");
    let frame = |entries: &str| {
        format!("\n{{ \"a\":[1,\"]\"],\"k\\u0065ys\"  :[ {entries} ] ,\"z\":{{\"keys\":[]}} }}\n\n")
    };
    // The layout is that of the last key, and this one has two lines.
    let last = format!("{{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"{x}\",\"kid\":\"last\"}}");
    let two = format!("{STRANGE}  ,\n  {last}");
    let three = format!("{two}  ,\n  {compact}");
    check(&frame(&two), add, &frame(&three));
    let remove = |key_id: &'static str| {
        move |document: &mut JwkSetDocument| {
            assert_eq!(document.remove(&KeyId::from(key_id)), Ok(1));
        }
    };
    check(&frame(&three), remove("new"), &frame(&two));
    check(&frame(&two), remove("strange"), &frame(&last));
    check(&frame(&two), remove("last"), &frame(STRANGE));
    let empty = frame("").replace("[  ]", "[]");
    check(&frame(&last), remove("last"), &empty);
    check(&frame(STRANGE), remove("strange"), &empty);
    let replace = |document: &mut JwkSetDocument| {
        let key_id = KeyId::from("last");
        document.replace(&key_id, &jwk("ed25519", "new")).unwrap();
    };
    check(
        &frame(&two),
        replace,
        &frame(&format!("{STRANGE}  ,\n  {compact}")),
    );
}

#[test]
fn several_keys_with_one_identifier() {
    let entry = |name: &str| serde_json::to_string(&jwk(name, "one")).unwrap();
    let text = format!(
        "{{\"keys\":[{},{},{}]}}",
        entry("p256"),
        STRANGE,
        entry("p384")
    );
    let mut document = JwkSetDocument::parse(&text).unwrap();
    assert_eq!(document.remove(&KeyId::from("one")), Ok(2));
    assert_eq!(document.as_str(), format!("{{\"keys\":[{STRANGE}]}}"));
}

#[test]
fn what_is_refused() {
    let mut document = JwkSetDocument::new();
    document.add(&jwk("p256", "one")).unwrap();
    document.add(&jwk("p384", "two")).unwrap();
    let text = document.as_str().to_owned();
    let (one, two, none) = (KeyId::from("one"), KeyId::from("two"), KeyId::from("none"));
    let all = vec![Some(one.clone()), Some(two.clone())];

    let taken = Error::DuplicateKeyId(one.clone());
    assert_eq!(document.add(&jwk("p521", "one")), Err(taken.clone()));
    assert_eq!(document.replace(&two, &jwk("p521", "one")), Err(taken));
    assert_eq!(document.replace(&one, &jwk("p521", "one")), Ok(()));
    assert_eq!(document.replace(&one, &jwk("p256", "one")), Ok(()));
    let missing = Error::KeyNotFound(all);
    assert_eq!(document.remove(&none), Err(missing.clone()));
    assert_eq!(
        document.replace(&none, &jwk("p521", "x")),
        Err(missing.clone())
    );
    assert!(
        missing.to_string().ends_with(r#"it has: "one", "two""#),
        "{missing}"
    );
    assert_eq!(document.as_str(), text);

    for text in ["", "[]", "{\"keys\":[]", "{\"keys\":[],\"keys\":[]}"] {
        let error = JwkSetDocument::parse(text).unwrap_err();
        assert!(matches!(error, Error::MalformedJson(_)), "{text}: {error}");
    }
}

/// Public only, by construction.
#[test]
fn private_members() {
    for entry in [
        fixtures::text("keys/test-p256-private.jwk.json"),
        r#"{"kty":"oct","k":"AAAA"}"#.to_owned(),
        r#"{"kty":"AKP","priv":"AAAA"}"#.to_owned(),
    ] {
        let text = format!("{{\"keys\":[{entry}]}}");
        assert_eq!(JwkSetDocument::parse(&text), Err(Error::PrivateMember));
    }
}

#[test]
fn sets_are_merged() {
    let ours = JwkSet::from_iter([jwk("p256", "one"), jwk("p384", "two")]).to_json();
    let strange = format!("{{\"keys\": [{STRANGE}]}}");
    let theirs = JwkSetDocument::parse(&strange).unwrap();
    let mut document = JwkSetDocument::parse(&ours).unwrap();
    assert_eq!(document.merge(&theirs), Ok(1));
    let with_strange = ours.replace("\n    }\n  ]", &format!("\n    }},\n    {STRANGE}\n  ]"));
    assert_eq!(document.as_str(), with_strange);
    assert_eq!(document.merge(&theirs), Ok(0));

    // In our layout where we know every member, whatever theirs was.
    let theirs = JwkSet::from_iter([jwk("p384", "two"), jwk("p521", "three")]);
    let theirs = JwkSetDocument::parse(&serde_json::to_string(&theirs).unwrap()).unwrap();
    let mut document = JwkSetDocument::parse(&ours).unwrap();
    assert_eq!(document.merge(&theirs), Ok(1));
    let all = JwkSet::from_iter([jwk("p256", "one"), jwk("p384", "two"), jwk("p521", "three")]);
    assert_eq!(document.as_str(), all.to_json());

    // One identifier for two keys: all or nothing.
    let theirs = JwkSet::from_iter([jwk("p521", "three"), jwk("ed25519", "one")]).to_json();
    let theirs = JwkSetDocument::parse(&theirs).unwrap();
    let mut document = JwkSetDocument::parse(&ours).unwrap();
    let taken = Error::DuplicateKeyId(KeyId::from("one"));
    assert_eq!(document.merge(&theirs), Err(taken));
    assert_eq!(document.as_str(), ours);
}

#[test]
fn entries() {
    let weak = r#"{"kty":"RSA","n":"Aw","e":"AQAB","kid":"weak"}"#;
    let set = JwkSet::from_iter([jwk("p256", "one")]).to_json();
    let text = set.replace("\n  ]", &format!(",\n{weak},{STRANGE}\n]"));
    let document = JwkSetDocument::parse(&text).unwrap();
    let [sound, weak, strange] = document.entries() else {
        panic!("{document:?}");
    };
    assert_eq!(sound.jwk(), Ok(&jwk("p256", "one")));
    assert_eq!(sound.jwk().unwrap().algorithm(), Some(Algorithm::Es256));
    assert_eq!(weak.jwk(), Err(Error::RsaSize(2)));
    assert_eq!(strange.jwk(), Err(Error::UnsupportedJwk));
    assert_eq!(strange.key_id(), Some(&KeyId::from("strange")));
    assert_eq!(strange.members().get("pub"), Some(&Value::from("AAAA")));
    let positions = document.entries().iter().map(|entry| entry.position());
    assert!(positions.eq(0..3));
}

/// Every key of many sets, added and taken away again: the text is as before.
#[test]
fn there_and_back() {
    let strange = format!("{{\"keys\": [ {STRANGE} ]}}");
    let pretty = JwkSet::from_iter([jwk("p256", "one"), jwk("p384", "two")]).to_json();
    let compact = serde_json::to_string(&JwkSet::from_iter([jwk("p256", "one")])).unwrap();
    let crlf = pretty.replace('\n', "\r\n");
    let four = pretty.replace("  ", "    ");
    let tabs = pretty.replace("  ", "\t");
    for text in [strange, pretty, compact, crlf, four, tabs] {
        for name in fixtures::KEY_NAMES {
            let mut document = JwkSetDocument::parse(&text).unwrap();
            document.add(&jwk(name, "new")).unwrap();
            let added = document.as_str();
            assert_eq!(added.contains('\r'), text.contains('\r'));
            assert_eq!(added.contains('\t'), text.contains('\t'));
            let set = JwkSet::from_json(added).unwrap();
            assert_eq!(set.find(&KeyId::from("new")), Some(&jwk(name, "new")));
            assert_eq!(document.remove(&KeyId::from("new")), Ok(1));
            assert_eq!(document.as_str(), text, "{name}");
        }
    }
}
