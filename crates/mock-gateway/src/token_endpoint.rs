mod grant;
mod refused;

pub(crate) use refused::{WORDS, references};

use core::time::Duration;

use hyper::body::Incoming;
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, StatusCode};
use serde_json::Value;
use tokenring_gateway::Rule;

use crate::answer::Answer;
use crate::assertion::UnverifiedAssertion;
use crate::body;
use crate::called_url::{called_url, shown_url};
use crate::event::Inspection;
use crate::faults::AnswerFault;
use crate::form::{Form, Parameter};
use crate::header::only_value;
use crate::judgement::{Judgement, Verdict};
use crate::refusal::Refusal;
use crate::rulebook::{
    Case, KeyLookup, Step, difference, has_key_to_verify_with, is_broken, names_an_unknown_key,
};
use crate::shortened::shortened;
use crate::state::State;

/// A client assertion with a chain of certificates in its header has a few kilobytes.
const BODY_LIMIT: usize = 64 * 1024;

/// Answers a request at the token endpoint.
pub(crate) async fn respond(state: &State, request: Request<Incoming>) -> Answer {
    let answer = if request.method() == Method::POST {
        answer_or_fault(state, request).await
    } else {
        Answer::empty(StatusCode::METHOD_NOT_ALLOWED)
            .with_header(ALLOW, HeaderValue::from_static("POST"))
    };
    answer.with_header(CACHE_CONTROL, HeaderValue::from_static("no-store"))
}

/// Lets the faults on demand happen that are due.
async fn answer_or_fault(state: &State, request: Request<Incoming>) -> Answer {
    let fault = state.fault_schedule.next();
    let (head, body) = request.into_parts();
    let body = match body::read(body, BODY_LIMIT).await {
        Ok(body) => body,
        Err(unread) => return unread.into_answer(),
    };
    let mut answer = match fault {
        Some(AnswerFault::Unavailable) => refused::unavailable(),
        other => {
            let is_rate_limited = other == Some(AnswerFault::RateLimited);
            exchange(state, &head, &body, is_rate_limited).await
        }
    };
    answer.is_withheld = fault == Some(AnswerFault::Dropped);
    answer.delay = state.faults.delay();
    let slow = answer.delay.map(|_| "slow");
    answer.inspection.fault = fault.map(AnswerFault::name).or(slow);
    answer
}

async fn exchange(state: &State, head: &Parts, body: &[u8], is_rate_limited: bool) -> Answer {
    let rulebook = &state.rulebook;
    let form = Form::parse(body);
    let called_url = called_url(head);
    let mut case = Case {
        rulebook,
        content_type: only_value(&head.headers, &CONTENT_TYPE),
        form: &form,
        assertion: match form.parameter(rulebook.assertion_parameter()) {
            Parameter::Once(text) => UnverifiedAssertion::decode(text),
            Parameter::Absent | Parameter::Repeated => None,
        },
        called_url: called_url.as_deref(),
        now: state.clock.now(),
        client: None,
        spent_jwt_ids: &state.spent_jwt_ids,
        keys: KeyLookup::Pending,
        is_rate_limited,
    };
    let client_id = case.claim(rulebook.client_claim()).and_then(Value::as_str);
    case.client = client_id.and_then(|id| state.clients.find(id));
    let mut inspection = Inspection {
        called_url: case.called_url.map(shown_url),
        ..Inspection::default()
    };
    let verdict = match judge(state, &mut case, &mut inspection).await {
        Ok(()) => grant::answer(state, &case),
        Err(refusal) => Err(refusal),
    };
    let note = verdict
        .as_ref()
        .err()
        .and_then(|refusal| note(&case, refusal));
    let mut answer = match verdict {
        Ok(answer) => answer,
        Err(refusal) => refused::answer(state, refusal),
    };
    answer.client_id = case.client.map(|client| client.id.clone());
    let shown = |members: Value| Some(members.to_string());
    let assertion = case.assertion.as_ref();
    answer.inspection = Inspection {
        header: assertion.and_then(|assertion| shown(shortened(assertion.headers()))),
        claims: assertion.and_then(|assertion| shown(shortened(assertion.claims()))),
        answer: answer.inspection.answer,
        note,
        ..inspection
    };
    answer
}

/// Takes the case through the rulebook, step by step.
///
/// Between the check of a JWT ID and the step that spends it nothing waits where the gateway
/// spends it early, and the server has one thread: of two requests with the same JWT ID, one is
/// the first. Where it is spent last, that step looks again.
async fn judge(
    state: &State,
    case: &mut Case<'_>,
    inspection: &mut Inspection,
) -> Result<(), Refusal> {
    let mut outcome = Ok(());
    let judgements = &mut inspection.judgements;
    for step in &state.rulebook.steps {
        match step {
            Step::Judge { rule, .. } if outcome.is_err() => judgements.push(Judgement {
                rule: *rule,
                verdict: Verdict::NotReached,
            }),
            _ if outcome.is_err() => {}
            Step::Judge {
                rule,
                stands_for,
                refusal,
            } => {
                let mut rules = core::iter::once(rule).chain(stands_for);
                let verdict = if let Some(broken) = rules.find(|rule| is_broken(**rule, case)) {
                    outcome = Err(refusal.clone());
                    inspection.difference = difference(*broken, case, &state.clients);
                    Verdict::Broken
                } else {
                    Verdict::Held
                };
                judgements.push(Judgement {
                    rule: *rule,
                    verdict,
                });
            }
            Step::SpendJwtId => outcome = spend_jwt_id(state, case),
            Step::LoadKeys => load_keys(state, case).await,
        }
    }
    // The rules leave no such gap; a token without a signature would be worse than an error.
    if outcome.is_ok() && !has_key_to_verify_with(case) {
        return Err(state.rulebook.failure.clone());
    }
    outcome
}

fn spend_jwt_id(state: &State, case: &Case<'_>) -> Result<(), Refusal> {
    let memory = state.rulebook.gateway.server().jwt_id_memory();
    let Some(key) = case.jwt_id_key().filter(|_| memory > Duration::ZERO) else {
        return Ok(());
    };
    if state.spent_jwt_ids.contains(&key, case.now) {
        return Err(state.rulebook.spent());
    }
    let until = case.now.saturating_add(memory);
    state
        .spent_jwt_ids
        .insert(&key, until, case.now)
        .map_err(|_| state.rulebook.failure.clone())
}

async fn load_keys(state: &State, case: &mut Case<'_>) {
    let Some(client) = case.client else {
        return;
    };
    case.keys = state.key_sets.load(&client.keys, &state.clock).await;
    let is_cached = matches!(
        case.keys,
        KeyLookup::Found {
            are_cached: true,
            ..
        }
    );
    let refetches = state.rulebook.gateway.key().refetches_on_unknown_id();
    if is_cached && refetches && names_an_unknown_key(case) {
        case.keys = state.key_sets.load_anew(&client.keys, &state.clock).await;
    }
}

/// What the refused client cannot know.
fn note(case: &Case<'_>, refusal: &Refusal) -> Option<String> {
    let is_es512 = case.header_text("alg") == Some("ES512");
    let cannot_verify = cfg!(not(feature = "aws-lc-rs")) && is_es512;
    (cannot_verify && refusal.rule == Rule::Signature).then(|| {
        "this build cannot verify ES512: build tokenring-mock-gateway with its feature aws-lc-rs"
            .to_owned()
    })
}
