use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use crate::{Error, Event, KeyPlace, bounded_file, core_dump, key_journal};

/// More than any key file has.
const LARGEST: u64 = 256 * 1024;
/// What people call a key that is in no file.
const GIVEN: &str = "given as bytes";

/// The contents of a file that may hold a private key, wiped when dropped.
pub struct KeyFileContents {
    place: KeyPlace,
    bytes: Zeroizing<Vec<u8>>,
    mode: Option<u32>,
}

impl KeyFileContents {
    /// Reads a file of at most 256 KiB, or standard input where the path is `-`.
    ///
    /// Core dumps of this process are off from then on. A change of the key's files that
    /// another process did not finish is finished or undone first.
    ///
    /// # Errors
    ///
    /// [`Error::ReadKey`] and [`Error::KeyTooLarge`].
    pub fn read(path: &Path, on_event: &dyn Fn(&Event)) -> Result<Self, Error> {
        let place = KeyPlace::new(path);
        core_dump::forbid();
        // Room for all of it from the start: growing would leave copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(16 * 1024));
        let mut mode = None;
        let read = match place.path() {
            None => io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes),
            Some(path) => {
                key_journal::settle_of(path, on_event);
                bounded_file::open(path).and_then(|file| {
                    mode = mode_for_others(&file)?;
                    report_waiting(path, &file, on_event);
                    file.take(LARGEST + 1).read_to_end(&mut bytes)
                })
            }
        };
        match read {
            Err(source) => Err(Error::ReadKey { place, source }),
            Ok(length) if u64::try_from(length).is_ok_and(|length| length > LARGEST) => {
                Err(Error::KeyTooLarge { place })
            }
            Ok(_) => Ok(Self { place, bytes, mode }),
        }
    }

    /// Takes contents that were never in a file, such as those of a secret store.
    ///
    /// Core dumps of this process are off from then on.
    ///
    /// # Errors
    ///
    /// [`Error::KeyTooLarge`] for more than 256 KiB.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Result<Self, Error> {
        core_dump::forbid();
        let bytes = Zeroizing::new(bytes.into());
        let place = KeyPlace::External(GIVEN.into());
        match u64::try_from(bytes.len()).is_ok_and(|length| length <= LARGEST) {
            true => Ok(Self {
                place,
                bytes,
                mode: None,
            }),
            false => Err(Error::KeyTooLarge { place }),
        }
    }

    /// Where they were read from.
    #[must_use]
    pub const fn place(&self) -> &KeyPlace {
        &self.place
    }

    /// The bytes; keep no copy of them longer than needed.
    #[must_use]
    pub fn secret(&self) -> &[u8] {
        &self.bytes
    }

    /// The mode of the file, such as `0o644`, where users other than its owner can read it.
    #[must_use]
    pub const fn readable_by_others(&self) -> Option<u32> {
        self.mode
    }
}

impl fmt::Debug for KeyFileContents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyFileContents")
            .field("place", &self.place)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

/// Reports what is waited for, where that takes a moment: a pipe that nobody writes to would be
/// waited for without a word, and for ever.
#[cfg(unix)]
fn report_waiting(path: &Path, file: &File, on_event: &dyn Fn(&Event)) {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    /// Somebody who waits longer wants to know for what.
    const PATIENCE: Timespec = Timespec {
        tv_sec: 1,
        tv_nsec: 0,
    };
    let mut files = [PollFd::new(file, PollFlags::IN)];
    if bounded_file::may_be_no_file(path) && poll(&mut files, Some(&PATIENCE)) == Ok(0) {
        let path = path.to_owned();
        on_event(&Event::WaitingForKey { path });
    }
}

#[cfg(not(unix))]
fn report_waiting(_: &Path, _: &File, _: &dyn Fn(&Event)) {}

/// The mode of a file that others can read.
#[cfg(unix)]
fn mode_for_others(file: &File) -> io::Result<Option<u32>> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = file.metadata()?;
    let mode = metadata.permissions().mode() & 0o777;
    // A pipe or a device, as of a shell's <(..), is nobody else's to open.
    let is_reachable = metadata.is_file() && mode & 0o077 != 0;
    Ok((is_reachable && !is_for_own_group(file, &metadata)).then_some(mode))
}

/// Whether only a group reads the file that this process is in, or that a mounted volume gives it
/// to: a container's secret is of mode 0440 and belongs to the group of its user.
#[cfg(unix)]
fn is_for_own_group(file: &File, metadata: &std::fs::Metadata) -> bool {
    use rustix::fs::{StatVfsMountFlags, fstatvfs};
    use std::os::unix::fs::MetadataExt;

    // What its owner can change was made by hand.
    if metadata.mode() & 0o777 != 0o440 {
        return false;
    }
    let group = metadata.gid();
    let is_own = || {
        let mut own = rustix::process::getgroups().unwrap_or_default();
        own.push(rustix::process::getegid());
        own.iter().any(|own| own.as_raw() == group)
    };
    let is_read_only =
        || fstatvfs(file).is_ok_and(|found| found.f_flag.contains(StatVfsMountFlags::RDONLY));
    is_own() || is_read_only()
}

#[cfg(not(unix))]
fn mode_for_others(_: &File) -> io::Result<Option<u32>> {
    Ok(None)
}
