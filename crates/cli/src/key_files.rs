//! The three files of a key: they appear together or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tokenring_jwk::{JwkSet, KeyId, PublicKey, SecretPem};

use crate::atomic_file::{PRIVATE, PUBLIC};
use crate::failure::{Failure, Reason, Result};
use crate::key_journal::{self, KeyJournal};

/// Where the files of one key are.
pub(crate) struct KeyFiles {
    folder: PathBuf,
    pub(crate) private_key: PathBuf,
    pub(crate) public_key: PathBuf,
    pub(crate) jwk_set: PathBuf,
    /// For gateways that know keys by that.
    #[cfg(feature = "x509")]
    pub(crate) certificate: Option<PathBuf>,
}

/// What is written into them.
pub(crate) struct Contents<'c> {
    pub(crate) private_key: &'c SecretPem,
    pub(crate) public_key: &'c PublicKey,
    pub(crate) jwk_set: &'c JwkSet,
    #[cfg(feature = "x509")]
    pub(crate) certificate: Option<&'c str>,
}

impl KeyFiles {
    pub(crate) fn new(folder: &Path, key_id: &KeyId) -> Self {
        let path = |extension| folder.join(format!("{key_id}.{extension}"));
        Self {
            private_key: path("pem"),
            public_key: path("pem.pub"),
            jwk_set: path("json"),
            #[cfg(feature = "x509")]
            certificate: None,
            folder: folder.to_owned(),
        }
    }

    /// The same with a certificate.
    #[cfg(feature = "x509")]
    pub(crate) fn with_certificate(mut self) -> Self {
        self.certificate = Some(self.private_key.with_extension("crt"));
        self
    }

    pub(crate) fn paths(&self) -> Vec<&Path> {
        let paths: [&Path; 3] = [&self.private_key, &self.public_key, &self.jwk_set];
        #[cfg_attr(
            not(feature = "x509"),
            expect(unused_mut, reason = "without certificates there are always three")
        )]
        let mut paths = paths.to_vec();
        #[cfg(feature = "x509")]
        paths.extend(self.certificate.as_deref());
        paths
    }

    /// Settles a change of these files that was interrupted.
    pub(crate) fn settle(&self) {
        key_journal::settle_of(&self.private_key);
    }

    /// Fails where one of the files is there already.
    pub(crate) fn check_absent(&self) -> Result<()> {
        match self
            .paths()
            .into_iter()
            .find(|path| path.symlink_metadata().is_ok())
        {
            None => Ok(()),
            Some(path) => Err(already_there(path)),
        }
    }

    /// Fails where a folder has the name of one of the files: it cannot be
    /// replaced, and that would be found only after others have been.
    pub(crate) fn check_replaceable(&self) -> Result<()> {
        let is_folder = |path: &&Path| {
            path.symlink_metadata()
                .is_ok_and(|metadata| metadata.is_dir())
        };
        match self.paths().into_iter().find(is_folder) {
            None => Ok(()),
            Some(path) => Err(Failure::new(
                crate::ExitCode::Output,
                format!(
                    "{} is a folder; move it away, or choose another --kid or --output-dir",
                    path.display()
                ),
            )),
        }
    }

    /// Writes the files, all of them or none, whatever happens meanwhile.
    pub(crate) fn write(&self, contents: &Contents<'_>, replace: bool) -> Result<()> {
        fs::create_dir_all(&self.folder).map_err(|error| {
            Failure::output(
                format_args!("cannot make the folder {}", self.folder.display()),
                &error,
            )
        })?;
        // The private key goes last: the other two are worth nothing without it,
        // and it is the one whose name says that the set is whole.
        let files = [
            (&self.jwk_set, contents.jwk_set.to_json(), PUBLIC),
            (&self.public_key, contents.public_key.to_spki_pem(), PUBLIC),
        ];
        let mut journal = self.begin_change(replace)?;
        let mut add = |path: &Path, contents: &[u8], mode| {
            let added = journal.add(path, contents, mode);
            added.map_err(|error| unwritable(path, &error))
        };
        for (path, text, mode) in &files {
            add(path, text.as_bytes(), *mode)?;
        }
        #[cfg(feature = "x509")]
        if let (Some(path), Some(text)) = (&self.certificate, contents.certificate) {
            add(path, text.as_bytes(), PUBLIC)?;
        }
        let private_key = contents.private_key.secret().as_bytes();
        add(&self.private_key, private_key, PRIVATE)?;
        journal
            .commit(replace)
            .map_err(|(path, error)| match error.kind() {
                io::ErrorKind::AlreadyExists => already_there(&path),
                _ => unwritable(&path, &error),
            })
    }

    /// Settles what was interrupted in the folder, and begins a change.
    fn begin_change(&self, replace: bool) -> Result<KeyJournal> {
        let unwritable = |error| unwritable(&self.jwk_set, &error);
        key_journal::settle_all(&self.folder);
        let name = self.private_key.file_stem().unwrap_or_default();
        let journal = KeyJournal::begin(&self.folder, &name.to_string_lossy());
        let journal = journal.map_err(unwritable)?;
        // Another process may have been faster.
        match replace {
            true => self.check_replaceable()?,
            false => self.check_absent()?,
        }
        Ok(journal)
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::output(format_args!("cannot write {}", path.display()), error)
}

/// Refuses a key identifier that makes no safe file name.
pub(crate) fn check_file_name(key_id: &KeyId) -> Result<(), Reason> {
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
    Err(Reason::new(format!(
        "the key identifier {text:?} {problem}; use letters, digits, - and _, as in int-1"
    )))
}

fn already_there(path: &Path) -> Failure {
    Failure::new(
        crate::ExitCode::Output,
        format!(
            "{} is there already and stays as it is; choose another --kid or --output-dir, \
             or replace all three files with --force",
            path.display()
        ),
    )
}
