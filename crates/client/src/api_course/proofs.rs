//! The proofs of calls with a bound token.

use tokenring_assertion::DpopProof;
#[cfg(feature = "diagnosis")]
use tokenring_gateway::diagnosis::Diagnosis;
use tokenring_oauth::{DpopNonce, HttpResponse};

#[cfg(feature = "async")]
use super::HeldToken;
use super::{Answer, Course, names_error};
#[cfg(feature = "async")]
use crate::ProofRequest;
use crate::client::Client;
use crate::request_plan::shown_url;
use crate::token_binding::ProvedRequest;
use crate::{ClockSkew, Error, Event, clock};

impl Course<'_> {
    /// Whether the next request carries a proof.
    #[cfg(feature = "async")]
    pub(crate) fn wants_proof(&self) -> bool {
        self.binding.is_some() && self.held.as_ref().is_some_and(HeldToken::is_bound)
    }

    /// The request that a proof is for, without the lifetime of this call.
    #[cfg(feature = "async")]
    pub(crate) fn proof_request(&self) -> Result<Option<ProofRequest>, Error> {
        let Some(held) = self.held.as_ref().filter(|_| self.wants_proof()) else {
            return Ok(None);
        };
        let request = ProofRequest::new(self.step.method.clone(), &self.step.url)?;
        Ok(Some(request.with_token(&held.token)))
    }

    /// A new proof for the request that is sent next, if its token is bound.
    pub(crate) fn prove(&self, client: &Client) -> Result<Option<DpopProof>, Error> {
        let (Some(dpop), Some(held)) = (self.binding, &self.held) else {
            return Ok(None);
        };
        if !held.is_bound() {
            return Ok(None);
        }
        let proved = ProvedRequest {
            method: &self.step.method,
            url: &self.step.url,
            access_token: Some(held.token.access_token()),
            nonce: None,
        };
        let key = client.inner().core.key();
        dpop.prove_call(&key, &proved).map(Some)
    }

    /// Whether the API rejects the proof, and one with its nonce or by its clock may do better.
    pub(super) fn wants_new_proof(&self, response: &impl Answer) -> bool {
        let (Some(dpop), Some(held)) = (self.binding, &self.held) else {
            return false;
        };
        if !held.is_bound() {
            return false;
        }
        let nonce = DpopNonce::of_headers(response.headers());
        let is_new = nonce.is_some_and(|nonce| dpop.nonces().put(&self.step.url, &nonce));
        if self.has_new_proof || response.status() != 401 || !rejects_proof(response) {
            return false;
        }
        if is_new {
            self.listener.tell(|| Event::NonceWanted {
                url: shown_url(self.step.url.as_str()),
            });
            return true;
        }
        let skew = skew(response);
        let is_corrected = skew.is_some_and(|skew| dpop.correct(skew));
        if let (Some(skew), true) = (skew, is_corrected) {
            self.listener.tell(|| Event::CorrectingClock(skew));
        }
        is_corrected
    }

    /// Says why an API rejects a call, where that is about proofs.
    #[cfg(feature = "diagnosis")]
    pub(super) fn explain_challenge(&self, response: &impl Answer) {
        let Some(held) = self.held.as_ref().filter(|_| response.status() == 401) else {
            return;
        };
        let challenges = response.headers();
        let mut challenges =
            challenges.filter(|(name, _)| name.eq_ignore_ascii_case("www-authenticate"));
        let cause = challenges.find_map(|(_, value)| Diagnosis::of_call(value, held.is_bound()));
        if let Some(cause) = cause {
            self.listener.tell(|| Event::CallRejected {
                explanation: cause.explanation().clone(),
                remedy: cause.remedy().text(),
            });
        }
    }
}

/// Whether it is the proof that the answer rejects, and not the token (RFC 9449 section 7.1).
pub(super) fn rejects_proof(response: &impl Answer) -> bool {
    names_error(response, DpopNonce::ERROR) || names_error(response, "invalid_dpop_proof")
}

/// How far the API's clock is from this one, if that can matter to a proof.
fn skew(response: &impl Answer) -> Option<ClockSkew> {
    /// What servers forgive, and what the way there and back may take, in seconds.
    const SMALL: u64 = 5;
    let headers = response.headers();
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let date = HttpResponse::new(response.status(), headers.collect(), Vec::new()).date()?;
    let now = clock::now().ok()?;
    let skew = ClockSkew::between(date, now, now)?;
    (skew.as_seconds().unsigned_abs() > SMALL).then_some(skew)
}
