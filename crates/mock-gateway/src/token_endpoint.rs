mod grant;
mod introspection;
mod refused;

pub(crate) use introspection::respond as respond_of_token;
pub(crate) use refused::{WORDS, references};

use core::time::Duration;

use hyper::body::Incoming;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, StatusCode, Version};
use serde_json::Value;
use tokenring_gateway::{Condition, ContentTypeRule, Rule};
use tokenring_jwk::{Algorithm, Verifier, any};

use crate::active_faults::Turn;
use crate::answer::Answer;
use crate::body;
use crate::called_url::{called_url, shown_url};
use crate::clients::Clients;
use crate::event::Inspection;
use crate::faults::AnswerFault;
use crate::form::Form;
use crate::header::only_value;
use crate::judgement::{Judgement, Verdict};
use crate::refusal::Refusal;
use crate::refusal_plan::RefusalPlan;
use crate::rulebook::{
    Case, KeyLookup, Step, difference, has_key_to_verify_with, involves_dpop, is_broken,
    left_until_expiry, names_no_known_key,
};
use crate::shortened::shortened;
use crate::state::State;

/// Keycloak takes an assertion of 67,000 characters and not one of 133,000.
const BODY_LIMIT: usize = 128 * 1024;

/// Answers a request at the token endpoint.
pub(crate) async fn respond(state: &State, request: Request<Incoming>) -> Answer {
    if request.method() == Method::POST {
        return answer_or_fault(state, request).await;
    }
    let (head, _) = request.into_parts();
    match off_endpoint(state, Rule::Method, &head) {
        Some(answer) => answer,
        None => {
            let answer = Answer::empty(StatusCode::METHOD_NOT_ALLOWED)
                .with_header(ALLOW, HeaderValue::from_static("POST"));
            refused::with_server_headers(state, answer)
        }
    }
}

/// What the gateway's file has for a request that is none for a token.
pub(crate) fn off_endpoint(state: &State, rule: Rule, head: &Parts) -> Option<Answer> {
    let form = Form::parse(b"", |_| false);
    let clients = state.clients.now();
    let case = Case::new(state, &clients, head, &form, None);
    let mut rows = state.rulebook.gateway.refusals().iter();
    let row = rows.find(|row| row.rule() == Some(rule) && holds(row.when(), &case))?;
    let plan = RefusalPlan::new(&state.rulebook.gateway, rule, Some(row));
    let refusal = plan.fill(|part| case.quoted(part));
    Some(refused::answer(state, refusal))
}

/// Lets the faults on demand happen that are due.
async fn answer_or_fault(state: &State, request: Request<Incoming>) -> Answer {
    let Turn {
        planned,
        fault,
        is_beyond_rate,
        delay,
    } = state.faults.next(state.clock.now());
    let (head, body) = request.into_parts();
    let body = match body::read(body, BODY_LIMIT).await {
        Ok(body) => body,
        Err(unread) => return refused::with_server_headers(state, unread.into_answer()),
    };
    let was_planned = planned.is_some();
    let mut answer = match (planned, fault) {
        (Some(planned), _) => planned.into_answer(),
        (None, Some(AnswerFault::Unavailable(status))) => {
            refused::with_server_headers(state, refused::unavailable(status))
        }
        (None, other) => {
            let is_rate_limited = is_beyond_rate || other == Some(AnswerFault::RateLimited);
            exchange(state, &head, &body, is_rate_limited).await
        }
    };
    answer.is_withheld = fault == Some(AnswerFault::Dropped);
    answer.delay = delay;
    let slow = answer.delay.map(|_| "slow");
    let rate = is_beyond_rate.then_some("rate");
    let planned = was_planned.then_some("answer");
    let fault = planned.or(fault.map(AnswerFault::name));
    answer.inspection.fault = fault.or(rate).or(slow);
    answer
}

async fn exchange(state: &State, head: &Parts, body: &[u8], is_rate_limited: bool) -> Answer {
    let form = read_form(state, head, body);
    let purpose = Purpose::Token { is_rate_limited };
    with_verdict(state, head, &form, purpose, |case| {
        grant::answer(state, case)
    })
    .await
}

/// Judges a JWT that is itself the token of an API request, and answers with what the API has or
/// with a refusal.
pub(crate) async fn respond_to_jwt(
    state: &State,
    head: &Parts,
    jwt: Option<&str>,
    api: impl FnOnce() -> Answer,
) -> Answer {
    let parameter = state.rulebook.assertion_parameter();
    let form = match jwt {
        Some(jwt) => Form::of(parameter, jwt),
        None => Form::default(),
    };
    let purpose = Purpose::Token {
        is_rate_limited: false,
    };
    with_verdict(state, head, &form, purpose, |_| Ok(api())).await
}

/// What a client authenticates for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Purpose {
    Token { is_rate_limited: bool },
    Introspection,
}

impl Purpose {
    /// Whether the rule is about such a request.
    fn knows(self, rule: Rule) -> bool {
        let of_token = [
            Rule::GrantTypeAbsent,
            Rule::GrantType,
            Rule::GrantNotAllowed,
            Rule::ScopeAbsent,
            Rule::Scope,
            Rule::RateLimited,
            Rule::DpopProofAbsent,
            Rule::DpopProof,
            Rule::DpopNonce,
        ];
        self != Self::Introspection || !of_token.contains(&rule)
    }
}

/// Judges a request, and answers it with a refusal or what the purpose has for the client.
async fn with_verdict(
    state: &State,
    head: &Parts,
    form: &Form,
    purpose: Purpose,
    granted: impl FnOnce(&Case<'_>) -> Result<Answer, Box<RefusalPlan>>,
) -> Answer {
    // HTTP/1.0 has no Host (RFC 9112, section 3.3): the server itself knows where it was called.
    let is_old = head.version < Version::HTTP_11;
    let own_url = || is_old.then(|| state.rulebook.site.token_url());
    let called_url = called_url(head).or_else(own_url);
    let clients = state.clients.now();
    let mut case = Case::new(state, &clients, head, form, called_url.as_deref());
    case.is_rate_limited = purpose
        == (Purpose::Token {
            is_rate_limited: true,
        });
    let mut inspection = Inspection {
        called_url: case.called_url.map(shown_url),
        ..Inspection::default()
    };
    let verdict = match judge(state, &clients, purpose, &mut case, &mut inspection).await {
        Ok(()) => granted(&case),
        Err(plan) => Err(plan),
    };
    let mut note = None;
    let mut answer = match verdict {
        Ok(answer) => answer,
        Err(plan) => {
            let refusal = plan.fill(|part| case.quoted(part));
            note = self::note(&case, &refusal);
            refused::answer(state, refusal)
        }
    };
    if purpose != Purpose::Introspection && involves_dpop(&case) {
        answer = state.dpop.with_nonce(answer, case.now);
    }
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

/// Reads the form as the gateway does, with what its URL has where that counts too.
fn read_form(state: &State, head: &Parts, body: &[u8]) -> Form {
    let form = read_body(state, head, body);
    let rules = state.rulebook.gateway.request();
    match head.uri.query().filter(|_| rules.parameters_in_query()) {
        Some(query) => form.with_query(query, body, |name| rules.counts_empty(name)),
        None => form,
    }
}

/// A body of another kind has no parameters for a gateway that does not look at its type.
fn read_body(state: &State, head: &Parts, body: &[u8]) -> Form {
    let rules = state.rulebook.gateway.request();
    let counts_empty = |name: &str| rules.counts_empty(name);
    let content_type = only_value(&head.headers, &CONTENT_TYPE).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    let reads = |form: Form| {
        let first_counts = state.rulebook.gateway.server().takes_first_of_repeated();
        match first_counts || state.rulebook.judges(Rule::DuplicateParameter) {
            true => form.taking_first(),
            false => form,
        }
    };
    let is_form = media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded");
    if rules.json() && media_type.eq_ignore_ascii_case("application/json") {
        return Form::parse_json(body, counts_empty);
    }
    if is_form || !matches!(rules.content_type(), ContentTypeRule::Any) {
        return reads(Form::parse(body, counts_empty));
    }
    if rules.multipart() {
        if let Some(form) = Form::parse_multipart(content_type, body, counts_empty) {
            return reads(form);
        }
    }
    reads(Form::parse(b"", counts_empty))
}

/// Whether all conditions hold.
fn holds(conditions: &[Condition], case: &Case<'_>) -> bool {
    let mut conditions = conditions.iter();
    conditions.all(|condition| condition.holds(case.part(condition.part()).as_deref()))
}

/// Takes the case through the rulebook, step by step.
///
/// Between the check of a JWT ID and the step that spends it nothing waits where the gateway
/// spends it early, and the server has one thread: of two requests with the same JWT ID, one is
/// the first. Where it is spent last, that step looks again.
async fn judge(
    state: &State,
    clients: &Clients,
    purpose: Purpose,
    case: &mut Case<'_>,
    inspection: &mut Inspection,
) -> Result<(), Box<RefusalPlan>> {
    let mut outcome = Ok(());
    let judgements = &mut inspection.judgements;
    for step in &state.rulebook.steps {
        match step {
            Step::Judge { rule, .. } if is_of_dpop(*rule) && !involves_dpop(case) => {}
            Step::Judge { rule, .. } if outcome.is_err() && purpose.knows(*rule) => judgements
                .push(Judgement {
                    rule: *rule,
                    verdict: Verdict::NotReached,
                }),
            _ if outcome.is_err() => {}
            Step::Judge { rule, .. } if !purpose.knows(*rule) => {}
            Step::Judge { refusal, .. } if !holds(refusal.when(), case) => {}
            Step::Judge {
                rule,
                stands_for,
                refusal,
            } => {
                let rules = core::iter::once(rule).chain(stands_for);
                let mut rules = rules.filter(|rule| purpose.knows(**rule));
                let verdict = if let Some(broken) = rules.find(|rule| is_broken(**rule, case)) {
                    outcome = Err(refusal.clone());
                    inspection.difference = difference(*broken, case, clients);
                    Verdict::Broken
                } else {
                    Verdict::Held
                };
                judgements.push(Judgement {
                    rule: *rule,
                    verdict,
                });
            }
            Step::SpendJwtId => {
                let authentication = case.authentication.as_deref();
                outcome = authentication.map_or(Ok(()), |other| spend_jwt_id(state, other));
                outcome = outcome.and_then(|()| spend_jwt_id(state, case));
            }
            Step::LoadKeys => load_keys(state, case).await,
        }
    }
    // The rules leave no such gap; a token without a signature would be worse than an error.
    if outcome.is_ok() && !has_key_to_verify_with(case) {
        return Err(state.rulebook.failure.clone());
    }
    outcome
}

/// Whether a rule is about DPoP proofs, of which most requests have none.
const fn is_of_dpop(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::DpopProofAbsent | Rule::DpopProof | Rule::DpopNonce
    )
}

fn spend_jwt_id(state: &State, case: &Case<'_>) -> Result<(), Box<RefusalPlan>> {
    let server = state.rulebook.gateway.server();
    let memory = server.jwt_id_memory();
    // A JWT that is itself the token is used many times.
    let is_remembered = memory > Duration::ZERO && !state.rulebook.takes_jwts();
    let Some(key) = case.jwt_id_key().filter(|_| is_remembered) else {
        return Ok(());
    };
    if state.spent_jwt_ids.contains(&key, case.now) {
        return Err(state.rulebook.spent());
    }
    let mut until = case.now.saturating_add(memory);
    if server.jwt_id_memory_ends_at_expiry() {
        if let Some(left) = left_until_expiry(case) {
            until = until.min(case.now.saturating_add(left));
        }
    }
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
    // One key set serves for both assertions of a request.
    let share = |case: &mut Case<'_>| {
        if let Some(other) = &mut case.authentication {
            other.keys = case.keys.clone();
        }
    };
    share(case);
    let is_cached = matches!(
        case.keys,
        KeyLookup::Found {
            are_cached: true,
            are_due: true,
            ..
        }
    );
    let refetches = case.key_rules().refetches_on_unknown_id();
    if is_cached && refetches && names_no_known_key(case) {
        case.keys = state.key_sets.load_anew(&client.keys, &state.clock).await;
        share(case);
    }
}

/// What the refused client cannot know.
fn note(case: &Case<'_>, refusal: &Refusal) -> Option<String> {
    let is_es512 = case.header_text("alg") == Some("ES512");
    // Another package of the build may have brought it.
    let cannot_verify = is_es512 && !any::Verifier.supports(Algorithm::Es512);
    (cannot_verify && refusal.rule == Rule::Signature).then(|| {
        "this build cannot verify ES512: build tokenring-mock-gateway with its feature aws-lc-rs"
            .to_owned()
    })
}
