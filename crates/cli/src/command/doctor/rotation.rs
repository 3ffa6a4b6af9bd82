//! A folder of keys that are rotated.

use std::path::{Path, PathBuf};

use tokenring_jwk::{PublicKey, any};
use tokenring_key_rotation::Timestamp;
use tokenring_keystore::FolderKey;

use super::report::{Check, Report};
use crate::ExitCode;
use crate::clock;
use crate::console::Console;
use crate::failure::{Failure, Result};
use crate::key_folder::{self, OLD};
use crate::key_input::KeyReader;
use crate::options::ExaminationOptions;
use crate::shell::shell_word;

const NAME: &str = "key";

/// The key that signs, and how old it is.
pub(super) fn active_key(
    folder: &Path,
    options: &ExaminationOptions,
    quietly: &Console,
    report: &mut Report,
) -> Option<(PathBuf, PublicKey)> {
    let (active, public_key) = match find(folder, options, quietly) {
        Ok(found) => found,
        Err(failure) => {
            report.add(Check::failed(NAME, &failure));
            return None;
        }
    };
    let now = clock::now().map_or(0, |now| now.as_seconds());
    let age = Timestamp::from_seconds(now).since(active.made());
    let days = age.as_secs() / DAY;
    let text = format!(
        "{}: {} key of {} bits, active in {}, {days} days old",
        active.path().display(),
        public_key.key_type(),
        public_key.bits(),
        folder.display()
    );
    report.add(if age > OLD {
        let remedy = format!(
            "Replace it: tokenring rotate begin --keys {}",
            shell_word(&folder.display().to_string())
        );
        Check::warning(NAME, text, remedy)
    } else {
        Check::ok(NAME, text)
    });
    Some((active.path().to_owned(), public_key))
}

const DAY: u64 = 24 * 60 * 60;

fn find(
    folder: &Path,
    options: &ExaminationOptions,
    quietly: &Console,
) -> Result<(FolderKey, PublicKey)> {
    let reading = options.reading.as_ref().map_err(Clone::clone)?;
    let reader = KeyReader::new(reading, quietly)?;
    let active = key_folder::open(folder, &reader)?.current();
    if let Some(problem) = key_folder::problem(&active) {
        return Err(problem);
    }
    let public_key = any::public_key(active.private_key())
        .map_err(|error| Failure::from_error(ExitCode::Configuration, &error))?;
    Ok((active, public_key))
}
