use std::sync::atomic::{AtomicU64, Ordering};

use crate::client::Clients;
use crate::clock::Clock;
use crate::expiring_set::ExpiringSet;
use crate::journal::Journal;
use crate::key_sets::KeySets;
use crate::rulebook::Rulebook;

/// A JWT ID takes some forty bytes: this bounds the memory for them at about 40 MB.
const JWT_IDS: usize = 1_000_000;
const ACCESS_TOKENS: usize = 1_000_000;

/// All that the requests to one gateway share.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) rulebook: &'static Rulebook,
    pub(crate) clients: Clients,
    pub(crate) clock: Clock,
    pub(crate) key_sets: KeySets,
    pub(crate) journal: Journal,
    pub(crate) spent_jwt_ids: ExpiringSet,
    pub(crate) access_tokens: ExpiringSet,
    messages: AtomicU64,
}

impl State {
    pub(crate) fn new(
        rulebook: &'static Rulebook,
        clients: Clients,
        clock: Clock,
        key_sets: KeySets,
        journal: Journal,
    ) -> Self {
        Self {
            rulebook,
            clients,
            clock,
            key_sets,
            journal,
            spent_jwt_ids: ExpiringSet::with_capacity(JWT_IDS),
            access_tokens: ExpiringSet::with_capacity(ACCESS_TOKENS),
            messages: AtomicU64::new(0),
        }
    }

    /// Makes a `message_id`, in the shape of Apigee's.
    pub(crate) fn next_message_id(&self) -> String {
        let number = self.messages.fetch_add(1, Ordering::Relaxed);
        let time = self.clock.now().as_millis();
        format!("rrt-{time:019}-a-mock-{number}-1")
    }
}
