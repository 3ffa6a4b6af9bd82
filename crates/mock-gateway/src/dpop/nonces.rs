use core::time::Duration;
use std::sync::{Mutex, PoisonError};

use crate::clock::Instant;
use crate::random;

/// For how long a nonce is handed out; it is good for as long again.
const PERIOD: Duration = Duration::from_secs(300);

/// The nonces of proofs: the one that is handed out, and the one before it.
#[derive(Debug, Default)]
pub(super) struct Nonces(Mutex<Option<Pair>>);

#[derive(Debug)]
struct Pair {
    since: Instant,
    current: String,
    previous: Option<String>,
}

impl Nonces {
    /// The nonce to hand out. Nothing comes of it where the system has no random numbers.
    pub(super) fn current(&self, now: Instant) -> Option<String> {
        let mut pair = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        renew(&mut pair, now);
        pair.as_ref().map(|pair| pair.current.clone())
    }

    /// Whether the nonce was handed out lately.
    pub(super) fn are_good(&self, nonce: &str, now: Instant) -> bool {
        let mut pair = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        renew(&mut pair, now);
        let pair = pair.as_ref();
        pair.is_some_and(|pair| pair.current == nonce || pair.previous.as_deref() == Some(nonce))
    }
}

fn renew(pair: &mut Option<Pair>, now: Instant) {
    let periods = match pair {
        Some(pair) => now.as_millis().saturating_sub(pair.since.as_millis()) / PERIOD.as_millis(),
        None => u128::MAX,
    };
    if periods == 0 {
        return;
    }
    let Some(nonce) = random::access_token() else {
        return;
    };
    let last = pair.take().filter(|_| periods == 1);
    *pair = Some(Pair {
        since: now,
        current: nonce,
        previous: last.map(|pair| pair.current),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_good_for_two_periods() {
        let nonces = Nonces::default();
        let at = Instant::from_seconds;
        let first = nonces.current(at(1000)).unwrap();
        assert_eq!(nonces.current(at(1299)).unwrap(), first);
        let second = nonces.current(at(1300)).unwrap();
        assert_ne!(second, first);
        assert!(nonces.are_good(&first, at(1599)));
        assert!(!nonces.are_good(&first, at(1600)));
        assert!(nonces.are_good(&second, at(1600)));
        assert!(!nonces.are_good(&second, at(9000)));
        assert!(!nonces.are_good("", at(9000)));
    }
}
