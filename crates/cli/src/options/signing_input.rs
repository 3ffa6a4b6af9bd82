use std::path::PathBuf;

use super::Effective;
use crate::failure::Result;
use crate::setting::Setting;
use crate::settings::Settings;

/// A signature that was made elsewhere, and becomes part of an assertion.
#[derive(Clone, Debug)]
pub(crate) struct AttachmentOptions {
    pub(crate) signature: PathBuf,
    pub(crate) public_key: Option<Setting<PathBuf>>,
    pub(crate) explanation: Option<Effective>,
}

impl Settings<'_> {
    /// Whether what is to be signed is printed, for a key on another machine.
    pub(crate) fn prints_signing_input(&self) -> Result<bool> {
        self.flag("signing-input")
    }

    pub(crate) fn attachment_options(&self) -> Result<Option<AttachmentOptions>> {
        let Some(signature) = self.path("attach")? else {
            return Ok(None);
        };
        let public_key = self.path("public-key")?;
        Ok(Some(AttachmentOptions {
            explanation: self.explanation_with(|effective| {
                effective.add_path("attach", Some(&signature));
                effective.add_path("public-key", public_key.as_ref());
            })?,
            signature: signature.into_value(),
            public_key,
        }))
    }
}
