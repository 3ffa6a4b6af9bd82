use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::Value;

use super::certificate_fault::CertificateFault;
use super::document::JwkSetDocument;
use super::entry::JwkSetEntry;
use crate::jwk::{PRIVATE_MEMBERS, member};
use crate::{Algorithm, Error, Jwk, KeyId, KeyOperations, KeyUse};

/// Something about a JWK Set that a server may stumble over, or that nobody
/// should publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JwkSetFinding {
    position: Option<usize>,
    key_id: Option<KeyId>,
    kind: FindingKind,
}

/// What was found in a JWK Set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FindingKind {
    /// The set has no key.
    Empty,
    /// No key of the set verifies signatures, by its type or by what it says of itself.
    NoSigningKey,
    /// This member holds private or symmetric key material.
    PrivateMember(&'static str),
    /// The key is weak, damaged, or its `alg` is for another type of key.
    UnusableKey(Error),
    /// The type or curve of the key is none that this crate knows, and a
    /// reader passes over the key.
    UnknownType,
    /// This member, `alg`, `use` or `key_ops`, says that the key is for
    /// something else than signatures.
    NotForSignatures(&'static str),
    /// The key has the same identifier as an earlier one of the same `kty`; the first that has
    /// it is at this position.
    DuplicateKeyId(usize),
    /// The key has the same identifier as an earlier one of another `kty`: RFC 7517
    /// section 4.5 has an application for that, and many servers find only one of them. The first
    /// that has it is at this position.
    SharedKeyId(usize),
    /// The same key is in the set already, first at this position.
    SameKey(usize),
    /// This member is null, which many servers reject.
    NullMember(&'static str),
    /// The first certificate in `x5c` cannot be used.
    WrongCertificate(CertificateFault),
    /// The number in this member, `n` or `e`, begins with a zero octet (RFC 7518 section 2).
    LeadingZero(&'static str),
    /// The key identifier begins or ends with white space.
    SpaceInKeyId,
    /// The key identifier is an empty text, which names nothing.
    EmptyKeyId,
    /// `key_ops` has `sign`, which is for private keys, and no `verify`.
    SignOperation,
    /// The text begins with a byte order mark (RFC 8259 section 8.1).
    ByteOrderMark,
    /// The key has no identifier.
    MissingKeyId,
    /// The key doesn't say what it is for.
    MissingUse,
    /// The key doesn't say with which algorithm it is used.
    MissingAlgorithm,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FindingSeverity {
    /// Some servers want more; the gateway's rules say whether this one does.
    Advice,
    /// The key or the set doesn't work as it is.
    Failure,
    /// A secret is out.
    Danger,
}

impl JwkSetFinding {
    /// The position of the key in the set, from 0; `None` for the set itself.
    #[must_use]
    pub const fn position(&self) -> Option<usize> {
        self.position
    }

    /// The identifier of the key.
    #[must_use]
    pub const fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }

    /// What was found.
    #[must_use]
    pub const fn kind(&self) -> &FindingKind {
        &self.kind
    }

    /// How bad it is.
    #[must_use]
    pub const fn severity(&self) -> FindingSeverity {
        match self.kind {
            FindingKind::PrivateMember(_) => FindingSeverity::Danger,
            FindingKind::Empty
            | FindingKind::NoSigningKey
            | FindingKind::ByteOrderMark
            | FindingKind::UnusableKey(_)
            | FindingKind::NullMember(_)
            | FindingKind::EmptyKeyId
            | FindingKind::DuplicateKeyId(_)
            | FindingKind::SharedKeyId(_)
            | FindingKind::WrongCertificate(_) => FindingSeverity::Failure,
            FindingKind::UnknownType
            | FindingKind::NotForSignatures(_)
            | FindingKind::SameKey(_)
            | FindingKind::LeadingZero(_)
            | FindingKind::SpaceInKeyId
            | FindingKind::SignOperation
            | FindingKind::MissingKeyId
            | FindingKind::MissingUse
            | FindingKind::MissingAlgorithm => FindingSeverity::Advice,
        }
    }
}

/// Names the key by its position, from 1 as people count, and says what to do.
impl fmt::Display for JwkSetFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.position, &self.key_id) {
            (None, _) => f.write_str("the set ")?,
            (Some(position), None) => write!(f, "key {} ", position + 1)?,
            // Somebody else's text, so it is written escaped.
            (Some(position), Some(key_id)) => {
                write!(f, "key {} ({:?}) ", position + 1, key_id.as_str())?;
            }
        }
        match &self.kind {
            FindingKind::Empty => f.write_str("has no keys; add the public half of the one in use"),
            FindingKind::NoSigningKey => f.write_str(
                "has no key that verifies signatures; add the public half of the one that signs",
            ),
            FindingKind::PrivateMember(member) => write!(
                f,
                "has the private member {member:?}; take it out, and replace the key \
                 if the set was published"
            ),
            FindingKind::UnusableKey(error) => write!(f, "is not usable: {error}"),
            FindingKind::UnknownType => {
                f.write_str("is of a type or curve that is not known here, and readers skip it")
            }
            FindingKind::NotForSignatures(member) => {
                write!(f, "is not for signatures, as its {member:?} says")
            }
            FindingKind::DuplicateKeyId(other) => write!(
                f,
                "has the key ID of key {}; give one of them another",
                other + 1
            ),
            FindingKind::SharedKeyId(other) => write!(
                f,
                "has the key ID of key {}, which is of another type, and some servers find only \
                 one of them; give one of them another",
                other + 1
            ),
            FindingKind::SameKey(other) => {
                write!(
                    f,
                    "is the same key as key {}; remove one of them",
                    other + 1
                )
            }
            FindingKind::ByteOrderMark => f.write_str(
                "begins with a byte order mark, which many servers reject; save it as UTF-8 without one",
            ),
            FindingKind::NullMember(member) => write!(
                f,
                "has {member:?}: null, which many servers reject; leave it out"
            ),
            FindingKind::WrongCertificate(fault) => {
                write!(f, "is not usable everywhere: \"x5c\" {fault}")
            }
            FindingKind::LeadingZero(member) => write!(
                f,
                "has a leading zero octet in {member:?}, which some servers reject; leave it out"
            ),
            FindingKind::SpaceInKeyId => f.write_str(
                "has a space at the start or end of its \"kid\"; remove it, as a JWT without it names another key",
            ),
            FindingKind::EmptyKeyId => f.write_str(
                "has an empty \"kid\", which many servers reject; give it one that names it",
            ),
            FindingKind::SignOperation => f.write_str(
                "has \"key_ops\" [\"sign\"] of its private half; write [\"verify\"], without which some servers skip it",
            ),
            FindingKind::MissingKeyId => f.write_str(
                "has no \"kid\"; give it one, for with several keys most servers need it",
            ),
            FindingKind::MissingUse => f.write_str(
                "has no \"use\"; add \"use\": \"sig\", without which some servers skip it",
            ),
            FindingKind::MissingAlgorithm => f.write_str(
                "has no \"alg\"; add the one that it signs with, which some servers need",
            ),
        }
    }
}

impl JwkSetDocument {
    /// Looks for what is wrong with a JWK Set, one that holds private members
    /// included.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedJson`] or [`Error::NotAJwkSet`] where the text isn't
    /// a JWK Set.
    pub fn check(text: &str) -> Result<Vec<JwkSetFinding>, Error> {
        Self::parse_and_check(text).map(|(_, findings)| findings)
    }

    /// Reads a set once and says what [`check`](Self::check) does of it. There is no document
    /// where one of its keys isn't public.
    ///
    /// # Errors
    ///
    /// Those of [`JwkSetDocument::check`].
    pub fn parse_and_check(text: &str) -> Result<(Option<Self>, Vec<JwkSetFinding>), Error> {
        let document = Self::parse_any(text)?;
        let of_set = |kind| JwkSetFinding {
            position: None,
            key_id: None,
            kind,
        };
        let mut findings = Vec::new();
        if text.starts_with('\u{feff}') {
            findings.push(of_set(FindingKind::ByteOrderMark));
        }
        if document.entries().is_empty() {
            findings.push(of_set(FindingKind::Empty));
        }
        // By identifier and by key, the first entry that has it: a set may be
        // large, and each of its keys the same.
        let mut first_named = BTreeMap::new();
        let mut first_typed = BTreeMap::new();
        let mut first_keys = BTreeMap::new();
        for entry in document.entries() {
            let mut kinds = Vec::new();
            check_entry(entry, &mut kinds);
            let position = entry.position();
            if let Some(key_id) = entry.key_id() {
                let key_type = entry.members().get("kty").and_then(Value::as_str);
                let first = *first_named.entry(key_id).or_insert(position);
                let typed = (key_id, key_type);
                let first_of_type = *first_typed.entry(typed).or_insert(position);
                if first_of_type != position {
                    kinds.push(FindingKind::DuplicateKeyId(first_of_type));
                } else if first != position {
                    kinds.push(FindingKind::SharedKeyId(first));
                }
            }
            if let Some(key) = entry.public_key() {
                let first = *first_keys.entry(key.to_spki_der()).or_insert(position);
                if first != position {
                    kinds.push(FindingKind::SameKey(first));
                }
            }
            findings.extend(kinds.into_iter().map(|kind| JwkSetFinding {
                position: Some(entry.position()),
                key_id: entry.key_id().cloned(),
                kind,
            }));
        }
        // What keeps a key from working is a failure already.
        let works = findings
            .iter()
            .all(|finding| finding.severity() == FindingSeverity::Advice);
        if works && !document.entries().iter().any(signs) {
            findings.push(of_set(FindingKind::NoSigningKey));
        }
        let is_public = !document.entries().iter().any(JwkSetEntry::is_private);
        Ok((is_public.then_some(document), findings))
    }
}

/// Whether a server may verify a signature with the key.
fn signs(entry: &JwkSetEntry) -> bool {
    entry.jwk().is_ok_and(|jwk| {
        let is_for_it = matches!(jwk.key_use(), None | Some(KeyUse::Signature));
        is_for_it && jwk.operations() != KeyOperations::Other
    })
}

fn check_entry(entry: &JwkSetEntry, kinds: &mut Vec<FindingKind>) {
    let members = entry.members();
    let private = PRIVATE_MEMBERS.iter();
    let private = private.filter(|name| member(members, name).is_some());
    kinds.extend(private.map(|name| FindingKind::PrivateMember(name)));
    match entry.jwk() {
        Ok(jwk) => check_jwk(entry, jwk, kinds),
        // Said already.
        Err(Error::PrivateMember) => {}
        Err(Error::UnsupportedJwk) => kinds.push(why_unsupported(entry)),
        Err(error) => kinds.push(FindingKind::UnusableKey(error)),
    }
    const TEXTS: [&str; 10] = [
        "kty", "kid", "alg", "use", "key_ops", "x5c", "x5t", "x5t#S256", "x5u", "crv",
    ];
    let nulls = TEXTS
        .iter()
        .chain(PRIVATE_MEMBERS)
        .filter(|name| members.get(name).is_some_and(Value::is_null));
    kinds.extend(nulls.map(|name| FindingKind::NullMember(name)));
    let is_spaced = |key_id: &KeyId| key_id.as_str().trim() != key_id.as_str();
    match entry.key_id() {
        Some(key_id) if key_id.as_str().is_empty() => kinds.push(FindingKind::EmptyKeyId),
        Some(key_id) if is_spaced(key_id) => kinds.push(FindingKind::SpaceInKeyId),
        // What is there in its place was said already.
        None if members.get("kid").is_none() => kinds.push(FindingKind::MissingKeyId),
        _ => {}
    }
}

fn check_jwk(entry: &JwkSetEntry, jwk: &Jwk, kinds: &mut Vec<FindingKind>) {
    // What is for something else needs no word on how it signs.
    let encrypts = jwk.key_use() == Some(KeyUse::Encryption);
    let signs = jwk.operations() != KeyOperations::Other && !encrypts;
    match jwk.key_use() {
        None if signs => kinds.push(FindingKind::MissingUse),
        None | Some(KeyUse::Signature) => {}
        Some(_) => kinds.push(FindingKind::NotForSignatures("use")),
    }
    if jwk.algorithm().is_none() && signs {
        kinds.push(FindingKind::MissingAlgorithm);
    }
    let members = entry.members();
    for member in ["n", "e"] {
        let text = members.get(member).and_then(Value::as_str);
        let octets = text.and_then(|text| Base64UrlUnpadded::decode_vec(text).ok());
        if octets.is_some_and(|octets| octets.starts_with(&[0])) {
            kinds.push(FindingKind::LeadingZero(member));
        }
    }
    match jwk.operations() {
        KeyOperations::Verify => {}
        KeyOperations::Sign => kinds.push(FindingKind::SignOperation),
        KeyOperations::Other => kinds.push(FindingKind::NotForSignatures("key_ops")),
    }
    let fault = members.get("x5c");
    let fault = fault.and_then(|chain| CertificateFault::of(chain, jwk.public_key()));
    kinds.extend(fault.map(FindingKind::WrongCertificate));
}

/// Tells a key of another type from one that says that it is for something else.
fn why_unsupported(entry: &JwkSetEntry) -> FindingKind {
    let text = |name| entry.members().get(name).and_then(Value::as_str);
    match (text("kty"), text("crv")) {
        (Some("RSA"), _)
        | (Some("EC"), Some("P-256" | "P-384" | "P-521"))
        | (Some("OKP"), Some("Ed25519")) => {}
        _ => return FindingKind::UnknownType,
    }
    let is_for_other = text("alg").is_some_and(|name| name.parse::<Algorithm>().is_err());
    FindingKind::NotForSignatures(if is_for_other { "alg" } else { "use" })
}
