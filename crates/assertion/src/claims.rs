use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;
use tokenring_jwk::{Algorithm, KeyId, Signature, Signer};

use crate::named_values::NamedValues;
use crate::{
    Audience, AuthorizationGrant, BearerJwt, ClientAssertion, Error, JoseHeader, JwtId,
    NumericDate, SigningInput,
};

/// The claims of an assertion (RFC 7523 section 3).
///
/// `iss` is always there, and `sub`, `aud`, `exp` and `jti` unless they are left
/// out; `iat`, `nbf` and any other claim appear where the caller says so. The
/// claims are not `Clone` and signing takes them by value, because a `jti` is
/// good for one attempt.
///
/// ```compile_fail,E0382
/// use tokenring_assertion::{Claims, JwtId, NumericDate};
/// use tokenring_jwk::Algorithm;
///
/// let jwt_id = JwtId::from_random_bytes([7; 16]);
/// let expires_at = NumericDate::from_seconds(60);
/// let claims = Claims::new("client-1", "https://gateway.example", jwt_id, expires_at);
/// let first = claims.signing_input(Algorithm::Es256, None);
/// let second = claims.signing_input(Algorithm::Es256, None); // claims are gone
/// ```
///
/// ```compile_fail,E0277
/// fn needs_clone<T: Clone>() {}
/// needs_clone::<tokenring_assertion::Claims>();
/// ```
pub struct Claims {
    issuer: String,
    subject: Option<String>,
    audience: Option<Audience>,
    jwt_id: Option<JwtId>,
    expires_at: Option<NumericDate>,
    issued_at: Option<NumericDate>,
    not_before: Option<NumericDate>,
    extra: NamedValues,
}

/// Claims that have a place of their own.
const RESERVED: &[&str] = &["iss", "sub", "aud", "exp", "jti", "iat", "nbf"];

impl Claims {
    /// States the claims that every server wants; the subject is the issuer.
    ///
    /// For client authentication both are the client identifier (RFC 7523
    /// section 3, items 1 and 2), which some gateways call the API key.
    #[must_use]
    pub fn new(
        issuer: impl Into<String>,
        audience: impl Into<Audience>,
        jwt_id: JwtId,
        expires_at: NumericDate,
    ) -> Self {
        let issuer = issuer.into();
        Self {
            subject: Some(issuer.clone()),
            issuer,
            audience: Some(audience.into()),
            jwt_id: Some(jwt_id),
            expires_at: Some(expires_at),
            issued_at: None,
            not_before: None,
            extra: NamedValues::default(),
        }
    }

    /// States a subject of its own, `sub`. Defaults to the issuer.
    #[must_use]
    #[doc(alias = "sub")]
    pub fn with_subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Leaves `sub` out, for grants whose server takes none. Defaults to there.
    #[must_use]
    pub fn without_subject(mut self) -> Self {
        self.subject = None;
        self
    }

    /// Leaves `aud` out, for APIs that take the JWT itself and want none. Defaults to there.
    #[must_use]
    pub fn without_audience(mut self) -> Self {
        self.audience = None;
        self
    }

    /// Leaves `jti` out, for APIs that take one JWT many times. Defaults to there.
    #[must_use]
    pub fn without_jwt_id(mut self) -> Self {
        self.jwt_id = None;
        self
    }

    /// Leaves `exp` out, for APIs that go by the age of `iat`. Defaults to there.
    #[must_use]
    pub const fn without_expiry(mut self) -> Self {
        self.expires_at = None;
        self
    }

    /// States when the assertion was made, `iat`. Defaults to absent.
    #[must_use]
    #[doc(alias = "iat")]
    pub const fn with_issued_at(mut self, issued_at: NumericDate) -> Self {
        self.issued_at = Some(issued_at);
        self
    }

    /// States when the assertion becomes good, `nbf`. Defaults to absent.
    #[must_use]
    #[doc(alias = "nbf")]
    pub const fn with_not_before(mut self, not_before: NumericDate) -> Self {
        self.not_before = Some(not_before);
        self
    }

    /// Adds a claim of any other name. Defaults to none.
    ///
    /// # Errors
    ///
    /// [`Error::ReservedClaim`] for a claim that has a place of its own and
    /// [`Error::RepeatedName`] for one that is there already.
    pub fn with_claim(
        mut self,
        name: impl Into<String>,
        value: impl Into<Value>,
    ) -> Result<Self, Error> {
        let name = name.into();
        if RESERVED.contains(&name.as_str()) {
            return Err(Error::ReservedClaim(name));
        }
        self.extra.add(name, value.into())?;
        Ok(self)
    }

    /// Signs under the header of most gateways, [`JoseHeader::new`].
    ///
    /// # Errors
    ///
    /// [`Error::Sign`] where the signer fails, and [`Error::SignatureLength`] where
    /// what it returns is no signature of its algorithm.
    pub fn sign<S: Signer + ?Sized>(self, signer: &S) -> Result<ClientAssertion, Error> {
        self.sign_with(&JoseHeader::new(), signer)
    }

    /// Signs under a header of the caller's choice.
    ///
    /// # Errors
    ///
    /// As for [`Claims::sign`].
    pub fn sign_with<S: Signer + ?Sized>(
        self,
        header: &JoseHeader,
        signer: &S,
    ) -> Result<ClientAssertion, Error> {
        let (input, signature) = self.signed(header, signer)?;
        Ok(input.attach(&signature))
    }

    /// Signs an authorization grant (RFC 7523 section 2.1), under the header of
    /// most gateways, [`JoseHeader::new`].
    ///
    /// # Errors
    ///
    /// As for [`Claims::sign`].
    pub fn sign_grant<S: Signer + ?Sized>(self, signer: &S) -> Result<AuthorizationGrant, Error> {
        self.sign_grant_with(&JoseHeader::new(), signer)
    }

    /// Signs an authorization grant under a header of the caller's choice.
    ///
    /// # Errors
    ///
    /// As for [`Claims::sign`].
    pub fn sign_grant_with<S: Signer + ?Sized>(
        self,
        header: &JoseHeader,
        signer: &S,
    ) -> Result<AuthorizationGrant, Error> {
        let (input, signature) = self.signed(header, signer)?;
        Ok(input.attach_grant(&signature))
    }

    /// Signs a JWT that is itself the credential, under a header of the caller's choice.
    ///
    /// # Errors
    ///
    /// As for [`Claims::sign`].
    pub fn sign_bearer_with<S: Signer + ?Sized>(
        self,
        header: &JoseHeader,
        signer: &S,
    ) -> Result<BearerJwt, Error> {
        let (input, signature) = self.signed(header, signer)?;
        Ok(input.attach_bearer(&signature))
    }

    /// Prepares for a signer that is asynchronous or on another machine.
    ///
    /// Sign [`SigningInput::as_bytes`] with this algorithm and key, then
    /// [`SigningInput::attach`] the signature.
    #[must_use]
    pub fn signing_input(self, algorithm: Algorithm, key_id: Option<&KeyId>) -> SigningInput {
        self.signing_input_with(&JoseHeader::new(), algorithm, key_id)
    }

    /// As [`Claims::signing_input`], under a header of the caller's choice.
    #[must_use]
    pub fn signing_input_with(
        self,
        header: &JoseHeader,
        algorithm: Algorithm,
        key_id: Option<&KeyId>,
    ) -> SigningInput {
        SigningInput::new(&header.written(algorithm, key_id), &self)
    }

    fn signed<S: Signer + ?Sized>(
        self,
        header: &JoseHeader,
        signer: &S,
    ) -> Result<(SigningInput, Signature), Error> {
        let algorithm = signer.algorithm();
        let input = self.signing_input_with(header, algorithm, signer.key_id());
        let signature = signer.sign(input.as_bytes()).map_err(Error::Sign)?;
        signature
            .check_length(algorithm, None)
            .map_err(|_| Error::SignatureLength {
                algorithm,
                length: signature.as_bytes().len(),
            })?;
        Ok((input, signature))
    }
}

/// Shows what every server sees, and of claims that were added their names.
impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let extra: Vec<&str> = self.extra.names().collect();
        f.debug_struct("Claims")
            .field("issuer", &self.issuer)
            .field("subject", &self.subject)
            .field("audience", &self.audience)
            .field("jwt_id", &self.jwt_id)
            .field("expires_at", &self.expires_at)
            .field("issued_at", &self.issued_at)
            .field("not_before", &self.not_before)
            .field("extra", &extra)
            .finish()
    }
}

impl Serialize for Claims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("iss", &self.issuer)?;
        if let Some(subject) = &self.subject {
            map.serialize_entry("sub", subject)?;
        }
        if let Some(audience) = &self.audience {
            map.serialize_entry("aud", audience)?;
        }
        if let Some(jwt_id) = &self.jwt_id {
            map.serialize_entry("jti", jwt_id)?;
        }
        if let Some(issued_at) = &self.issued_at {
            map.serialize_entry("iat", issued_at)?;
        }
        if let Some(not_before) = &self.not_before {
            map.serialize_entry("nbf", not_before)?;
        }
        if let Some(expires_at) = &self.expires_at {
            map.serialize_entry("exp", expires_at)?;
        }
        self.extra.serialize_into(&mut map)?;
        map.end()
    }
}
