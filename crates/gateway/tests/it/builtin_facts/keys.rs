//! How each gateway finds a key.

use tokenring_gateway::{Gateway, KeyIdScheme, Registration};
use tokenring_jwk::Algorithm;

use super::{NAMES, gateway};

#[track_caller]
fn check(gateway: &Gateway, scheme: KeyIdScheme, required: bool, registrations: &[Registration]) {
    let key = gateway.key();
    assert_eq!(key.id_scheme(), scheme, "{}", gateway.name());
    assert_eq!(key.id_required(), required, "{}", gateway.name());
    assert_eq!(key.registrations(), registrations, "{}", gateway.name());
}

#[test]
fn keycloak_names_a_public_key_itself() {
    for name in ["keycloak", "bcgov"] {
        for gateway in [
            gateway(name),
            gateway(name).with_flow("public-key").unwrap(),
        ] {
            assert_eq!(gateway.flow(), Some("public-key"));
            check(
                &gateway,
                KeyIdScheme::None,
                false,
                &[Registration::PublicKey],
            );
            let key = gateway.key();
            assert_eq!(key.id_alternatives(), [KeyIdScheme::SpkiSha256]);
            let without = key.algorithms_without_id().unwrap();
            // 26.4, which runs at bcgov, wants the key ID of Ed25519 too, and takes no EC key.
            let ed25519 = without.contains(&Algorithm::EdDsa);
            assert_eq!(ed25519, name == "keycloak");
            let takes_ec = key
                .algorithms()
                .is_none_or(|all| all.contains(&Algorithm::Es256));
            assert_eq!(takes_ec, name == "keycloak");
            assert!(without.contains(&Algorithm::Rs256));
            for algorithm in [Algorithm::Rs512, Algorithm::Ps256, Algorithm::Es256] {
                assert!(!without.contains(&algorithm), "{algorithm}");
            }
            assert!(!key.use_required());
        }
    }
}

#[test]
fn keycloak_takes_the_key_ids_of_a_jwk_set() {
    for (name, registrations) in [
        (
            "keycloak",
            &[Registration::JwkSetUrl, Registration::JwkSet][..],
        ),
        ("bcgov", &[Registration::JwkSetUrl]),
    ] {
        let gateway = gateway(name).with_flow("jwks-url").unwrap();
        check(&gateway, KeyIdScheme::Thumbprint, false, registrations);
        assert!(gateway.key().use_required());
        let without = gateway.key().algorithms_without_id().unwrap();
        assert!(without.contains(&Algorithm::Es512) && !without.contains(&Algorithm::Ps256));
        let alternatives = gateway.key().id_alternatives();
        assert!(!alternatives.contains(&KeyIdScheme::SpkiSha256));
    }
}

#[test]
fn schemes() {
    use KeyIdScheme::{CertificateThumbprint, FileStem, FreeText, None, Thumbprint};
    use Registration::{Certificate, JwkSet, JwkSetUrl, PublicKey};

    let by_url = &[JwkSetUrl, JwkSet];
    check(&gateway("nhs-cgp"), FileStem, true, &[JwkSet, JwkSetUrl]);
    check(&gateway("pca"), Thumbprint, true, by_url);
    check(&gateway("smart"), Thumbprint, true, by_url);
    check(&gateway("dpc"), FreeText, true, &[PublicKey]);
    check(&gateway("okta"), Thumbprint, false, &[JwkSet, JwkSetUrl]);
    check(&gateway("auth0"), FreeText, false, &[PublicKey]);
    check(
        &gateway("entra"),
        CertificateThumbprint,
        true,
        &[Certificate],
    );
    check(&gateway("maskinporten"), Thumbprint, true, &[JwkSet]);
    check(&gateway("helseid"), Thumbprint, true, &[JwkSet]);
    check(&gateway("cdr"), Thumbprint, true, &[JwkSetUrl]);
    check(&gateway("google"), FreeText, false, &[Certificate]);
    check(&gateway("salesforce"), None, false, &[Certificate]);
}

#[test]
fn epic_by_either_way_of_registering() {
    let epic = gateway("epic");
    assert_eq!(epic.flow(), Some("jwks-url"));
    check(
        &epic,
        KeyIdScheme::Thumbprint,
        false,
        &[Registration::JwkSetUrl],
    );
    assert_eq!(epic.key().minimum_rsa_bits(), Some(2048));
    let hours = epic.key().jwk_set_cache().unwrap().as_secs() / 3600;
    assert_eq!(hours, 29);
    let epic = epic.with_flow("certificate").unwrap();
    check(
        &epic,
        KeyIdScheme::None,
        false,
        &[Registration::Certificate],
    );
    assert_eq!(epic.key().minimum_rsa_bits(), Some(2048));
    // Of a key that is uploaded only its modulus and exponent are kept.
    let algorithms = epic.assertion().algorithms();
    assert!(algorithms.iter().all(|each| each.name().starts_with("RS")));
}

#[test]
fn maskinporten_takes_a_chain_of_certificates_for_a_key_id() {
    let maskinporten = gateway("maskinporten");
    let alternatives = maskinporten.key().id_alternatives();
    assert!(alternatives.contains(&KeyIdScheme::CertificateChain));
}

#[test]
fn flows() {
    for name in NAMES {
        let gateway = gateway(name);
        let flows: Vec<_> = gateway.flows().iter().map(|flow| flow.name()).collect();
        match name {
            "bcgov" => assert_eq!(flows, ["public-key", "jwks-url"]),
            "keycloak" => assert_eq!(flows, ["public-key", "jwks-url", "certificate"]),
            "epic" => assert_eq!(flows, ["jwks-url", "certificate"]),
            "jwt-bearer" => assert_eq!(flows, ["grant", "client-assertion"]),
            _ => assert!(flows.is_empty(), "{name}"),
        }
    }
}

#[test]
fn who_keeps_a_key_set_come_what_may() {
    for name in NAMES {
        let gateway = gateway(name);
        let refetches = gateway.key().refetches_on_unknown_id();
        let keeps = matches!(name, "epic" | "mitreid" | "nhs" | "nhs-cgp");
        assert_eq!(refetches, !keeps, "{name}");
    }
}
