use std::path::PathBuf;

use super::Effective;
use crate::failure::{Failure, Reason, Result};
use crate::setting::Setting;
use crate::settings::Settings;

/// Where the passphrase of an encrypted key is.
#[derive(Clone, Debug, Default)]
pub(crate) struct PassphraseOptions {
    pub(crate) file: Option<Setting<PathBuf>>,
    pub(crate) descriptor: Option<Setting<u32>>,
    /// Whether `TOKENRING_PASSPHRASE` may hold it. What it holds is read when it is needed.
    pub(crate) has_variable: bool,
    names: (&'static str, &'static str),
}

impl Settings<'_> {
    /// Of a key that is read.
    pub(crate) fn passphrase_options(&self) -> Result<PassphraseOptions> {
        self.passphrase("passphrase-file", "passphrase-fd", true)
    }

    /// Of a key that is written.
    pub(crate) fn new_passphrase_options(&self) -> Result<PassphraseOptions> {
        self.passphrase("new-passphrase-file", "new-passphrase-fd", false)
    }

    fn passphrase(
        &self,
        file_name: &'static str,
        descriptor_name: &'static str,
        has_variable: bool,
    ) -> Result<PassphraseOptions> {
        let file = self.path(file_name)?;
        let descriptor = self.parsed(descriptor_name, |text| {
            let reason = "a descriptor is a number, as in --passphrase-fd 3 3<FILE";
            text.parse::<u32>().map_err(|_| Reason::new(reason))
        })?;
        if let (Some(file), Some(descriptor)) = (&file, &descriptor) {
            if file.origin().rank() == descriptor.origin().rank() {
                return Err(Failure::usage(format!(
                    "--{file_name} and --{descriptor_name} exclude each other; leave one out"
                )));
            }
        }
        Ok(PassphraseOptions {
            file,
            descriptor,
            has_variable,
            names: (file_name, descriptor_name),
        })
    }
}

impl PassphraseOptions {
    pub(crate) fn add_to(&self, effective: &mut Effective) {
        effective.add_path(self.names.0, self.file.as_ref());
        effective.add_given(self.names.1, self.descriptor.as_ref());
    }
}
