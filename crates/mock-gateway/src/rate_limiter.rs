use core::time::Duration;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use tokenring_gateway::RateLimit;

use crate::clock::Instant;

/// Counts the token requests of the last while, where the gateway has a limit.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    requests: usize,
    period: Duration,
    taken: Mutex<VecDeque<Instant>>,
}

impl RateLimiter {
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self {
            requests: usize::try_from(limit.requests()).unwrap_or(usize::MAX),
            period: limit.period(),
            taken: Mutex::default(),
        }
    }

    /// Whether a request that comes now is within the limit; one that is not counts for nothing.
    pub(crate) fn admits(&self, now: Instant) -> bool {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        while taken
            .front()
            .is_some_and(|first| first.saturating_add(self.period) <= now)
        {
            taken.pop_front();
        }
        let is_within = taken.len() < self.requests;
        if is_within {
            taken.push_back(now);
        }
        is_within
    }
}
