//! Removes what is of no use to anybody any more.

use tokenring_assertion::NumericDate;

use crate::directory::{Directory, LockState};
use crate::file_kind::{self, FileKind};
use crate::token::LEEWAY;
use crate::{PastFailure, Unusable, cache_entry};

/// How many names a process looks at that has something else to do, and how many
/// of these files it opens. Each has its turn: they are chosen at random.
const MOST_NAMES: usize = 1024;
const MOST_FILES: usize = 16;

/// Removes a few files of other keys than this, if they are of no use, and every
/// draft of this one: the caller has its lock, and its own draft has become a token.
///
/// Nobody waits for this and nothing depends on it, so no failure is one. The seed
/// is random hexadecimal digits.
pub(crate) fn some(directory: &Directory, now: NumericDate, own_hash: &str, seed: &str) {
    let seed = seed
        .get(..16)
        .and_then(|digits| u64::from_str_radix(digits, 16).ok());
    let (mut chosen, mut count, mut random) = (Vec::new(), 0, seed.unwrap_or_default() | 1);
    let mut drafts = Vec::new();
    let visited = directory.visit_names(MOST_NAMES, |name| {
        match FileKind::of(name) {
            None => return,
            Some((hash, kind)) if hash == own_hash => {
                if kind == FileKind::Draft {
                    drafts.push(name.to_owned());
                }
                return;
            }
            Some(_) => {}
        }
        count += 1;
        if chosen.len() < MOST_FILES {
            chosen.push(name.to_owned());
            return;
        }
        // A sample of a stream whose length is unknown: the file replaces one of
        // the chosen with the probability that it has to be among them. The numbers
        // are xorshift's.
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let place = usize::try_from(random % count).unwrap_or(usize::MAX);
        if let Some(place) = chosen.get_mut(place) {
            name.clone_into(place);
        }
    });
    for name in drafts {
        let _ = directory.remove(&name);
    }
    if visited.is_ok() {
        for name in chosen {
            let _ = file(directory, &name, now);
        }
    }
}

/// Removes a file if it is of no use, and says whether a token went.
pub(crate) fn file(directory: &Directory, name: &str, now: NumericDate) -> Result<bool, Unusable> {
    let Some((hash, kind)) = FileKind::of(name) else {
        return Ok(false);
    };
    match kind {
        FileKind::Token | FileKind::Failure => {
            if !is_over(directory, hash, kind, name, now) {
                return Ok(false);
            }
            // Nobody replaces it while the lock is held here.
            let lock = file_kind::lock(hash);
            let _held = match directory.try_lock(&lock) {
                Ok(LockState::Busy(_)) => return Ok(false),
                Ok(LockState::Held(held)) => Some(held),
                Err(Unusable::NoLocks) => None,
                Err(reason) => return Err(reason),
            };
            let removes = is_over(directory, hash, kind, name, now) && directory.remove(name)?;
            if !has_contents(directory, hash) {
                directory.remove(&lock)?;
            }
            Ok(removes && kind == FileKind::Token)
        }
        FileKind::Lock if has_contents(directory, hash) => Ok(false),
        FileKind::Lock | FileKind::SideLock | FileKind::Draft => {
            remove_idle(directory, hash, name)?;
            Ok(false)
        }
    }
}

/// Removes what belongs to the holder of a lock, unless there is one.
///
/// A lock's file goes only while it is held here, and once: whoever has
/// opened it before and locks it after finds that it has lost its name, and
/// opens the new one. Removed unlocked, it would leave its holder and the
/// holder of the next file of that name both thinking that they were alone.
pub(crate) fn remove_idle(directory: &Directory, hash: &str, name: &str) -> Result<(), Unusable> {
    let lock = match FileKind::of(name) {
        Some((_, FileKind::SideLock)) => name.to_owned(),
        _ => file_kind::lock(hash),
    };
    let _held = match directory.try_lock(&lock) {
        Ok(LockState::Busy(_)) => return Ok(()),
        Ok(LockState::Held(held)) => Some(held),
        // Where nothing can be locked, nothing is.
        Err(Unusable::NoLocks) => None,
        Err(reason) => return Err(reason),
    };
    if name != lock {
        directory.remove(name)?;
    }
    directory.remove(&lock)?;
    Ok(())
}

/// Whether a key has a token or the note of a failure.
fn has_contents(directory: &Directory, hash: &str) -> bool {
    directory.has(&file_kind::token(hash)) || directory.has(&file_kind::failure(hash))
}

/// Whether no call would take what a file holds; not if it can't be read.
fn is_over(
    directory: &Directory,
    hash: &str,
    kind: FileKind,
    name: &str,
    now: NumericDate,
) -> bool {
    directory.read(name).is_some_and(|bytes| match kind {
        FileKind::Token => {
            cache_entry::describe(hash, &bytes).is_none_or(|entry| {
                // One of unknown lifetime is there for those that wait for it.
                let age = now.as_seconds().abs_diff(entry.obtained_at().as_seconds());
                let is_shared = entry.expires_at().is_none() && age <= LEEWAY;
                !is_shared && entry.remaining(now).is_zero()
            })
        }
        _ => PastFailure::read(hash, &bytes).is_none_or(|failure| !failure.is_cooling(now)),
    })
}
