use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokenring_gateway::{Remedy, RequestPart};

use crate::access_tokens::SharedTokens;
use crate::active_faults::ActiveFaults;
use crate::clients::SharedClients;
use crate::clock::Clock;
use crate::dpop::Dpop;
use crate::error::Error;
use crate::expiring_set::ExpiringSet;
use crate::faults::Faults;
use crate::issued_tokens::IssuedTokens;
use crate::journal::Journal;
use crate::key_sets::KeySets;
use crate::mount::{Mount, is_below};
use crate::own_key::OwnKey;
use crate::random;
use crate::rulebook::Rulebook;
use crate::stand_in::StandIn;

/// A JWT ID takes some twenty bytes: this bounds the memory for them at about 40 MB.
const JWT_IDS: usize = 1_000_000;

/// All that the requests to one gateway share.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) rulebook: Rulebook,
    pub(crate) clients: Arc<SharedClients>,
    pub(crate) clock: Clock,
    pub(crate) key_sets: KeySets,
    pub(crate) own_key: OwnKey,
    pub(crate) journal: Arc<Journal>,
    pub(crate) spent_jwt_ids: ExpiringSet,
    pub(crate) access_tokens: IssuedTokens,
    pub(crate) dpop: Dpop,
    /// What they are, where the file's word does not count.
    pub(crate) token_plan: SharedTokens,
    pub(crate) faults: Arc<ActiveFaults>,
    /// The path that this gateway is at, if that is not the root.
    pub(crate) mount_path: Option<String>,
    /// Further gateways, under paths of their own.
    pub(crate) mounts: Vec<Mount>,
    /// Whether clients and faults can be changed over HTTP.
    pub(crate) has_control: bool,
    /// None unless this gateway answers to the real one's host names.
    pub(crate) stand_in: Option<StandIn>,
    /// What the page says of what fixes a broken rule.
    pub(crate) remedy_words: fn(&Remedy) -> String,
    run_id: String,
    messages: AtomicU64,
}

impl State {
    pub(crate) fn new(
        rulebook: Rulebook,
        clients: Arc<SharedClients>,
        clock: Clock,
        key_sets: KeySets,
        own_key: OwnKey,
        dpop: Dpop,
        journal: Arc<Journal>,
    ) -> Self {
        Self {
            rulebook,
            clients,
            clock,
            key_sets,
            own_key,
            journal,
            spent_jwt_ids: ExpiringSet::with_capacity(JWT_IDS),
            access_tokens: IssuedTokens::new(),
            dpop,
            token_plan: SharedTokens::default(),
            mount_path: None,
            faults: Arc::default(),
            mounts: Vec::new(),
            has_control: false,
            stand_in: None,
            remedy_words: Remedy::to_string,
            run_id: random::access_token().unwrap_or_default(),
            messages: AtomicU64::new(0),
        }
    }

    /// Has this gateway answer to the real one's host names.
    pub(crate) fn with_stand_in(mut self, stand_in: Option<StandIn>) -> Self {
        self.stand_in = stand_in;
        self
    }

    /// Has the page say with these words what fixes a broken rule.
    pub(crate) fn with_remedy_words(mut self, words: fn(&Remedy) -> String) -> Self {
        self.remedy_words = words;
        self
    }

    /// Has access tokens be what this says.
    pub(crate) fn with_tokens(mut self, plan: SharedTokens) -> Self {
        self.token_plan = plan;
        self
    }

    /// Lets clients and faults be changed over HTTP.
    pub(crate) fn with_control(mut self, has_control: bool) -> Self {
        self.has_control = has_control;
        self
    }

    /// Has these things go wrong from now on, and no others.
    pub(crate) fn set_faults(&self, faults: Faults) -> Result<(), Error> {
        let gateway = &self.rulebook.gateway;
        let limit = gateway.request().rate_limit();
        if faults.limits_rate() && limit.is_none() {
            return Err(Error::NoRateLimit {
                gateway: gateway.name().to_owned(),
            });
        }
        self.clock.set_offset(faults.clock_offset());
        self.key_sets.set_down(faults.key_sets_down());
        for mount in &self.mounts {
            mount.state.key_sets.set_down(faults.key_sets_down());
        }
        self.faults.set(faults, limit);
        Ok(())
    }

    /// Puts further gateways under paths of their own. What goes wrong goes wrong at all of them.
    pub(crate) fn with_mounts(mut self, mounts: Vec<(String, Self)>) -> Self {
        for (path, mut state) in mounts {
            state.faults = Arc::clone(&self.faults);
            state.mount_path = Some(path.clone());
            let state = Arc::new(state);
            self.mounts.push(Mount { path, state });
        }
        self
    }

    /// The gateway that is at a path, this one where no other is.
    pub(crate) fn at<'a>(self: &'a Arc<Self>, path: &str) -> &'a Arc<Self> {
        let mut mounts = self.mounts.iter();
        let publishes = |state: &Self| {
            let mut paths = state.rulebook.site.metadata_paths.iter();
            paths.any(|each| each == path)
        };
        let own = || {
            // RFC 8414 has the path of an issuer behind its own, which begins at the root.
            let mut mounts = self.mounts.iter();
            let standard =
                mounts.find(|mount| path.starts_with("/.well-known/") && publishes(&mount.state));
            standard.filter(|_| !publishes(self))
        };
        let mount = mounts
            .find(|mount| is_below(path, &mount.path))
            .or_else(own);
        mount.map_or(self, |mount| &mount.state)
    }

    /// Tells this gateway from one that ran at the same address before.
    pub(crate) fn run_id(&self) -> &str {
        &self.run_id
    }

    /// What a text of the gateway's file quotes that is about no request.
    pub(crate) fn quoted(&self, part: &RequestPart) -> String {
        let site = &self.rulebook.site;
        match part {
            RequestPart::TokenEndpoint => site.token_url(),
            RequestPart::Issuer => site.issuer.clone().unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// Counts the answers that a client can quote.
    pub(crate) fn next_message_number(&self) -> u64 {
        self.messages.fetch_add(1, Ordering::Relaxed)
    }
}
