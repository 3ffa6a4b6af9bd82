//! Judges of one family, which have the same verdicts.

use super::assertions::{ANOTHER_SUBJECT, NO_KEY_ID, NO_SUBJECT, TOKEN_URL};
use super::{Verdict, accepted, refused};

pub(super) const NHS: &[Verdict] = &[
    accepted(TOKEN_URL, "token URL, typ JWT, kid, 300 s at most"),
    refused(
        "key-id-absent",
        "bcgov entra keycloak mitreid salesforce",
        "#7, which comes before typ",
    ),
    refused(
        "type",
        "helseid maskinporten rfc10070",
        "#8: missing, or client-authentication+jwt",
    ),
    refused("issuer-not-subject", "google", "#11: no sub"),
    refused(
        "audience",
        "auth0 authelia cdr spring-authorization-server",
        "#19: the issuer",
    ),
];

/// Public key in PEM form.
pub(super) const KEYCLOAK: &[Verdict] = &[
    accepted(
        "bcgov entra keycloak mitreid",
        "no kid; issuer or token URL; iat; typ is nothing to it",
    ),
    refused(
        "unknown-key-id",
        "auth0 authelia cdr dpc epic generic helseid hydra jwt-bearer nhs nhs-cgp okta pca rfc10070 smart smart-bulk-data spring-authorization-server",
        "a kid has to be the hash of the SPKI",
    ),
    refused(
        "issuer-not-subject",
        "google maskinporten",
        "iss differs from sub, which is not there",
    ),
    ANOTHER_SUBJECT,
];

/// A JWK Set, in which any kid can be.
pub(super) const KEYCLOAK_SET: &[Verdict] = &[
    accepted(
        "auth0 authelia bcgov cdr entra generic helseid hydra jwt-bearer keycloak mitreid nhs nhs-cgp rfc10070 smart smart-bulk-data spring-authorization-server",
        "issuer or token URL; iat is now, or exp 60 s ahead at most",
    ),
    refused(
        "expiry-too-late-without-issued-at",
        "dpc epic okta pca",
        "no iat, and exp 150 or 300 s ahead",
    ),
    refused(
        "issuer-not-subject",
        "google maskinporten",
        "iss differs from sub, which is not there",
    ),
    ANOTHER_SUBJECT,
];

/// The same with client_id in the form, by which the client is found.
pub(super) const BCGOV: &[Verdict] = &[
    accepted(
        "bcgov entra keycloak mitreid",
        "no kid; issuer or token URL; iat; typ is nothing to it",
    ),
    refused(
        "unknown-key-id",
        "auth0 authelia cdr dpc epic generic helseid hydra jwt-bearer nhs nhs-cgp okta pca rfc10070 smart smart-bulk-data spring-authorization-server",
        "a kid has to be the hash of the SPKI",
    ),
    refused("subject-absent", "google maskinporten", "sub is not there"),
    refused(
        "client-id",
        "salesforce",
        "client_id in the form has to equal sub",
    ),
];

/// And of a JWK Set.
pub(super) const BCGOV_SET: &[Verdict] = &[
    accepted(
        "auth0 authelia bcgov cdr entra generic helseid hydra jwt-bearer keycloak mitreid nhs nhs-cgp rfc10070 smart smart-bulk-data spring-authorization-server",
        "issuer or token URL; iat is now, or exp 60 s ahead at most",
    ),
    refused(
        "expiry-too-late-without-issued-at",
        "dpc epic okta pca",
        "no iat, and exp 150 or 300 s ahead",
    ),
    refused("subject-absent", "google maskinporten", "sub is not there"),
    refused(
        "client-id",
        "salesforce",
        "client_id in the form has to equal sub",
    ),
];

pub(super) const DPC: &[Verdict] = &[
    accepted(TOKEN_URL, "token URL, kid, 5 minutes at most; typ ignored"),
    NO_KEY_ID,
    refused(
        "audience",
        "auth0 authelia cdr helseid rfc10070 spring-authorization-server",
        "the issuer",
    ),
    NO_SUBJECT,
    ANOTHER_SUBJECT,
    refused(
        "key-id-absent",
        "mitreid",
        "no kid, or another way of naming a key",
    ),
];
