//! The facts of the built-in files, literally as the gateways' own sources have them.

use tokenring_gateway::{Endpoint, Environment, Gateway, Topic};
use tokenring_oauth::TokenEndpoint;

mod algorithms;
mod audiences;
mod claims;
mod contradictions;
mod endpoints;
mod expected_facts;
mod keys;
mod lifetimes;
mod nhs;
mod nhs_cgp;
mod open_gateways;
#[cfg(feature = "diagnosis")]
mod refusals;
mod requests;
#[cfg(feature = "diagnosis")]
mod sources;

/// Those whose facts stand in the tables here.
const NAMES: [&str; 24] = [
    "auth0",
    "authelia",
    "bcgov",
    "cdr",
    "dpc",
    "entra",
    "epic",
    "generic",
    "google",
    "helseid",
    "hydra",
    "jwt-bearer",
    "keycloak",
    "maskinporten",
    "mitreid",
    "nhs",
    "nhs-cgp",
    "okta",
    "pca",
    "rfc10070",
    "salesforce",
    "smart",
    "smart-bulk-data",
    "spring-authorization-server",
];

/// A built-in gateway.
#[track_caller]
fn gateway(name: &str) -> Gateway {
    Gateway::builtin(name).unwrap()
}

/// An environment's endpoint with the example of each variable.
#[track_caller]
fn endpoint(gateway: &Gateway, environment: &Environment) -> Endpoint {
    let mut builder = gateway.endpoint(environment);
    for variable in gateway.variables() {
        let mut of_environment = environment.variables().iter();
        if !of_environment.any(|(name, _)| name == variable.name()) {
            builder = builder.with_variable(variable.name(), variable.example().unwrap());
        }
    }
    builder.build().unwrap()
}

/// Each gateway's facts are in the tables here, or in a file of its own beside the gateway's.
#[test]
fn names() {
    let mut names: Vec<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    names.extend(expected_facts::names());
    names.sort_unstable();
    let builtin: Vec<_> = Gateway::names().collect();
    assert_eq!(names, builtin);
}

#[test]
fn every_file_has_its_own_name_and_says_what_it_is() {
    for name in Gateway::names() {
        let gateway = gateway(name);
        assert_eq!(gateway.name(), name);
        assert!(!gateway.title().is_empty());
        assert!(Gateway::builtin_source(name).unwrap().starts_with("# "));
    }
}

#[test]
fn every_variable_has_an_example_and_a_description() {
    #[track_caller]
    fn check(name: &str, variables: &[&str]) {
        let gateway = gateway(name);
        let mut names: Vec<_> = gateway
            .variables()
            .iter()
            .map(|known| known.name())
            .collect();
        names.sort_unstable();
        assert_eq!(names, variables, "{name}");
        for variable in gateway.variables() {
            assert!(variable.example().is_some(), "{name}: {}", variable.name());
            assert!(variable.description().len() > 20, "{name}");
        }
    }
    check("auth0", &["api", "custom_domain", "tenant"]);
    check("authelia", &["server"]);
    check("bcgov", &[]);
    check("cdr", &[]);
    check("dpc", &[]);
    check("entra", &["tenant"]);
    check("epic", &["fhir_base"]);
    check("generic", &[]);
    check("google", &[]);
    check("helseid", &[]);
    check("hydra", &["server"]);
    check("jwt-bearer", &[]);
    check("keycloak", &["realm", "server"]);
    check("maskinporten", &[]);
    check("mitreid", &["server"]);
    check("nhs", &[]);
    check("nhs-cgp", &["api_host", "gel_host", "other_host"]);
    check("okta", &["authorization_server", "domain"]);
    check("pca", &[]);
    check("rfc10070", &[]);
    check("salesforce", &["username"]);
    check("smart", &["fhir_base"]);
    check("spring-authorization-server", &["server"]);
}

#[test]
fn every_environment_has_an_endpoint_with_the_examples() {
    for name in Gateway::names() {
        let gateway = gateway(name);
        for environment in gateway.environments() {
            let endpoint = endpoint(&gateway, environment);
            assert_eq!(endpoint.environment(), environment.name());
            // What a file leaves open the caller gives.
            let mut builder = gateway.endpoint(environment);
            for variable in gateway.variables() {
                builder = builder.with_variable(variable.name(), variable.example().unwrap());
            }
            if endpoint.token_endpoint().is_err() {
                let url = TokenEndpoint::new("https://auth.example.com/token").unwrap();
                builder = builder.with_token_endpoint(url);
            }
            if endpoint.issuer().is_none() {
                builder = builder.with_issuer("https://auth.example.com");
            }
            let endpoint = builder.build().unwrap();
            let audience = endpoint.audience().unwrap();
            assert!(
                endpoint
                    .accepted_audiences()
                    .iter()
                    .any(|known| known == audience),
                "{name} takes its own audience in {}",
                environment.name()
            );
        }
    }
}

#[test]
fn a_variable_that_only_documents_is_not_asked_for() {
    for (name, environment) in [("smart", "default"), ("epic", "organization")] {
        let gateway = gateway(name);
        let environment = gateway.environment(Some(environment)).unwrap();
        let url = TokenEndpoint::new("https://fhir.example.com/token").unwrap();
        let builder = gateway.endpoint(environment).with_token_endpoint(url);
        let endpoint = builder.build().unwrap();
        assert_eq!(
            endpoint.audience().unwrap(),
            "https://fhir.example.com/token"
        );
        assert_eq!(endpoint.metadata(), None);
    }
}

#[test]
fn every_gateway_of_a_vendor_says_how_to_register() {
    for name in Gateway::names() {
        let notes = gateway(name).notes_on(Topic::Registration).count();
        assert!(notes > 0 || name == "generic", "{name}");
    }
}

#[test]
fn only_one_wants_a_certificate_of_the_connection() {
    for name in Gateway::names() {
        assert_eq!(gateway(name).needs_mutual_tls(), name == "cdr", "{name}");
    }
}
