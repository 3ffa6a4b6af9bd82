//! Access tokens, from the cache or the gateway.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokenring_oauth::{AccessToken, Clock, Retryable, SystemClock, UreqTransport};
use tokenring_token_store::{
    Attempt, DirectoryStore, Error, FailureKind, FetchFailure, Lookup, Mode, PastFailure, Store,
    Token, TokenSource, Unusable,
};

use crate::ExitCode;
use crate::client::Client;
use crate::clock::{self, Skew};
use crate::connection;
use crate::console::Console;
use crate::endpoint::{Purpose, Target};
use crate::failure::{Failure, Result};
use crate::options::CacheOptions;
use crate::refusal::Refusal;

use crate::settings::Settings;

/// Gets access tokens for one client, with as few requests as can be.
pub(crate) struct Tokens {
    client: Client,
    transport: UreqTransport,
    timeout: Duration,
    deadline: Option<Instant>,
    cache: Option<Arc<dyn Store>>,
    mode: Mode,
    minimum: Duration,
    corrects_skew: bool,
}

/// How long before its end a token is renewed, and at most which part of its
/// lifetime that is.
const EARLY_RENEWAL: Duration = Duration::from_secs(30);
/// How long a request that failed is not repeated by any process. Long enough
/// that many together don't become a storm, short enough that a person who has
/// mended something doesn't notice.
const COOL_DOWN: Duration = Duration::from_secs(2);

impl Tokens {
    pub(crate) fn read(
        purpose: Purpose,
        settings: &Settings<'_>,
        console: &Console,
    ) -> Result<Self> {
        let options = settings.gateway_options()?;
        let target = Target::read(&options, purpose)?;
        settings.note_all(|effective| target.add_to(&options, effective));
        Self::new(target, settings, console)
    }

    pub(crate) fn new(target: Target, settings: &Settings<'_>, console: &Console) -> Result<Self> {
        let client = Client::read(target, settings, console)?;
        let cache = settings.cache_options()?;
        let mode = mode(&cache);
        let connection = settings.connection_options()?;
        let request = settings.request_options()?;
        settings.note_all(|effective| {
            connection.add_to(effective);
            if mode != Mode::Bypass {
                cache.add_directory(effective);
            }
            cache.add_minimum(effective);
            effective.add_given("clock-skew", request.clock_skew.as_ref());
        });
        Ok(Self {
            transport: connection::transport(&connection)?,
            timeout: *connection.timeout.value(),
            deadline: None,
            cache: match mode {
                Mode::Bypass => None,
                // Opening makes the folder, and what is explained is not done.
                _ if settings.flag("explain")? => None,
                _ => open_cache(&cache, console),
            },
            minimum: cache.minimum_lifetime(),
            corrects_skew: request.corrects_clock_skew(),
            client,
            mode,
        })
    }

    /// Waits no longer than to this moment.
    pub(crate) const fn until(mut self, deadline: Option<Instant>) -> Self {
        self.deadline = deadline;
        self
    }

    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }

    /// Signs with the key that is active now, from now on. Where that cannot be, the
    /// last one goes on: it is in the JWK Set until it is retired.
    #[cfg(all(feature = "keys", unix))]
    pub(crate) fn follow_rotation(
        &mut self,
        settings: &Settings<'_>,
        console: &Console,
    ) -> Result<()> {
        self.client.follow_rotation(settings, console)
    }

    /// A good token: the cached one, or a new one.
    pub(crate) fn obtain(&self, console: &Console) -> Result<Token> {
        self.look_up(None, console)
    }

    /// A token in place of one that an API did not take, or that is about to end.
    pub(crate) fn replace(&self, rejected: &AccessToken, console: &Console) -> Result<Token> {
        self.look_up(Some(rejected), console)
    }

    /// How long before its end a token of this lifetime is renewed.
    pub(crate) fn early_renewal(&self, lifetime: Duration) -> Duration {
        EARLY_RENEWAL.max(self.minimum).min(lifetime / 2)
    }

    fn look_up(&self, rejected: Option<&AccessToken>, console: &Console) -> Result<Token> {
        let left = self
            .deadline
            .map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let timeout = left.map_or(self.timeout, |left| left.min(self.timeout));
        // One for each call: the key that signs may have changed.
        let mut source = TokenSource::new()
            .with_early_renewal(EARLY_RENEWAL)
            .with_cool_down(Duration::ZERO, Duration::ZERO);
        let mut lookup = Lookup::new()
            .with_mode(self.mode)
            .with_minimum_lifetime(self.minimum)
            .with_timeout(timeout);
        if let Some(cache) = &self.cache {
            source = source.with_store(Arc::clone(cache), self.client.cache_key());
        }
        if let Some(rejected) = rejected {
            lookup = lookup.with_rejected_token(rejected.clone());
        }
        let outcome = source.get_or_fetch(&lookup, |attempt| self.fetch(attempt, console));
        let outcome = outcome.map_err(|error| self.failure(error))?;
        if let Some(reason) = outcome.warning() {
            warn(reason, console);
        }
        if let Some(overtaken) = outcome.overtaken() {
            console.warning(format_args!("{overtaken}"));
        }
        if let Some(error) = outcome.failed_renewal() {
            console.warning(format_args!(
                "the token could not be renewed early, and is still good: {}",
                self.client.word(error)
            ));
        }
        let token = outcome.into_token();
        let left = token.remaining(clock::now()?);
        if left < self.minimum {
            console.warning(format_args!(
                "the gateway gives tokens for {} s, less than --min-ttl asks for",
                left.as_secs()
            ));
        }
        Ok(token)
    }

    /// Asks the gateway once, with a new assertion.
    fn fetch(&self, attempt: Attempt, console: &Console) -> Result<Token, FetchFailure<Refusal>> {
        if attempt.number() > 1 {
            console.detail(format_args!("Attempt {}", attempt.number()));
        }
        let started = SystemClock::new();
        let refused = match self.fetch_with(attempt.time_left(), Skew::default(), console) {
            Err(refused) if self.corrects_skew => refused,
            result => return result.map_err(|error| self.share(error)),
        };
        let Some(skew) = refused.skew().filter(|skew| skew.is_correctable()) else {
            return Err(self.share(refused));
        };
        console.say(format_args!(
            "The gateway refused, and {}; trying again with that reckoned with.",
            skew.describe()
        ));
        let left = attempt.time_left().saturating_sub(started.monotonic());
        let result = self.fetch_with(left, skew, console);
        result.map_err(|error| self.share(error))
    }

    fn fetch_with(
        &self,
        time_left: Duration,
        skew: Skew,
        console: &Console,
    ) -> Result<Token, Refusal> {
        let asked_at = clock::now().map_err(Refusal::Own)?;
        let response = self
            .client
            .get_token(&self.transport, time_left, skew, console)?;
        Ok(Token::from_response(&response, asked_at))
    }

    /// What other processes should know of a failure.
    fn share(&self, error: Refusal) -> FetchFailure<Refusal> {
        let failure = self.client.word(&error);
        let retry = error.retry();
        let kind = match failure.exit_code() {
            ExitCode::Unreachable => FailureKind::Unreachable,
            ExitCode::Refused => FailureKind::Refused,
            _ => return FetchFailure::own(error).with_retry(retry),
        };
        FetchFailure::shared(error, kind, self.client.note(&failure))
            .with_cool_down(COOL_DOWN)
            .with_retry(retry)
    }

    fn word(&self, error: &Refusal) -> Failure {
        self.client.word(error).with_retry_after(error.outage())
    }

    fn failure(&self, error: Error<Refusal>) -> Failure {
        match error {
            Error::Fetch(error) => self.word(&error),
            Error::RecentFailure(past) => past_failure(&past),
            error => Failure::new(ExitCode::Unreachable, error.to_string())
                .with_retry_after(Some(Duration::ZERO)),
        }
    }
}

fn past_failure(past: &PastFailure) -> Failure {
    let code = match past.kind() {
        FailureKind::Unreachable => ExitCode::Unreachable,
        FailureKind::Refused => ExitCode::Refused,
        _ => ExitCode::Unexpected,
    };
    let failure = Failure::new(code, past.note()).with_retry_after(Some(past.cool_down()));
    failure.with_advice(&format!(
        "that was another process just now, and is not asked again within {} s unless \
         --force-refresh says so",
        past.cool_down().as_secs()
    ))
}

/// What the cache is for.
const fn mode(options: &CacheOptions) -> Mode {
    match (options.no_cache, options.force_refresh) {
        (true, _) => Mode::Bypass,
        (false, true) => Mode::Refresh,
        (false, false) => Mode::Normal,
    }
}

fn open_cache(options: &CacheOptions, console: &Console) -> Option<Arc<dyn Store>> {
    let directory = options.directory.as_ref()?;
    match DirectoryStore::open(directory.value()) {
        Ok(cache) => Some(Arc::new(cache)),
        Err(reason) => {
            warn(&reason, console);
            None
        }
    }
}

fn warn(reason: &Unusable, console: &Console) {
    console.warning(format_args!(
        "tokens are not shared with other processes: {reason}"
    ));
}
