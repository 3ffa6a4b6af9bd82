//! The private key's file.

use std::fs;
use std::path::{Path, PathBuf};

use tokenring_jwk::{PublicKey, any};
use tokenring_keystore::{FileAccess, KeyFileReader};

use super::{Check, CheckRemedy, CheckStep, Steps};
use crate::Error;
use crate::key_source::is_pkcs11_uri;
use crate::options::KeyOptions;

/// A key that signs for longer is due to be replaced: a year.
#[cfg(feature = "rotation")]
const OLD_DAYS: u64 = 365;

impl Steps<'_> {
    /// The private key's file: whether it is one, whose it is, and what is in it.
    pub(super) fn key(&mut self) -> Option<(PathBuf, PublicKey)> {
        let (check, key) = self.examine_key();
        self.checks.push(check);
        key
    }

    fn examine_key(&self) -> (Check, Option<(PathBuf, PublicKey)>) {
        const STEP: CheckStep = CheckStep::Key;
        let skipped = |text: String| (Check::skipped(STEP, text), None);
        let failure = |text: String, remedy| (Check::failure(STEP, text, remedy), None);
        let options = &self.builder.key;
        if options.signer_command.is_some() {
            return skipped("with a signer command, so there is no file to look at".into());
        }
        if is_of_source(options) {
            return skipped("kept elsewhere, so there is no file to look at".into());
        }
        let Some(path) = &options.name else {
            return failure("no private key is given".into(), CheckRemedy::NameKey);
        };
        if path.as_os_str() == "-" {
            return skipped("from standard input, so there is no file to look at".into());
        }
        if path.to_str().is_some_and(is_pkcs11_uri) {
            return skipped("on a token, so there is no file to look at".into());
        }
        let reader = match self.reader() {
            Ok(reader) => reader,
            Err(error) => return (Check::failed(STEP, error), None),
        };
        #[cfg(feature = "rotation")]
        if path.is_dir() {
            return match active_key(path, reader) {
                Ok((check, key)) => (check, Some(key)),
                Err(error) => (Check::failed(STEP, error), None),
            };
        }
        let name = path.display();
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => {}
            Ok(metadata) if metadata.is_dir() => {
                return failure(format!("{name} is a folder"), CheckRemedy::NameKeyInFolder);
            }
            Ok(_) => return skipped(format!("{name} is no plain file, and left for signing")),
            Err(error) => {
                let text = format!("{name} cannot be looked at: {error}");
                return failure(text, CheckRemedy::NameKey);
            }
        }
        let key = match reader.read(path) {
            Ok(loaded) => loaded.into_private_key(),
            Err(error) => return (Check::failed(STEP, Error::key(error)), None),
        };
        let public_key = match (any::public_key(&key), key.stated_public_key()) {
            (Ok(public_key), _) => public_key,
            (_, Some(public_key)) => public_key.clone(),
            (Err(error), None) => {
                let text = format!("{name}: {}", crate::error::chain(&error));
                return failure(text, CheckRemedy::GenerateKey);
            }
        };
        let text = format!("{name}: {}", describe(&public_key));
        let access = FileAccess::of(path);
        let check = match access {
            FileAccess::Shared { .. } => {
                let remedy = CheckRemedy::RestrictFile(path.clone());
                Check::warning(STEP, format!("{text}, {access}"), remedy)
            }
            FileAccess::OfAnother { .. } => {
                let remedy = CheckRemedy::OwnFileForEachUser;
                Check::warning(STEP, format!("{text}, {access}"), remedy)
            }
            FileAccess::Own { .. } => Check::ok(STEP, format!("{text}, {access}")),
            _ => Check::ok(STEP, text),
        };
        (check, Some((path.clone(), public_key)))
    }

    /// Reads without a word of what it finds on the way.
    fn reader(&self) -> Result<KeyFileReader, Error> {
        let options = &self.builder.key;
        let mut reader = KeyFileReader::new();
        if let Some(key_id) = options.key_id.as_deref().filter(|text| !text.is_empty()) {
            reader = reader.with_key_id(crate::key_naming::parse(key_id)?);
        }
        if let Some(passphrase) = &options.passphrase {
            reader = reader.with_passphrase(passphrase.clone());
        }
        Ok(reader)
    }
}

/// Whether the caller gave the key itself, or a source that knows its name.
fn is_of_source(options: &KeyOptions) -> bool {
    let name = options.name.as_deref().and_then(Path::to_str);
    let mut sources = options.sources.iter();
    options.external.is_some()
        || name.is_some_and(|name| sources.any(|source| source.open(name).is_some()))
}

fn describe(key: &PublicKey) -> String {
    format!("{} key of {} bits", key.key_type(), key.bits())
}

/// The active key of a folder, and how old it is.
#[cfg(feature = "rotation")]
fn active_key(
    folder: &Path,
    reader: KeyFileReader,
) -> Result<(Check, (PathBuf, PublicKey)), Error> {
    use tokenring_key_rotation::KeyFolder;

    const DAY: u64 = 24 * 60 * 60;
    let active = KeyFolder::open(folder, reader);
    let active = active
        .map_err(|error| Error::rotation(folder, error))?
        .current();
    let problem = |source| Error::Rotation {
        folder: folder.to_owned(),
        source,
    };
    if let Some(reason) = active.problem() {
        let reason = crate::error::chain(reason);
        return Err(problem(crate::Cause::from(Box::from(reason))));
    }
    let public_key = any::public_key(active.private_key())
        .map_err(|error| problem(crate::Cause::from(Box::from(error))))?;
    let now = crate::clock::now().map_or(0, |now| now.as_seconds());
    let days = now.saturating_sub(active.made().as_seconds()) / DAY;
    let text = format!(
        "{}: {}, active in {}, {days} days old",
        active.path().display(),
        describe(&public_key),
        folder.display()
    );
    let check = match days > OLD_DAYS {
        false => Check::ok(CheckStep::Key, text),
        true => {
            let remedy = CheckRemedy::RotateKeys(folder.to_owned());
            Check::warning(CheckStep::Key, text, remedy)
        }
    };
    Ok((check, (active.path().to_owned(), public_key)))
}
