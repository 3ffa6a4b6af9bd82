//! Key generation, on every core for RSA.

use tokenring_jwk::{Error, KeySpec, PrivateKey};

use crate::console::Console;

#[cfg(feature = "aws-lc-rs")]
pub(crate) fn generate(spec: KeySpec, console: &Console) -> Result<PrivateKey, Error> {
    use std::sync::mpsc;
    use std::thread;

    use tokenring_jwk::{KeyType, aws_lc_rs};

    if spec.key_type() != KeyType::Rsa {
        return aws_lc_rs::generate(spec);
    }
    let _progress = Progress::start(spec, console);
    // How long a search for primes takes is luck: one on each core, and the
    // first to end wins. The others end with the process.
    let (sender, receiver) = mpsc::channel();
    let searches = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(8);
    for _ in 0..searches {
        let sender = sender.clone();
        thread::spawn(move || sender.send(aws_lc_rs::generate(spec)));
    }
    drop(sender);
    receiver.recv().unwrap_or(Err(Error::Provider))
}

#[cfg(not(feature = "aws-lc-rs"))]
pub(crate) fn generate(spec: KeySpec, _: &Console) -> Result<PrivateKey, Error> {
    tokenring_jwk::ring::generate(spec)
}

/// A sign of life on a terminal, gone when it is over.
#[cfg(feature = "aws-lc-rs")]
struct Progress {
    #[cfg(feature = "progress")]
    spinner: Option<indicatif::ProgressBar>,
}

#[cfg(feature = "aws-lc-rs")]
impl Progress {
    #[cfg(feature = "progress")]
    fn start(spec: KeySpec, console: &Console) -> Self {
        let spinner = console.shows_progress().then(|| {
            let spinner = indicatif::ProgressBar::new_spinner();
            spinner.set_message(format!("Searching for the primes of an {spec} key"));
            spinner.enable_steady_tick(std::time::Duration::from_millis(100));
            spinner
        });
        Self { spinner }
    }

    #[cfg(not(feature = "progress"))]
    const fn start(_: KeySpec, _: &Console) -> Self {
        Self {}
    }
}

#[cfg(all(feature = "aws-lc-rs", feature = "progress"))]
impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(spinner) = &self.spinner {
            spinner.finish_and_clear();
        }
    }
}
