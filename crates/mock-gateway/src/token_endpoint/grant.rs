use core::time::Duration;

use hyper::StatusCode;
use serde_json::{Map, Value, json};
use tokenring_gateway::{AccessTokenForm, AnswerValue, ExpiresIn, IssuedAt};

use crate::answer::Answer;
use crate::form::Parameter;
use crate::issued_tokens::TokenRecord;
use crate::json::Members;
use crate::random;
use crate::refusal_plan::RefusalPlan;
use crate::rulebook::{Case, bound_key, granted_scope, left_until_expiry, spend_dpop_proof};
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
    let id_token_audience = case.id_token_audience();
    let are_jwts = matches!(server.access_token(), AccessTokenForm::Jwt);
    let access_token = match (id_token_audience, state.token_plan.now().are_jwts(are_jwts)) {
        (Some(audience), _) => id_token(state, case, life, Some(audience)),
        (None, true) => jwt(state, case, life, scope.as_deref()),
        _ => {
            random::access_token().map(|random| format!("{}{random}", server.access_token_prefix()))
        }
    };
    let access_token = access_token.ok_or_else(failed)?;
    let bound_key = bound_key(case);
    spend_dpop_proof(case).map_err(|_| failed())?;
    let token_type = match bound_key {
        Some(_) => "DPoP",
        None => response.token_type(),
    };
    let record = TokenRecord {
        client_id: case.client.map(|client| client.id.clone()),
        scope: scope.clone().filter(|scope| !scope.is_empty()),
        issued_at: now.as_seconds(),
        thumbprint: bound_key.map(|proof| proof.thumbprint.clone()),
    };
    state
        .access_tokens
        .insert(&access_token, record, now.saturating_add(life), now)
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
    let mut members = vec![("access_token", Value::from(access_token))];
    if !matches!(response.expires_in(), ExpiresIn::Absent) {
        members.push(("expires_in", number(u128::from(expires_in))));
    }
    members.push(("token_type", Value::from(token_type)));
    match response.issued_at() {
        IssuedAt::Seconds => members.push(("issued_at", number(now.as_millis() / 1000))),
        IssuedAt::Milliseconds => members.push(("issued_at", number(now.as_millis()))),
        IssuedAt::MillisecondsAsText => {
            members.push(("issued_at", now.as_millis().to_string().into()));
        }
        _ => {}
    }
    if let Some(wanted) = response.id_token_scope() {
        let granted = scope.as_deref().unwrap_or_default();
        if granted.split(' ').any(|scope| scope == wanted) {
            let id_token = id_token(state, case, life, None).ok_or_else(failed)?;
            members.push(("id_token", Value::from(id_token)));
        }
    }
    if id_token_audience.is_some() {
        members = vec![("id_token", token_member(members))];
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
    if let (Some(scope), None) = (scope, id_token_audience) {
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
            let shown = match (*name, id_token_audience) {
                ("id_token", None) => "…",
                _ => shown_token.as_str(),
            };
            *value = Value::from(shown);
        }
    }
    answer.inspection.answer = Some(Members(&members).to_text());
    Ok(answer)
}

/// The token that was made, without what goes with an access token.
fn token_member(members: Vec<(&str, Value)>) -> Value {
    let mut members = members.into_iter();
    let token = members.find(|(name, _)| *name == "access_token");
    token.map_or(Value::Null, |(_, token)| token)
}

/// An ID token, for whom it was requested or else for the client.
fn id_token(
    state: &State,
    case: &Case<'_>,
    life: Duration,
    audience: Option<&str>,
) -> Option<String> {
    let claims = claims(state, case, life)?;
    let mut claims = json_object(claims);
    if let Some(audience) = audience {
        claims.insert("aud".to_owned(), audience.into());
    }
    state.own_key.sign(&Value::Object(claims))
}

/// A JWT of this gateway's own, for this client.
fn jwt(state: &State, case: &Case<'_>, life: Duration, scope: Option<&str>) -> Option<String> {
    let mut claims = json_object(claims(state, case, life)?);
    if let Some(scope) = scope {
        claims.insert("scope".to_owned(), scope.into());
    }
    let client = case.client.map(|client| client.id.as_str());
    for (name, value) in state.token_plan.now().claims(client) {
        claims.insert(name.clone(), value.clone());
    }
    if let Some(proof) = bound_key(case) {
        claims.insert("cnf".to_owned(), json!({ "jkt": proof.thumbprint }));
    }
    state.own_key.sign(&Value::Object(claims))
}

fn claims(state: &State, case: &Case<'_>, life: Duration) -> Option<Value> {
    let now = state.clock.now();
    let client = case.client.map(|client| client.id.as_str());
    Some(json!({
        "iss": case.rulebook.site.published_issuer(),
        "sub": client,
        "azp": client,
        "client_id": client,
        "iat": now.as_seconds(),
        "exp": now.saturating_add(life).as_seconds(),
        "jti": random::access_token()?,
    }))
}

/// The members of an object. A claim without a value is left out, not null.
fn json_object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(mut members) => {
            members.retain(|_, value| !value.is_null());
            members
        }
        _ => Map::new(),
    }
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
