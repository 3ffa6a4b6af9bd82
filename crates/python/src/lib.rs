#![doc = include_str!("../README.md")]

mod access_token;
mod callable_signer;
mod client;
mod failure;
mod fork;
mod hint;
mod keyword;
mod response;
mod values;

use pyo3::prelude::*;

/// What the Python half of the package imports.
#[pymodule(name = "_native")]
mod native {
    use std::ffi::OsString;

    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::access_token::AccessToken;
    #[pymodule_export]
    use crate::client::Client;
    #[pymodule_export]
    use crate::response::Response;

    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "Python knows it by this name")]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    /// Runs the command `tokenring` with these arguments, and gives its exit code.
    #[pyfunction]
    fn run_command(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
        py.detach(|| tokenring_cli::run(&arguments).number())
    }

    /// Makes every client of this process a fresh one, as it was forked off.
    #[pyfunction]
    fn forget_parent_process() {
        crate::fork::note();
    }

    /// Fails where a token would be sent to this URL in clear.
    #[pyfunction]
    fn check_url(py: Python<'_>, url: &str) -> PyResult<()> {
        let checked = tokenring::ApiRequest::get(url);
        checked
            .map(drop)
            .map_err(|error| crate::failure::to_python(py, &error))
    }

    /// The built-in gateways.
    #[pyfunction]
    fn gateway_names() -> Vec<&'static str> {
        tokenring::gateway_names().collect()
    }
}
