use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokenring_oauth::{AccessToken, Clock, RetryPolicy, SystemClock};

use self::flight::Landed;
use self::held_token::HeldToken;
use self::shards::Shards;
use self::state::{State, Step};
use crate::renewal::Rules;
use crate::{CacheKey, Error, Lookup, Mode, Outcome, PastFailure, Source, Store, Token};

#[cfg(feature = "async")]
mod asynchronous;
mod blocking;
mod flight;
#[cfg(feature = "async")]
mod handover;
mod held_token;
mod in_flight;
mod lifetime;
mod moment;
mod shards;
mod state;

#[cfg(feature = "async")]
pub use self::asynchronous::Runtime;
pub(crate) use self::lifetime::Lifetimes;
pub(crate) use self::moment::Moment;

/// An access token that is always there, for all threads of a program, and for all
/// processes that share a store.
///
/// It looks into memory, then into the store, and then calls the caller's closure, which
/// requests a token. Nothing is prepared or signed before both were looked at.
///
/// - **One request, however many ask.** Threads that find no token wait for the
///   one request and share its outcome; so do the processes that share a store.
/// - **Renewed early**, by default 30 seconds before the end and never more than
///   half the lifetime, less up to a quarter by chance. The first caller past
///   that point makes the request in its own thread; all others get the token
///   before at once, and go on getting it while renewals fail, until its end.
/// - **Every attempt is a new call of the closure**, and so a new assertion. The closure
///   makes one attempt: the source repeats it by its [`RetryPolicy`].
/// - **No storm.** After a failure that is safe to repeat
///   ([`FetchFailure::with_retry`](crate::FetchFailure::with_retry)) the next attempt waits for the pause of the policy,
///   with the callers whose deadline allows it. After any other, and when the attempts
///   are used up, callers get that error at once until a cool-down is over, and then one
///   attempt decides on the next: cool-downs begin at 5 seconds, double up to a
///   minute, and are at least what the server wants. Other processes find the failure in
///   the store and rest as long. When the token before ends, an attempt is due whatever
///   pause its failed renewals have led to, unless the server asked for that pause.
/// - **Deadlines hold.** Who waits for another thread's or process's request returns in
///   time even if that hangs. The closure is told how much time it has.
/// - A panic of the closure passes through the thread that it happened in. Others get an
///   error, and after the cool-down the next request.
/// - **A store that cannot be used is gone without**; [`Outcome::warning`] says why.
///
/// # How long a token is valid
///
/// Its lifetime counts from before the request was sent, by the
/// monotonic clock and by the wall clock, whichever ends first: neither a
/// machine that was suspended nor a wall clock that is set back makes a token
/// last longer. A wall clock that jumps ahead costs a request. (A clock that
/// is set back *and then* a machine that is suspended, during one lifetime, is
/// seen by neither clock: the server's 401 and [`replace`](Self::replace) are left for
/// that.)
///
/// | lifetime | The token is given from memory |
/// |---|---|
/// | unknown | for a minute: [`with_default_lifetime`](Self::with_default_lifetime) |
/// | zero | to those who waited for it, once |
/// | more than a day | for a day: [`LONGEST_LIFETIME`](Self::LONGEST_LIFETIME) |
///
/// # Examples
///
/// ```
/// use std::convert::Infallible;
/// use std::time::Duration;
/// use tokenring_assertion::NumericDate;
/// use tokenring_oauth::AccessToken;
/// use tokenring_token_store::{Attempt, FetchFailure, Source, Token, TokenSource};
///
/// // Signs an assertion and sends it, in real life.
/// let fetch = |attempt: Attempt| {
///     assert!(attempt.time_left() <= Duration::from_secs(30));
///     let token = AccessToken::new("mF_9.B5f-4.1JqM").map_err(FetchFailure::own)?;
///     let now = NumericDate::from_seconds(1_700_000_000);
///     Ok(Token::new(token, now).with_lifetime(Duration::from_secs(600)))
/// };
/// let source = TokenSource::new();
/// assert_eq!(source.token(fetch)?.source(), Source::Fetch);
/// assert_eq!(source.token(fetch)?.source(), Source::Memory);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct TokenSource<E> {
    store: Option<Arc<dyn Store>>,
    clock: Box<dyn Clock + Send + Sync>,
    rules: Rules,
    pause_listener: Option<PauseListener>,
    shards: OnceLock<Shards>,
    state: Mutex<State<E>>,
}

type PauseListener = Box<dyn Fn(&PastFailure) + Send + Sync>;

impl<E> TokenSource<E> {
    /// The longest that a token is given from memory, whatever lifetime it states: one
    /// day.
    ///
    /// A server that states more may have meant milliseconds.
    pub const LONGEST_LIFETIME: Duration = lifetime::LONGEST;

    /// A source that has its token in memory only.
    #[must_use]
    pub fn new() -> Self {
        Self {
            store: None,
            clock: Box::new(SystemClock::new()),
            rules: Rules {
                retry: RetryPolicy::new(),
                lifetimes: Lifetimes {
                    early_renewal: Duration::from_secs(30),
                    default: Duration::from_secs(60),
                },
                cool_down: (Duration::from_secs(5), Duration::from_secs(60)),
            },
            pause_listener: None,
            shards: OnceLock::new(),
            state: Mutex::new(State::new(None)),
        }
    }

    /// Shares the token through a store, under a key that says what it was requested
    /// with. Defaults to no store.
    #[must_use]
    pub fn with_store(mut self, store: Arc<dyn Store>, key: CacheKey) -> Self {
        self.store = Some(store);
        self.change_key(key);
        self
    }

    /// Sets how long before its end a token is renewed; half its lifetime at
    /// most. Defaults to 30 seconds.
    #[must_use]
    pub const fn with_early_renewal(mut self, before_end: Duration) -> Self {
        self.rules.lifetimes.early_renewal = before_end;
        self
    }

    /// Sets for how long a token of unknown lifetime is given from memory. Defaults to
    /// one minute.
    #[must_use]
    pub const fn with_default_lifetime(mut self, lifetime: Duration) -> Self {
        self.rules.lifetimes.default = lifetime;
        self
    }

    /// Sets how failed requests are repeated, and with the policy's time limit
    /// how long a call may take. Defaults to [`RetryPolicy::new`].
    #[must_use]
    pub const fn with_retry(mut self, policy: RetryPolicy) -> Self {
        self.rules.retry = policy;
        self
    }

    /// Sets how long callers get the error of a request that failed for good
    /// before another is made: the first time, and at most. Defaults to 5 and
    /// 60 seconds.
    #[must_use]
    pub const fn with_cool_down(mut self, first: Duration, longest: Duration) -> Self {
        self.rules.cool_down = (first, longest);
        self
    }

    /// Sets what hears of each call that begins to wait because the server has asked another
    /// process for a pause ([`PastFailure::is_stated_pause`]). Defaults to nothing.
    #[must_use]
    pub fn with_pause_listener(
        mut self,
        listener: impl Fn(&PastFailure) + Send + Sync + 'static,
    ) -> Self {
        self.pause_listener = Some(Box::new(listener));
        self
    }

    /// Sets the clock, for tests. To be called before a token is asked for.
    /// Defaults to [`SystemClock`].
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Uses another key of the store from now on, as the signing key has changed. The
    /// token in memory stays.
    pub fn change_key(&self, key: CacheKey) {
        self.state().key = Some(Arc::new(key));
    }

    /// The token in memory, unless it is due for renewal. Never waits.
    #[must_use]
    pub fn fresh(&self) -> Option<Token> {
        let now = self.now();
        self.find(&Lookup::new(), now).or_else(|| {
            let state = self.state();
            let token = state.token.as_ref().filter(|held| held.is_fresh(now));
            token.map(|held| held.token.clone())
        })
    }

    /// The token in memory, if its end has not come. Never waits for a request.
    #[must_use]
    pub fn unexpired(&self) -> Option<Token> {
        let now = self.now();
        let state = self.state();
        let token = state.token.as_ref().filter(|held| held.is_unexpired(now));
        token.map(|held| held.token.clone())
    }

    /// How long until a call has to look into the store or to make a request; nothing if
    /// it has now.
    #[must_use]
    pub fn due_in(&self) -> Duration {
        let now = self.now();
        let state = self.state();
        let fresh = state.token.as_ref().map_or(Duration::ZERO, |held| {
            held.lifetime.renew_at.distance_from(now)
        });
        let setback = state.setback.as_ref().map_or(Duration::ZERO, |setback| {
            let by_wall = setback.resume_by_wall.saturating_sub(now.wall);
            by_wall.min(setback.resume_at.saturating_sub(now.monotonic))
        });
        fresh.max(setback)
    }

    /// Drops this token, because an API rejected it: this source does not take it from
    /// its store again.
    ///
    /// If the source has another one by now, that stays.
    pub fn invalidate(&self, token: &AccessToken) {
        let mut state = self.state();
        let dropped = state
            .token
            .take_if(|held| held.token.secret() == token.secret());
        state.dropped = Some(token.clone());
        if let (Some(_), Some(shards)) = (dropped, self.shards.get()) {
            shards.set(None);
        }
    }

    /// The token in memory, after what was rejected has left it.
    fn find_at_once(&self, lookup: &Lookup) -> Option<Token> {
        if let Some(rejected) = &lookup.rejected {
            self.invalidate(rejected);
        }
        self.find(lookup, self.now())
    }

    /// The token in memory, if it will do and is not due for renewal.
    fn find(&self, lookup: &Lookup, now: Moment) -> Option<Token> {
        let shards = self.shards.get()?;
        let held = shards.get(|held| held.is_fresh(now) && held.suits(lookup, now));
        held.map(|held| held.token)
    }

    fn deadline(&self, lookup: &Lookup, now: Moment) -> Duration {
        let limit = lookup.timeout.unwrap_or(self.rules.retry.timeout());
        now.monotonic.saturating_add(limit)
    }

    fn next_step(&self, lookup: &Lookup, now: Moment, deadline: Duration) -> Step<E> {
        let mut state = self.state();
        let step = state.next_step(now, deadline, lookup);
        if let (Step::Take(_), Some(held)) = (&step, &state.token) {
            // It is asked for more than once: from now on, without this lock.
            if held.is_fresh(now) && self.shards.get().is_none() {
                self.shards.get_or_init(Shards::new).set(Some(held));
            }
        }
        step
    }

    /// Whether what another thread has got will do for a call.
    fn landed(&self, lookup: &Lookup, landed: Landed<E>) -> Option<Result<Outcome<E>, Error<E>>> {
        match landed {
            Landed::Token(token, source) => {
                let is_new = matches!(source, Source::Fetch | Source::OtherProcess);
                let is_good = !lookup.is_rejected(&token)
                    && (is_new
                        || lookup.mode == Mode::Normal
                            && token.remaining(self.now().date()) >= lookup.minimum);
                is_good.then(|| Ok(Outcome::new(token, Source::Memory)))
            }
            Landed::Passing => None,
            Landed::Failed(error) => Some(Err(error)),
        }
    }

    fn tell_of_pause(&self, failure: &PastFailure) {
        if let Some(listener) = &self.pause_listener {
            listener(failure);
        }
    }

    fn set_shards(&self, held: &HeldToken) {
        if let Some(shards) = self.shards.get() {
            shards.set(Some(held));
        }
    }

    fn now(&self) -> Moment {
        Moment::of(&*self.clock)
    }

    /// Code that panics never runs with the lock in hand, so that what a
    /// poisoned lock guards is whole.
    fn state(&self) -> MutexGuard<'_, State<E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<E> Default for TokenSource<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> fmt::Debug for TokenSource<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource")
            .field("has_store", &self.store.is_some())
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}
