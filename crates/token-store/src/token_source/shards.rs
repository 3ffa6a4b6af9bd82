use std::hash::{Hash as _, Hasher};
use std::sync::{Mutex, PoisonError, TryLockError};
use std::thread;

use super::held_token::HeldToken;

/// Copies of the handle to the current token, for threads to read without
/// getting in each other's way.
///
/// A lock around one handle would not do: even readers of a read-write lock
/// write to it, and so do clones of an `Arc`, and a cache line that all cores
/// write to becomes slower with each of them. Here each thread has a shard of
/// its own, as long as there are enough, with a lock and a count on lines of
/// their own. A writer goes through all of them; it comes once in a token's
/// lifetime.
///
/// Writers hold the lock of the state, so that all shards end up with the same
/// token. A reader may see a shard that is not up to date yet. That does not
/// matter: the token before was good to hand out when the reader asked, or is
/// past its renewal, which sends the reader to the state.
pub(crate) struct Shards(Box<[Shard]>);

#[repr(align(128))]
struct Shard(Mutex<Option<HeldToken>>);

impl Shards {
    pub(crate) fn new() -> Self {
        // Only running threads compete, and neighbours in number seldom all run.
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let count = cores.saturating_mul(4).next_power_of_two().clamp(8, 256);
        Self((0..count).map(|_| Shard(Mutex::new(None))).collect())
    }

    /// The token, if it is there and wanted.
    ///
    /// Does not wait: a shard whose lock another thread has is passed over for
    /// the next one. If all are taken, there is nothing, which sends the reader
    /// to the state.
    pub(crate) fn get(&self, is_wanted: impl Fn(&HeldToken) -> bool) -> Option<HeldToken> {
        let own = thread_number() % self.0.len().max(1);
        let (before, from_own) = self.0.split_at_checked(own)?;
        for Shard(slot) in from_own.iter().chain(before) {
            let slot = match slot.try_lock() {
                Ok(slot) => slot,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => continue,
            };
            return slot.as_ref().filter(|token| is_wanted(token)).cloned();
        }
        None
    }

    pub(crate) fn set(&self, token: Option<&HeldToken>) {
        for Shard(slot) in &self.0 {
            let token = token.map(HeldToken::recounted);
            let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
            let before = std::mem::replace(&mut *slot, token);
            drop(slot);
            // The last handle wipes the token: not with the lock in hand.
            drop(before);
        }
    }
}

/// A small number for each thread, in the order that they were started.
fn thread_number() -> usize {
    std::thread_local! {
        static NUMBER: usize = {
            let mut number = Number(0);
            thread::current().id().hash(&mut number);
            usize::try_from(number.finish()).unwrap_or_default()
        };
    }
    // A thread that is ending may have no locals any more.
    NUMBER.try_with(|number| *number).unwrap_or_default()
}

/// Reads the number that a thread's identifier is made of: a true hash would
/// put several threads into one shard while others are empty.
struct Number(u64);

impl Hasher for Number {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(31).wrapping_add(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn threads_spread_over_shards() {
        let numbers: BTreeSet<usize> = thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(thread_number)).collect();
            threads
                .into_iter()
                .filter_map(|thread| thread.join().ok())
                .collect()
        });
        assert_eq!(numbers.len(), 8);
    }
}
