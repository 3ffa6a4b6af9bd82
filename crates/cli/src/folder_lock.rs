//! A folder that one process changes at a time.

use std::fs::File;
#[cfg(unix)]
use std::io;
use std::path::Path;
#[cfg(unix)]
use std::thread;
#[cfg(unix)]
use std::time::{Duration, Instant};

#[cfg(unix)]
use crate::ExitCode;
use crate::console::Console;
#[cfg(unix)]
use crate::failure::Failure;
use crate::failure::Result;

/// Held while files of the folder are changed. It goes with its holder.
pub(crate) struct FolderLock {
    _folder: Option<File>,
}

/// Longer than it takes to make a key on a slow machine.
#[cfg(unix)]
const PATIENCE: Duration = Duration::from_secs(60);
#[cfg(unix)]
const PAUSE: Duration = Duration::from_millis(20);

impl FolderLock {
    /// Takes nothing, where the platform locks no folders.
    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    pub(crate) fn take(_: &Path, _: &Console) -> Result<Self> {
        Ok(Self { _folder: None })
    }

    /// Waits until nobody else has the folder locked.
    #[cfg(unix)]
    pub(crate) fn take(folder: &Path, console: &Console) -> Result<Self> {
        let unlockable = |error: io::Error| {
            Failure::output(format_args!("cannot lock {}", folder.display()), &error)
        };
        let file = File::open(folder).map_err(unlockable)?;
        let begin = Instant::now();
        let mut is_told = false;
        loop {
            match try_lock(&file) {
                Ok(true) => {
                    return Ok(Self {
                        _folder: Some(file),
                    });
                }
                Ok(false) if begin.elapsed() > PATIENCE => {
                    let text = format!(
                        "another process has been changing the keys in {} for a minute; try \
                         again when it has ended",
                        folder.display()
                    );
                    return Err(Failure::new(ExitCode::Output, text));
                }
                Ok(false) => {
                    if !is_told {
                        console.detail("Waiting for another process to be done with the keys");
                        is_told = true;
                    }
                    thread::sleep(PAUSE);
                }
                // Some network file systems lock no folder.
                Err(error) => {
                    console.warning(format_args!(
                        "{} cannot be locked ({error}); let no other process change its keys",
                        folder.display()
                    ));
                    return Ok(Self { _folder: None });
                }
            }
        }
    }
}

#[cfg(unix)]
fn try_lock(file: &File) -> io::Result<bool> {
    use rustix::fs::{FlockOperation, flock};
    use rustix::io::Errno;

    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(Errno::WOULDBLOCK | Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
