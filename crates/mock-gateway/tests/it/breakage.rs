//! Table 3.2 as a client sees it: how to break each rule, and what to expect.
//!
//! Status, error and description are those of the table, not of the code under test.

use serde_json::{Value, json};

use crate::attempt::{Attempt, SignedBy, quoted};
use crate::bench::Bench;

pub(crate) struct Breakage {
    pub(crate) rule: &'static str,
    pub(crate) status: u16,
    error: &'static str,
    description: &'static str,
    /// The part of the request that it spoils: of two that spoil the same, one is undone.
    pub(crate) part: Part,
    pub(crate) spoil: fn(&Bench, &mut Attempt),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    ContentType,
    GrantType,
    AssertionType,
    Assertion,
    Algorithm,
    Expiry,
    KeyId,
    Type,
    Issuer,
    JwtId,
    Client,
    Audience,
    Signature,
    Critical,
    NotBefore,
}

impl Breakage {
    /// The whole body but for the `message_id`, which differs each time.
    pub(crate) fn body(&self) -> Value {
        json!({ "error": self.error, "error_description": self.description })
    }
}

const fn row(
    rule: &'static str,
    (status, error): (u16, &'static str),
    description: &'static str,
    part: Part,
    spoil: fn(&Bench, &mut Attempt),
) -> Breakage {
    Breakage {
        rule,
        status,
        error,
        description,
        part,
        spoil,
    }
}

const INVALID_400: (u16, &str) = (400, "invalid_request");
const INVALID_401: (u16, &str) = (401, "invalid_request");
const DENIED: (u16, &str) = (401, "access_denied");
const PUBLIC_KEY_403: (u16, &str) = (403, "public_key error");
const UNKNOWN_ERROR: &str = "An unknown error occurred processing this request. Contact us for assistance diagnosing this issue: https://digital.nhs.uk/developer/help-and-support quoting Message ID";

/// All rules whose answer has the OAuth form, in their order.
pub(crate) const TABLE: &[Breakage] = &[
    row(
        "content-type",
        (415, "invalid_request"),
        "Content-Type header must be application/x-www-form-urlencoded",
        Part::ContentType,
        |_, attempt| {
            attempt.content_types = vec!["application/x-www-form-urlencoded;charset=UTF-8"];
        },
    ),
    row(
        "grant-type-absent",
        INVALID_400,
        "grant_type is missing",
        Part::GrantType,
        |_, attempt| {
            attempt.remove_parameter("grant_type");
        },
    ),
    row(
        "grant-type",
        (400, "unsupported_grant_type"),
        "grant_type is invalid",
        Part::GrantType,
        |_, attempt| {
            attempt.set_parameter("grant_type", "password");
        },
    ),
    row(
        "client-assertion-type",
        INVALID_400,
        "Missing or invalid client_assertion_type - must be 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'",
        Part::AssertionType,
        |_, attempt| {
            attempt.remove_parameter("client_assertion_type");
        },
    ),
    row(
        "client-assertion-absent",
        INVALID_400,
        "Missing client_assertion",
        Part::Assertion,
        |_, attempt| {
            attempt.assertion = Some(String::new());
        },
    ),
    row(
        "malformed",
        INVALID_400,
        "Malformed JWT in client_assertion",
        Part::Assertion,
        |_, attempt| {
            attempt.assertion = Some("invalid".to_owned());
        },
    ),
    row(
        "algorithm",
        INVALID_400,
        "Invalid 'alg' header in client_assertion JWT - unsupported JWT algorithm - must be 'RS512'",
        Part::Algorithm,
        |_, attempt| {
            attempt.set_header("alg", "\"RS256\"");
        },
    ),
    row(
        "expired",
        INVALID_400,
        "Invalid 'exp' claim in client_assertion JWT - JWT has expired",
        Part::Expiry,
        |bench, attempt| {
            attempt.set_claim("exp", &(bench.now() - 1).to_string());
        },
    ),
    row(
        "key-id-absent",
        INVALID_400,
        "Missing 'kid' header in client_assertion JWT",
        Part::KeyId,
        |_, attempt| {
            attempt.remove_header("kid");
        },
    ),
    row(
        "type",
        INVALID_400,
        "Invalid 'typ' header in client_assertion JWT - must be 'JWT'",
        Part::Type,
        |_, attempt| {
            attempt.remove_header("typ");
        },
    ),
    row(
        "expiry-absent",
        INVALID_400,
        "Missing 'exp' claim in client_assertion JWT",
        Part::Expiry,
        |_, attempt| {
            attempt.remove_claim("exp");
        },
    ),
    row(
        "expiry-form",
        INVALID_400,
        "Invalid 'exp' claim in client_assertion JWT - must be an integer",
        Part::Expiry,
        |bench, attempt| {
            attempt.set_claim("exp", &quoted(&(bench.now() + 240).to_string()));
        },
    ),
    row(
        "issuer-not-subject",
        INVALID_400,
        "Missing or non-matching 'iss'/'sub' claims in client_assertion JWT",
        Part::Issuer,
        |_, attempt| {
            attempt.set_claim("iss", "\"somebody-else\"");
        },
    ),
    row(
        "jwt-id-absent",
        INVALID_400,
        "Missing 'jti' claim in client_assertion JWT",
        Part::JwtId,
        |_, attempt| {
            attempt.remove_claim("jti");
        },
    ),
    row(
        "jwt-id-form",
        INVALID_400,
        "Invalid 'jti' claim in client_assertion JWT - must be a unique string value such as a GUID",
        Part::JwtId,
        |_, attempt| {
            attempt.set_claim("jti", "1234567890");
        },
    ),
    row(
        "jwt-id-spent",
        INVALID_400,
        "Non-unique 'jti' claim in client_assertion JWT",
        Part::JwtId,
        |bench, attempt| {
            let claim = |name| {
                attempt
                    .claims
                    .iter()
                    .find(|(each, _)| *each == name)
                    .unwrap()
            };
            let (subject, jwt_id) = (claim("sub").1.clone(), claim("jti").1.clone());
            let first = bench
                .attempt()
                .with_claim("iss", &subject)
                .with_claim("sub", &subject)
                .with_claim("jti", &jwt_id);
            bench.send(&first);
        },
    ),
    row(
        "expiry-too-late",
        INVALID_400,
        "Invalid 'exp' claim in client_assertion JWT - more than 5 minutes in future",
        Part::Expiry,
        |bench, attempt| {
            attempt.set_claim("exp", &(bench.now() + 311).to_string());
        },
    ),
    row(
        "unknown-client",
        INVALID_401,
        "Invalid 'iss'/'sub' claims in client_assertion JWT",
        Part::Client,
        |_, attempt| {
            attempt.set_client("nobody");
        },
    ),
    row(
        "app-revoked",
        DENIED,
        "The developer app associated with the API key is not approved or revoked",
        Part::Client,
        |_, attempt| {
            attempt.set_client("app-revoked");
        },
    ),
    row(
        "product-missing",
        DENIED,
        "API Key supplied does not have access to this resource. Please check the API Key you are using belongs to an app which has sufficient access to access this resource.",
        Part::Client,
        |_, attempt| {
            attempt.set_client("product-missing");
        },
    ),
    row(
        "developer-inactive",
        DENIED,
        "The developer who created the developer app that has the API key you are using has an inactive status",
        Part::Client,
        |_, attempt| {
            attempt.set_client("developer-inactive");
        },
    ),
    row(
        "company-inactive",
        DENIED,
        "The company associated with the developer app that has the API key you are using has an inactive status",
        Part::Client,
        |_, attempt| {
            attempt.set_client("company-inactive");
        },
    ),
    row(
        "keys-not-registered",
        PUBLIC_KEY_403,
        "You need to register a public key to use this authentication method - please contact support to configure",
        Part::Client,
        |_, attempt| {
            attempt.set_client("without-keys");
        },
    ),
    row(
        "keys-unreachable",
        PUBLIC_KEY_403,
        "The JWKS endpoint, for your client_assertion can't be reached",
        Part::Client,
        |_, attempt| {
            attempt.set_client("unreachable");
        },
    ),
    row(
        "audience",
        INVALID_401,
        "Missing or invalid 'aud' claim in client_assertion JWT",
        Part::Audience,
        |_, attempt| {
            attempt.set_claim("aud", "\"https://api.service.nhs.uk/oauth2/token\"");
        },
    ),
    row(
        "unknown-key-id",
        INVALID_401,
        "Invalid 'kid' header in client_assertion JWT - no matching public key",
        Part::KeyId,
        |_, attempt| {
            attempt.set_header("kid", "\"test-2\"");
        },
    ),
    row(
        "signature",
        (401, "public_key error"),
        "JWT signature verification failed",
        Part::Signature,
        |_, attempt| {
            attempt.signed_by = SignedBy::OtherKey;
        },
    ),
    row(
        "critical-extension",
        (401, "unknown_error"),
        UNKNOWN_ERROR,
        Part::Critical,
        |_, attempt| {
            attempt.set_header("crit", "[\"exp\"]");
        },
    ),
    row(
        "not-yet-valid",
        (401, "unknown_error"),
        UNKNOWN_ERROR,
        Part::NotBefore,
        |bench, attempt| {
            attempt.set_claim("nbf", &(bench.now() + 11).to_string());
        },
    ),
    row(
        "no-application-scope",
        (401, "unauthorized_client"),
        "you have tried to request authorization but your application is not configured to use this authorization grant type",
        Part::Client,
        |_, attempt| {
            attempt.set_client("no-application-scope");
        },
    ),
];
