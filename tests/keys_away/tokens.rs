//! Access tokens that were got with a key that stays away.

use std::time::{SystemTime, UNIX_EPOCH};

use tokenring_assertion::{Claims, JwtId, Lifetime, NumericDate};
use tokenring_jwk::{Jwk, JwkSet, KeyId, KeyUse, PublicKey, Signer};
use tokenring_oauth::{TokenEndpoint, TokenRequest, TokenResponse, UreqTransport};

/// What the servers know the keys by.
pub(crate) const KEY_ID: &str = "key-away";

/// The key as it is registered.
pub(crate) fn jwk_set(public_key: &PublicKey, signer: &dyn Signer) -> JwkSet {
    let jwk = Jwk::new(public_key.clone())
        .with_algorithm(signer.algorithm())
        .unwrap()
        .with_key_id(KeyId::new(KEY_ID))
        .with_use(KeyUse::Signature);
    JwkSet::from_iter([jwk])
}

/// Asks for a token, in the way of NHS and of any other that takes its own URL
/// as the audience.
#[track_caller]
pub(crate) fn obtain(token_url: &str, client_id: &str, signer: &dyn Signer) -> TokenResponse {
    assert_eq!(signer.key_id().map(KeyId::as_str), Some(KEY_ID));
    let endpoint = TokenEndpoint::new(token_url).unwrap();
    let lifetime = Lifetime::from_seconds(60).unwrap();
    let jwt_id = JwtId::random().unwrap();
    let claims = Claims::new(client_id, endpoint.as_str(), jwt_id, now().after(lifetime))
        .with_issued_at(now());
    let assertion = claims.sign(signer).unwrap();
    TokenRequest::client_credentials(&endpoint, assertion)
        .send(&UreqTransport::new().without_proxy())
        .unwrap()
}

/// The servers judge by their own clock, which is this machine's.
fn now() -> NumericDate {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    NumericDate::from_seconds(since.as_secs())
}
