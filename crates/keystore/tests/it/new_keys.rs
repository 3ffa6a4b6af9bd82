//! The files of a new key.

use std::fs;

use tokenring_jwk::{JwkSet, KeyId, PrivateKey, PublicKey};
use tokenring_keystore::{Error, KeyFileReader, KeyFiles, NewKey, check_file_name};

use crate::scratch::{Scratch, chain, jwk, key, mode, write_key};

fn change(
    files: &KeyFiles,
    (private_key, public_key): &(PrivateKey, PublicKey),
    replace: bool,
) -> Result<(), Error> {
    let pem = private_key.to_pkcs8_pem();
    let set = JwkSet::from_iter([jwk(public_key, "int-1")]);
    let new = NewKey::new(&pem, public_key, &set).with_certificate("certificate");
    match replace {
        true => files.replace(&new, &|_| {}),
        false => files.write(&new, &|_| {}),
    }
}

fn files(scratch: &Scratch) -> KeyFiles {
    KeyFiles::new(scratch.folder(), &KeyId::new("int-1"))
}

#[test]
fn the_files_have_their_names_and_modes() {
    let scratch = Scratch::new();
    let folder = scratch.path("new/folder");
    let files = KeyFiles::new(&folder, &KeyId::new("int-1")).with_certificate();
    files.check_absent().unwrap();
    let (private_key, public_key) = key();
    change(&files, &(private_key, public_key.clone()), false).unwrap();
    for (path, name, wanted) in [
        (files.private_key(), "int-1.pem", 0o600),
        (files.public_key(), "int-1.pem.pub", 0o644),
        (files.jwk_set(), "int-1.json", 0o644),
        (files.certificate().unwrap(), "int-1.crt", 0o644),
    ] {
        assert_eq!(path, folder.join(name));
        assert_eq!(mode(path), wanted, "{name}");
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 4);
    let read = KeyFileReader::new().read(files.private_key()).unwrap();
    assert_eq!(read.private_key().stated_public_key(), Some(&public_key));
    let pem = fs::read_to_string(files.public_key()).unwrap();
    assert_eq!(PublicKey::from_spki_pem(&pem).unwrap(), public_key);
}

#[test]
fn without_a_place_for_it_no_certificate_is_written() {
    let scratch = Scratch::new();
    change(&files(&scratch), &key(), false).unwrap();
    assert_eq!(
        scratch.names(),
        ["int-1.json", "int-1.pem", "int-1.pem.pub"]
    );
}

/// One file that exists keeps all of them from being written.
#[test]
fn nothing_is_overwritten() {
    for name in ["int-1.json", "int-1.pem", "int-1.pem.pub", "int-1.crt"] {
        let scratch = Scratch::new();
        let path = scratch.write(name, "old");
        let files = files(&scratch).with_certificate();
        for error in [
            files.check_absent().unwrap_err(),
            change(&files, &key(), false).unwrap_err(),
        ] {
            let Error::AlreadyExists { path: found } = error else {
                panic!("{error:?}");
            };
            assert_eq!(found, path);
        }
        assert_eq!(scratch.names(), [name]);
        assert_eq!(scratch.read(name), "old");
    }
}

#[test]
fn all_are_replaced_or_none() {
    let scratch = Scratch::new();
    let (old, _) = write_key(&scratch, "int-1");
    let files = files(&scratch);
    let (private_key, public_key) = key();
    change(&files, &(private_key, public_key.clone()), true).unwrap();
    let read = KeyFileReader::new().read(files.private_key()).unwrap();
    assert_eq!(read.private_key().stated_public_key(), Some(&public_key));
    assert_ne!(old.stated_public_key(), Some(&public_key));

    // A folder has the name of one of them.
    let private_key = scratch.read("int-1.pem");
    fs::remove_file(files.public_key()).unwrap();
    fs::create_dir(files.public_key()).unwrap();
    let error = change(&files, &key(), true).unwrap_err();
    assert!(matches!(error, Error::IsFolder { path } if path == files.public_key()));
    assert_eq!(scratch.read("int-1.pem"), private_key);
    assert_eq!(
        scratch.names(),
        ["int-1.json", "int-1.pem", "int-1.pem.pub"]
    );
}

#[test]
fn a_file_is_no_folder_for_them() {
    let scratch = Scratch::new();
    scratch.write("folder", "");
    let files = KeyFiles::new(&scratch.path("folder"), &KeyId::new("int-1"));
    let error = change(&files, &key(), false).unwrap_err();
    assert!(matches!(error, Error::CreateFolder { .. }), "{error:?}");
}

#[test]
fn a_key_id_that_leads_out_of_the_folder_is_not_written() {
    let scratch = Scratch::new();
    let folder = scratch.path("keys");
    for key_id in [
        "../a",
        "a/b",
        "/a",
        &scratch.path("a").display().to_string(),
    ] {
        let files = KeyFiles::new(&folder, &KeyId::new(key_id));
        for replace in [false, true] {
            let error = change(&files, &key(), replace).unwrap_err();
            let text = chain(&error);
            let end = ".pem: it is outside of the folder of the keys; choose another key ID";
            assert!(text.ends_with(end), "{text}");
        }
    }
    assert!(scratch.names().is_empty());
}

#[track_caller]
fn check(key_id: &str, wanted: Option<&str>) {
    let problem = check_file_name(&KeyId::new(key_id)).map_err(|error| error.to_string());
    let wanted = wanted.map(|problem| {
        format!(
            "the key identifier {key_id:?} {problem}; use letters, digits, - and _, as in int-1"
        )
    });
    assert_eq!(problem.err(), wanted);
}

#[test]
fn a_key_id_that_is_no_safe_file_name_is_rejected() {
    let character = Some("holds a character that is not safe in a file name");
    let end = Some("begins or ends with a character that is not safe there in a file name");
    check("int-1", None);
    check("ключ 1", None);
    check("a=@+~_.b", None);
    check(&"k".repeat(200), None);
    check("", Some("is empty"));
    check("../a", character);
    check("a\\b", character);
    check("a\nb", character);
    check(".a", end);
    check("-a", end);
    check("a.", end);
    check("a..b", Some("holds two dots in a row"));
    check(&"k".repeat(201), Some("is longer than a file name can be"));
}
