//! The files of a key, which change together.
//!
//! The new ones wait in a hidden folder that its maker keeps locked. Once a file in it says
//! that they are all there, they are moved to their places one by one. Whoever finds such a
//! folder that nobody locks finishes the change, or removes it if it had not come so far.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::Event;
use crate::atomic_file::{create_new, folder_of, move_to_new, set_mode, sync_folder};
use crate::draft::{self, Hold};

/// How the name of each such folder begins.
const PREFIX: &str = ".tokenring-keyset-";
/// What a file that is about to be replaced is called as well, so that it can come back.
const OLD: &str = "old.";
/// The files that say how far it is.
const REPLACE: &str = "commit-replace";
const NEW: &str = "commit-new";
const UNDO: &str = "undo";

/// Far longer than it takes to write some small files.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(20);

/// New files of one key, on their way to their places.
pub(crate) struct KeyJournal {
    path: PathBuf,
    files: Vec<PathBuf>,
    hold: Hold,
}

/// What became of the change that somebody else had begun.
enum Found {
    Nothing,
    /// Its maker is alive.
    Busy,
    Settled,
}

impl KeyJournal {
    /// Begins a change of the key's files, once nobody else changes them.
    pub(crate) fn begin(folder: &Path, name: &str, on_event: &dyn Fn(&Event)) -> io::Result<Self> {
        let path = folder.join(format!("{PREFIX}{name}"));
        let begin = Instant::now();
        loop {
            match make_folder(&path) {
                Ok(()) => match Hold::take(&path)? {
                    Some(hold) => {
                        return Ok(Self {
                            path,
                            files: Vec::new(),
                            hold,
                        });
                    }
                    // Somebody took it for abandoned.
                    None => continue,
                },
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
            match settle(&path, on_event)? {
                Found::Busy if begin.elapsed() > PATIENCE => {
                    return Err(io::Error::other(
                        "another process is changing these files and does not finish; end it \
                         and try again",
                    ));
                }
                Found::Busy => thread::sleep(PAUSE),
                Found::Nothing | Found::Settled => {}
            }
        }
    }

    /// Writes a file that will have this path.
    pub(crate) fn add(&mut self, path: &Path, contents: &[u8], mode: u32) -> io::Result<()> {
        let mut file = create_new(&self.within(path))?;
        file.write_all(contents)?;
        set_mode(&file, mode)?;
        file.sync_all()?;
        self.files.push(path.to_owned());
        Ok(())
    }

    /// Moves the files to their places in the order in which they were added, all of them or
    /// none. Says with which of them it failed.
    pub(crate) fn commit(self, replace: bool) -> Result<(), (PathBuf, io::Error)> {
        let name = if replace { REPLACE } else { NEW };
        if replace {
            for path in &self.files {
                let kept = self.folder().join(OLD.to_owned() + &file_name(path));
                match fs::hard_link(path, kept) {
                    Err(error) if error.kind() != ErrorKind::NotFound => {
                        return Err((path.clone(), error));
                    }
                    _ => {}
                }
            }
        }
        let folder = self.folder();
        sync_folder(&folder);
        let marked = create_new(&folder.join(name)).and_then(|file| file.sync_all());
        marked.map_err(|error| (self.path.clone(), error))?;
        sync_folder(&folder);
        for (index, path) in self.files.iter().enumerate() {
            let moved = match replace {
                true => fs::rename(self.within(path), path),
                false => move_to_new(&self.within(path), path),
            };
            if let Err(error) = moved {
                self.undo(name, self.files.get(..index).unwrap_or_default());
                return Err((path.clone(), error));
            }
        }
        sync_folder(folder_of(&self.path));
        Ok(())
    }

    /// Takes back those that were moved.
    fn undo(&self, name: &str, moved: &[PathBuf]) {
        // What can't be undone can't be finished either: there is nobody to tell.
        let folder = self.folder();
        let _ = fs::rename(folder.join(name), folder.join(UNDO));
        for path in moved {
            let kept = folder.join(OLD.to_owned() + &file_name(path));
            let _ = match fs::rename(kept, path) {
                Err(error) if error.kind() == ErrorKind::NotFound => fs::remove_file(path),
                result => result,
            };
        }
    }

    fn within(&self, path: &Path) -> PathBuf {
        self.folder().join(file_name(path))
    }

    fn folder(&self) -> PathBuf {
        self.hold.paths(&self.path).0
    }
}

/// Whatever is left in the folder has become of no use.
impl Drop for KeyJournal {
    fn drop(&mut self) {
        let _ = remove(&self.path, &self.hold);
    }
}

/// Settles a change of the key that this file belongs to, if one was interrupted.
pub(crate) fn settle_of(path: &Path, on_event: &dyn Fn(&Event)) {
    let name = file_name(path);
    let stem = [".pem", ".pem.pub", ".json", ".crt"]
        .iter()
        .find_map(|end| name.strip_suffix(end));
    let Some(stem) = stem.filter(|stem| !stem.is_empty()) else {
        return;
    };
    let journal = folder_of(path).join(format!("{PREFIX}{stem}"));
    // A file that can't be written can be read all the same.
    if let Err(error) = settle(&journal, on_event) {
        on_event(&Event::ChangeStuck {
            path: path.to_owned(),
            error,
        });
    }
}

/// Settles what was interrupted in a folder of keys: its changes, and its drafts.
pub(crate) fn settle_all(folder: &Path, on_event: &dyn Fn(&Event)) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = file_name(&path);
        if let Some(stem) = name.strip_prefix(PREFIX) {
            settle_of(&folder.join(format!("{stem}.pem")), on_event);
        } else if name.starts_with(draft::PREFIX) && draft::remove_if_abandoned(&path) {
            on_event(&Event::DraftRemoved { path });
        }
    }
}

fn settle(journal: &Path, on_event: &dyn Fn(&Event)) -> io::Result<Found> {
    // The usual case, with the least effort.
    if journal.symlink_metadata().is_err() {
        return Ok(Found::Nothing);
    }
    let Some(hold) = Hold::take(journal)? else {
        return Ok(Found::Busy);
    };
    if !hold.is_locked() && !draft::is_old(&journal.metadata()?) {
        return Ok(Found::Busy);
    }
    let (inside, folder) = hold.paths(journal);
    let has = |name: &str| inside.join(name).exists();
    let (replace, new, undo) = (has(REPLACE), has(NEW), has(UNDO));
    let mut is_changed = false;
    // The private key goes last.
    for is_private in [false, true] {
        for entry in fs::read_dir(&inside)?.flatten() {
            let from = entry.path();
            let name = file_name(&from);
            if name.ends_with(".pem") != is_private || is_marker(&name) {
                continue;
            }
            let old = name.strip_prefix(OLD);
            let to = folder.join(old.unwrap_or(&name));
            match old {
                Some(_) if undo => fs::rename(&from, to)?,
                None if replace => fs::rename(&from, to)?,
                None if new => move_to_new(&from, &to).map_err(|error| {
                    let to = folder_of(journal).join(&name);
                    io::Error::new(error.kind(), format!("{}: {error}", to.display()))
                })?,
                _ => {}
            }
            is_changed |= old.is_none() || undo;
        }
    }
    sync_folder(&folder);
    remove(journal, &hold)?;
    let name = file_name(journal);
    let name = name.strip_prefix(PREFIX).unwrap_or_default();
    if is_changed {
        let key = folder_of(journal).join(name);
        on_event(&match replace || new {
            true => Event::ChangeFinished { key },
            false => Event::ChangeUndone { key },
        });
    }
    Ok(Found::Settled)
}

fn is_marker(name: &str) -> bool {
    matches!(name, REPLACE | NEW | UNDO)
}

/// Removes a journal; the marker goes last, so that what is left of it means the same.
fn remove(journal: &Path, hold: &Hold) -> io::Result<()> {
    let (inside, folder) = hold.paths(journal);
    let names = match fs::read_dir(&inside) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        names => names?,
    };
    for entry in names.flatten() {
        let path = entry.path();
        if !is_marker(&file_name(&path)) {
            fs::remove_file(path)?;
        }
    }
    for marker in [REPLACE, NEW, UNDO] {
        match fs::remove_file(inside.join(marker)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    fs::remove_dir(folder.join(file_name(journal)))
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

#[cfg(unix)]
fn make_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};

    const PRIVATE: u32 = 0o700;
    fs::DirBuilder::new().mode(PRIVATE).create(path)?;
    // The umask may have taken something away.
    fs::set_permissions(path, fs::Permissions::from_mode(PRIVATE))
}

#[cfg(not(unix))]
fn make_folder(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}
