//! A rotation's errors and events, with the options that help.

use std::path::Path;

use tokenring_jwk::KeyId;
use tokenring_key_rotation::{Error, Event, Readiness, Rotation, Stage};
use tokenring_text::shell_word;

use super::times;
use crate::ExitCode;
use crate::console::Console;
use crate::failure::{Failure, chain};
use crate::key_folder;
use crate::keystore;
use crate::passphrase;

/// The option that names a folder.
pub(super) fn keys_option(folder: &Path) -> String {
    format!("--keys {}", word(folder))
}

fn word(path: &Path) -> String {
    shell_word(&path.display().to_string())
}

/// Why a step was not taken.
pub(super) fn failure(error: &Error, folder: &Path) -> Failure {
    let failure = Failure::from_error(exit_code(error), error);
    match advice(error, folder) {
        Some(advice) => rewritten(error, folder)
            .unwrap_or(failure)
            .with_advice(&advice),
        None => rewritten(error, folder).unwrap_or(failure),
    }
}

/// What the command says in its own words.
fn rewritten(error: &Error, folder: &Path) -> Option<Failure> {
    let text = match error {
        Error::Keystore(source) => return Some(keystore::failure(source)),
        Error::SetMissing { source, .. } => return Some(keystore::failure(source)),
        Error::Passphrase(source) => return Some(passphrase::failure(source)),
        Error::NoPassphrase => return Some(passphrase::nothing_to_encrypt_with()),
        Error::CannotSign { source, .. } => return Some(failure(source, folder)),
        // It names the file itself.
        Error::State { source, .. } if matches!(**source, Error::Read { .. }) => chain(&**source),
        Error::NotRotated { .. } => {
            format!("{} has no {} yet", folder.display(), Rotation::FILE_NAME)
        }
        Error::NoKeyInUse { .. } => format!(
            "{} has no {} yet; name the key in use with --private-key FILE",
            folder.display(),
            Rotation::FILE_NAME
        ),
        Error::UnknownKeyId { path } => format!(
            "the key ID of {} is unknown; give it with --kid KID",
            path.display()
        ),
        Error::NotPublished { key_id } => {
            format!("key {key_id} has not been seen in the published JWK Set")
        }
        Error::FileExists { path } => {
            format!("{} already exists and was not overwritten", path.display())
        }
        Error::MakingInterrupted { key_id } => {
            format!("the making of key {key_id} was interrupted")
        }
        _ => return None,
    };
    Some(Failure::new(exit_code(error), text))
}

/// What to do about it.
fn advice(error: &Error, folder: &Path) -> Option<String> {
    let option = keys_option(folder);
    Some(match error {
        Error::NotRotated { .. } => format!(
            "begin with: tokenring rotate begin --private-key {}",
            word(&folder.join("KEY.pem"))
        ),
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
        Error::TooEarly { .. }
        | Error::NotPublished { .. }
        | Error::NotInPublishedSet { .. }
        | Error::PublishedSetUnavailable { .. } => ExitCode::RuleBroken,
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
        Event::TakenIn { key_id } => {
            console.say(format_args!("Took in key {key_id}, which signs"));
        }
        Event::Adopted { key_id, former } => console.say(format_args!(
            "Key {key_id} signs now; key {former}, which the state named, cannot"
        )),
        Event::Continuing { key_id } => {
            console.say(format_args!("Going on with key {key_id}"));
        }
        Event::NameTaken { key_id, path } => console.say(format_args!(
            "The JWK Set has another key {key_id} than {}, which stays as it is; making one of \
             another name",
            path.display()
        )),
        Event::ActivatedEarly {
            key_id,
            readiness,
            cache,
        } => warn(key_id, *readiness, *cache, &refusal, &console),
        Event::RetiredEarly { key_id, from } => console.warning(format_args!(
            "until {from} assertions of key {key_id} may be under way, and be refused"
        )),
        Event::Deleted { path } => console.say(format_args!("Deleted {}", path.display())),
        _ => {}
    }
}

/// What not waiting costs.
fn warn(
    key_id: &KeyId,
    readiness: Readiness,
    cache: std::time::Duration,
    refusal: &str,
    console: &Console,
) {
    let until = match (readiness, times::now()) {
        (Readiness::From(from), _) => format!("until {from}"),
        (_, Ok(now)) if !cache.is_zero() => format!(
            "until {} if the set is published this moment, and longer if not",
            now.after(cache)
        ),
        _ => "until it has fetched the published set".into(),
    };
    console.warning(format_args!(
        "{until} the gateway may not know key {key_id}, and refuses what it signs {refusal}"
    ));
}
