use core::fmt;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{ALLOW, DATE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use tokio::time::sleep;

use crate::answer::Answer;
use crate::api::{self, ApiAccess};
use crate::event::{Event, EventKind};
use crate::metadata;
use crate::page;
use crate::place::Place;
use crate::state::State;
use crate::token_endpoint;
use crate::unknown_path;

/// Answers one request and writes it into the journal.
///
/// # Errors
///
/// Where a fault on demand has the connection closed.
pub(crate) async fn respond(
    state: &State,
    request: Request<Incoming>,
    place: &Place,
) -> Result<Response<Full<Bytes>>, Withheld> {
    let method = request.method().as_str().to_owned();
    let path = request.uri().path().to_owned();
    let (kind, answer) = route(state, request, &path, place).await;
    let Answer {
        mut response,
        refusal,
        client_id,
        message_id,
        inspection,
        delay,
        is_withheld,
    } = answer;
    let now = state.clock.now();
    // Clients measure their clock's skew by this header: it has to tell the time of the rules.
    let sends_date = state.rulebook.gateway.server().sends_date();
    if let Some(date) = now.http_date().filter(|_| sends_date) {
        if let Ok(date) = HeaderValue::from_str(&date) {
            response.headers_mut().insert(DATE, date);
        }
    }
    if let Some(kind) = kind {
        state.journal.record(Event {
            time: now.to_system_time(),
            kind,
            method,
            path,
            status: response.status().as_u16(),
            client_id,
            refusal,
            message_id,
            inspection,
        });
    }
    if let Some(delay) = delay {
        sleep(delay).await;
    }
    if is_withheld {
        return Err(Withheld);
    }
    Ok(response)
}

/// The answer is not sent, and the connection closed.
#[derive(Debug)]
pub(crate) struct Withheld;

impl fmt::Display for Withheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer is withheld on demand")
    }
}

impl core::error::Error for Withheld {}

/// Finds the answer, and what it is to be called in the journal.
///
/// The browser page and what it asks for are not in there: it would be its own news.
async fn route(
    state: &State,
    request: Request<Incoming>,
    path: &str,
    place: &Place,
) -> (Option<EventKind>, Answer) {
    let is_reading = matches!(*request.method(), Method::GET | Method::HEAD);
    // Where the token endpoint is the root, the page is what is read there.
    if path == state.rulebook.site.token_path && !(path == "/" && is_reading) {
        let answer = token_endpoint::respond(state, request).await;
        return (Some(EventKind::TokenRequest), answer);
    }
    if let Some(access) = ApiAccess::of_path(path) {
        let answer = api::respond(state, access, request).await;
        return (Some(EventKind::ApiCall), answer);
    }
    if is_reading {
        if let Some(answer) = metadata::answer(state, path) {
            return (Some(EventKind::Other), answer);
        }
    }
    if let Some(answer) = page::respond(state, &request, place).await {
        return (None, answer);
    }
    let answer = match path {
        "/" if is_reading => about(state),
        "/" => Answer::empty(StatusCode::METHOD_NOT_ALLOWED)
            .with_header(ALLOW, HeaderValue::from_static("GET, HEAD")),
        _ => unknown_path::answer(state, request, path),
    };
    (Some(EventKind::Other), answer)
}

fn about(state: &State) -> Answer {
    let token_path = &state.rulebook.site.token_path;
    let text = format!(
        "tokenring mock gateway: {title}, for tests, on this machine.\n\
         A browser shows at / what comes in and how it is judged.\n\
         \n\
         POST {token_path:<18} access token for an assertion\n\
         any  {bearer:<18} echo, with Authorization: Bearer <access token>\n\
         any  {api_key:<18} echo, with apikey: <client ID>\n\
         any  {open:<18} echo, with neither\n",
        title = state.rulebook.gateway.title(),
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
