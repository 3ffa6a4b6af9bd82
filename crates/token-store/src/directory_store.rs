use std::path::Path;

use tokenring_assertion::NumericDate;

use crate::cache_entry;
use crate::directory::Directory;
use crate::file_kind::FileKind;
use crate::renewal::Renewal;
use crate::sweep::{self, remove_idle};
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
    /// Whoever has put a token into the cache removes a few of those that have
    /// expired.
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
                    remove_idle(&self.directory, hash, &name)?;
                }
                None => {}
            }
        }
        Ok(removed)
    }

    /// Removes the tokens that no call would take any more, with what belongs to
    /// them, and says how many.
    ///
    /// Those are expired, from the future as the clock was set back, or damaged.
    /// Safe while other processes use the cache.
    ///
    /// # Errors
    ///
    /// An [`Unusable`] if the directory can't be read or a file not removed.
    pub fn clear_expired(&self, now: NumericDate) -> Result<usize, Unusable> {
        let mut removed = 0;
        for name in self.directory.names()? {
            removed += usize::from(sweep::file(&self.directory, &name, now)?);
        }
        Ok(removed)
    }
}
