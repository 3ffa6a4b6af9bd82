//! Signs of life on a terminal, gone when they are over, and nothing elsewhere.

use std::io::Read;
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tokenring_jwk::KeySpec;

use crate::console::Console;

/// A bar, cleared when it is dropped.
struct Sign(ProgressBar);

impl Sign {
    fn new(console: &Console, bar: impl FnOnce() -> ProgressBar) -> Option<Self> {
        console.shows_progress().then(|| Self(bar()))
    }
}

impl Drop for Sign {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn styled(bar: ProgressBar, form: &str) -> ProgressBar {
    // A form that is malformed would be a fault of the line that has it alone.
    match ProgressStyle::with_template(form) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// A bar for a transfer.
pub(crate) struct Transfer(Option<Sign>);

impl Transfer {
    /// Begins with the number of bytes to come, where that is known.
    pub(crate) fn start(length: Option<u64>, console: &Console) -> Self {
        const COUNTED: &str = "{bar:40} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
        const OPEN: &str = "{spinner} {bytes} {bytes_per_sec}";
        Self(Sign::new(console, || match length {
            Some(length) => styled(ProgressBar::new(length), COUNTED),
            None => styled(ProgressBar::new_spinner(), OPEN),
        }))
    }

    /// The same bytes, counted as they pass.
    pub(crate) fn watch<'r>(&self, source: impl Read + 'r) -> Box<dyn Read + 'r> {
        match &self.0 {
            Some(Sign(bar)) => Box::new(bar.wrap_read(source)),
            None => Box::new(source),
        }
    }
}

/// A wait of which a person can see how long it is.
pub(crate) struct Countdown(Option<Sign>);

impl Countdown {
    pub(crate) fn start(console: &Console) -> Self {
        let bar = || styled(ProgressBar::new(0), "{bar:40} {msg}");
        Self(Sign::new(console, bar))
    }

    /// Takes the bar away.
    pub(crate) fn end(self) {}

    /// Waits, of a longer time of which so much is left.
    pub(crate) fn wait(&self, pause: Duration, mut left: Option<Duration>, what: &str) {
        const SECOND: Duration = Duration::from_secs(1);
        let Some(Sign(bar)) = &self.0 else {
            thread::sleep(pause);
            return;
        };
        for _ in 0..pause.as_secs().max(1) {
            match left {
                Some(time) => {
                    let length = bar.length().unwrap_or_default().max(time.as_secs());
                    bar.set_length(length);
                    bar.set_position(length.saturating_sub(time.as_secs()));
                    bar.set_message(format!("{what}, {} left", humantime::format_duration(time)));
                }
                None => bar.set_message(what.to_owned()),
            }
            thread::sleep(pause.min(SECOND));
            left = left.map(|time| time.saturating_sub(SECOND));
        }
    }
}

/// A spinner for the search for an RSA key's primes.
pub(crate) struct PrimeSearch {
    _sign: Option<Sign>,
}

impl PrimeSearch {
    pub(crate) fn start(spec: KeySpec, console: &Console) -> Self {
        let sign = Sign::new(console, || {
            let spinner = ProgressBar::new_spinner();
            spinner.set_message(format!("Searching for the primes of an {spec} key"));
            turn(&spinner);
            spinner
        });
        Self { _sign: sign }
    }
}

/// Turns a spinner until it is finished. Where the system starts no thread, it stands still.
fn turn(spinner: &ProgressBar) {
    let spinner = spinner.downgrade();
    let turn = move || {
        while let Some(spinner) = spinner.upgrade().filter(|spinner| !spinner.is_finished()) {
            spinner.tick();
            drop(spinner);
            thread::sleep(Duration::from_millis(100));
        }
    };
    let _ = thread::Builder::new().spawn(turn);
}
