//! The key that this gateway signs its own tokens with.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};
use tokenring_jwk::ring::{SigningKey, generate};
use tokenring_jwk::{Algorithm, Jwk, JwkSet, KeyId, KeySpec, KeyUse, Signer};

const KEY_ID: &str = "mock-gateway";

/// A key that is made at the start and gone at the end.
pub(crate) struct OwnKey {
    signer: SigningKey,
    published: String,
}

impl OwnKey {
    pub(crate) fn generate() -> Result<Self, tokenring_jwk::Error> {
        let key = generate(KeySpec::P256)?;
        let signer = SigningKey::new(&key, Algorithm::Es256)?;
        let jwk = Jwk::new(signer.public_key().clone())
            .with_key_id(KeyId::new(KEY_ID))
            .with_use(KeyUse::Signature)
            .with_algorithm(Algorithm::Es256)?;
        let set: JwkSet = [jwk].into_iter().collect();
        Ok(Self {
            signer,
            published: set.to_json(),
        })
    }

    /// The JWK Set that this gateway publishes.
    pub(crate) fn published(&self) -> &str {
        &self.published
    }

    /// Makes a JWT of claims.
    pub(crate) fn sign(&self, claims: &Value) -> Option<String> {
        let header = json!({ "alg": Algorithm::Es256.name(), "typ": "JWT", "kid": KEY_ID });
        let encode = |value: &Value| Base64UrlUnpadded::encode_string(value.to_string().as_bytes());
        let input = format!("{}.{}", encode(&header), encode(claims));
        let signature = self.signer.sign(input.as_bytes()).ok()?;
        let signature = Base64UrlUnpadded::encode_string(signature.as_bytes());
        Some(format!("{input}.{signature}"))
    }
}

impl core::fmt::Debug for OwnKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("OwnKey").finish_non_exhaustive()
    }
}
