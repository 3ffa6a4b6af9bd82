//! Whether this process was forked off since a client was made.

use std::sync::atomic::{AtomicU32, Ordering};

/// How many forks lie between the first process and this one. Asking the system for the process's
/// number would cost a call of it for every token.
static GENERATION: AtomicU32 = AtomicU32::new(0);

/// Notes that this process was forked off, which its first thread does before anything else.
pub(crate) fn note() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
}

/// The number of this process among its ancestors.
pub(crate) fn generation() -> u32 {
    GENERATION.load(Ordering::Relaxed)
}
