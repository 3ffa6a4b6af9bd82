//! Where the gateways contradict each other: one row a gateway, so that the columns can be
//! compared.

use tokenring_gateway::{AudienceRule, Endpoint, Gateway, Grant, TypRule};
use tokenring_jwk::Algorithm;
use tokenring_oauth::TokenEndpoint;

use super::gateway;

/// Whether the token endpoint's URL is taken as audience, and whether the issuer is.
#[track_caller]
fn audiences(name: &str) -> (bool, bool) {
    const URL: &str = "https://auth.example.com/token";
    const ISSUER: &str = "https://auth.example.com";
    let gateway = gateway(name);
    let mut builder = gateway.endpoint(&gateway.environments()[0]);
    for variable in gateway.variables() {
        let mut of_environment = gateway.environments()[0].variables().iter();
        if !of_environment.any(|(name, _)| name == variable.name()) {
            builder = builder.with_variable(variable.name(), variable.example().unwrap());
        }
    }
    let url = TokenEndpoint::new(URL).unwrap();
    let endpoint: Endpoint = builder
        .with_token_endpoint(url)
        .with_issuer(ISSUER)
        .build()
        .unwrap();
    let takes = |audience: &str| {
        endpoint
            .accepted_audiences()
            .iter()
            .any(|known| known == audience)
    };
    (takes(URL), takes(ISSUER))
}

#[test]
fn the_audience() {
    // Where the JWT is the token there is no token endpoint.
    let has_endpoint = |name: &&str| gateway(name).request().grant() != Grant::None;
    for name in Gateway::names().filter(has_endpoint) {
        let (token_endpoint, issuer) = audiences(name);
        let wanted = match name {
            "apple-business-manager"
            | "box"
            | "dpc"
            | "entra"
            | "epic"
            | "google"
            | "hydra"
            | "netsuite"
            | "nhs"
            | "nhs-cgp"
            | "okta"
            | "pca"
            | "smart"
            | "smart-bulk-data" => (true, false),
            "auth0" | "helseid" | "maskinporten" | "rfc10070" | "salesforce" | "vlaanderen"
            | "zitadel" => (false, true),
            // A host, an identifier or another URL.
            "docusign" | "ishare" | "oracle-idcs" | "pdnd" | "va-lighthouse" => (false, false),
            "authelia"
            | "bcgov"
            | "cdr"
            | "ibm-verify"
            | "keycloak"
            | "mitreid"
            | "pingone"
            | "spring-authorization-server" => (true, true),
            // It takes notice of what its caller knows.
            "generic" | "jwt-bearer" => continue,
            _ => panic!("{name} has no row"),
        };
        assert_eq!((token_endpoint, issuer), wanted, "{name}");
    }
}

#[test]
fn the_algorithm() {
    for (name, algorithm) in [
        ("nhs", Algorithm::Rs512),
        ("bcgov", Algorithm::Rs256),
        ("pca", Algorithm::Rs256),
        ("smart", Algorithm::Rs384),
        ("dpc", Algorithm::Rs384),
        ("epic", Algorithm::Rs384),
        ("entra", Algorithm::Ps256),
        ("cdr", Algorithm::Ps256),
    ] {
        assert_eq!(gateway(name).assertion().algorithms()[0], algorithm);
    }
}

#[test]
fn the_typ_of_rfc_10070_is_refused_where_jwt_is_demanded() {
    let rfc10070 = gateway("rfc10070");
    let typ = rfc10070.assertion().typ().unwrap();
    assert_eq!(typ, "client-authentication+jwt");
    for name in Gateway::names() {
        let gateway = gateway(name);
        let rules = gateway.assertion();
        let is_refused = rules.typ_rule() != TypRule::Ignored
            && !rules.accepted_types().is_empty()
            && !rules
                .accepted_types()
                .iter()
                .any(|known| known.eq_ignore_ascii_case(typ));
        let wanted = matches!(
            name,
            "entra"
                | "epic"
                | "nhs"
                | "nhs-cgp"
                | "pca"
                | "smart"
                | "smart-bulk-data"
                | "spring-authorization-server"
        );
        assert_eq!(is_refused, wanted, "{name}");
    }
}

#[test]
fn the_key_id() {
    for name in Gateway::names() {
        let wanted = matches!(
            name,
            "apns"
                | "app-store-connect"
                | "apple-business-manager"
                | "cdr"
                | "dpc"
                | "entra"
                | "helseid"
                | "ibm-verify"
                | "ishare"
                | "maskinporten"
                | "netsuite"
                | "nhs"
                | "nhs-cgp"
                | "oracle-idcs"
                | "pca"
                | "pdnd"
                | "smart"
                | "smart-bulk-data"
        );
        assert_eq!(gateway(name).key().id_required(), wanted, "{name}");
    }
}

#[test]
fn five_minutes_of_one_are_too_long_for_another() {
    for name in Gateway::names() {
        let gateway = gateway(name);
        let rules = gateway.assertion();
        let maximum = rules.maximum_lifetime().map(|known| known.as_seconds());
        let takes_five_minutes = maximum.is_none_or(|maximum| maximum >= 300);
        let wanted = !matches!(name, "box" | "helseid" | "ishare" | "maskinporten");
        assert_eq!(takes_five_minutes, wanted, "{name}");
    }
}

#[test]
fn the_preferred_audience_is_the_issuer_where_both_are_taken() {
    for name in [
        "authelia",
        "bcgov",
        "cdr",
        "keycloak",
        "mitreid",
        "spring-authorization-server",
    ] {
        let gateway = gateway(name);
        assert!(matches!(
            gateway.assertion().audience(),
            AudienceRule::Issuer
        ));
    }
}
