use base64ct::{Base64UrlUnpadded, Encoding};
use tokenring_jwk::{
    Algorithm, Jwk, JwkSet, KeyId, KeyOperations, KeyType, KeyUse, PublicKey, Verifier,
};

use super::KeyProblem;
use crate::nearest::nearest;
use crate::{KeyChoice, KeyIdScheme, KeyRules, UnverifiedJwt};

/// How a server finds the key of a JWT among the registered ones, and what it wants of it.
#[derive(Clone, Debug)]
pub(crate) struct KeyMatching {
    /// By the `kid` of the published JWK.
    published_id: bool,
    /// By the hash of the SubjectPublicKeyInfo.
    spki_hash: bool,
    /// By the header's `jwk`.
    public_key: bool,
    use_required: bool,
    /// The `key_ops` with which a key is passed over.
    refused_operations: &'static [KeyOperations],
    checks_use: bool,
    algorithm_required: bool,
    checks_algorithm: bool,
    minimum_rsa_bits: usize,
    /// Which keys are tried where nothing in the header names one.
    choice: KeyChoice,
}

/// What RFC 7518 section 3.3 asks for, and what no provider goes below.
const LEAST_RSA_BITS: usize = 2048;

/// Something that a key has to fulfil, and what is wrong if none does.
pub(super) type Condition = (
    fn(&KeyMatching, &Jwk, Option<Algorithm>) -> bool,
    for<'k> fn(&KeyMatching, &'k Jwk) -> KeyProblem<'k>,
);

/// What a key has to fulfil, in the order of judgement.
pub(super) const CONDITIONS: [Condition; 5] = [
    (has_operations, |_, key| KeyProblem::Operations { key }),
    (is_for_signing, |_, key| KeyProblem::Use { key }),
    (is_for_algorithm, |_, key| KeyProblem::KeyAlgorithm { key }),
    (is_of_type, |_, key| KeyProblem::Type { key }),
    (is_large_enough, |matching, key| KeyProblem::Size {
        key,
        minimum: matching.minimum_rsa_bits,
    }),
];

/// Keys are found by the `kid` under which they are published.
impl Default for KeyMatching {
    fn default() -> Self {
        Self {
            published_id: true,
            spki_hash: false,
            public_key: false,
            use_required: false,
            refused_operations: &[KeyOperations::Other],
            checks_use: true,
            algorithm_required: false,
            checks_algorithm: true,
            minimum_rsa_bits: LEAST_RSA_BITS,
            choice: KeyChoice::Every,
        }
    }
}

impl KeyMatching {
    /// As a gateway's rules have it.
    pub(crate) fn new(rules: &KeyRules, is_at_url: bool) -> Self {
        let stated = rules.minimum_rsa_bits().unwrap_or_default();
        // Where the key is registered without its JWK, what that says of it counts nowhere.
        let is_bare = !rules.registers_jwk_set();
        Self {
            published_id: schemes(rules).any(is_published),
            spki_hash: schemes(rules).any(|scheme| scheme == KeyIdScheme::SpkiSha256),
            public_key: schemes(rules).any(|scheme| scheme == KeyIdScheme::PublicKey),
            use_required: rules.needs_use(is_at_url) && !is_bare,
            refused_operations: match rules.operations_ignored() || is_bare {
                true => &[],
                false => &[KeyOperations::Sign, KeyOperations::Other],
            },
            checks_use: !rules.use_ignored() && !is_bare,
            algorithm_required: rules.algorithm_required() && !is_bare,
            checks_algorithm: !rules.algorithm_ignored() && !is_bare,
            minimum_rsa_bits: stated.max(LEAST_RSA_BITS),
            choice: rules.choice_without_id(),
        }
    }

    /// For the client's own key, of which nobody knows how it is published.
    #[must_use]
    pub(crate) const fn unpublished(mut self) -> Self {
        self.published_id = false;
        self.use_required = false;
        self.algorithm_required = false;
        self.choice = KeyChoice::Every;
        self.refused_operations = &[];
        self
    }

    pub(crate) const fn minimum_rsa_bits(&self) -> usize {
        self.minimum_rsa_bits
    }

    /// The `kid` by which a server looks for the key, if it does at all.
    pub(super) fn key_id<'t>(&self, jwt: &'t UnverifiedJwt) -> Option<&'t str> {
        let key_id = jwt.header().text("kid");
        key_id.filter(|_| self.published_id || self.spki_hash)
    }

    /// Which keys are tried for a JWT.
    pub(super) fn choice(&self, jwt: &UnverifiedJwt) -> KeyChoice {
        let mut of_certificate = ["x5t#S256", "x5t", "x5c"].into_iter();
        let is_named = self.key_id(jwt).is_some()
            || self.public_key(jwt).is_some()
            || of_certificate.any(|name| jwt.header().get(name).is_some());
        match is_named {
            true => KeyChoice::Every,
            false => self.choice,
        }
    }

    /// The key in the header, if a server finds keys by it.
    pub(super) fn public_key(&self, jwt: &UnverifiedJwt) -> Option<PublicKey> {
        public_key(jwt).filter(|_| self.public_key)
    }

    pub(super) fn is_named(&self, key: &Jwk, key_id: &str, provider: &dyn Verifier) -> bool {
        let published = key.key_id().map(KeyId::as_str) == Some(key_id);
        (self.published_id && published)
            || (self.spki_hash && spki_hash(key.public_key(), provider) == key_id)
    }

    /// The published name that was probably meant.
    pub(super) fn nearest<'k>(&self, keys: &'k JwkSet, key_id: &str) -> Option<&'k KeyId> {
        if !self.published_id {
            return None;
        }
        let published = || keys.keys().iter().filter_map(Jwk::key_id);
        let nearest = nearest(key_id, published().map(KeyId::as_str))?;
        published().find(|published| published.as_str() == nearest)
    }
}

/// Every way in which a header may name its key.
pub(crate) fn schemes(rules: &KeyRules) -> impl Iterator<Item = KeyIdScheme> {
    let alternatives = rules.id_alternatives().iter().copied();
    core::iter::once(rules.id_scheme()).chain(alternatives)
}

/// The key in the header's `jwk`, if it is a public one.
pub(crate) fn public_key(jwt: &UnverifiedJwt) -> Option<PublicKey> {
    let jwk = Jwk::from_json(&jwt.header().get("jwk")?.to_string()).ok()?;
    Some(jwk.public_key().clone())
}

/// A name that stands in the published JWK.
pub(crate) const fn is_published(scheme: KeyIdScheme) -> bool {
    matches!(
        scheme,
        KeyIdScheme::FileStem | KeyIdScheme::FreeText | KeyIdScheme::Thumbprint
    )
}

/// The name that Keycloak gives a key that it knows by its public half alone.
pub(crate) fn spki_hash(key: &PublicKey, provider: &dyn Verifier) -> String {
    Base64UrlUnpadded::encode_string(&provider.sha256(&key.to_spki_der()))
}

/// The thumbprint of RFC 7638.
pub(crate) fn thumbprint(key: &PublicKey, provider: &dyn Verifier) -> String {
    Base64UrlUnpadded::encode_string(&provider.sha256(key.thumbprint_input().as_bytes()))
}

fn has_operations(matching: &KeyMatching, key: &Jwk, _: Option<Algorithm>) -> bool {
    !matching.refused_operations.contains(&key.operations())
}

fn is_for_signing(matching: &KeyMatching, key: &Jwk, _: Option<Algorithm>) -> bool {
    match key.key_use() {
        Some(KeyUse::Signature) => true,
        None => !matching.use_required,
        Some(_) => !matching.checks_use,
    }
}

fn is_for_algorithm(matching: &KeyMatching, key: &Jwk, algorithm: Option<Algorithm>) -> bool {
    let stated = key.algorithm();
    let is_open = stated.is_none() && !matching.algorithm_required;
    is_open || !matching.checks_algorithm || algorithm.is_none() || stated == algorithm
}

fn is_of_type(_: &KeyMatching, key: &Jwk, algorithm: Option<Algorithm>) -> bool {
    let key_type = key.public_key().key_type();
    algorithm.is_none_or(|algorithm| algorithm.key_type() == key_type)
}

fn is_large_enough(matching: &KeyMatching, key: &Jwk, _: Option<Algorithm>) -> bool {
    let key = key.public_key();
    key.key_type() != KeyType::Rsa || key.bits() >= matching.minimum_rsa_bits
}
