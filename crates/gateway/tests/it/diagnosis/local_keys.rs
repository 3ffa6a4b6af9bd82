//! The key that signed, its name and its signature, against the keys that are published.

use serde_json::Value;
use tokenring_gateway::diagnosis::{Cause, Likelihood};
use tokenring_gateway::{Gateway, Remedy, Rule};
use tokenring_jwk::{Algorithm, Jwk, JwkSet, KeyId, KeySpec, KeyUse, ring};

use super::local_facts::check;
use super::scene::{Scene, public};

#[test]
fn published_keys() {
    let other = ring::generate(KeySpec::P256).unwrap();
    let jwk = |key, name: &str| Jwk::new(public(key)).with_key_id(KeyId::new(name));

    let mut scene = Scene::generic();
    scene.published = Some(JwkSet::from_iter([jwk(&other, "key-1")]));
    check(
        &scene,
        Rule::Signature,
        Likelihood::Certain,
        &["key-1.json has another key under this kid", "thumbprint"],
    );

    scene.published = Some(JwkSet::from_iter([
        jwk(&other, "key-1"),
        jwk(&scene.key, "key-2"),
    ]));
    check(
        &scene,
        Rule::UnknownKeyId,
        Likelihood::Certain,
        &["another key", "key ID key-2"],
    );

    scene.published = Some(JwkSet::from_iter([jwk(&other, "other")]));
    check(
        &scene,
        Rule::UnknownKeyId,
        Likelihood::Certain,
        &["neither", "other"],
    );

    scene.published = Some(JwkSet::new());
    check(
        &scene,
        Rule::KeysNotRegistered,
        Likelihood::Certain,
        &["key-1.json has no key"],
    );

    let encrypting = jwk(&scene.key, "key-1").with_use(KeyUse::Encryption);
    scene.published = Some(JwkSet::from_iter([encrypting]));
    check(
        &scene,
        Rule::UnknownKeyId,
        Likelihood::Certain,
        &["use enc", "use sig"],
    );

    scene.published = Some(JwkSet::from_iter([Jwk::new(public(&scene.key))]));
    check(
        &scene,
        Rule::UnknownKeyId,
        Likelihood::Certain,
        &["without any kid"],
    );

    // Without a kid in the header a server may take any key of the set, or the first one only.
    let mut scene = Scene::generic().header("kid", Value::Null);
    scene.published = Some(JwkSet::from_iter([jwk(&other, "a"), jwk(&scene.key, "b")]));
    check(
        &scene,
        Rule::KeyIdAbsent,
        Likelihood::Likely,
        &["several keys"],
    );
    scene.published = Some(JwkSet::from_iter([jwk(&scene.key, "b")]));
    check(&scene, Rule::UnknownClient, Likelihood::Possible, &[]);
    scene.published = Some(JwkSet::from_iter([jwk(&other, "a")]));
    check(
        &scene,
        Rule::Signature,
        Likelihood::Certain,
        &["does not have the key"],
    );
}

/// Ed25519 keys have two algorithms, by name.
#[test]
fn algorithm_of_the_published_key() {
    let mut scene = Scene::generic().header("alg", "EdDSA");
    scene.key = ring::generate(KeySpec::Ed25519).unwrap();
    let jwk = Jwk::new(public(&scene.key)).with_key_id(KeyId::new("key-1"));
    let jwk = jwk.with_algorithm(Algorithm::Ed25519).unwrap();
    scene.published = Some(JwkSet::from_iter([jwk]));
    check(
        &scene,
        Rule::Algorithm,
        Likelihood::Certain,
        &[
            "EdDSA",
            "Sign with algorithm Ed25519",
            "published for one algorithm",
        ],
    );
}

/// A gateway that ignores the `alg` of a JWK does not reject another one.
#[test]
fn an_algorithm_that_the_gateway_ignores() {
    let mut scene = Scene::generic().header("alg", "EdDSA");
    scene.key = ring::generate(KeySpec::Ed25519).unwrap();
    let jwk = Jwk::new(public(&scene.key)).with_key_id(KeyId::new("key-1"));
    let jwk = jwk.with_algorithm(Algorithm::Ed25519).unwrap();
    scene.published = Some(JwkSet::from_iter([jwk.with_use(KeyUse::Signature)]));
    let is_blamed = |scene: &Scene| {
        let diagnosis = scene.diagnosis();
        let mut causes = diagnosis.causes();
        causes.any(|cause| {
            let explanation = cause.explanation().to_string();
            explanation.contains("the key is published for one algorithm")
        })
    };
    assert!(is_blamed(&scene));
    let source = Gateway::builtin_source("generic").unwrap();
    let source = source.replacen("[key]\n", "[key]\nalg-ignored = true\n", 1);
    scene.gateway = Gateway::parse(&source, "generic.toml").unwrap();
    assert!(!is_blamed(&scene));
}

#[test]
fn signature() {
    let mut scene = Scene::generic();
    // {"alg":"ES256","kid":"key-1"}, without typ, under the same signature.
    scene.tampering = |text| {
        let (_, rest) = text.split_once('.').unwrap();
        format!("eyJhbGciOiJFUzI1NiIsImtpZCI6ImtleS0xIn0.{rest}")
    };
    check(
        &scene,
        Rule::Signature,
        Likelihood::Certain,
        &["does not verify"],
    );

    scene.tampering = |text| {
        let (input, _) = text.rsplit_once('.').unwrap();
        format!("{input}.")
    };
    check(
        &scene,
        Rule::Signature,
        Likelihood::Certain,
        &["no signature"],
    );
}

/// Nobody said that the set beside the key is the registered one.
#[test]
fn presumed_keys() {
    let mut scene = Scene::generic().header("kid", "nope");
    scene.keys_are_presumed = true;
    check(
        &scene,
        Rule::UnknownKeyId,
        Likelihood::Likely,
        &["key ID key-1"],
    );
    // The set does not fit, and so is not said to.
    let diagnosis = scene.diagnosis();
    let fits = |cause: &Cause| cause.explanation().to_string().contains("fits the key");
    assert!(!diagnosis.causes().any(fits), "{diagnosis:#?}");
}

/// An assertion of somebody whose key is not at hand.
#[test]
fn only_the_published_keys() {
    let mut scene = Scene::generic();
    scene.own_key_is_known = false;
    check(&scene, Rule::UnknownClient, Likelihood::Possible, &[]);
    let other = ring::generate(KeySpec::P256).unwrap();
    let jwk = Jwk::new(public(&other)).with_key_id(KeyId::new("key-1"));
    scene.published = Some(JwkSet::from_iter([jwk]));
    check(
        &scene,
        Rule::Signature,
        Likelihood::Certain,
        &["verifies with no key of key-1.json"],
    );
}

/// A remedy that the gateway refuses is none.
#[test]
fn an_algorithm_of_the_published_key_that_the_gateway_does_not_take() {
    let mut scene = Scene::generic().header("alg", "EdDSA");
    scene.key = ring::generate(KeySpec::Ed25519).unwrap();
    let jwk = Jwk::new(public(&scene.key)).with_key_id(KeyId::new("key-1"));
    let jwk = jwk.with_algorithm(Algorithm::Ed25519).unwrap();
    scene.published = Some(JwkSet::from_iter([jwk]));
    let remedy = |scene: &Scene| scene.diagnosis().first().remedy().clone();
    assert_eq!(
        remedy(&scene),
        Remedy::SignForPublishedKey {
            algorithm: Algorithm::Ed25519,
            or_publish_for: Some(Algorithm::EdDsa),
        }
    );
    let source = Gateway::builtin_source("generic").unwrap();
    assert!(source.contains(", \"Ed25519\","));
    let source = source.replace(", \"Ed25519\",", ",");
    scene.gateway = Gateway::parse(&source, "generic.toml").unwrap();
    assert_eq!(
        remedy(&scene),
        Remedy::PublishKeyFor {
            algorithm: Algorithm::EdDsa,
            rejected: Algorithm::Ed25519,
        }
    );
}

/// The causes about the key ID of a rejection of which the server says nothing.
fn of_key_id(scene: &Scene) -> Vec<(Likelihood, Remedy)> {
    let diagnosis = scene.diagnosis();
    let causes = diagnosis.causes();
    let about = causes.filter(|cause| cause.rule() == Some(Rule::UnknownKeyId));
    about
        .map(|cause| (cause.likelihood(), cause.remedy().clone()))
        .collect()
}

/// Where nothing is published the registered key may go by another ID than the one that was sent.
#[test]
fn key_id_that_may_be_another() {
    let possible = |remedy| vec![(Likelihood::Possible, remedy)];
    let mut scene = Scene::generic();
    scene.has_default_key_id = true;
    assert_eq!(of_key_id(&scene), [], "key-1.json publishes it so");
    scene.published = None;
    let register = Remedy::RegisterKeyOrSetKeyId;
    assert_eq!(of_key_id(&scene), possible(register));
    scene.has_default_key_id = false;
    assert_eq!(of_key_id(&scene), possible(Remedy::CompareKeyId));

    let without = scene.header("kid", Value::Null);
    assert_eq!(of_key_id(&without), []);
    // What is certain leaves nothing to be guessed.
    let mut late = Scene::generic().claim("exp", super::scene::NOW - 100);
    late.published = None;
    late.has_default_key_id = true;
    assert_eq!(of_key_id(&late), []);
    // A server that says what it is means that.
    let mut told = Scene::generic().says(429, "");
    told.published = None;
    told.has_default_key_id = true;
    assert_eq!(of_key_id(&told), []);
}
