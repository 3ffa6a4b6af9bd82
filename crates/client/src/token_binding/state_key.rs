//! A proof key of this user, in the state folder.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use tokenring_jwk::{KeyFile, KeySpec, KeyType, PrivateKey, any};
use tokenring_keystore::{FileAccess, FolderLock, KeyPlace, atomic_file, bounded_file, core_dump};
use zeroize::Zeroizing;

use super::proof_key::ProofKey;
use crate::error::Cause;
use crate::event::Listener;
use crate::{Error, Event};

/// A kind of key, and the file that it is kept in.
#[derive(Clone, Copy)]
pub(super) struct StateKey {
    spec: KeySpec,
    key_type: KeyType,
    file_name: &'static str,
}

pub(super) const P256: StateKey = StateKey {
    spec: KeySpec::P256,
    key_type: KeyType::P256,
    file_name: "dpop-p256.pem",
};
pub(super) const ED25519: StateKey = StateKey {
    spec: KeySpec::Ed25519,
    key_type: KeyType::Ed25519,
    file_name: "dpop-ed25519.pem",
};

/// More than any key of these types takes.
const LARGEST_FILE: u64 = 64 * 1024;

/// What is in the place of the key.
enum Found {
    Key(PrivateKey),
    Nothing,
    /// Something that cannot be used, for this reason.
    Unusable(String),
}

/// Reads the key, or makes it; one that cannot be kept is for this process only.
pub(super) fn open(
    kind: StateKey,
    folder: Option<&Path>,
    listener: &Listener,
) -> Result<ProofKey, Error> {
    core_dump::forbid();
    let kept = match folder {
        Some(folder) => open_in(kind, folder, listener),
        None => Err(io::Error::new(
            ErrorKind::NotFound,
            "no home directory to keep it in",
        )),
    };
    match kept {
        Ok(key) => {
            let place = folder.unwrap_or(Path::new("")).join(kind.file_name);
            ProofKey::of_private(&key, KeyPlace::new(place))
        }
        Err(reason) => {
            let path = folder.map(|folder| folder.join(kind.file_name));
            listener.tell(|| Event::ProofKeyNotKept {
                path,
                reason: reason.to_string(),
            });
            let key = generate(kind)?;
            let place = KeyPlace::External("the DPoP key in memory".into());
            ProofKey::of_private(&key, place).map(ProofKey::forgotten)
        }
    }
}

fn open_in(kind: StateKey, folder: &Path, listener: &Listener) -> io::Result<PrivateKey> {
    let path = folder.join(kind.file_name);
    match read(kind, &path) {
        Found::Key(key) => return Ok(key),
        Found::Nothing => {
            create_folder(folder)?;
            let key = generate(kind).map_err(io::Error::other)?;
            match stage(&key, &path)?.name() {
                Ok(()) => {
                    listener.tell(|| Event::ProofKeyMade { path });
                    return Ok(key);
                }
                // Another process was faster, and every process takes its key.
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Found::Unusable(_) => {}
    }
    let _lock = FolderLock::take(folder, &|_| {}).map_err(io::Error::other)?;
    let reason = match read(kind, &path) {
        Found::Key(key) => return Ok(key),
        Found::Unusable(reason) => reason,
        Found::Nothing => "it was removed".into(),
    };
    let key = generate(kind).map_err(io::Error::other)?;
    stage(&key, &path)?.replace()?;
    listener.tell(|| Event::ProofKeyReplaced { path, reason });
    Ok(key)
}

fn generate(kind: StateKey) -> Result<PrivateKey, Error> {
    any::generate(kind.spec).map_err(|error| Error::Signing {
        source: Cause::from(Box::from(error)),
    })
}

fn stage(key: &PrivateKey, path: &Path) -> io::Result<atomic_file::Staged> {
    let pem = key.to_pkcs8_pem();
    atomic_file::stage(path, pem.secret().as_bytes(), atomic_file::PRIVATE)
}

fn read(kind: StateKey, path: &Path) -> Found {
    match path.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Found::Nothing,
        Err(error) => return Found::Unusable(error.to_string()),
        Ok(metadata) if !metadata.is_file() => return Found::Unusable("it is not a file".into()),
        Ok(_) => {}
    }
    // Whoever else can write it could have the token bound to a key of theirs.
    if let access @ (FileAccess::Shared { .. } | FileAccess::OfAnother { .. }) =
        FileAccess::of(path)
    {
        return Found::Unusable(access.to_string());
    }
    let contents = match bounded_file::read(path, LARGEST_FILE) {
        Ok(contents) => Zeroizing::new(contents),
        Err(error) => return Found::Unusable(error.to_string()),
    };
    match KeyFile::new(&contents).private_key() {
        Ok(key) if key.key_type() == kind.key_type => Found::Key(key),
        Ok(key) => Found::Unusable(format!("it is of type {}", key.key_type())),
        Err(error) => Found::Unusable(error.to_string()),
    }
}

#[cfg(unix)]
fn create_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;

    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn create_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Opens the key and says which events came, by the first word of `Debug`.
    fn opened(folder: &Path) -> (ProofKey, Vec<String>) {
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&told);
        let listener = Listener::new(move |event| {
            let text = format!("{event:?}");
            let name = text.split([' ', '(']).next().unwrap_or_default().to_owned();
            heard.lock().unwrap().push(name);
        });
        let key = open(P256, Some(folder), &listener).unwrap();
        let told = told.lock().unwrap().clone();
        (key, told)
    }

    #[test]
    fn many_at_once_agree_on_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("state/tokenring");
        let thumbprints: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..32)
                .map(|_| scope.spawn(|| opened(&place).0.thumbprint().to_owned()))
                .collect();
            let threads = threads.into_iter();
            threads.map(|thread| thread.join().unwrap()).collect()
        });
        let first = thumbprints.first().unwrap();
        assert!(thumbprints.iter().all(|it| it == first));
        #[cfg(unix)]
        assert_eq!(
            FileAccess::of(&place.join("dpop-p256.pem")),
            FileAccess::Own { mode: 0o600 }
        );
    }

    #[test]
    fn what_cannot_be_used_is_replaced_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dpop-p256.pem");
        let (first, told) = opened(folder.path());
        assert_eq!(told, ["ProofKeyMade"]);
        let (again, told) = opened(folder.path());
        assert_eq!((first.thumbprint(), told.len()), (again.thumbprint(), 0));

        let other = any::generate(KeySpec::Ed25519).unwrap().to_pkcs8_pem();
        for contents in [b"no key".as_slice(), other.secret().as_bytes()] {
            atomic_file::replace(&path, contents).unwrap();
            let (second, told) = opened(folder.path());
            assert_eq!(told, ["ProofKeyReplaced"]);
            assert_ne!(first.thumbprint(), second.thumbprint());
            let (third, told) = opened(folder.path());
            assert_eq!((second.thumbprint(), told.len()), (third.thumbprint(), 0));
        }
    }

    #[cfg(unix)]
    #[test]
    fn one_that_others_can_read_is_replaced() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dpop-p256.pem");
        let (first, _) = opened(folder.path());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let (second, told) = opened(folder.path());
        assert_eq!(told, ["ProofKeyReplaced"]);
        assert_ne!(first.thumbprint(), second.thumbprint());
        assert_eq!(FileAccess::of(&path), FileAccess::Own { mode: 0o600 });
    }

    #[test]
    fn where_it_cannot_be_kept_it_is_for_this_process() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, b"").unwrap();
        let (key, told) = opened(&file.join("state"));
        assert_eq!(told, ["ProofKeyNotKept"]);
        assert!(!key.is_kept());
    }
}
