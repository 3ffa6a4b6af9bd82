use std::fmt;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "diagnosis")]
use tokenring_gateway::Finding;
use tokenring_jwk::KeyId;
use tokenring_keystore::LoadedKey;
use tokenring_token_store::Overtaken;

use crate::{ClockSkew, Error, ValueSource};

/// Something that happened on the way to a token, and that a log or a person may want.
///
/// An event is no error: what it is about succeeds all the same.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// Others can read the private key's file.
    KeyReadableByOthers {
        /// What people call the key.
        key: String,
        /// The mode of its file.
        mode: u32,
    },
    /// A pipe is waited for, from which the private key is read.
    WaitingForKey {
        /// The path of the pipe.
        key: String,
    },
    /// Nobody gave a key ID, and this one is used.
    KeyIdChosen {
        /// The key ID.
        key_id: KeyId,
        /// Where it comes from.
        source: ValueSource,
    },
    /// The gateway also wants a TLS client certificate, which has to come from a proxy.
    MutualTlsNeeded {
        /// The gateway's name.
        gateway: String,
    },
    /// The gateway ignores scope, and one is sent.
    ScopeIgnored {
        /// The gateway's name.
        gateway: String,
        /// The scope.
        scope: String,
    },
    /// The gateway may reject the assertion.
    #[cfg(feature = "diagnosis")]
    Doubtful {
        /// The gateway's name.
        gateway: String,
        /// Why.
        finding: Finding,
    },
    /// A token is requested.
    Requesting {
        /// The token endpoint.
        url: String,
        /// Which attempt it is, from 1.
        attempt: u32,
    },
    /// The gateway rejected the assertion, the clock is wrong, and the request is repeated with
    /// that corrected.
    CorrectingClock(ClockSkew),
    /// The gateway granted less scope than requested.
    ScopeReduced {
        /// The scopes that are missing.
        missing: Vec<String>,
    },
    /// Tokens are not shared with other processes.
    CacheUnavailable {
        /// Why.
        reason: String,
    },
    /// The process that should have brought a token was not waited for any longer.
    HolderOvertaken(Overtaken),
    /// A token that is still valid could not be renewed early.
    RenewalFailed(Error),
    /// The gateway's tokens are valid for a shorter time than was asked for.
    ShortLifetime {
        /// For how long.
        remaining: Duration,
    },
    /// An API is called.
    Calling {
        /// The method.
        method: String,
        /// The URL.
        url: String,
    },
    /// The API is busy or cannot be reached, and the call is repeated.
    ApiBusy {
        /// After this pause.
        pause: Duration,
    },
    /// The API is busy or cannot be reached, and the call is not repeated.
    NotRepeated {
        /// The method, if that is why; else the body is gone.
        method: Option<String>,
    },
    /// The API rejected the token, and gets a new one.
    TokenRejected {
        /// Whether the call is repeated with it; else the body is gone, and the next call has it.
        is_repeated: bool,
    },
    /// The API redirects to another origin, which is not followed.
    RedirectNotFollowed {
        /// Where to.
        location: String,
    },
    /// The keys have been rotated, and the new one cannot be used; the old one goes on.
    RotationFailed(Error),
}

/// Who is told.
#[derive(Clone, Default)]
pub(crate) struct Listener(Option<Arc<dyn Fn(Event) + Send + Sync>>);

impl Listener {
    pub(crate) fn new(listen: impl Fn(Event) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listen)))
    }

    pub(crate) fn tell(&self, event: impl FnOnce() -> Event) {
        if let Some(listen) = &self.0 {
            listen(event());
        }
    }

    /// Tells of a key file that others can read.
    pub(crate) fn tell_of_mode(&self, key: &LoadedKey) {
        if let Some(mode) = key.readable_by_others() {
            let key = key.place().to_string();
            self.tell(|| Event::KeyReadableByOthers { key, mode });
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Listener").field(&self.0.is_some()).finish()
    }
}
