//! Core dumps, which hold every key in memory.
//!
//! The limit belongs to the whole process, so that what is kept here does as well.

#[cfg(unix)]
use std::sync::OnceLock;

#[cfg(unix)]
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The limit that this process was started with.
#[cfg(unix)]
static ORIGINAL: OnceLock<Rlimit> = OnceLock::new();

/// Turns core dumps of this process off, for as long as it runs.
///
/// On Linux, other processes of the same user cannot read its memory any more, either. A
/// program that it starts with [`allow_while`] has its own memory and the limit that this
/// process was started with. Does nothing on platforms other than Unix.
pub fn forbid() {
    #[cfg(unix)]
    ORIGINAL.get_or_init(|| {
        // A handler that the kernel pipes core dumps into gets them whatever the limit is.
        #[cfg(any(target_os = "linux", target_os = "android"))]
        let _ =
            rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
        let original = getrlimit(Resource::Core);
        set(&original, Some(0));
        original
    });
}

/// Runs a closure that starts another program, with the limit that this process was started
/// with.
pub fn allow_while<T>(start: impl FnOnce() -> T) -> T {
    #[cfg(unix)]
    if let Some(original) = ORIGINAL.get() {
        set(original, original.current);
        let started = start();
        set(original, Some(0));
        return started;
    }
    start()
}

/// Changes the limit that applies. The one up to which it can be raised again stays.
#[cfg(unix)]
fn set(original: &Rlimit, current: Option<u64>) {
    if original.current != Some(0) {
        let maximum = original.maximum;
        // Neither lowering it nor raising it to the maximum can fail.
        let _ = setrlimit(Resource::Core, Rlimit { current, maximum });
    }
}
