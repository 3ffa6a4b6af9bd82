use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;
use std::format;
use std::io::{self, Read};

use tokenring_assertion::NumericDate;

use super::failure::Failure;
use super::pace::Pace;
use crate::content_coding::{Coding, Decoder};
use crate::{ErrorResponse, HttpResponse, TransportErrorKind};

/// A response from an API whose body is still to be read.
pub struct ApiResponse {
    head: HttpResponse,
    body: ApiBody,
}

impl ApiResponse {
    pub(super) const fn new(head: HttpResponse, body: ApiBody) -> Self {
        Self { head, body }
    }

    /// The status code. A redirect is returned like any other response.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.head.status()
    }

    /// What the status code means, such as `Not Found`; nothing for one that no standard defines.
    ///
    /// These are the standard's words: a server's own are not kept.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        ureq::http::StatusCode::from_u16(self.status())
            .ok()?
            .canonical_reason()
    }

    /// The status line (RFC 9112 section 4), such as `HTTP/1.1 404 Not Found`.
    #[must_use]
    pub fn status_line(&self) -> String {
        let version = match self.head.is_http_1_0() {
            true => "HTTP/1.0",
            false => "HTTP/1.1",
        };
        let reason = self.reason().unwrap_or_default();
        format!("{version} {} {reason}", self.status())
    }

    /// The value of the first header with this name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.header(name)
    }

    /// The names, in small letters, and values of the headers.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.head.headers()
    }

    /// The server's clock when it answered, see [`HttpResponse::date`].
    #[must_use]
    pub fn date(&self) -> Option<NumericDate> {
        self.head.date()
    }

    /// How long the server wants to be left alone, see
    /// [`HttpResponse::retry_after`].
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.head.retry_after()
    }

    /// Words of this answer, such as a header's value, as they can be shown: without any secret
    /// of the request, like the words of an [`ErrorResponse`].
    #[must_use]
    pub fn words_to_show(&self, words: &str) -> String {
        self.head.words_to_show(words)
    }

    /// Reads the answer as a refusal, from its headers only: the body is still to be read.
    #[must_use]
    pub fn head_as_error(&self) -> ErrorResponse {
        ErrorResponse::parse(&self.head)
    }

    /// Reads the answer as a refusal, from about so many bytes of its body, which are read again
    /// with the rest of it.
    #[must_use]
    pub fn peek_error(&mut self, longest: usize) -> ErrorResponse {
        let body = self.body.peek(longest);
        let empty = HttpResponse::new(self.status(), Vec::new(), Vec::new());
        let head = core::mem::replace(&mut self.head, empty).with_body(body);
        let error = ErrorResponse::parse(&head);
        self.head = head.with_body(Vec::new());
        error
    }

    /// Reads the answer as a refusal, from so many bytes of its body at most.
    ///
    /// What cannot be read is left out.
    #[must_use]
    pub fn into_error_response(self, longest: u64) -> ErrorResponse {
        let mut body = Vec::new();
        let _ = self.body.take(longest).read_to_end(&mut body);
        ErrorResponse::parse(&self.head.with_body(body))
    }

    /// Limits the body to so many bytes: [`ApiBody`] hands on no more, and fails with
    /// [`BodyTooLarge`]. Defaults to no limit.
    ///
    /// # Errors
    ///
    /// [`BodyTooLarge`] if the answer announces a longer body.
    pub fn with_largest_body(mut self, largest: u64) -> Result<Self, BodyTooLarge> {
        let announced = self.header("content-length");
        let announced = announced.and_then(|length| length.parse::<u64>().ok());
        if announced.is_some_and(|length| length > largest) {
            return Err(BodyTooLarge { largest });
        }
        self.body.limit = Some(Limit {
            largest,
            left: largest,
        });
        Ok(self)
    }

    /// The body.
    #[must_use]
    pub fn into_body(self) -> ApiBody {
        self.body
    }
}

impl fmt::Debug for ApiResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiResponse")
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

/// The body of a response, read from the connection as it comes.
///
/// The bytes are as the server sent them, but decompressed where it compressed them with gzip
/// unasked; neither filtered nor, unless [`ApiResponse::with_largest_body`] says so, limited in
/// number. What is no part of the body is limited: trailers (RFC 9112 section 7.1.2), which nobody
/// gets, end at 512 KiB. An [`io::Error`] from it wraps a
/// [`TransportError`](crate::TransportError); a body that ends early is one,
/// where its length was announced or it came in chunks.
pub struct ApiBody {
    decoded: Decoder<RawBody>,
    /// What was read ahead, and the error that it ended with.
    start: VecDeque<u8>,
    start_error: Option<io::Error>,
    limit: Option<Limit>,
}

struct Limit {
    largest: u64,
    left: u64,
}

/// The body of an answer is larger than the caller takes.
///
/// An [`io::Error`] of [`ApiBody`] wraps it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct BodyTooLarge {
    /// The largest body that is taken, in bytes.
    pub largest: u64,
}

struct RawBody {
    reader: ureq::BodyReader<'static>,
    failure: Failure,
    pace: Pace,
    idle: Duration,
}

impl ApiBody {
    pub(super) fn new(
        body: ureq::Body,
        coding: Coding,
        failure: Failure,
        pace: Pace,
        idle: Duration,
    ) -> Self {
        let reader = body.into_reader();
        let raw = RawBody {
            reader,
            failure,
            pace,
            idle,
        };
        Self {
            decoded: Decoder::new(coding, raw),
            start: VecDeque::new(),
            start_error: None,
            limit: None,
        }
    }

    /// The first bytes, at least one more than `longest` if there are so many. They are read again.
    pub(super) fn peek(&mut self, longest: usize) -> Vec<u8> {
        let mut chunk = [0; 1024];
        while self.start.len() <= longest {
            match self.decoded.read(&mut chunk) {
                Ok(0) => break,
                Ok(read) => self.start.extend(chunk.iter().take(read)),
                Err(error) => {
                    self.start_error = Some(error);
                    break;
                }
            }
        }
        self.start.iter().copied().collect()
    }

    fn read_unlimited(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.start.is_empty() {
            return self.start.read(buffer);
        }
        match self.start_error.take() {
            Some(error) => Err(error),
            None => self.decoded.read(buffer),
        }
    }
}

impl Read for ApiBody {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.read_unlimited(buffer)?;
        if let Some(Limit { largest, left }) = &mut self.limit {
            let length = u64::try_from(read).unwrap_or(u64::MAX);
            // What is beyond the limit is not handed on, and nor is what came along.
            *left = left
                .checked_sub(length)
                .ok_or_else(|| io::Error::other(BodyTooLarge { largest: *largest }))?;
        }
        Ok(read)
    }
}

impl Read for RawBody {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let reader = &mut self.reader;
        let read = self.pace.within(self.idle, || reader.read(buffer));
        read.map_err(|error| {
            let error = self.failure.during_body(error);
            let kind = match error.kind() {
                TransportErrorKind::TimedOut => io::ErrorKind::TimedOut,
                TransportErrorKind::Truncated => io::ErrorKind::UnexpectedEof,
                _ => io::ErrorKind::Other,
            };
            io::Error::new(kind, error)
        })
    }
}

impl fmt::Display for BodyTooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the body is larger than {} bytes", self.largest)
    }
}

impl core::error::Error for BodyTooLarge {}

impl fmt::Debug for ApiBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiBody").finish_non_exhaustive()
    }
}
