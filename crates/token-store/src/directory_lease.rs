use crate::directory::{Directory, Holder, Lock, LockState};
use crate::waiting::NextMove;
use crate::{Overtaken, Unusable, file_kind};

/// The right to make a request for all, as long as it is not dropped.
pub(crate) struct Claim<'a> {
    // The name of a side lock goes before the lock does.
    aside: Option<Aside<'a>>,
    lock: Lock,
    overtaken: Option<Overtaken>,
}

/// A request at the side of a holder.
struct Aside<'a> {
    directory: &'a Directory,
    lock_name: String,
    holder: Holder,
}

impl<'a> Claim<'a> {
    /// By the key's lock.
    pub(crate) const fn of_key(lock: Lock) -> Self {
        Self {
            aside: None,
            lock,
            overtaken: None,
        }
    }

    /// Past the holder of the key's lock, if it is time, and nobody else is at it.
    pub(crate) fn past(
        holder: Holder,
        next: NextMove,
        directory: &'a Directory,
        hash: &str,
    ) -> Result<Option<Self>, Unusable> {
        let overtaken = Some(Overtaken::new(holder.note));
        if next.takes_over {
            let (name, gate) = (file_kind::lock(hash), file_kind::side_lock(hash, 0));
            let draft = file_kind::draft(hash, holder.inode);
            if let Some(lock) = directory.take_over(&name, &gate, &holder, &draft)? {
                let aside = None;
                return Ok(Some(Self {
                    aside,
                    lock,
                    overtaken,
                }));
            }
        }
        for number in 1..=next.side_locks {
            let lock_name = file_kind::side_lock(hash, number);
            if let LockState::Held(lock) = directory.try_lock(&lock_name)? {
                let aside = Aside {
                    directory,
                    lock_name,
                    holder,
                };
                let aside = Some(aside);
                return Ok(Some(Self {
                    aside,
                    lock,
                    overtaken,
                }));
            }
        }
        Ok(None)
    }

    pub(crate) const fn lock(&self) -> &Lock {
        &self.lock
    }

    /// Who was not waited for.
    pub(crate) const fn overtaken(&self) -> Option<&Overtaken> {
        self.overtaken.as_ref()
    }

    /// The same, at the end of the request.
    pub(crate) fn into_overtaken(self) -> Option<Overtaken> {
        self.overtaken
    }

    /// Whether the holder of the key's lock may be at work too.
    pub(crate) const fn is_aside(&self) -> bool {
        self.aside.is_some()
    }

    /// Keeps the holder from putting an older token over the new one.
    pub(crate) fn outrun_holder(&self, directory: &Directory, hash: &str) {
        if let Some(aside) = &self.aside {
            // Where that fails, it is only another token.
            let _ = directory.remove(&file_kind::draft(hash, aside.holder.inode));
        }
    }
}

impl Drop for Aside<'_> {
    fn drop(&mut self) {
        // What stays is removed by a sweep.
        let _ = self.directory.remove(&self.lock_name);
    }
}
