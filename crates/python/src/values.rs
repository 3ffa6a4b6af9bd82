//! Python's values as texts of the library.

use std::time::Duration;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyString};
use serde_json::{Map, Value};

/// Reads JSON.
pub(crate) fn from_json<'py>(py: Python<'py>, json: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("json")?.call_method1("loads", (json,))
}

/// A text, or a path as text.
pub(crate) fn text(name: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    let value = value.cast::<PyString>();
    let value = value.map_err(|_| wrong_type(name, "a str"))?;
    value.extract()
}

/// A path, as a str or an `os.PathLike`.
pub(crate) fn path(name: &str, value: &Bound<'_, PyAny>) -> PyResult<std::path::PathBuf> {
    value.extract().map_err(|_| wrong_type(name, "a path"))
}

/// A switch.
pub(crate) fn switch(name: &str, value: &Bound<'_, PyAny>) -> PyResult<bool> {
    let value = value.cast::<PyBool>();
    Ok(value
        .map_err(|_| wrong_type(name, "True or False"))?
        .is_true())
}

/// Whole seconds: a number, or a `datetime.timedelta`.
pub(crate) fn seconds(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Duration> {
    let wanted = || wrong_type(name, "a number of seconds or a timedelta");
    let number: f64 = match value.hasattr("total_seconds")? {
        true => value.call_method0("total_seconds")?.extract()?,
        false if value.is_instance_of::<PyBool>() => return Err(wanted()),
        false => value.extract().map_err(|_| wanted())?,
    };
    let duration = Duration::try_from_secs_f64(number)
        .map_err(|_| PyValueError::new_err(format!("{name}: not a number of seconds: {number}")))?;
    match duration.subsec_nanos() {
        0 => Ok(duration),
        _ => Err(PyValueError::new_err(format!(
            "{name}: whole seconds only, not {number}"
        ))),
    }
}

/// One text, or several.
pub(crate) fn texts(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    if value.is_instance_of::<PyString>() {
        return Ok(vec![text(name, value)?]);
    }
    let several = value.extract();
    several.map_err(|_| wrong_type(name, "a str or a list of them"))
}

/// One path, or several.
pub(crate) fn paths(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Vec<std::path::PathBuf>> {
    if let Ok(one) = path(name, value) {
        return Ok(vec![one]);
    }
    let several = value.extract();
    several.map_err(|_| wrong_type(name, "a path or a list of them"))
}

/// Values by their names.
pub(crate) fn pairs(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Map<String, Value>> {
    let value = value.cast::<PyDict>();
    let value = value.map_err(|_| wrong_type(name, "a dict"))?;
    let json = value.py().import("json")?;
    let text: String = json.call_method1("dumps", (value,))?.extract()?;
    serde_json::from_str(&text).map_err(|_| wrong_type(name, "a dict whose keys are str"))
}

/// Bytes, if it is that.
pub(crate) fn bytes(value: &Bound<'_, PyAny>) -> Option<Vec<u8>> {
    let bytes = value.cast::<PyBytes>().ok()?;
    Some(bytes.as_bytes().to_owned())
}

/// A value of a type that the keyword does not take.
pub(crate) fn wrong_type(name: &str, wanted: &str) -> PyErr {
    PyTypeError::new_err(format!("{name} takes {wanted}"))
}
