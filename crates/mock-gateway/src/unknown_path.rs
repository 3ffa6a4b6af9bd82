//! What a gateway says of a path where it has nothing.

use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::http::request::Parts;
use hyper::{Method, Request, StatusCode};
use tokenring_gateway::{Gateway, Refusal as Row, RefusalForm, Rule};

use crate::answer::Answer;
use crate::state::State;
use crate::token_endpoint::{WORDS, off_endpoint, references};

/// The answer of the gateway's own kind: its file's, or Apigee's, or a plain one.
pub(crate) fn answer(state: &State, request: Request<Incoming>, path: &str) -> Answer {
    let (head, _) = request.into_parts();
    let mut answer = of_path(state, &head, path);
    if head.method == Method::POST {
        answer.inspection.note =
            Some("nothing is at this path: compare it with the token URL's".to_owned());
    }
    answer
}

fn of_path(state: &State, head: &Parts, path: &str) -> Answer {
    if let Some(answer) = off_endpoint(state, Rule::Path, head) {
        return answer;
    }
    let gateway = &state.rulebook.gateway;
    let row = row(gateway);
    let is_beside = first_segment(path) == first_segment(&state.rulebook.site.token_path);
    match row {
        // Where a proxy routes by the first segment, only its own paths get its own answer.
        Some(row) if is_beside || !speaks_in_faults(gateway) => listed(state, row),
        _ if speaks_in_faults(gateway) => Answer::fault(
            StatusCode::NOT_FOUND,
            "messaging.adaptors.http.flow.ApplicationNotFound",
            &format!("Unable to identify proxy for host: default and url: {path}"),
        ),
        _ => with_unknown_words(Answer::json(
            StatusCode::NOT_FOUND,
            &[("error", "Not Found".into())],
        )),
    }
}

/// What the file says of a path that is not there: it breaks no rule of the token endpoint.
fn row(gateway: &Gateway) -> Option<&Row> {
    let is_about_paths = |row: &&Row| {
        let is_oauth = matches!(row.form(), RefusalForm::OAuth);
        row.rule().is_none() && row.status() == Some(404) && is_oauth && row.error().is_some()
    };
    gateway.refusals().iter().find(is_about_paths)
}

fn speaks_in_faults(gateway: &Gateway) -> bool {
    let mut rows = gateway.refusals().iter();
    rows.any(|row| matches!(row.form(), RefusalForm::Fault))
}

fn listed(state: &State, row: &Row) -> Answer {
    let references = references(state);
    let mut members = vec![("error", row.error().unwrap_or_default().into())];
    if let Some(words) = row.description().or(row.contains()) {
        members.push(("error_description", words.into()));
    }
    for (name, value) in &references {
        members.push((name, value.as_str().into()));
    }
    let mut answer = Answer::json(StatusCode::NOT_FOUND, &members);
    answer.message_id = references.first().map(|(_, value)| value.clone());
    if row.contains().is_some() {
        return with_unknown_words(answer);
    }
    answer
}

fn with_unknown_words(answer: Answer) -> Answer {
    answer.with_header(WORDS, HeaderValue::from_static("unknown"))
}

fn first_segment(path: &str) -> Option<&str> {
    path.split('/').nth(1)
}
