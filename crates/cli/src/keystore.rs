//! Key files as the library keeps them, and what becomes of its errors and events.

use std::path::{Path, PathBuf};

use tokenring_jwk::{Error as KeyError, FoundInput, KeyId, PublicKey};
use tokenring_keystore::{AnyKey, Error, Event, FolderLock, SetFile};
use tokenring_text::shell_word;

use crate::ExitCode;
use crate::console::Console;
use crate::failure::Result;
use crate::failure::{Failure, chain};
use crate::option_words;
use crate::setting::Setting;
use crate::words;

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
    let text = match error {
        Error::Key {
            place,
            source: KeyError::SeveralKeys(key_ids),
        } => format!("private key {place}: {}", several_keys(key_ids)),
        Error::Key {
            place,
            source: KeyError::UnexpectedInput(FoundInput::NoCurve),
        } => format!(
            "private key {place}: the EC private key does not name its curve; have the program that \
             wrote it write PKCS#8, or name the curve, such as with: tokenring keys convert {} --to \
             pkcs8 --key-type p-256 --output NAMED.pem",
            shell_word(&place.to_string())
        ),
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
        error => chain(error),
    };
    let failure = Failure::new(exit_code(error), text);
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
