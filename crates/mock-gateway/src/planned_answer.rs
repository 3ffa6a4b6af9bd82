use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, TRANSFER_ENCODING,
};

use crate::answer::Answer;
use crate::error::Error;

/// An answer that the token endpoint gives in place of its own, whatever the request.
///
/// # Examples
///
/// ```
/// use tokenring_mock_gateway::{MockGateway, PlannedAnswer};
///
/// let gateway = MockGateway::builder().start()?;
/// let busy = PlannedAnswer::new(503, "later")?.with_header("Retry-After", "2")?;
/// gateway.answer_next(busy);
/// # Ok::<(), tokenring_mock_gateway::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlannedAnswer {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

/// What HTTP itself says of an answer, which this gateway sees to.
const FRAMING: [HeaderName; 3] = [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING];
const OF_JSON: HeaderValue = HeaderValue::from_static("application/json");

impl PlannedAnswer {
    /// An answer with this status, 200 to 599, and this body, of the type `application/json` unless a
    /// header says otherwise.
    ///
    /// # Errors
    ///
    /// When the status is none of those.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Result<Self, Error> {
        let is_final = (200..=599).contains(&status);
        let read = StatusCode::from_u16(status).ok().filter(|_| is_final);
        Ok(Self {
            status: read.ok_or_else(|| Error::PlannedAnswer {
                what: format!("status is {status}; wanted: a number from 200 to 599"),
            })?,
            headers: Vec::new(),
            body: Bytes::from(body.into()),
        })
    }

    /// Adds a header.
    ///
    /// # Errors
    ///
    /// When HTTP cannot carry it, or it says where the answer ends: that is seen to.
    pub fn with_header(mut self, name: &str, value: &str) -> Result<Self, Error> {
        let refused = |what: &str| Error::PlannedAnswer {
            what: format!("header {name:?} {what}"),
        };
        let name: HeaderName = name.parse().map_err(|_| {
            refused("has a name that HTTP does not allow; wanted: such as Retry-After")
        })?;
        if FRAMING.contains(&name) {
            return Err(refused("is set by the server; leave it out"));
        }
        let value = HeaderValue::from_str(value).map_err(|_| {
            refused("has a value that HTTP does not allow; wanted: one line of text")
        })?;
        self.headers.push((name, value));
        Ok(self)
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    pub(crate) fn into_answer(self) -> Answer {
        let mut answer = Answer::empty(self.status);
        *answer.response.body_mut() = http_body_util::Full::new(self.body);
        let headers = answer.response.headers_mut();
        headers.insert(CONTENT_TYPE, OF_JSON);
        for (name, value) in self.headers {
            if name == CONTENT_TYPE {
                headers.insert(name, value);
            } else {
                headers.append(name, value);
            }
        }
        answer
    }
}
