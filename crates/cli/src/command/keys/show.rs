use serde_json::json;

use crate::options::KeyViewOptions;
use crate::{Console, ExitCode, Result, explanation, key_input};
use tokenring_text::columns;

/// Tells what a key file holds, the public half of it.
pub(crate) fn run(options: &KeyViewOptions, console: &Console) -> Result<ExitCode> {
    let path = key_input::name(&options.path);
    if explanation::explain(&options.explanation, [format!("show what {path} holds")])? {
        return Ok(ExitCode::Success);
    }
    let key = key_input::read_key(options, console)?;
    let bits = key.public_key.bits();
    let key_type = key.public_key.key_type();
    let algorithms: Vec<_> = match key.algorithm {
        Some(algorithm) => vec![algorithm.name()],
        None => key_type.algorithms().iter().map(|it| it.name()).collect(),
    };
    let facts = || {
        json!({
            "format": key.format,
            "encrypted": key.is_encrypted,
            "private": key.private_key.is_some() || key.is_external(),
            "type": key_type.to_string(),
            "bits": bits,
            "algorithms": algorithms,
            "jwk": key.jwk(),
        })
    };
    let text = || {
        let half = match key.private_key {
            Some(_) => "private key, and its public half",
            None if key.is_external() => "private key that stays there, and its public half",
            None => "public key alone",
        };
        let mut rows = vec![
            row("format", key.format),
            row("holds", half),
            row("type", &format!("{key_type}, {bits} bits")),
            row("signs", &algorithms.join(", ")),
        ];
        if let Some(key_id) = &key.key_id {
            rows.push(row("kid", key_id.as_str()));
        }
        if let Some(key_use) = key.key_use {
            rows.push(row("use", key_use.name()));
        }
        if key.certificate.is_some() {
            rows.push(row("certificate", "one of this key"));
        }
        format!("{}\n{}", columns(&rows), key.public_key.to_spki_pem())
    };
    options.report.print(facts, text)
}

fn row(name: &str, value: &str) -> Vec<String> {
    vec![name.to_owned(), value.to_owned()]
}
