use core::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{ALLOW, AUTHORIZATION, DATE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use tokenring_gateway::Rule;
use tokio::time::sleep;

use crate::answer::Answer;
use crate::api::{self, ApiAccess};
use crate::control;
use crate::event::{Event, EventKind};
use crate::metadata;
use crate::page;
use crate::place::Place;
use crate::stand_in::{self, MeantHost, Passage};
use crate::state::State;
use crate::token_endpoint;
use crate::unknown_path;

/// Answers one request and writes it into the journal.
///
/// # Errors
///
/// Where a fault on demand has the connection closed.
pub(crate) async fn respond(
    root: &Arc<State>,
    mut request: Request<Incoming>,
    place: &Arc<Place>,
    is_tls: bool,
) -> Result<Response<Full<Bytes>>, Withheld> {
    let method = request.method().as_str().to_owned();
    let mut path = request.uri().path().to_owned();
    let mut host = None;
    let mut state = root;
    let (kind, answer) = match direct(state, &mut request, place, is_tls) {
        Direction::Here(meant) => {
            if let Some(meant) = meant {
                host = Some(format!("{}://{}", meant.scheme, meant.authority));
                request.extensions_mut().insert(meant);
            }
            if host.is_none() {
                state = root.at(&path);
            }
            let own_path = match state.rulebook.site.own_path(&path) {
                "" if !path.is_empty() => "/",
                own_path => own_path,
            };
            route(state, request, own_path, place).await
        }
        Direction::Tunnel(answer) => (None, *answer),
        Direction::Nowhere(answer) => {
            path = request.uri().to_string();
            (Some(EventKind::ProxyRefusal), *answer)
        }
    };
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
            host,
            mount: state.mount_path.clone(),
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

/// What is done with a request, by the host that it is meant for.
enum Direction {
    /// It is answered here, in place of that host if there is one.
    Here(Option<MeantHost>),
    Tunnel(Box<Answer>),
    Nowhere(Box<Answer>),
}

fn direct(
    state: &Arc<State>,
    request: &mut Request<Incoming>,
    place: &Arc<Place>,
    is_tls: bool,
) -> Direction {
    if !is_tls {
        match stand_in::connect(state, request, place) {
            Some(Ok(answer)) => return Direction::Tunnel(Box::new(answer)),
            Some(Err(answer)) => return Direction::Nowhere(answer),
            None => {}
        }
    }
    match stand_in::passage(state, request, is_tls) {
        Passage::Own => Direction::Here(None),
        Passage::StandIn(meant) => Direction::Here(Some(meant)),
        Passage::Refused(answer) => Direction::Nowhere(answer),
    }
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
    let has_tokens = !state.rulebook.takes_jwts();
    if has_tokens && is_token_path(state, path) && !(path == "/" && is_reading) {
        let answer = token_endpoint::respond(state, request).await;
        return (Some(EventKind::TokenRequest), answer);
    }
    if state.rulebook.site.introspection_path.as_deref() == Some(path) {
        let answer = token_endpoint::respond_of_token(state, request).await;
        return (Some(EventKind::Introspection), answer);
    }
    if let Some(access) = ApiAccess::of_path(path) {
        let answer = api::respond(state, access, request).await;
        return (Some(EventKind::ApiCall), answer);
    }
    if state.rulebook.gateway.api().has_path(path) {
        let answer = api::respond(state, ApiAccess::Bearer, request).await;
        return (Some(EventKind::ApiCall), answer);
    }
    if is_reading {
        if let Some(answer) = metadata::answer(state, path) {
            return (Some(EventKind::Other), answer);
        }
    }
    let request = match control::respond(state, request).await {
        Ok(answer) => return (None, answer),
        Err(request) => request,
    };
    if let Some(answer) = page::respond(state, &request, place).await {
        return (None, answer);
    }
    // The real gateway's own paths: any that a client calls with credentials is an API's.
    let is_meant = request.extensions().get::<MeantHost>().is_some();
    if is_meant && request.headers().contains_key(AUTHORIZATION) {
        let answer = api::respond(state, ApiAccess::Bearer, request).await;
        return (Some(EventKind::ApiCall), answer);
    }
    let answer = match path {
        "/" if is_reading => about(state),
        "/" if !has_words_for_paths(state) => Answer::empty(StatusCode::METHOD_NOT_ALLOWED)
            .with_header(ALLOW, HeaderValue::from_static("GET, HEAD")),
        _ => unknown_path::answer(state, request, path),
    };
    (Some(EventKind::Other), answer)
}

fn is_token_path(state: &State, path: &str) -> bool {
    let rulebook = &state.rulebook;
    let takes_slash = rulebook.gateway.server().takes_slash_at_end();
    let without = path.strip_suffix('/').filter(|_| takes_slash);
    let token_path = rulebook.site.token_path.as_str();
    path == token_path || without == Some(token_path)
}

fn has_words_for_paths(state: &State) -> bool {
    let mut rows = state.rulebook.gateway.refusals().iter();
    rows.any(|row| row.rule() == Some(Rule::Path))
}

fn about(state: &State) -> Answer {
    let mounts = state.mounts.iter().map(|mount| {
        let title = mount.state.rulebook.gateway.title();
        format!("at   {path:<18} {title}\n", path = mount.path)
    });
    let mounts: String = mounts.collect();
    let token_path = &state.rulebook.site.token_path;
    let text = format!(
        "tokenring mock gateway: {title}, for tests, on this machine.\n\
         A browser shows at / what comes in and how it is judged.\n\
         \n\
         POST {token_path:<18} access token for an assertion\n\
         any  {bearer:<18} echo, with Authorization: Bearer <access token>\n\
         any  {api_key:<18} echo, with apikey: <client ID>\n\
         any  {open:<18} echo, with neither\n\
         {mounts}",
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
