//! Key files as the library keeps them, and what becomes of its errors and events.

use std::path::{Path, PathBuf};

use tokenring_jwk::PublicKey;
use tokenring_jwk::{Error as KeyError, KeyId};
use tokenring_keystore::{Error, Event};
use tokenring_keystore::{FolderLock, SetFile};
use tokenring_text::shell_word;

use crate::ExitCode;
use crate::console::Console;
use crate::failure::Result;
use crate::failure::{Failure, chain};
use crate::passphrase;
use crate::setting::Setting;

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
        Event::ReadableByOthers { place, mode } => {
            let name = place.to_string();
            console.warning(format_args!(
                "others can read the private key {name} (mode {mode:04o}); run: chmod 600 {}",
                shell_word(&name)
            ));
        }
        Event::WaitingForLock { .. } => {
            console.detail("Waiting for another process to be done with the keys");
        }
        Event::NotLocked { folder, error } => console.warning(format_args!(
            "{} cannot be locked ({error}); let no other process change its keys",
            folder.display()
        )),
        event => show(event),
    }
}

/// Says what is left of other processes, and what is waited for, whatever a command was told
/// about its own output.
pub(crate) fn show(event: &Event) {
    let console = Console::new();
    match event {
        Event::WaitingForKey { path } => console.say(format_args!(
            "Waiting for somebody to write the private key into {}",
            path.display()
        )),
        Event::ChangeFinished { key } => console.say(format_args!(
            "Finished an interrupted change of the key {}",
            key.display()
        )),
        Event::ChangeUndone { key } => console.say(format_args!(
            "Undid an interrupted change of the key {}",
            key.display()
        )),
        Event::ChangeStuck { path, error } => console.warning(format_args!(
            "an interrupted change of {} cannot be finished: {error}",
            path.display()
        )),
        Event::DraftRemoved { path } => console.say(format_args!(
            "Removed {}, left by a killed process",
            path.display()
        )),
        _ => {}
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        failure(&error)
    }
}

/// What is wrong with a key file, with the options that help.
pub(crate) fn failure(error: &Error) -> Failure {
    let text = match error {
        Error::Key {
            place,
            source: KeyError::SeveralKeys(key_ids),
        } => format!("private key {place}: {}", several_keys(key_ids)),
        Error::Key { place, source } if source.needed_feature() == Some("encrypted") => {
            format!("private key {place}: it is encrypted; build with the feature `aws-lc-rs`")
        }
        Error::Key { place, source } if source.needed_feature() == Some("rsa-completion") => {
            format!(
                "private key {place}: it leaves out some parts of the RSA key; build with the \
                 feature `aws-lc-rs`, which computes them"
            )
        }
        Error::Set {
            path,
            source: KeyError::PrivateMember,
        } => format!(
            "JWK Set {0}: it holds private or symmetric keys; publish only public halves, which \
             this writes: tokenring jwks add PUBLIC.json {1}",
            path.display(),
            shell_word(&path.display().to_string())
        ),
        Error::Passphrase { place, source } => {
            return passphrase::failure(source).while_doing(&format!("private key {place}"));
        }
        Error::SeveralPublicKeys { place, key_ids } => {
            let names: Vec<String> = key_ids
                .iter()
                .map(|key_id| match key_id {
                    Some(key_id) => format!("{:?}", key_id.as_str()),
                    None => "one without".into(),
                })
                .collect();
            let names = names.join(", ");
            format!("key {place}: say which key of the set with --kid; it has {names}")
        }
        Error::AlreadyExists { path } => format!(
            "{} is there already and stays as it is; choose another --kid or --output-dir, \
                 or replace all three files with --force",
            path.display()
        ),
        Error::IsFolder { path } => format!(
            "{} is a folder; move it away, or choose another --kid or --output-dir",
            path.display()
        ),
        error => chain(error),
    };
    Failure::new(exit_code(error), text)
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

/// Which keys there are, and the option that says which is meant.
fn several_keys(key_ids: &[Option<KeyId>]) -> String {
    let is_unique = |key_id: &&KeyId| {
        let same = key_ids.iter().flatten().filter(|other| other == key_id);
        same.count() == 1
    };
    let names: Vec<String> = key_ids
        .iter()
        .flatten()
        .filter(is_unique)
        .map(|key_id| format!("{:?}", key_id.as_str()))
        .collect();
    let alone = "put the one that is meant, its JSON object, into a file of its own (tokenring keys \
                 convert makes PEM of that)";
    let count = key_ids.len();
    if names.is_empty() {
        let shared = key_ids.iter().flatten().next();
        let problem = shared.map_or("without key IDs", |_| "that share key IDs");
        return format!("the JWK Set holds several private keys {problem}; {alone}");
    }
    let rest = count - names.len();
    let names = names.join(", ");
    let text = format!("the JWK Set holds several private keys; say which with --kid KID: {names}");
    if rest == 0 {
        return text;
    }
    format!("{text}; the other {rest} have no key ID of their own: for one of them, {alone}")
}
