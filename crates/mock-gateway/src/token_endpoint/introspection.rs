//! What a client is told of a token: RFC 7662.

use hyper::body::Incoming;
use hyper::header::{ALLOW, HeaderValue};
use hyper::{Method, Request, StatusCode};
use serde_json::{Map, Value, json};

use super::{BODY_LIMIT, Purpose, read_form, refused, with_verdict};
use crate::answer::Answer;
use crate::body;
use crate::form::{Form, Parameter};
use crate::issued_tokens::jwt_claims;
use crate::state::State;

/// Answers a request at the introspection endpoint.
pub(crate) async fn respond(state: &State, request: Request<Incoming>) -> Answer {
    if request.method() != Method::POST {
        let answer = Answer::empty(StatusCode::METHOD_NOT_ALLOWED)
            .with_header(ALLOW, HeaderValue::from_static("POST"));
        return refused::with_server_headers(state, answer);
    }
    let (head, body) = request.into_parts();
    let body = match body::read(body, BODY_LIMIT).await {
        Ok(body) => body,
        Err(unread) => return refused::with_server_headers(state, unread.into_answer()),
    };
    let form = read_form(state, &head, &body);
    with_verdict(state, &head, &form, Purpose::Introspection, |_| {
        Ok(answer(state, &form))
    })
    .await
}

/// The answer to a client that has authenticated.
fn answer(state: &State, form: &Form) -> Answer {
    let answer = match form.parameter("token") {
        Parameter::Once(token) => {
            let members = members(state, token);
            let body = Value::Object(members.clone()).to_string();
            let mut answer = Answer::new(StatusCode::OK, "application/json", body.into_bytes());
            // What a token says may be about a person: the journal needs none of it.
            let shown = json!({ "active": members.get("active") });
            answer.inspection.answer = Some(shown.to_string());
            answer
        }
        // RFC 7662, section 2.1: the parameter is required.
        Parameter::Absent | Parameter::Repeated => Answer::json(
            StatusCode::BAD_REQUEST,
            &[
                ("error", "invalid_request".into()),
                (
                    "error_description",
                    "one parameter token is required".into(),
                ),
            ],
        ),
    };
    refused::with_server_headers(state, answer)
}

/// Section 2.2: of a token that is not active, nothing else is told.
fn members(state: &State, token: &str) -> Map<String, Value> {
    let mut members = Map::new();
    let now = state.clock.now();
    let Some(until) = state.access_tokens.expiry(token, now) else {
        members.insert("active".to_owned(), false.into());
        return members;
    };
    members.insert("exp".to_owned(), until.as_seconds().into());
    let record = state.access_tokens.record(token);
    if let Some(record) = &record {
        members.insert("iat".to_owned(), record.issued_at.into());
        let token_type = record.thumbprint.as_ref().map_or("Bearer", |_| "DPoP");
        members.insert("token_type".to_owned(), token_type.into());
        if let Some(thumbprint) = &record.thumbprint {
            members.insert("cnf".to_owned(), json!({ "jkt": thumbprint }));
        }
        if let Some(client_id) = &record.client_id {
            members.insert("client_id".to_owned(), client_id.as_str().into());
            members.insert("sub".to_owned(), client_id.as_str().into());
        }
        if let Some(scope) = &record.scope {
            members.insert("scope".to_owned(), scope.as_str().into());
        }
    }
    members.extend(jwt_claims(token));
    // A claim of its own can have it expire sooner than this gateway would.
    let expiry = members.get("exp").and_then(Value::as_f64);
    let is_active = expiry.is_none_or(|expiry| now.as_seconds_f64() < expiry);
    if !is_active {
        members.clear();
    }
    members.insert("active".to_owned(), is_active.into());
    members
}
