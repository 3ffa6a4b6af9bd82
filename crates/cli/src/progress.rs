//! Signs of life on a terminal, gone when they are over.

use std::io::Read;

use crate::console::Console;

/// A bar for a transfer.
pub(crate) struct Transfer {
    bar: Option<indicatif::ProgressBar>,
}

impl Transfer {
    /// Begins with the number of bytes to come, where that is known.
    pub(crate) fn start(length: Option<u64>, console: &Console) -> Self {
        use indicatif::{ProgressBar, ProgressStyle};

        let bar = console.shows_progress().then(|| {
            let (bar, form) = match length {
                Some(length) => (
                    ProgressBar::new(length),
                    "{bar:40} {bytes}/{total_bytes} {bytes_per_sec} {eta}",
                ),
                None => (
                    ProgressBar::new_spinner(),
                    "{spinner} {bytes} {bytes_per_sec}",
                ),
            };
            // A form that is malformed would be a fault of this line's alone.
            match ProgressStyle::with_template(form) {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            }
        });
        Self { bar }
    }

    /// The same bytes, counted as they pass.
    pub(crate) fn watch<'r>(&self, source: impl Read + 'r) -> Box<dyn Read + 'r> {
        match &self.bar {
            Some(bar) => Box::new(bar.wrap_read(source)),
            None => Box::new(source),
        }
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
