use serde_json::Value;
use tokenring::KeyFacts;

use crate::explanation::explain;
use crate::keystore::{open_set, unusable_set};
use crate::options::{SetListOptions, SetViewOptions};
use crate::{ExitCode, Result, Setting};
use tokenring_text::columns;

/// One line for each key.
pub(crate) fn list(options: &SetListOptions) -> Result<ExitCode> {
    let path = &options.set;
    if explain(
        &options.explanation,
        [format!("list the keys of {}", path.display())],
    )? {
        return Ok(ExitCode::Success);
    }
    let set = open_set(path)?;
    let keys: Vec<_> = set.document.entries().iter().map(KeyFacts::of).collect();
    options.report.print(
        || Value::from_iter(keys.iter().map(KeyFacts::to_json)),
        || columns(&keys.iter().map(row).collect::<Vec<_>>()),
    )
}

/// Each key with all its names, or the one that is asked for.
pub(crate) fn show(options: &SetViewOptions) -> Result<ExitCode> {
    let path = &options.set;
    let wanted = options.key_id.as_ref().map(Setting::value);
    if explain(
        &options.explanation,
        [format!("show the keys of {}", path.display())],
    )? {
        return Ok(ExitCode::Success);
    }
    let set = open_set(path)?;
    let entries = set.document.entries().iter();
    let keys: Vec<_> = entries
        .clone()
        .filter(|entry| wanted.is_none() || entry.key_id() == wanted)
        .map(KeyFacts::of)
        .collect();
    if keys.is_empty() && wanted.is_some() {
        let names = entries.map(|entry| entry.key_id().cloned()).collect();
        let error = tokenring_jwk::Error::KeyNotFound(names);
        return Err(unusable_set(path, &error));
    }
    options.report.print(
        || Value::from_iter(keys.iter().map(KeyFacts::to_json)),
        || keys.iter().map(describe).collect::<Vec<_>>().join("\n"),
    )
}

fn name(key: &KeyFacts) -> String {
    key.key_id.clone().unwrap_or_else(|| "(no kid)".into())
}

fn row(key: &KeyFacts) -> Vec<String> {
    let text = |member| key.text(member).unwrap_or_else(|| "-".into());
    match key.text("problem") {
        Some(problem) => vec![name(key), problem],
        None => vec![
            name(key),
            format!("{} {}", text("type"), text("bits")),
            text("alg"),
            text("use"),
            text("thumbprint"),
        ],
    }
}

fn describe(key: &KeyFacts) -> String {
    let mut rows = vec![vec!["kid".to_owned(), name(key)]];
    let members = key.members.iter();
    rows.extend(members.filter_map(|(name, _)| Some(vec![(*name).to_owned(), key.text(name)?])));
    columns(&rows)
}
