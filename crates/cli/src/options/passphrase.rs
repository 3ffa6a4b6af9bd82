use std::path::PathBuf;

use super::help::KEY;
use super::options;
use crate::failure::{Failure, Reason, Result};
use crate::setting::Setting;

options! {
    /// Where the passphrase of an encrypted key is.
    #[derive(Default)]
    struct PassphraseOptions, check Self::check {
        /// File with the passphrase of an encrypted key; TOKENRING_PASSPHRASE may hold it
        file: Option<Setting<PathBuf>> = "passphrase-file" "FILE" in KEY;
        /// Open descriptor to read that passphrase from
        descriptor: Option<Setting<u32>> = "passphrase-fd" "N" in KEY, by descriptor;
    }

    /// Where the passphrase of a key that is written is.
    struct NewPassphraseOptions, check Self::check {
        /// File with the passphrase to encrypt with [default: that of the key]
        file: Option<Setting<PathBuf>> = "new-passphrase-file" "FILE" in KEY;
        /// Open descriptor to read that passphrase from
        descriptor: Option<Setting<u32>> = "new-passphrase-fd" "N" in KEY, by descriptor;
    }
}

fn descriptor(text: &str) -> Result<u32, Reason> {
    let reason = "a descriptor is a number, as in --passphrase-fd 3 3<FILE";
    text.parse().map_err(|_| Reason::new(reason))
}

impl PassphraseOptions {
    fn check(&self) -> Result<()> {
        check(self.file.as_ref(), self.descriptor.as_ref(), "passphrase")
    }
}

impl NewPassphraseOptions {
    fn check(&self) -> Result<()> {
        check(
            self.file.as_ref(),
            self.descriptor.as_ref(),
            "new-passphrase",
        )
    }
}

fn check(
    file: Option<&Setting<PathBuf>>,
    descriptor: Option<&Setting<u32>>,
    name: &str,
) -> Result<()> {
    match (file, descriptor) {
        (Some(file), Some(descriptor)) if file.origin().rank() == descriptor.origin().rank() => {
            Err(Failure::usage(format!(
                "--{name}-file and --{name}-fd exclude each other; leave one out"
            )))
        }
        _ => Ok(()),
    }
}
