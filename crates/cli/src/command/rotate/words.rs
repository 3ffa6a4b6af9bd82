//! A rotation's errors and events, with the options that help.

use std::path::Path;

use tokenring_key_rotation::{Error, Event, Stage};
use tokenring_text::shell_word;

use crate::{Console, ExitCode, Failure, key_folder, keystore, passphrase};

/// The option that names a folder.
pub(super) fn keys_option(folder: &Path) -> String {
    format!("--keys {}", word(folder))
}

fn word(path: &Path) -> String {
    shell_word(&path.display().to_string())
}

/// Why a step was not taken.
pub(super) fn failure(error: &Error, folder: &Path) -> Failure {
    let as_it_says = || Failure::from_error(exit_code(error), error);
    let failure = rewritten(error, folder).unwrap_or_else(as_it_says);
    match advice(error, folder) {
        Some(advice) => failure.with_advice(&advice),
        None => failure,
    }
}

/// What another part of the command words.
fn rewritten(error: &Error, folder: &Path) -> Option<Failure> {
    Some(match error {
        Error::Keystore(source) | Error::SetMissing { source, .. } => keystore::failure(source),
        Error::Passphrase(source) => passphrase::failure(source),
        Error::NoPassphrase => passphrase::nothing_to_encrypt_with(),
        Error::CannotSign { source, .. } => failure(source, folder),
        // It names the file itself.
        Error::State { source, .. } if matches!(**source, Error::Read { .. }) => {
            Failure::from_error(exit_code(error), &**source)
        }
        // A step is about to make one.
        Error::NotRotated { .. } => {
            let folder = folder.to_owned();
            let error = Error::NoKeyInUse { folder };
            Failure::from_error(ExitCode::Configuration, &error)
        }
        _ => return None,
    })
}

/// What to do about it.
fn advice(error: &Error, folder: &Path) -> Option<String> {
    let option = keys_option(folder);
    Some(match error {
        Error::NotRotated { .. } => format!(
            "begin with: tokenring rotate begin --private-key {}",
            word(&folder.join("KEY.pem"))
        ),
        Error::NoKeyInUse { .. } => "name the key in use with --private-key FILE".into(),
        Error::UnknownKeyId { .. } => "give it with --kid KID".into(),
        Error::State { source, .. } if is_damage(source) => format!(
            "restore it from a backup, or move it away and begin again, naming the key that \
             signs: tokenring rotate begin {option} --private-key FILE"
        ),
        Error::SetMissing {
            jwk_set,
            key_id,
            file,
            ..
        }
        | Error::ActiveKeyNotInSet {
            jwk_set,
            key_id,
            file,
        } => match file.exists() {
            false => key_folder::adoption_advice(folder),
            true => format!(
                "add it with: tokenring jwks add {} {} --kid={}",
                word(jwk_set),
                word(file),
                shell_word(key_id.as_str())
            ),
        },
        Error::CannotSign {
            stage: Stage::Active,
            ..
        } => "no key is retired until the active one can sign".into(),
        Error::CannotSign { key_id, .. } => format!(
            "put its file back, or give the key up: tokenring rotate retire {option} --kid={}",
            shell_word(key_id.as_str())
        ),
        Error::KeyInUseNotInSet { .. } => {
            "name the JWK Set that is with --jwk-set, and the key with --kid".into()
        }
        Error::NotAdoptable { .. } => {
            "name one that is, and its key ID with --kid if that is not the file's name".into()
        }
        Error::KeyIdInSet { .. } => "choose another --next-kid, or remove that one".into(),
        Error::FileExists { .. } => "choose another --next-kid".into(),
        Error::AlgorithmNotAccepted { .. } => "choose another with --key-type and --alg".into(),
        Error::MakingInterrupted { .. } => {
            format!("run again: tokenring rotate begin {option}")
        }
        Error::NotPublished { .. } => {
            "publish the set, and name its URL with --jwks-url, or the time with --published".into()
        }
        Error::NothingToRetire => "a new key that is not to be used is named with --kid".into(),
        Error::NotDeleted { .. } => "leave out --delete-key and look at the file".into(),
        _ => return None,
    })
}

/// Whether a backup of the state helps.
fn is_damage(error: &Error) -> bool {
    match error {
        Error::Read { source, .. } => source.kind() == std::io::ErrorKind::InvalidData,
        _ => true,
    }
}

const fn exit_code(error: &Error) -> ExitCode {
    match error {
        error if error.is_temporary() => ExitCode::RuleBroken,
        Error::FileName { .. }
        | Error::TooLong { .. }
        | Error::UsedKeyId { .. }
        | Error::UnknownKey { .. }
        | Error::NoKeyInUse { .. }
        | Error::OutsideFolder { .. }
        | Error::UnknownKeyId { .. }
        | Error::AlgorithmOfOtherKeys { .. }
        | Error::PublishedBeforeMade { .. } => ExitCode::Usage,
        Error::FileExists { .. } | Error::Delete { .. } => ExitCode::Output,
        _ => ExitCode::Configuration,
    }
}

/// Says what happens during a step; the gateway's refusal is that of a key that it does not know.
pub(super) fn events(refusal: String, console: Console) -> impl Fn(&Event<'_>) + Send + Sync {
    move |event| match event {
        Event::Files(event) => keystore::show_on(&console, event),
        Event::ActivatedEarly { .. } => {
            console.warning(format_args!("{event}, and refuses what it signs {refusal}"))
        }
        event if event.is_warning() => console.warning(event),
        event => console.say(event),
    }
}
