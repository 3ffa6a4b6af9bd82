use std::fmt;

use tokenring_gateway::{KeyChoice, KeyIdScheme};
use tokenring_jwk::{Algorithm, FindingSeverity, JwkSetFinding, KeyId, KeyType};

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
    /// Something that is wrong elsewhere, of which the gateway takes no notice.
    Ignored {
        /// What was found.
        finding: JwkSetFinding,
        /// The gateway's name.
        gateway: String,
    },
    /// No assertion names the key, and without a key ID the gateway tries only one key of the type,
    /// which is not this one.
    NotTried {
        /// Which one it tries.
        choice: KeyChoice,
        /// The type of the key.
        key_type: KeyType,
        /// Whether a key ID helps.
        is_named_by_id: bool,
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
    /// The key says that it is for something else, and the gateway takes none like it.
    NotForSignatures {
        /// What says so, as in `"use": "enc"`.
        found: &'static str,
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
    pub(crate) fn is_same_advice(&self, other: &Self) -> bool {
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
            SetFindingKind::Needed { .. }
            | SetFindingKind::NotTried { .. }
            | SetFindingKind::NoFittingKey { .. } => true,
            _ => false,
        }
    }
}

/// Names the key by its position, from 1 as people count.
impl fmt::Display for SetFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.kind, self.position, &self.key_id) {
            (
                SetFindingKind::General(_)
                | SetFindingKind::Needed { .. }
                | SetFindingKind::Ignored { .. },
                ..,
            )
            | (_, None, _) => {}
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
            SetFindingKind::Ignored { finding, gateway } => {
                write!(f, "{finding}; gateway {gateway} ignores that")
            }
            SetFindingKind::NotTried {
                choice,
                key_type,
                is_named_by_id,
                gateway,
            } => {
                write!(
                    f,
                    "verifies no assertion: without a kid, gateway {gateway} "
                )?;
                match choice {
                    KeyChoice::Single => write!(f, "takes a single {key_type} key only")?,
                    _ => write!(f, "tries the first {key_type} key only")?,
                }
                f.write_str(match is_named_by_id {
                    true => "; give it a \"kid\"",
                    false => "; leave only one in the set",
                })
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
            SetFindingKind::NotForSignatures { found, gateway } => write!(
                f,
                "has {found}, so gateway {gateway} verifies no assertion with it"
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
