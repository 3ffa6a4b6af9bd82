//! An API that takes a signed JWT itself: it is checked by the rules of the gateway's file.

use hyper::StatusCode;
use hyper::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use hyper::http::request::Parts;

use super::echo;
use crate::answer::Answer;
use crate::header::only_value;
use crate::state::State;
use crate::token_endpoint;

/// Answers a call with what was sent, or with why its JWT is rejected.
pub(super) async fn respond(state: &State, head: &Parts, body: Vec<u8>) -> Answer {
    let echo = || echo::answer(head, body);
    let answer = token_endpoint::respond_to_jwt(state, head, bearer(head), echo).await;
    let is_unauthorized = answer.response.status() == StatusCode::UNAUTHORIZED;
    if !is_unauthorized || answer.response.headers().contains_key(WWW_AUTHENTICATE) {
        return answer;
    }
    // RFC 9110, section 15.5.2: a 401 has one.
    let challenge = match bearer(head) {
        Some(_) => "Bearer error=\"invalid_token\"",
        None => "Bearer",
    };
    answer.with_header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
}

/// The bearer token of a request. RFC 9110, section 11.1: the scheme's name has no case.
fn bearer(head: &Parts) -> Option<&str> {
    let (scheme, token) = only_value(&head.headers, &AUTHORIZATION)?.split_once(' ')?;
    let is_bearer = scheme.eq_ignore_ascii_case("Bearer");
    Some(token.trim()).filter(|token| is_bearer && !token.is_empty())
}
