//! The SDKs, those first whose shape tells most.

use super::KnownSdk;
use super::shape::{Mark, Order, Shape};

const GOOGLE: Mark = Mark::AudienceWith("googleapis.com");
const OKTA: Mark = Mark::AudienceWith("/oauth2/v1/token");
const ENTRA: Mark = Mark::AudienceWith("/oauth2/");

const fn sdk(name: &'static str, source: &'static str, habits: &'static str) -> KnownSdk {
    KnownSdk {
        name,
        habits,
        source,
    }
}

const fn shape(
    header: &'static [&'static str],
    claims: &'static [&'static str],
    optional: &'static [&'static str],
    order: Order,
    marks: &'static [Mark],
) -> Shape {
    Shape {
        header,
        claims,
        optional,
        order,
        marks,
    }
}

const MSAL_PYTHON: KnownSdk = sdk(
    "MSAL for Python, which azure-identity uses",
    "msal 1.39.0, azure-identity 1.27.0, 29 November 2026",
    "Its dates have fractions and its thumbprint is padded, which Entra accepts and others reject. \
     After 429, or 503 with Retry-After, the next calls of the process fail without a request; \
     azure-identity waits and repeats them.",
);
const MSAL_CLAIMS: &[&str] = &["aud", "iss", "sub", "exp", "iat", "jti"];
const MSAL_HEADER: &[&str] = &["alg", "typ", "x5c", "x5t", "x5t#S256"];
const MSAL_OPTIONAL: &[&str] = &["x5c", "x5t", "x5t#S256"];
const GO_AUTH_SELF_SIGNED: KnownSdk = sdk(
    "Google's auth library for Go, which sends the JWT itself as the token",
    "cloud.google.com/go/auth 0.24.4, 30 November 2026",
    "No token endpoint is called: the API checks the JWT. With a scope its aud is empty.",
);
const GO_AUTH_CLAIMS: &[&str] = &["iss", "scope", "exp", "iat", "aud", "sub"];
const AUTH0_PYTHON: &[&str] = &["iss", "sub", "aud", "iat", "exp", "jti"];

#[rustfmt::skip]
pub(super) const ROWS: &[(KnownSdk, Shape)] = &[
    (
        MSAL_PYTHON,
        shape(MSAL_HEADER, MSAL_CLAIMS, MSAL_OPTIONAL, Order::First, &[ENTRA, Mark::FractionalExpiry]),
    ),
    (
        MSAL_PYTHON,
        shape(MSAL_HEADER, MSAL_CLAIMS, MSAL_OPTIONAL, Order::First, &[ENTRA, Mark::PaddedThumbprint, Mark::Span(600)]),
    ),
    (
        sdk(
            "MSAL for Node.js, which @azure/identity uses",
            "@azure/msal-node 7.2.3, @azure/identity 4.13.1, 29 November 2026",
            "Its nbf is the time of making: a server without leeway rejects it where the clock is ahead. After 429, or 503 with Retry-After, the next calls of the process fail without a request; @azure/identity waits and repeats them.",
        ),
        shape(&["alg", "typ", "x5t", "x5t#S256", "x5c"], &["aud", "exp", "iss", "sub", "nbf", "jti", "iat"], &["x5c", "x5t", "x5t#S256", "iat"], Order::First, &[ENTRA, Mark::Thumbprint, Mark::SpanFromStart(590, 600)]),
    ),
    (
        sdk(
            "Google's google-auth for Python",
            "google-auth 2.63.0, 29 November 2026",
            "It repeats a request after 408, 429, 500 and 503, but sooner than Retry-After says. It renews a token 225 s before its end, and uses one without expires_in for ever.",
        ),
        shape(&["typ", "alg", "kid"], &["iat", "exp", "iss", "aud", "scope", "target_audience"], &["kid", "scope", "target_audience"], Order::AsListed, &[GOOGLE, Mark::Span(3600)]),
    ),
    (
        sdk(
            "Google's google-auth for Python, which sends the JWT itself as the token",
            "google-auth 2.63.0, 29 November 2026",
            "No token endpoint is called: the API checks the JWT, whose aud is the API.",
        ),
        shape(&["typ", "alg", "kid"], &["iss", "sub", "iat", "exp", "aud"], &["kid"], Order::AsListed, &[GOOGLE, Mark::Span(3600)]),
    ),
    (
        sdk(
            "Google's google-auth-library for Node.js",
            "google-auth-library 10.9.1 and 11.3.4, 29 November 2026",
            "It sends neither typ nor kid. It repeats a request at once after 429, whatever Retry-After says, and requests a token for each call where the answer has no expires_in.",
        ),
        shape(&["alg"], &["iss", "scope", "aud", "exp", "iat", "target_audience"], &["scope", "target_audience"], Order::Any, &[GOOGLE, Mark::Span(3600)]),
    ),
    (
        sdk(
            "Google's libraries for Go",
            "golang.org/x/oauth2 0.38.0, cloud.google.com/go/auth 0.24.4, 29 November 2026",
            "They never repeat a request, and use a token without expires_in for ever. Their iat is 10 s in the past.",
        ),
        shape(&["alg", "typ", "kid"], &["iss", "scope", "aud", "exp", "iat"], &[], Order::AsListed, &[GOOGLE, Mark::Span(3600)]),
    ),
    (
        GO_AUTH_SELF_SIGNED,
        shape(&["alg", "typ", "kid"], GO_AUTH_CLAIMS, &["scope"], Order::Any, &[Mark::EmptyAudience, Mark::Span(3600)]),
    ),
    (
        GO_AUTH_SELF_SIGNED,
        shape(&["alg", "typ", "kid"], GO_AUTH_CLAIMS, &["scope"], Order::AsListed, &[GOOGLE, Mark::Span(3600)]),
    ),
    (
        sdk(
            "one of Google's libraries",
            "google-auth 2.63.0, golang.org/x/oauth2 0.38.0, google-auth-library-oauth2-http 1.57.0, 29 November 2026",
            "Those for Python and Java repeat a request sooner than Retry-After says; those for Go never repeat one.",
        ),
        shape(&["alg", "typ", "kid"], &["iss", "scope", "aud", "exp", "iat"], &[], Order::Any, &[GOOGLE, Mark::Span(3600)]),
    ),
    (
        sdk(
            "Okta's SDK for Java",
            "com.okta.sdk 24.0.0, 29 November 2026",
            "Its aud is a list of one, and it sends no typ. It repeats a request 50 ms after 429, whatever Retry-After says.",
        ),
        shape(&["alg", "kid"], &["iss", "sub", "aud", "iat", "exp", "jti"], &[], Order::Any, &[OKTA, Mark::AudienceList, Mark::Span(3000)]),
    ),
    (
        sdk(
            "Okta's SDK for Python",
            "okta 3.4.6, 29 November 2026",
            "After 429 and 503 it complains of a missing header instead. It requests a token for each call where expires_in is 300 s or less.",
        ),
        shape(&["alg", "kid", "typ"], &["sub", "iat", "exp", "iss", "aud", "jti"], &[], Order::Last, &[OKTA, Mark::Span(3000)]),
    ),
    (
        sdk(
            "Okta's SDK for Node.js",
            "@okta/okta-sdk-nodejs 8.1.0, 29 November 2026",
            "When its token request is refused it drops the error and calls the API with `Bearer undefined`. It never looks at expires_in.",
        ),
        shape(&["typ", "alg", "kid"], &["aud", "jti", "iat", "exp", "iss", "sub"], &["kid"], Order::AsListed, &[OKTA, Mark::Span(300)]),
    ),
    (
        sdk(
            "Okta's SDK for Go",
            "okta-sdk-golang 5.0.2, 29 November 2026",
            "When its token request is refused it drops the error and says \"Empty access token\". It sends neither typ nor jti.",
        ),
        shape(&["alg", "kid"], &["iss", "sub", "aud", "exp", "iat"], &[], Order::Any, &[OKTA, Mark::Span(3600)]),
    ),
    (
        sdk(
            "Auth0's SDK for Python",
            "auth0-python 6.8.0, 29 November 2026",
            "It sends the token request as JSON, never repeats one, and caches no token.",
        ),
        shape(&["alg", "typ"], AUTH0_PYTHON, &[], Order::AsListed, &[Mark::AudienceOfHost, Mark::Span(180)]),
    ),
    (
        sdk(
            "Auth0's SDK for Node.js",
            "auth0 7.1.0, 29 November 2026",
            "It sends no typ, never repeats a request, and renews a token 10 s before its end.",
        ),
        shape(&["alg"], &["iat", "iss", "sub", "aud", "exp", "jti"], &[], Order::Last, &[Mark::AudienceOfHost, Mark::Span(180)]),
    ),
    (
        sdk(
            "simple-salesforce",
            "simple-salesforce 1.12.10, 29 November 2026",
            "Its exp is a text, which Salesforce accepts and others reject.",
        ),
        shape(&["alg", "typ"], &["iss", "sub", "aud", "exp"], &[], Order::Any, &[Mark::ExpiryAsText]),
    ),
    (
        sdk(
            "Salesforce's @salesforce/core, which its command-line tool uses",
            "@salesforce/core 9.4.0, 29 November 2026",
            "Its exp is in milliseconds, which Salesforce accepts and others reject. Any refusal is followed by a second request with the other login host as aud.",
        ),
        shape(&["alg", "typ"], &["iss", "sub", "aud", "exp", "iat"], &["iat"], Order::Any, &[Mark::ExpiryInMilliseconds]),
    ),
    (
        sdk(
            "pymaskinporten",
            "pymaskinporten 2.1.0, 29 November 2026",
            "It never repeats a request, and renews a token 10 s before its end.",
        ),
        shape(&["alg", "kid", "typ"], &["aud", "iss", "scope", "iat", "exp", "jti"], &[], Order::AsListed, &[Mark::AudienceWith("maskinporten.no/"), Mark::Span(60)]),
    ),
    (
        sdk(
            "Octokit's auth-app for JavaScript",
            "@octokit/auth-app 8.3.1, 29 November 2026",
            "Its iss is a number. It corrects its clock by the answer's Date after 401, and gives a token until its last second.",
        ),
        shape(&["alg", "typ"], &["iat", "exp", "iss"], &["typ"], Order::Any, &[Mark::NumericIssuer, Mark::Span(600)]),
    ),
    (
        sdk(
            "PyGithub",
            "PyGithub 2.10.0, 29 November 2026",
            "Its iat is 60 s in the past. It never repeats a request.",
        ),
        shape(&["alg", "typ"], &["iat", "exp", "iss"], &[], Order::AsListed, &[Mark::Span(360)]),
    ),
    (
        sdk(
            "one of Box's SDKs",
            "box-sdk-gen 1.17.0, boxsdk 3.14.0, box-node-sdk 10.12.0, 29 November 2026",
            "It repeats a request after 429 as Retry-After says. Only boxsdk up to version 3 corrects its clock by the answer's Date.",
        ),
        shape(&["alg", "kid", "typ"], &["iss", "sub", "box_sub_type", "aud", "jti", "exp", "iat"], &["kid", "typ", "iat"], Order::Any, &[Mark::AudienceWith("api.box.com")]),
    ),
    (
        sdk(
            "one of DocuSign's SDKs",
            "docusign-esign 6.1.0 (PyPI) and 10.0.0 (npm), 29 November 2026",
            "Its aud is a host without https://. It never repeats a request.",
        ),
        shape(&["alg", "typ"], &["iss", "sub", "aud", "iat", "exp", "scope"], &[], Order::Any, &[Mark::AudienceWith("docusign.com"), Mark::Span(3600)]),
    ),
    (
        sdk(
            "Snowflake's driver for Node.js",
            "snowflake-sdk 3.3.0, 29 November 2026",
            "Its dates are in milliseconds, which Snowflake accepts and others reject.",
        ),
        shape(&["alg", "typ"], &["iss", "sub", "iat", "exp"], &[], Order::Any, &[Mark::IssuerWith(".SHA256:"), Mark::ExpiryInMilliseconds]),
    ),
    (
        sdk(
            "Snowflake's driver for Go",
            "gosnowflake 1.19.1, 29 November 2026",
            "Its nbf is always 10 October 2015.",
        ),
        shape(&["alg", "typ"], &["iss", "sub", "iat", "nbf", "exp"], &[], Order::Any, &[Mark::IssuerWith(".SHA256:"), Mark::Date("nbf", 1_444_478_400)]),
    ),
    (
        sdk(
            "SMART Health IT's client for JavaScript",
            "fhirclient 2.6.3, 30 November 2026",
            "It sends no iat, and a jku where one is configured: a server that knows another key set rejects that. Its assertion expires after two minutes.",
        ),
        shape(&["typ", "kid", "jku", "alg"], &["iss", "sub", "aud", "jti", "exp"], &["jku"], Order::AsListed, &[Mark::JwtIdOf(43)]),
    ),
    (
        sdk(
            "the client openid-client for JavaScript",
            "openid-client 6.9.0, 30 November 2026",
            "Its aud is the server's issuer, and its nbf the time of making: a server without leeway rejects it where the clock is ahead.",
        ),
        shape(&["alg", "kid"], &["jti", "aud", "exp", "iat", "nbf", "iss", "sub"], &["kid"], Order::AsListed, &[Mark::JwtIdOf(43), Mark::Span(60)]),
    ),
];
