//! The key of a folder that signs now.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use tokenring_jwk::{KeyId, KeySpec, PublicKey, any};
use tokenring_key_rotation::{Error, KeyFolder, Rotation, Timestamp};
use tokenring_keystore::{Error as KeystoreError, KeyFileReader, atomic_file};

fn now() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000)
}

/// A folder with the key `a-1`.
fn folder() -> (TempDir, Rotation) {
    let folder = tempfile::tempdir().unwrap();
    write_key(folder.path(), "a-1");
    let rotation = Rotation::new("jwks.json", "a-1".into(), "a-1.pem", now()).unwrap();
    write_state(folder.path(), &rotation);
    (folder, rotation)
}

fn write_key(folder: &Path, key_id: &str) -> PublicKey {
    let key = any::generate(KeySpec::P256).unwrap();
    let path = folder.join(format!("{key_id}.pem"));
    atomic_file::replace(&path, key.to_pkcs8_pem().secret().as_bytes()).unwrap();
    any::public_key(&key).unwrap()
}

fn write_state(folder: &Path, rotation: &Rotation) {
    fs::write(folder.join(Rotation::FILE_NAME), rotation.to_json()).unwrap();
}

#[test]
fn the_key_that_signs_follows_the_rotation() {
    let (place, mut rotation) = folder();
    let folder = KeyFolder::open(place.path(), KeyFileReader::new()).unwrap();
    let first = folder.current();
    assert_eq!(first.key_id(), &KeyId::new("a-1"));
    assert_eq!(first.path(), place.path().join("a-1.pem"));
    assert_eq!(first.made(), now());
    assert!(first.problem().is_none());

    // The new key's file comes later than it should: the first one goes on.
    rotation.begin("a-2".into(), "a-2.pem", now()).unwrap();
    rotation.finish_making().unwrap();
    rotation.activate(now()).unwrap();
    write_state(place.path(), &rotation);
    let still = folder.current();
    assert_eq!(still.key_id(), &KeyId::new("a-1"));
    let Some(Error::Load { path, source }) = still.problem() else {
        panic!("{:?}", still.problem());
    };
    assert_eq!(path, &place.path().join("a-2.pem"));
    assert!(matches!(
        source.downcast_ref(),
        Some(KeystoreError::ReadKey { .. })
    ));

    let second = write_key(place.path(), "a-2");
    let key = folder.current();
    assert!(key.problem().is_none());
    assert_eq!(key.key_id(), &KeyId::new("a-2"));
    let key = any::public_key(&key.into_private_key()).unwrap();
    assert_eq!(key, second);
}

#[test]
fn what_happens_to_its_keys_is_reported() {
    use std::os::unix::fs::PermissionsExt;

    let (place, _) = folder();
    let key = place.path().join("a-1.pem");
    fs::set_permissions(key, fs::Permissions::from_mode(0o644)).unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let events = Arc::clone(&told);
    let reader = KeyFileReader::new().with_event_handler(move |event| {
        events.lock().unwrap().push(format!("{event:?}"));
    });
    KeyFolder::open(place.path(), reader).unwrap();
    let told = told.lock().unwrap();
    assert!(matches!(&told[..], [event] if event.starts_with("ReadableByOthers")));
}

#[test]
fn a_folder_that_is_none_of_these_is_an_error() {
    let (place, _) = folder();
    let open = || KeyFolder::open(place.path(), KeyFileReader::new()).unwrap_err();
    fs::remove_file(place.path().join("a-1.pem")).unwrap();
    assert!(matches!(open(), Error::Load { .. }));
    fs::write(place.path().join(Rotation::FILE_NAME), "{").unwrap();
    assert!(matches!(open(), Error::Malformed { .. }));
    fs::remove_file(place.path().join(Rotation::FILE_NAME)).unwrap();
    let error = open();
    assert!(matches!(error, Error::NotRotated { .. }));
    let name = Rotation::FILE_NAME;
    let wanted = format!("is a folder without {name}; name a key's own file");
    assert!(error.to_string().ends_with(&wanted));
}
