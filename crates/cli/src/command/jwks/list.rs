use serde_json::{Value, json};
use tokenring_jwk::{JwkSetEntry, KeyId, ring};

use crate::ExitCode;
use crate::explanation::explain;
use crate::failure::Result;
use crate::keystore::{open_set, unusable_set as unusable};
use crate::options::{SetListOptions, SetViewOptions};
use crate::output;
use crate::setting::Setting;
use crate::table::table;

/// One line for each key.
pub(super) fn list(options: &SetListOptions) -> Result<ExitCode> {
    let path = &options.set;
    if explain(
        options.explanation.as_ref(),
        [format!("list the keys of {}", path.display())],
    )? {
        return Ok(ExitCode::Success);
    }
    let set = open_set(path)?;
    let entries = set.document.entries();
    let text = if options.report.is_json() {
        let entries: Vec<Value> = entries.iter().map(facts).collect();
        format!("{:#}\n", Value::from(entries))
    } else {
        let rows: Vec<Vec<String>> = entries.iter().map(row).collect();
        table(&rows)
    };
    output::print(&text)?;
    Ok(ExitCode::Success)
}

/// Each key with all its names, or the one that is asked for.
pub(super) fn show(options: &SetViewOptions) -> Result<ExitCode> {
    let path = &options.set;
    let wanted = options.key_id.as_ref().map(Setting::value);
    if explain(
        options.explanation.as_ref(),
        [format!("show the keys of {}", path.display())],
    )? {
        return Ok(ExitCode::Success);
    }
    let set = open_set(path)?;
    let entries: Vec<&JwkSetEntry> = set
        .document
        .entries()
        .iter()
        .filter(|entry| wanted.is_none() || entry.key_id() == wanted)
        .collect();
    if entries.is_empty() && wanted.is_some() {
        let names = set.document.entries().iter();
        let names = names.map(|entry| entry.key_id().cloned()).collect();
        let error = tokenring_jwk::Error::KeyNotFound(names);
        return Err(unusable(path, &error));
    }
    let text = if options.report.is_json() {
        let entries: Vec<Value> = entries.iter().map(|entry| facts(entry)).collect();
        format!("{:#}\n", Value::from(entries))
    } else {
        let texts: Vec<String> = entries.iter().map(|entry| describe(entry)).collect();
        texts.join("\n")
    };
    output::print(&text)?;
    Ok(ExitCode::Success)
}

fn name(entry: &JwkSetEntry) -> String {
    match entry.key_id() {
        Some(key_id) => key_id.to_string(),
        None => "(no kid)".into(),
    }
}

fn row(entry: &JwkSetEntry) -> Vec<String> {
    let mut row = vec![name(entry)];
    match entry.jwk() {
        Ok(jwk) => {
            let key = jwk.public_key();
            row.push(format!("{} {}", key.key_type(), key.bits()));
            let algorithm = jwk.algorithm().map(|algorithm| algorithm.name());
            row.push(algorithm.unwrap_or("-").to_owned());
            row.push(
                jwk.key_use()
                    .map_or("-", |key_use| key_use.name())
                    .to_owned(),
            );
            row.push(ring::thumbprint(key).to_string());
        }
        Err(error) => row.push(error.to_string()),
    }
    row
}

fn facts(entry: &JwkSetEntry) -> Value {
    let key_id = entry.key_id().map(KeyId::as_str);
    match entry.jwk() {
        Ok(jwk) => {
            let key = jwk.public_key();
            json!({
                "kid": key_id,
                "type": key.key_type().to_string(),
                "bits": key.bits(),
                "alg": jwk.algorithm().map(|algorithm| algorithm.name()),
                "use": jwk.key_use().map(|key_use| key_use.name()),
                "thumbprint": ring::thumbprint(key).to_string(),
                "spki-sha256": ring::spki_hash(key).to_string(),
            })
        }
        Err(error) => json!({ "kid": key_id, "problem": error.to_string() }),
    }
}

fn describe(entry: &JwkSetEntry) -> String {
    let row = |name: &str, value: String| vec![name.to_owned(), value];
    let mut rows = vec![row("kid", name(entry))];
    match entry.jwk() {
        Ok(jwk) => {
            let key = jwk.public_key();
            let text = format!("{}, {} bits", key.key_type(), key.bits());
            rows.push(row("type", text));
            if let Some(algorithm) = jwk.algorithm() {
                rows.push(row("alg", algorithm.name().into()));
            }
            if let Some(key_use) = jwk.key_use() {
                rows.push(row("use", key_use.name().into()));
            }
            rows.push(row("thumbprint", ring::thumbprint(key).to_string()));
            rows.push(row("spki-sha256", ring::spki_hash(key).to_string()));
        }
        Err(error) => rows.push(row("problem", error.to_string())),
    }
    table(&rows)
}
