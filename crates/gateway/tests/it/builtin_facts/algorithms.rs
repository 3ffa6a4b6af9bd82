//! What each gateway takes signatures with, and what is generated for it.

use tokenring_jwk::{Algorithm, KeySpec};

use super::gateway;

#[track_caller]
fn check(name: &str, generate: KeySpec, algorithms: &[Algorithm]) {
    let gateway = gateway(name);
    assert_eq!(gateway.assertion().algorithms(), algorithms);
    assert_eq!(gateway.key().generate(), generate);
    // What is generated signs with the preferred algorithm.
    let default = gateway.assertion().default_algorithm(generate.key_type());
    assert_eq!(default, algorithms.first().copied());
}

#[test]
fn keycloak_takes_any_that_is_asymmetric() {
    let any = [
        Algorithm::Rs256,
        Algorithm::Es256,
        Algorithm::Es384,
        Algorithm::Es512,
        Algorithm::Ps256,
        Algorithm::Ps384,
        Algorithm::Ps512,
        Algorithm::Rs384,
        Algorithm::Rs512,
        Algorithm::EdDsa,
    ];
    check("keycloak", KeySpec::Rsa3072, &any);
    check("bcgov", KeySpec::Rsa2048, &any);
}

#[test]
fn health() {
    check("nhs-cgp", KeySpec::Rsa4096, &[Algorithm::Rs512]);
    check("pca", KeySpec::Rsa3072, &[Algorithm::Rs256]);
    check(
        "smart",
        KeySpec::Rsa3072,
        &[Algorithm::Rs384, Algorithm::Es384],
    );
    check(
        "epic",
        KeySpec::Rsa2048,
        &[
            Algorithm::Rs384,
            Algorithm::Es384,
            Algorithm::Es256,
            Algorithm::Rs256,
            Algorithm::Rs512,
        ],
    );
    check("dpc", KeySpec::Rsa4096, &[Algorithm::Rs384]);
    check(
        "helseid",
        KeySpec::Rsa3072,
        &[
            Algorithm::Rs256,
            Algorithm::Rs384,
            Algorithm::Rs512,
            Algorithm::Ps256,
            Algorithm::Ps384,
            Algorithm::Ps512,
            Algorithm::Es256,
            Algorithm::Es384,
            Algorithm::Es512,
        ],
    );
}

#[test]
fn others() {
    check(
        "okta",
        KeySpec::Rsa3072,
        &[
            Algorithm::Rs256,
            Algorithm::Rs384,
            Algorithm::Rs512,
            Algorithm::Es256,
            Algorithm::Es384,
            Algorithm::Es512,
        ],
    );
    check(
        "auth0",
        KeySpec::Rsa3072,
        &[Algorithm::Rs256, Algorithm::Rs384, Algorithm::Ps256],
    );
    check(
        "entra",
        KeySpec::Rsa2048,
        &[Algorithm::Ps256, Algorithm::Rs256],
    );
    check(
        "maskinporten",
        KeySpec::Rsa3072,
        &[Algorithm::Rs256, Algorithm::Rs384, Algorithm::Rs512],
    );
    check(
        "cdr",
        KeySpec::Rsa3072,
        &[Algorithm::Ps256, Algorithm::Es256],
    );
    check("google", KeySpec::Rsa2048, &[Algorithm::Rs256]);
    check("salesforce", KeySpec::Rsa2048, &[Algorithm::Rs256]);
}
