use tokenring_oauth::{AccessToken, DpopNonce, SecureUrl};

use crate::error::Reason;
use crate::token_binding::ProvedRequest;
use crate::{Error, Parameter, Token};

/// A request that a DPoP proof is for (RFC 9449 section 4.2): see
/// [`Client::dpop_proof`](crate::Client::dpop_proof).
#[derive(Clone, Debug)]
pub struct ProofRequest {
    method: String,
    url: SecureUrl,
    access_token: Option<AccessToken>,
    nonce: Option<DpopNonce>,
}

impl ProofRequest {
    /// Takes the method, such as `GET`, and an `https` URL, whose query the proof leaves out.
    ///
    /// # Errors
    ///
    /// The URL is malformed, or would send the token in clear.
    pub fn new(method: impl Into<String>, url: impl AsRef<str>) -> Result<Self, Error> {
        let url = SecureUrl::new(url.as_ref());
        Ok(Self {
            method: method.into(),
            url: url.map_err(|error| Error::invalid(Parameter::Url, error))?,
            access_token: None,
            nonce: None,
        })
    }

    /// Sets the token that the request carries. Defaults to none, as in a token request.
    #[must_use]
    pub fn with_token(self, token: &Token) -> Self {
        self.with_access_token(token.access_token().clone())
    }

    /// Sets the token that the request carries, from elsewhere. Defaults to none.
    #[must_use]
    pub fn with_access_token(mut self, token: AccessToken) -> Self {
        self.access_token = Some(token);
        self
    }

    /// Sets the nonce. Defaults to the one that the server gave last.
    ///
    /// # Errors
    ///
    /// The nonce has characters that the protocol does not allow.
    pub fn with_nonce(mut self, nonce: &str) -> Result<Self, Error> {
        let reason = "a nonce is visible ASCII characters without quotes and backslashes";
        let nonce = DpopNonce::new(nonce);
        let nonce = nonce.ok_or_else(|| Error::invalid(Parameter::Dpop, Reason::new(reason)))?;
        self.nonce = Some(nonce);
        Ok(self)
    }

    pub(crate) fn as_proved(&self) -> ProvedRequest<'_> {
        ProvedRequest {
            method: &self.method,
            url: &self.url,
            access_token: self.access_token.as_ref(),
            nonce: self.nonce.as_ref(),
        }
    }
}
