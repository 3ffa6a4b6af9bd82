//! Which audiences each gateway takes, and in which form.

use tokenring_gateway::AudienceForm;

use super::{endpoint, gateway};

/// All audiences that are taken in an environment, the preferred one first.
#[track_caller]
fn check(name: &str, environment: &str, form: AudienceForm, audiences: &[&str]) {
    let gateway = gateway(name);
    assert_eq!(gateway.assertion().audience_form(), form);
    let environment = gateway.environment(Some(environment)).unwrap();
    let endpoint = endpoint(&gateway, environment);
    assert_eq!(endpoint.accepted_audiences(), audiences);
    assert_eq!(endpoint.audience().unwrap(), audiences[0]);
}

#[test]
fn keycloak_takes_one_of_five() {
    check(
        "keycloak",
        "default",
        AudienceForm::Single,
        &[
            "https://sso.example.com/realms/example",
            "https://sso.example.com/realms/example/protocol/openid-connect/token",
            "https://sso.example.com/realms/example/protocol/openid-connect/token/introspect",
            "https://sso.example.com/realms/example/protocol/openid-connect/ext/par/request",
            "https://sso.example.com/realms/example/protocol/openid-connect/ext/ciba/auth",
        ],
    );
    check(
        "bcgov",
        "prod",
        AudienceForm::Single,
        &[
            "https://loginproxy.gov.bc.ca/auth/realms/apigw",
            "https://loginproxy.gov.bc.ca/auth/realms/apigw/protocol/openid-connect/token",
            "https://loginproxy.gov.bc.ca/auth/realms/apigw/protocol/openid-connect/token/introspect",
            "https://loginproxy.gov.bc.ca/auth/realms/apigw/protocol/openid-connect/ext/par/request",
            "https://loginproxy.gov.bc.ca/auth/realms/apigw/protocol/openid-connect/ext/ciba/auth",
        ],
    );
}

#[test]
fn cdr_takes_the_token_endpoint_beside_the_issuer() {
    check(
        "cdr",
        "prod",
        AudienceForm::Text,
        &[
            "https://api.cdr.gov.au/idp",
            "https://secure.api.cdr.gov.au/idp/connect/token",
        ],
    );
}

#[test]
fn the_token_endpoint_alone() {
    for (name, environment, url) in [
        (
            "pca",
            "vendor-test",
            "https://bne-drp-trp.digitalhealth.gov.au/PcaAuthApi/v2/auth/token",
        ),
        (
            "epic",
            "sandbox",
            "https://fhir.epic.com/interconnect-fhir-oauth/oauth2/token",
        ),
        (
            "dpc",
            "sandbox",
            "https://sandbox.dpc.cms.gov/api/v1/Token/auth",
        ),
        (
            "entra",
            "public",
            "https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token",
        ),
        ("google", "default", "https://oauth2.googleapis.com/token"),
    ] {
        check(name, environment, AudienceForm::Text, &[url]);
    }
    // Its own library for Java sends a list of one.
    let url = "https://example.okta.com/oauth2/v1/token";
    check("okta", "org", AudienceForm::Single, &[url]);
}

#[test]
fn the_issuer_alone() {
    check(
        "maskinporten",
        "prod",
        AudienceForm::Single,
        &["https://maskinporten.no/"],
    );
    check(
        "helseid",
        "test",
        AudienceForm::Text,
        &["https://helseid-sts.test.nhn.no"],
    );
    check(
        "auth0",
        "tenant",
        AudienceForm::Text,
        &["https://example.eu.auth0.com/"],
    );
    check(
        "salesforce",
        "sandbox",
        AudienceForm::Text,
        &["https://test.salesforce.com"],
    );
}
