//! The browser page: what comes in, how each rule judges it, and what is answered.
//!
//! It is for one person on one machine. It has no password, so three things keep other web pages
//! from reading it: it answers to no host name but loopback's and addresses in digits, which a
//! foreign name that is pointed at this machine is not; it refuses what a browser says comes from
//! another site; and it allows nobody to read across origins.

mod feed;
mod guard;

pub(crate) use feed::event_value;
pub(crate) use guard::admits;

use hyper::body::Incoming;
use hyper::header::{
    ACCEPT, CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue,
    REFERRER_POLICY, RETRY_AFTER, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use hyper::{Method, Request, StatusCode};

use crate::answer::Answer;
use crate::place::Place;
use crate::state::State;

const HTML: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");
const ICON: &str = include_str!("page/icon.svg");

/// Nothing but what this gateway itself serves, and nothing inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// Answers what belongs to the page, and nothing else.
pub(crate) async fn respond(
    state: &State,
    request: &Request<Incoming>,
    place: &Place,
) -> Option<Answer> {
    let is_page = request.uri().path() == "/" && accepts_html(request);
    if !is_page && !request.uri().path().starts_with("/-/") {
        return None;
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    if !admits(request) {
        return Some(with_policies(misdirected()));
    }
    let text = |content_type, text: &'static str| {
        Answer::new(StatusCode::OK, content_type, text.as_bytes().to_vec())
    };
    let answer = match request.uri().path() {
        "/" => text("text/html; charset=utf-8", HTML),
        "/-/page.css" => text("text/css; charset=utf-8", STYLE),
        "/-/page.js" => text("text/javascript; charset=utf-8", SCRIPT),
        "/-/icon.svg" => text("image/svg+xml", ICON),
        "/-/events" if !place.become_reader() => too_many_readers(),
        "/-/events" => feed::answer(state, request.uri().query()).await,
        _ => return None,
    };
    Some(with_policies(answer))
}

/// A browser asks for HTML by name; curl and scripts take anything, and get the text.
fn accepts_html(request: &Request<Incoming>) -> bool {
    let mut accepted = request.headers().get_all(ACCEPT).iter();
    accepted.any(|value| value.to_str().is_ok_and(|text| text.contains("text/html")))
}

fn misdirected() -> Answer {
    let text = "The page of the mock gateway answers on this machine only: open it by the address \
                that the gateway printed when it started, such as http://127.0.0.1:8080/.\n";
    Answer::new(
        StatusCode::MISDIRECTED_REQUEST,
        "text/plain; charset=utf-8",
        text.as_bytes().to_vec(),
    )
}

/// The connection ends with it: it has a client's place.
fn too_many_readers() -> Answer {
    let text = "Too many pages of the mock gateway are open: close some of them.\n";
    Answer::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "text/plain; charset=utf-8",
        text.as_bytes().to_vec(),
    )
    .with_header(RETRY_AFTER, HeaderValue::from_static("5"))
    .with_header(CONNECTION, HeaderValue::from_static("close"))
}

fn with_policies(answer: Answer) -> Answer {
    [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "no-referrer"),
        (RESOURCE_POLICY, "same-origin"),
        (OPENER_POLICY, "same-origin"),
        (CACHE_CONTROL, "no-store"),
        (VARY, "Accept"),
    ]
    .into_iter()
    .fold(answer, |answer, (name, value)| {
        answer.with_header(name, HeaderValue::from_static(value))
    })
}
