use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tokenring::{ApiRequest, Client as Library, Error, ProofRequest};

use crate::access_token::AccessToken;
use crate::response::{Incomplete, Response};
use crate::{failure, fork, keyword, values};

/// Access tokens for one client at one gateway. Threads can share it, and forked processes.
#[pyclass(frozen, subclass, module = "tokenring_auth")]
pub(crate) struct Client {
    /// The client, and the process that it belongs to. The lock is held for no longer than a
    /// counter takes, by a thread that keeps the interpreter meanwhile: so no thread holds it when
    /// another one forks.
    current: Mutex<(u32, Library)>,
}

impl Client {
    fn new(library: Library) -> Self {
        Self {
            current: Mutex::new((fork::generation(), library)),
        }
    }

    fn library(&self) -> Library {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let generation = fork::generation();
        if current.0 != generation {
            let fresh = current.1.for_child_process();
            // The old one may hold what a thread of the parent had locked: it is left as it is.
            std::mem::forget(std::mem::replace(&mut *current, (generation, fresh)));
        }
        current.1.clone()
    }

    /// Does what may wait, while other threads of Python go on.
    fn run<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&Library) -> Result<T, Error> + Send,
    ) -> PyResult<T> {
        let library = self.library();
        let result = py.detach(|| work(&library));
        result.map_err(|error| failure::to_python(py, &error))
    }

    fn find(&self, py: Python<'_>, timeout: Option<&Bound<'_, PyAny>>) -> PyResult<AccessToken> {
        let limit = keyword::limit(timeout)?;
        let token = self.run(py, |library| match limit {
            None => library.token(),
            Some(limit) => library.token_within(limit),
        });
        token.map(AccessToken)
    }
}

#[pymethods]
impl Client {
    #[new]
    #[pyo3(signature = (gateway = "generic", /, **options))]
    fn py_new(
        py: Python<'_>,
        gateway: &str,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let builder = keyword::apply(Library::builder(gateway), options)?;
        let library = py.detach(|| builder.build());
        let library = library.map_err(|error| failure::to_python(py, &error))?;
        Ok(Self::new(library))
    }

    /// A token that is valid now: from memory, the store that processes share, or the gateway.
    #[pyo3(signature = (*, timeout = None))]
    fn token(
        &self,
        py: Python<'_>,
        timeout: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<pyo3::types::PyString>> {
        let token = self.find(py, timeout)?;
        Ok(pyo3::types::PyString::new(py, token.0.secret()).unbind())
    }

    /// As token(), with the type, scope and expiry of the token.
    #[pyo3(signature = (*, timeout = None))]
    fn access_token(
        &self,
        py: Python<'_>,
        timeout: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<AccessToken> {
        self.find(py, timeout)
    }

    /// The token in memory, unless it is due for renewal; never waits.
    fn token_in_memory(&self, py: Python<'_>) -> PyResult<Option<AccessToken>> {
        let token = self.run(py, |library| Ok(library.token_in_memory()))?;
        Ok(token.map(AccessToken))
    }

    /// A token in place of one that an API rejected. Of many callers with the same token one gets
    /// a new one, and all others get that.
    fn replace(&self, py: Python<'_>, rejected: &AccessToken) -> PyResult<AccessToken> {
        let rejected = &rejected.0;
        self.run(py, |library| library.replace(rejected))
            .map(AccessToken)
    }

    /// The value of the header `DPoP` for one request with a bound token (RFC 9449 section 7.1).
    #[pyo3(signature = (method, url, token, *, nonce = None))]
    fn dpop_proof(
        &self,
        py: Python<'_>,
        method: &str,
        url: &str,
        token: &AccessToken,
        nonce: Option<&str>,
    ) -> PyResult<String> {
        let proof = self.run(py, |library| {
            let mut request = ProofRequest::new(method, url)?.with_token(&token.0);
            if let Some(nonce) = nonce {
                request = request.with_nonce(nonce)?;
            }
            library.dpop_proof(&request)
        })?;
        Ok((*proof).clone())
    }

    /// A signed assertion that nothing has been sent with; a secret until it expires.
    fn secret_assertion(&self, py: Python<'_>) -> PyResult<String> {
        let assertion = self.run(py, Library::assertion)?;
        Ok(assertion.as_str().to_owned())
    }

    /// Calls an API with a token. A 401 to a token from memory renews it and repeats the call once.
    #[pyo3(signature = (
        url, /, *, method = "GET", headers = None, body = None, json = None, retries = 0,
        timeout = None, largest_body = 67_108_864,
    ))]
    #[expect(clippy::too_many_arguments, reason = "in Python they have names")]
    fn call(
        &self,
        py: Python<'_>,
        url: &str,
        method: &str,
        headers: Option<&Bound<'_, PyDict>>,
        body: Option<&Bound<'_, PyAny>>,
        json: Option<&Bound<'_, PyAny>>,
        retries: u32,
        timeout: Option<&Bound<'_, PyAny>>,
        largest_body: u64,
    ) -> PyResult<Response> {
        let request = ApiRequest::new(method, url);
        let mut request = request.map_err(|error| failure::to_python(py, &error))?;
        if let Some(json) = json {
            let text = py.import("json")?.call_method1("dumps", (json,))?;
            let text: String = text.extract()?;
            request = request
                .with_header("Content-Type", "application/json")
                .with_header("Accept", "application/json")
                .with_body(text.into_bytes());
        }
        if let Some(body) = body {
            let bytes = match values::bytes(body) {
                Some(bytes) => bytes,
                None => values::text("body", body)
                    .map_err(|_| values::wrong_type("body", "bytes or a str"))?
                    .into_bytes(),
            };
            request = request.with_body(bytes);
        }
        for (name, value) in headers.into_iter().flatten() {
            let (name, value): (String, String) = (name.extract()?, value.extract()?);
            request = request.with_header(name, value);
        }
        let limit = keyword::limit(timeout)?;
        let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
        let request = request.with_retries(retries).with_deadline(deadline);
        let library = self.library();
        let answer = py.detach(|| {
            let answer = library.call(&request).map_err(Incomplete::Call)?;
            Response::read(answer, largest_body)
        });
        answer.map_err(|incomplete| incomplete.into_python(py))
    }

    fn __repr__(&self) -> String {
        let library = self.library();
        let target = library.target();
        format!(
            "<Client gateway={:?} environment={:?}>",
            target.gateway().name(),
            target.endpoint().environment()
        )
    }
}
