use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::Serialize;
use tokenring_jwk::{Algorithm, JsonObject, Signature};

use crate::compact::Compact;
use crate::{AuthorizationGrant, BearerJwt, ClientAssertion, DpopProof, Error, NumericDate};

/// A JWS Signing Input (RFC 7515 section 2): header and claims, to be signed.
///
/// Not `Clone`, as it carries a `jti`: it becomes one assertion, for one purpose.
///
/// ```compile_fail,E0277
/// fn needs_clone<T: Clone>() {}
/// needs_clone::<tokenring_assertion::SigningInput>();
/// ```
pub struct SigningInput(Vec<u8>);

/// Room for the longest signature in base64url, of RSA with 4096 bits, and its
/// dot: the assertion then needs no second allocation.
const SIGNATURE_ROOM: usize = 684;

impl SigningInput {
    pub(crate) fn new(header: &impl Serialize, claims: &impl Serialize) -> Self {
        let header = json(header);
        let claims = json(claims);
        let length =
            Base64UrlUnpadded::encoded_len(&header) + Base64UrlUnpadded::encoded_len(&claims) + 1;
        let mut text = Vec::with_capacity(length + SIGNATURE_ROOM);
        append_base64url(&mut text, &header);
        text.push(b'.');
        append_base64url(&mut text, &claims);
        Self(text)
    }

    /// Reads one that was made before, perhaps on another machine: header and claims
    /// with a dot between them, and nothing around them.
    ///
    /// What is in them is not looked at.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedSigningInput`] unless both are a JSON object with unique
    /// member names, in base64url without padding.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_assertion::SigningInput;
    ///
    /// let input = SigningInput::parse("eyJhbGciOiJSUzUxMiJ9.e30")?;
    /// assert_eq!(input.as_bytes(), b"eyJhbGciOiJSUzUxMiJ9.e30");
    /// assert!(SigningInput::parse("eyJhbGciOiJSUzUxMiJ9.e30.").is_err());
    /// # Ok::<(), tokenring_assertion::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, Error> {
        let (header, claims) = text.split_once('.').ok_or(Error::MalformedSigningInput)?;
        for part in [header, claims] {
            // A second dot is no character of base64url.
            let json = Base64UrlUnpadded::decode_vec(part);
            let json = json.map_err(|_| Error::MalformedSigningInput)?;
            JsonObject::parse(&json).map_err(|_| Error::MalformedSigningInput)?;
        }
        let mut input = Vec::with_capacity(text.len() + SIGNATURE_ROOM);
        input.extend_from_slice(text.as_bytes());
        Ok(Self(input))
    }

    /// The bytes to sign, as they are: signers hash them themselves.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The JOSE header, as the JSON text that is signed.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_assertion::SigningInput;
    /// use tokenring_jwk::Algorithm;
    ///
    /// let input = SigningInput::parse("eyJhbGciOiJSUzUxMiJ9.eyJleHAiOjE3MDAwMDAwMDB9")?;
    /// assert_eq!(input.header(), r#"{"alg":"RS512"}"#);
    /// assert_eq!(input.algorithm(), Some(Algorithm::Rs512));
    /// assert_eq!(input.claims(), r#"{"exp":1700000000}"#);
    /// assert_eq!(input.expires_at().map(|at| at.as_seconds()), Some(1_700_000_000));
    /// # Ok::<(), tokenring_assertion::Error>(())
    /// ```
    #[must_use]
    pub fn header(&self) -> String {
        self.part(0)
    }

    /// The claims, as the JSON text that is signed.
    #[must_use]
    pub fn claims(&self) -> String {
        self.part(1)
    }

    /// The algorithm that the header names; none where it is no algorithm for assertions.
    #[doc(alias = "alg")]
    #[must_use]
    pub fn algorithm(&self) -> Option<Algorithm> {
        let header = JsonObject::parse(self.header().as_bytes()).ok()?;
        header.get("alg")?.as_str()?.parse().ok()
    }

    /// When the assertion expires; none where the claims don't say it in whole seconds.
    #[doc(alias = "exp")]
    #[must_use]
    pub fn expires_at(&self) -> Option<NumericDate> {
        let claims = JsonObject::parse(self.claims().as_bytes()).ok()?;
        let seconds = claims.get("exp")?.as_u64()?;
        Some(NumericDate::from_seconds(seconds))
    }

    fn part(&self, index: usize) -> String {
        let part = self.0.split(|byte| *byte == b'.').nth(index);
        let part = core::str::from_utf8(part.unwrap_or_default()).unwrap_or_default();
        // It was decoded when it came in, or encoded here.
        let json = Base64UrlUnpadded::decode_vec(part).unwrap_or_default();
        String::from_utf8(json).unwrap_or_default()
    }

    /// Completes a client assertion (RFC 7523 section 2.2).
    ///
    /// Nothing checks that the signature is one of this input.
    #[must_use]
    pub fn attach(self, signature: &Signature) -> ClientAssertion {
        ClientAssertion::new(self.complete(signature))
    }

    /// Completes an authorization grant (RFC 7523 section 2.1).
    ///
    /// Nothing checks that the signature is one of this input.
    #[must_use]
    pub fn attach_grant(self, signature: &Signature) -> AuthorizationGrant {
        AuthorizationGrant::new(self.complete(signature))
    }

    /// Completes a DPoP proof (RFC 9449 section 4.2).
    ///
    /// Nothing checks that the signature is one of this input.
    #[must_use]
    pub fn attach_proof(self, signature: &Signature) -> DpopProof {
        DpopProof::new(self.complete(signature))
    }

    /// Completes a JWT that is itself the credential of API requests.
    ///
    /// Nothing checks that the signature is one of this input.
    #[must_use]
    pub fn attach_bearer(self, signature: &Signature) -> BearerJwt {
        BearerJwt::new(self.complete(signature))
    }

    /// The JWS Compact Serialization (RFC 7515 section 7.1).
    fn complete(mut self, signature: &Signature) -> Compact {
        let mut text = core::mem::take(&mut self.0);
        text.push(b'.');
        append_base64url(&mut text, signature.as_bytes());
        // Base64url and dots are ASCII.
        Compact::new(String::from_utf8(text).unwrap_or_default())
    }
}

#[cfg(feature = "zeroize")]
impl Drop for SigningInput {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

/// Shows its length alone; the claims are not secret, yet worth no log line.
impl fmt::Debug for SigningInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningInput({} bytes)", self.0.len())
    }
}

fn json(value: &impl Serialize) -> Vec<u8> {
    // Strings, integers and JSON values under names that are strings: there is
    // nothing in a header or in claims that cannot become JSON.
    serde_json::to_vec(value).unwrap_or_default()
}

fn append_base64url(text: &mut Vec<u8>, bytes: &[u8]) {
    let start = text.len();
    text.resize(start + Base64UrlUnpadded::encoded_len(bytes), 0);
    let room = text.get_mut(start..).unwrap_or_default();
    // The room has the length that the encoding asks for.
    let encoded = Base64UrlUnpadded::encode(bytes, room);
    debug_assert!(encoded.is_ok(), "the room fits the encoding");
}
