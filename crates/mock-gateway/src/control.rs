//! Control over HTTP: clients, claims, faults and planned answers to set, and requests to read.
//!
//! It is off unless it was asked for. Whoever is on this machine can use it, and no web page: it
//! answers to no host name but loopback's, to no other site, and takes nothing but JSON by name,
//! which a browser does not send to another origin without asking first.

mod claims;
mod clients;
mod faults;
mod requests;

use hyper::body::Incoming;
use hyper::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, StatusCode};
use serde_json::Value;

use crate::answer::Answer;
use crate::body;
use crate::header::only_value;
use crate::page;
use crate::state::State;

/// Ten thousand clients, each with a key set of two RSA keys, take about 12 MB.
const BODY_LIMIT: usize = 32 * 1024 * 1024;
const CLIENTS: &str = "/-/clients";
const CLAIMS: &str = "/-/claims";
const FAULTS: &str = "/-/faults";
const REQUESTS: &str = "/-/requests";

/// A request that cannot be done: the status, and what is wrong.
#[derive(Debug)]
struct Refused(StatusCode, String);

/// Answers what belongs to the control API, and nothing else.
pub(crate) async fn respond(
    state: &State,
    request: Request<Incoming>,
) -> Result<Answer, Request<Incoming>> {
    let path = request.uri().path();
    let is_of_client = id_below(path, CLIENTS).or(id_below(path, CLAIMS)).is_some();
    let is_control = is_of_client || [CLIENTS, CLAIMS, FAULTS, REQUESTS].contains(&path);
    if !is_control {
        return Err(request);
    }
    if !page::admits(&request) {
        let what = "the control API answers on this machine only: call it by the address that the \
                    gateway printed when it started";
        return Ok(refusal(Refused(
            StatusCode::MISDIRECTED_REQUEST,
            what.to_owned(),
        )));
    }
    if !state.has_control {
        let what = "the control API is off: it has to be turned on when the gateway is started";
        return Ok(refusal(Refused(StatusCode::NOT_FOUND, what.to_owned())));
    }
    let (head, body) = request.into_parts();
    let body = match body::read(body, BODY_LIMIT).await {
        Ok(body) => body,
        Err(unread) => return Ok(unread.into_answer()),
    };
    let answer = dispatch(state, &head, &body).unwrap_or_else(refusal);
    let no_store = HeaderValue::from_static("no-store");
    Ok(answer.with_header(CACHE_CONTROL, no_store))
}

fn dispatch(state: &State, head: &Parts, body: &[u8]) -> Result<Answer, Refused> {
    let path = head.uri.path();
    let query = head.uri.query().unwrap_or_default();
    let method = &head.method;
    match (path, method) {
        (CLAIMS, &Method::GET) => Ok(claims::show(state)),
        (CLAIMS, &Method::POST | &Method::PUT) => claims::put(state, &json(head, body)?),
        (CLAIMS, &Method::DELETE) => claims::remove_all(state),
        (CLIENTS, &Method::GET) => Ok(clients::list(state)),
        (CLIENTS, &Method::POST | &Method::PUT) => {
            clients::put_all(state, &json(head, body)?, *method == Method::PUT)
        }
        (CLIENTS, &Method::DELETE) => Ok(clients::remove_all(state)),
        (FAULTS, &Method::GET) => Ok(faults::show(state)),
        (FAULTS, &Method::POST | &Method::PUT) => faults::put(state, &json(head, body)?),
        (FAULTS, &Method::DELETE) => faults::clear(state),
        (REQUESTS, &Method::GET) => requests::list(state, query),
        (REQUESTS, &Method::DELETE) => Ok(requests::clear(state)),
        _ => dispatch_client(state, head, body),
    }
}

/// What is about one client.
fn dispatch_client(state: &State, head: &Parts, body: &[u8]) -> Result<Answer, Refused> {
    let (path, method) = (head.uri.path(), &head.method);
    let client = id_below(path, CLIENTS).map(decoded);
    let claims_of = id_below(path, CLAIMS).map(decoded);
    match (client, claims_of, method) {
        (Some(id), _, &Method::GET) => clients::show(state, &id),
        (Some(id), _, &Method::POST | &Method::PUT) => clients::put(state, id, &json(head, body)?),
        (Some(id), _, &Method::DELETE) => clients::remove(state, &id),
        (_, Some(id), _) if id.is_empty() => Err(malformed(
            "the client ID is empty; wanted: the ID that the client sends",
        )),
        (_, Some(id), &Method::POST | &Method::PUT) => {
            claims::put_client(state, &id, &json(head, body)?)
        }
        (_, Some(id), &Method::DELETE) => claims::remove_client(state, &id),
        _ => Err(Refused(
            StatusCode::METHOD_NOT_ALLOWED,
            format!(
                "{method} is not a method of {path}; wanted: {}",
                allowed(path)
            ),
        )),
    }
}

/// The client ID behind a path, percent-encoded.
fn id_below<'a>(path: &'a str, above: &str) -> Option<&'a str> {
    path.strip_prefix(above)?.strip_prefix('/')
}

fn allowed(path: &str) -> &'static str {
    match path {
        REQUESTS => "GET, DELETE",
        _ if id_below(path, CLAIMS).is_some() => "POST, PUT, DELETE",
        _ => "GET, POST, PUT, DELETE",
    }
}

/// Reads a body that is said to be JSON.
fn json(head: &Parts, body: &[u8]) -> Result<Value, Refused> {
    let content_type = only_value(&head.headers, &CONTENT_TYPE).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(Refused(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "wanted: JSON, with Content-Type: application/json".to_owned(),
        ));
    }
    let text = core::str::from_utf8(body).map_err(|_| malformed("not UTF-8"))?;
    crate::client_file::from_json(text).map_err(malformed)
}

fn malformed(what: impl Into<String>) -> Refused {
    Refused(StatusCode::BAD_REQUEST, what.into())
}

fn refusal(Refused(status, what): Refused) -> Answer {
    let answer = Answer::json(status, &[("error", what.into())]);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        return answer.with_header(ALLOW, HeaderValue::from_static(allowed("")));
    }
    answer
}

/// A segment of a path, without its percent-encoding.
fn decoded(segment: &str) -> String {
    // In a path, `+` stands for itself.
    let form = segment
        .replace('+', "%2B")
        .replace('&', "%26")
        .replace('=', "%3D");
    let mut pairs = form_urlencoded::parse(form.as_bytes());
    pairs
        .next()
        .map(|(name, _)| name.into_owned())
        .unwrap_or_default()
}
