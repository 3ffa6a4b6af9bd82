use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use serde_json::Value;
use tokenring_gateway::{RateLimit, Rule};

use crate::answer::{Answer, fault_value};
use crate::json::Members;
use crate::refusal::{Refusal, Shape};
use crate::state::State;

/// Tells that the real gateway's words for a refusal are not known.
pub(crate) const WORDS: HeaderName = HeaderName::from_static("x-mock-gateway-words");
/// Longer than a second would only make tests slow.
const RETRY_AFTER_SECONDS: &str = "1";
const RETRY_AFTER_MILLISECONDS: u128 = 1000;
/// Five requests a second.
const QUOTA: u32 = 300;

/// The answer to a request that breaks a rule.
pub(super) fn answer(state: &State, refusal: Refusal) -> Answer {
    let references = references(state);
    let mut members: Vec<(&str, Value)> = match refusal.shape {
        Shape::OAuth => oauth(&refusal),
        Shape::Fault => vec![("fault", fault_value(refusal.error(), refusal.description()))],
        Shape::Message => message(state, &refusal),
        Shape::Empty | Shape::Body => Vec::new(),
    };
    for (name, value) in &refusal.members {
        members.push((name, value.as_str().into()));
    }
    if refusal.shape != Shape::Fault {
        for (name, value) in &references {
            members.push((name, value.as_str().into()));
        }
    }
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = match refusal.shape {
        Shape::Empty => Answer::empty(status),
        Shape::Body => Answer::new(status, "text/html", refusal.body.clone().into_bytes()),
        _ => Answer::json(status, &members),
    };
    if refusal.shape != Shape::Empty {
        let of_server = state.rulebook.gateway.server().content_type();
        let content_type = refusal.content_type.as_deref().unwrap_or(of_server);
        answer = with_text_header(answer, CONTENT_TYPE.as_str(), content_type);
    }
    // What is said of a path that is not there is not the token endpoint's.
    if refusal.rule != Rule::Path {
        answer = with_server_headers(state, answer);
    }
    for (name, value) in &refusal.headers {
        answer = with_text_header(answer, name, value);
    }
    if !refusal.has_known_words {
        answer = answer.with_header(WORDS, HeaderValue::from_static("unknown"));
    }
    if refusal.rule == Rule::RateLimited {
        answer = with_rate_limit(state, answer, 0);
        if state
            .rulebook
            .gateway
            .response()
            .rate_limit()
            .has_retry_after()
        {
            answer = answer.with_header(RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_SECONDS));
        }
    }
    answer.inspection.answer = Some(match refusal.shape {
        Shape::Empty => String::new(),
        Shape::Body => refusal.body.clone(),
        _ => Members(&members).to_text(),
    });
    answer.message_id = references.into_iter().next().map(|(_, value)| value);
    answer.refusal = Some(refusal);
    answer
}

/// Adds the headers that every answer of this token endpoint has.
pub(super) fn with_server_headers(state: &State, mut answer: Answer) -> Answer {
    for (name, value) in state.rulebook.gateway.server().headers() {
        answer = with_text_header(answer, name, &value.fill(|part| state.quoted(part)));
    }
    let known = state.rulebook.gateway.request().rate_limit();
    let limit = known.map_or(QUOTA, RateLimit::requests);
    with_rate_limit(state, answer, limit.saturating_sub(1))
}

/// Adds what tells of the rate limit, as the gateway's file has it. How many requests are left is
/// not counted: all but this one, or none.
fn with_rate_limit(state: &State, mut answer: Answer, left: u32) -> Answer {
    let headers = state.rulebook.gateway.response().rate_limit();
    // Rounded up: before the second that it names, the limit is not over.
    let reset = state.clock.now().as_millis() + RETRY_AFTER_MILLISECONDS;
    let known = state.rulebook.gateway.request().rate_limit();
    let limit = known.map_or(QUOTA, RateLimit::requests);
    for (name, value) in [
        (headers.limit(), limit.to_string()),
        (headers.remaining(), left.min(limit).to_string()),
        (headers.reset(), reset.div_ceil(1000).to_string()),
    ] {
        if let Some(name) = name {
            answer = with_text_header(answer, name, &value);
        }
    }
    answer
}

/// Adds a header of the file's, if HTTP can carry it.
pub(super) fn with_text_header(answer: Answer, name: &str, value: &str) -> Answer {
    match (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
        (Ok(name), Ok(value)) => answer.with_header(name, value),
        _ => answer,
    }
}

/// What a proxy says in front of a gateway that is down.
pub(super) fn unavailable(status: u16) -> Answer {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let title = match status {
        StatusCode::SERVICE_UNAVAILABLE => "503 Service Temporarily Unavailable".to_owned(),
        status => status.to_string(),
    };
    let page = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n\
         <center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
    );
    let mut answer = Answer::new(status, "text/html", page.clone().into_bytes());
    answer.inspection.answer = Some(page);
    answer
}

/// RFC 6749, section 5.2.
fn oauth(refusal: &Refusal) -> Vec<(&'static str, Value)> {
    let mut members = vec![("error", refusal.error.as_str().into())];
    if let Some(description) = &refusal.description {
        members.push(("error_description", description.as_str().into()));
    }
    members
}

/// A body that is a message, and for a quota what Apigee says beside, as it was recorded.
fn message(state: &State, refusal: &Refusal) -> Vec<(&'static str, Value)> {
    if refusal.rule != Rule::RateLimited {
        return vec![("message", refusal.description().into())];
    }
    let expiry = state.clock.now().as_millis() + RETRY_AFTER_MILLISECONDS;
    let message = if refusal.has_known_words {
        refusal.description().to_owned()
    } else {
        let words = refusal.description();
        format!(
            "Your application, mock, {words} {QUOTA} requests every 1 minute(s) and is being rate \
             limited."
        )
    };
    vec![
        ("interval", 1.into()),
        ("limit", QUOTA.into()),
        ("message", message.into()),
        ("policy", "quota".into()),
        (
            "ratelimiting_expiry_time_ms",
            u64::try_from(expiry).unwrap_or(u64::MAX).into(),
        ),
        ("scope", "application".into()),
        ("timeunit", "minute".into()),
    ]
}

/// The members by which the real gateway's support finds a request, with values of their kind.
pub(crate) fn references(state: &State) -> Vec<(String, String)> {
    let number = state.next_message_number();
    let names = state.rulebook.gateway.response().references();
    let value = |name: &String| match name.as_str() {
        "message_id" => {
            let time = state.clock.now().as_millis();
            format!("rrt-{time:019}-a-mock-{number}-1")
        }
        _ => format!("00000000-0000-4000-8000-{number:012x}"),
    };
    names
        .iter()
        .map(|name| (name.clone(), value(name)))
        .collect()
}
