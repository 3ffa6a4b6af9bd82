//! Key generation, on every core for RSA.

use tokenring_jwk::{Error, KeySpec, PrivateKey};

use crate::console::Console;

#[cfg(feature = "aws-lc-rs")]
use tokenring_jwk::aws_lc_rs as provider;
#[cfg(not(feature = "aws-lc-rs"))]
use tokenring_jwk::ring as provider;

#[cfg(not(feature = "rsa-generation"))]
use provider::generate as generate_any;
#[cfg(feature = "rsa-generation")]
use provider::generate_in_parallel as generate_any;

pub(crate) fn generate(spec: KeySpec, console: &Console) -> Result<PrivateKey, Error> {
    #[cfg(unix)]
    crate::core_dump::forbid();
    let _progress = Progress::start(spec, console);
    generate_any(spec)
}

/// A sign of life on a terminal where a key takes its time, gone when it is over.
struct Progress {
    #[cfg(feature = "progress")]
    spinner: Option<indicatif::ProgressBar>,
}

impl Progress {
    #[cfg(feature = "progress")]
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

    #[cfg(not(feature = "progress"))]
    const fn start(_: KeySpec, _: &Console) -> Self {
        Self {}
    }
}

#[cfg(feature = "progress")]
impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(spinner) = &self.spinner {
            spinner.finish_and_clear();
        }
    }
}

/// Turns a spinner until it is finished. Where the system starts no thread, it stands still.
#[cfg(feature = "progress")]
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
