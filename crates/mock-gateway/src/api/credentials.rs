use hyper::StatusCode;
use hyper::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use hyper::http::request::Parts;
use serde_json::{Value, json};

use super::{ApiAccess, bound_token};
use crate::answer::Answer;
use crate::client::ClientState;
use crate::header::only_value;
use crate::json::Members;
use crate::state::State;

pub(super) const API_KEY: HeaderName = HeaderName::from_static("apikey");

/// Why a call is not let in.
#[derive(Debug)]
pub(super) enum Denial {
    /// The access token: the `diagnostics` of an OperationOutcome.
    Token(String),
    /// A token that is bound to a key, or its proof.
    BoundToken(bound_token::Denial),
    /// The API key: a fault of Apigee's VerifyAPIKey policy.
    ApiKey {
        error_code: &'static str,
        fault: &'static str,
    },
}

impl Denial {
    pub(super) fn into_answer(self) -> Answer {
        match self {
            Self::Token(diagnostics) => denied(diagnostics),
            Self::BoundToken(denial) => denial.into_answer(),
            Self::ApiKey { error_code, fault } => {
                Answer::fault(StatusCode::UNAUTHORIZED, error_code, fault)
            }
        }
    }
}

/// Checks what the access asks for, and returns the client that an API key belongs to.
pub(super) fn check(
    state: &State,
    access: ApiAccess,
    head: &Parts,
) -> Result<Option<String>, Denial> {
    let headers = &head.headers;
    match access {
        ApiAccess::Bearer => match bound_token::of_request(headers) {
            Some(token) => bound_token::check(state, head, token).map_err(Denial::BoundToken),
            None => check_token(state, headers),
        }
        .map(|()| None),
        ApiAccess::ApiKey => check_api_key(state, headers).map(Some),
        ApiAccess::Open => Ok(None),
    }
}

/// Checks the access token. The texts are those of the Personal Demographics Service.
fn check_token(state: &State, headers: &HeaderMap) -> Result<(), Denial> {
    let is_exact = state.rulebook.gateway.api().exact_scheme();
    let token = bearer_token(headers, is_exact).map_err(Denial::Token)?;
    let now = state.clock.now();
    if !state.access_tokens.contains(token, now) {
        return Err(Denial::Token("Invalid Access Token".to_owned()));
    }
    if state.access_tokens.is_bound(token, now) {
        return Err(Denial::BoundToken(bound_token::Denial::Bearer));
    }
    Ok(())
}

fn bearer_token(headers: &HeaderMap, is_exact: bool) -> Result<&str, String> {
    if !headers.contains_key(AUTHORIZATION) {
        return Err("Missing Authorization header".to_owned());
    }
    // Two headers, or one that is not ASCII, hold no token that this gateway has issued.
    let Some(value) = only_value(headers, &AUTHORIZATION) else {
        return Err("Invalid Access Token".to_owned());
    };
    let value = value.trim();
    if value.is_empty() {
        return Err("Empty Authorization header".to_owned());
    }
    let (kind, token) = match value.split_once(' ') {
        Some((kind, token)) => (kind, token.trim_start()),
        None => (value, ""),
    };
    // RFC 9110, section 11.1: the scheme's name is case-insensitive, but not all agree.
    let is_bearer = match is_exact {
        true => kind == "Bearer",
        false => kind.eq_ignore_ascii_case("Bearer"),
    };
    if !is_bearer {
        return Err(format!("Invalid token type '{kind}', must be 'Bearer'"));
    }
    if token.is_empty() {
        return Err("Missing access token".to_owned());
    }
    Ok(token)
}

fn denied(diagnostics: String) -> Answer {
    let coding = json!({
        "system": "https://fhir.nhs.uk/R4/CodeSystem/Spine-ErrorOrWarningCode",
        "version": "1",
        "code": "ACCESS_DENIED",
        "display": "Access Denied - Unauthorised",
    });
    let issue = json!({
        "severity": "error",
        "code": "forbidden",
        "details": { "coding": [coding] },
        "diagnostics": diagnostics,
    });
    let outcome = [
        ("resourceType", "OperationOutcome".into()),
        ("issue", Value::Array(vec![issue])),
    ];
    Answer::new(
        StatusCode::UNAUTHORIZED,
        "application/fhir+json",
        Members(&outcome).to_compact(),
    )
    .with_header(
        WWW_AUTHENTICATE,
        HeaderValue::from_static(
            "Bearer realm=\"null\",error=\"invalid_token\",\
             error_description=\"oauth.v2.InvalidAccessToken: Invalid access token\"",
        ),
    )
}

/// Checks the API key. Apigee documents the codes of these faults; of the texts, those for an
/// absent, a wrong and a not entitled key.
fn check_api_key(state: &State, headers: &HeaderMap) -> Result<String, Denial> {
    let fault = |error_code, fault| Err(Denial::ApiKey { error_code, fault });
    if !headers.contains_key(API_KEY) {
        return fault(
            "steps.oauth.v2.FailedToResolveAPIKey",
            "Failed to resolve API Key variable request.header.apikey",
        );
    }
    let clients = state.clients.now();
    let client = only_value(headers, &API_KEY).and_then(|key| clients.find(key));
    let Some(client) = client else {
        return fault("oauth.v2.InvalidApiKey", "Invalid ApiKey");
    };
    match client.state {
        // A scope is a matter of access tokens.
        ClientState::Active | ClientState::NoApplicationScope => Ok(client.id.clone()),
        ClientState::AppRevoked => fault(
            "keymanagement.service.invalid_client-app_not_approved",
            "Invalid client - app not approved",
        ),
        ClientState::ProductMissing => fault(
            "oauth.v2.InvalidApiKeyForGivenResource",
            "Invalid ApiKey for given resource",
        ),
        ClientState::DeveloperInactive => fault(
            "keymanagement.service.DeveloperStatusNotActive",
            "Developer Status is not Active",
        ),
        ClientState::CompanyInactive => fault(
            "keymanagement.service.CompanyStatusNotActive",
            "Company Status is not Active",
        ),
    }
}
