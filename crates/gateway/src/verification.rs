mod key_problem;
mod matching;

use tokenring_jwk::{Algorithm, Jwk, JwkSet, Verifier};

use crate::{KeyChoice, UnverifiedJwt};

pub use self::key_problem::KeyProblem;
use self::matching::CONDITIONS;
pub(crate) use self::matching::{
    KeyMatching, is_published, public_key, schemes, spki_hash, thumbprint,
};

/// What a set of keys says of a JWT.
///
/// A key's own `alg`, `kty` and `use` decide what it verifies. The header's `alg` is no more than
/// a claim that has to fit: `none` and the symmetric algorithms fit no key.
#[derive(Debug)]
pub struct Verification<'k> {
    verified_by: Option<&'k Jwk>,
    problems: Vec<KeyProblem<'k>>,
}

impl<'k> Verification<'k> {
    /// Verifies a JWT against a key set, as a server does that finds keys by their `kid`, and a
    /// JWT without `kid` by any of them.
    #[must_use]
    pub fn new(jwt: &UnverifiedJwt, keys: &'k JwkSet, provider: &dyn Verifier) -> Self {
        Self::by(&KeyMatching::default(), jwt, keys, provider)
    }

    /// Verifies as a server does that finds keys in a certain way.
    pub(crate) fn by(
        matching: &KeyMatching,
        jwt: &UnverifiedJwt,
        keys: &'k JwkSet,
        provider: &dyn Verifier,
    ) -> Self {
        let search = Search { jwt, provider };
        let algorithm = jwt.header().text("alg").and_then(|name| name.parse().ok());
        let mut problems = Vec::new();
        let Some(algorithm) = algorithm else {
            problems.push(KeyProblem::Algorithm);
            // A server that looks for the key first answers about that.
            search.narrow(matching, keys, None, &mut problems);
            return Self {
                verified_by: None,
                problems,
            };
        };
        let mut fitting = search.narrow(matching, keys, Some(algorithm), &mut problems);
        match matching.choice(jwt) {
            KeyChoice::Every => {}
            KeyChoice::First => fitting.truncate(1),
            KeyChoice::Single if fitting.len() < 2 => {}
            KeyChoice::Single => problems.push(KeyProblem::NoKeyId {
                fitting: fitting.len(),
            }),
        }
        let first = fitting.first().copied();
        if problems.is_empty() && !provider.supports(algorithm) {
            problems.push(KeyProblem::Unsupported { algorithm });
        }
        let mut fitting = fitting.into_iter();
        if let Some(key) = fitting.find(|key| search.is_signed_by(key, algorithm)) {
            return Self {
                verified_by: Some(key),
                problems,
            };
        }
        let all = || keys.keys().iter();
        let verified_by = all().find(|key| search.is_signed_by(key, algorithm));
        if problems.is_empty() {
            problems.push(match (jwt.signature(), verified_by) {
                (None, _) => KeyProblem::NoSignature,
                (Some(_), Some(key)) if matching.choice(jwt) == KeyChoice::First => {
                    KeyProblem::NotFirst { key, first }
                }
                (Some(_), Some(key)) => KeyProblem::OtherKey { key },
                (Some(_), None) => KeyProblem::Signature {
                    really: all().find_map(|key| search.really_signed_by(key)),
                },
            });
        }
        Self {
            verified_by,
            problems,
        }
    }

    /// The key by which the signature verifies, whether or not the header names that one.
    #[must_use]
    pub const fn verified_by(&self) -> Option<&'k Jwk> {
        self.verified_by
    }

    /// Why a server that has these keys would refuse, in the order of its judgement.
    #[must_use]
    pub fn problems(&self) -> &[KeyProblem<'k>] {
        &self.problems
    }

    /// Whether the signature verifies by the key that the header names, and nothing speaks against
    /// that key.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.verified_by.is_some() && self.problems.is_empty()
    }
}

/// Looks for keys in a set.
struct Search<'a> {
    jwt: &'a UnverifiedJwt,
    provider: &'a dyn Verifier,
}

impl Search<'_> {
    /// Narrows a set down to the keys that may verify, and tells what left none.
    ///
    /// Without an algorithm every key fits it.
    fn narrow<'k>(
        &self,
        matching: &KeyMatching,
        keys: &'k JwkSet,
        algorithm: Option<Algorithm>,
        problems: &mut Vec<KeyProblem<'k>>,
    ) -> Vec<&'k Jwk> {
        let mut left: Vec<&Jwk> = keys.keys().iter().collect();
        if left.is_empty() {
            problems.push(KeyProblem::NoKeys);
            return left;
        }
        if let Some(key_id) = matching.key_id(self.jwt) {
            left.retain(|key| matching.is_named(key, key_id, self.provider));
            if left.is_empty() {
                let nearest = matching.nearest(keys, key_id);
                problems.push(KeyProblem::UnknownKeyId { nearest });
                return left;
            }
        }
        if let Some(public_key) = matching.public_key(self.jwt) {
            left.retain(|key| *key.public_key() == public_key);
            if left.is_empty() {
                problems.push(KeyProblem::UnknownPublicKey);
                return left;
            }
        }
        for (passes, problem) in CONDITIONS {
            let first = left.first().copied();
            left.retain(|key| passes(matching, key, algorithm));
            if let (true, Some(key)) = (left.is_empty(), first) {
                problems.push(problem(matching, key));
                break;
            }
        }
        left
    }

    fn is_signed_by(&self, key: &Jwk, algorithm: Algorithm) -> bool {
        let Some(signature) = self.jwt.signature() else {
            return false;
        };
        let message = self.jwt.signing_input();
        let verdict = self
            .provider
            .verify(key.public_key(), algorithm, message, signature);
        verdict.is_ok()
    }

    /// The key and the algorithm that made the signature, whatever the header says.
    fn really_signed_by<'k>(&self, key: &'k Jwk) -> Option<(&'k Jwk, Algorithm)> {
        let algorithms = key.public_key().key_type().algorithms().iter().copied();
        let mut algorithms = algorithms.filter(|algorithm| self.is_signed_by(key, *algorithm));
        algorithms.next().map(|algorithm| (key, algorithm))
    }
}
