use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};

use self::flight::Outcome;
use self::landing::Landing;
use self::lifetime::Lifetimes;
use self::moment::Moment;
use self::shards::Shards;
use self::state::{Departure, State, Step};
use crate::clock::pause_until;
use crate::{
    AccessToken, Clock, Error, RetryPolicy, SystemClock, TokenRequest, TokenResponse, Transport,
};

mod flight;
mod fresh_token;
mod landing;
mod lifetime;
mod moment;
mod shards;
mod state;

pub use fresh_token::FreshToken;

/// An access token that is always there, for all threads of a program.
///
/// - **One request, however many ask.** Threads that find no token wait for the
///   one request and share its outcome.
/// - **Renewed early**, by default 30 seconds before the end and never more than
///   half the lifetime, less up to a quarter by chance. The first caller past
///   that point makes the request in its own thread; all others get the token
///   before at once, and go on getting it while renewals fail, until its end.
/// - **Every attempt is a new request**, with a new assertion.
/// - **No storm.** After a failure that is safe to repeat ([`Retryable`]) the
///   next attempt waits for the pause of the [`RetryPolicy`], with the callers
///   whose deadline allows it. After any other, and when the attempts are used
///   up, callers get that error at once until a cool-down is over, and then one
///   attempt decides on the next: cool-downs begin at 5 seconds, double up to a
///   minute, and are at least what `Retry-After` says. When the token before ends, an attempt is due whatever pause its
///   failed renewals have led to, unless the server asked for that pause.
/// - **Deadlines hold.** Who waits for another thread's request returns in time
///   even if that hangs. The thread that makes the request gives the
///   [`Transport`] the time that it has left; with a transport that knows no
///   such limit ([`Transport::send_within`]), its own limit applies.
/// - A panic of the caller's closure or of the transport passes through the
///   thread that it happened in. Others get an error, and after the cool-down
///   the next request.
///
/// # How long a token is good
///
/// The stated `expires_in` counts from before the request was sent, by the
/// monotonic clock and by the wall clock, whichever ends first: neither a
/// machine that was suspended nor a wall clock that is set back makes a token
/// last longer. A wall clock that jumps ahead costs a request. (A clock that
/// is set back *and then* a machine that is suspended, during one lifetime, is
/// seen by neither clock: the server's 401 and
/// [`invalidate`](Self::invalidate) are left for that.)
///
/// | `expires_in` | The token is handed out |
/// |---|---|
/// | none, or not a number | for a minute: [`with_default_lifetime`](Self::with_default_lifetime) |
/// | zero or negative | to those who waited for it, once |
/// | more than a day | for a day: [`LONGEST_LIFETIME`](Self::LONGEST_LIFETIME) |
///
/// # Async
///
/// There is no runtime in here, and no thread: [`fresh`](Self::fresh) never
/// waits, and what may wait goes where a runtime has its blocking work.
///
/// ```
/// use std::sync::Arc;
/// use tokenring_oauth::{Error, FreshToken, TokenSource};
///
/// async fn token(source: &Arc<TokenSource>) -> Result<FreshToken, Arc<Error>> {
///     if let Some(token) = source.fresh() {
///         return Ok(token);
///     }
///     let source = Arc::clone(source);
///     // One of these makes the request. During an early renewal, the others
///     // return at once.
///     match tokio::task::spawn_blocking(move || source.token()).await {
///         Ok(result) => result,
///         Err(_) => Err(Arc::new(Error::RequestPanicked)),
///     }
/// }
/// ```
///
/// Where no caller is to spend time on a renewal, one thread or task takes it
/// over: it calls [`token`](Self::token), sleeps for
/// [`due_in`](Self::due_in), and so on, while callers take
/// [`unexpired`](Self::unexpired).
///
/// # Examples
///
/// ```
/// use std::time::{Duration, SystemTime, UNIX_EPOCH};
/// use tokenring_assertion::{Claims, JwtId, NumericDate};
/// use tokenring_jwk::{Algorithm, Signature};
/// use tokenring_oauth::{HttpRequest, HttpResponse, TokenEndpoint, TokenRequest, TokenSource};
///
/// // `UreqTransport::new()` in real life.
/// let transport = |_: HttpRequest| {
///     let body = br#"{"access_token":"abc","expires_in":"599","token_type":"Bearer"}"#;
///     Ok(HttpResponse::new(200, vec![], body.to_vec()))
/// };
/// let endpoint = TokenEndpoint::new("https://int.api.service.nhs.uk/oauth2/token")?;
/// let source = TokenSource::new(transport, move || {
///     // `JwtId::random()?` and `claims.sign(&key)?` in real life.
///     let jwt_id = JwtId::from_random_bytes([7; 16]);
///     let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
///     let expires_at = NumericDate::from_seconds(now + 150);
///     let input = Claims::new("my-api-key", endpoint.as_str(), jwt_id, expires_at)
///         .signing_input(Algorithm::Rs512, None);
///     let assertion = input.attach(&Signature::from_bytes(vec![0; 512]));
///     Ok::<_, std::time::SystemTimeError>(TokenRequest::client_credentials(&endpoint, assertion))
/// });
/// assert_eq!(source.token()?.secret(), "abc");
/// assert_eq!(source.token_within(Duration::from_secs(2))?.secret(), "abc");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`Retryable`]: crate::Retryable
pub struct TokenSource {
    send: Box<Sender>,
    clock: Box<dyn Clock + Send + Sync>,
    retry: RetryPolicy,
    lifetimes: Lifetimes,
    /// The first and the longest one.
    cool_down: (Duration, Duration),
    shards: Shards,
    state: Mutex<State>,
}

/// Makes a request anew and sends it within the time.
type Sender = dyn Fn(Duration) -> Result<TokenResponse, Error> + Send + Sync;

impl TokenSource {
    /// The longest that a token is handed out, whatever its `expires_in`: one day.
    ///
    /// A server that states more may have meant milliseconds.
    pub const LONGEST_LIFETIME: Duration = Duration::from_secs(86_400);

    /// Takes the transport, and what makes a token request with a new
    /// assertion for each attempt.
    ///
    /// Nothing is sent before a token is asked for. An error of the closure
    /// reaches callers as the source of [`Error::Preparation`].
    #[must_use]
    pub fn new<T, F, E>(transport: T, new_request: F) -> Self
    where
        T: Transport + Send + Sync + 'static,
        F: Fn() -> Result<TokenRequest, E> + Send + Sync + 'static,
        E: Into<Box<dyn core::error::Error + Send + Sync>>,
    {
        let send = move |limit| {
            let request = new_request().map_err(|error| Error::Preparation(error.into()))?;
            request.send_within(&transport, limit)
        };
        Self {
            send: Box::new(send),
            clock: Box::new(SystemClock::new()),
            retry: RetryPolicy::new(),
            lifetimes: Lifetimes {
                early_renewal: Duration::from_secs(30),
                default: Duration::from_secs(60),
            },
            cool_down: (Duration::from_secs(5), Duration::from_secs(60)),
            shards: Shards::new(),
            state: Mutex::default(),
        }
    }

    /// Sets how long before its end a token is renewed; half its lifetime at
    /// most. Defaults to 30 seconds.
    #[must_use]
    pub const fn with_early_renewal(mut self, before_end: Duration) -> Self {
        self.lifetimes.early_renewal = before_end;
        self
    }

    /// Sets the lifetime of a token whose response states none. Defaults to
    /// one minute.
    #[must_use]
    pub const fn with_default_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetimes.default = lifetime;
        self
    }

    /// Sets how failed requests are repeated, and with the policy's time limit
    /// the deadline of [`TokenSource::token`]. Defaults to
    /// [`RetryPolicy::new`].
    #[must_use]
    pub const fn with_retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets how long callers get the error of a request that failed for good
    /// before another is made: the first time, and at most. Defaults to 5 and
    /// 60 seconds.
    #[must_use]
    pub const fn with_cool_down(mut self, first: Duration, longest: Duration) -> Self {
        self.cool_down = (first, longest);
        self
    }

    /// Sets the clock, for tests. To be called before a token is asked for.
    /// Defaults to [`SystemClock`].
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Gives a token that is good now; requests or awaits one if need be.
    ///
    /// Takes the time limit of the [`RetryPolicy`] at most, 30 seconds by
    /// default.
    ///
    /// # Errors
    ///
    /// What the last attempt ended with, shared by all that waited for it, or
    /// [`Error::DeadlinePassed`].
    pub fn token(&self) -> Result<FreshToken, Arc<Error>> {
        self.token_within(self.retry.timeout())
    }

    /// Gives a token that is good now, or an error within this time.
    ///
    /// Without any time, a token that is not due for renewal is still found.
    ///
    /// # Errors
    ///
    /// Those of [`TokenSource::token`].
    pub fn token_within(&self, limit: Duration) -> Result<FreshToken, Arc<Error>> {
        let now = self.now();
        match self.shards.get(|token| token.is_fresh(now)) {
            Some(token) => Ok(token),
            None => self.obtain(now.monotonic.saturating_add(limit)),
        }
    }

    /// The token, unless it is due for renewal. Never waits.
    #[must_use]
    pub fn fresh(&self) -> Option<FreshToken> {
        let now = self.now();
        self.shards.get(|token| token.is_fresh(now))
    }

    /// The token, if its end has not come. Never waits for a request.
    #[must_use]
    pub fn unexpired(&self) -> Option<FreshToken> {
        let now = self.now();
        self.shards.get(|token| token.is_unexpired(now))
    }

    /// How long until [`TokenSource::token`] has a request to make; nothing if
    /// it has now.
    #[must_use]
    pub fn due_in(&self) -> Duration {
        let now = self.now();
        let state = self.state();
        let fresh = state.token.as_ref().map_or(Duration::ZERO, |token| {
            token.lifetime().renew_at.distance_from(now)
        });
        let setback = state.setback.as_ref().map_or(Duration::ZERO, |setback| {
            setback.resume_at.saturating_sub(now.monotonic)
        });
        fresh.max(setback)
    }

    /// Drops this token, because an API refused it (401, `invalid_token`).
    ///
    /// Does nothing if the source has another one by now: of many threads that
    /// were refused with the same token, the first one causes a request and the
    /// others find its token. Who is refused with a new token, too, has another
    /// problem than its age and should not go on.
    pub fn invalidate(&self, token: &AccessToken) {
        let mut state = self.state();
        let dropped = state.token.take_if(|held| held.secret() == token.secret());
        if dropped.is_some() {
            self.shards.set(None);
        }
    }

    fn obtain(&self, deadline: Duration) -> Result<FreshToken, Arc<Error>> {
        loop {
            let now = self.now();
            let step = self.state().next_step(now, deadline);
            let outcome = match step {
                Step::Take(token) => return Ok(token),
                Step::Fail(error) => return Err(error),
                Step::PauseUntil(then) => {
                    pause_until(&*self.clock, then);
                    continue;
                }
                Step::Send(departure) => self.request(departure),
                Step::Await(flight) => flight
                    .wait(&*self.clock, deadline)
                    .unwrap_or_else(|| Outcome::Failed(Arc::new(Error::DeadlinePassed))),
            };
            match outcome {
                Outcome::Token(token) => return Ok(token),
                Outcome::Failed(error) => return Err(error),
                Outcome::Passing => {}
            }
        }
    }

    /// Makes a request for all who want a token, in this thread.
    fn request(&self, departure: Departure) -> Outcome {
        let limit = departure.limit;
        let landing = Landing::new(self, departure);
        landing.land((self.send)(limit))
    }

    fn now(&self) -> Moment {
        Moment::of(&*self.clock)
    }

    /// Code that panics never runs with the lock in hand, so that what a
    /// poisoned lock guards is whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource")
            .field("retry", &self.retry)
            .field("early_renewal", &self.lifetimes.early_renewal)
            .field("default_lifetime", &self.lifetimes.default)
            .field("cool_down", &self.cool_down)
            .finish_non_exhaustive()
    }
}
