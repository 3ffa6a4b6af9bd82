//! The access tokens that were handed out, until they expire.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Map, Value};

use crate::clock::Instant;
use crate::expiring_set::{ExpiringSet, Full};

/// That a token is valid is remembered of so many.
const TOKENS: usize = 1_000_000;
/// What it is good for, of the latest: memory stays the same however many there are.
const RECORDS: usize = 10_000;

/// Tokens by their fingerprint: no token is kept.
#[derive(Debug)]
pub(crate) struct IssuedTokens {
    valid: ExpiringSet,
    /// The bound ones, each alone and with the thumbprint of its key.
    bound: ExpiringSet,
    records: Mutex<Records>,
}

#[derive(Debug, Default)]
struct Records {
    by_token: HashMap<u64, Arc<TokenRecord>>,
    order: VecDeque<u64>,
}

/// What a token is good for that doesn't say it itself.
#[derive(Debug)]
pub(crate) struct TokenRecord {
    pub(crate) client_id: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) issued_at: u64,
    /// The key that the token is bound to (RFC 9449).
    pub(crate) thumbprint: Option<String>,
}

impl IssuedTokens {
    pub(crate) fn new() -> Self {
        Self {
            valid: ExpiringSet::with_capacity(TOKENS),
            bound: ExpiringSet::with_capacity(2 * TOKENS),
            records: Mutex::default(),
        }
    }

    /// Whether the token was handed out, and has not expired: by its own claim neither.
    pub(crate) fn contains(&self, token: &str, now: Instant) -> bool {
        self.valid.contains(&token, now) && !is_over(token, now)
    }

    /// Whether the token serves only together with a proof of its key.
    pub(crate) fn is_bound(&self, token: &str, now: Instant) -> bool {
        self.bound.contains(&token, now)
    }

    /// Whether the token is bound to the key of that thumbprint.
    pub(crate) fn is_bound_to(&self, token: &str, thumbprint: &str, now: Instant) -> bool {
        self.bound.contains(&(token, thumbprint), now)
    }

    /// When a valid token expires.
    pub(crate) fn expiry(&self, token: &str, now: Instant) -> Option<Instant> {
        self.valid.expiry(&token, now)
    }

    pub(crate) fn insert(
        &self,
        token: &str,
        record: TokenRecord,
        until: Instant,
        now: Instant,
    ) -> Result<(), Full> {
        // Bound before it is valid: at no moment does it serve without its key.
        if let Some(thumbprint) = &record.thumbprint {
            self.bound.insert(&token, until, now)?;
            self.bound
                .insert(&(token, thumbprint.as_str()), until, now)?;
        }
        self.valid.insert(&token, until, now)?;
        let fingerprint = self.valid.fingerprint(&token);
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        if records.order.len() >= RECORDS {
            if let Some(oldest) = records.order.pop_front() {
                records.by_token.remove(&oldest);
            }
        }
        records.order.push_back(fingerprint);
        records.by_token.insert(fingerprint, Arc::new(record));
        Ok(())
    }

    /// What one of the latest tokens is good for.
    pub(crate) fn record(&self, token: &str) -> Option<Arc<TokenRecord>> {
        let fingerprint = self.valid.fingerprint(&token);
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        records.by_token.get(&fingerprint).cloned()
    }
}

/// Whether a claim of a JWT has it expire sooner than this gateway would.
fn is_over(token: &str, now: Instant) -> bool {
    let claims = jwt_claims(token);
    let expiry = claims.get("exp").and_then(Value::as_f64);
    expiry.is_some_and(|expiry| now.as_seconds_f64() >= expiry)
}

/// The claims of a token that is a JWT. This gateway has made it: it is known to be valid.
pub(crate) fn jwt_claims(token: &str) -> Map<String, Value> {
    let mut parts = token.split('.');
    let claims = match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(_), Some(claims), Some(_), None) => claims,
        _ => return Map::new(),
    };
    let decoded = Base64UrlUnpadded::decode_vec(claims).unwrap_or_default();
    serde_json::from_slice(&decoded).unwrap_or_default()
}
