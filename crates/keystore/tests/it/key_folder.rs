//! Folders of keys that are rotated.

use std::fs;

use tokenring_jwk::KeyId;
use tokenring_key_rotation::{Error as RotationError, Rotation, Timestamp};
use tokenring_keystore::{Error, KeyFileReader, KeyFolder};

use crate::scratch::{Events, Scratch, chain, set_mode, write_key};

fn now() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000)
}

/// A folder with the key `a-1`.
fn folder() -> (Scratch, Rotation) {
    let scratch = Scratch::new();
    write_key(&scratch, "a-1");
    let rotation = Rotation::new("jwks.json", "a-1".into(), "a-1.pem", now()).unwrap();
    scratch.write(Rotation::FILE_NAME, rotation.to_json());
    (scratch, rotation)
}

fn activate(scratch: &Scratch, rotation: &mut Rotation, key_id: &str) {
    let file = format!("{key_id}.pem");
    rotation.begin(key_id.into(), file, now()).unwrap();
    rotation.finish_making().unwrap();
    rotation.activate(now()).unwrap();
    scratch.write(Rotation::FILE_NAME, rotation.to_json());
}

#[test]
fn the_key_that_signs_follows_the_rotation() {
    let (scratch, mut rotation) = folder();
    let folder = KeyFolder::open(scratch.folder(), KeyFileReader::new()).unwrap();
    let first = folder.current();
    assert_eq!(first.key_id(), &KeyId::new("a-1"));
    assert_eq!(first.path(), scratch.path("a-1.pem"));
    assert_eq!(first.made(), now());
    assert!(first.problem().is_none());

    // The new key's file comes later than it should: the first one goes on.
    activate(&scratch, &mut rotation, "a-2");
    let still = folder.current();
    assert_eq!(still.key_id(), &KeyId::new("a-1"));
    let Some(RotationError::Load { path, source }) = still.problem() else {
        panic!("{:?}", still.problem());
    };
    assert_eq!(path, &scratch.path("a-2.pem"));
    assert!(matches!(
        source.downcast_ref::<Error>(),
        Some(Error::ReadKey { .. })
    ));

    let (_, second) = write_key(&scratch, "a-2");
    let key = folder.current();
    assert!(key.problem().is_none());
    assert_eq!(key.key_id(), &KeyId::new("a-2"));
    assert_eq!(key.into_private_key().stated_public_key(), Some(&second));
}

#[test]
fn what_happens_to_its_keys_is_reported() {
    let (scratch, _) = folder();
    set_mode(&scratch.path("a-1.pem"), 0o644);
    let events = Events::default();
    let handler = events.clone();
    let reader = KeyFileReader::new().with_event_handler(move |event| handler.add(event));
    KeyFolder::open(scratch.folder(), reader).unwrap();
    let told = "ReadableByOthers { place: File(\"a-1.pem\"), mode: 420 }";
    assert_eq!(events.take(&scratch), [told]);
}

#[test]
fn a_folder_that_is_none_of_these_is_an_error() {
    let (scratch, _) = folder();
    let open = || KeyFolder::open(scratch.folder(), KeyFileReader::new()).unwrap_err();
    fs::remove_file(scratch.path("a-1.pem")).unwrap();
    let error = open();
    assert!(matches!(
        &error,
        Error::Rotation {
            source: RotationError::Load { .. },
            ..
        }
    ));
    scratch.write(Rotation::FILE_NAME, "{");
    assert!(matches!(
        open(),
        Error::Rotation {
            source: RotationError::Malformed { .. },
            ..
        }
    ));
    fs::remove_file(scratch.path(Rotation::FILE_NAME)).unwrap();
    let error = open();
    assert!(matches!(error, Error::NotRotated { .. }));
    let name = Rotation::FILE_NAME;
    let wanted = format!("it is a folder without {name}; name a key's own file");
    assert!(chain(&error).ends_with(&wanted));
}
