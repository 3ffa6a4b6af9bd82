use core::time::Duration;

use hyper::StatusCode;
use serde_json::{Value, json};
use tokenring_gateway::{AccessTokenForm, AnswerValue, ExpiresIn, IssuedAt, Rule};

use crate::answer::Answer;
use crate::clock::Instant;
use crate::form::Parameter;
use crate::json::Members;
use crate::random;
use crate::refusal_plan::RefusalPlan;
use crate::rulebook::{Case, granted_scope, has_dpop_proof, left_until_expiry, spend_dpop_proof};
use crate::shortened::shortened_secret;
use crate::state::State;
use crate::token_endpoint::refused;

/// Makes the access token, and the answer that hands it out.
pub(super) fn answer(state: &State, case: &Case<'_>) -> Result<Answer, Box<RefusalPlan>> {
    let rulebook = &state.rulebook;
    let failed = || rulebook.failure.clone();
    let (server, response) = (rulebook.gateway.server(), rulebook.gateway.response());
    let now = state.clock.now();
    let life = token_lifetime(case);
    let scope = granted_scope(case);
    let access_token = match server.access_token() {
        AccessTokenForm::Jwt => jwt(state, case, life, scope.as_deref()),
        _ => {
            random::access_token().map(|random| format!("{}{random}", server.access_token_prefix()))
        }
    };
    let access_token = access_token.ok_or_else(failed)?;
    let has_proof = has_dpop_proof(case) && rulebook.judges(Rule::DpopProof);
    if has_proof {
        spend_dpop_proof(case).map_err(|_| failed())?;
    }
    let token_type = if has_proof {
        "DPoP"
    } else {
        response.token_type()
    };
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
        ("token_type", Value::from(token_type)),
    ];
    match response.issued_at() {
        IssuedAt::Seconds => members.push(("issued_at", number(now.as_millis() / 1000))),
        IssuedAt::Milliseconds => members.push(("issued_at", number(now.as_millis()))),
        _ => {}
    }
    if let Some(wanted) = response.id_token_scope() {
        let granted = scope.as_deref().unwrap_or_default();
        if granted.split(' ').any(|scope| scope == wanted) {
            let id_token = jwt(state, case, life, None).ok_or_else(failed)?;
            members.push(("id_token", Value::from(id_token)));
        }
    }
    for (name, value) in response.members() {
        let value = match value {
            AnswerValue::Text(text) => Value::from(text.fill(|part| case.quoted(part))),
            AnswerValue::Number(number) => Value::from(*number),
            AnswerValue::Boolean(truth) => Value::from(*truth),
            _ => continue,
        };
        members.push((name, value));
    }
    if let Some(scope) = scope {
        members.push(("scope", Value::from(scope)));
    }
    let order = response.order();
    let place = |name: &str| order.iter().position(|each| each == name);
    members.sort_by_key(|(name, _)| place(name).unwrap_or(order.len()));
    let status = StatusCode::from_u16(response.status()).unwrap_or(StatusCode::OK);
    let answer = Answer::json(status, &members);
    let mut answer = refused::with_server_headers(state, answer);
    answer = refused::with_text_header(answer, "content-type", server.content_type());
    for (name, value) in &mut members {
        if matches!(*name, "access_token" | "id_token") {
            let shown = if *name == "access_token" {
                &shown_token
            } else {
                "…"
            };
            *value = Value::from(shown);
        }
    }
    answer.inspection.answer = Some(Members(&members).to_text());
    Ok(answer)
}

/// A JWT of this gateway's own, for this client.
fn jwt(state: &State, case: &Case<'_>, life: Duration, scope: Option<&str>) -> Option<String> {
    let now = state.clock.now();
    let client = case.client.map(|client| client.id.as_str());
    let mut claims = json!({
        "iss": case.rulebook.site.issuer,
        "sub": client,
        "azp": client,
        "iat": seconds(now),
        "exp": seconds(now.saturating_add(life)),
        "jti": random::access_token()?,
        "scope": scope,
    });
    // A claim without a value is left out, not null.
    if let Some(members) = claims.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    state.own_key.sign(&claims)
}

fn seconds(time: Instant) -> u64 {
    u64::try_from(time.as_millis() / 1000).unwrap_or(u64::MAX)
}

/// A client can have its token die earlier where the gateway lets it, never later.
fn token_lifetime(case: &Case<'_>) -> Duration {
    let server = case.rulebook.gateway.server();
    let mut longest = server.token_lifetime();
    if server.token_ends_with_assertion() {
        longest = longest.min(left_until_expiry(case).unwrap_or(longest));
    }
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
