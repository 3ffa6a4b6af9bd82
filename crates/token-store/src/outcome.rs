use std::sync::Arc;

use crate::{Overtaken, Token, Unusable};

/// Where a token comes from.
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Source {
    /// This process had it in memory, or another thread got it during the call.
    Memory,
    /// It was in the store.
    Store,
    /// Another process got it during the call.
    OtherProcess,
    /// The call's own fetch.
    Fetch,
}

/// A token, and what else there is to tell.
#[derive(Debug)]
pub struct Outcome<E> {
    pub(crate) token: Token,
    pub(crate) source: Source,
    pub(crate) warning: Option<Unusable>,
    pub(crate) overtaken: Option<Overtaken>,
    pub(crate) failed_renewal: Option<Arc<E>>,
}

impl<E> Outcome<E> {
    pub(crate) const fn new(token: Token, source: Source) -> Self {
        Self {
            token,
            source,
            warning: None,
            overtaken: None,
            failed_renewal: None,
        }
    }

    /// The token.
    #[must_use]
    pub const fn token(&self) -> &Token {
        &self.token
    }

    /// Takes the token out.
    #[must_use]
    pub fn into_token(self) -> Token {
        self.token
    }

    /// Where it comes from.
    #[must_use]
    pub const fn source(&self) -> Source {
        self.source
    }

    /// Why the store did not take its part, for telling the user once.
    #[must_use]
    pub const fn warning(&self) -> Option<&Unusable> {
        self.warning.as_ref()
    }

    /// The process whose request this call did not wait for any longer, for telling
    /// the user once.
    #[must_use]
    pub const fn overtaken(&self) -> Option<&Overtaken> {
        self.overtaken.as_ref()
    }

    /// Why an early renewal failed; the token is the old one, and still valid.
    #[must_use]
    pub fn failed_renewal(&self) -> Option<&E> {
        self.failed_renewal.as_deref()
    }
}
