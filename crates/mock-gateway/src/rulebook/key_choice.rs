//! Which of a client's keys an assertion means.

use serde_json::Value;
use tokenring_gateway::{Gateway, KeyIdScheme, KeyRules, Registration};
use tokenring_jwk::{
    Algorithm, CertificateSha1Thumbprint, CertificateThumbprint, Jwk, KeyType, KeyUse, PublicKey,
};

use super::ecmascript::is_falsy;
use super::{Case, KeyLookup};
use crate::certificate::Certificate;
use crate::client::{Client, ClientKeys};
use crate::registered_keys::RegisteredKey;

/// What a header says about the key that signed.
#[derive(Debug)]
pub(super) enum KeyName<'a> {
    /// Nothing that this gateway looks at.
    None,
    /// A member that this gateway looks at, with a value that is no name of a key.
    Misformed,
    Id(&'a str),
    /// `x5t#S256`.
    CertificateHash(CertificateThumbprint),
    /// `x5t`.
    CertificateSha1(CertificateSha1Thumbprint),
    /// `x5c`, of which the first certificate counts.
    CertificateChain(Option<Certificate>),
    /// `jwk`.
    PublicKey(Box<PublicKey>),
}

/// How a gateway finds a key.
#[derive(Clone, Copy, Debug, Default)]
struct Schemes {
    /// By the `kid` that the client or the gateway chose.
    published_id: bool,
    /// By a `kid` that the gateway hands out, which nobody here knows.
    handed_out_id: bool,
    thumbprint: bool,
    spki_hash: bool,
    certificate_hash: bool,
    certificate_sha1: bool,
    certificate_chain: bool,
    public_key: bool,
}

impl Case<'_> {
    /// The only algorithm that the client may sign with, if there is one.
    pub(crate) fn algorithm_of_client(&self) -> Option<Algorithm> {
        let client = self.client?;
        let default = self.rulebook.gateway.server().client_algorithm();
        client.registration.algorithm.or(default)
    }

    /// What the gateway wants of the client's keys: by the flow that was chosen, or else by one
    /// whose clients register their keys in the form that this one did.
    pub(crate) fn key_rules(&self) -> &KeyRules {
        let gateway = &self.rulebook.gateway;
        match self.client {
            Some(client) => gateway.key_rules_for(client.keys.form()),
            None => gateway.key(),
        }
    }
}

/// Whether the gateway may verify an assertion with one of the client's keys, as far as is known
/// before it asks for them.
pub(crate) fn may_verify(gateway: &Gateway, client: &Client) -> bool {
    let keys = match &client.keys {
        ClientKeys::Fixed(keys) => keys,
        ClientKeys::Url(_) => return true,
        ClientKeys::Unreadable | ClientKeys::Unregistered => return false,
    };
    let rules = gateway.key_rules_for(client.keys.form());
    let least = rules.minimum_rsa_bits().unwrap_or_default();
    keys.iter().any(|key| {
        let public_key = &key.public_key;
        let key_type = public_key.key_type();
        let mut accepted = gateway.assertion().algorithms().iter().copied();
        is_for_signatures(key, rules, rules.use_required())
            && (key_type != KeyType::Rsa || public_key.bits() >= least)
            && accepted.any(|algorithm| {
                algorithm.key_type() == key_type && is_for(key, rules, Some(algorithm))
            })
    })
}

fn is_for_signatures(key: &RegisteredKey, rules: &KeyRules, use_required: bool) -> bool {
    let is_bare = is_bare(key, rules);
    let is_for_use = match key.key_use {
        Some(KeyUse::Signature) => true,
        None => is_bare || !use_required,
        Some(_) => is_bare || rules.use_ignored(),
    };
    is_for_use && (is_bare || key.can_verify || rules.operations_ignored())
}

/// Whether the gateway has the key without what a JWK says of it.
pub(super) fn is_bare(key: &RegisteredKey, rules: &KeyRules) -> bool {
    key.is_bare || !rules.registers_jwk_set()
}

/// Whether a key works with an algorithm, by what it says and by how it is registered.
fn is_for(key: &RegisteredKey, rules: &KeyRules, algorithm: Option<Algorithm>) -> bool {
    let usable = rules.algorithms();
    let is_usable = algorithm
        .is_none_or(|algorithm| usable.is_none_or(|algorithms| algorithms.contains(&algorithm)));
    let goes_without = key.algorithm.is_none() && !rules.algorithm_required();
    let is_open = goes_without || rules.algorithm_ignored() || is_bare(key, rules);
    is_usable && (is_open || key.algorithm == algorithm)
}

impl Schemes {
    fn of(case: &Case<'_>) -> Self {
        let key = case.key_rules();
        let mut schemes = Self {
            handed_out_id: matches!(key.id_scheme(), KeyIdScheme::FreeText),
            ..Self::default()
        };
        let all = core::iter::once(key.id_scheme()).chain(key.id_alternatives().iter().copied());
        for scheme in all {
            match scheme {
                KeyIdScheme::FileStem | KeyIdScheme::FreeText => schemes.published_id = true,
                KeyIdScheme::Thumbprint => {
                    schemes.published_id = true;
                    schemes.thumbprint = true;
                }
                KeyIdScheme::SpkiSha256 => schemes.spki_hash = true,
                KeyIdScheme::CertificateThumbprint => schemes.certificate_hash = true,
                KeyIdScheme::CertificateSha1Thumbprint => schemes.certificate_sha1 = true,
                KeyIdScheme::CertificateChain => schemes.certificate_chain = true,
                KeyIdScheme::PublicKey => schemes.public_key = true,
                _ => {}
            }
        }
        schemes
    }

    const fn look_at_key_id(self) -> bool {
        self.published_id || self.spki_hash
    }
}

/// Reads the members of the header that the gateway looks at, of which `kid` counts most.
///
/// Where a key has to be named, one member that names it is enough, whatever the others are.
pub(super) fn key_name<'a>(case: &'a Case<'_>) -> KeyName<'a> {
    let schemes = Schemes::of(case);
    let mut name = KeyName::None;
    let mut is_misformed = false;
    if schemes.certificate_chain {
        match case.header("x5c").map(chain) {
            None => {}
            Some(None) => is_misformed = true,
            Some(Some(leaf)) => {
                name = KeyName::CertificateChain(Certificate::from_base64(leaf));
            }
        }
    }
    if schemes.certificate_sha1 {
        match case.header("x5t").map(sha1_thumbprint) {
            None => {}
            Some(Some(hash)) => name = KeyName::CertificateSha1(hash),
            Some(None) => is_misformed = true,
        }
    }
    if schemes.certificate_hash {
        match case.header("x5t#S256").map(thumbprint) {
            None => {}
            Some(Some(hash)) => name = KeyName::CertificateHash(hash),
            Some(None) => is_misformed = true,
        }
    }
    if schemes.public_key {
        match case.header("jwk") {
            None => {}
            Some(value) => match Jwk::from_json(&value.to_string()) {
                Ok(jwk) => name = KeyName::PublicKey(Box::new(jwk.public_key().clone())),
                Err(_) => is_misformed = true,
            },
        }
    }
    if schemes.look_at_key_id() {
        match case.header("kid").map(Value::as_str) {
            None => {}
            Some(Some(id)) if !id.is_empty() => name = KeyName::Id(id),
            Some(Some(_)) if case.key_rules().empty_id_ignored() => {}
            Some(_) => is_misformed = true,
        }
    }
    let is_enough = case.key_rules().id_required() && !matches!(name, KeyName::None);
    if is_misformed && !is_enough {
        return KeyName::Misformed;
    }
    name
}

/// Whether none of the members is there that could name a key, or all of them are as good as not.
pub(super) fn names_no_key(case: &Case<'_>) -> bool {
    let schemes = Schemes::of(case);
    [
        (schemes.look_at_key_id(), "kid"),
        (schemes.certificate_hash, "x5t#S256"),
        (schemes.certificate_sha1, "x5t"),
        (schemes.certificate_chain, "x5c"),
        (schemes.public_key, "jwk"),
    ]
    .into_iter()
    .all(|(is_looked_at, member)| !is_looked_at || is_falsy(case.header(member)))
}

/// The algorithm of the header, if it is one that this gateway takes.
pub(super) fn algorithm(case: &Case<'_>) -> Option<Algorithm> {
    let algorithm: Algorithm = case.header_text("alg")?.parse().ok()?;
    let accepted = case.rulebook.gateway.assertion().algorithms();
    accepted.contains(&algorithm).then_some(algorithm)
}

/// The registered keys that have the name which the header gives, whatever they are for.
pub(super) fn named<'a>(case: &'a Case<'_>) -> Vec<&'a RegisteredKey> {
    let KeyLookup::Found { keys, .. } = &case.keys else {
        return Vec::new();
    };
    let name = key_name(case);
    let schemes = Schemes::of(case);
    keys.iter()
        .filter(|key| is_named(key, &name, schemes))
        .collect()
}

/// Those among them that are for signatures.
pub(super) fn for_signatures<'a>(case: &'a Case<'_>) -> Vec<&'a RegisteredKey> {
    let rules = case.key_rules();
    let by_url = matches!(
        case.client.map(|client| client.keys.form()),
        Some(Registration::JwkSetUrl)
    );
    let use_required = rules.use_required() && (!by_url || rules.use_required_at_url());
    let mut keys = named(case);
    keys.retain(|key| is_for_signatures(key, rules, use_required));
    keys
}

/// Those among them that are not for another algorithm than the header's.
pub(super) fn of_the_algorithm<'a>(case: &'a Case<'_>) -> Vec<&'a RegisteredKey> {
    let (algorithm, rules) = (algorithm(case), case.key_rules());
    let mut keys = for_signatures(case);
    keys.retain(|key| is_for(key, rules, algorithm));
    keys
}

/// Whether another look at the client's JWK Set could find the key that signed.
pub(crate) fn names_no_known_key(case: &Case<'_>) -> bool {
    match key_name(case) {
        KeyName::Id(_) => of_the_algorithm(case).is_empty(),
        KeyName::None => case.key_rules().keeps_known_ids(),
        _ => false,
    }
}

fn is_named(key: &RegisteredKey, name: &KeyName<'_>, schemes: Schemes) -> bool {
    match name {
        KeyName::None => true,
        KeyName::Misformed => false,
        KeyName::Id(id) => {
            let has_id = schemes.published_id && key.key_id.as_deref() == Some(*id);
            // What came as a JWK has its ID with it.
            let may_have_id = schemes.handed_out_id && key.is_bare;
            has_id
                || may_have_id
                || (schemes.spki_hash && key.spki_hash() == *id)
                || (schemes.thumbprint && key.is_bare && key.thumbprint() == *id)
        }
        KeyName::PublicKey(public_key) => key.public_key == **public_key,
        // A key that was registered without its certificate has nothing to compare with.
        KeyName::CertificateHash(hash) => key
            .certificate_hash
            .as_deref()
            .is_none_or(|each| each.parse() == Ok(*hash)),
        KeyName::CertificateSha1(hash) => key
            .certificate_sha1
            .as_deref()
            .is_none_or(|each| each.parse() == Ok(*hash)),
        KeyName::CertificateChain(leaf) => match &key.certificate_hash {
            None => true,
            Some(hash) => leaf.as_ref().is_some_and(|leaf| leaf.hash == *hash),
        },
    }
}

/// The first element of a chain, where it is a list of texts with something in each.
fn chain(value: &Value) -> Option<&str> {
    let elements = value.as_array()?;
    let is_text = |element: &Value| element.as_str().is_some_and(|text| !text.is_empty());
    if !elements.iter().all(is_text) {
        return None;
    }
    elements.first()?.as_str()
}

fn thumbprint(value: &Value) -> Option<CertificateThumbprint> {
    value.as_str()?.parse().ok()
}

fn sha1_thumbprint(value: &Value) -> Option<CertificateSha1Thumbprint> {
    value.as_str()?.parse().ok()
}
