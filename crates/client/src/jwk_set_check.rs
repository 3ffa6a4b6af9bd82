use std::fmt;

use tokenring_gateway::{Gateway, KeyChoice, KeyIdScheme, Registration};
use tokenring_jwk::{
    Algorithm, Error, FindingKind, FindingSeverity, Jwk, JwkSetDocument, JwkSetFinding, KeyId,
    KeyType, KeyUse,
};

use crate::key_id_scheme::of_public_key;

/// Something about a JWK Set that keeps a gateway from finding or taking a key, or may.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SetFinding {
    /// The key's position in the set, from 0; none for the set itself.
    pub position: Option<usize>,
    /// The key's ID.
    pub key_id: Option<KeyId>,
    /// What was found.
    pub kind: SetFindingKind,
}

/// What was found in a JWK Set.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SetFindingKind {
    /// Something that is wrong for any server, or may be.
    General(JwkSetFinding),
    /// Something that other servers do without, and this gateway does not.
    Needed {
        /// What was found.
        finding: JwkSetFinding,
        /// Whether the gateway does without it where it fetches the set from a URL.
        unless_at_url: bool,
        /// The gateway's name.
        gateway: String,
    },
    /// An assertion can go without a key ID, and the gateway then tries only one key of the type.
    ChoiceWithoutKeyId {
        /// Which one.
        choice: KeyChoice,
        /// How many keys of the type the set has.
        keys: usize,
        /// Their type.
        key_type: KeyType,
        /// The gateway's name.
        gateway: String,
    },
    /// The gateway accepts none of the key's algorithms.
    Algorithm {
        /// What the key signs with.
        signs: Vec<Algorithm>,
        /// What the gateway accepts.
        accepted: Vec<Algorithm>,
        /// The gateway's name.
        gateway: String,
    },
    /// The key says that it is for encryption, and the gateway takes none like it.
    NotForSignatures {
        /// The gateway's name.
        gateway: String,
    },
    /// The gateway wants longer RSA keys.
    ShortKey {
        /// The length of the key in bits.
        bits: usize,
        /// The least that the gateway wants.
        least: usize,
        /// The gateway's name.
        gateway: String,
    },
    /// The gateway computes the key ID, and the key has another one.
    ComputedKeyId {
        /// How it is computed.
        scheme: KeyIdScheme,
        /// What it should be.
        expected: KeyId,
        /// The gateway's name.
        gateway: String,
    },
    /// The gateway takes none of the keys.
    NoFittingKey {
        /// The gateway's name.
        gateway: String,
    },
}

impl SetFinding {
    /// Whether both say the same of two keys.
    fn is_same_advice(&self, other: &Self) -> bool {
        match (&self.kind, &other.kind) {
            (SetFindingKind::General(one), SetFindingKind::General(other)) => {
                one.kind() == other.kind()
            }
            (one, other) => self.position.is_some() && format!("{one:?}") == format!("{other:?}"),
        }
    }

    /// Returns whether the set does not work because of it, or must not be published.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        match &self.kind {
            SetFindingKind::General(finding) => finding.severity() != FindingSeverity::Advice,
            SetFindingKind::Needed { .. } | SetFindingKind::NoFittingKey { .. } => true,
            _ => false,
        }
    }
}

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
    let findings = JwkSetDocument::check(text)?;
    let mut findings: Vec<SetFinding> = findings
        .into_iter()
        .map(|finding| SetFinding {
            position: finding.position(),
            key_id: finding.key_id().cloned(),
            kind: match gateway.filter(|gateway| needs(gateway, finding.kind())) {
                Some(gateway) => SetFindingKind::Needed {
                    unless_at_url: matches!(finding.kind(), FindingKind::MissingUse)
                        && !gateway.key().use_required_at_url(),
                    finding,
                    gateway: gateway.name().to_owned(),
                },
                None => SetFindingKind::General(finding),
            },
        })
        .collect();
    // A set with private members is checked no further: it must not be published.
    if let (Some(gateway), Ok(set)) = (gateway, JwkSetDocument::parse(text)) {
        check_keys(gateway, &set, &mut findings);
        check_choice(gateway, &set, &mut findings);
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

/// Whether the gateway needs what is only good advice elsewhere.
fn needs(gateway: &Gateway, kind: &FindingKind) -> bool {
    match kind {
        FindingKind::MissingUse => {
            let is_by_url = gateway.key().registrations() == [Registration::JwkSetUrl];
            gateway.key().needs_use(is_by_url)
        }
        FindingKind::SignOperation => !gateway.key().operations_ignored(),
        FindingKind::MissingKeyId => {
            gateway.key().id_required() && gateway.key().id_scheme().sends_key_id()
        }
        _ => false,
    }
}

fn check_keys(gateway: &Gateway, set: &JwkSetDocument, findings: &mut Vec<SetFinding>) {
    let mut has_fitting = false;
    for entry in set.entries() {
        let Ok(jwk) = entry.jwk() else {
            continue;
        };
        let kinds = check_key(gateway, jwk);
        has_fitting |= kinds.is_empty();
        findings.extend(kinds.into_iter().map(|kind| SetFinding {
            position: Some(entry.position()),
            key_id: entry.key_id().cloned(),
            kind,
        }));
    }
    if !has_fitting && !set.entries().is_empty() {
        findings.push(SetFinding {
            position: None,
            key_id: None,
            kind: SetFindingKind::NoFittingKey {
                gateway: gateway.name().to_owned(),
            },
        });
    }
}

/// Says which key an assertion without a key ID is verified with, where the set leaves a choice.
fn check_choice(gateway: &Gateway, set: &JwkSetDocument, findings: &mut Vec<SetFinding>) {
    let choice = gateway.key().choice_without_id();
    let keys: Vec<&Jwk> = set
        .entries()
        .iter()
        .filter_map(|it| it.jwk().ok())
        .collect();
    let sends_one = gateway.key().id_scheme().sends_key_id();
    let is_named = sends_one && keys.iter().all(|jwk| jwk.key_id().is_some());
    if choice == KeyChoice::Every || gateway.key().id_required() || is_named {
        return;
    }
    let mut types: Vec<(KeyType, usize)> = Vec::new();
    for jwk in keys {
        let key_type = jwk.public_key().key_type();
        match types.iter_mut().find(|(other, _)| *other == key_type) {
            Some((_, count)) => *count += 1,
            None => types.push((key_type, 1)),
        }
    }
    let several = types.into_iter().filter(|(_, count)| *count > 1);
    findings.extend(several.map(|(key_type, keys)| SetFinding {
        position: None,
        key_id: None,
        kind: SetFindingKind::ChoiceWithoutKeyId {
            choice,
            keys,
            key_type,
            gateway: gateway.name().to_owned(),
        },
    }));
}

/// What the gateway wants of keys in addition.
fn check_key(gateway: &Gateway, jwk: &Jwk) -> Vec<SetFindingKind> {
    let name = || gateway.name().to_owned();
    let (key, rules) = (jwk.public_key(), gateway.key());
    let mut kinds = Vec::new();
    // What is for encryption is no key of the client's assertions, and fine as it is.
    if jwk.key_use() == Some(KeyUse::Encryption) {
        return vec![SetFindingKind::NotForSignatures { gateway: name() }];
    }
    let accepted = gateway.assertion().algorithms();
    let signs = match jwk.algorithm() {
        Some(algorithm) => vec![algorithm],
        None => key.key_type().algorithms().to_vec(),
    };
    if !signs.iter().any(|algorithm| accepted.contains(algorithm)) {
        kinds.push(SetFindingKind::Algorithm {
            signs,
            accepted: accepted.to_vec(),
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

/// Names the key by its position, from 1 as people count.
impl fmt::Display for SetFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.kind, self.position, &self.key_id) {
            (SetFindingKind::General(_) | SetFindingKind::Needed { .. }, ..) | (_, None, _) => {}
            (_, Some(position), None) => write!(f, "key {} ", position + 1)?,
            // Somebody else's text, so it is written escaped.
            (_, Some(position), Some(key_id)) => {
                write!(f, "key {} ({:?}) ", position + 1, key_id.as_str())?;
            }
        }
        match &self.kind {
            SetFindingKind::General(finding) => finding.fmt(f),
            SetFindingKind::Needed {
                finding,
                unless_at_url,
                gateway,
            } => {
                write!(f, "{finding}; gateway {gateway} needs it")?;
                match unless_at_url {
                    true => f.write_str(", unless it fetches the set from a URL"),
                    false => Ok(()),
                }
            }
            SetFindingKind::ChoiceWithoutKeyId {
                choice,
                keys,
                key_type,
                gateway,
            } => {
                write!(f, "the set has {keys} {key_type} keys; without a kid ")?;
                match choice {
                    KeyChoice::Single => write!(f, "gateway {gateway} rejects the assertion"),
                    _ => write!(f, "gateway {gateway} tries only the first of them"),
                }
            }
            SetFindingKind::Algorithm {
                signs,
                accepted,
                gateway,
            } => write!(
                f,
                "signs {}, and gateway {gateway} takes {}",
                names(signs),
                names(accepted)
            ),
            SetFindingKind::NotForSignatures { gateway } => write!(
                f,
                "has \"use\": \"enc\", so gateway {gateway} verifies no assertion with it"
            ),
            SetFindingKind::ShortKey {
                bits,
                least,
                gateway,
            } => write!(f, "has {bits} bits, and gateway {gateway} wants {least}"),
            SetFindingKind::ComputedKeyId {
                scheme,
                expected,
                gateway,
            } => {
                let what = match scheme {
                    KeyIdScheme::Thumbprint => "the key's thumbprint",
                    _ => "the public key's hash",
                };
                write!(
                    f,
                    "is not called by {what} {expected}, as gateway {gateway} does"
                )
            }
            SetFindingKind::NoFittingKey { gateway } => {
                write!(f, "the set has no key that gateway {gateway} takes")
            }
        }
    }
}

fn names(algorithms: &[Algorithm]) -> String {
    let names: Vec<_> = algorithms.iter().map(|it| it.name()).collect();
    names.join(", ")
}
