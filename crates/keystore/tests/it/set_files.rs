//! JWK Sets in files.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};

use tokenring_jwk::{Error as KeyError, JwkSet};
use tokenring_keystore::{Error, SetFile};

use crate::scratch::{Scratch, chain, jwk, key, mode, set_mode};

#[test]
fn a_new_set_is_for_everybody_and_another_keeps_its_mode() {
    let scratch = Scratch::new();
    let path = scratch.path("set.json");
    for (key_id, wanted) in [("a", 0o644), ("b", 0o600), ("c", 0o640)] {
        let mut set = SetFile::open_or_new(&path, &|_| {}).unwrap();
        assert_eq!(set.is_new(), key_id == "a");
        if !set.is_new() {
            set_mode(&path, wanted);
            set = SetFile::open(&path, &|_| {}).unwrap();
        }
        set.document.add(&jwk(&key().1, key_id)).unwrap();
        set.save().unwrap();
        assert_eq!(mode(&path), wanted, "{key_id}");
    }
    let set = JwkSet::from_json(&scratch.read("set.json")).unwrap();
    assert_eq!(set.keys().len(), 3);
    assert_eq!(scratch.names(), ["set.json"]);
}

/// What a link leads to is changed, and not the link.
#[test]
fn a_link_stays() {
    let scratch = Scratch::new();
    let target = scratch.write("target.json", "{\"keys\": []}");
    let link = scratch.path("set.json");
    symlink(&target, &link).unwrap();
    let mut set = SetFile::open(&link, &|_| {}).unwrap();
    assert_eq!(set.path(), fs::canonicalize(&target).unwrap());
    set.document.add(&jwk(&key().1, "a")).unwrap();
    set.save().unwrap();
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert!(scratch.read("target.json").contains("\"kid\""));
}

#[test]
fn a_set_that_has_not_changed_is_not_written() {
    let scratch = Scratch::new();
    let path = scratch.write("set.json", "{\"keys\": []}");
    let before = fs::metadata(&path).unwrap().ino();
    let mut set = SetFile::open(&path, &|_| {}).unwrap();
    set.save().unwrap();
    assert_eq!(fs::metadata(&path).unwrap().ino(), before);
    set.document.add(&jwk(&key().1, "a")).unwrap();
    set.save().unwrap();
    assert_ne!(fs::metadata(&path).unwrap().ino(), before);
}

#[test]
fn a_set_that_could_not_be_read_again_is_not_written() {
    let scratch = Scratch::new();
    let text = format!(
        "{{\"keys\": [], \"note\": \"{}\"}}",
        "n".repeat(1024 * 1024 - 50)
    );
    let path = scratch.write("set.json", &text);
    let mut set = SetFile::open(&path, &|_| {}).unwrap();
    set.document.add(&jwk(&key().1, "a")).unwrap();
    assert!(matches!(
        set.save().unwrap_err(),
        Error::SetTooLarge { path } if path.ends_with("set.json")
    ));
    assert_eq!(scratch.read("set.json"), text);
}

#[track_caller]
fn check(contents: &str, wanted: &str) -> Error {
    let scratch = Scratch::new();
    let path = scratch.write("set.json", contents);
    let error = SetFile::open(&path, &|_| {}).unwrap_err();
    let folder = format!("{}/", scratch.folder().display());
    let text = chain(&error).replace(&folder, "");
    assert!(text.starts_with(wanted), "{text}");
    error
}

#[test]
fn what_is_no_public_set_is_an_error() {
    let error = check(
        r#"{"keys": [{"kty": "oct", "k": "AA"}]}"#,
        "JWK Set set.json: ",
    );
    assert!(matches!(
        error,
        Error::Set {
            source: KeyError::PrivateMember,
            ..
        }
    ));
    let long = format!(r#"{{"keys": [{{"kid": "{}"}}]}}"#, "k".repeat(1001));
    let error = check(&long, "JWK Set set.json: the key ID \"kkkk");
    assert!(matches!(error, Error::SetKeyId { .. }));
    let error = check(
        &"n".repeat(1024 * 1024 + 1),
        "JWK Set set.json: cannot be read: it is larger than 1 MiB",
    );
    assert!(matches!(error, Error::ReadSet { .. }));
    check("", "JWK Set set.json: ");
}

#[test]
fn only_an_absent_file_begins_a_set() {
    let scratch = Scratch::new();
    assert!(SetFile::open(&scratch.path("set.json"), &|_| {}).is_err());
    fs::create_dir(scratch.path("set.json")).unwrap();
    assert!(SetFile::open_or_new(&scratch.path("set.json"), &|_| {}).is_err());
}
