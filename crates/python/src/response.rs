use std::io::Read;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use tokenring::{ApiResponse, Error};

use crate::failure;

/// What an API answered.
#[pyclass(frozen, module = "tokenring_auth")]
pub(crate) struct Response {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// An answer whose body did not come, or not whole.
pub(crate) enum Incomplete {
    /// There is no answer.
    Call(Error),
    /// Its body is too large, or broke off.
    Body(std::io::Error),
}

impl Response {
    /// Reads the body, of at most so many bytes.
    pub(crate) fn read(response: ApiResponse, largest: u64) -> Result<Self, Incomplete> {
        let status = response.status();
        let headers = response.headers();
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let headers = headers.collect();
        let too_large = |error| Incomplete::Body(std::io::Error::other(error));
        let response = response.with_largest_body(largest).map_err(too_large)?;
        let mut body = Vec::new();
        let read = response.into_body().read_to_end(&mut body);
        read.map_err(Incomplete::Body)?;
        Ok(Self {
            status,
            headers,
            body,
        })
    }
}

impl Incomplete {
    pub(crate) fn into_python(self, py: Python<'_>) -> PyErr {
        match self {
            Self::Call(error) => failure::to_python(py, &error),
            Self::Body(error) => failure::of_body(py, &error),
        }
    }
}

#[pymethods]
impl Response {
    /// The status code.
    #[getter]
    const fn status(&self) -> u16 {
        self.status
    }

    /// Whether the status is below 400.
    #[getter]
    const fn ok(&self) -> bool {
        self.status < 400
    }

    /// The headers, by their names in small letters; of several with one name the first.
    #[getter]
    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let headers = PyDict::new(py);
        for (name, value) in self.headers.iter().rev() {
            headers.set_item(name, value)?;
        }
        Ok(headers)
    }

    /// The body.
    #[getter]
    fn content<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.body)
    }

    /// The body as text in UTF-8; what is none is replaced.
    #[getter]
    fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The body as JSON.
    fn json<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let body = PyBytes::new(py, &self.body);
        py.import("json")?.call_method1("loads", (body,))
    }

    fn __repr__(&self) -> String {
        format!("<Response status={}>", self.status)
    }
}
