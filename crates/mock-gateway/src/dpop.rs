//! DPoP (RFC 9449): what this gateway wants of a proof, at its token endpoint and its API.

mod nonces;
mod proof;

pub(crate) use proof::{Problem, Proof, Wanted};

use hyper::header::{HeaderName, HeaderValue};
use tokenring_gateway::{DpopRule, RequestRules};
use tokenring_jwk::Algorithm;

use crate::answer::Answer;
use crate::clock::Instant;
use nonces::Nonces;

/// The header of a proof, and what proofs are remembered under.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("dpop");
const NONCE_HEADER: HeaderName = HeaderName::from_static("dpop-nonce");

/// How one gateway uses DPoP.
#[derive(Debug)]
pub(crate) struct Dpop {
    /// Every token request has to have a proof, whatever the client is registered with.
    pub(crate) is_required: bool,
    is_known: bool,
    /// None where proofs need no nonce.
    nonces: Option<Nonces>,
}

impl Dpop {
    /// A proof is demanded only where the mock's user wants that: a client that knows no DPoP gets
    /// its token, whatever the gateway's file says.
    pub(crate) fn new(rules: &RequestRules, is_required: bool, nonce: Option<bool>) -> Self {
        let demands_nonce = nonce.unwrap_or(rules.dpop_nonce());
        Self {
            is_required,
            is_known: is_required || rules.dpop() != DpopRule::Off,
            nonces: demands_nonce.then(Nonces::default),
        }
    }

    /// Whether the metadata of this gateway tell of proofs.
    pub(crate) const fn is_published(&self) -> bool {
        self.is_known
    }

    /// Whether a proof with this nonce is good in that respect.
    pub(crate) fn takes_nonce(&self, nonce: Option<&str>, now: Instant) -> bool {
        let Some(nonces) = &self.nonces else {
            return true;
        };
        nonce.is_some_and(|nonce| nonces.are_good(nonce, now))
    }

    /// Adds the nonce for the next proof, where proofs need one.
    pub(crate) fn with_nonce(&self, answer: Answer, now: Instant) -> Answer {
        let nonce = self.nonces.as_ref().and_then(|nonces| nonces.current(now));
        match nonce.and_then(|nonce| HeaderValue::from_str(&nonce).ok()) {
            Some(nonce) => answer.with_header(NONCE_HEADER, nonce),
            None => answer,
        }
    }
}

/// The algorithms of proofs that are taken, as `algs` and metadata have them.
pub(crate) fn algorithms() -> Vec<&'static str> {
    Algorithm::ALL.iter().map(|each| each.name()).collect()
}
