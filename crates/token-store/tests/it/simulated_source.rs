//! A source of a simulated gateway's tokens that lives by its clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokenring_assertion::NumericDate;
use tokenring_oauth::{AccessToken, Clock as _, RetryPolicy};
use tokenring_token_store::{
    Attempt, CacheKey, Error, FetchFailure, Lookup, Outcome, PastFailure, Store, Token, TokenSource,
};

use crate::simulated_clock::SimulatedClock;
use crate::simulated_gateway::{SimulatedGateway, request};

pub(crate) type Failure = Error<tokenring_oauth::Error>;

pub(crate) struct SimulatedSource {
    clock: Arc<SimulatedClock>,
    gateway: Arc<SimulatedGateway>,
    source: TokenSource<tokenring_oauth::Error>,
}

impl SimulatedSource {
    pub(crate) fn new(clock: &Arc<SimulatedClock>, gateway: &Arc<SimulatedGateway>) -> Self {
        Self {
            clock: Arc::clone(clock),
            gateway: Arc::clone(gateway),
            source: TokenSource::new().with_clock(Arc::clone(clock)),
        }
    }

    pub(crate) fn with_early_renewal(mut self, before_end: Duration) -> Self {
        self.source = self.source.with_early_renewal(before_end);
        self
    }

    pub(crate) fn with_default_lifetime(mut self, lifetime: Duration) -> Self {
        self.source = self.source.with_default_lifetime(lifetime);
        self
    }

    pub(crate) fn with_retry(mut self, policy: RetryPolicy) -> Self {
        self.source = self.source.with_retry(policy);
        self
    }

    pub(crate) fn with_cool_down(mut self, first: Duration, longest: Duration) -> Self {
        self.source = self.source.with_cool_down(first, longest);
        self
    }

    pub(crate) fn with_store(mut self, store: &Arc<dyn Store>, key: CacheKey) -> Self {
        self.source = self.source.with_store(Arc::clone(store), key);
        self
    }

    pub(crate) fn with_pause_listener(
        mut self,
        listener: impl Fn(&PastFailure) + Send + Sync + 'static,
    ) -> Self {
        self.source = self.source.with_pause_listener(listener);
        self
    }

    /// Makes one request, with an assertion of its own.
    pub(crate) fn fetch(
        &self,
        attempt: Attempt,
    ) -> Result<Token, FetchFailure<tokenring_oauth::Error>> {
        let asked_at = NumericDate::from_seconds(self.clock.wall().as_secs());
        // No two of all tests are the same.
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let request = request(u128::from(NUMBER.fetch_add(1, Ordering::SeqCst)));
        let response = request.send_within(&*self.gateway, attempt.time_left())?;
        Ok(Token::from_response(&response, asked_at))
    }

    pub(crate) fn token(&self) -> Result<Token, Failure> {
        let outcome = self.source.token(|attempt| self.fetch(attempt))?;
        Ok(outcome.into_token())
    }

    pub(crate) fn get(&self, lookup: &Lookup) -> Result<Outcome<tokenring_oauth::Error>, Failure> {
        self.source
            .get_or_fetch(lookup, |attempt| self.fetch(attempt))
    }

    pub(crate) fn token_within(&self, limit: Duration) -> Result<Token, Failure> {
        let outcome = self
            .source
            .token_within(limit, |attempt| self.fetch(attempt))?;
        Ok(outcome.into_token())
    }

    pub(crate) fn fresh(&self) -> Option<Token> {
        self.source.fresh()
    }

    pub(crate) fn unexpired(&self) -> Option<Token> {
        self.source.unexpired()
    }

    pub(crate) fn due_in(&self) -> Duration {
        self.source.due_in()
    }

    pub(crate) fn invalidate(&self, token: &AccessToken) {
        self.source.invalidate(token);
    }

    pub(crate) fn source(&self) -> &TokenSource<tokenring_oauth::Error> {
        &self.source
    }
}
