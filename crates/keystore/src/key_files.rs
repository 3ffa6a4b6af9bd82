use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tokenring_jwk::{JwkSet, KeyId, PublicKey, SecretPem};

use crate::atomic_file::{PRIVATE, PUBLIC, folder_of};
use crate::key_journal::{self, KeyJournal};
use crate::{Error, Event};

/// The files of a key, which appear together or not at all.
///
/// They are called after the key ID: `KID.pem` is the private key, `KID.pem.pub` the public key,
/// `KID.json` the JWK Set to publish, and `KID.crt` the certificate, if there is one.
///
/// # Examples
///
/// ```
/// use tokenring_jwk::{Jwk, JwkSet, KeyId, KeySpec, ring};
/// use tokenring_keystore::{KeyFiles, NewKey};
///
/// let folder = tempfile::tempdir()?;
/// let private_key = ring::generate(KeySpec::P256)?;
/// let public_key = private_key.stated_public_key().expect("a generated key has it");
/// let key_id = KeyId::new("int-1");
/// let jwk = Jwk::new(public_key.clone()).with_key_id(key_id.clone());
/// let jwk_set = JwkSet::from_iter([jwk]);
///
/// let files = KeyFiles::new(folder.path(), &key_id);
/// let pem = private_key.to_pkcs8_pem();
/// files.write(&NewKey::new(&pem, public_key, &jwk_set), &|_| {})?;
/// assert!(folder.path().join("int-1.pem").exists());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct KeyFiles {
    folder: PathBuf,
    private_key: PathBuf,
    public_key: PathBuf,
    jwk_set: PathBuf,
    certificate: Option<PathBuf>,
}

/// What the files of a key are made of.
#[derive(Clone, Copy, Debug)]
pub struct NewKey<'k> {
    private_key: &'k SecretPem,
    public_key: &'k PublicKey,
    jwk_set: &'k JwkSet,
    certificate: Option<&'k str>,
}

impl<'k> NewKey<'k> {
    /// Takes both halves of a key, and the JWK Set that publishes it.
    #[must_use]
    pub const fn new(
        private_key: &'k SecretPem,
        public_key: &'k PublicKey,
        jwk_set: &'k JwkSet,
    ) -> Self {
        Self {
            private_key,
            public_key,
            jwk_set,
            certificate: None,
        }
    }

    /// Adds a certificate (PEM). Defaults to none.
    ///
    /// It is written by [`KeyFiles`] that have a place for it.
    #[must_use]
    pub const fn with_certificate(mut self, certificate: &'k str) -> Self {
        self.certificate = Some(certificate);
        self
    }
}

impl KeyFiles {
    /// Names the files of a key in a folder, without a certificate.
    ///
    /// Check a key ID from elsewhere with [`check_file_name`] first. One that leads out of the
    /// folder is never written.
    #[must_use]
    pub fn new(folder: &Path, key_id: &KeyId) -> Self {
        let path = |extension| folder.join(format!("{key_id}.{extension}"));
        Self {
            private_key: path("pem"),
            public_key: path("pem.pub"),
            jwk_set: path("json"),
            certificate: None,
            folder: folder.to_owned(),
        }
    }

    /// Names a file for the key's certificate as well.
    #[must_use]
    pub fn with_certificate(mut self) -> Self {
        self.certificate = Some(self.private_key.with_extension("crt"));
        self
    }

    /// The private key's file.
    #[must_use]
    pub fn private_key(&self) -> &Path {
        &self.private_key
    }

    /// The public key's file.
    #[must_use]
    pub fn public_key(&self) -> &Path {
        &self.public_key
    }

    /// The JWK Set's file.
    #[must_use]
    pub fn jwk_set(&self) -> &Path {
        &self.jwk_set
    }

    /// The certificate's file, if there is to be one.
    #[must_use]
    pub fn certificate(&self) -> Option<&Path> {
        self.certificate.as_deref()
    }

    /// All of these files.
    #[must_use]
    pub fn paths(&self) -> Vec<&Path> {
        let paths: [&Path; 3] = [&self.private_key, &self.public_key, &self.jwk_set];
        paths.into_iter().chain(self.certificate()).collect()
    }

    /// Finishes or undoes a change of these files that another process did not finish.
    pub fn settle(&self, on_event: &dyn Fn(&Event)) {
        key_journal::settle_of(&self.private_key, on_event);
    }

    /// Checks that none of the files exists.
    ///
    /// # Errors
    ///
    /// [`Error::AlreadyExists`].
    pub fn check_absent(&self) -> Result<(), Error> {
        match self
            .paths()
            .into_iter()
            .find(|path| path.symlink_metadata().is_ok())
        {
            None => Ok(()),
            Some(path) => Err(already_exists(path)),
        }
    }

    /// Checks that no folder has the name of one of the files: it cannot be
    /// replaced, and that would be found only after others have been.
    fn check_replaceable(&self) -> Result<(), Error> {
        let is_folder = |path: &&Path| {
            path.symlink_metadata()
                .is_ok_and(|metadata| metadata.is_dir())
        };
        match self.paths().into_iter().find(is_folder) {
            None => Ok(()),
            Some(path) => Err(Error::IsFolder {
                path: path.to_owned(),
            }),
        }
    }

    /// Writes the files where none of them exists, all of them or none, whatever happens
    /// meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error::AlreadyExists`], [`Error::CreateFolder`] and [`Error::Write`].
    pub fn write(&self, key: &NewKey<'_>, on_event: &dyn Fn(&Event)) -> Result<(), Error> {
        self.change(key, false, on_event)
    }

    /// Writes the files in place of those that exist, all of them or none, whatever happens
    /// meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error::IsFolder`], [`Error::CreateFolder`] and [`Error::Write`].
    pub fn replace(&self, key: &NewKey<'_>, on_event: &dyn Fn(&Event)) -> Result<(), Error> {
        self.change(key, true, on_event)
    }

    fn change(
        &self,
        key: &NewKey<'_>,
        replace: bool,
        on_event: &dyn Fn(&Event),
    ) -> Result<(), Error> {
        if folder_of(&self.private_key) != folder_of(&self.folder.join("key")) {
            let source = io::Error::new(
                io::ErrorKind::InvalidInput,
                "it is outside of the folder of the keys; choose another key ID",
            );
            return Err(unwritable(&self.private_key, source));
        }
        fs::create_dir_all(&self.folder).map_err(|source| Error::CreateFolder {
            folder: self.folder.clone(),
            source,
        })?;
        // The private key goes last: the other two are worth nothing without it,
        // and it is the one whose name says that the set is whole.
        let files = [
            (&self.jwk_set, key.jwk_set.to_json(), PUBLIC),
            (&self.public_key, key.public_key.to_spki_pem(), PUBLIC),
        ];
        let mut journal = self.begin_change(replace, on_event)?;
        let mut add = |path: &Path, contents: &[u8], mode| {
            let added = journal.add(path, contents, mode);
            added.map_err(|error| unwritable(path, error))
        };
        for (path, text, mode) in &files {
            add(path, text.as_bytes(), *mode)?;
        }
        if let (Some(path), Some(text)) = (&self.certificate, key.certificate) {
            add(path, text.as_bytes(), PUBLIC)?;
        }
        let private_key = key.private_key.secret().as_bytes();
        add(&self.private_key, private_key, PRIVATE)?;
        journal
            .commit(replace)
            .map_err(|(path, error)| match error.kind() {
                io::ErrorKind::AlreadyExists => already_exists(&path),
                _ => unwritable(&path, error),
            })
    }

    /// Settles what was interrupted in the folder, and begins a change.
    fn begin_change(&self, replace: bool, on_event: &dyn Fn(&Event)) -> Result<KeyJournal, Error> {
        let unwritable = |error| unwritable(&self.jwk_set, error);
        key_journal::settle_all(&self.folder, on_event);
        let name = self.private_key.file_stem().unwrap_or_default();
        let journal = KeyJournal::begin(&self.folder, &name.to_string_lossy(), on_event);
        let journal = journal.map_err(unwritable)?;
        // Another process may have been faster.
        match replace {
            true => self.check_replaceable()?,
            false => self.check_absent()?,
        }
        Ok(journal)
    }
}

fn unwritable(path: &Path, source: io::Error) -> Error {
    Error::Write {
        path: path.to_owned(),
        source,
    }
}

/// Rejects a key ID that makes no safe file name.
///
/// # Errors
///
/// What is not safe about it.
pub fn check_file_name(key_id: &KeyId) -> Result<(), UnsafeFileName> {
    let text = key_id.as_str();
    let allowed = |character: char| {
        character.is_alphanumeric()
            || matches!(character, '-' | '_' | '.' | '~' | '+' | '=' | '@' | ' ')
    };
    let problem = if text.is_empty() {
        "is empty"
    } else if !text.chars().all(allowed) {
        "holds a character that is not safe in a file name"
    } else if text.starts_with(['.', '-', ' ']) || text.ends_with([' ', '.']) {
        "begins or ends with a character that is not safe there in a file name"
    } else if text.contains("..") {
        "holds two dots in a row"
    } else if text.len() > 200 {
        "is longer than a file name can be"
    } else {
        return Ok(());
    };
    Err(UnsafeFileName {
        key_id: key_id.clone(),
        problem,
    })
}

/// A key ID that makes no safe file name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsafeFileName {
    key_id: KeyId,
    problem: &'static str,
}

impl fmt::Display for UnsafeFileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the key identifier {:?} {}; use letters, digits, - and _, as in int-1",
            self.key_id.as_str(),
            self.problem
        )
    }
}

impl std::error::Error for UnsafeFileName {}

fn already_exists(path: &Path) -> Error {
    Error::AlreadyExists {
        path: path.to_owned(),
    }
}
