//! The proof of a token request, and the key that its token is bound to.

use std::sync::Arc;

use tokenring_assertion::NumericDate;
use tokenring_oauth::{DpopNonce, Error as OauthError, TokenRequest, TokenResponse};
use tokenring_token_store::Token;

use super::{Begun, RequestPlan};
use crate::client_key::ClientKey;
use crate::event::Listener;
use crate::token_binding::{Dpop, ProvedRequest, TokenBinding};
use crate::{Error, Event};

impl RequestPlan {
    /// The request with a new proof, if tokens are bound.
    pub(super) fn with_proof(
        &self,
        request: TokenRequest,
        key: &Arc<ClientKey>,
        now: NumericDate,
    ) -> Result<TokenRequest, Error> {
        let Some(dpop) = self.binding.dpop() else {
            return Ok(request);
        };
        let proved = ProvedRequest {
            method: "POST",
            url: self.token_endpoint()?.url(),
            access_token: None,
            nonce: None,
        };
        Ok(request.with_dpop_proof(dpop.prove(key, &proved, now)?))
    }

    /// The nonce that the next proof for the token endpoint has.
    pub(super) fn nonce(&self) -> Option<DpopNonce> {
        let url = self.token_endpoint.as_ref()?.url();
        self.binding.dpop()?.nonces().get(url)
    }

    /// Remembers the nonce of an answer, and says whether it refuses the proof for want of it.
    pub(super) fn take_nonce(
        &self,
        begun: &Begun,
        result: &Result<TokenResponse, OauthError>,
    ) -> bool {
        let (Some(dpop), Some(endpoint)) = (self.binding.dpop(), &self.token_endpoint) else {
            return false;
        };
        let nonce = match result {
            Ok(response) => response.dpop_nonce(),
            Err(OauthError::Refused(response)) => response.dpop_nonce(),
            Err(_) => None,
        };
        if let Some(nonce) = nonce {
            dpop.nonces().put(endpoint.url(), nonce);
        }
        match result {
            Ok(_) => {
                dpop.agree_on(begun.clock);
                false
            }
            Err(OauthError::Refused(response)) => {
                Dpop::is_asked_for_nonce(begun.nonce.as_ref(), response)
            }
            Err(_) => false,
        }
    }

    /// The token with the key that it is bound to, if it is bound.
    pub(super) fn bound(
        &self,
        token: Token,
        key: &Arc<ClientKey>,
        listener: &Listener,
    ) -> Result<Token, Error> {
        let Some(dpop) = self.binding.dpop() else {
            return Ok(token);
        };
        let is_bound = TokenBinding::is_bound(token.token_type());
        let thumbprint = dpop.thumbprint(key)?;
        listener.tell(|| Event::TokenBinding {
            thumbprint: is_bound.then(|| thumbprint.to_owned()),
        });
        Ok(match is_bound {
            true => token.with_key_thumbprint(thumbprint),
            false => token,
        })
    }
}
