//! What is different between two JWK Sets.

use serde_json::{Value, json};
use tokenring_jwk::{Algorithm, JwkSetChange, JwkSetDocument, KeyId, KeyType};

use crate::jwk_set_check::{full, key};

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
