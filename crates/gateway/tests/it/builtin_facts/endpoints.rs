//! Where each gateway is.

use super::{endpoint, gateway};

/// An environment's token endpoint, issuer and audience; `-` stands for what is the caller's.
#[track_caller]
fn check(name: &str, environment: &str, token_endpoint: &str, issuer: &str, audience: &str) {
    let gateway = gateway(name);
    let environment = gateway.environment(Some(environment)).unwrap();
    let endpoint = endpoint(&gateway, environment);
    let found = endpoint.token_endpoint().map_or("-", |url| url.as_str());
    assert_eq!(found, token_endpoint);
    assert_eq!(endpoint.issuer().unwrap_or("-"), issuer);
    assert_eq!(endpoint.audience().unwrap_or("-"), audience);
}

#[test]
fn bcgov() {
    for (environment, issuer) in [
        ("dev", "https://dev.loginproxy.gov.bc.ca/auth/realms/apigw"),
        (
            "test",
            "https://test.loginproxy.gov.bc.ca/auth/realms/apigw",
        ),
        ("prod", "https://loginproxy.gov.bc.ca/auth/realms/apigw"),
    ] {
        let url = format!("{issuer}/protocol/openid-connect/token");
        check("bcgov", environment, &url, issuer, issuer);
    }
}

/// The issuer of two of them ends in a slash.
#[test]
fn servers_of_ones_own() {
    let hydra = "https://hydra.example.com";
    let url = format!("{hydra}/oauth2/token");
    check("hydra", "default", &url, &format!("{hydra}/"), &url);
    let mitreid = "https://auth.example.com";
    let issuer = format!("{mitreid}/");
    let url = format!("{mitreid}/token");
    check("mitreid", "default", &url, &issuer, &issuer);
    let issuer = "https://auth.example.com";
    let url = format!("{issuer}/api/oidc/token");
    check("authelia", "default", &url, issuer, issuer);
    let url = format!("{issuer}/oauth2/token");
    check(
        "spring-authorization-server",
        "default",
        &url,
        issuer,
        issuer,
    );
}

#[test]
fn keycloak() {
    let issuer = "https://sso.example.com/realms/example";
    let url = "https://sso.example.com/realms/example/protocol/openid-connect/token";
    check("keycloak", "default", url, issuer, issuer);
}

#[test]
fn pca() {
    let url = "https://bne-drp-trp.digitalhealth.gov.au/PcaAuthApi/v2/auth/token";
    check("pca", "vendor-test", url, "-", url);
    check("pca", "production", "-", "-", "-");
}

#[test]
fn smart_and_its_kin() {
    check("smart", "default", "-", "-", "-");
    let url = "https://fhir.epic.com/interconnect-fhir-oauth/oauth2/token";
    check("epic", "sandbox", url, "-", url);
    check("epic", "organization", "-", "-", "-");
    let url = "https://sandbox.dpc.cms.gov/api/v1/Token/auth";
    check("dpc", "sandbox", url, "-", url);
    let url = "https://dpc.cms.gov/api/v1/Token/auth";
    check("dpc", "production", url, "-", url);

    let smart = gateway("smart");
    let endpoint = endpoint(&smart, smart.environment(None).unwrap());
    assert_eq!(
        endpoint.metadata(),
        Some("https://fhir.example.com/r4/.well-known/smart-configuration")
    );
}

#[test]
fn okta() {
    let domain = "https://example.okta.com";
    for (environment, token_endpoint, issuer) in [
        ("org", "/oauth2/v1/token", ""),
        ("default", "/oauth2/default/v1/token", "/oauth2/default"),
        (
            "custom",
            "/oauth2/aus1a2b3c4d5e6f7g8h9/v1/token",
            "/oauth2/aus1a2b3c4d5e6f7g8h9",
        ),
    ] {
        let url = format!("{domain}{token_endpoint}");
        check(
            "okta",
            environment,
            &url,
            &format!("{domain}{issuer}"),
            &url,
        );
    }
}

#[test]
fn auth0_has_a_slash_at_the_end_of_its_audience() {
    check(
        "auth0",
        "tenant",
        "https://example.eu.auth0.com/oauth/token",
        "https://example.eu.auth0.com/",
        "https://example.eu.auth0.com/",
    );
    check(
        "auth0",
        "custom-domain",
        "https://login.example.com/oauth/token",
        "https://login.example.com/",
        "https://login.example.com/",
    );
}

#[test]
fn entra() {
    for (environment, host) in [
        ("public", "login.microsoftonline.com"),
        ("us-government", "login.microsoftonline.us"),
        ("china", "login.partner.microsoftonline.cn"),
    ] {
        let url = format!("https://{host}/contoso.onmicrosoft.com/oauth2/v2.0/token");
        let issuer = format!("https://{host}/contoso.onmicrosoft.com/v2.0");
        check("entra", environment, &url, &issuer, &url);
    }
}

#[test]
fn maskinporten_has_a_slash_at_the_end_of_its_issuers() {
    check(
        "maskinporten",
        "prod",
        "https://maskinporten.no/token",
        "https://maskinporten.no/",
        "https://maskinporten.no/",
    );
    check(
        "maskinporten",
        "test",
        "https://test.maskinporten.no/token",
        "https://test.maskinporten.no/",
        "https://test.maskinporten.no/",
    );
}

#[test]
fn helseid() {
    check(
        "helseid",
        "test",
        "https://helseid-sts.test.nhn.no/connect/token",
        "https://helseid-sts.test.nhn.no",
        "https://helseid-sts.test.nhn.no",
    );
    check(
        "helseid",
        "prod",
        "https://helseid-sts.nhn.no/connect/token",
        "https://helseid-sts.nhn.no",
        "https://helseid-sts.nhn.no",
    );
}

#[test]
fn cdr() {
    check(
        "cdr",
        "prod",
        "https://secure.api.cdr.gov.au/idp/connect/token",
        "https://api.cdr.gov.au/idp",
        "https://api.cdr.gov.au/idp",
    );
}

#[test]
fn google_and_salesforce() {
    let url = "https://oauth2.googleapis.com/token";
    check("google", "default", url, "-", url);
    for (environment, host) in [
        ("prod", "https://login.salesforce.com"),
        ("sandbox", "https://test.salesforce.com"),
    ] {
        let url = format!("{host}/services/oauth2/token");
        check("salesforce", environment, &url, host, host);
    }
}

#[test]
fn what_is_meant_when_no_environment_is_named_is_no_production() {
    for (name, environment) in [
        ("auth0", "tenant"),
        ("bcgov", "test"),
        ("cdr", "prod"),
        ("dpc", "sandbox"),
        ("entra", "public"),
        ("epic", "sandbox"),
        ("google", "default"),
        ("helseid", "test"),
        ("keycloak", "default"),
        ("maskinporten", "test"),
        ("nhs-cgp", "int"),
        ("okta", "org"),
        ("pca", "vendor-test"),
        ("salesforce", "sandbox"),
        ("smart", "default"),
    ] {
        let gateway = gateway(name);
        assert_eq!(gateway.environment(None).unwrap().name(), environment);
    }
}
