use std::path::Path;

use tokenring_jwk::{Algorithm, Jwk, JwkSet, KeyId, KeyUse, PrivateKey, any};
use tokenring_keystore::AnyKey;
use zeroize::Zeroizing;

use crate::ExitCode;
use crate::atomic_file::{self, PRIVATE, PUBLIC};
use crate::console::Console;
use crate::failure::{Failure, Reason, Result, chain};
use crate::key_format::Target;
use crate::key_id;
use crate::key_input::{self, KeyReader};
use crate::options::{ConversionOptions, JwkOptions};
use crate::output;
use crate::passphrase::PassphraseSource;

/// Writes a key in another format.
pub(super) fn run(options: &ConversionOptions, console: &Console) -> Result<ExitCode> {
    let (path, target) = (&options.path, *options.to.value());
    let output = options.output.as_ref();
    let place = output.map_or_else(
        || "standard output".to_owned(),
        |path| path.value().display().to_string(),
    );
    let step = format!("write {} as {} to {place}", key_input::name(path), target);
    if super::explain(options.explanation.as_ref(), [step])? {
        return Ok(ExitCode::Success);
    }
    if let Some(output) = output.filter(|_| !options.replaces) {
        check_absent(output.value())?;
    }
    let reader = KeyReader::new(&options.reading, console)?;
    let key = reader.read_any(path)?;
    let text = convert(&key, options, &reader, &place)?;
    match output {
        None => output::print(&text)?,
        Some(path) => {
            let mode = if target.is_private() { PRIVATE } else { PUBLIC };
            write(path.value(), &text, mode, options.replaces)?;
        }
    }
    Ok(ExitCode::Success)
}

fn convert(
    key: &AnyKey,
    options: &ConversionOptions,
    reader: &KeyReader,
    place: &str,
) -> Result<Zeroizing<String>> {
    let unusable = |error: tokenring_jwk::Error| {
        let name = &key.place;
        Failure::new(
            ExitCode::Configuration,
            format!("key {name}: {}", chain(&error)),
        )
    };
    let text = match options.to.value() {
        Target::Pkcs8 => private(key)?.to_pkcs8_pem().secret().to_owned(),
        Target::Pkcs1 => {
            let pem = private(key)?.to_pkcs1_pem().map_err(unusable)?;
            pem.secret().to_owned()
        }
        Target::EncryptedPkcs8 => {
            let private_key = private(key)?;
            let new = PassphraseSource::new(&options.new_passphrase);
            // One that was encrypted keeps its passphrase where no other one is given; one
            // that was not is given the one that there is.
            let own = reader.passphrase();
            let passphrase = match (new.is_stated(), own.is_stated() || key.is_encrypted) {
                (false, true) => own.get_new(place)?,
                _ => new.get_new(place)?,
            };
            let pem = any::encrypt(private_key, passphrase).map_err(unusable)?;
            pem.secret().to_owned()
        }
        Target::PrivateJwk => {
            let jwk = jwk(key, &options.jwk)?;
            let json = private(key)?.to_secret_jwk_json(&jwk).map_err(unusable)?;
            let mut text = String::with_capacity(json.secret().len() + 1);
            text.push_str(json.secret());
            text.push('\n');
            text
        }
        Target::Spki => key.public_key.to_spki_pem(),
        Target::Jwk => {
            let json = serde_json::to_string_pretty(&jwk(key, &options.jwk)?);
            json.unwrap_or_default() + "\n"
        }
        Target::JwkSet => JwkSet::from_iter([jwk(key, &options.jwk)?]).to_json() + "\n",
        #[cfg(feature = "aws-lc-rs")]
        Target::Certificate => super::certificate::make(key, options)?,
    };
    Ok(Zeroizing::new(text))
}

fn private(key: &AnyKey) -> Result<&PrivateKey> {
    key.private_key.as_ref().ok_or_else(|| {
        let text = format!(
            "key {}: it holds a public key alone; give the private key that belongs to it",
            key.place
        );
        Failure::new(ExitCode::Configuration, text)
    })
}

/// The public half as it is published.
fn jwk(key: &AnyKey, options: &JwkOptions) -> Result<Jwk> {
    let mut jwk =
        Jwk::new(key.public_key.clone()).with_use(key.key_use.unwrap_or(KeyUse::Signature));
    let algorithm = asked_algorithm(key, options)?.or(key.algorithm);
    if let Some(algorithm) = algorithm {
        jwk = jwk
            .with_algorithm(algorithm)
            .map_err(|error| Failure::from_error(ExitCode::Configuration, &error))?;
    }
    Ok(match name_of(key, options)? {
        Some(key_id) => jwk.with_key_id(key_id),
        None => jwk,
    })
}

/// The algorithm that is asked for, which is one of the key.
pub(in crate::command) fn asked_algorithm(
    key: &AnyKey,
    options: &JwkOptions,
) -> Result<Option<Algorithm>> {
    let Some(asked) = &options.algorithm else {
        return Ok(None);
    };
    let jwk = Jwk::new(key.public_key.clone());
    asked.parse("alg", |algorithm| jwk.with_algorithm(*algorithm))?;
    Ok(Some(*asked.value()))
}

/// How a JWK of the key is named: as asked for, else as it says, else as its file.
pub(in crate::command) fn name_of(key: &AnyKey, options: &JwkOptions) -> Result<Option<KeyId>> {
    let stated = options.key_id.as_ref();
    let Some(scheme) = &options.key_id_scheme else {
        return Ok(match stated {
            Some(text) if text.value().is_empty() => None,
            Some(text) => Some(KeyId::new(text.value().as_str())),
            None => key.own_key_id(),
        });
    };
    // Of a set it says which key is meant.
    if stated.is_some() && key.format != "JWK Set" {
        return Err(Failure::usage(
            "--kid gives the key identifier and --kid-scheme computes it; leave one out",
        ));
    }
    match scheme.value() {
        tokenring::KeyIdScheme::None => Ok(None),
        tokenring::KeyIdScheme::FileStem => match key.place.path().and_then(key_id::file_stem) {
            Some(stem) => Ok(Some(KeyId::new(stem))),
            None => {
                let reason = Reason::new("the key is in no file KID.pem; give its name with --kid");
                Err(Failure::invalid("kid-scheme", scheme, &reason))
            }
        },
        value => match value.of_key() {
            Some(of_key) => Ok(key_id::of_public_key(of_key, &key.public_key)),
            None => {
                let reason = Reason::new("a JWK has no such name; use thumbprint or spki-sha256");
                Err(Failure::invalid("kid-scheme", scheme, &reason))
            }
        },
    }
}

fn check_absent(path: &Path) -> Result<()> {
    match path.symlink_metadata() {
        Err(_) => Ok(()),
        Ok(_) => Err(already_there(path)),
    }
}

fn already_there(path: &Path) -> Failure {
    Failure::new(
        ExitCode::Output,
        format!(
            "{} is there already and stays as it is; name another file, or replace it with --force",
            path.display()
        ),
    )
}

/// Writes a file, whole or not at all.
pub(in crate::command) fn write(path: &Path, text: &str, mode: u32, replace: bool) -> Result<()> {
    let folder = atomic_file::folder_of(path);
    let unwritable =
        |error| Failure::output(format_args!("cannot write {}", path.display()), &error);
    let staged = atomic_file::stage(path, text.as_bytes(), mode).map_err(unwritable)?;
    let named = if replace {
        staged.replace()
    } else {
        staged.name()
    };
    match named {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(already_there(path)),
        result => {
            atomic_file::sync_folder(folder);
            result.map_err(unwritable)
        }
    }
}
