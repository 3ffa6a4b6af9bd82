use std::sync::Arc;

use crate::directory::{Directory, Lock, LockState};
use crate::file_kind;
use crate::holder_note::HolderNote;
use crate::{Holder, Lease, LeaseKind, LeaseRequest, LeaseState, Unusable};

/// A lock, and the draft of whoever holds it.
struct Guard {
    directory: Arc<Directory>,
    draft: String,
    /// The name of a lock beside the key's one.
    beside: Option<String>,
    // Dropped last, when nothing of this is left.
    lock: Lock,
}

/// Locks a file of the key, and makes sure that there is room for a token.
pub(crate) fn lease(
    directory: &Arc<Directory>,
    hash: &str,
    request: &LeaseRequest,
) -> Result<LeaseState, Unusable> {
    let mut beside = None;
    let lock = match request.kind() {
        LeaseKind::Exclusive => match directory.try_lock(&file_kind::lock(hash))? {
            LockState::Held(lock) => lock,
            LockState::Busy(holder) => return Ok(LeaseState::Busy(holder)),
        },
        LeaseKind::TakeOver(holder) => match take_over(directory, hash, &holder)? {
            Some(lock) => lock,
            None => return Ok(LeaseState::Busy(holder)),
        },
        LeaseKind::Beside { number, .. } => {
            let name = file_kind::side_lock(hash, number);
            match directory.try_lock(&name)? {
                LockState::Held(lock) => {
                    beside = Some(name);
                    lock
                }
                LockState::Busy(holder) => return Ok(LeaseState::Busy(holder)),
            }
        }
    };
    let fence = lock.inode();
    let guard = Guard {
        directory: Arc::clone(directory),
        draft: file_kind::draft(hash, fence),
        beside,
        lock,
    };
    let note = HolderNote::new(request.now(), request.busy_for());
    guard.lock.announce(&note)?;
    guard.directory.reserve(&guard.draft)?;
    Ok(LeaseState::Held(Lease::new(fence, guard)))
}

fn take_over(directory: &Directory, hash: &str, holder: &Holder) -> Result<Option<Lock>, Unusable> {
    let (name, gate) = (file_kind::lock(hash), file_kind::side_lock(hash, 0));
    let draft = file_kind::draft(hash, holder.fence());
    directory.take_over(&name, &gate, holder, &draft)
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Gone if it was published. What stays is replaced by the next draft, and the
        // name of a lock is removed by a sweep.
        let _ = self.directory.remove(&self.draft);
        if let Some(name) = &self.beside {
            let _ = self.directory.remove(name);
        }
    }
}
