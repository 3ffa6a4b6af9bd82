use tokenring_assertion::NumericDate;
use tokenring_gateway::{KeyProblem, Lint, Severity, UnverifiedJwt, Verification};
use tokenring_jwk::{
    Algorithm, Jwk, JwkSet, KeyId, KeySpec, KeyUse, PublicKey, Signature, Signer, Verifier,
    VerifyError, any, ring,
};

use super::{Draft, NOW, encode, endpoint, strict};

/// A key pair that is made for one test.
pub(super) struct Pair(ring::SigningKey);

impl Pair {
    pub(super) fn new(spec: KeySpec, algorithm: Algorithm) -> Self {
        let private_key = ring::generate(spec).unwrap();
        Self(ring::SigningKey::new(&private_key, algorithm).unwrap())
    }

    pub(super) fn p256() -> Self {
        Self::new(KeySpec::P256, Algorithm::Es256)
    }

    pub(super) fn public_key(&self) -> PublicKey {
        self.0.public_key().clone()
    }

    pub(super) fn jwk(&self, key_id: &str) -> Jwk {
        Jwk::new(self.public_key()).with_key_id(KeyId::from(key_id))
    }

    pub(super) fn sign(&self, draft: &Draft) -> UnverifiedJwt {
        let input = draft.signing_input();
        let signature = self.0.sign(input.as_bytes()).unwrap();
        UnverifiedJwt::decode(format!("{input}.{}", encode(signature.as_bytes()))).unwrap()
    }
}

pub(super) fn draft(key_id: &str) -> Draft {
    Draft::strict().header("alg", "ES256").header("kid", key_id)
}

/// Expects this text of the only problem, and the name of the key that verifies.
#[track_caller]
fn check(jwt: &UnverifiedJwt, keys: &JwkSet, problem: &str, verified_by: Option<&str>) {
    let verification = Verification::new(jwt, keys, &any::Verifier);
    let texts: Vec<String> = verification
        .problems()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(texts, [problem]);
    let by = verification
        .verified_by()
        .map(|key| key.key_id().unwrap().as_str());
    assert_eq!(by, verified_by);
    assert!(!verification.is_clean());
}

#[test]
fn verified_by_the_key_that_the_header_names() {
    let (a, b) = (Pair::p256(), Pair::p256());
    let keys = JwkSet::from_iter([a.jwk("key-a"), b.jwk("key-b")]);
    let jwt = b.sign(&draft("key-b"));
    let verification = Verification::new(&jwt, &keys, &any::Verifier);
    assert!(verification.is_clean());
    assert_eq!(verification.verified_by(), Some(&b.jwk("key-b")));
    // Without kid any key of the set will do.
    let jwt = b.sign(&draft("").without_header("kid"));
    assert!(Verification::new(&jwt, &keys, &any::Verifier).is_clean());
}

#[test]
fn a_key_id_that_is_not_in_the_set() {
    let (a, b) = (Pair::p256(), Pair::p256());
    let keys = JwkSet::from_iter([a.jwk("int-1"), b.jwk("prod-1")]);
    check(
        &b.sign(&draft("prod-2")),
        &keys,
        "no key of the set has the header's `kid`; the nearest is `prod-1`",
        Some("prod-1"),
    );
    check(
        &Pair::p256().sign(&draft("elephant")),
        &keys,
        "no key of the set has the header's `kid`",
        None,
    );
    check(
        &a.sign(&draft("int-1")),
        &JwkSet::new(),
        "the set has no key that signs assertions",
        None,
    );
}

#[test]
fn a_signature_of_another_key_than_the_header_names() {
    let (a, b) = (Pair::p256(), Pair::p256());
    let keys = JwkSet::from_iter([a.jwk("key-a"), b.jwk("key-b")]);
    check(
        &b.sign(&draft("key-a")),
        &keys,
        "the signature is one of key `key-b`",
        Some("key-b"),
    );
    check(
        &Pair::p256().sign(&draft("key-a")),
        &keys,
        "the signature verifies by no key of the set",
        None,
    );
}

#[test]
fn a_header_that_names_another_algorithm_than_made_the_signature() {
    let a = Pair::p256();
    let b = Pair::new(KeySpec::Ed25519, Algorithm::EdDsa);
    let keys = JwkSet::from_iter([a.jwk("key-a"), b.jwk("key-b")]);
    let jwt = b.sign(&draft("key-a"));
    check(
        &jwt,
        &keys,
        "the signature is one of key `key-b` by EdDSA, not by the header's `alg`",
        None,
    );
    let verification = Verification::new(&jwt, &keys, &any::Verifier);
    let [
        KeyProblem::Signature {
            really: Some((key, algorithm)),
        },
    ] = verification.problems()
    else {
        panic!("{verification:?}");
    };
    assert_eq!((*key, *algorithm), (&b.jwk("key-b"), Algorithm::EdDsa));
    check(
        &b.sign(&draft("key-b")),
        &keys,
        "key `key-b` is of type Ed25519, with which the header's `alg` doesn't sign",
        None,
    );
}

#[test]
fn a_key_that_is_for_something_else() {
    let a = Pair::p256();
    let encryption = a.jwk("key-a").with_use(KeyUse::Encryption);
    check(
        &a.sign(&draft("key-a")),
        &JwkSet::from_iter([encryption]),
        "key `key-a` has `use` = `enc`",
        Some("key-a"),
    );
    let edwards = Pair::new(KeySpec::Ed25519, Algorithm::EdDsa);
    let jwk = edwards
        .jwk("key-a")
        .with_algorithm(Algorithm::Ed25519)
        .unwrap();
    check(
        &edwards.sign(&draft("key-a").header("alg", "EdDSA")),
        &JwkSet::from_iter([jwk]),
        "key `key-a` is for Ed25519 alone",
        Some("key-a"),
    );
}

#[test]
fn the_header_cannot_ask_for_less() {
    let a = Pair::p256();
    let keys = JwkSet::from_iter([a.jwk("key-a")]);
    let wanted = "the header's `alg` is none that a public key verifies";
    for name in ["none", "HS256", "es256", ""] {
        check(
            &a.sign(&draft("key-a").header("alg", name)),
            &keys,
            wanted,
            None,
        );
    }
    let unsigned = format!("{}.", draft("key-a").signing_input());
    check(
        &UnverifiedJwt::decode(unsigned).unwrap(),
        &keys,
        "there is no signature that can be read",
        None,
    );
}

#[test]
fn a_hostile_name_is_shown_harmlessly() {
    let a = Pair::p256();
    let keys = JwkSet::from_iter([a.jwk("key\u{1b}[31m\u{202e}")]);
    let jwt = a.sign(&draft("other"));
    let verification = Verification::new(&jwt, &keys, &any::Verifier);
    assert_eq!(verification.problems().len(), 1);
    let jwt = a.sign(&draft("key\u{1b}[31m\u{202e}").header("alg", "EdDSA"));
    check(
        &jwt,
        &keys,
        "key `key\\u{1b}[31m\\u{202e}` is of type P-256, with which the header's `alg` doesn't sign",
        None,
    );
}

/// A provider without any algorithm.
struct Lacking;

impl Verifier for Lacking {
    fn verify(
        &self,
        _: &PublicKey,
        _: Algorithm,
        _: &[u8],
        _: &Signature,
    ) -> Result<(), VerifyError> {
        Err(VerifyError::new())
    }

    fn sha256(&self, message: &[u8]) -> [u8; 32] {
        any::sha256(message)
    }

    fn supports(&self, _: Algorithm) -> bool {
        false
    }
}

#[test]
fn what_a_provider_lacks_is_not_held_against_the_signature() {
    let pair = Pair::p256();
    let keys = JwkSet::from_iter([pair.jwk("key-1")]);
    let jwt = pair.sign(&draft("key-1"));
    let verification = Verification::new(&jwt, &keys, &Lacking);
    assert!(!verification.is_clean());
    let [problem] = verification.problems() else {
        panic!("{verification:?}");
    };
    assert_eq!(problem.to_string(), "ES256 is not verified here");
    let gateway = strict();
    let endpoint = endpoint(&gateway);
    let lint = Lint::new(&gateway, &endpoint, NumericDate::from_seconds(NOW));
    let findings = lint.with_registered_keys(&keys, &Lacking).check(&jwt);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].severity(), Severity::Doubtful);
    assert_eq!(findings[0].wanted(), "a provider that verifies ES256");
}
