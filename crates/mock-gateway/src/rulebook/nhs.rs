//! The token endpoint of the NHS API Platform: application-restricted access with a signed JWT.
//!
//! Source: the public repository NHSDigital/identity-service-api, its proxy's flows, its claim
//! script and its end-to-end tests. What these leave open is marked "not documented" here and in
//! the checks, and is decided for the refusal: a client that passes here should pass there.

mod checks;

use super::{Case, Rulebook, Step};
use crate::refusal::Refusal;

const INVALID_REQUEST: &str = "invalid_request";
const PUBLIC_KEY_ERROR: &str = "public_key error";
const ACCESS_DENIED: &str = "access_denied";
const UNKNOWN_ERROR: &str = "unknown_error";
const UNKNOWN_ERROR_TEXT: &str = "An unknown error occurred processing this request. Contact us \
    for assistance diagnosing this issue: \
    https://digital.nhs.uk/developer/help-and-support quoting Message ID";

pub(crate) static NHS: Rulebook = Rulebook {
    token_path: "/oauth2/token",
    steps: STEPS,
    failure: Refusal::oauth("gateway-failed", 500, UNKNOWN_ERROR, UNKNOWN_ERROR_TEXT),
    access_token_milliseconds: 600_000,
    shorter_expiry_parameter: "_access_token_expiry_ms",
    jwt_id_memory_seconds: 30 * 24 * 60 * 60,
    key_set_memory_seconds: 3600,
};

const fn refuse(
    rule: &'static str,
    status: u16,
    error: &'static str,
    description: &'static str,
    if_broken: fn(&Case<'_>) -> bool,
) -> Step {
    Step::Refuse {
        with: Refusal::oauth(rule, status, error, description),
        if_broken,
    }
}

/// The steps in the order of the flow.
///
/// A method other than POST is refused before them, by the router: it needs nothing else.
const STEPS: &[Step] = &[
    refuse(
        "content-type",
        415,
        INVALID_REQUEST,
        "Content-Type header must be application/x-www-form-urlencoded",
        checks::other_content_type,
    ),
    // The proxy chooses a flow by the grant type, and all that follows are steps of the flow for
    // client credentials.
    refuse(
        "grant-type-absent",
        400,
        INVALID_REQUEST,
        "grant_type is missing",
        checks::no_grant_type,
    ),
    refuse(
        "grant-type",
        400,
        "unsupported_grant_type",
        "grant_type is invalid",
        checks::other_grant_type,
    ),
    refuse(
        "client-assertion-type",
        400,
        INVALID_REQUEST,
        "Missing or invalid client_assertion_type - must be \
         'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'",
        checks::other_assertion_type,
    ),
    refuse(
        "client-assertion-absent",
        400,
        INVALID_REQUEST,
        "Missing client_assertion",
        checks::no_assertion,
    ),
    refuse(
        "malformed",
        400,
        INVALID_REQUEST,
        "Malformed JWT in client_assertion",
        checks::malformed,
    ),
    refuse(
        "algorithm",
        400,
        INVALID_REQUEST,
        "Invalid 'alg' header in client_assertion JWT - unsupported JWT algorithm - \
         must be 'RS512'",
        checks::other_algorithm,
    ),
    refuse(
        "expired",
        400,
        INVALID_REQUEST,
        "Invalid 'exp' claim in client_assertion JWT - JWT has expired",
        checks::expired,
    ),
    refuse(
        "key-id-absent",
        400,
        INVALID_REQUEST,
        "Missing 'kid' header in client_assertion JWT",
        checks::no_key_id,
    ),
    refuse(
        "type",
        400,
        INVALID_REQUEST,
        "Invalid 'typ' header in client_assertion JWT - must be 'JWT'",
        checks::other_type,
    ),
    refuse(
        "expiry-absent",
        400,
        INVALID_REQUEST,
        "Missing 'exp' claim in client_assertion JWT",
        checks::no_expiry,
    ),
    refuse(
        "expiry-no-integer",
        400,
        INVALID_REQUEST,
        "Invalid 'exp' claim in client_assertion JWT - must be an integer",
        checks::expiry_is_no_integer,
    ),
    refuse(
        "issuer-not-subject",
        400,
        INVALID_REQUEST,
        "Missing or non-matching 'iss'/'sub' claims in client_assertion JWT",
        checks::issuer_is_not_subject,
    ),
    refuse(
        "jwt-id-absent",
        400,
        INVALID_REQUEST,
        "Missing 'jti' claim in client_assertion JWT",
        checks::no_jwt_id,
    ),
    refuse(
        "jwt-id-no-string",
        400,
        INVALID_REQUEST,
        "Invalid 'jti' claim in client_assertion JWT - \
         must be a unique string value such as a GUID",
        checks::jwt_id_is_no_string,
    ),
    refuse(
        "jwt-id-spent",
        400,
        INVALID_REQUEST,
        "Non-unique 'jti' claim in client_assertion JWT",
        checks::jwt_id_is_spent,
    ),
    refuse(
        "expiry-too-late",
        400,
        INVALID_REQUEST,
        "Invalid 'exp' claim in client_assertion JWT - more than 5 minutes in future",
        checks::expires_too_late,
    ),
    Step::SpendJwtId,
    refuse(
        "unknown-client",
        401,
        INVALID_REQUEST,
        "Invalid 'iss'/'sub' claims in client_assertion JWT",
        checks::unknown_client,
    ),
    // Like the one before, these are faults of the policy that verifies the API key. Their status
    // is the one that Apigee documents, their order among each other is not documented.
    refuse(
        "app-revoked",
        401,
        ACCESS_DENIED,
        "The developer app associated with the API key is not approved or revoked",
        checks::app_revoked,
    ),
    refuse(
        "product-missing",
        401,
        ACCESS_DENIED,
        "API Key supplied does not have access to this resource. Please check the API Key you \
         are using belongs to an app which has sufficient access to access this resource.",
        checks::product_missing,
    ),
    refuse(
        "developer-inactive",
        401,
        ACCESS_DENIED,
        "The developer who created the developer app that has the API key you are using has an \
         inactive status",
        checks::developer_inactive,
    ),
    refuse(
        "company-inactive",
        401,
        ACCESS_DENIED,
        "The company associated with the developer app that has the API key you are using has an \
         inactive status",
        checks::company_inactive,
    ),
    Step::LoadKeys,
    refuse(
        "keys-not-registered",
        403,
        PUBLIC_KEY_ERROR,
        "You need to register a public key to use this authentication method - \
         please contact support to configure",
        checks::keys_not_registered,
    ),
    refuse(
        "keys-unreachable",
        403,
        PUBLIC_KEY_ERROR,
        "The JWKS endpoint, for your client_assertion can't be reached",
        checks::keys_unreachable,
    ),
    // What a URL gets that answers with something else than a JWK Set is not documented. The
    // proxy has no rule for that fault, so it has the text that stands for all of those.
    refuse(
        "keys-unreadable",
        401,
        UNKNOWN_ERROR,
        UNKNOWN_ERROR_TEXT,
        checks::keys_unreadable,
    ),
    // The next five are one policy, and their order in it is not documented.
    refuse(
        "audience",
        401,
        INVALID_REQUEST,
        "Missing or invalid 'aud' claim in client_assertion JWT",
        checks::other_audience,
    ),
    refuse(
        "unknown-key-id",
        401,
        INVALID_REQUEST,
        "Invalid 'kid' header in client_assertion JWT - no matching public key",
        checks::unknown_key_id,
    ),
    refuse(
        "signature",
        401,
        PUBLIC_KEY_ERROR,
        "JWT signature verification failed",
        checks::signature_does_not_verify,
    ),
    // The policy refuses these two, and the proxy has no rule for its faults.
    refuse(
        "critical-extension",
        401,
        UNKNOWN_ERROR,
        UNKNOWN_ERROR_TEXT,
        checks::critical_extension,
    ),
    refuse(
        "not-yet-valid",
        401,
        UNKNOWN_ERROR,
        UNKNOWN_ERROR_TEXT,
        checks::not_yet_valid,
    ),
    // That the parameter has to equal the API key is known, the answer is not documented. This
    // is what users report who sent their application's ID in it, and it is a fault of the policy
    // that makes tokens, which runs before the scopes are looked at.
    Step::Refuse {
        with: Refusal::fault(
            "client-id",
            500,
            "oauth.v2.InvalidClientIdentifier",
            "Invalid client identifier {0}",
        ),
        if_broken: checks::other_client_id,
    },
    refuse(
        "no-application-scope",
        401,
        "unauthorized_client",
        "you have tried to request authorization but your application is not configured to use \
         this authorization grant type",
        checks::no_application_scope,
    ),
    refuse(
        "not-active",
        401,
        UNKNOWN_ERROR,
        UNKNOWN_ERROR_TEXT,
        checks::not_active,
    ),
];
