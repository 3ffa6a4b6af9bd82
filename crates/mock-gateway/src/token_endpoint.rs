use core::time::Duration;

use hyper::body::Incoming;
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, StatusCode};
use serde_json::Value;

use crate::answer::Answer;
use crate::assertion::UnverifiedAssertion;
use crate::body;
use crate::called_url::called_url;
use crate::form::{Form, Parameter};
use crate::header::only_value;
use crate::random;
use crate::refusal::Refusal;
use crate::rulebook::{Case, KeyLookup, Rulebook, Step};
use crate::state::State;

/// A client assertion with a chain of certificates in its header has a few kilobytes.
const BODY_LIMIT: usize = 64 * 1024;

/// Answers a request at the token endpoint.
pub(crate) async fn respond(state: &State, request: Request<Incoming>) -> Answer {
    let answer = if request.method() == Method::POST {
        exchange(state, request).await
    } else {
        Answer::empty(StatusCode::METHOD_NOT_ALLOWED)
            .with_header(ALLOW, HeaderValue::from_static("POST"))
    };
    answer.with_header(CACHE_CONTROL, HeaderValue::from_static("no-store"))
}

async fn exchange(state: &State, request: Request<Incoming>) -> Answer {
    let message_id = state.next_message_id();
    let (head, body) = request.into_parts();
    let body = match body::read(body, BODY_LIMIT).await {
        Ok(body) => body,
        Err(unread) => return unread.into_answer(),
    };
    let form = Form::parse(&body);
    let called_url = called_url(&head);
    let mut case = Case {
        content_type: only_value(&head.headers, &CONTENT_TYPE),
        form: &form,
        assertion: match form.parameter("client_assertion") {
            Parameter::Once(text) => UnverifiedAssertion::decode(text),
            Parameter::Absent | Parameter::Repeated => None,
        },
        called_url: called_url.as_deref(),
        now: state.clock.now(),
        client: None,
        spent_jwt_ids: &state.spent_jwt_ids,
        keys: KeyLookup::Pending,
    };
    let subject = case.claim("sub").and_then(Value::as_str);
    case.client = subject.and_then(|id| state.clients.find(id));
    let verdict = match judge(state, &mut case).await {
        Ok(()) => issue(state, &form),
        Err(refusal) => Err(refusal),
    };
    let mut answer = match verdict {
        Ok(answer) => answer,
        Err(refusal) => Answer::refused(refusal, message_id),
    };
    answer.client_id = case.client.map(|client| client.id.clone());
    answer
}

/// Takes the case through the rulebook, step by step.
///
/// Between the check of a JWT ID and the step that spends it nothing waits, and the server has
/// one thread: of two requests with the same JWT ID, one is the first.
async fn judge(state: &State, case: &mut Case<'_>) -> Result<(), Refusal> {
    let Rulebook { steps, failure, .. } = state.rulebook;
    for step in *steps {
        match step {
            Step::Refuse { with, if_broken } => {
                if if_broken(case) {
                    return Err(*with);
                }
            }
            Step::SpendJwtId => {
                let until = case
                    .now
                    .saturating_add(Duration::from_secs(state.rulebook.jwt_id_memory_seconds));
                state
                    .spent_jwt_ids
                    .insert(&case.jwt_id_key(), until, case.now)
                    .map_err(|_| *failure)?;
            }
            Step::LoadKeys => {
                if let Some(client) = case.client {
                    case.keys = state.key_sets.load(&client.keys, &state.clock).await;
                }
            }
        }
    }
    Ok(())
}

/// Makes the access token, and the answer that hands it out.
///
/// The real one answers with strings only, and with a second less than the token lives.
fn issue(state: &State, form: &Form) -> Result<Answer, Refusal> {
    let failure = state.rulebook.failure;
    let now = state.clock.now();
    let life = Duration::from_millis(access_token_milliseconds(state.rulebook, form));
    let access_token = random::access_token().ok_or(failure)?;
    state
        .access_tokens
        .insert(&access_token, now.saturating_add(life), now)
        .map_err(|_| failure)?;
    let expires_in = life.as_secs().saturating_sub(1);
    Ok(Answer::json(
        StatusCode::OK,
        &[
            ("access_token", access_token.into()),
            ("expires_in", expires_in.to_string().into()),
            ("token_type", "Bearer".into()),
            ("issued_at", now.as_millis().to_string().into()),
        ],
    ))
}

/// A client can have its token die earlier, never later.
fn access_token_milliseconds(rulebook: &Rulebook, form: &Form) -> u64 {
    let longest = rulebook.access_token_milliseconds;
    match form.parameter(rulebook.shorter_expiry_parameter) {
        Parameter::Once(text) => text
            .parse()
            .map_or(longest, |asked: u64| asked.min(longest)),
        Parameter::Absent | Parameter::Repeated => longest,
    }
}
