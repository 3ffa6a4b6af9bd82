use core::time::Duration;

use hyper::StatusCode;
use serde_json::Value;
use tokenring_gateway::{ExpiresIn, IssuedAt, ScopeRule};

use crate::answer::Answer;
use crate::form::Parameter;
use crate::json::Members;
use crate::random;
use crate::refusal::Refusal;
use crate::rulebook::Case;
use crate::shortened::shortened_secret;
use crate::state::State;

/// Makes the access token, and the answer that hands it out.
pub(super) fn answer(state: &State, case: &Case<'_>) -> Result<Answer, Refusal> {
    let rulebook = &state.rulebook;
    let failed = || rulebook.failure.clone();
    let (server, response) = (rulebook.gateway.server(), rulebook.gateway.response());
    let now = state.clock.now();
    let life = token_lifetime(case);
    let access_token = random::access_token().ok_or_else(failed)?;
    state
        .access_tokens
        .insert(&access_token, now.saturating_add(life), now)
        .map_err(|_| failed())?;
    // The real ones say a little less than the token lives, or the same.
    let kept_back = server.token_lifetime().saturating_sub(server.expires_in());
    let expires_in = life.as_secs().saturating_sub(kept_back.as_secs());
    let is_text = matches!(response.expires_in(), ExpiresIn::Text);
    let number = |number: u128| match u64::try_from(number) {
        Ok(number) if !is_text => Value::from(number),
        _ => Value::from(number.to_string()),
    };
    let shown_token = shortened_secret(&access_token);
    let mut members = vec![
        ("access_token", Value::from(access_token)),
        ("expires_in", number(u128::from(expires_in))),
        ("token_type", Value::from(response.token_type())),
    ];
    match response.issued_at() {
        IssuedAt::Seconds => members.push(("issued_at", number(now.as_millis() / 1000))),
        IssuedAt::Milliseconds => members.push(("issued_at", number(now.as_millis()))),
        _ => {}
    }
    if let Some(scope) = granted_scope(case) {
        members.push(("scope", Value::from(scope)));
    }
    let mut answer = Answer::json(StatusCode::OK, &members);
    if let Some((_, token)) = members.first_mut() {
        *token = Value::from(shown_token);
    }
    answer.inspection.answer = Some(Members(&members).to_text());
    Ok(answer)
}

/// A client can have its token die earlier where the gateway lets it, never later.
fn token_lifetime(case: &Case<'_>) -> Duration {
    let server = case.rulebook.gateway.server();
    let longest = server.token_lifetime();
    let Some(parameter) = server.shorter_lifetime_parameter() else {
        return longest;
    };
    match case.parameter(parameter) {
        Parameter::Once(text) => text.parse().map_or(longest, |milliseconds: u64| {
            Duration::from_millis(milliseconds).min(longest)
        }),
        Parameter::Absent | Parameter::Repeated => longest,
    }
}

/// All that was asked for, where the gateway takes a scope: RFC 6749, section 5.1.
fn granted_scope<'a>(case: &'a Case<'_>) -> Option<&'a str> {
    match case.rulebook.gateway.request().scope() {
        ScopeRule::Optional | ScopeRule::Required => match case.parameter("scope") {
            Parameter::Once(scope) => Some(scope),
            Parameter::Absent | Parameter::Repeated => None,
        },
        ScopeRule::InAssertion | ScopeRule::InAssertionOptional => case.claim_text("scope"),
        _ => None,
    }
}
