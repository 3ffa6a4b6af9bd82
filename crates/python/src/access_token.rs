use pyo3::prelude::*;
use pyo3::types::PyDict;
use tokenring_token_store::Token;

use crate::values;

/// An access token with what is known of it. Neither `repr` nor `str` shows it: `secret` does.
#[pyclass(frozen, module = "tokenring_auth")]
pub(crate) struct AccessToken(pub(crate) Token);

#[pymethods]
impl AccessToken {
    /// The token itself.
    #[getter]
    fn secret(&self) -> &str {
        self.0.secret()
    }

    /// Its type, such as `Bearer`.
    #[getter]
    fn r#type(&self) -> &str {
        self.0.token_type()
    }

    /// The scope that was granted, if the gateway said so.
    #[getter]
    fn scope(&self) -> Option<&str> {
        self.0.scope()
    }

    /// When it expires, in UTC; None if nobody knows.
    #[getter]
    fn expires_at<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(expiry) = self.0.expires_at() else {
            return Ok(None);
        };
        let datetime = py.import("datetime")?;
        let utc = datetime.getattr("timezone")?.getattr("utc")?;
        let moment = datetime.getattr("datetime")?;
        moment
            .call_method1("fromtimestamp", (expiry.as_seconds(), utc))
            .map(Some)
    }

    /// Whether requests need a proof besides the token: see `Client.dpop_proof`.
    #[getter]
    fn is_bound(&self) -> bool {
        self.0.key_thumbprint().is_some()
    }

    /// The value of the header `Authorization` that it is sent in.
    #[getter]
    fn secret_authorization(&self) -> String {
        let scheme = if self.is_bound() { "DPoP" } else { "Bearer" };
        format!("{scheme} {}", self.0.secret())
    }

    /// Further members of the gateway's answer, such as `instance_url`; some may be secrets.
    #[getter]
    fn secret_members<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let members = self.0.members();
        if members.is_empty() {
            return Ok(PyDict::new(py).into_any());
        }
        values::from_json(py, members.secret_json())
    }

    fn __repr__(&self) -> String {
        let scope = self
            .0
            .scope()
            .map_or_else(|| "None".into(), |it| format!("{it:?}"));
        let expiry = self.0.expires_at();
        let expiry = expiry.map_or_else(|| "None".into(), |it| it.to_string());
        format!(
            "<AccessToken type={:?} scope={scope} expires_at={expiry}>",
            self.0.token_type()
        )
    }
}
