use alloc::string::String;
use core::fmt;
use core::time::Duration;

use tokenring_assertion::NumericDate;

use crate::error_body::{self, Words};
use crate::{DpopNonce, HttpResponse, printable};

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
    dpop_nonce: Option<DpopNonce>,
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
        let (shape, words) = error_body::read(response);
        Self {
            status: response.status(),
            shape,
            words,
            retry_after: response.retry_after(),
            date: response.date(),
            dpop_nonce: DpopNonce::of_headers(response.headers()),
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

    /// Other ids of this answer, from headers such as `X-Request-Id`.
    #[must_use]
    pub fn request_ids(&self) -> &[String] {
        &self.words.request_ids
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

    /// The title of an HTML page.
    #[must_use]
    pub fn page_title(&self) -> Option<&str> {
        self.words.title.as_deref()
    }

    /// Where a redirect leads, without a query. Not to be followed.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.words.location.as_deref()
    }

    /// The authentication schemes that a server names with status 401, such as `Basic`: RFC 9110
    /// section 11.6.1.
    ///
    /// Many token endpoints name one with every `invalid_client`, whatever the client is
    /// registered for.
    #[doc(alias = "WWW-Authenticate")]
    #[must_use]
    pub fn authentication_schemes(&self) -> &[String] {
        &self.words.schemes
    }

    /// Whether the server says no more than that it expects to be authenticated to in one of
    /// [these ways](Self::authentication_schemes), none of which takes a JSON Web Token.
    #[must_use]
    pub fn wants_other_authentication(&self) -> bool {
        let takes_token = |scheme: &String| {
            ["Bearer", "DPoP"]
                .iter()
                .any(|it| it.eq_ignore_ascii_case(scheme))
        };
        let schemes = self.authentication_schemes();
        self.error().is_none() && !schemes.is_empty() && !schemes.iter().any(takes_token)
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

    /// The nonce that the server wants in the next DPoP proof, if it gave one.
    #[must_use]
    pub const fn dpop_nonce(&self) -> Option<&DpopNonce> {
        self.dpop_nonce.as_ref()
    }
}

impl fmt::Display for ErrorResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.status)?;
        if let Some(error) = self.error() {
            write!(f, ", {}", printable(error))?;
        }
        match self.description() {
            // A code that stands for the words as well is said once.
            Some(description) if self.error() == Some(description) => {}
            Some(description) => write!(f, ": {}", printable(description))?,
            None if self.wants_other_authentication() => self.shape.fmt_of_unauthenticated(f)?,
            None => self.fmt_without_words(f)?,
        }
        if self.wants_other_authentication() {
            self.fmt_authentication(f)?;
        }
        if let Some(uri) = self.uri().filter(|_| self.description().is_none()) {
            write!(f, " (see {})", printable(uri))?;
        }
        if let Some(id) = self.message_id() {
            write!(f, " (message id {})", printable(id))?;
        }
        for id in self.request_ids() {
            write!(f, " (request id {})", printable(id))?;
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

impl ErrorResponse {
    fn fmt_authentication(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(" (the server asks for ")?;
        for (index, scheme) in self.authentication_schemes().iter().enumerate() {
            let separator = if index == 0 { "" } else { " or " };
            write!(f, "{separator}{}", printable(scheme))?;
        }
        f.write_str(" authentication)")
    }

    /// What can be said of an answer whose words say nothing.
    fn fmt_without_words(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.shape, self.status, self.location(), self.page_title()) {
            (_, 300..=399, Some(location), _) => write!(
                f,
                " (a redirect to {}, which is not followed: use the final URL)",
                printable(location)
            ),
            (_, 300..=399, None, _) => {
                f.write_str(" (a redirect, which is not followed: use the final URL)")
            }
            (ErrorShape::Empty, 413, ..) => f.write_str(" (the request is too large)"),
            (ErrorShape::Empty, 415, ..) => f.write_str(" (the media type is not accepted)"),
            (ErrorShape::Empty, 431, ..) => f.write_str(" (the request's headers are too large)"),
            (ErrorShape::Html, 500..=599, _, Some(title)) => {
                write!(f, " with the HTML page \"{}\"", printable(title))
            }
            (ErrorShape::Html, 500..=599, ..) => f.write_str(" with an HTML page"),
            (ErrorShape::Html, _, _, Some(title)) => write!(
                f,
                " with the HTML page \"{}\": check the URL, and whether a proxy stands in between",
                printable(title)
            ),
            (ErrorShape::Html, ..) => f.write_str(
                " with an HTML page: check the URL, and whether a proxy stands in between",
            ),
            _ if self.error().is_some() => Ok(()),
            (ErrorShape::Empty, 401 | 403, ..) => {
                f.write_str(" with an empty body: the server does not say why")
            }
            (ErrorShape::Empty, 429 | 500..=599, ..) => f.write_str(" with an empty body"),
            (_, 429 | 500..=599, ..) => f.write_str(" without an error code"),
            (ErrorShape::Empty, ..) => f.write_str(" with an empty body: check the URL"),
            _ => f.write_str(" without an error code: check the URL"),
        }
    }
}

impl core::error::Error for ErrorResponse {}

impl ErrorShape {
    /// What came with a status that says the rest.
    fn fmt_of_unauthenticated(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str(" with an empty body"),
            Self::Html => f.write_str(" with an HTML page"),
            _ => f.write_str(" without an error code"),
        }
    }
}

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
    /// XML that is no page, such as `<Error><Code>…</Code><Message>…</Message></Error>` of AWS.
    Xml,
    /// None of these. Its first line is kept if it is short.
    Other,
    /// Nothing.
    Empty,
}
