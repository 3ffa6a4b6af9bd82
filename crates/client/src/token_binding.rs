//! What a token is bound to: nothing, or a key whose owner shows it with each request.

mod nonces;
mod proof_key;
mod state_key;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokenring_assertion::{DpopClaims, DpopProof, JwtId, NumericDate};
use tokenring_gateway::DpopRule;
use tokenring_jwk::any;
use tokenring_oauth::{AccessToken, DpopNonce, ErrorResponse, SecureUrl};

pub(crate) use self::nonces::Nonces;
use self::proof_key::ProofKey;
use crate::assertion_clock::AssertionClock;
use crate::assertion_plan::no_randomness;
use crate::client_key::ClientKey;
use crate::dpop_key::DpopKey;
use crate::event::Listener;
use crate::options::KeyOptions;
use crate::{ClockSkew, Error};

/// The type of a token that is bound by DPoP (RFC 9449 section 5).
pub(crate) const BOUND: &str = "DPoP";

/// How the tokens of a client are bound.
pub(crate) enum TokenBinding {
    Bearer,
    Dpop(Box<Dpop>),
}

/// By proofs of a key (RFC 9449).
pub(crate) struct Dpop {
    rule: DpopRule,
    choice: DpopKey,
    options: KeyOptions,
    /// Where a key of this user is kept.
    folder: Option<PathBuf>,
    /// Opened when it is needed first, as that may make one.
    opened: OnceLock<ProofKey>,
    nonces: Arc<Nonces>,
    /// The clock that servers agree with.
    clock: Mutex<AssertionClock>,
    listener: Listener,
}

/// The request that a proof is for.
#[derive(Clone)]
pub(crate) struct ProvedRequest<'r> {
    pub(crate) method: &'r str,
    pub(crate) url: &'r SecureUrl,
    pub(crate) access_token: Option<&'r AccessToken>,
    /// In place of the one that the server gave last.
    pub(crate) nonce: Option<&'r DpopNonce>,
}

impl TokenBinding {
    pub(crate) fn new(
        rule: DpopRule,
        choice: DpopKey,
        options: &KeyOptions,
        folder: Option<PathBuf>,
        listener: &Listener,
    ) -> Self {
        if rule == DpopRule::Off {
            return Self::Bearer;
        }
        Self::Dpop(Box::new(Dpop {
            rule,
            choice,
            options: options.clone(),
            folder,
            opened: OnceLock::new(),
            nonces: Arc::default(),
            clock: Mutex::default(),
            listener: listener.clone(),
        }))
    }

    pub(crate) fn dpop(&self) -> Option<&Dpop> {
        match self {
            Self::Bearer => None,
            Self::Dpop(dpop) => Some(dpop),
        }
    }

    /// Whether a token of this type is bound.
    pub(crate) fn is_bound(token_type: &str) -> bool {
        token_type.trim().eq_ignore_ascii_case(BOUND)
    }
}

impl Dpop {
    /// Whether only a bound token will do.
    pub(crate) fn is_required(&self) -> bool {
        self.rule == DpopRule::Required
    }

    pub(crate) const fn rule(&self) -> DpopRule {
        self.rule
    }

    pub(crate) const fn nonces(&self) -> &Arc<Nonces> {
        &self.nonces
    }

    /// Whether the key has been opened, so that nothing is read or made any more.
    #[cfg(feature = "async")]
    pub(crate) fn is_open(&self) -> bool {
        self.opened.get().is_some()
    }

    /// The thumbprint of the key, which the token's confirmation has as `jkt`.
    pub(crate) fn thumbprint(&self, client_key: &Arc<ClientKey>) -> Result<&str, Error> {
        self.key(client_key).map(ProofKey::thumbprint)
    }

    /// Whether the key outlives this process, so that others can use the token.
    pub(crate) fn is_kept(&self, client_key: &Arc<ClientKey>) -> Result<bool, Error> {
        self.key(client_key).map(ProofKey::is_kept)
    }

    /// A new proof for one request, made at this time of this machine's clock.
    pub(crate) fn prove(
        &self,
        client_key: &Arc<ClientKey>,
        request: &ProvedRequest<'_>,
        issued_at: NumericDate,
    ) -> Result<DpopProof, Error> {
        let key = self.key(client_key)?;
        let jwt_id = JwtId::random().map_err(no_randomness)?;
        let url = request.url.as_str();
        let mut claims = DpopClaims::new(request.method, url, jwt_id, issued_at);
        if let Some(token) = request.access_token {
            claims = claims.with_access_token_hash(any::sha256(token.secret().as_bytes()));
        }
        let remembered = match request.nonce {
            Some(nonce) => Some(nonce.clone()),
            None => self.nonces.get(request.url),
        };
        if let Some(nonce) = remembered {
            claims = claims.with_nonce(nonce.as_str());
        }
        key.sign(claims)
    }

    /// The proof of a call that is made now, by the clock that servers agree with.
    pub(crate) fn prove_call(
        &self,
        client_key: &Arc<ClientKey>,
        request: &ProvedRequest<'_>,
    ) -> Result<DpopProof, Error> {
        let clock = *self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        self.prove(client_key, request, clock.date(crate::clock::now()?))
    }

    /// Takes the clock by which a server has accepted a request.
    pub(crate) fn agree_on(&self, clock: AssertionClock) {
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner) = clock;
    }

    /// Takes how far the clocks are apart, and says whether that is new.
    pub(crate) fn correct(&self, skew: ClockSkew) -> bool {
        let corrected = AssertionClock::Corrected(skew);
        let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = *clock != corrected && skew.is_correctable();
        if is_new {
            *clock = corrected;
        }
        is_new
    }

    /// Whether one more proof, with the nonce that the refusal came with, is worth a try.
    pub(crate) fn is_asked_for_nonce(sent: Option<&DpopNonce>, refusal: &ErrorResponse) -> bool {
        let is_of_proof = matches!(
            refusal.error(),
            Some(DpopNonce::ERROR | "invalid_dpop_proof")
        );
        is_of_proof && refusal.dpop_nonce().is_some_and(|it| Some(it) != sent)
    }

    fn key(&self, client_key: &Arc<ClientKey>) -> Result<&ProofKey, Error> {
        if let Some(key) = self.opened.get() {
            return Ok(key);
        }
        let key = match &self.choice {
            DpopKey::P256 => {
                state_key::open(state_key::P256, self.folder.as_deref(), &self.listener)
            }
            DpopKey::Ed25519 => {
                state_key::open(state_key::ED25519, self.folder.as_deref(), &self.listener)
            }
            DpopKey::Client => Ok(ProofKey::of_client(Arc::clone(client_key))),
            DpopKey::External(key) => ProofKey::of_external(key),
            DpopKey::Named(name) => ProofKey::of_name(name, &self.options, &self.listener),
        }?;
        Ok(self.opened.get_or_init(|| key))
    }
}
