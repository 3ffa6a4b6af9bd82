use tokenring_gateway::{Gateway, KeyChoice, Registration};
use tokenring_jwk::{
    Algorithm, Error, FindingKind, Jwk, JwkSetDocument, JwkSetEntry, JwkSetFinding, KeyOperations,
    KeyType, KeyUse,
};

use crate::key_id_scheme::of_public_key;
use crate::set_finding::{SetFinding, SetFindingKind};

/// Checks a JWK Set before it is published, by the rules of a gateway too if one is given.
///
/// # Errors
///
/// Those of [`JwkSetDocument::check`], for a text that is no JWK Set.
///
/// # Examples
///
/// ```
/// use tokenring::check_jwk_set;
/// use tokenring_gateway::Gateway;
///
/// let findings = check_jwk_set("{\"keys\": []}", Some(&Gateway::builtin("nhs")?))?;
/// assert!(findings.iter().any(|finding| finding.is_failure()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check_jwk_set(text: &str, gateway: Option<&Gateway>) -> Result<Vec<SetFinding>, Error> {
    let (set, findings) = JwkSetDocument::parse_and_check(text)?;
    // The gateway's own rules say which keys it takes.
    let is_general = |finding: &JwkSetFinding| {
        gateway.is_none() || !matches!(finding.kind(), FindingKind::NoSigningKey)
    };
    let mut findings: Vec<SetFinding> = findings
        .into_iter()
        .filter(is_general)
        .map(|finding| SetFinding {
            position: finding.position(),
            key_id: finding.key_id().cloned(),
            kind: match gateway {
                Some(gateway) => by_gateway(gateway, finding),
                None => SetFindingKind::General(finding),
            },
        })
        .collect();
    // A set with private members is checked no further: it must not be published.
    if let (Some(gateway), Some(set)) = (gateway, set) {
        let first = findings.len();
        check_keys(gateway, &set, &mut findings);
        remove_said_again(&mut findings, first);
    }
    Ok(findings)
}

/// The findings, each that is the same advice for several keys once, with the number of the others.
#[must_use]
pub fn group_findings(findings: Vec<SetFinding>) -> Vec<(SetFinding, usize)> {
    let mut groups: Vec<(SetFinding, usize)> = Vec::new();
    for finding in findings {
        let advice = Some(&finding).filter(|finding| !finding.is_failure());
        let same = advice.and_then(|finding| {
            let mut groups = groups.iter_mut();
            groups.find(|(first, _)| first.is_same_advice(finding))
        });
        match same {
            Some((_, others)) => *others += 1,
            None => groups.push((finding, 0)),
        }
    }
    groups
}

/// Removes that a key is not for signatures where the gateway's part, from the position on, says it
/// more exactly.
fn remove_said_again(findings: &mut Vec<SetFinding>, first: usize) {
    let of_gateway = findings.get(first..).unwrap_or_default().iter();
    let said: Vec<_> = of_gateway
        .filter(|it| matches!(it.kind, SetFindingKind::NotForSignatures { .. }))
        .map(|it| it.position)
        .collect();
    findings.retain(|it| match &it.kind {
        SetFindingKind::General(general)
        | SetFindingKind::Ignored {
            finding: general, ..
        } => {
            let is_it = matches!(general.kind(), FindingKind::NotForSignatures(_));
            !is_it || !said.contains(&it.position)
        }
        _ => true,
    });
}

/// What a gateway makes of a finding.
fn by_gateway(gateway: &Gateway, finding: JwkSetFinding) -> SetFindingKind {
    let rules = gateway.key_rules_for(Registration::JwkSet);
    let name = gateway.name().to_owned();
    let is_needed = match finding.kind() {
        FindingKind::SignOperation | FindingKind::NotForSignatures("key_ops")
            if rules.operations_ignored() =>
        {
            return SetFindingKind::Ignored {
                finding,
                gateway: name,
            };
        }
        FindingKind::NotForSignatures("use") if rules.use_ignored() => {
            return SetFindingKind::Ignored {
                finding,
                gateway: name,
            };
        }
        FindingKind::MissingUse => {
            rules.needs_use(rules.registrations() == [Registration::JwkSetUrl])
        }
        FindingKind::MissingAlgorithm => rules.algorithm_required(),
        FindingKind::SignOperation => true,
        FindingKind::MissingKeyId => rules.id_required() && rules.id_scheme().sends_key_id(),
        _ => false,
    };
    match is_needed {
        true => SetFindingKind::Needed {
            unless_at_url: matches!(finding.kind(), FindingKind::MissingUse)
                && !rules.use_required_at_url(),
            finding,
            gateway: name,
        },
        false => SetFindingKind::General(finding),
    }
}

fn check_keys(gateway: &Gateway, set: &JwkSetDocument, findings: &mut Vec<SetFinding>) {
    let mut fitting = Vec::new();
    for entry in set.entries() {
        let Ok(jwk) = entry.jwk() else {
            continue;
        };
        let kinds = check_key(gateway, jwk);
        if kinds.is_empty() {
            fitting.push((entry, jwk));
        }
        findings.extend(kinds.into_iter().map(|kind| of_key(entry, kind)));
    }
    if fitting.is_empty() && !set.entries().is_empty() {
        findings.push(SetFinding {
            position: None,
            key_id: None,
            kind: SetFindingKind::NoFittingKey {
                gateway: gateway.name().to_owned(),
            },
        });
    }
    check_choice(gateway, &fitting, findings);
}

fn of_key(entry: &JwkSetEntry, kind: SetFindingKind) -> SetFinding {
    SetFinding {
        position: Some(entry.position()),
        key_id: entry.key_id().cloned(),
        kind,
    }
}

/// Says which keys an assertion without a key ID is not verified with, as the set leaves a choice.
fn check_choice(gateway: &Gateway, keys: &[(&JwkSetEntry, &Jwk)], findings: &mut Vec<SetFinding>) {
    let rules = gateway.key_rules_for(Registration::JwkSet);
    let choice = rules.choice_without_id();
    if choice == KeyChoice::Every || rules.id_required() {
        return;
    }
    let is_named_by_id = rules.id_scheme().sends_key_id();
    for (index, (entry, jwk)) in keys.iter().enumerate() {
        if is_named_by_id
            && jwk
                .key_id()
                .is_some_and(|key_id| !key_id.as_str().is_empty())
        {
            continue;
        }
        let rivals = keys.iter().enumerate().filter(|(other, (_, rival))| {
            let comes_first = choice == KeyChoice::Single || *other < index;
            *other != index && comes_first && is_rival(jwk, rival)
        });
        if rivals.count() > 0 {
            let kind = SetFindingKind::NotTried {
                choice,
                key_type: jwk.public_key().key_type(),
                is_named_by_id,
                gateway: gateway.name().to_owned(),
            };
            findings.push(of_key(entry, kind));
        }
    }
}

/// Whether a signature of one key may be one of the other, by type and algorithm.
fn is_rival(one: &Jwk, other: &Jwk) -> bool {
    let fits = match (one.algorithm(), other.algorithm()) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    };
    fits && one.public_key().key_type() == other.public_key().key_type()
}

/// What the gateway wants of keys in addition.
fn check_key(gateway: &Gateway, jwk: &Jwk) -> Vec<SetFindingKind> {
    let name = || gateway.name().to_owned();
    let (key, rules) = (
        jwk.public_key(),
        gateway.key_rules_for(Registration::JwkSet),
    );
    let mut kinds = Vec::new();
    // What is for encryption is no key of the client's assertions, and fine as it is.
    let is_at_url = rules.registrations() == [Registration::JwkSetUrl];
    let found = match (jwk.key_use(), jwk.operations()) {
        (Some(KeyUse::Encryption), _) if !rules.use_ignored() => Some("\"use\": \"enc\""),
        (_, KeyOperations::Other) if !rules.takes_operations(KeyOperations::Other) => {
            Some("\"key_ops\" without \"verify\"")
        }
        (None, KeyOperations::Other) if rules.needs_use(is_at_url) => Some("no \"use\": \"sig\""),
        _ => None,
    };
    if let Some(found) = found {
        return vec![SetFindingKind::NotForSignatures {
            found,
            gateway: name(),
        }];
    }
    let accepted: Vec<Algorithm> = gateway.algorithms().collect();
    let signs = match jwk.algorithm() {
        Some(algorithm) if !rules.algorithm_ignored() => vec![algorithm],
        _ => key.key_type().algorithms().to_vec(),
    };
    if !signs.iter().any(|algorithm| accepted.contains(algorithm)) {
        kinds.push(SetFindingKind::Algorithm {
            signs,
            accepted,
            gateway: name(),
        });
    }
    let least = rules.minimum_rsa_bits().unwrap_or_default();
    if key.key_type() == KeyType::Rsa && key.bits() < least {
        kinds.push(SetFindingKind::ShortKey {
            bits: key.bits(),
            least,
            gateway: name(),
        });
    }
    let scheme = rules.id_scheme();
    let computed = of_public_key(scheme, key).filter(|_| rules.id_alternatives().is_empty());
    if let (Some((expected, _)), Some(found)) = (computed, jwk.key_id()) {
        if expected != *found {
            kinds.push(SetFindingKind::ComputedKeyId {
                scheme,
                expected,
                gateway: name(),
            });
        }
    }
    kinds
}
