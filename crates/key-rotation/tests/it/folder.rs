//! A folder of keys that is gone after the test.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;
use tokenring_jwk::{JwkSetDocument, KeySpec, any};
use tokenring_key_rotation::{Activation, NextKey, RotationDriver, Sight, Stage, Timestamp};
use tokenring_keystore::atomic_file;

pub(crate) const HOUR: Duration = Duration::from_secs(3600);
pub(crate) const DRAIN: Duration = Duration::from_secs(600);

/// Minutes after the key in use was taken in.
pub(crate) fn minute(count: u64) -> Timestamp {
    Timestamp::from_seconds(4_000_000_000 + 60 * count)
}

pub(crate) struct Folder(TempDir);

impl Folder {
    /// A folder with the key `int-1`.
    pub(crate) fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write_key("int-1.pem");
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write_key(&self, name: &str) {
        let pem = any::generate(KeySpec::P256).unwrap().to_pkcs8_pem();
        atomic_file::replace(&self.path(name), pem.secret().as_bytes()).unwrap();
    }

    pub(crate) fn driver(&self) -> RotationDriver {
        RotationDriver::new(self.0.path())
    }

    pub(crate) fn next(&self) -> NextKey {
        NextKey::new().with_key_in_use(self.path("int-1.pem"))
    }

    /// A folder whose key `int-2` waits.
    pub(crate) fn begun() -> Self {
        let folder = Self::new();
        let begun = folder.driver().begin(&folder.next(), minute(0)).unwrap();
        assert_eq!(begun.key_id.as_str(), "int-2");
        folder
    }

    /// A folder whose key `int-2` signs since minute 100.
    pub(crate) fn activated() -> Self {
        let folder = Self::begun();
        let activation = Activation::new(HOUR).with_sight(Sight::Since(minute(0)));
        let activated = folder.driver().activate(&activation, minute(100));
        assert_eq!(activated.unwrap().as_str(), "int-2");
        folder
    }

    pub(crate) fn set(&self) -> JwkSetDocument {
        JwkSetDocument::parse(&fs::read_to_string(self.path("jwks.json")).unwrap()).unwrap()
    }

    pub(crate) fn published(&self) -> Vec<String> {
        let set = self.set();
        let key_ids = set.entries().iter().filter_map(|entry| entry.key_id());
        key_ids.map(ToString::to_string).collect()
    }

    pub(crate) fn stages(&self) -> Vec<(String, Stage)> {
        let rotation = self.driver().rotation().unwrap();
        let keys = rotation.keys().iter();
        keys.map(|key| (key.key_id().to_string(), key.stage()))
            .collect()
    }

    #[track_caller]
    pub(crate) fn check(&self, published: &[&str], stages: &[(&str, Stage)]) {
        assert_eq!(self.published(), published);
        let wanted: Vec<_> = stages
            .iter()
            .map(|(key_id, stage)| ((*key_id).to_owned(), *stage))
            .collect();
        assert_eq!(self.stages(), wanted);
    }
}
