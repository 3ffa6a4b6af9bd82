//! Key files as the library keeps them, and what becomes of its errors and events.

use std::path::{Path, PathBuf};

use tokenring::key_error_text;
use tokenring_jwk::{Error as KeyError, PublicKey};
use tokenring_keystore::{AnyKey, Error, Event, FolderLock, SetFile};

use crate::{Console, ExitCode, Failure, Result, Setting, option_words, words};

/// Waits until no other process changes the keys in a folder.
pub(crate) fn lock_folder(folder: &Path, console: &Console) -> Result<FolderLock> {
    Ok(FolderLock::take(folder, &|event| show_on(console, event))?)
}

/// Reads a public key, where whoever signs cannot supply it.
pub(crate) fn read_public_key(path: Option<&Setting<PathBuf>>) -> Result<Option<PublicKey>> {
    match path {
        None => Ok(None),
        Some(path) => Ok(Some(tokenring_keystore::read_public_key(path.value())?)),
    }
}

/// Reads a JWK Set's file.
pub(crate) fn open_set(path: &Path) -> Result<SetFile> {
    Ok(SetFile::open(path, &show)?)
}

/// Reads a JWK Set's file, or begins an empty set where there is none.
pub(crate) fn open_or_new_set(path: &Path) -> Result<SetFile> {
    Ok(SetFile::open_or_new(path, &show)?)
}

/// A key that cannot be used as it is asked for.
pub(crate) fn unusable_key(key: &AnyKey, source: KeyError) -> Failure {
    let place = key.place.clone();
    Failure::from(Error::AnyKey { place, source })
}

/// A JWK Set that cannot be used as it is asked for.
pub(crate) fn unusable_set(path: &Path, error: &KeyError) -> Failure {
    Failure::from(Error::Set {
        path: path.to_owned(),
        source: error.clone(),
    })
}

/// Says what happens to key files besides what a command does.
pub(crate) fn show_on(console: &Console, event: &Event) {
    match event {
        Event::WaitingForLock { .. } => {
            console.detail("Waiting for another process to be done with the keys");
        }
        Event::NotLocked { folder, error } => console.warning(format_args!(
            "{} cannot be locked ({error}); let no other process change its keys",
            folder.display()
        )),
        Event::ReadableByOthers { .. } => tell(event, console),
        event => show(event),
    }
}

/// Says what is left of other processes, and what is waited for, whatever a command was told
/// about its own output.
pub(crate) fn show(event: &Event) {
    match event {
        Event::ReadableByOthers { .. } => {}
        event => tell(event, &Console::new()),
    }
}

fn tell(event: &Event, console: &Console) {
    if let Some(event) = tokenring::Event::of_key(event) {
        words::event::tell(&event, console);
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        failure(&error)
    }
}

/// What is wrong with a key file, with the options that help.
pub(crate) fn failure(error: &Error) -> Failure {
    let failure = Failure::new(
        exit_code(error),
        option_words::words(&key_error_text(error)),
    );
    match tokenring::key_advice(error) {
        Some(advice) => failure.with_advice(&option_words::words(&advice)),
        None => failure,
    }
}

/// Whether a file cannot be read, or not be written.
const fn exit_code(error: &Error) -> ExitCode {
    match error {
        Error::SetTooLarge { .. }
        | Error::AlreadyExists { .. }
        | Error::IsFolder { .. }
        | Error::CreateFolder { .. }
        | Error::Write { .. }
        | Error::Lock { .. }
        | Error::Locked { .. } => ExitCode::Output,
        _ => ExitCode::Configuration,
    }
}
