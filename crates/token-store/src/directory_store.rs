use std::path::Path;
use std::sync::Arc;

use tokenring_assertion::NumericDate;
use tokenring_oauth::AccessToken;

use crate::cache_entry;
use crate::directory::Directory;
use crate::directory_lease;
use crate::file_kind::{self, FileKind};
use crate::sweep::{self, remove_idle};
use crate::{
    CacheEntry, CacheKey, Lease, LeaseRequest, LeaseState, PastFailure, Record, Snapshot, Store,
    StoredToken, Unusable,
};

/// A directory of tokens that the processes of one user share.
#[derive(Clone, Debug)]
pub struct DirectoryStore {
    directory: Arc<Directory>,
    path: Arc<Path>,
}

impl DirectoryStore {
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
            directory: Arc::new(Directory::open(path)?),
            path: path.into(),
        })
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

    /// Removes this token, under whatever keys it is stored, and says how many files went. Another
    /// token that took its place meanwhile is stored again by the next request.
    ///
    /// # Errors
    ///
    /// An [`Unusable`] if the directory can't be read or a file not removed.
    pub fn forget(&self, token: &AccessToken) -> Result<usize, Unusable> {
        let mut removed = 0;
        for name in self.directory.names()? {
            let Some((hash, FileKind::Token)) = FileKind::of(&name) else {
                continue;
            };
            let file = self.directory.read(&name);
            if file.is_some_and(|bytes| cache_entry::holds(hash, &bytes, token)) {
                removed += usize::from(self.directory.remove(&name)?);
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

    /// The note of a failure or a pause.
    fn note(&self, hash: &str) -> Option<PastFailure> {
        let name = file_kind::failure(hash);
        let bytes = self.directory.read(&name)?;
        let note = PastFailure::read(hash, &bytes)?;
        Some(note.with_place(self.path.join(name)))
    }

    /// Writes a pause down for all keys that it holds for. The holder's fence keeps its draft
    /// apart from those of other keys' holders.
    fn put_pause(&self, hash: &str, fence: u64, pause: &PastFailure) -> Result<bool, Unusable> {
        let draft = file_kind::draft(hash, fence);
        self.directory.reserve(&draft)?;
        let name = file_kind::failure(hash);
        self.directory.publish(&draft, &pause.write(hash), &name)
    }
}

/// A lease is a lock (`flock`) on a file of the key. The number of that file is the
/// fence: what the holder writes has it in its name.
impl Store for DirectoryStore {
    /// A file that cannot be read, or that is not as it was written, is none.
    fn get(&self, key: &CacheKey) -> Result<Snapshot, Unusable> {
        let hash = key.as_str();
        let token = self.directory.read(&file_kind::token(hash));
        let token = token.and_then(|bytes| StoredToken::from_bytes(key, &bytes));
        let snapshot = Snapshot::new(token, self.note(hash));
        Ok(snapshot.with_pause(self.note(key.pause_hash())))
    }

    fn lease(&self, key: &CacheKey, request: &LeaseRequest) -> Result<LeaseState, Unusable> {
        directory_lease::lease(&self.directory, key.as_str(), request)
    }

    fn put_if(&self, key: &CacheKey, lease: &Lease, record: &Record) -> Result<bool, Unusable> {
        let (directory, hash) = (&*self.directory, key.as_str());
        let draft = file_kind::draft(hash, lease.fence());
        match record {
            Record::Failure(failure) => {
                let file = failure.to_bytes(key);
                let name = file_kind::failure(hash);
                let is_published = directory.publish(&draft, &file, &name)?;
                if is_published && failure.is_stated_pause() {
                    // The keys beside this one do without it where that fails.
                    let _ = self.put_pause(key.pause_hash(), lease.fence(), failure);
                }
                Ok(is_published)
            }
            Record::Token(token) => {
                let file = token.to_bytes(key);
                let is_published = directory.publish(&draft, &file, &file_kind::token(hash))?;
                if is_published {
                    // It would be over soon by itself.
                    let _ = directory.remove(&file_kind::failure(hash));
                    let _ = directory.remove(&file_kind::failure(key.pause_hash()));
                    match lease.beside() {
                        // Where that fails, the holder's is only another token.
                        Some(holder) => {
                            let _ = directory.remove(&file_kind::draft(hash, holder.fence()));
                        }
                        None => sweep::some(directory, lease.taken_at(), hash, token.id()),
                    }
                }
                Ok(is_published)
            }
        }
    }
}
