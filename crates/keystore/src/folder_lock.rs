use std::fs::File;
#[cfg(unix)]
use std::fs::Metadata;
#[cfg(unix)]
use std::io::{self, Seek, Write};
use std::path::Path;
#[cfg(unix)]
use std::path::PathBuf;
#[cfg(unix)]
use std::thread;
#[cfg(unix)]
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

#[cfg(unix)]
use crate::bounded_file;
#[cfg(unix)]
use crate::draft::try_lock;
use crate::{Error, Event, key_journal};

/// The file that is locked. It stays, as one that is removed could be locked twice.
#[cfg(unix)]
const NAME: &str = ".tokenring.lock";
#[cfg(unix)]
const PRIVATE: u32 = 0o600;

/// Held while files of a folder are changed, by one process at a time.
///
/// The lock goes with its holder. It is on a file in the folder, `.tokenring.lock`, that only
/// the folder's owner can open: the folder itself can be locked by everybody who can read it.
///
/// # Examples
///
/// ```
/// use tokenring_keystore::FolderLock;
///
/// let folder = tempfile::tempdir()?;
/// let lock = FolderLock::take(folder.path(), &|_| {})?;
/// // Change files in the folder.
/// drop(lock);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "the folder is unlocked when this is dropped"]
pub struct FolderLock {
    _file: Option<File>,
}

/// Longer than it takes to make a key on a slow machine: that long a holder may be busy.
#[cfg(unix)]
const BUSY: Duration = Duration::from_secs(60);
/// Somebody who waits for longer is told by whom the folder is locked.
#[cfg(unix)]
const PATIENCE: Duration = Duration::from_secs(40);
/// A note may be that of the last holder for as long as it takes to write the next one.
#[cfg(unix)]
const GRACE: Duration = Duration::from_secs(2);
#[cfg(unix)]
const PAUSE: Duration = Duration::from_millis(20);

impl FolderLock {
    /// Waits until nobody else has the folder locked, and finishes or undoes there what other
    /// processes did not finish.
    ///
    /// A holder that is stopped may go on at any moment, so that nobody else can go on without
    /// the lock: the error says which process to end. On platforms without such locks, and in
    /// a file system without them ([`Event::NotLocked`]), nothing is locked.
    ///
    /// # Errors
    ///
    /// [`Error::Lock`], and [`Error::Locked`] after 40 seconds at most.
    pub fn take(folder: &Path, on_event: &dyn Fn(&Event)) -> Result<Self, Error> {
        let lock = Self::lock(folder, on_event)?;
        key_journal::settle_all(folder, on_event);
        Ok(lock)
    }

    /// Takes nothing, where the platform has no such locks.
    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    fn lock(_: &Path, _: &dyn Fn(&Event)) -> Result<Self, Error> {
        Ok(Self { _file: None })
    }

    #[cfg(unix)]
    fn lock(folder: &Path, on_event: &dyn Fn(&Event)) -> Result<Self, Error> {
        let (mut file, path) = open(folder).map_err(|source| Error::Lock {
            folder: folder.to_owned(),
            source,
        })?;
        let begin = Instant::now();
        let mut is_told = false;
        loop {
            match try_lock(&file) {
                Ok(true) => {
                    // Nobody is refused the lock because the note can't be written.
                    let _ = write_note(&mut file);
                    return Ok(Self { _file: Some(file) });
                }
                Ok(false) => {
                    let note = Note::read(&path);
                    let waited = begin.elapsed();
                    let is_over = note.is_over() && waited > GRACE;
                    if is_over || waited > PATIENCE {
                        return Err(note.complaint(folder));
                    }
                    if !is_told {
                        let folder = folder.to_owned();
                        on_event(&Event::WaitingForLock { folder });
                        is_told = true;
                    }
                    thread::sleep(PAUSE);
                }
                // Some network file systems have no locks.
                Err(error) => {
                    let folder = folder.to_owned();
                    on_event(&Event::NotLocked { folder, error });
                    return Ok(Self { _file: None });
                }
            }
        }
    }
}

/// What was noted is over.
#[cfg(unix)]
impl Drop for FolderLock {
    fn drop(&mut self) {
        if let Some(file) = &self._file {
            let _ = file.set_len(0);
        }
    }
}

/// Opens the lock file, which only the folder's owner and root can, and whoever else the
/// folder was made for.
#[cfg(unix)]
fn open(folder: &Path) -> io::Result<(File, PathBuf)> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};

    use rustix::fs::{CWD, Mode, OFlags, openat};

    let place = folder.metadata()?;
    let user = rustix::process::geteuid().as_raw();
    let kind = Kind::of(&place, user);
    let name = match kind {
        Kind::OfUser => format!(".tokenring-{user}.lock"),
        Kind::OfFolder | Kind::Shared => NAME.to_owned(),
    };
    let path = folder.join(&name);
    let flags =
        OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file: File = openat(CWD, &path, flags, Mode::RUSR | Mode::WUSR)
        .map_err(|error| {
            let kind = io::Error::from(error);
            io::Error::new(kind.kind(), format!("{name}: {kind}"))
        })?
        .into();
    let found = file.metadata()?;
    let is_own = found.uid() == user;
    let may_be_its = is_own || found.uid() == place.uid() || matches!(kind, Kind::Shared);
    if !found.is_file() || !may_be_its {
        return Err(io::Error::other(format!(
            "{name} there is not a file of yours; remove it"
        )));
    }
    // Under its other name it can be any file, which would be emptied and given away.
    if found.nlink() > 1 {
        return Err(io::Error::other(format!(
            "{name} there is a hard link to a file that has another name; remove it"
        )));
    }
    let mode = match kind {
        Kind::OfUser | Kind::OfFolder => PRIVATE,
        // Who can write to the folder can remove what is in it as well.
        Kind::Shared => PRIVATE | (place.mode() & 0o022) | ((place.mode() & 0o022) << 1),
    };
    match kind {
        // What root begins, the folder's owner can go on with.
        Kind::OfFolder if user == 0 && found.uid() != place.uid() => {
            fchown(&file, Some(place.uid()), Some(place.gid()))?;
        }
        // It has that group already, or this user is not in it.
        Kind::Shared if is_own => {
            let _ = fchown(&file, None, Some(place.gid()));
        }
        _ => {}
    }
    if found.mode() & 0o777 != mode && (is_own || user == 0) {
        file.set_permissions(PermissionsExt::from_mode(mode))?;
    }
    Ok((file, path))
}

/// Whom a lock excludes.
#[cfg(unix)]
enum Kind {
    /// All who can change what is in the folder: its owner, and root.
    OfFolder,
    /// All who can change what is in the folder: a group, or everybody.
    Shared,
    /// This user's own processes: in a folder such as `/tmp`, nobody changes what is another's.
    OfUser,
}

#[cfg(unix)]
impl Kind {
    fn of(folder: &Metadata, user: u32) -> Self {
        use std::os::unix::fs::MetadataExt;

        const STICKY: u32 = 0o1000;
        const SET_GROUP: u32 = 0o2000;
        let mode = folder.mode();
        let is_owner = user == 0 || user == folder.uid();
        match mode & STICKY != 0 {
            true if !is_owner => Self::OfUser,
            // A loose umask alone makes no folder that is meant for others.
            false if mode & 0o022 != 0 && (!is_owner || mode & SET_GROUP != 0) => Self::Shared,
            _ => Self::OfFolder,
        }
    }
}

/// Notes whose lock this is, and until when that process may be busy.
#[cfg(unix)]
fn write_note(file: &mut File) -> io::Result<()> {
    let until = now() + BUSY.as_secs();
    let note = format!("process {} until {until}\n", std::process::id());
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(note.as_bytes())
}

#[cfg(unix)]
fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default().as_secs()
}

/// What the holder noted, as far as it can be read.
#[cfg(unix)]
struct Note {
    process: Option<u32>,
    until: Option<u64>,
}

#[cfg(unix)]
impl Note {
    fn read(path: &Path) -> Self {
        let text = bounded_file::read_text(path, 1024).unwrap_or_default();
        let mut words = text.split_whitespace().skip(1).step_by(2);
        Self {
            process: words.next().and_then(|word| word.parse().ok()),
            until: words.next().and_then(|word| word.parse().ok()),
        }
    }

    fn is_over(&self) -> bool {
        self.until.is_some_and(|until| until < now())
    }

    fn complaint(&self, folder: &Path) -> Error {
        Error::Locked {
            folder: folder.to_owned(),
            process: self.process,
            is_stopped: self.process.is_some_and(is_stopped),
        }
    }
}

/// Whether a process was stopped by a signal or a debugger, where that can be seen.
#[cfg(unix)]
fn is_stopped(process: u32) -> bool {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let state = text
        .rsplit_once(')')
        .and_then(|(_, rest)| rest.trim().chars().next());
    matches!(state, Some('T' | 't'))
}
