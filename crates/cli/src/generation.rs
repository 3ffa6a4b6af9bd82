//! Key generation, on every core for RSA.

#[cfg(not(feature = "aws-lc-rs"))]
use tokenring_jwk::any::generate as generate_any;
#[cfg(feature = "aws-lc-rs")]
use tokenring_jwk::any::generate_in_parallel as generate_any;
use tokenring_jwk::{Error, KeySpec, PrivateKey};

use crate::console::Console;

pub(crate) fn generate(spec: KeySpec, console: &Console) -> Result<PrivateKey, Error> {
    #[cfg(unix)]
    crate::core_dump::forbid();
    let _progress = Progress::start(spec, console);
    generate_any(spec)
}

/// A sign of life on a terminal where a key takes its time, gone when it is over.
struct Progress {
    spinner: Option<indicatif::ProgressBar>,
}

impl Progress {
    fn start(spec: KeySpec, console: &Console) -> Self {
        let takes_time = spec.key_type() == tokenring_jwk::KeyType::Rsa;
        let spinner = (takes_time && console.shows_progress()).then(|| {
            let spinner = indicatif::ProgressBar::new_spinner();
            spinner.set_message(format!("Searching for the primes of an {spec} key"));
            turn(&spinner);
            spinner
        });
        Self { spinner }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(spinner) = &self.spinner {
            spinner.finish_and_clear();
        }
    }
}

/// Turns a spinner until it is finished. Where the system starts no thread, it stands still.
fn turn(spinner: &indicatif::ProgressBar) {
    let spinner = spinner.downgrade();
    let turn = move || {
        while let Some(spinner) = spinner.upgrade().filter(|spinner| !spinner.is_finished()) {
            spinner.tick();
            drop(spinner);
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    };
    let _ = std::thread::Builder::new().spawn(turn);
}
