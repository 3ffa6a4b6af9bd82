use tokenring_jwk::{JwkSet, PrivateKey, any};
use tokenring_keystore::AnyKey;
use zeroize::Zeroizing;

use crate::atomic_file::{PRIVATE, PUBLIC};
use crate::key_format::Target;
use crate::key_input::{self, KeyReader};
use crate::new_file::{already_there, write};
use crate::options::ConversionOptions;
use crate::passphrase::PassphraseSource;
use crate::{Console, ExitCode, Failure, Result, explanation, key_id, keystore, output};

/// Writes a key in another format.
pub(crate) fn run(options: &ConversionOptions, console: &Console) -> Result<ExitCode> {
    let (path, target) = (&options.path, *options.to.value());
    let output = options.output.as_ref().map(|path| path.value().as_path());
    let standard = || "standard output".to_owned();
    let place = output.map_or_else(standard, |path| path.display().to_string());
    let step = format!("write {} as {} to {place}", key_input::name(path), target);
    if explanation::explain(&options.explanation, [step])? {
        return Ok(ExitCode::Success);
    }
    if let Some(output) = output.filter(|it| !options.replaces && it.symlink_metadata().is_ok()) {
        return Err(already_there(output));
    }
    let mut reader = KeyReader::new(&options.reading, console)?.with_pin(&options.pin);
    if let Some(spec) = &options.key_type {
        reader = reader.with_key_type(spec.value().key_type());
    }
    let key = reader.read_any(path)?;
    let text = convert(&key, options, &reader, &place)?;
    match output {
        None => output::print(&text),
        Some(path) => {
            let mode = if target.is_private() { PRIVATE } else { PUBLIC };
            write(path, &text, mode, options.replaces)
        }
    }
}

fn convert(
    key: &AnyKey,
    options: &ConversionOptions,
    reader: &KeyReader,
    place: &str,
) -> Result<Zeroizing<String>> {
    let unusable = |source| keystore::unusable_key(key, source);
    let text = match options.to.value() {
        Target::Pkcs8 => private(key)?.to_pkcs8_pem().secret().to_owned(),
        Target::Pkcs1 => (private(key)?.to_pkcs1_pem().map_err(unusable)?.secret()).to_owned(),
        Target::EncryptedPkcs8 => {
            let private_key = private(key)?;
            let new = PassphraseSource::of_new(&options.new_passphrase);
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
            let jwk = key_id::jwk(key, None, &options.jwk)?;
            let json = private(key)?.to_secret_jwk_json(&jwk).map_err(unusable)?;
            let mut text = String::with_capacity(json.secret().len() + 1);
            text.push_str(json.secret());
            text.push('\n');
            text
        }
        Target::Spki => key.public_key.to_spki_pem(),
        Target::Jwk => {
            let json = serde_json::to_string_pretty(&key_id::jwk(key, None, &options.jwk)?);
            json.unwrap_or_default() + "\n"
        }
        Target::JwkSet => {
            JwkSet::from_iter([key_id::jwk(key, None, &options.jwk)?]).to_json() + "\n"
        }
        #[cfg(feature = "aws-lc-rs")]
        Target::Certificate => super::certificate::make(key, options)?,
    };
    Ok(Zeroizing::new(text))
}

fn private(key: &AnyKey) -> Result<&PrivateKey> {
    key.private_half().map_err(|error| match key.is_external() {
        true => {
            Failure::from(error).with_advice("convert the public half: --to jwk, jwk-set or spki")
        }
        false => error.into(),
    })
}
