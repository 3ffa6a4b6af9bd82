use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use tokenring_assertion::NumericDate;
use zeroize::Zeroizing;

use crate::http_date;
use crate::location::without_values;
use crate::sent_request::SentRequest;
use crate::server_words::ServerWords;

/// An HTTP response as plain data, from a [`Transport`](crate::Transport) or
/// from any HTTP client.
///
/// `Debug` shows status and header names: the body may hold a token.
pub struct HttpResponse {
    status: u16,
    headers: Vec<(String, String)>,
    body: Zeroizing<Vec<u8>>,
    request: Option<Arc<SentRequest>>,
    #[cfg(feature = "ureq")]
    is_http_1_0: bool,
}

impl HttpResponse {
    /// Puts a response together that doesn't know its request.
    ///
    /// A [`TokenRequest`](crate::TokenRequest) that sends itself, and
    /// `UreqTransport`, add the request. Anybody else takes
    /// [`HttpRequest::response`](crate::HttpRequest::response), so that the
    /// server's words are compared with what was sent.
    #[must_use]
    pub fn new(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Self {
        Self {
            status,
            headers,
            body: Zeroizing::new(body),
            request: None,
            #[cfg(feature = "ureq")]
            is_http_1_0: false,
        }
    }

    pub(crate) fn answering(mut self, request: Arc<SentRequest>) -> Self {
        self.request = Some(request);
        self
    }

    pub(crate) fn request(&self) -> Option<&SentRequest> {
        self.request.as_deref()
    }

    #[cfg(feature = "ureq")]
    pub(crate) const fn with_http_1_0(mut self, is_http_1_0: bool) -> Self {
        self.is_http_1_0 = is_http_1_0;
        self
    }

    #[cfg(feature = "ureq")]
    pub(crate) const fn is_http_1_0(&self) -> bool {
        self.is_http_1_0
    }

    #[cfg(feature = "ureq")]
    pub(crate) fn with_body(mut self, body: Vec<u8>) -> Self {
        self.body = Zeroizing::new(body);
        self
    }

    /// Without the headers that speak of the body as it was coded.
    #[cfg(all(feature = "ureq", feature = "gzip"))]
    pub(crate) fn uncoded(mut self) -> Self {
        const OF_CODING: [&str; 2] = ["Content-Encoding", "Content-Length"];
        self.headers
            .retain(|(name, _)| !crate::header::contains_name(&OF_CODING, name));
        self
    }

    /// Words of this answer, such as a header's value, as they can be shown: without any secret
    /// of the request, like the words of an [`ErrorResponse`](crate::ErrorResponse).
    #[must_use]
    pub fn words_to_show(&self, words: &str) -> String {
        const LONGEST: usize = 1_024;
        ServerWords::new(self.request(), core::iter::empty()).keep(words, LONGEST)
    }

    /// Where a redirect leads, as it can be shown: without user information, query and fragment,
    /// and without parts of the path that are no names and may be secrets.
    #[must_use]
    pub fn location_to_show(&self) -> Option<String> {
        let location = self.header("Location")?;
        Some(self.words_to_show(&without_values(location)))
    }

    /// The status code.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The value of the first header with this name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers()
            .find_map(|(known, value)| known.eq_ignore_ascii_case(name).then_some(value))
    }

    /// The names and values of the headers.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The body as the server sent it: not filtered, and perhaps a token.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The server's clock when it answered, from the `Date` header.
    ///
    /// [`None`] without a date in the form of RFC 9110 section 5.6.7, such as
    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    #[must_use]
    pub fn date(&self) -> Option<NumericDate> {
        self.header("Date").and_then(http_date::parse)
    }

    /// How long the server wants to be left alone, from `Retry-After`, `Retry-After-Ms` or
    /// `X-Ms-Retry-After-Ms`; where these are missing and the status is 429 or 503, from
    /// `RateLimit-Reset`, `X-RateLimit-Reset`, `X-Rate-Limit-Reset` or `RateLimit`.
    ///
    /// A number of seconds stands as it is, rounded up; a date, and a number that can only be a
    /// moment, is measured against the response's own `Date`, so that the clock of this machine has
    /// no say. At most a day.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        /// As a span it is over thirty years.
        const FIRST_MOMENT: u64 = 1_000_000_000;
        const RESETS: [&str; 3] = ["RateLimit-Reset", "X-RateLimit-Reset", "X-Rate-Limit-Reset"];
        const MILLISECONDS: [&str; 2] = ["Retry-After-Ms", "X-Ms-Retry-After-Ms"];
        let stated = self.header("Retry-After");
        let stated = stated.and_then(|value| self.wait(value, u64::MAX));
        let milliseconds = || {
            let mut named = MILLISECONDS.iter().filter_map(|name| self.header(name));
            named.find_map(|value| value.trim().parse::<u64>().ok())
        };
        let stated = stated.or_else(|| {
            let seconds = milliseconds()?.div_ceil(1_000);
            Some(Duration::from_secs(seconds.min(LONGEST_WAIT)))
        });
        if stated.is_some() || !matches!(self.status, 429 | 503) {
            return stated;
        }
        let resets = RESETS.iter().filter_map(|name| self.header(name));
        let within = self
            .header("RateLimit")
            .into_iter()
            .filter_map(reset_within);
        resets
            .chain(within)
            .find_map(|value| self.wait(value, FIRST_MOMENT))
    }

    /// How long a header says to wait; a number from the first moment on is no span.
    fn wait(&self, value: &str, first_moment: u64) -> Option<Duration> {
        const FIRST_MILLISECOND: u64 = 100_000_000_000;
        // Some write the unit.
        let value = value
            .trim()
            .trim_end_matches(" seconds")
            .trim_end_matches('s')
            .trim_end();
        let until = |moment: u64| Some(moment.saturating_sub(self.date()?.as_seconds()));
        let seconds = match whole_seconds(value) {
            Some(span) if span < first_moment => span,
            Some(moment) if moment >= FIRST_MILLISECOND => until(moment.div_ceil(1_000))?,
            Some(moment) => until(moment)?,
            None => until(http_date::parse(value)?.as_seconds())?,
        };
        Some(Duration::from_secs(seconds.min(LONGEST_WAIT)))
    }
}

/// No server is left alone for longer, in seconds.
const LONGEST_WAIT: u64 = 86_400;

/// The time until a limit is reset, in the header `RateLimit`: `reset=5` or `t=5`.
fn reset_within(value: &str) -> Option<&str> {
    let mut parts = value
        .split([',', ';'])
        .filter_map(|part| part.split_once('='));
    let (_, seconds) = parts.find(|(name, _)| matches!(name.trim(), "reset" | "t"))?;
    Some(seconds.trim())
}

/// A number without a sign, rounded up; the largest one for a larger one.
fn whole_seconds(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    let more = u64::from(fraction.bytes().any(|digit| digit != b'0'));
    Some(whole.parse().unwrap_or(u64::MAX - 1).saturating_add(more))
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers().map(|(name, _)| name).collect();
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("headers", &names)
            .finish_non_exhaustive()
    }
}
