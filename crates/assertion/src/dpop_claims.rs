use alloc::string::String;
use core::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use tokenring_jwk::{Algorithm, Jwk, PublicKey, Signer};

use crate::{DpopProof, Error, JwtId, NumericDate, SigningInput};

/// The claims of a DPoP proof (RFC 9449 section 4.2).
///
/// `jti`, `htm`, `htu` and `iat` are always there; `ath` where the proof goes with an
/// access token, and `nonce` where the server gave one. The claims are not `Clone` and
/// signing takes them by value: servers take each `jti` once.
///
/// # Examples
///
/// ```
/// use tokenring_assertion::{DpopClaims, DpopProof, JwtId, NumericDate};
/// use tokenring_jwk::{Algorithm, KeySpec, ring};
///
/// let key = ring::SigningKey::new(&ring::generate(KeySpec::P256)?, Algorithm::Es256)?;
/// let jwt_id = JwtId::from_random_bytes([7; 16]);
/// let issued_at = NumericDate::from_seconds(1_562_262_616);
/// let claims = DpopClaims::new("GET", "https://api.example/items?page=2", jwt_id, issued_at)
///     .with_access_token_hash(ring::sha256(b"the access token"))
///     .with_nonce("the server's");
/// let proof: DpopProof = claims.sign(key.public_key(), &key)?;
/// assert_eq!(DpopProof::HEADER, "DPoP");
/// assert_eq!(proof.secret().split('.').count(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ```compile_fail,E0277
/// fn needs_clone<T: Clone>() {}
/// needs_clone::<tokenring_assertion::DpopClaims>();
/// ```
pub struct DpopClaims {
    method: String,
    target: String,
    jwt_id: JwtId,
    issued_at: NumericDate,
    access_token_hash: Option<[u8; 32]>,
    nonce: Option<String>,
}

impl DpopClaims {
    /// States the request that the proof is for: its method, and its URL, of which
    /// query and fragment are left out.
    #[must_use]
    #[doc(alias = "htm")]
    #[doc(alias = "htu")]
    pub fn new(
        method: impl Into<String>,
        url: &str,
        jwt_id: JwtId,
        issued_at: NumericDate,
    ) -> Self {
        let target = url.split(['?', '#']).next().unwrap_or_default();
        Self {
            method: method.into(),
            target: target.into(),
            jwt_id,
            issued_at,
            access_token_hash: None,
            nonce: None,
        }
    }

    /// States the SHA-256 digest of the access token that is sent along, `ath`.
    ///
    /// A provider computes it: `tokenring_jwk::ring::sha256`. Defaults to none, as in a
    /// token request.
    #[must_use]
    #[doc(alias = "ath")]
    pub const fn with_access_token_hash(mut self, digest: [u8; 32]) -> Self {
        self.access_token_hash = Some(digest);
        self
    }

    /// States the nonce that the server gave in the header `DPoP-Nonce`. Defaults to none.
    #[must_use]
    pub fn with_nonce(mut self, nonce: impl Into<String>) -> Self {
        self.nonce = Some(nonce.into());
        self
    }

    /// Signs the proof with the private half of `public_key`, which the header shows.
    ///
    /// # Errors
    ///
    /// [`Error::ProofKey`] where the signer's algorithm is not one of such keys,
    /// [`Error::SignProof`] where the signer fails, and [`Error::SignatureLength`] where
    /// what it returns is no signature of its algorithm.
    pub fn sign<S: Signer + ?Sized>(
        self,
        public_key: &PublicKey,
        signer: &S,
    ) -> Result<DpopProof, Error> {
        let algorithm = signer.algorithm();
        let input = self.signing_input(algorithm, public_key)?;
        let signature = signer.sign(input.as_bytes()).map_err(Error::SignProof)?;
        signature
            .check_length(algorithm, None)
            .map_err(|_| Error::SignatureLength {
                algorithm,
                length: signature.as_bytes().len(),
            })?;
        Ok(input.attach_proof(&signature))
    }

    /// Prepares for a signer that is asynchronous or on another machine.
    ///
    /// Sign [`SigningInput::as_bytes`] with this algorithm and the private half of
    /// `public_key`, then [`SigningInput::attach_proof`] the signature.
    ///
    /// # Errors
    ///
    /// [`Error::ProofKey`] where the algorithm is not one of such keys.
    pub fn signing_input(
        self,
        algorithm: Algorithm,
        public_key: &PublicKey,
    ) -> Result<SigningInput, Error> {
        if algorithm.key_type() != public_key.key_type() {
            return Err(Error::ProofKey {
                algorithm,
                key_type: public_key.key_type(),
            });
        }
        let header = Header {
            algorithm,
            jwk: Jwk::new(public_key.clone()),
        };
        Ok(SigningInput::new(&header, &self))
    }
}

/// Shows what a log of requests shows as well; the nonce only whether there is one.
impl fmt::Debug for DpopClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DpopClaims")
            .field("method", &self.method)
            .field("target", &self.target)
            .field("jwt_id", &self.jwt_id)
            .field("issued_at", &self.issued_at)
            .field("has_access_token", &self.access_token_hash.is_some())
            .field("has_nonce", &self.nonce.is_some())
            .finish()
    }
}

impl Serialize for DpopClaims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("jti", &self.jwt_id)?;
        map.serialize_entry("htm", &self.method)?;
        map.serialize_entry("htu", &self.target)?;
        map.serialize_entry("iat", &self.issued_at)?;
        if let Some(digest) = &self.access_token_hash {
            map.serialize_entry("ath", &Base64UrlUnpadded::encode_string(digest))?;
        }
        if let Some(nonce) = &self.nonce {
            map.serialize_entry("nonce", nonce)?;
        }
        map.end()
    }
}

/// The JOSE header of a proof: the key's `kid` has no place in it, as the key is there.
struct Header {
    algorithm: Algorithm,
    jwk: Jwk,
}

impl Serialize for Header {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("typ", DpopProof::TYPE)?;
        map.serialize_entry("alg", self.algorithm.name())?;
        map.serialize_entry("jwk", &self.jwk)?;
        map.end()
    }
}
