//! What the errors say.

use std::error;
use std::fmt;

use tokenring_jwk::Algorithm;

use super::{Error, NotDeleted};
use crate::{Rotation, Stage};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read { path, .. } => write!(f, "cannot read {}", path.display()),
            Self::Malformed { line: 0, problem } => {
                write!(f, "the rotation's state file is damaged: {problem}")
            }
            Self::Malformed { line, problem } => write!(
                f,
                "the rotation's state file is damaged in line {line}: {problem}"
            ),
            Self::Contradiction { problem } => {
                write!(f, "the rotation's state file contradicts itself: {problem}")
            }
            Self::Timestamp { text } => write!(
                f,
                "{text:?} is no moment in UTC; write it as 2026-11-22T09:30:00Z"
            ),
            Self::FileName { name } => write!(
                f,
                "{name:?} is no plain file name; a key is in the folder of the state file"
            ),
            Self::UnderWay { key_id } => write!(
                f,
                "a rotation to key {key_id} is under way; activate that key, or retire it first"
            ),
            Self::NothingWaits => {
                f.write_str("no new key is waiting to be activated; begin a rotation first")
            }
            Self::UnknownKey { key_id } => {
                write!(f, "no key of this folder has the identifier {key_id}")
            }
            Self::UsedKeyId { key_id } => write!(
                f,
                "the key identifier {key_id} was used before; a gateway that remembers the old \
                 key would refuse the new one, so take another"
            ),
            Self::TooLong { what } => {
                write!(
                    f,
                    "the {what} is longer than 4096 bytes; choose a shorter one"
                )
            }
            Self::TooManyKeys => f.write_str(
                "the JWK Set has a hundred keys of this rotation; retire the old ones first",
            ),
            Self::WrongStage { key_id, stage } => match stage {
                Stage::Active => write!(
                    f,
                    "key {key_id} is the one that signs; activate another before it is retired"
                ),
                _ => write!(f, "key {key_id} is {stage}, and stays so"),
            },
            Self::NotPublished { key_id } => {
                write!(f, "key {key_id} has not been seen in the published JWK Set")
            }
            Self::TooEarly { key_id, from } => {
                write!(f, "it is too early for key {key_id}; wait until {from}")
            }
            Self::Load { path, .. } => write!(f, "cannot load the key {}", path.display()),
            Self::NotRotated { folder } => write!(
                f,
                "{} is a folder without {}; name a key's own file",
                folder.display(),
                Rotation::FILE_NAME
            ),
            Self::NoKeyInUse { folder } => {
                write!(f, "{} has no {} yet", folder.display(), Rotation::FILE_NAME)
            }
            Self::State { folder, .. } => {
                write!(f, "{}", folder.join(Rotation::FILE_NAME).display())
            }
            Self::Keystore(source) => source.fmt(f),
            Self::Key(source) => source.fmt(f),
            Self::NoPassphrase => f.write_str("there is no passphrase to encrypt the new key with"),
            Self::Passphrase(source) => source.fmt(f),
            Self::OutsideFolder { path, folder } => write!(
                f,
                "the key {} is not in the folder {}; put it there, where the next keys come too",
                path.display(),
                folder.display()
            ),
            Self::PublicKey { path } => write!(
                f,
                "{} is a public key; name the private key",
                path.display()
            ),
            Self::UnknownKeyId { path } => write!(f, "the key ID of {} is unknown", path.display()),
            Self::KeyInUseNotInSet {
                key_id,
                jwk_set,
                has_other,
            } => {
                let problem = match has_other {
                    true => "holds another key under that name",
                    false => "does not hold it",
                };
                write!(
                    f,
                    "the key in use is {key_id}, and {} {problem}, so that it is not what the \
                     gateway has",
                    jwk_set.display()
                )
            }
            Self::NotAdoptable { path, jwk_set } => write!(
                f,
                "{} is not a private key of the JWK Set {}",
                path.display(),
                jwk_set.display()
            ),
            Self::SetMissing { source, .. } => source.fmt(f),
            Self::ActiveKeyNotInSet {
                jwk_set, key_id, ..
            } => write!(
                f,
                "JWK Set {}: it has no key {key_id}, which signs",
                jwk_set.display()
            ),
            Self::KeyIdInSet { jwk_set, key_id } => write!(
                f,
                "JWK Set {}: it holds another key under the name {key_id}",
                jwk_set.display()
            ),
            Self::OtherKeyInSet {
                jwk_set,
                key_id,
                path,
            } => write!(
                f,
                "the key {}: its public half is not the {key_id} of the JWK Set {}; put the files \
                 back as they were made",
                path.display(),
                jwk_set.display()
            ),
            Self::UnusableJwk { key_id } => {
                write!(f, "the key {key_id} in the JWK Set is not usable")
            }
            Self::AlgorithmOfOtherKeys {
                algorithm,
                key_type,
            } => tokenring_jwk::Error::WrongKeyType {
                algorithm: *algorithm,
                key_type: *key_type,
            }
            .fmt(f),
            Self::AlgorithmNotAccepted { spec, algorithm } => write!(
                f,
                "the gateway takes no {spec} key for {}",
                algorithm.map_or("any algorithm", Algorithm::name)
            ),
            Self::FileExists { path } => write!(
                f,
                "{} already exists and was not overwritten",
                path.display()
            ),
            Self::MakingInterrupted { key_id } => {
                write!(f, "the making of key {key_id} was interrupted")
            }
            Self::CannotSign { key_id, .. } => write!(f, "key {key_id} cannot sign"),
            Self::PublishedBeforeMade { .. } => f.write_str("that is before the key was made"),
            Self::NotInPublishedSet { key_id, jwk_set } => write!(
                f,
                "the published JWK Set has no key {key_id}, or another one of that name; publish {}",
                jwk_set.display()
            ),
            Self::PublishedSetUnavailable { .. } => {
                f.write_str("the published JWK Set could not be fetched; try again later")
            }
            Self::NothingToRetire => f.write_str("no old key is left to be retired"),
            Self::NotDeleted {
                key_id,
                path,
                reason,
            } => write!(
                f,
                "{} is not deleted, and key {key_id} not retired: {reason}",
                path.display()
            ),
            Self::Delete { path, .. } => write!(f, "cannot delete {}", path.display()),
        }
    }
}

impl fmt::Display for NotDeleted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FileOfKey(key_id) => write!(f, "it is the file of key {key_id}"),
            Self::SymbolicLink => f.write_str("it is a symbolic link, whose target would stay"),
            Self::NotPrivateKey(source) => {
                write!(f, "it is not its private key ({source}")?;
                let mut cause = error::Error::source(&**source);
                while let Some(source) = cause {
                    write!(f, ": {source}")?;
                    cause = source.source();
                }
                f.write_str(")")
            }
            Self::OtherPrivateKey => f.write_str("it holds the private key of another one"),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Read { source, .. } | Self::Delete { source, .. } => Some(source),
            Self::Load { source, .. } => Some(source.as_ref()),
            Self::State { source, .. } | Self::CannotSign { source, .. } => Some(&**source),
            Self::Keystore(source) => source.source(),
            Self::Key(source) => source.source(),
            Self::Passphrase(source) => source.source(),
            Self::SetMissing { source, .. } => source.source(),
            _ => None,
        }
    }
}
