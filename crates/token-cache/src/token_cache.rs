use std::path::Path;

use crate::cache_entry;
use crate::directory::{Directory, LockState};
use crate::file_kind::{self, FileKind};
use crate::renewal::Renewal;
use crate::{
    Attempt, CacheEntry, CachedToken, Error, FetchFailure, Lookup, Mode, Outcome, Source, Unusable,
};

/// A directory of tokens that the processes of one user share.
#[derive(Debug)]
pub struct TokenCache {
    directory: Directory,
}

impl TokenCache {
    /// Opens the cache in a directory, which is made with mode 0700 if it isn't there.
    ///
    /// The path must not be a symbolic link. What is opened stays the cache, even
    /// if something else takes the path later.
    ///
    /// # Errors
    ///
    /// An [`Unusable`] for a directory that others could plant tokens in, and for
    /// what is none. The caller goes on without the cache.
    pub fn open(path: &Path) -> Result<Self, Unusable> {
        Ok(Self {
            directory: Directory::open(path)?,
        })
    }

    /// Gives the token from the cache, or asks for a new one.
    ///
    /// A good token is read without a lock. To renew it, one process takes a lock
    /// and calls `fetch`; the others wait until they see the token, the failure,
    /// or their time-out. If the token is good but soon to expire, they don't
    /// wait: they take it, and so does the process that renews it, should `fetch`
    /// fail. The kernel frees the lock of a process that dies. One that is stopped is
    /// overtaken when it should have finished, or when a process that waits has used
    /// two thirds of its time; [`Outcome::overtaken`] tells.
    ///
    /// Where the cache can't be written or locked, `fetch` is called and
    /// [`Outcome::warning`] says why.
    ///
    /// # Errors
    ///
    /// [`Error::Fetch`] with what `fetch` returned, [`Error::RecentFailure`] with
    /// what another process has met, [`Error::TimedOut`].
    pub fn get_or_fetch<E>(
        &self,
        lookup: &Lookup<'_>,
        fetch: impl FnOnce(Attempt) -> Result<CachedToken, FetchFailure<E>>,
    ) -> Result<Outcome<E>, Error<E>> {
        if lookup.mode != Mode::Bypass {
            return Renewal::new(&self.directory, lookup).run(fetch);
        }
        let attempt = Attempt {
            timeout: lookup.timeout,
            is_early: false,
        };
        match fetch(attempt) {
            Ok(token) => Ok(Outcome::new(token, Source::Fetch)),
            Err(failure) => Err(Error::Fetch(failure.error)),
        }
    }

    /// Lists what is in the cache, in the order of the hashes.
    ///
    /// What can't be read as an entry is left out.
    ///
    /// # Errors
    ///
    /// An [`Unusable`] if the directory can't be read.
    pub fn list(&self) -> Result<Vec<CacheEntry>, Unusable> {
        let mut entries = Vec::new();
        for name in self.directory.names()? {
            if let Some((hash, FileKind::Token)) = FileKind::of(&name) {
                let file = self.directory.read(&name);
                entries.extend(file.and_then(|bytes| cache_entry::describe(hash, &bytes)));
            }
        }
        entries.sort_by(|a, b| a.hash().cmp(b.hash()));
        Ok(entries)
    }

    /// Removes every file of the cache, and says how many tokens went.
    ///
    /// Safe while other processes use it. One that is asking for a token keeps
    /// its lock, and puts the token into the cache when it comes. Files of other
    /// names stay.
    ///
    /// # Errors
    ///
    /// An [`Unusable`] if the directory can't be read or a file not removed.
    pub fn clear(&self) -> Result<usize, Unusable> {
        let mut removed = 0;
        for name in self.directory.names()? {
            match FileKind::of(&name) {
                Some((_, FileKind::Token)) => {
                    removed += usize::from(self.directory.remove(&name)?);
                }
                Some((_, FileKind::Failure)) => {
                    self.directory.remove(&name)?;
                }
                Some((hash, FileKind::Draft | FileKind::Lock | FileKind::SideLock)) => {
                    self.remove_idle(hash, &name)?;
                }
                None => {}
            }
        }
        Ok(removed)
    }

    /// Removes what belongs to the holder of a lock, unless there is one.
    ///
    /// A lock's file goes only while it is held here, and once: whoever has
    /// opened it before and locks it after finds that it has lost its name, and
    /// opens the new one. Removed unlocked, it would leave its holder and the
    /// holder of the next file of that name both thinking that they were alone.
    fn remove_idle(&self, hash: &str, name: &str) -> Result<(), Unusable> {
        let lock = match FileKind::of(name) {
            Some((_, FileKind::SideLock)) => name.to_owned(),
            _ => file_kind::lock(hash),
        };
        let _held = match self.directory.try_lock(&lock) {
            Ok(LockState::Busy(_)) => return Ok(()),
            Ok(LockState::Held(held)) => Some(held),
            // Where nothing can be locked, nothing is.
            Err(Unusable::NoLocks) => None,
            Err(reason) => return Err(reason),
        };
        self.directory.remove(name)?;
        self.directory.remove(&lock)?;
        Ok(())
    }
}
