use serde_json::{Value, json};
use tokenring::{SetFinding, SetFindingKind, check_jwk_set, group_findings};
use tokenring_jwk::KeyId;
use tokenring_keystore::SetFile;
use tokenring_text::printable;

use crate::endpoint::stated_gateway;
use crate::explanation::explain;
use crate::options::{GatewayChoice, SetCheckOptions};
use crate::{ExitCode, Result, advised_command, keystore};

/// Judges a JWK Set, by a gateway's rules too if one is named.
pub(crate) fn run(options: &SetCheckOptions) -> Result<ExitCode> {
    let path = &options.set;
    let gateway = stated_gateway(&options.gateway)?;
    if explain(
        &options.explanation,
        [format!("judge the keys of {}", path.display())],
    )? {
        return Ok(ExitCode::Success);
    }
    let text = SetFile::read_text(path, &keystore::show)?;
    let findings = check_jwk_set(&text, gateway.as_ref());
    let findings = findings.map_err(|error| keystore::unusable_set(path, &error))?;
    let is_clean = !findings.iter().any(SetFinding::is_failure);
    let facts = || {
        let entries = findings.iter().map(|finding| {
            json!({
                "severity": severity(finding),
                "kid": finding.key_id.as_ref().map(KeyId::as_str),
                "text": describe(finding, &options.gateway),
            })
        });
        json!({ "clean": is_clean, "findings": entries.collect::<Vec<Value>>() })
    };
    let text = || {
        let lines = group_findings(findings.clone());
        let lines = lines.iter().map(|(finding, others)| {
            let line = format!(
                "{}: {}",
                severity(finding),
                describe(finding, &options.gateway)
            );
            match others {
                0 => line,
                1 => format!("{line} (and 1 more key)"),
                others => format!("{line} (and {others} more keys)"),
            }
        });
        let verdict = match is_clean {
            true => "is in order",
            false => "does not work as it is",
        };
        let lines = lines.chain([format!("{} {verdict}", path.display())]);
        lines
            .map(|line| format!("{}\n", printable(&line)))
            .collect()
    };
    options.report.print(facts, text)?;
    Ok(ExitCode::of_check(is_clean))
}

fn severity(finding: &SetFinding) -> &'static str {
    match finding.is_failure() {
        true => "failure",
        false => "advice",
    }
}

fn describe(finding: &SetFinding, gateway: &GatewayChoice) -> String {
    match &finding.kind {
        SetFindingKind::NoFittingKey { .. } => {
            let command = advised_command::generate_keys(&gateway.chosen());
            format!("{finding}; make one with: {command}")
        }
        _ => finding.to_string(),
    }
}
