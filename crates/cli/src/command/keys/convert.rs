use std::path::Path;

use tokenring_jwk::{Jwk, JwkSet, KeyId, KeyUse, PrivateKey, ring};
use tokenring_keystore::AnyKey;
use zeroize::Zeroizing;

use crate::ExitCode;
use crate::atomic_file::{self, PRIVATE, PUBLIC};
use crate::console::Console;
use crate::failure::{Failure, Reason, Result, chain};
use crate::key_format::Target;
use crate::key_id;
use crate::key_input::{self, KeyReader};
use crate::key_scheme::KeyScheme;
use crate::output;
use crate::passphrase::PassphraseSource;
use crate::settings::Settings;

/// Writes a key in another format.
pub(super) fn run(settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    let path = super::read_path(settings)?;
    let Some(to) = settings.noted_text("to")? else {
        return Err(Failure::usage(format!(
            "the format is missing; give it as --to FORMAT, one of {}",
            Target::names()
        )));
    };
    let target = to.parse("to", |name| Target::from_name(name))?.into_value();
    let output = settings.noted_path("output")?;
    if target.is_private() && output.is_none() {
        return Err(Failure::usage(
            "a private key goes to a file alone; name it with --output FILE",
        ));
    }
    let replace = settings.flag("force")?;
    let place = output.as_ref().map_or_else(
        || "standard output".to_owned(),
        |path| path.value().display().to_string(),
    );
    let step = format!(
        "write {} as {} to {place}",
        key_input::name(&path),
        to.value()
    );
    if super::explain(settings, [step])? {
        return Ok(ExitCode::Success);
    }
    if let Some(output) = output.as_ref().filter(|_| !replace) {
        check_absent(output.value())?;
    }
    let reader = KeyReader::new(&settings.key_file_options()?, console)?;
    let key = reader.read_any(&path)?;
    let text = convert(&key, target, settings, &reader, &place)?;
    match output {
        None => output::print(&text)?,
        Some(path) => {
            let mode = if target.is_private() { PRIVATE } else { PUBLIC };
            write(path.value(), &text, mode, replace)?;
        }
    }
    Ok(ExitCode::Success)
}

fn convert(
    key: &AnyKey,
    target: Target,
    settings: &Settings<'_>,
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
    let text = match target {
        Target::Pkcs8 => private(key)?.to_pkcs8_pem().secret().to_owned(),
        Target::Pkcs1 => {
            let pem = private(key)?.to_pkcs1_pem().map_err(unusable)?;
            pem.secret().to_owned()
        }
        Target::EncryptedPkcs8 => {
            let private_key = private(key)?;
            let new = PassphraseSource::new(&settings.new_passphrase_options()?);
            // One that was encrypted keeps its passphrase where no other one is given; one
            // that was not is given the one that there is.
            let own = reader.passphrase();
            let passphrase = match (new.is_stated(), own.is_stated() || key.is_encrypted) {
                (false, true) => own.get_new(place)?,
                _ => new.get_new(place)?,
            };
            let pem = ring::encrypt(private_key, passphrase).map_err(unusable)?;
            pem.secret().to_owned()
        }
        Target::PrivateJwk => {
            let jwk = jwk(key, settings)?;
            let json = private(key)?.to_secret_jwk_json(&jwk).map_err(unusable)?;
            let mut text = String::with_capacity(json.secret().len() + 1);
            text.push_str(json.secret());
            text.push('\n');
            text
        }
        Target::Spki => key.public_key.to_spki_pem(),
        Target::Jwk => {
            let json = serde_json::to_string_pretty(&jwk(key, settings)?);
            json.unwrap_or_default() + "\n"
        }
        Target::JwkSet => JwkSet::from_iter([jwk(key, settings)?]).to_json() + "\n",
        #[cfg(feature = "x509")]
        Target::Certificate => super::certificate::make(key, settings)?,
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
fn jwk(key: &AnyKey, settings: &Settings<'_>) -> Result<Jwk> {
    let mut jwk =
        Jwk::new(key.public_key.clone()).with_use(key.key_use.unwrap_or(KeyUse::Signature));
    let algorithm = match settings.noted_text("alg")? {
        Some(name) => {
            let algorithm = name.parse("alg", |name| {
                let algorithm: tokenring_jwk::Algorithm = name.parse()?;
                Jwk::new(key.public_key.clone())
                    .with_algorithm(algorithm)
                    .map(|_| algorithm)
            })?;
            Some(algorithm.into_value())
        }
        None => key.algorithm,
    };
    if let Some(algorithm) = algorithm {
        jwk = jwk
            .with_algorithm(algorithm)
            .map_err(|error| Failure::from_error(ExitCode::Configuration, &error))?;
    }
    Ok(match name_of(key, settings)? {
        Some(key_id) => jwk.with_key_id(key_id),
        None => jwk,
    })
}

/// How a JWK of the key is named: as asked for, else as it says, else as its file.
pub(in crate::command) fn name_of(key: &AnyKey, settings: &Settings<'_>) -> Result<Option<KeyId>> {
    let stated = settings.noted_text("kid")?;
    let Some(scheme) = settings.key_scheme()? else {
        return Ok(match stated {
            Some(text) if text.value().is_empty() => None,
            Some(text) => Some(KeyId::new(text.into_value())),
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
        KeyScheme::None => Ok(None),
        KeyScheme::FileStem => match key.place.path().and_then(key_id::file_stem) {
            Some(stem) => Ok(Some(KeyId::new(stem))),
            None => {
                let reason = Reason::new("the key is in no file KID.pem; give its name with --kid");
                Err(Failure::invalid("kid-scheme", &scheme, &reason))
            }
        },
        value => match value.of_key() {
            Some(of_key) => Ok(key_id::of_public_key(of_key, &key.public_key).map(|(id, _)| id)),
            None => {
                let reason = Reason::new("a JWK has no such name; use thumbprint or spki-sha256");
                Err(Failure::invalid("kid-scheme", &scheme, &reason))
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
