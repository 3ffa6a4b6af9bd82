//! The library's errors as exceptions.

use std::error::Error as StdError;

use pyo3::prelude::*;
use tokenring::{BodyTooLarge, Error};
use tokenring_cli::ExitCode;
use tokenring_text::{one_line, redact};

use crate::callable_signer::Raised;
use crate::hint;

/// More characters than any text of ours has.
const LONGEST: usize = 4096;

/// An exception of the package, for an error of the library.
pub(crate) fn to_python(py: Python<'_>, error: &Error) -> PyErr {
    let code = ExitCode::from(error);
    let pause = error.retry_after().map(|pause| pause.as_secs_f64());
    let exception = new(py, code, &chain(error), hint::of(error), pause);
    if let Some(Raised(cause)) = find_raised(error) {
        exception.set_cause(py, Some(cause.clone_ref(py)));
    }
    exception
}

/// An answer of an API whose body did not come, or not whole.
pub(crate) fn of_body(py: Python<'_>, error: &std::io::Error) -> PyErr {
    let inner = error.get_ref();
    let hint = inner.and_then(|it| it.downcast_ref::<BodyTooLarge>());
    let hint = hint.map(|_| "allow more with largest_body=".to_owned());
    new(py, ExitCode::Unreachable, &chain(error), hint, None)
}

/// A keyword that there is not.
pub(crate) fn unknown_keyword(py: Python<'_>, name: &str, nearest: Option<&str>) -> PyErr {
    let text = format!("Client() got an unexpected keyword argument {name:?}");
    let hint = match nearest {
        Some(nearest) => format!("did you mean {nearest}=?"),
        None => "help(tokenring_auth.Client) lists the keywords".to_owned(),
    };
    let made = py
        .import("tokenring_auth._errors")
        .and_then(|module| module.call_method1("unknown_keyword", (text, hint)));
    made.map_or_else(|error| error, PyErr::from_value)
}

fn new(
    py: Python<'_>,
    code: ExitCode,
    text: &str,
    hint: Option<String>,
    retry_after: Option<f64>,
) -> PyErr {
    let text = one_line(&redact(text), LONGEST);
    let hint = hint.map(|hint| one_line(&redact(&hint), LONGEST));
    let made = py.import("tokenring_auth._errors").and_then(|module| {
        module.call_method1("from_exit_code", (code.number(), text, hint, retry_after))
    });
    made.map_or_else(|error| error, PyErr::from_value)
}

/// The texts of an error and its causes.
fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// The exception of a Python function that is behind an error.
fn find_raised(error: &Error) -> Option<&Raised> {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(raised) = cause.downcast_ref() {
            return Some(raised);
        }
        source = cause.source();
    }
    None
}
