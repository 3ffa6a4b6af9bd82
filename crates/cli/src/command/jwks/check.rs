use serde_json::{Value, json};
use tokenring_gateway::{Gateway, KeyIdScheme};
use tokenring_jwk::{FindingKind, FindingSeverity, JwkSetDocument, KeyId};
use tokenring_keystore::SetFile;
use tokenring_oauth::printable;

use crate::ExitCode;
use crate::explanation::explain;
use crate::failure::Result;
use crate::keystore;
use crate::options::SetCheckOptions;
use crate::output;
use crate::stated_gateway;
use crate::words;

/// Something that was found, and whether it keeps the set from working.
struct Finding {
    is_failure: bool,
    key_id: Option<String>,
    text: String,
}

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
    let findings = findings(&text, gateway.as_ref());
    let findings = findings.map_err(|error| keystore::unusable_set(path, &error))?;
    let is_clean = !findings.iter().any(|finding| finding.is_failure);
    let report = if options.as_json {
        let entries: Vec<Value> = findings
            .iter()
            .map(|finding| {
                json!({
                    "severity": severity(finding),
                    "kid": finding.key_id,
                    "text": finding.text,
                })
            })
            .collect();
        format!("{:#}\n", json!({ "clean": is_clean, "findings": entries }))
    } else {
        let lines: Vec<String> = findings
            .iter()
            .map(|finding| {
                let line = format!("{}: {}", severity(finding), finding.text);
                format!("{}\n", printable(&line))
            })
            .collect();
        let verdict = if is_clean {
            "is in order"
        } else {
            "does not work as it is"
        };
        let verdict = format!("{} {verdict}", path.display());
        format!("{}{}\n", lines.concat(), printable(&verdict))
    };
    output::print(&report)?;
    Ok(if is_clean {
        ExitCode::Success
    } else {
        ExitCode::RuleBroken
    })
}

const fn severity(finding: &Finding) -> &'static str {
    if finding.is_failure {
        "failure"
    } else {
        "advice"
    }
}

fn findings(text: &str, gateway: Option<&Gateway>) -> Result<Vec<Finding>, tokenring_jwk::Error> {
    let mut findings: Vec<Finding> = JwkSetDocument::check(text)?
        .iter()
        .map(|finding| {
            let is_wanted = gateway.is_some_and(|gateway| wants(gateway, finding.kind()));
            Finding {
                is_failure: is_wanted || finding.severity() != FindingSeverity::Advice,
                key_id: finding.key_id().map(|key_id| key_id.as_str().to_owned()),
                text: match gateway.filter(|_| is_wanted) {
                    Some(gateway) => format!("{finding}; gateway {} needs it", gateway.name()),
                    None => finding.to_string(),
                },
            }
        })
        .collect();
    // A set with private members is judged no further: it must not be published.
    if let (Some(gateway), Ok(set)) = (gateway, JwkSetDocument::parse(text)) {
        by_rules(gateway, &set, &mut findings);
    }
    Ok(findings)
}

/// Whether the gateway needs what is only good advice elsewhere.
fn wants(gateway: &Gateway, kind: &FindingKind) -> bool {
    match kind {
        FindingKind::MissingUse => gateway.key().use_required(),
        FindingKind::MissingKeyId => {
            gateway.key().id_required() && gateway.key().id_scheme().sends_key_id()
        }
        _ => false,
    }
}

/// What the gateway wants of keys besides.
fn by_rules(gateway: &Gateway, set: &JwkSetDocument, findings: &mut Vec<Finding>) {
    let name = gateway.name();
    let algorithms = gateway.assertion().algorithms();
    let mut fitting = 0;
    for entry in set.entries() {
        let Ok(jwk) = entry.jwk() else {
            continue;
        };
        let key = jwk.public_key();
        let mut problems = Vec::new();
        let signs = key.key_type().algorithms();
        let stated = jwk.algorithm();
        let takes = match stated {
            Some(algorithm) => algorithms.contains(&algorithm),
            None => signs.iter().any(|algorithm| algorithms.contains(algorithm)),
        };
        if !takes {
            problems.push(format!(
                "signs {}, and gateway {name} takes {}",
                stated.map_or_else(
                    || words::error::names(signs),
                    |algorithm| algorithm.name().into()
                ),
                words::error::names(algorithms)
            ));
        }
        let least = gateway.key().minimum_rsa_bits().unwrap_or_default();
        if key.key_type() == tokenring_jwk::KeyType::Rsa && key.bits() < least {
            problems.push(format!(
                "has {} bits, and gateway {name} wants {least}",
                key.bits()
            ));
        }
        let expected = match gateway.key().id_scheme() {
            scheme @ (KeyIdScheme::Thumbprint | KeyIdScheme::SpkiSha256)
                if gateway.key().id_alternatives().is_empty() =>
            {
                let what = match scheme {
                    KeyIdScheme::Thumbprint => "the key's thumbprint",
                    _ => "the public key's hash",
                };
                crate::key_id::of_public_key(scheme, key).map(|key_id| (key_id, what))
            }
            _ => None,
        };
        if let (Some((expected, what)), Some(found)) = (expected, jwk.key_id()) {
            if expected != *found {
                problems.push(format!(
                    "is not called by {what} {expected}, as gateway {name} does"
                ));
            }
        }
        if problems.is_empty() {
            fitting += 1;
        }
        let key_id = entry.key_id().map(KeyId::as_str);
        findings.extend(problems.into_iter().map(|problem| Finding {
            is_failure: false,
            key_id: key_id.map(str::to_owned),
            text: match key_id {
                Some(key_id) => format!("key {} ({key_id:?}) {problem}", entry.position() + 1),
                None => format!("key {} {problem}", entry.position() + 1),
            },
        }));
    }
    if fitting == 0 && !set.entries().is_empty() {
        findings.push(Finding {
            is_failure: true,
            key_id: None,
            text: format!(
                "the set has no key that gateway {name} takes; make one with: tokenring \
                 generate-keys --gateway {name}"
            ),
        });
    }
}
