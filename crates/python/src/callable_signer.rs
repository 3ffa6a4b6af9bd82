//! A key that a Python function signs with.

use std::error::Error as StdError;
use std::fmt;

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use tokenring::{ClientBuilder, Error, ExternalKey, Parameter};
use tokenring_jwk::{
    Algorithm, KeyId, PublicKey, SignError, Signature, Signer, VerifiedSigner, any,
};

use crate::{failure, values};

/// What people call the key.
const NAME: &str = "of the signer function";

/// A Python function from the signing input to the signature, both bytes.
pub(crate) struct SignerFunction(Py<PyAny>);

impl SignerFunction {
    pub(crate) const fn new(function: Py<PyAny>) -> Self {
        Self(function)
    }
}

/// What the function raised, for the exception that comes of it.
#[derive(Debug)]
pub(crate) struct Raised(pub(crate) PyErr);

impl fmt::Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Its text is the caller's own, and in the cause of the exception.
        f.write_str("the function raised an exception")
    }
}

impl StdError for Raised {}

/// Has the function sign for the owner of this public key.
pub(crate) fn attach(
    py: Python<'_>,
    builder: ClientBuilder,
    function: SignerFunction,
    public_key: Option<&Bound<'_, PyAny>>,
) -> PyResult<ClientBuilder> {
    let Some(public_key) = public_key else {
        let error = Error::PublicKeyUnknown { key: NAME.into() };
        return Err(failure::to_python(py, &error));
    };
    let public_key = read(py, public_key)?;
    let published = public_key.clone();
    let key = ExternalKey::new(NAME, public_key, move |algorithm, key_id| {
        let function = Python::try_attach(|py| function.0.clone_ref(py));
        let signer = CallableSigner {
            function: function.ok_or("the Python interpreter is shutting down")?,
            algorithm,
            key_id: key_id.cloned(),
        };
        let published = published.clone();
        Ok(Box::new(VerifiedSigner::new(
            signer,
            published,
            any::Verifier,
        )))
    });
    Ok(builder.signer(key))
}

/// The public key in a file, or in bytes: PEM or a JWK.
fn read(py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<PublicKey> {
    let Some(bytes) = values::bytes(value) else {
        let path = values::path("public_key", value);
        let path = path.map_err(|_| values::wrong_type("public_key", "a path or bytes"))?;
        return tokenring_keystore::read_public_key(path).map_err(|source| {
            let source = std::sync::Arc::new(source);
            failure::to_python(py, &Error::Key { source })
        });
    };
    PublicKey::from_key_file(&bytes).map_err(|source| {
        let error = Error::Invalid {
            parameter: Parameter::PublicKey,
            source: std::sync::Arc::new(source),
        };
        failure::to_python(py, &error)
    })
}

struct CallableSigner {
    function: Py<PyAny>,
    algorithm: Algorithm,
    key_id: Option<KeyId>,
}

impl Signer for CallableSigner {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }

    fn sign(&self, signing_input: &[u8]) -> Result<Signature, SignError> {
        let called = Python::try_attach(|py| {
            let input = PyBytes::new(py, signing_input);
            let signature = self.function.call1(py, (input,))?;
            let bytes = values::bytes(signature.bind(py));
            bytes.ok_or_else(|| values::wrong_type("the signature", "bytes"))
        });
        let gone = || SignError::new("the Python interpreter is shutting down");
        let bytes = called.ok_or_else(gone)?.map_err(|error| {
            SignError::new("the signer function gave no signature").with_source(Raised(error))
        })?;
        Signature::from_any_form(&bytes, self.algorithm)
            .map_err(|error| SignError::new("the signer function is wrong").with_source(error))
    }
}
