use std::sync::atomic::{AtomicU64, Ordering};

use tokenring_gateway::Remedy;

use crate::client::Clients;
use crate::clock::Clock;
use crate::expiring_set::ExpiringSet;
use crate::faults::{FaultSchedule, Faults};
use crate::journal::Journal;
use crate::key_sets::KeySets;
use crate::own_key::OwnKey;
use crate::random;
use crate::rate_limiter::RateLimiter;
use crate::rulebook::Rulebook;

/// A JWT ID takes some forty bytes: this bounds the memory for them at about 40 MB.
const JWT_IDS: usize = 1_000_000;
const ACCESS_TOKENS: usize = 1_000_000;

/// All that the requests to one gateway share.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) rulebook: Rulebook,
    pub(crate) clients: Clients,
    pub(crate) clock: Clock,
    pub(crate) key_sets: KeySets,
    pub(crate) own_key: OwnKey,
    pub(crate) journal: Journal,
    pub(crate) spent_jwt_ids: ExpiringSet,
    pub(crate) access_tokens: ExpiringSet,
    pub(crate) faults: Faults,
    pub(crate) fault_schedule: FaultSchedule,
    /// None unless the rate limit of the gateway's file counts.
    pub(crate) rate_limiter: Option<RateLimiter>,
    /// What the page says of what fixes a broken rule.
    pub(crate) remedy_words: fn(&Remedy) -> String,
    run_id: String,
    messages: AtomicU64,
}

impl State {
    pub(crate) fn new(
        rulebook: Rulebook,
        clients: Clients,
        clock: Clock,
        key_sets: KeySets,
        own_key: OwnKey,
        journal: Journal,
        faults: Faults,
    ) -> Self {
        let limit = rulebook.gateway.request().rate_limit();
        let limit = limit.filter(|_| faults.limits_rate());
        Self {
            rate_limiter: limit.map(RateLimiter::new),
            rulebook,
            clients,
            clock,
            key_sets,
            own_key,
            journal,
            spent_jwt_ids: ExpiringSet::with_capacity(JWT_IDS),
            access_tokens: ExpiringSet::with_capacity(ACCESS_TOKENS),
            fault_schedule: FaultSchedule::new(&faults),
            faults,
            remedy_words: Remedy::to_string,
            run_id: random::access_token().unwrap_or_default(),
            messages: AtomicU64::new(0),
        }
    }

    /// Has the page say with these words what fixes a broken rule.
    pub(crate) fn with_remedy_words(mut self, words: fn(&Remedy) -> String) -> Self {
        self.remedy_words = words;
        self
    }

    /// Tells this gateway from one that ran at the same address before.
    pub(crate) fn run_id(&self) -> &str {
        &self.run_id
    }

    /// Counts the answers that a client can quote.
    pub(crate) fn next_message_number(&self) -> u64 {
        self.messages.fetch_add(1, Ordering::Relaxed)
    }
}
