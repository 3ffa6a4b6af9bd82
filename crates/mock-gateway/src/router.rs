use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{ALLOW, DATE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use crate::answer::Answer;
use crate::api::{self, ApiAccess};
use crate::event::{Event, EventKind};
use crate::state::State;
use crate::token_endpoint;

/// Answers one request and writes it into the journal.
pub(crate) async fn respond(state: &State, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let method = request.method().as_str().to_owned();
    let path = request.uri().path().to_owned();
    let (kind, answer) = route(state, request, &path).await;
    let Answer {
        mut response,
        refusal,
        client_id,
        message_id,
    } = answer;
    let now = state.clock.now();
    // Clients measure their clock's skew by this header: it has to tell the time of the rules.
    if let Some(date) = now.http_date() {
        if let Ok(date) = HeaderValue::from_str(&date) {
            response.headers_mut().insert(DATE, date);
        }
    }
    state.journal.record(Event {
        time: now.to_system_time(),
        kind,
        method,
        path,
        status: response.status().as_u16(),
        client_id,
        refusal,
        message_id,
    });
    response
}

async fn route(state: &State, request: Request<Incoming>, path: &str) -> (EventKind, Answer) {
    if path == state.rulebook.token_path {
        let answer = token_endpoint::respond(state, request).await;
        return (EventKind::TokenRequest, answer);
    }
    if let Some(access) = ApiAccess::of_path(path) {
        let answer = api::respond(state, access, request).await;
        return (EventKind::ApiCall, answer);
    }
    let answer = match path {
        "/" if matches!(*request.method(), Method::GET | Method::HEAD) => about(state),
        "/" => Answer::empty(StatusCode::METHOD_NOT_ALLOWED)
            .with_header(ALLOW, HeaderValue::from_static("GET, HEAD")),
        _ => Answer::fault(
            StatusCode::NOT_FOUND,
            "messaging.adaptors.http.flow.ApplicationNotFound",
            &format!("Unable to identify proxy for host: default and url: {path}"),
        ),
    };
    (EventKind::Other, answer)
}

fn about(state: &State) -> Answer {
    let token_path = state.rulebook.token_path;
    let text = format!(
        "tokenring mock gateway: an API gateway for tests, on this machine.\n\
         \n\
         POST {token_path:<18} access token for a client assertion\n\
         any  {bearer:<18} echo, with Authorization: Bearer <access token>\n\
         any  {api_key:<18} echo, with apikey: <client ID>\n\
         any  {open:<18} echo, with neither\n",
        bearer = format!("{}/*", ApiAccess::Bearer),
        api_key = format!("{}/*", ApiAccess::ApiKey),
        open = format!("{}/*", ApiAccess::Open),
    );
    Answer::new(
        StatusCode::OK,
        "text/plain; charset=utf-8",
        text.into_bytes(),
    )
}
