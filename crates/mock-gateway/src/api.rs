use core::fmt;
use std::collections::BTreeMap;

use base64ct::{Base64, Encoding};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, WWW_AUTHENTICATE};
use hyper::http::request::Parts;
use hyper::{Request, StatusCode};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::body;
use crate::client::ClientState;
use crate::header::only_value;
use crate::json::Members;
use crate::state::State;

/// The largest body that the echo takes.
const BODY_LIMIT: usize = 1024 * 1024;
const API_KEY: HeaderName = HeaderName::from_static("apikey");
const MIRRORED: [HeaderName; 2] = [
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("x-correlation-id"),
];

/// What a request to the echoing API has to bring.
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ApiAccess {
    /// `/api/bearer`: an access token of this gateway, as `Authorization: Bearer …`.
    Bearer,
    /// `/api/api-key`: the client ID of a registered client, as `apikey: …`.
    ApiKey,
    /// `/api/open`: nothing.
    Open,
}

impl ApiAccess {
    /// Every kind of access.
    pub const ALL: &'static [Self] = &[Self::Bearer, Self::ApiKey, Self::Open];

    /// The path under which all paths have this access.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Bearer => "/api/bearer",
            Self::ApiKey => "/api/api-key",
            Self::Open => "/api/open",
        }
    }

    /// Finds the access that a path needs.
    pub(crate) fn of_path(path: &str) -> Option<Self> {
        let under = |access: &Self| {
            path.strip_prefix(access.path())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        Self::ALL.iter().copied().find(under)
    }
}

impl fmt::Display for ApiAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path())
    }
}

/// Answers a call of the API: what the client sent, as JSON.
pub(crate) async fn respond(
    state: &State,
    access: ApiAccess,
    request: Request<Incoming>,
) -> Answer {
    let (head, body) = request.into_parts();
    let mut answer = match authorize(state, access, &head.headers) {
        Ok(client_id) => {
            let mut answer = match body::read(body, BODY_LIMIT).await {
                Ok(body) => echo(&head, body),
                Err(unread) => unread.into_answer(),
            };
            answer.client_id = client_id;
            answer
        }
        Err(answer) => answer,
    };
    for name in MIRRORED {
        for value in head.headers.get_all(&name) {
            answer.response.headers_mut().append(&name, value.clone());
        }
    }
    answer
}

fn authorize(
    state: &State,
    access: ApiAccess,
    headers: &HeaderMap,
) -> Result<Option<String>, Answer> {
    match access {
        ApiAccess::Bearer => check_token(state, headers).map(|()| None).map_err(denied),
        ApiAccess::ApiKey => check_api_key(state, headers).map(Some),
        ApiAccess::Open => Ok(None),
    }
}

/// Checks the access token. The texts are those of gateways.md, section 3.4.
fn check_token(state: &State, headers: &HeaderMap) -> Result<(), String> {
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
    // RFC 9110, section 11.1: the scheme's name is case-insensitive. That the real one agrees is
    // not documented, and this crate refuses in doubt.
    if kind != "Bearer" {
        return Err(format!("Invalid token type '{kind}', must be 'Bearer'"));
    }
    if token.is_empty() {
        return Err("Missing access token".to_owned());
    }
    if !state.access_tokens.contains(&token, state.clock.now()) {
        return Err("Invalid Access Token".to_owned());
    }
    Ok(())
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

/// Checks the API key, with the faults that Apigee documents for its VerifyAPIKey policy.
fn check_api_key(state: &State, headers: &HeaderMap) -> Result<String, Answer> {
    let fault = |code, text| Err(Answer::fault(StatusCode::UNAUTHORIZED, code, text));
    if !headers.contains_key(API_KEY) {
        return fault(
            "steps.oauth.v2.FailedToResolveAPIKey",
            "Failed to resolve API Key variable request.header.apikey",
        );
    }
    let client = only_value(headers, &API_KEY).and_then(|key| state.clients.find(key));
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

fn echo(head: &Parts, body: Vec<u8>) -> Answer {
    let mut members = vec![
        ("method", head.method.as_str().into()),
        ("path", head.uri.path().into()),
        ("query", head.uri.query().into()),
        ("headers", echo_headers(&head.headers)),
    ];
    match String::from_utf8(body) {
        Ok(text) => members.push(("body", text.into())),
        Err(error) => {
            let encoded = Base64::encode_string(error.as_bytes());
            members.push(("bodyBase64", encoded.into()));
        }
    }
    Answer::new(
        StatusCode::OK,
        "application/json",
        Members(&members).to_pretty(),
    )
}

/// Header names in lower case, with a list where a header came more than once.
fn echo_headers(headers: &HeaderMap) -> Value {
    let mut all: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (name, value) in headers {
        let text = String::from_utf8_lossy(value.as_bytes());
        let shown = if name == AUTHORIZATION || name == API_KEY {
            shorten(&text)
        } else {
            text.into_owned()
        };
        all.entry(name.as_str()).or_default().push(shown.into());
    }
    let one_or_many = |mut values: Vec<Value>| match values.len() {
        1 => values.remove(0),
        _ => Value::Array(values),
    };
    all.into_iter()
        .map(|(name, values)| (name.to_owned(), one_or_many(values)))
        .collect()
}

/// Keeps the scheme and the first four characters of a credential.
///
/// An answer gets printed, logged and pasted into tickets; the token in it should not.
fn shorten(text: &str) -> String {
    let (scheme, secret) = match text.split_once(' ') {
        Some((scheme, secret)) => (format!("{scheme} "), secret),
        None => (String::new(), text),
    };
    // Of a short one, four characters would be much.
    let shown = if secret.chars().count() >= 12 { 4 } else { 0 };
    let start: String = secret.chars().take(shown).collect();
    format!("{scheme}{start}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_access_by_whole_path_segments() {
        assert_eq!(ApiAccess::of_path("/api/bearer"), Some(ApiAccess::Bearer));
        assert_eq!(ApiAccess::of_path("/api/bearer/"), Some(ApiAccess::Bearer));
        assert_eq!(
            ApiAccess::of_path("/api/api-key/x"),
            Some(ApiAccess::ApiKey)
        );
        assert_eq!(ApiAccess::of_path("/api/open/a/b"), Some(ApiAccess::Open));
        assert_eq!(ApiAccess::of_path("/api/bearers"), None);
        assert_eq!(ApiAccess::of_path("/api"), None);
    }

    #[test]
    fn shortens_credentials() {
        assert_eq!(shorten("Bearer abcdefghijklmnop"), "Bearer abcd…");
        assert_eq!(shorten("Bearer short"), "Bearer …");
        assert_eq!(shorten("abcdefghijklmnop"), "abcd…");
        assert_eq!(shorten(""), "…");
    }
}
