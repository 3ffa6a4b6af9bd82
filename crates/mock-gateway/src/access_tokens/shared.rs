//! Access tokens whose claims can change while requests are answered.

use std::sync::{Arc, PoisonError, RwLock};

use super::AccessTokens;
use crate::error::Error;

/// What the tokens of all gateways of a process are.
#[derive(Clone, Debug, Default)]
pub(crate) struct SharedTokens(Arc<RwLock<Arc<AccessTokens>>>);

impl SharedTokens {
    pub(crate) fn new(tokens: AccessTokens) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(tokens))))
    }

    /// What they are now.
    pub(crate) fn now(&self) -> Arc<AccessTokens> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes what tokens to come are, unless that fails.
    pub(crate) fn change(
        &self,
        change: impl FnOnce(AccessTokens) -> Result<AccessTokens, Error>,
    ) -> Result<(), Error> {
        let mut tokens = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *tokens = Arc::new(change(AccessTokens::clone(&tokens))?);
        Ok(())
    }
}
