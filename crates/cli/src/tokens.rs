//! Access tokens, from the cache or the gateway.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use tokenring_oauth::{
    AccessToken, Clock, Retry, RetryPolicy, Retryable, SystemClock, UreqTransport,
};
use tokenring_token_store::{
    CachedToken, FailureKind, FetchFailure, Lookup, Mode, PastFailure, TokenCache, Unusable,
    default_directory,
};

use crate::ExitCode;
use crate::client::Client;
use crate::clock::{self, Skew};
use crate::connection;
use crate::console::Console;
use crate::endpoint::{Purpose, Target};
use crate::failure::{Failure, Reason, Result};
use crate::refusal::Refusal;
use crate::setting::Origin;
use crate::settings::Settings;

/// Gets access tokens for one client, with as few requests as can be.
pub(crate) struct Tokens {
    client: Client,
    transport: UreqTransport,
    timeout: Duration,
    deadline: Option<Instant>,
    cache: Option<TokenCache>,
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
        Self::new(Target::read(settings, purpose)?, settings, console)
    }

    pub(crate) fn new(target: Target, settings: &Settings<'_>, console: &Console) -> Result<Self> {
        let client = Client::read(target, settings, console)?;
        let mode = read_mode(settings)?;
        Ok(Self {
            transport: connection::transport(settings)?,
            timeout: connection::timeout(settings)?,
            deadline: None,
            cache: match mode {
                Mode::Bypass => None,
                // Opening makes the folder, and what is explained is not done.
                _ if settings.flag("explain")? => {
                    cache_directory(settings)?;
                    None
                }
                _ => open_cache(settings, console)?,
            },
            minimum: read_minimum(settings)?,
            corrects_skew: read_skew_correction(settings)?,
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
    pub(crate) fn obtain(&self, console: &Console) -> Result<CachedToken> {
        self.look_up(None, console)
    }

    /// A token in place of one that an API did not take, or that is about to end.
    pub(crate) fn replace(&self, rejected: &AccessToken, console: &Console) -> Result<CachedToken> {
        self.look_up(Some(rejected), console)
    }

    /// How long before its end a token of this lifetime is renewed.
    pub(crate) fn early_renewal(&self, lifetime: Duration) -> Duration {
        EARLY_RENEWAL.max(self.minimum).min(lifetime / 2)
    }

    fn look_up(&self, rejected: Option<&AccessToken>, console: &Console) -> Result<CachedToken> {
        let left = self
            .deadline
            .map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let timeout = left.map_or(self.timeout, |left| left.min(self.timeout));
        let Some(cache) = &self.cache else {
            return self
                .fetch(timeout, console)
                .map_err(|error| self.word(&error));
        };
        let key = self.client.cache_key();
        let mut lookup = Lookup::new(&key, clock::now()?)
            .with_mode(self.mode)
            .with_minimum_lifetime(self.minimum)
            .with_early_renewal(EARLY_RENEWAL)
            .with_timeout(timeout);
        if let Some(rejected) = rejected {
            lookup = lookup.with_rejected_token(rejected.clone());
        }
        let outcome = cache.get_or_fetch(&lookup, |attempt| {
            self.fetch(attempt.timeout(), console)
                .map_err(|error| self.share(error))
        });
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

    /// Asks the gateway, again where that is safe, each time with a new assertion.
    fn fetch(&self, timeout: Duration, console: &Console) -> Result<CachedToken, Refusal> {
        let policy = RetryPolicy::new().with_timeout(timeout);
        let started = SystemClock::new();
        let refused = match self.fetch_with(&policy, Skew::default(), console) {
            Err(refused) if self.corrects_skew => refused,
            result => return result,
        };
        let Some(skew) = refused.skew().filter(|skew| skew.is_correctable()) else {
            return Err(refused);
        };
        console.say(format_args!(
            "The gateway refused, and {}; trying again with that reckoned with.",
            skew.describe()
        ));
        let left = timeout.saturating_sub(started.monotonic());
        self.fetch_with(&policy.with_timeout(left), skew, console)
    }

    fn fetch_with(
        &self,
        policy: &RetryPolicy,
        skew: Skew,
        console: &Console,
    ) -> Result<CachedToken, Refusal> {
        policy.run(&SystemClock::new(), |attempt| {
            if attempt.number() > 1 {
                console.detail(format_args!("Attempt {}", attempt.number()));
            }
            let asked_at = clock::now().map_err(Refusal::Own)?;
            let response =
                self.client
                    .get_token(&self.transport, attempt.time_left(), skew, console)?;
            Ok(CachedToken::from_response(&response, asked_at))
        })
    }

    /// What other processes should know of a failure.
    fn share(&self, error: Refusal) -> FetchFailure<Refusal> {
        let failure = self.client.word(&error);
        let kind = match failure.exit_code() {
            ExitCode::Unreachable => FailureKind::Unreachable,
            ExitCode::Refused => FailureKind::Refused,
            _ => return FetchFailure::own(error),
        };
        let pause = match error.retry() {
            Retry::After(pause) => pause.max(COOL_DOWN),
            _ => COOL_DOWN,
        };
        FetchFailure::shared(error, kind, self.client.note(&failure), pause)
    }

    fn word(&self, error: &Refusal) -> Failure {
        self.client.word(error).with_retry_after(error.outage())
    }

    fn failure(&self, error: tokenring_token_store::Error<Refusal>) -> Failure {
        match error {
            tokenring_token_store::Error::Fetch(error) => self.word(&error),
            tokenring_token_store::Error::RecentFailure(past) => past_failure(&past),
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

/// Judges the values that are of use here alone.
pub(crate) fn check(settings: &Settings<'_>) -> Result<()> {
    read_mode(settings)?;
    read_minimum(settings)?;
    read_skew_correction(settings)?;
    Ok(())
}

fn read_mode(settings: &Settings<'_>) -> Result<Mode> {
    match (settings.flag("no-cache")?, settings.flag("force-refresh")?) {
        (true, _) => Ok(Mode::Bypass),
        (false, true) => Ok(Mode::Refresh),
        (false, false) => Ok(Mode::Normal),
    }
}

/// Whether a clock that is wrong is reckoned with, which has to be asked for.
fn read_skew_correction(settings: &Settings<'_>) -> Result<bool> {
    let Some(text) = settings.text("clock-skew")? else {
        return Ok(false);
    };
    let correction = text.parse("clock-skew", |text| match text.as_str() {
        "auto" => Ok(true),
        "report" => Ok(false),
        _ => Err(Reason::new(format!(
            "unknown way {text:?}; use report or auto"
        ))),
    })?;
    Ok(correction.into_value())
}

fn read_minimum(settings: &Settings<'_>) -> Result<Duration> {
    let Some(text) = settings.text("min-ttl")? else {
        return Ok(Duration::ZERO);
    };
    let seconds = text.parse("min-ttl", |text| {
        text.parse()
            .map_err(|_| Reason::new("it is a whole number of seconds"))
    })?;
    Ok(Duration::from_secs(seconds.into_value()))
}

/// Where the cache is: as the settings have it, else the platform's place.
pub(crate) fn cache_directory(settings: &Settings<'_>) -> Result<Option<PathBuf>> {
    if let Some(path) = settings.path("cache-dir")? {
        return Ok(Some(path.into_value()));
    }
    let path = default_directory();
    if let Some(path) = &path {
        let origin = Origin::Default("the platform's convention".into());
        settings.note("cache-dir", &path.display(), origin);
    }
    Ok(path)
}

fn open_cache(settings: &Settings<'_>, console: &Console) -> Result<Option<TokenCache>> {
    let Some(path) = cache_directory(settings)? else {
        return Ok(None);
    };
    match TokenCache::open(&path) {
        Ok(cache) => Ok(Some(cache)),
        Err(reason) => {
            warn(&reason, console);
            Ok(None)
        }
    }
}

fn warn(reason: &Unusable, console: &Console) {
    console.warning(format_args!(
        "tokens are not shared with other processes: {reason}"
    ));
}
