use std::path::PathBuf;

use tokenring_gateway::DpopRule;

use super::ClientBuilder;
use crate::dpop_key::DpopKey;

/// What tokens are bound to.
impl ClientBuilder {
    /// Sets whether tokens are bound to a key by DPoP (RFC 9449): whoever uses such a token proves
    /// with each request that they have the key. Defaults to what the gateway says. Where the signed
    /// JWT is the token, none can be bound: with [`DpopRule::Required`] there is no client
    /// ([`Error::UnboundJwt`](crate::Error::UnboundJwt)).
    ///
    /// [`Client::call`](crate::Client::call) makes the proofs of API calls; for other HTTP clients there is
    /// [`Client::dpop_proof`](crate::Client::dpop_proof).
    #[must_use]
    pub const fn dpop(mut self, rule: DpopRule) -> Self {
        self.binding.dpop = Some(rule);
        self
    }

    /// Sets the key that tokens are bound to by DPoP. Defaults to [`DpopKey::P256`], a key of this
    /// user that is made when it is needed first.
    #[must_use]
    pub fn dpop_key(mut self, key: impl Into<DpopKey>) -> Self {
        self.binding.key = key.into();
        self
    }

    /// Sets the folder where a DPoP key of this user is kept. Defaults to that of the command
    /// `tokenring`, such as `~/.local/state/tokenring`.
    #[must_use]
    pub fn state_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.binding.state_folder = Some(path.into());
        self
    }
}
