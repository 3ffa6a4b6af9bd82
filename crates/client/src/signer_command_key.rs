//! A key that a program signs with.

use std::path::Path;

use tokenring_jwk::{PublicKey, any};
use tokenring_signer_command::{Error as CommandError, SignerCommand};

use crate::error::Cause;
use crate::key_source::ExternalKey;
use crate::options::KeyOptions;
use crate::{Error, Parameter};

/// What people call the key.
const NAME: &str = "of the signer command";

/// Asks the program for what it says of the key, unless everything was given.
pub(crate) fn open(line: &str, options: &KeyOptions) -> Result<ExternalKey, Error> {
    let mut command = SignerCommand::from_command_line(line)
        .map_err(|error| Error::invalid(Parameter::SignerCommand, error))?
        .with_verifier(&any::Verifier);
    if let Some(spawn) = options.signer_spawn {
        command = command.with_spawn(spawn);
    }
    if let Some(limit) = options.signer_timeout {
        command = command.with_timeout(limit);
    }
    let given_key = options.public_key.as_deref().map(read_public_key);
    let given_key = given_key.transpose()?;
    let description = if given_key.is_some() && options.algorithm.is_some() {
        None
    } else {
        match command.describe() {
            Ok(description) => Some(description),
            Err(CommandError::NotDescribed) if given_key.is_some() => None,
            Err(error) => return Err(failure(error)),
        }
    };
    let described = description.as_ref();
    let described_key = described.and_then(|it| it.public_key().cloned());
    if let (Some(given), Some(described)) = (&given_key, &described_key) {
        if given != described {
            return Err(Error::PublicKeyOfAnotherKey { key: NAME.into() });
        }
    }
    let Some(public_key) = given_key.or(described_key) else {
        return Err(Error::PublicKeyUnknown { key: NAME.into() });
    };
    let command = command.with_public_key(public_key.clone());
    let mut key = ExternalKey::new(NAME, public_key, move |algorithm, key_id| {
        let mut command = command.clone().with_algorithm(algorithm);
        if let Some(key_id) = key_id {
            command = command.with_key_id(key_id.clone());
        }
        Ok(Box::new(command.into_signer()?))
    });
    if let Some(description) = description {
        key = key.with_algorithm(description.algorithm());
        if let Some(key_id) = description.key_id() {
            key = key.with_key_id(key_id.clone());
        }
    }
    Ok(key)
}

fn failure(error: CommandError) -> Error {
    Error::ExternalKey {
        key: NAME.into(),
        source: Cause::from(Box::from(error)),
    }
}

/// The public half of a key, where whoever signs cannot supply it.
pub(crate) fn read_public_key(path: &Path) -> Result<PublicKey, Error> {
    tokenring_keystore::read_public_key(path).map_err(Error::key)
}
