//! A wait of which a person can see how long it is.

use std::thread;
use std::time::Duration;

use crate::console::Console;

/// A bar on a terminal, nothing elsewhere.
pub(crate) struct Countdown {
    bar: Option<indicatif::ProgressBar>,
}

impl Countdown {
    pub(crate) fn start(console: &Console) -> Self {
        use indicatif::{ProgressBar, ProgressStyle};

        let bar = console.shows_progress().then(|| {
            let bar = ProgressBar::new(0);
            // A form that is malformed would be a fault of this line's alone.
            match ProgressStyle::with_template("{bar:40} {msg}") {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            }
        });
        Self { bar }
    }

    /// Takes the bar away.
    pub(crate) fn end(self) {}

    /// Waits, of a longer time of which so much is left.
    pub(crate) fn wait(&self, pause: Duration, left: Option<Duration>, what: &str) {
        let Some(bar) = &self.bar else {
            thread::sleep(pause);
            return;
        };
        let mut left = left;
        for _ in 0..pause.as_secs().max(1) {
            match left {
                Some(time) => {
                    bar.set_length(bar.length().unwrap_or_default().max(time.as_secs()));
                    let length = bar.length().unwrap_or_default();
                    bar.set_position(length.saturating_sub(time.as_secs()));
                    bar.set_message(format!("{what}, {} left", humantime::format_duration(time)));
                }
                None => bar.set_message(what.to_owned()),
            }
            thread::sleep(pause.min(Duration::from_secs(1)));
            left = left.map(|time| time.saturating_sub(Duration::from_secs(1)));
        }
    }
}

impl Drop for Countdown {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
