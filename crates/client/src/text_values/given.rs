//! A value as its source writes it.

use std::ffi::OsString;
use std::path::Path;

use serde_json::Value;

use crate::error::Reason;
use crate::{Error, Parameter, ProfileValue};

/// What one source gives for one parameter.
pub(super) enum Given {
    One(OsString),
    Lines(Vec<String>),
    Pairs(Vec<(String, Value)>),
}

impl Given {
    /// What a configuration file has for a parameter, if it has the right type.
    pub(super) fn from_file(parameter: Parameter, value: &ProfileValue) -> Option<Self> {
        Some(match (value, parameter.is_repeatable()) {
            (ProfileValue::Text(text), false) => Self::One(text.into()),
            (ProfileValue::Text(text), true) => Self::Lines(vec![text.clone()]),
            (ProfileValue::List(lines), true) => Self::Lines(lines.clone()),
            (ProfileValue::Pairs(pairs), true) => Self::Pairs(pairs.clone()),
            _ => return None,
        })
    }
}

pub(super) fn not_utf8(parameter: Parameter) -> Error {
    Error::invalid(parameter, Reason::new("the value is not UTF-8"))
}

pub(super) fn lines(parameter: Parameter, value: &OsString) -> Result<Given, Error> {
    let text = value.to_str().ok_or_else(|| not_utf8(parameter))?;
    let lines = text.lines().filter(|line| !line.is_empty());
    Ok(Given::Lines(lines.map(str::to_owned).collect()))
}

/// Takes `NAME=VALUE` apart, where a claim's value is JSON, or a header; the value is not repeated.
pub(super) fn split(parameter: Parameter, line: &str) -> Result<(String, Value), Error> {
    let invalid = |reason: &str| Error::invalid(parameter, Reason::new(reason));
    if parameter == Parameter::Header {
        return split_header(line);
    }
    let (name, value) = match line.split_once('=') {
        Some((name, value)) if !name.is_empty() => (name, value),
        _ => return Err(invalid("write it as NAME=VALUE")),
    };
    let value = match parameter {
        Parameter::Claim => serde_json::from_str(value).map_err(|_| {
            invalid("a claim's value is JSON: write a text in double quotes, as in NAME='\"text\"'")
        })?,
        _ => value.into(),
    };
    Ok((name.to_owned(), value))
}

/// Takes `Name: Value` apart.
fn split_header(line: &str) -> Result<(String, Value), Error> {
    let invalid = || {
        let reason = Reason::new("write it as \"Name: Value\"");
        Error::invalid(Parameter::Header, reason)
    };
    let (name, value) = line.split_once(':').ok_or_else(invalid)?;
    match name.trim() {
        "" => Err(invalid()),
        name => Ok((name.to_owned(), value.trim().into())),
    }
}

/// Puts what a file holds in the place of each value that is `@FILE`.
pub(super) fn read_values(
    parameter: Parameter,
    pairs: &mut [(String, Value)],
    folder: Option<&Path>,
) -> Result<(), Error> {
    /// A header or a secret is some kilobytes at most.
    const LARGEST: u64 = 64 * 1024;
    for (_, value) in pairs {
        let Some(path) = value.as_str().and_then(|text| text.strip_prefix('@')) else {
            continue;
        };
        let path = super::resolve(Path::new(path), folder);
        let text = tokenring_keystore::bounded_file::read_text(&path, LARGEST);
        let text = text.map_err(|error| {
            let reason = Reason::new(format!("cannot read {}: {error}", path.display()));
            Error::invalid(parameter, reason)
        })?;
        *value = text.trim().into();
    }
    Ok(())
}
