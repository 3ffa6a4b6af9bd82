use std::path::PathBuf;

use tokenring_jwk::{KeyFile, KeyId, PrivateKey, PublicKey, any};
use tokenring_keystore::atomic_file::{self, PRIVATE};
use tokenring_keystore::{Error as KeystoreError, SetFile, check_file_name};

use crate::folder_state::{FolderState, entry, public_key_of};
use crate::key_in_use::{adopt, read, take_in, unusable_set};
use crate::next_key::{Kind, jwk};
use crate::{
    Error, Event, KeyNaming, NextKey, RotationDriver, Stage, Timestamp, latest_key_id, next_key_id,
};

/// What [`RotationDriver::begin`] has made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BegunRotation {
    /// The new key.
    pub key_id: KeyId,
    /// The new private key's file.
    pub path: PathBuf,
    /// The JWK Set to publish, which has both keys.
    pub jwk_set: PathBuf,
    /// The key that still signs.
    pub active: KeyId,
}

impl RotationDriver {
    /// Makes the next key and adds its public half to the JWK Set, which is to be published then.
    ///
    /// A folder without a state gets one first. What was interrupted is continued.
    ///
    /// # Errors
    ///
    /// [`Error::UnderWay`] where a new key is waiting already; [`Error::NoKeyInUse`] and what else
    /// is wrong with the key in use; [`Error::FileExists`], [`Error::KeyIdInSet`] and
    /// [`Error::UsedKeyId`] for a name that is taken; [`Error::AlgorithmNotAccepted`];
    /// [`Error::Keystore`] for files that cannot be read or written.
    pub fn begin(&self, next: &NextKey, now: Timestamp) -> Result<BegunRotation, Error> {
        let _lock = self.lock(self.folder())?;
        let state = match FolderState::find(self.folder())? {
            Some(mut state) => {
                adopt(&mut state, self, next, now)?;
                state
            }
            None => take_in(self, next, now)?,
        };
        let _other_lock = state.lock_of_set(self)?;
        let mut making = Making {
            set: state.open_set(self)?,
            state,
            driver: self,
            next,
            now,
        };
        let (key_id, path) = making.run()?;
        Ok(BegunRotation {
            key_id,
            path,
            jwk_set: making.state.set_path(),
            active: making.state.rotation.active().key_id().clone(),
        })
    }
}

struct Making<'m> {
    state: FolderState,
    set: SetFile,
    driver: &'m RotationDriver,
    next: &'m NextKey,
    now: Timestamp,
}

impl Making<'_> {
    /// Goes on from wherever the last attempt stopped.
    fn run(&mut self) -> Result<(KeyId, PathBuf), Error> {
        if let Some(made) = self.go_on()? {
            return Ok(made);
        }
        let encrypts = self.next.encrypts || self.is_active_encrypted()?;
        let kind = self.kind()?;
        // A key that gives itself its name is made before the name is written down.
        let naming = &self.next.naming;
        let made = naming.is_of_key().then(|| self.make(kind)).transpose()?;
        let named = made.as_ref().and_then(|(_, key)| naming.name_of(key));
        let key_id = named.unwrap_or_else(|| self.next_name());
        let file = file_name(&key_id);
        let path = self.state.folder.join(&file);
        if path.symlink_metadata().is_ok() {
            return Err(Error::FileExists { path });
        }
        self.state.rotation.begin(key_id.clone(), file, self.now)?;
        self.state.save()?;
        let (private_key, public_key) = match made {
            Some(made) => made,
            None => self.make(kind)?,
        };
        self.write(&private_key, path.clone(), encrypts)?;
        self.finish(&key_id, &public_key)?;
        Ok((key_id, path))
    }

    /// Finishes the key of an interrupted attempt, if its file was written.
    fn go_on(&mut self) -> Result<Option<(KeyId, PathBuf)>, Error> {
        let rotation = &mut self.state.rotation;
        let Some(next) = rotation.next() else {
            return Ok(None);
        };
        let key_id = next.key_id().clone();
        if next.stage() == Stage::Waiting {
            return Err(Error::UnderWay { key_id });
        }
        let path = self.state.folder.join(next.file());
        if !path.exists() {
            // Nobody has ever seen a key of this name.
            rotation.abandon_making();
            return Ok(None);
        }
        let next = next.clone();
        let key = read(self.driver, &path);
        let key = key.map_err(|source| self.state.cannot_sign(&next, source))?;
        let published = public_key_of(&self.set, &key_id);
        if published.is_none_or(|published| *published == key.public_key) {
            self.driver.report(&Event::Continuing { key_id: &key_id });
            self.finish(&key_id, &key.public_key)?;
            return Ok(Some((key_id, path)));
        }
        // The state was restored from a backup, and is older than the set.
        self.driver.report(&Event::NameTaken {
            key_id: &key_id,
            path: &path,
        });
        let rotation = &mut self.state.rotation;
        rotation.begin_retirement(&key_id)?;
        rotation.finish_retirement(&key_id, self.now)?;
        Ok(None)
    }

    fn kind(&self) -> Result<Kind, Error> {
        let active = self.state.rotation.active().key_id();
        let jwk = entry(&self.set, active).and_then(|entry| entry.jwk().ok());
        let jwk = jwk.ok_or_else(|| Error::UnusableJwk {
            key_id: active.clone(),
        })?;
        self.next.kind(jwk.public_key(), jwk.algorithm())
    }

    fn is_active_encrypted(&self) -> Result<bool, Error> {
        let path = self.state.key_path(self.state.rotation.active());
        let contents = self.driver.reader().read_contents(&path)?;
        let is_encrypted = KeyFile::new(contents.secret()).is_encrypted();
        if is_encrypted {
            // One passphrase opens both, and here it proves to be the right one.
            read(self.driver, &path)?;
        }
        Ok(is_encrypted)
    }

    /// Makes a key, which is checked by loading it.
    fn make(&self, kind: Kind) -> Result<(PrivateKey, PublicKey), Error> {
        let private_key = self.driver.generate(kind.spec)?;
        let public_key = any::public_key(&private_key)?;
        Ok((private_key, public_key))
    }

    /// Writes the private key, never over another one.
    fn write(&self, key: &PrivateKey, path: PathBuf, encrypts: bool) -> Result<(), Error> {
        let pem = if encrypts {
            let reader = self.driver.reader();
            let source = reader.passphrase().ok_or(Error::NoPassphrase)?;
            let passphrase = source.choose(&path.display().to_string());
            any::encrypt(key, passphrase.map_err(Error::Passphrase)?)?
        } else {
            key.to_pkcs8_pem()
        };
        let staged = atomic_file::stage(&path, pem.secret().as_bytes(), PRIVATE);
        match staged.and_then(atomic_file::Staged::name) {
            Ok(()) => {
                atomic_file::sync_folder(&self.state.folder);
                Ok(())
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(Error::FileExists { path })
            }
            Err(source) => Err(Error::from(KeystoreError::Write { path, source })),
        }
    }

    /// The name that is asked for, or the next that nothing has had.
    fn next_name(&self) -> KeyId {
        if let KeyNaming::Named(key_id) = &self.next.naming {
            return key_id.clone();
        }
        let rotation = &self.state.rotation;
        let newest = rotation.keys().last();
        let newest = newest.unwrap_or_else(|| rotation.active());
        let entries = self.set.document.entries().iter();
        let published = entries.filter_map(|entry| entry.key_id());
        let newest = latest_key_id(newest.key_id(), published);
        next_key_id(newest, |key_id| {
            let file = self.state.folder.join(file_name(key_id));
            rotation.is_used(key_id)
                || entry(&self.set, key_id).is_some()
                || file.symlink_metadata().is_ok()
        })
    }

    /// Publishes the public half in the file, and notes that all is done.
    fn finish(&mut self, key_id: &KeyId, public_key: &PublicKey) -> Result<(), Error> {
        let path = self.state.set_path();
        match public_key_of(&self.set, key_id) {
            Some(published) if published == public_key => {}
            Some(_) => {
                return Err(Error::KeyIdInSet {
                    jwk_set: path,
                    key_id: key_id.clone(),
                });
            }
            None => {
                let jwk = jwk(public_key, key_id, self.kind()?.algorithm)?;
                let added = self.set.document.add(&jwk);
                added.map_err(|source| unusable_set(&path, source))?;
                self.set.save()?;
            }
        }
        self.state.rotation.finish_making()?;
        self.state.save()
    }
}

/// The name of a key's file; a hash may begin as no file should.
fn file_name(key_id: &KeyId) -> String {
    if check_file_name(key_id).is_ok() {
        return format!("{key_id}.pem");
    }
    let characters = key_id.as_str().chars();
    let name: String = characters
        .filter(char::is_ascii_alphanumeric)
        .take(100)
        .collect();
    format!("key-{name}.pem")
}
