//! Values that are noted as they are looked up, to be shown by `--explain`.

use std::fmt;
use std::path::PathBuf;

use super::Settings;
use crate::failure::Result;
use crate::options::Effective;
use crate::setting::{Origin, Setting};

impl Settings<'_> {
    /// As [`Settings::text`], and notes it for `--explain`.
    pub(crate) fn noted_text(&self, name: &str) -> Result<Option<Setting<String>>> {
        let text = self.text(name)?;
        if let Some(text) = &text {
            self.note(name, text.value(), text.origin().clone());
        }
        Ok(text)
    }

    /// As [`Settings::path`], and notes it for `--explain`.
    pub(crate) fn noted_path(&self, name: &str) -> Result<Option<Setting<PathBuf>>> {
        let path = self.path(name)?;
        if let Some(path) = &path {
            self.note(name, &path.value().display(), path.origin().clone());
        }
        Ok(path)
    }

    /// As [`Settings::pairs`], and notes them for `--explain`.
    pub(crate) fn noted_pairs(&self, name: &str) -> Result<Vec<(String, Setting<String>)>> {
        let pairs = self.pairs(name)?;
        for (key, value) in &pairs {
            self.note(
                name,
                &format!("{key}={}", value.value()),
                value.origin().clone(),
            );
        }
        Ok(pairs)
    }

    /// Notes an effective value for `--explain`; a later one replaces it.
    pub(crate) fn note(&self, name: &str, value: &(impl fmt::Display + ?Sized), origin: Origin) {
        self.seen.borrow_mut().add(name, value, origin);
    }

    /// As [`Settings::note`], unless the option has a value already.
    pub(crate) fn note_default(&self, name: &str, value: &str, origin: Origin) {
        self.seen.borrow_mut().add_default(name, value, origin);
    }

    /// Notes what a struct of options adds.
    pub(crate) fn note_all(&self, add: impl FnOnce(&mut Effective)) {
        add(&mut self.seen.borrow_mut());
    }

    /// What was looked up until now.
    pub(crate) fn noted(&self) -> Effective {
        self.seen.borrow().clone()
    }
}
