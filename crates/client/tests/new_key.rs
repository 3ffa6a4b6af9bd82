//! `NewKey`: what a gateway wants of a new key, and what is made of it.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use tokenring::{ClientBuilder, Error, NeededValue, NewKey, Target};
use tokenring_jwk::{Algorithm, KeySpec, any};
use tokenring_keystore::KeyFiles;

fn target(gateway: &str, flow: Option<&str>) -> Target {
    let mut builder = ClientBuilder::default().gateway(gateway);
    let variables: &[(&str, &str)] = match gateway {
        "keycloak" => &[("server", "https://sso.example"), ("realm", "test")],
        "hydra" => &[("server", "https://sso.example")],
        "smart" => &[("fhir_base", "https://fhir.example/r4")],
        _ => &[],
    };
    for (name, value) in variables {
        builder = builder.variable(*name, *value);
    }
    let builder = match flow {
        Some(flow) => builder.flow(flow),
        None => builder,
    };
    builder.target().unwrap()
}

#[track_caller]
fn makes(new: &NewKey, target: &Target, spec: KeySpec, algorithm: Algorithm) {
    let plan = new.plan(target).unwrap();
    assert_eq!((plan.spec(), plan.algorithm()), (spec, algorithm));
}

#[track_caller]
fn fails(new: &NewKey, target: &Target, text: &str) -> Error {
    let error = new.plan(target).unwrap_err();
    let cause = std::error::Error::source(&error);
    let cause = cause.map(|cause| format!(": {cause}"));
    let found = format!("{error}{}", cause.unwrap_or_default());
    assert!(found.contains(text), "{found}");
    error
}

#[test]
fn the_gateway_decides_what_nobody_asks_for() {
    let new = NewKey::new();
    for (gateway, spec, algorithm) in [
        ("nhs", KeySpec::Rsa4096, Algorithm::Rs512),
        ("bcgov", KeySpec::Rsa2048, Algorithm::Rs256),
        ("keycloak", KeySpec::Rsa3072, Algorithm::Rs256),
        ("smart", KeySpec::Rsa3072, Algorithm::Rs384),
        ("hydra", KeySpec::Rsa3072, Algorithm::Rs256),
    ] {
        makes(&new, &target(gateway, None), spec, algorithm);
    }
}

#[test]
fn one_of_kind_and_algorithm_leads_to_the_other() {
    let keycloak = target("keycloak", Some("jwks-url"));
    let new = NewKey::new();
    let by_spec = |spec| new.clone().with_spec(spec);
    let by_algorithm = |algorithm| new.clone().with_algorithm(algorithm);
    for (spec, algorithm) in [
        (KeySpec::P256, Algorithm::Es256),
        (KeySpec::P384, Algorithm::Es384),
        (KeySpec::P521, Algorithm::Es512),
        (KeySpec::Ed25519, Algorithm::EdDsa),
    ] {
        makes(&by_spec(spec), &keycloak, spec, algorithm);
        makes(&by_algorithm(algorithm), &keycloak, spec, algorithm);
    }
    makes(
        &by_algorithm(Algorithm::Ps512),
        &keycloak,
        KeySpec::Rsa3072,
        Algorithm::Ps512,
    );
    let both = by_spec(KeySpec::P256).with_algorithm(Algorithm::Rs256);
    fails(&both, &keycloak, "leave one of the two out");
}

/// A stored key on a curve never works there; a JWK Set takes any.
#[test]
fn another_way_of_registering_takes_other_keys() {
    let (stored, at_url) = (target("bcgov", None), target("bcgov", Some("jwks-url")));
    let (spec, algorithm) = (KeySpec::P256, Algorithm::Es256);
    let by_spec = NewKey::new().with_spec(spec);
    let by_algorithm = NewKey::new().with_algorithm(algorithm);
    let other = "its flow jwks-url accepts it";
    let error = fails(&by_spec, &stored, other);
    assert!(matches!(error, Error::NewKeyType { flow: Some(flow), .. } if flow == "jwks-url"));
    fails(&by_algorithm, &stored, other);
    makes(&by_spec, &at_url, spec, algorithm);
    makes(&by_algorithm, &at_url, spec, algorithm);
    // Where no flow does, none is named.
    let nhs = target("nhs", None);
    let error = fails(&by_spec, &nhs, "takes only RS512");
    assert!(matches!(error, Error::NewKeyType { flow: None, .. }));
}

#[test]
fn a_name_is_one_of_files_too() {
    let generic = target("generic", None);
    for name in ["", "a/b", "..", "a\nb"] {
        let new = NewKey::new().with_key_id(name);
        assert!(new.plan(&generic).is_err(), "{name:?}");
    }
    let plan = NewKey::new().with_key_id("int-1").plan(&generic).unwrap();
    assert!(plan.is_named());
    assert_eq!(plan.file_name().unwrap().as_str(), "int-1");
}

#[test]
fn what_is_published_is_the_public_half_alone() {
    let plan = NewKey::new()
        .with_spec(KeySpec::P256)
        .with_key_id("int-1")
        .plan(&target("generic", None))
        .unwrap();
    let made = plan.describe(any::generate(plan.spec()).unwrap()).unwrap();
    assert_eq!(made.public_key, any::public_key(&made.private_key).unwrap());
    assert_eq!(made.jwk_set.keys().len(), 1);
    let jwk = made.jwk_set.keys().first().unwrap();
    assert_eq!(jwk.key_id().unwrap().as_str(), "int-1");
    assert_eq!(jwk.algorithm(), Some(Algorithm::Es256));
    assert_eq!(*jwk.public_key(), made.public_key);
    let text = made.jwk_set.to_json();
    assert!(!text.contains("\"d\""), "{text}");
    // A key of another kind than the planned one is none of this plan.
    let other = any::generate(KeySpec::P384).unwrap();
    assert!(plan.describe(other).is_err());
}

/// What a client is given for a new key, as the options of a command line.
#[track_caller]
fn needs(new: &NewKey, target: &Target, expected: &[&str]) {
    let plan = new.plan(target).unwrap();
    let made = plan.describe(any::generate(plan.spec()).unwrap()).unwrap();
    let files = KeyFiles::new("keys".as_ref(), &"k".into());
    let values = plan.client_parameters(target, &files, &made.key_id);
    let words = values.into_iter().map(|(parameter, value)| match value {
        NeededValue::Open(word) => format!("{} <{word}>", parameter.name()),
        NeededValue::Known(text) => format!("{} {text}", parameter.name()),
        value => format!("{value:?}"),
    });
    assert_eq!(words.collect::<Vec<_>>(), expected);
}

#[test]
fn parameters_of_a_client() {
    let client = ["client-id <ID>", "private-key keys/k.pem"];
    let p256 = NewKey::new().with_spec(KeySpec::P256);
    let named = p256.clone().with_key_id("mine");
    let generic = target("generic", None);
    let url = "token-url <URL>";
    needs(&p256, &generic, &[url, client[0], client[1]]);
    needs(&named, &generic, &[url, "kid mine", client[0], client[1]]);
    let any = ClientBuilder::default().gateway("keycloak");
    let any = any.variable("realm", "test").target_needing(|_, _| false);
    let variables = ["var <server=SERVER>", "var realm=test"];
    let expected = ["flow public-key", variables[0], variables[1]];
    needs(&p256, &any.unwrap(), &[&expected[..], &client].concat());
}
