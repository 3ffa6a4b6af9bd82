//! Reading of private keys.

use std::fs;
use std::process::Command;

use tokenring_jwk::{Error as KeyError, FoundInput, KeyId, Passphrase, ring};
use tokenring_keystore::{Error, KeyFileReader, KeyPlace, PassphraseError};

use crate::scratch::{Events, Scratch, chain, jwk, key, set_mode};

#[test]
fn a_key_is_read_with_what_its_file_is_like() {
    let scratch = Scratch::new();
    let (private_key, public_key) = key();
    let path = scratch.write("a.pem", private_key.to_pkcs8_pem().secret());
    let events = Events::default();
    let handler = events.clone();
    let reader = KeyFileReader::new().with_event_handler(move |event| handler.add(event));
    for mode in [0o600, 0o400, 0o640, 0o604] {
        set_mode(&path, mode);
        let key = reader.read(&path).unwrap();
        let is_open = mode & 0o077 != 0;
        assert_eq!(key.private_key().stated_public_key(), Some(&public_key));
        assert_eq!(key.place(), &KeyPlace::File(path.clone()));
        assert!(!key.is_encrypted());
        assert_eq!(key.readable_by_others(), is_open.then_some(mode));
        let told = format!("ReadableByOthers {{ place: File(\"a.pem\"), mode: {mode} }}");
        let told = is_open.then_some(told);
        assert_eq!(events.take(&scratch), Vec::from_iter(told));
    }
}

#[test]
fn an_encrypted_key_takes_its_passphrase() {
    let scratch = Scratch::new();
    let (private_key, public_key) = key();
    let passphrase = || Passphrase::new(b"correct".to_vec());
    let pem = ring::encrypt(&private_key, &passphrase()).unwrap();
    let path = scratch.write("a.pem", pem.secret());

    let reader = KeyFileReader::new().with_passphrase(passphrase());
    let key = reader.read(&path).unwrap();
    assert!(key.is_encrypted());
    assert_eq!(
        key.into_private_key().stated_public_key(),
        Some(&public_key)
    );

    let error = KeyFileReader::new().read(&path).unwrap_err();
    assert!(matches!(
        error,
        Error::Passphrase {
            source: PassphraseError::Missing,
            ..
        }
    ));
    let wrong = Passphrase::new(b"wrong".to_vec());
    let reader = KeyFileReader::new().with_passphrase(wrong);
    assert!(matches!(
        reader.read(&path).unwrap_err(),
        Error::Key {
            source: KeyError::WrongPassphrase,
            ..
        }
    ));
}

#[test]
fn one_of_several_keys_is_named() {
    let scratch = Scratch::new();
    let jwks: Vec<String> = ["a", "b"]
        .iter()
        .map(|key_id| {
            let (private_key, public_key) = key();
            let json = private_key.to_secret_jwk_json(&jwk(&public_key, key_id));
            json.unwrap().secret().to_owned()
        })
        .collect();
    let set = format!("{{\"keys\": [{}]}}", jwks.join(","));
    let path = scratch.write("set.json", set);

    let named = |key_id: &str| KeyFileReader::new().with_key_id(key_id).read(&path);
    let key = named("b").unwrap().into_private_key();
    assert_eq!(key.stated_key_id(), Some(&KeyId::new("b")));
    let key_ids = || vec![Some(KeyId::new("a")), Some(KeyId::new("b"))];
    for (error, wanted) in [
        (
            KeyFileReader::new().read(&path).unwrap_err(),
            KeyError::SeveralKeys(key_ids()),
        ),
        (
            named("c").unwrap_err(),
            KeyError::PrivateKeyNotFound(key_ids()),
        ),
    ] {
        let Error::Key { source, .. } = error else {
            panic!("{error:?}");
        };
        assert_eq!(source, wanted);
    }
}

#[test]
fn a_key_id_that_is_far_too_long_is_rejected() {
    let scratch = Scratch::new();
    let check = |length: usize| {
        let (private_key, public_key) = key();
        let jwk = jwk(&public_key, &"k".repeat(length));
        let json = private_key.to_secret_jwk_json(&jwk).unwrap();
        KeyFileReader::new().read(scratch.write("a.json", json.secret()))
    };
    assert!(check(1000).is_ok());
    let error = check(1001).unwrap_err();
    assert!(matches!(error, Error::KeyId { .. }));
    assert!(chain(&error).ends_with(
        "the key ID \"kkkkkkkkkkkkkkkkkkkk\"... has 1001 characters, and 1000 are the most; give \
         the key a short one, as in int-1"
    ));
}

#[track_caller]
fn check_unreadable(scratch: &Scratch, name: &str, wanted: &str) {
    let error = KeyFileReader::new().read(scratch.path(name)).unwrap_err();
    let folder = format!("{}/", scratch.folder().display());
    assert_eq!(chain(&error).replace(&folder, ""), wanted);
}

#[test]
fn what_is_no_key_file_is_an_error() {
    let scratch = Scratch::new();
    scratch.write("large.pem", vec![b'-'; 256 * 1024 + 1]);
    scratch.write("empty.pem", "");
    fs::create_dir(scratch.path("folder")).unwrap();
    let pipe = scratch.path("pipe");
    assert!(Command::new("mkfifo").arg(pipe).status().unwrap().success());
    check_unreadable(
        &scratch,
        "missing.pem",
        "private key missing.pem: cannot be read: No such file or directory (os error 2)",
    );
    check_unreadable(
        &scratch,
        "folder",
        "private key folder: cannot be read: Is a directory (os error 21)",
    );
    check_unreadable(
        &scratch,
        "pipe",
        "private key pipe: cannot be read: it is a named pipe and no file; name a file, or \
         /dev/stdin for what is piped in",
    );
    check_unreadable(
        &scratch,
        "large.pem",
        "private key large.pem: is larger than any key; name the key's own file",
    );
    let error = KeyFileReader::new().read(scratch.path("empty.pem"));
    let found = FoundInput::Empty;
    assert!(matches!(
        error.unwrap_err(),
        Error::Key { source: KeyError::UnexpectedInput(source), .. } if source == found
    ));
}

#[test]
fn the_largest_file_is_read_whole() {
    let scratch = Scratch::new();
    let (private_key, _) = key();
    let pem = private_key.to_pkcs8_pem();
    let mut contents = vec![b'\n'; 256 * 1024 - pem.secret().len()];
    contents.extend(pem.secret().as_bytes());
    let path = scratch.write("a.pem", contents);
    assert!(KeyFileReader::new().read(path).is_ok());
}
