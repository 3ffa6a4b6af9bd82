use tokenring_assertion::{
    AuthorizationGrant, Claims, ClientAssertion, JwtId, NumericDate, SigningInput,
};
use tokenring_jwk::{Algorithm, KeyId, Signature};

/// An assertion whose signature is this text in base64url.
pub(crate) fn signed(signature: &[u8]) -> ClientAssertion {
    input().attach(&Signature::from_bytes(signature.to_vec()))
}

/// A grant whose signature is this text in base64url.
pub(crate) fn granted(signature: &[u8]) -> AuthorizationGrant {
    input().attach_grant(&Signature::from_bytes(signature.to_vec()))
}

fn input() -> SigningInput {
    let jwt_id = JwtId::from_random_bytes([7; 16]);
    let expires_at = NumericDate::from_seconds(1_800_000_000);
    Claims::new("client", "https://example.com/token", jwt_id, expires_at)
        .signing_input(Algorithm::Rs512, Some(&KeyId::new("test-1")))
}
