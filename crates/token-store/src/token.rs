use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokenring_assertion::NumericDate;
use tokenring_oauth::{AccessToken, AnswerFault, AnswerMembers, TokenResponse};

/// How far apart, in seconds, clocks that are right may read; a token from
/// further in the future than this shows that a clock has jumped.
pub(crate) const LEEWAY: u64 = 10;

/// An access token with what is known of its life.
///
/// A handle: a clone costs nothing and shares the token, which is wiped when the last
/// handle is gone.
#[derive(Clone)]
pub struct Token(Arc<Handle>);

/// Keeps the count of the handles of one shard on cache lines of its own:
/// threads that count on the same line slow each other down.
#[repr(align(128))]
struct Handle(Arc<Parts>);

#[derive(Clone)]
struct Parts {
    access_token: AccessToken,
    token_type: String,
    scope: Option<String>,
    obtained_at: NumericDate,
    expires_at: Option<NumericDate>,
    members: AnswerMembers,
    key_thumbprint: Option<String>,
    is_shared: bool,
}

impl Token {
    /// Takes a bearer token and when it was requested, by this machine's clock.
    ///
    /// The time before the request was sent is the safe one: the token cannot
    /// have been issued earlier.
    #[must_use]
    pub fn new(access_token: AccessToken, obtained_at: NumericDate) -> Self {
        let members = AnswerMembers::default();
        Self::from_parts(access_token, "Bearer", None, (obtained_at, None), members)
    }

    /// Takes the token of a response, with its type, scope and lifetime.
    #[must_use]
    pub fn from_response(response: &TokenResponse, obtained_at: NumericDate) -> Self {
        Self::from_response_assuming(response, obtained_at, None)
    }

    /// As [`Token::from_response`], with the lifetime of a token whose response states none, and
    /// which does not state its own.
    ///
    /// A token whose granted scope cannot be read is not shared.
    #[must_use]
    pub fn from_response_assuming(
        response: &TokenResponse,
        obtained_at: NumericDate,
        lifetime: Option<Duration>,
    ) -> Self {
        let lifetime = response
            .expires_in()
            .or_else(|| response.lifetime_of_token(obtained_at))
            .or(lifetime);
        let is_unreadable = |fault| matches!(fault, AnswerFault::Scope(_));
        Self::hold(Arc::new(Parts {
            access_token: response.access_token().clone(),
            token_type: response.token_type().into(),
            scope: response.scope().map(Into::into),
            obtained_at,
            expires_at: lifetime.map(|lifetime| end_of(obtained_at, lifetime)),
            members: response.members().clone(),
            key_thumbprint: None,
            is_shared: !response.faults().any(is_unreadable),
        }))
    }

    pub(crate) fn from_parts(
        access_token: AccessToken,
        token_type: &str,
        scope: Option<&str>,
        (obtained_at, expires_at): (NumericDate, Option<NumericDate>),
        members: AnswerMembers,
    ) -> Self {
        Self::hold(Arc::new(Parts {
            access_token,
            token_type: token_type.into(),
            scope: scope.map(Into::into),
            obtained_at,
            expires_at,
            members,
            key_thumbprint: None,
            is_shared: true,
        }))
    }

    fn hold(parts: Arc<Parts>) -> Self {
        Self(Arc::new(Handle(parts)))
    }

    /// The same token, with a count of handles of its own.
    pub(crate) fn recounted(&self) -> Self {
        Self::hold(Arc::clone(&self.0.0))
    }

    fn parts(&self) -> &Parts {
        &self.0.0
    }

    fn changed(&self, change: impl FnOnce(&mut Parts)) -> Self {
        let mut parts = self.parts().clone();
        change(&mut parts);
        Self::hold(Arc::new(parts))
    }

    /// Sets the type. Defaults to `Bearer`.
    #[must_use]
    pub fn with_token_type(self, token_type: &str) -> Self {
        self.changed(|parts| parts.token_type = token_type.into())
    }

    /// Sets the scope that was granted. Defaults to none.
    #[must_use]
    pub fn with_scope(self, scope: &str) -> Self {
        self.changed(|parts| parts.scope = Some(scope.into()))
    }

    /// Sets how long it is valid, whole seconds. Defaults to unknown.
    ///
    /// One of unknown lifetime is stored for the processes that waited for it
    /// and for none that comes later.
    #[must_use]
    pub fn with_lifetime(self, lifetime: Duration) -> Self {
        let end = end_of(self.obtained_at(), lifetime);
        self.changed(|parts| parts.expires_at = Some(end))
    }

    /// Sets the other members of the response. Defaults to none.
    #[must_use]
    pub fn with_members(self, members: AnswerMembers) -> Self {
        self.changed(|parts| parts.members = members)
    }

    /// Sets the thumbprint of the key that the token is bound to (RFC 9449 section 6.1).
    /// Defaults to none.
    #[must_use]
    #[doc(alias = "jkt")]
    pub fn with_key_thumbprint(self, thumbprint: impl Into<String>) -> Self {
        let thumbprint = thumbprint.into();
        self.changed(|parts| parts.key_thumbprint = Some(thumbprint))
    }

    /// What a store gets: without its lifetime if nobody else should take it, so that it is
    /// there for the processes that wait for it and for none that comes later.
    pub(crate) fn to_stored(&self) -> Self {
        match self.parts().is_shared {
            true => self.clone(),
            false => self.changed(|parts| parts.expires_at = None),
        }
    }

    /// The token itself.
    ///
    /// # Security
    ///
    /// Whoever holds it is let in. Keep it out of logs, arguments and errors.
    #[must_use]
    pub fn secret(&self) -> &str {
        self.access_token().secret()
    }

    /// The token, elided in `Debug`.
    #[must_use]
    pub fn access_token(&self) -> &AccessToken {
        &self.parts().access_token
    }

    /// The type of the token, in the server's case.
    #[must_use]
    pub fn token_type(&self) -> &str {
        &self.parts().token_type
    }

    /// The thumbprint of the key that the token is bound to, if it is bound to one: whoever
    /// presents it has to prove that they have that key.
    #[must_use]
    #[doc(alias = "jkt")]
    pub fn key_thumbprint(&self) -> Option<&str> {
        self.parts().key_thumbprint.as_deref()
    }

    /// The scope that was granted, if the server named one; unfiltered.
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.parts().scope.as_deref()
    }

    /// The members of the response that the protocol says nothing of.
    #[must_use]
    pub fn members(&self) -> &AnswerMembers {
        &self.parts().members
    }

    /// When it was asked for.
    #[must_use]
    pub fn obtained_at(&self) -> NumericDate {
        self.parts().obtained_at
    }

    /// When it expires, by this machine's clock.
    #[must_use]
    pub fn expires_at(&self) -> Option<NumericDate> {
        self.parts().expires_at
    }

    /// How long it is still good for; whole seconds.
    ///
    /// Zero for a token of unknown lifetime, and for one that lies more than ten
    /// seconds in the future: the clock was set back since, and its age is
    /// anybody's guess.
    #[must_use]
    pub fn remaining(&self, now: NumericDate) -> Duration {
        remaining(self.obtained_at(), self.expires_at(), now)
    }

    /// How long it is good for altogether; zero if that is unknown.
    pub(crate) fn lifetime(&self) -> Duration {
        lifetime(self.obtained_at(), self.expires_at())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("access_token", self.access_token())
            .field("token_type", &self.token_type())
            .field("scope", &self.scope())
            .field("obtained_at", &self.obtained_at())
            .field("expires_at", &self.expires_at())
            .finish()
    }
}

fn end_of(obtained_at: NumericDate, lifetime: Duration) -> NumericDate {
    let seconds = obtained_at.as_seconds();
    NumericDate::from_seconds(seconds.saturating_add(lifetime.as_secs()))
}

/// What [`Token::remaining`] is.
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
