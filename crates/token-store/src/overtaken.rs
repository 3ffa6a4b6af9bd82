use std::fmt;

use crate::holder_note::HolderNote;

/// Another process that was requesting the token and did not finish: it may be
/// stopped.
///
/// Its text is fit to be shown to a person, once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Overtaken {
    process: Option<u32>,
}

impl Overtaken {
    pub(crate) fn new(note: Option<HolderNote>) -> Self {
        Self {
            process: note.map(|note| note.process),
        }
    }

    /// Its process ID, if it is known; the process may be in another container.
    #[must_use]
    pub const fn process(&self) -> Option<u32> {
        self.process
    }
}

impl fmt::Display for Overtaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("another process")?;
        if let Some(process) = self.process {
            write!(f, " ({process})")?;
        }
        f.write_str(
            " is requesting the same token and does not finish, so this one made its own \
             request; if that process is stopped, resume or end it",
        )
    }
}
