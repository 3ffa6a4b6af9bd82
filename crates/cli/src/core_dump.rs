//! Core dumps, which hold whatever key is in memory.

use std::sync::OnceLock;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The limit that this process was started with.
static ORIGINAL: OnceLock<Rlimit> = OnceLock::new();

/// Turns core dumps of this process off, for as long as it runs.
///
/// On Linux other processes of the same user can't look into its memory any more, either. A
/// program that is started in its place or by [`allowed`] has its own memory and the limit that
/// this process was started with.
pub(crate) fn forbid() {
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

/// Starts a program with the limit that this process was started with.
pub(crate) fn allowed<T>(start: impl FnOnce() -> T) -> T {
    let Some(original) = ORIGINAL.get() else {
        return start();
    };
    set(original, original.current);
    let started = start();
    set(original, Some(0));
    started
}

/// Changes the limit that applies. The one up to which it can be raised again stays.
fn set(original: &Rlimit, current: Option<u64>) {
    if original.current != Some(0) {
        let maximum = original.maximum;
        // Neither lowering it nor raising it to the maximum can fail.
        let _ = setrlimit(Resource::Core, Rlimit { current, maximum });
    }
}
