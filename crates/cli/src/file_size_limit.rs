//! The limit on the size of files (`ulimit -f`).

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::SIGXFSZ;
use signal_hook::flag;

/// Makes a write beyond the limit fail like one to a full disk.
///
/// By default the system ends the process instead, and may write its memory, keys included, to
/// a core file. Programs that this one starts get the default back.
pub(crate) fn report_as_error() {
    // Without a handler the default stays, and nothing else depends on it.
    let _ = flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
}
