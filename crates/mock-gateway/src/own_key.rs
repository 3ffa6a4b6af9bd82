//! The key that this gateway signs its own tokens with.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};
use tokenring_jwk::ring;
use tokenring_jwk::{Algorithm, Jwk, JwkSet, KeyId, KeySpec, KeyUse, PublicKey, Signer};

use crate::error::Error;

const KEY_ID: &str = "mock-gateway";

/// A key that is made at the start and gone at the end.
pub(crate) struct OwnKey {
    signer: BoxedSigner,
    published: String,
}

impl OwnKey {
    /// Makes a key for one of the algorithms that tokens can be signed with.
    pub(crate) fn generate(algorithm: Algorithm) -> Result<Self, Error> {
        let (signer, public_key) = match algorithm {
            Algorithm::Rs256 => rsa_signer()?,
            _ => {
                let key = ring::generate(KeySpec::P256).map_err(Error::OwnKey)?;
                let signer = ring::SigningKey::new(&key, Algorithm::Es256);
                let signer = signer.map_err(Error::OwnKey)?;
                let public_key = signer.public_key().clone();
                {
                    let signer: BoxedSigner = Box::new(signer);
                    (signer, public_key)
                }
            }
        };
        let jwk = Jwk::new(public_key)
            .with_key_id(KeyId::new(KEY_ID))
            .with_use(KeyUse::Signature)
            .with_algorithm(signer.algorithm())
            .map_err(Error::OwnKey)?;
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
        let header = json!({ "alg": self.signer.algorithm().name(), "typ": "JWT", "kid": KEY_ID });
        let encode = |value: &Value| Base64UrlUnpadded::encode_string(value.to_string().as_bytes());
        let input = format!("{}.{}", encode(&header), encode(claims));
        let signature = self.signer.sign(input.as_bytes()).ok()?;
        let signature = Base64UrlUnpadded::encode_string(signature.as_bytes());
        Some(format!("{input}.{signature}"))
    }
}

type BoxedSigner = Box<dyn Signer + Send + Sync>;

#[cfg(feature = "aws-lc-rs")]
fn rsa_signer() -> Result<(BoxedSigner, PublicKey), Error> {
    use tokenring_jwk::aws_lc_rs;

    let key = aws_lc_rs::generate(KeySpec::Rsa2048).map_err(Error::OwnKey)?;
    let signer = aws_lc_rs::SigningKey::new(&key, Algorithm::Rs256).map_err(Error::OwnKey)?;
    let public_key = signer.public_key().clone();
    Ok((Box::new(signer), public_key))
}

/// ring makes no RSA keys.
#[cfg(not(feature = "aws-lc-rs"))]
fn rsa_signer() -> Result<(BoxedSigner, PublicKey), Error> {
    Err(Error::TokenAlgorithm {
        name: format!("{} in this build", Algorithm::Rs256.name()),
    })
}

impl core::fmt::Debug for OwnKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("OwnKey").finish_non_exhaustive()
    }
}
