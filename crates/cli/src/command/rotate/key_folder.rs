//! The folder whose keys are rotated, and what takes the steps in it.

use std::fs;
use std::path::PathBuf;

use tokenring_gateway::Gateway;
use tokenring_key_rotation::RotationDriver;
use tokenring_text::shell_word;

use super::{times, words};
use crate::key_input::KeyReader;
use crate::options::{KeyFileOptions, RotationOptions};
use crate::{Console, ExitCode, Failure, Result, generation};

/// The folder of the keys: as it is named, else that of the private key.
pub(super) fn folder(options: &RotationOptions) -> Result<PathBuf> {
    let folder = match (&options.keys, &options.private_key) {
        (Some(folder), _) => folder.value().clone(),
        (None, Some(path)) if path.value().is_dir() => path.value().clone(),
        (None, Some(path)) => crate::atomic_file::folder_of(path.value()).to_owned(),
        (None, None) => {
            return Err(Failure::usage(
                "the folder of the keys is missing; name it with --keys FOLDER, or a key in it \
                 with --private-key FILE",
            ));
        }
    };
    let text = match fs::metadata(&folder) {
        Ok(metadata) if metadata.is_dir() => return Ok(folder),
        Ok(_) => format!("{} is no folder; name that of the keys", folder.display()),
        Err(error) => format!("{} cannot be read: {error}", folder.display()),
    };
    Err(Failure::new(ExitCode::Configuration, text))
}

/// What takes the steps, and says what happens meanwhile.
pub(super) fn driver(
    folder: PathBuf,
    reading: &KeyFileOptions,
    gateway: Option<&Gateway>,
    console: &Console,
) -> Result<RotationDriver> {
    let reader = KeyReader::new(reading, console)?;
    let show = words::events(times::refusal(gateway), console.clone());
    let console = console.clone();
    Ok(RotationDriver::new(folder)
        .with_reader(reader.into_library())
        .with_generator(move |spec| generation::generate(spec, &console))
        .with_event_handler(show))
}

/// The options that name the folder and the gateway, for commands that people are told.
pub(super) fn options(driver: &RotationDriver, gateway: Option<&Gateway>) -> String {
    let gateway = gateway.map(|gateway| format!(" --gateway {}", shell_word(gateway.name())));
    format!(
        "{}{}",
        words::keys_option(driver.folder()),
        gateway.unwrap_or_default()
    )
}
