//! The token of a gateway whose APIs take the signed JWT itself.

use std::sync::Arc;
use std::time::Duration;

use tokenring_oauth::AccessToken;
use tokenring_token_store::Token;

use super::RequestPlan;
use crate::client_key::ClientKey;
use crate::event::Listener;
use crate::{Error, Event, clock};

impl RequestPlan {
    /// Whether the signed JWT is the token itself.
    pub(crate) fn signs_tokens(&self) -> bool {
        self.factory.target.gateway().request().jwt_is_token()
    }

    /// A newly signed JWT, where that is the token itself and nothing is requested.
    pub(crate) fn signed_token(
        &self,
        key: &ClientKey,
        listener: &Listener,
    ) -> Result<Option<Token>, Error> {
        if !self.signs_tokens() {
            return Ok(None);
        }
        let now = clock::now()?;
        let jwt = self.factory.bearer_jwt(key, now)?;
        let access_token = AccessToken::new(jwt.secret()).map_err(|error| Error::Signing {
            source: Arc::new(error),
        })?;
        let end = self.factory.plan().expires_at(now).as_seconds();
        let lifetime = Duration::from_secs(end.saturating_sub(now.as_seconds()));
        listener.tell(|| Event::TokenSigned { lifetime });
        let token = Token::new(access_token, now).with_lifetime(lifetime);
        Ok(Some(match self.scope.of_claim() {
            Some(scope) => token.with_scope(scope),
            None => token,
        }))
    }
}
