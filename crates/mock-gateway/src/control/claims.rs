//! `/-/claims`: what is in access tokens, in the form of the claims file.

use hyper::StatusCode;
use serde_json::{Value, json};

use super::{Refused, malformed};
use crate::answer::Answer;
use crate::error::Error;
use crate::state::State;

/// A document of one client's claims, as the claims file has them.
fn of_client(id: &str, claims: &Value) -> Value {
    json!({ "clients": { id: claims } })
}

pub(super) fn show(state: &State) -> Answer {
    Answer::json(StatusCode::OK, &state.token_plan.now().document())
}

/// Puts these in the place of all that there are.
pub(super) fn put(state: &State, root: &Value) -> Result<Answer, Refused> {
    let changed = state
        .token_plan
        .change(|tokens| tokens.without_claims().with_document(root, &refused));
    changed.map_err(to_refusal)?;
    Ok(show(state))
}

/// Puts these in the place of one client's.
pub(super) fn put_client(state: &State, id: &str, claims: &Value) -> Result<Answer, Refused> {
    let document = of_client(id, claims);
    let changed = state.token_plan.change(|tokens| {
        let tokens = tokens.without_client_claims(id);
        tokens.with_document(&document, &refused)
    });
    changed.map_err(to_refusal)?;
    Ok(show(state))
}

pub(super) fn remove_all(state: &State) -> Result<Answer, Refused> {
    let changed = state
        .token_plan
        .change(|tokens| Ok(tokens.without_claims()));
    changed.map_err(to_refusal)?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

pub(super) fn remove_client(state: &State, id: &str) -> Result<Answer, Refused> {
    let changed = state
        .token_plan
        .change(|tokens| Ok(tokens.without_client_claims(id)));
    changed.map_err(to_refusal)?;
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

fn refused(what: String) -> Error {
    Error::Claims { what }
}

fn to_refusal(error: Error) -> Refused {
    match error {
        Error::Claims { what } => malformed(what),
        other => malformed(other.to_string()),
    }
}
