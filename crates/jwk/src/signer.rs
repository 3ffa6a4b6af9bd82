use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::sync::Arc;
use core::error;
use core::fmt;

use crate::{Algorithm, KeyId, Signature};

/// Something that signs: a key in memory, a token, a key service.
///
/// The signer states its algorithm and key identifier, so that a JOSE header
/// made from it and the signature cannot disagree.
pub trait Signer {
    /// The algorithm of every signature that comes from here.
    fn algorithm(&self) -> Algorithm;

    /// The identifier that the verifier knows the key by, if it has one.
    fn key_id(&self) -> Option<&KeyId>;

    /// Signs a JWS Signing Input, which arrives unhashed.
    ///
    /// # Errors
    ///
    /// [`SignError`] when no signature came about.
    fn sign(&self, signing_input: &[u8]) -> Result<Signature, SignError>;
}

impl<S: Signer + ?Sized> Signer for &S {
    fn algorithm(&self) -> Algorithm {
        (**self).algorithm()
    }

    fn key_id(&self) -> Option<&KeyId> {
        (**self).key_id()
    }

    fn sign(&self, signing_input: &[u8]) -> Result<Signature, SignError> {
        (**self).sign(signing_input)
    }
}

impl<S: Signer + ?Sized> Signer for Box<S> {
    fn algorithm(&self) -> Algorithm {
        (**self).algorithm()
    }

    fn key_id(&self) -> Option<&KeyId> {
        (**self).key_id()
    }

    fn sign(&self, signing_input: &[u8]) -> Result<Signature, SignError> {
        (**self).sign(signing_input)
    }
}

impl<S: Signer + ?Sized> Signer for Arc<S> {
    fn algorithm(&self) -> Algorithm {
        (**self).algorithm()
    }

    fn key_id(&self) -> Option<&KeyId> {
        (**self).key_id()
    }

    fn sign(&self, signing_input: &[u8]) -> Result<Signature, SignError> {
        (**self).sign(signing_input)
    }
}

/// A signature that did not come about.
///
/// Opaque for keys in memory, where a cause could tell an attacker something;
/// a remote signer puts its own error behind [`source`](error::Error::source).
#[derive(Debug)]
pub struct SignError {
    text: Cow<'static, str>,
    source: Option<Box<dyn error::Error + Send + Sync + 'static>>,
}

impl SignError {
    /// States the step that failed, as a lower-case fragment without secrets.
    #[must_use]
    pub fn new(text: impl Into<Cow<'static, str>>) -> Self {
        Self {
            text: text.into(),
            source: None,
        }
    }

    /// Adds the cause, which the text must not repeat.
    #[must_use]
    pub fn with_source(
        mut self,
        source: impl Into<Box<dyn error::Error + Send + Sync + 'static>>,
    ) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl error::Error for SignError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match &self.source {
            Some(source) => Some(&**source),
            None => None,
        }
    }
}
