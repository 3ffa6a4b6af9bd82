use std::time::Duration;

use tokenring_assertion::NumericDate;
use tokenring_oauth::{AccessToken, TokenResponse};

/// How far apart, in seconds, clocks that are right may read; a token from
/// further in the future than this shows that a clock has jumped.
pub(crate) const LEEWAY: u64 = 10;

/// An access token with what is known of its life.
#[derive(Clone, Debug)]
pub struct CachedToken {
    access_token: AccessToken,
    token_type: String,
    scope: Option<String>,
    obtained_at: NumericDate,
    expires_at: Option<NumericDate>,
}

impl CachedToken {
    /// Takes a bearer token and when it was asked for, by this machine's clock.
    ///
    /// The time before the request was sent is the safe one: the token cannot
    /// have been issued earlier.
    #[must_use]
    pub fn new(access_token: AccessToken, obtained_at: NumericDate) -> Self {
        Self {
            access_token,
            token_type: "Bearer".into(),
            scope: None,
            obtained_at,
            expires_at: None,
        }
    }

    /// Takes the token of a response, with its type, scope and lifetime.
    #[must_use]
    pub fn from_response(response: &TokenResponse, obtained_at: NumericDate) -> Self {
        let mut token = Self::new(response.access_token().clone(), obtained_at)
            .with_token_type(response.token_type());
        if let Some(scope) = response.scope() {
            token = token.with_scope(scope);
        }
        if let Some(lifetime) = response.expires_in() {
            token = token.with_lifetime(lifetime);
        }
        token
    }

    /// Sets the type. Defaults to `Bearer`.
    #[must_use]
    pub fn with_token_type(mut self, token_type: &str) -> Self {
        self.token_type = token_type.into();
        self
    }

    /// Sets the scope that was granted. Defaults to none.
    #[must_use]
    pub fn with_scope(mut self, scope: &str) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Sets how long it is good for, whole seconds. Defaults to unknown.
    ///
    /// One of unknown lifetime is shared with the processes that waited for it
    /// and with none that comes later.
    #[must_use]
    pub fn with_lifetime(mut self, lifetime: Duration) -> Self {
        let seconds = self.obtained_at.as_seconds();
        let end = seconds.saturating_add(lifetime.as_secs());
        self.expires_at = Some(NumericDate::from_seconds(end));
        self
    }

    pub(crate) fn with_expiry(mut self, expires_at: Option<NumericDate>) -> Self {
        self.expires_at = expires_at;
        self
    }

    /// The token.
    #[must_use]
    pub const fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    /// The type of the token, in the server's case.
    #[must_use]
    pub fn token_type(&self) -> &str {
        &self.token_type
    }

    /// The scope that was granted, if the server named one; unfiltered.
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }

    /// When it was asked for.
    #[must_use]
    pub const fn obtained_at(&self) -> NumericDate {
        self.obtained_at
    }

    /// When it expires, by this machine's clock.
    #[must_use]
    pub const fn expires_at(&self) -> Option<NumericDate> {
        self.expires_at
    }

    /// How long it is still good for; whole seconds.
    ///
    /// Zero for a token of unknown lifetime, and for one that lies more than ten
    /// seconds in the future: the clock was set back since, and its age is
    /// anybody's guess.
    #[must_use]
    pub fn remaining(&self, now: NumericDate) -> Duration {
        remaining(self.obtained_at, self.expires_at, now)
    }

    /// How long it is good for altogether; zero if that is unknown.
    pub(crate) fn lifetime(&self) -> Duration {
        lifetime(self.obtained_at, self.expires_at)
    }
}

/// What [`CachedToken::remaining`] is.
pub(crate) fn remaining(
    obtained_at: NumericDate,
    expires_at: Option<NumericDate>,
    now: NumericDate,
) -> Duration {
    let (now, obtained) = (now.as_seconds(), obtained_at.as_seconds());
    if now.saturating_add(LEEWAY) < obtained {
        return Duration::ZERO;
    }
    let age = now.saturating_sub(obtained);
    lifetime(obtained_at, expires_at).saturating_sub(Duration::from_secs(age))
}

fn lifetime(obtained_at: NumericDate, expires_at: Option<NumericDate>) -> Duration {
    let end = expires_at.map_or(0, NumericDate::as_seconds);
    Duration::from_secs(end.saturating_sub(obtained_at.as_seconds()))
}
