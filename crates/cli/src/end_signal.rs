//! Being asked to end: by Ctrl-C or SIGTERM.

use std::sync::mpsc::{self, Receiver};
use std::thread;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::ExitCode;
use crate::failure::{Failure, Result};

/// Gives the number of the signal once one arrives; until then the process goes on.
pub(crate) fn receiver() -> Result<Receiver<i32>> {
    let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(|error| {
        Failure::new(
            ExitCode::Unexpected,
            format!("cannot listen for signals: {error}"),
        )
    })?;
    let (sender, receiver) = mpsc::channel();
    thread::Builder::new()
        .spawn(move || {
            if let Some(signal) = signals.forever().next() {
                // Where nobody waits any more the process is ending anyway.
                let _ = sender.send(signal);
            }
        })
        .map_err(|error| Failure::no_thread(&error))?;
    Ok(receiver)
}
