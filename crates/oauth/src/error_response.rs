use alloc::string::String;
use core::fmt;
use core::time::Duration;

use serde_json::Value;
use tokenring_assertion::NumericDate;

use crate::server_words::ServerWords;
use crate::{HttpResponse, printable};

/// What a server said instead of giving a token, or instead of serving an API
/// call.
///
/// Reads the error response of [RFC 6749 section 5.2] and the other shapes that
/// gateways answer with, see [`ErrorShape`].
///
/// Its texts are the server's own words: bounded in length, with JSON Web
/// Tokens elided and other long runs of base64 or hex cut out. Words that hold
/// a token of the answer itself, or any part of a secret that was sent, in
/// whatever encoding, are withheld whole, so that an assertion that the server
/// echoes goes no further; for that the response has to know its request, see
/// [`HttpRequest::response`](crate::HttpRequest::response).
/// The accessors give the words otherwise unfiltered; `Display` puts status, code,
/// description and message id in one line, through [`printable`].
///
/// [RFC 6749 section 5.2]: https://www.rfc-editor.org/rfc/rfc6749#section-5.2
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ErrorResponse {
    status: u16,
    shape: ErrorShape,
    words: Words,
    retry_after: Option<Duration>,
    date: Option<NumericDate>,
}

/// The server's words, each of them kept with `ServerWords::keep`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Words {
    error: Option<String>,
    description: Option<String>,
    uri: Option<String>,
    policy: Option<String>,
    message_id: Option<String>,
    trace_id: Option<String>,
    correlation_id: Option<String>,
}

impl ErrorResponse {
    /// Reads a response. There is none that it cannot read.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_oauth::{ErrorResponse, HttpResponse};
    ///
    /// let body = br#"{"error":"public_key error","error_description":"JWT signature verification failed","message_id":"rrt-1"}"#;
    /// let response = ErrorResponse::parse(&HttpResponse::new(401, vec![], body.to_vec()));
    /// assert_eq!(response.error(), Some("public_key error"));
    /// assert_eq!(
    ///     response.to_string(),
    ///     "status 401, public_key error: JWT signature verification failed (message id rrt-1)",
    /// );
    /// ```
    #[must_use]
    pub fn parse(response: &HttpResponse) -> Self {
        let (shape, words) = read(response);
        Self {
            status: response.status(),
            shape,
            words,
            retry_after: response.retry_after(),
            date: response.date(),
        }
    }

    /// The status code.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The shape of the body.
    #[must_use]
    pub const fn shape(&self) -> ErrorShape {
        self.shape
    }

    /// The error code, such as `invalid_client`.
    ///
    /// May hold a space: the NHS gateway has `public_key error`.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        self.words.error.as_deref()
    }

    /// What the server says went wrong.
    #[doc(alias = "error_description")]
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.words.description.as_deref()
    }

    /// Where the server says more can be read. Not to be followed unasked.
    #[doc(alias = "error_uri")]
    #[must_use]
    pub fn uri(&self) -> Option<&str> {
        self.words.uri.as_deref()
    }

    /// The rate limit that was exceeded, such as `quota`.
    #[must_use]
    pub fn policy(&self) -> Option<&str> {
        self.words.policy.as_deref()
    }

    /// The id by which the server's operator finds this answer, from
    /// `message_id`, a JSON:API error's `id` or Okta's `errorId`.
    #[must_use]
    pub fn message_id(&self) -> Option<&str> {
        self.words.message_id.as_deref()
    }

    /// The id by which the server's operator finds this exchange, from `trace_id`.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.words.trace_id.as_deref()
    }

    /// The id by which the server's operator finds a course of exchanges, from `correlation_id`.
    #[must_use]
    pub fn correlation_id(&self) -> Option<&str> {
        self.words.correlation_id.as_deref()
    }

    /// How long the server wants to be left alone, see [`HttpResponse::retry_after`].
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The server's clock when it answered, from the `Date` header.
    #[must_use]
    pub const fn date(&self) -> Option<NumericDate> {
        self.date
    }
}

impl fmt::Display for ErrorResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.status)?;
        if let Some(error) = self.error() {
            write!(f, ", {}", printable(error))?;
        }
        match self.description() {
            Some(description) => write!(f, ": {}", printable(description))?,
            None if self.error().is_some() => {}
            None => f.write_str(match (self.shape, self.status) {
                (_, 300..=399) => " (a redirect, which is not followed: use the final URL)",
                (ErrorShape::Html, _) => {
                    " with an HTML page: check the URL, and whether a proxy stands in between"
                }
                (ErrorShape::Empty, _) => " with an empty body: check the URL",
                _ => " without an error code: check the URL",
            })?,
        }
        if let Some(id) = self.message_id() {
            write!(f, " (message id {})", printable(id))?;
        }
        if let Some(id) = self.trace_id() {
            write!(f, " (trace id {})", printable(id))?;
        }
        if let Some(id) = self.correlation_id() {
            write!(f, " (correlation id {})", printable(id))?;
        }
        if let Some(wait) = self.retry_after {
            write!(f, " (retry after {} s)", wait.as_secs())?;
        }
        Ok(())
    }
}

impl core::error::Error for ErrorResponse {}

/// The shapes of error bodies.
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ErrorShape {
    /// `{"error": ..., "error_description": ...}`, RFC 6749 section 5.2.
    OAuth,
    /// `{"fault": {"faultstring": ..., "detail": {"errorcode": ...}}}` of Apigee.
    ApigeeFault,
    /// A FHIR `OperationOutcome`.
    OperationOutcome,
    /// `{"errors": [{"code": ..., "detail": ...}]}` of JSON:API.
    JsonApi,
    /// `{"errorCode": ..., "errorSummary": ...}` of Okta.
    ErrorSummary,
    /// `{"message": ...}`, with a `policy` where a rate limit was exceeded.
    Message,
    /// Another JSON text.
    OtherJson,
    /// An HTML page.
    Html,
    /// Neither JSON nor HTML. Its text is not kept.
    Other,
    /// Nothing.
    Empty,
}

fn read(response: &HttpResponse) -> (ErrorShape, Words) {
    let body = response.body().trim_ascii();
    if body.is_empty() {
        return (ErrorShape::Empty, Words::default());
    }
    // Lenient where the token response is strict: nothing is done with these
    // words but to show them.
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        let shape = if body.starts_with(b"<") {
            ErrorShape::Html
        } else {
            ErrorShape::Other
        };
        return (shape, Words::default());
    };
    let answer = Answer::new(&value, response);
    let (shape, mut words) = read_json(&answer);
    words.message_id = answer.id("/message_id").or(words.message_id);
    words.trace_id = answer.id("/trace_id");
    words.correlation_id = answer.id("/correlation_id");
    (shape, words)
}

fn read_json(answer: &Answer<'_>) -> (ErrorShape, Words) {
    let value = answer.value;
    if value.pointer("/error").is_some_and(Value::is_string) {
        let words = Words {
            error: answer.code("/error"),
            description: answer
                .description("/error_description")
                .or_else(|| answer.description("/message")),
            uri: answer.description("/error_uri"),
            ..Words::default()
        };
        return (ErrorShape::OAuth, words);
    }
    if value.pointer("/fault").is_some_and(Value::is_object) {
        let words = Words {
            error: answer.code("/fault/detail/errorcode"),
            description: answer.description("/fault/faultstring"),
            ..Words::default()
        };
        return (ErrorShape::ApigeeFault, words);
    }
    if value.pointer("/resourceType").and_then(Value::as_str) == Some("OperationOutcome") {
        let words = Words {
            error: answer
                .code("/issue/0/details/coding/0/code")
                .or_else(|| answer.code("/issue/0/code")),
            description: answer
                .description("/issue/0/diagnostics")
                .or_else(|| answer.description("/issue/0/details/text"))
                .or_else(|| answer.description("/issue/0/details/coding/0/display")),
            ..Words::default()
        };
        return (ErrorShape::OperationOutcome, words);
    }
    if value.pointer("/errors/0").is_some_and(Value::is_object) {
        let words = Words {
            error: answer.code("/errors/0/code"),
            description: answer
                .description("/errors/0/detail")
                .or_else(|| answer.description("/errors/0/title")),
            uri: answer.description("/errors/0/links/about"),
            message_id: answer.id("/errors/0/id"),
            ..Words::default()
        };
        return (ErrorShape::JsonApi, words);
    }
    if value.pointer("/errorCode").is_some_and(Value::is_string) {
        let words = Words {
            error: answer.code("/errorCode"),
            description: answer.description("/errorSummary"),
            message_id: answer.id("/errorId"),
            ..Words::default()
        };
        return (ErrorShape::ErrorSummary, words);
    }
    if value.pointer("/message").is_some_and(Value::is_string) {
        let words = Words {
            description: answer.description("/message"),
            policy: answer.code("/policy"),
            ..Words::default()
        };
        return (ErrorShape::Message, words);
    }
    (ErrorShape::OtherJson, Words::default())
}

/// A JSON text that is no access token response.
struct Answer<'a> {
    value: &'a Value,
    words: ServerWords,
}

impl<'a> Answer<'a> {
    fn new(value: &'a Value, response: &HttpResponse) -> Self {
        const TOKENS: [&str; 3] = ["access_token", "refresh_token", "id_token"];
        let tokens = TOKENS.iter().filter_map(|name| value.get(name)?.as_str());
        Self {
            value,
            words: ServerWords::new(response.request(), tokens),
        }
    }

    fn code(&self, pointer: &str) -> Option<String> {
        Some(self.words.keep(self.text(pointer)?, 128))
    }

    fn description(&self, pointer: &str) -> Option<String> {
        Some(self.words.keep(self.text(pointer)?, 1_024))
    }

    fn id(&self, pointer: &str) -> Option<String> {
        Some(self.words.keep_id(self.text(pointer)?, 128))
    }

    fn text(&self, pointer: &str) -> Option<&str> {
        let text = self.value.pointer(pointer)?.as_str()?.trim();
        (!text.is_empty()).then_some(text)
    }
}
