use core::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::{Value, json};

use crate::event::Inspection;
use crate::json::Members;
use crate::refusal::Refusal;

/// An answer before it becomes HTTP, with what the observer gets to know of it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) response: Response<Full<Bytes>>,
    pub(crate) refusal: Option<Refusal>,
    pub(crate) client_id: Option<String>,
    pub(crate) message_id: Option<String>,
    pub(crate) inspection: Inspection,
    /// How long it waits before it is sent.
    pub(crate) delay: Option<Duration>,
    /// The connection is closed in its place.
    pub(crate) is_withheld: bool,
}

impl Answer {
    pub(crate) fn new(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Self {
        let mut answer = Self::empty(status);
        *answer.response.body_mut() = Full::from(body);
        answer.with_header(CONTENT_TYPE, HeaderValue::from_static(content_type))
    }

    pub(crate) fn empty(status: StatusCode) -> Self {
        let mut response = Response::new(Full::default());
        *response.status_mut() = status;
        Self {
            response,
            refusal: None,
            client_id: None,
            message_id: None,
            inspection: Inspection::default(),
            delay: None,
            is_withheld: false,
        }
    }

    pub(crate) fn json(status: StatusCode, members: &[(&str, Value)]) -> Self {
        Self::new(status, "application/json", Members(members).to_compact())
    }

    /// Apigee's own form for what goes wrong outside a gateway's rules.
    pub(crate) fn fault(status: StatusCode, error_code: &str, fault: &str) -> Self {
        Self::json(status, &[("fault", fault_value(error_code, fault))])
    }

    pub(crate) fn too_large() -> Self {
        Self::fault(
            StatusCode::PAYLOAD_TOO_LARGE,
            "protocol.http.TooBigBody",
            "Body buffer overflow",
        )
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.response.headers_mut().insert(name, value);
        self
    }
}

pub(crate) fn fault_value(error_code: &str, fault: &str) -> Value {
    let detail = json!({ "errorcode": error_code });
    json!({ "faultstring": fault, "detail": detail })
}
