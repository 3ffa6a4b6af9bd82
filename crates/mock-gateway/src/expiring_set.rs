use core::hash::{BuildHasher, Hash};
use std::collections::HashMap;
use std::hash::RandomState;
use std::sync::{Mutex, PoisonError};

use crate::clock::Instant;

/// Below this many entries it is not worth looking for expired ones.
const FIRST_SWEEP: usize = 1024;

/// Strings that are remembered until a moment: spent JWT IDs and access tokens.
///
/// It keeps 64 bits of a hash that is keyed with random numbers, not the strings: memory is the
/// same for a JWT ID of 16 bytes and of 16 kilobytes, and nobody outside can make two collide. With
/// a million of them, one in ten trillion new ones is taken for one that was seen.
#[derive(Debug)]
pub(crate) struct ExpiringSet {
    key: RandomState,
    capacity: usize,
    entries: Mutex<Entries>,
}

#[derive(Debug)]
struct Entries {
    /// The millisecond since 1970 in which each is forgotten.
    expires: HashMap<u64, u64>,
    next_sweep: usize,
}

/// The set holds as much as it may, none of it expired.
#[derive(Debug)]
pub(crate) struct Full;

impl ExpiringSet {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self {
            key: RandomState::new(),
            capacity,
            entries: Mutex::new(Entries {
                expires: HashMap::new(),
                next_sweep: FIRST_SWEEP,
            }),
        }
    }

    pub(crate) fn contains<T: Hash>(&self, value: &T, now: Instant) -> bool {
        self.expiry(value, now).is_some()
    }

    /// Until when the value is remembered, if it is.
    pub(crate) fn expiry<T: Hash>(&self, value: &T, now: Instant) -> Option<Instant> {
        let key = self.fingerprint(value);
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let until = *entries.expires.get(&key)?;
        (milliseconds(now) < until).then(|| Instant::from_millis(until))
    }

    /// Remembers a value until a moment.
    ///
    /// A full set takes nothing more: to forget a JWT ID would be to accept it twice.
    pub(crate) fn insert<T: Hash>(
        &self,
        value: &T,
        until: Instant,
        now: Instant,
    ) -> Result<(), Full> {
        let key = self.fingerprint(value);
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.expires.len() >= entries.next_sweep.min(self.capacity) {
            let now = milliseconds(now);
            entries.expires.retain(|_, until| now < *until);
            entries.next_sweep = entries.expires.len().saturating_mul(2).max(FIRST_SWEEP);
            if entries.expires.len() >= self.capacity {
                return Err(Full);
            }
        }
        entries.expires.insert(key, milliseconds(until));
        Ok(())
    }

    pub(crate) fn fingerprint<T: Hash>(&self, value: &T) -> u64 {
        self.key.hash_one(value)
    }
}

fn milliseconds(time: Instant) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgets_at_the_moment_given() {
        let set = ExpiringSet::with_capacity(10);
        set.insert(&"a", Instant::from_seconds(600), Instant::from_seconds(0))
            .unwrap();
        assert!(set.contains(&"a", Instant::from_seconds(599)));
        assert!(!set.contains(&"a", Instant::from_seconds(600)));
        assert!(!set.contains(&"b", Instant::from_seconds(0)));
    }

    #[test]
    fn takes_nothing_beyond_its_capacity_until_something_expires() {
        let set = ExpiringSet::with_capacity(2);
        let start = Instant::from_seconds(0);
        set.insert(&1, Instant::from_seconds(10), start).unwrap();
        set.insert(&2, Instant::from_seconds(20), start).unwrap();
        set.insert(&3, Instant::from_seconds(30), start)
            .unwrap_err();
        assert!(set.contains(&1, start) && set.contains(&2, start));
        set.insert(&3, Instant::from_seconds(30), Instant::from_seconds(10))
            .unwrap();
    }

    #[test]
    fn sweeps_what_expired_while_it_grows() {
        let set = ExpiringSet::with_capacity(1_000_000);
        for second in 0..10_000_u64 {
            let now = Instant::from_seconds(second);
            set.insert(&second, Instant::from_seconds(second + 10), now)
                .unwrap();
        }
        let entries = set.entries.lock().unwrap();
        assert!(entries.expires.len() <= FIRST_SWEEP);
    }

    #[test]
    fn keeps_pairs_apart() {
        let set = ExpiringSet::with_capacity(10);
        let (now, until) = (Instant::from_seconds(0), Instant::from_seconds(10));
        set.insert(&("ab", "c"), until, now).unwrap();
        assert!(!set.contains(&("a", "bc"), now));
    }
}
