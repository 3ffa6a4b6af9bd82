mod text;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokenring_assertion::NumericDate;
#[cfg(feature = "diagnosis")]
use tokenring_gateway::Finding;
use tokenring_gateway::Text;
use tokenring_jwk::KeyId;
use tokenring_keystore::Event as KeystoreEvent;
use tokenring_oauth::{AnswerFault, TokenResponse};
use tokenring_token_store::{Overtaken, Token};

pub use self::text::Importance;
#[cfg(feature = "diagnosis")]
use crate::ChosenGateway;
use crate::{ClockSkew, Error, RecentFailure, ValueSource};

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
    /// A change of the key's files that another process did not finish is finished or undone now.
    KeyChangeSettled {
        /// The path of the key's files without their extensions.
        key: PathBuf,
        /// Whether the change is finished, and not undone.
        is_finished: bool,
    },
    /// A change of the key's files that another process did not finish cannot be finished.
    KeyChangeStuck {
        /// One of the key's files.
        path: PathBuf,
        /// Why it cannot be finished.
        reason: String,
    },
    /// A file that a killed process had not written completely is removed.
    DraftRemoved {
        /// The file.
        path: PathBuf,
    },
    /// Nobody gave a key ID, and this one is used.
    KeyIdChosen {
        /// The key ID.
        key_id: KeyId,
        /// Where it comes from.
        source: ValueSource,
    },
    /// The certificate of the key is not valid now, by this machine's clock.
    CertificateNotValid {
        /// Its file.
        certificate: PathBuf,
        /// When it begins to be valid.
        not_before: NumericDate,
        /// The last second in which it is valid.
        not_after: NumericDate,
    },
    /// Nobody named an environment, and the gateway's file has something to say of its default one.
    DefaultEnvironment {
        /// The gateway's name.
        gateway: String,
        /// The environment's name.
        environment: String,
        /// What its file says.
        notice: Text,
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
        /// How it was chosen.
        chosen: Box<ChosenGateway>,
    },
    /// A JWT was signed that is the token itself.
    TokenSigned {
        /// How long it can be used.
        lifetime: Duration,
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
    /// The gateway failed, which some do where `iat` is a moment ahead of their clock, and the
    /// request is repeated with an assertion whose dates are set back.
    SettingDatesBack {
        /// How far, in seconds.
        seconds: u64,
    },
    /// The gateway has asked another process to wait, and this call waits as well.
    WaitingForGateway(RecentFailure),
    /// The gateway granted less scope than requested.
    ScopeReduced {
        /// The scopes that are missing.
        missing: Vec<String>,
    },
    /// A token is not shared with other processes and later ones.
    TokenNotShared(UnsharedReason),
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
    /// The server wants a nonce of its own in the DPoP proof, and the request is repeated with it.
    NonceWanted {
        /// What was asked.
        url: String,
    },
    /// An API rejected the DPoP proof of a call, or wants one, and the answer is final.
    CallRejected {
        /// What is wrong.
        explanation: Text,
        /// What fixes it.
        remedy: Text,
    },
    /// A token came that can be bound to a key.
    TokenBinding {
        /// The thumbprint of the key; none for a bearer token.
        thumbprint: Option<String>,
    },
    /// A key for DPoP was made.
    ProofKeyMade {
        /// Where it is kept.
        path: PathBuf,
    },
    /// A key for DPoP could not be used, and another one is in its place: tokens that are bound to
    /// the old one are of no use.
    ProofKeyReplaced {
        /// Where it is kept.
        path: PathBuf,
        /// Why the old one could not be used.
        reason: String,
    },
    /// A key for DPoP cannot be kept, so that its tokens end with this process.
    ProofKeyNotKept {
        /// Where it would be.
        path: Option<PathBuf>,
        /// Why not.
        reason: String,
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

impl Event {
    /// What happened to key files, where a person may want to hear of it.
    #[must_use]
    pub fn of_key(event: &KeystoreEvent) -> Option<Self> {
        Some(match event {
            KeystoreEvent::WaitingForKey { path } => Self::WaitingForKey {
                key: path.display().to_string(),
            },
            KeystoreEvent::ReadableByOthers { place, mode } => Self::KeyReadableByOthers {
                key: place.to_string(),
                mode: *mode,
            },
            KeystoreEvent::ChangeFinished { key } => Self::KeyChangeSettled {
                key: key.clone(),
                is_finished: true,
            },
            KeystoreEvent::ChangeUndone { key } => Self::KeyChangeSettled {
                key: key.clone(),
                is_finished: false,
            },
            KeystoreEvent::ChangeStuck { path, error } => Self::KeyChangeStuck {
                path: path.clone(),
                reason: error.to_string(),
            },
            KeystoreEvent::DraftRemoved { path } => Self::DraftRemoved { path: path.clone() },
            _ => return None,
        })
    }
}

/// Why a token is not shared.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnsharedReason {
    /// Neither the response, the token nor the gateway's file says how long it is valid.
    UnknownLifetime,
    /// The response says that it is valid for no time.
    NoLifetime,
    /// A member of the response cannot be used.
    Fault(AnswerFault),
}

impl UnsharedReason {
    /// Why this token of a response is not shared, if it is not.
    pub(crate) fn of(response: &TokenResponse, token: &Token) -> Option<Self> {
        let mut faults = response.faults();
        let has_end = token.expires_at().is_some();
        // Another source of the lifetime makes up for a fault of `expires_in`.
        let fault = faults.find(|fault| !has_end || matches!(fault, AnswerFault::Scope(_)));
        match (fault, token.expires_at()) {
            (Some(fault), _) => Some(Self::Fault(fault)),
            (None, None) => Some(Self::UnknownLifetime),
            (None, Some(end)) if end <= token.obtained_at() => Some(Self::NoLifetime),
            (None, Some(_)) => None,
        }
    }
}

impl fmt::Display for UnsharedReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownLifetime => {
                f.write_str("the server did not say how long the token is valid")
            }
            Self::NoLifetime => f.write_str("the server says that the token is valid for 0 s"),
            Self::Fault(fault) => write!(f, "in the server's answer, {fault}"),
        }
    }
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

    /// Tells what happened while a key was read.
    pub(crate) fn tell_of_key(&self, event: &KeystoreEvent) {
        if let Some(event) = Event::of_key(event) {
            self.tell(|| event);
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Listener").field(&self.0.is_some()).finish()
    }
}
