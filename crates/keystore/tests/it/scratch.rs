use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use tokenring_jwk::{Jwk, JwkSet, KeyId, KeySpec, PrivateKey, PublicKey, ring};
use tokenring_keystore::{Event, KeyFiles, NewKey};

/// A folder that is gone after the test.
pub(crate) struct Scratch(TempDir);

impl Scratch {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    /// Writes a file that only its owner can read.
    pub(crate) fn write(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, contents).unwrap();
        set_mode(&path, 0o600);
        path
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The names of what is in the folder, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// What was reported, in the way `Debug` shows it, without the folder.
#[derive(Clone, Default)]
pub(crate) struct Events(Arc<Mutex<Vec<String>>>);

impl Events {
    pub(crate) fn add(&self, event: &Event) {
        self.0.lock().unwrap().push(format!("{event:?}"));
    }

    pub(crate) fn take(&self, scratch: &Scratch) -> Vec<String> {
        let folder = format!("{}/", scratch.folder().display());
        let events = std::mem::take(&mut *self.0.lock().unwrap());
        let events = events.iter().map(|event| event.replace(&folder, ""));
        events.collect()
    }
}

/// A new key, and its public half.
pub(crate) fn key() -> (PrivateKey, PublicKey) {
    let private_key = ring::generate(KeySpec::P256).unwrap();
    let public_key = private_key.stated_public_key().unwrap().clone();
    (private_key, public_key)
}

pub(crate) fn jwk(public_key: &PublicKey, key_id: &str) -> Jwk {
    Jwk::new(public_key.clone()).with_key_id(KeyId::new(key_id))
}

/// Writes the files of a new key.
pub(crate) fn write_key(scratch: &Scratch, key_id: &str) -> (PrivateKey, PublicKey) {
    let (private_key, public_key) = key();
    let files = KeyFiles::new(scratch.folder(), &KeyId::new(key_id));
    let pem = private_key.to_pkcs8_pem();
    let set = JwkSet::from_iter([jwk(&public_key, key_id)]);
    let new = NewKey::new(&pem, &public_key, &set);
    files.write(&new, &|_| {}).unwrap();
    (private_key, public_key)
}

pub(crate) fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

pub(crate) fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// The texts of an error and its causes.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
