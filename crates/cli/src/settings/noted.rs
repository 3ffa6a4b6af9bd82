//! Values that are noted for `--explain`.

use std::fmt;

use super::Settings;
use crate::options::Effective;
use crate::setting::Origin;

impl Settings<'_> {
    /// Notes an effective value for `--explain`; a later one replaces it.
    pub(crate) fn note(&self, name: &str, value: &(impl fmt::Display + ?Sized), origin: Origin) {
        self.seen.borrow_mut().add(name, value, origin);
    }

    /// As [`Settings::note`], unless the option has a value already.
    pub(crate) fn note_default(&self, name: &str, value: &str, origin: Origin) {
        self.seen.borrow_mut().add_default(name, value, origin);
    }

    /// Notes values.
    pub(crate) fn note_values(&self, values: &Effective) {
        self.seen.borrow_mut().extend(values);
    }

    /// What was looked up until now.
    pub(crate) fn noted(&self) -> Effective {
        self.seen.borrow().clone()
    }
}
