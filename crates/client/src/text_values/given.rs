//! A value as its source writes it.

use std::ffi::OsString;
use std::path::Path;

use serde_json::Value;
use toml::de::DeValue;

use crate::error::Reason;
use crate::{Error, Parameter};

/// What one source gives for one parameter.
pub(super) enum Given {
    One(OsString),
    Lines(Vec<String>),
    Pairs(Vec<(String, Value)>),
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
    folder: &Path,
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

pub(super) fn from_toml(parameter: Parameter, value: &DeValue<'_>) -> Option<Given> {
    match value {
        DeValue::Table(table) if parameter.is_repeatable() => {
            let pairs = table.iter().map(|(name, value)| {
                let value = match parameter {
                    Parameter::Claim => json(value.get_ref())?,
                    _ => scalar(value.get_ref())?.into(),
                };
                Some((name.get_ref().to_string(), value))
            });
            pairs.collect::<Option<_>>().map(Given::Pairs)
        }
        DeValue::Array(values) if parameter.is_repeatable() => {
            let lines = values.iter().map(|value| scalar(value.get_ref()));
            lines.collect::<Option<_>>().map(Given::Lines)
        }
        value => {
            let text = scalar(value)?;
            Some(match parameter.is_repeatable() {
                true => Given::Lines(vec![text]),
                false => Given::One(text.into()),
            })
        }
    }
}

fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Boolean(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn json(value: &DeValue<'_>) -> Option<Value> {
    Some(match value {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Integer(number) => number.to_string().parse::<i64>().ok()?.into(),
        DeValue::Boolean(flag) => (*flag).into(),
        DeValue::Array(values) => {
            let values = values.iter().map(|value| json(value.get_ref()));
            values.collect::<Option<Vec<_>>>()?.into()
        }
        DeValue::Table(table) => {
            let members = table
                .iter()
                .map(|(name, value)| Some((name.get_ref().to_string(), json(value.get_ref())?)));
            members.collect::<Option<serde_json::Map<_, _>>>()?.into()
        }
        _ => return None,
    })
}
