use serde_json::{Value, json};
use tokenring_gateway::{Gateway, KeyIdScheme};
use tokenring_keystore::{KeyName, KeyNameKind};

use crate::ExitCode;
use crate::console::Console;
use crate::explanation;
use crate::failure::{Failure, Result};
use crate::key_input;
use crate::options::KeyViewOptions;
use crate::output;
use crate::table::table;

/// Prints every identifier of one key.
pub(super) fn run(options: &KeyViewOptions, console: &Console) -> Result<ExitCode> {
    let path = options.path.display().to_string();
    if explanation::explain(
        options.explanation.as_ref(),
        [format!("print the key IDs of {path}")],
    )? {
        return Ok(ExitCode::Success);
    }
    let key = key_input::read_key(options, console)?;
    let names = key.names();
    let text = if options.report.is_json() {
        let mut entries = Vec::new();
        for name in &names {
            let (wanted, taken) = gateways(scheme(name))?;
            entries.push(json!({
                "scheme": name.kind.name(),
                "parameter": name.kind.header_parameter(),
                "value": name.value,
                "wanted-by": wanted,
                "taken-by": taken,
            }));
        }
        format!("{:#}\n", Value::from(entries))
    } else {
        let mut rows = Vec::new();
        for name in &names {
            let (wanted, taken) = gateways(scheme(name))?;
            let mut who = Vec::new();
            if !wanted.is_empty() {
                who.push(format!("wanted by {}", wanted.join(", ")));
            }
            if !taken.is_empty() {
                who.push(format!("taken by {}", taken.join(", ")));
            }
            rows.push(vec![
                name.kind.name().to_owned(),
                name.kind.header_parameter().to_owned(),
                name.value.clone(),
                who.join("; "),
            ]);
        }
        let mut text = table(&rows);
        let (free, _) = gateways(Some(KeyIdScheme::FreeText))?;
        text.push_str(&format!(
            "\n{} go by the name that they gave the key, or that it was registered under: --kid \
             KID.\n",
            free.join(", ")
        ));
        text
    };
    output::print(&text)?;
    Ok(ExitCode::Success)
}

/// How a gateway's file calls this way to name a key.
const fn scheme(name: &KeyName) -> Option<KeyIdScheme> {
    match name.kind {
        KeyNameKind::FileStem => Some(KeyIdScheme::FileStem),
        KeyNameKind::Thumbprint => Some(KeyIdScheme::Thumbprint),
        KeyNameKind::SpkiSha256 => Some(KeyIdScheme::SpkiSha256),
        KeyNameKind::CertificateSha256 => Some(KeyIdScheme::CertificateThumbprint),
        KeyNameKind::CertificateSha1 => Some(KeyIdScheme::CertificateSha1Thumbprint),
        _ => None,
    }
}

/// The gateways that name keys so, and those that take it as well.
fn gateways(scheme: Option<KeyIdScheme>) -> Result<(Vec<&'static str>, Vec<&'static str>)> {
    let (mut wanted, mut taken) = (Vec::new(), Vec::new());
    let Some(scheme) = scheme else {
        return Ok((wanted, taken));
    };
    for name in Gateway::names() {
        let gateway = Gateway::builtin(name)
            .map_err(|error| Failure::from_error(ExitCode::Unexpected, &error))?;
        let rules = gateway.key();
        if rules.id_scheme() == scheme {
            wanted.push(name);
        } else if rules.id_alternatives().contains(&scheme) {
            taken.push(name);
        }
    }
    Ok((wanted, taken))
}
