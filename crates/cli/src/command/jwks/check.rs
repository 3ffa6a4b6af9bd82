use serde_json::{Value, json};
use tokenring::{SetFinding, SetFindingKind, check_jwk_set, group_findings};
use tokenring_jwk::KeyId;
use tokenring_keystore::SetFile;
use tokenring_text::printable;

use crate::ExitCode;
use crate::explanation::explain;
use crate::failure::Result;
use crate::keystore;
use crate::options::SetCheckOptions;
use crate::output;
use crate::stated_gateway;

/// Judges a JWK Set, by a gateway's rules too if one is named.
pub(super) fn run(options: &SetCheckOptions) -> Result<ExitCode> {
    let path = &options.set;
    let gateway = stated_gateway::read(&options.gateway)?;
    if explain(
        options.explanation.as_ref(),
        [format!("judge the keys of {}", path.display())],
    )? {
        return Ok(ExitCode::Success);
    }
    let text = SetFile::read_text(path, &keystore::show)?;
    let findings = check_jwk_set(&text, gateway.as_ref());
    let findings = findings.map_err(|error| keystore::unusable_set(path, &error))?;
    let is_clean = !findings.iter().any(SetFinding::is_failure);
    let report = if options.report.is_json() {
        let entries = findings.iter().map(|finding| {
            json!({
                "severity": severity(finding),
                "kid": finding.key_id.as_ref().map(KeyId::as_str),
                "text": describe(finding),
            })
        });
        let facts = json!({ "clean": is_clean, "findings": entries.collect::<Vec<Value>>() });
        format!("{facts:#}\n")
    } else {
        let lines = group_findings(findings);
        let lines = lines.iter().map(|(finding, others)| {
            let line = format!("{}: {}", severity(finding), describe(finding));
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
        let verdict = format!("{} {verdict}", path.display());
        let lines = lines.chain([verdict]);
        lines
            .map(|line| format!("{}\n", printable(&line)))
            .collect()
    };
    output::print(&report)?;
    Ok(match is_clean {
        true => ExitCode::Success,
        false => ExitCode::RuleBroken,
    })
}

fn severity(finding: &SetFinding) -> &'static str {
    match finding.is_failure() {
        true => "failure",
        false => "advice",
    }
}

fn describe(finding: &SetFinding) -> String {
    match &finding.kind {
        SetFindingKind::NoFittingKey { gateway } => {
            format!("{finding}; make one with: tokenring generate-keys --gateway {gateway}")
        }
        _ => finding.to_string(),
    }
}
