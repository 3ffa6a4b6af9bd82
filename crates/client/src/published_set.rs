use std::sync::Arc;
use std::time::Duration;

use tokenring_jwk::{Error as JwkError, JsonFault, JwkSet, JwkSetDocument};
use tokenring_oauth::{ErrorResponse, HttpRequest, HttpResponse, SecureUrl, Transport, printable};

use crate::error::{Cause, Reason};
use crate::request_plan::shown_url;
use crate::{Error, PublicationFault};

/// A JWK Set where gateways fetch it.
#[derive(Debug)]
pub struct PublishedSet {
    document: JwkSetDocument,
    headers: Vec<(&'static str, String)>,
    copies: Duration,
    faults: Vec<PublicationFault>,
}

/// The headers that say something of copies.
const HEADERS: [&str; 6] = [
    "Cache-Control",
    "Expires",
    "Age",
    "ETag",
    "Last-Modified",
    "Date",
];
/// Nobody waits longer for a web server's copies.
const LONGEST_COPIES: Duration = Duration::from_secs(24 * 60 * 60);

impl PublishedSet {
    /// Fetches the set, as a gateway does: without redirects.
    ///
    /// # Errors
    ///
    /// [`Error::DocumentUnreachable`], or [`Error::UnusableSet`] for an answer that is no JWK Set.
    pub fn fetch<T: Transport + ?Sized>(url: &SecureUrl, transport: &T) -> Result<Self, Error> {
        let response = Self::response(url, transport)?;
        let unusable = |source| unusable(url, &response, source);
        let text = std::str::from_utf8(response.body()).map_err(|_| {
            unusable(Arc::new(Reason::new(
                "it is no text; serve the file as it is",
            )))
        })?;
        let document = JwkSetDocument::parse(text).map_err(|error| match error {
            JwkError::MalformedJson(JsonFault::Markup) => {
                let answer = ErrorResponse::parse(&response);
                let title = answer.page_title().map(printable);
                let title = title.map(|title| format!(" with the title \"{title}\""));
                unusable(Arc::new(Reason::new(format!(
                    "the server answers with a web page{}; serve the set there without a login",
                    title.unwrap_or_default()
                ))))
            }
            error => unusable(Arc::new(error)),
        })?;
        let copies = copies(&response);
        Ok(Self {
            document,
            faults: PublicationFault::all_of(&response, copies),
            copies: copies.min(LONGEST_COPIES),
            headers: HEADERS
                .into_iter()
                .filter_map(|name| Some((name, response.header(name)?.to_owned())))
                .collect(),
        })
    }

    /// Fetches keys that need not be a set: what [`JwkSet::from_key_file`] reads.
    ///
    /// # Errors
    ///
    /// Those of [`PublishedSet::fetch`].
    pub fn fetch_any<T: Transport + ?Sized>(
        url: &SecureUrl,
        transport: &T,
    ) -> Result<JwkSet, Error> {
        let response = Self::response(url, transport)?;
        JwkSet::from_key_file(response.body())
            .map_err(|error| unusable(url, &response, Arc::new(error)))
    }

    /// The answer of a server that has something there.
    pub(crate) fn response<T: Transport + ?Sized>(
        url: &SecureUrl,
        transport: &T,
    ) -> Result<HttpResponse, Error> {
        let sent = transport.send(HttpRequest::get_jwk_set(url));
        let response = sent.map_err(|source| Error::DocumentUnreachable {
            document: "published JWK Set",
            url: shown_url(url.as_str()),
            source: Arc::new(source),
        })?;
        match response.status() {
            200 => Ok(response),
            status => {
                let answer = ErrorResponse::parse(&response);
                let place = answer.location().map(printable);
                let place = place.map(|place| format!(", a redirect to {place}"));
                let reason = Reason::new(format!(
                    "the server answers with status {status}{}",
                    place.unwrap_or_default()
                ));
                Err(unusable(url, &response, Arc::new(reason)))
            }
        }
    }

    /// What may keep a gateway from reading the set, although this client can.
    #[must_use]
    pub fn faults(&self) -> &[PublicationFault] {
        &self.faults
    }

    /// What was found there.
    #[must_use]
    pub const fn document(&self) -> &JwkSetDocument {
        &self.document
    }

    /// The headers about copies that came with it: name and value.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let headers = self.headers.iter();
        headers.map(|(name, value)| (*name, value.as_str()))
    }

    /// For how long copies on the way to a gateway are good (RFC 9111 section 5.2.2); a day at most.
    #[must_use]
    pub const fn copies(&self) -> Duration {
        self.copies
    }
}

fn unusable(url: &SecureUrl, response: &HttpResponse, source: Cause) -> Error {
    Error::UnusableSet {
        url: shown_url(url.as_str()),
        status: response.status(),
        source,
    }
}

/// How long copies on the way are good, by the answer's headers.
pub(crate) fn copies(response: &HttpResponse) -> Duration {
    let control = response.header("Cache-Control").unwrap_or_default();
    let control = control.to_ascii_lowercase();
    let directives = || control.split(',').map(str::trim);
    if directives().any(|directive| matches!(directive, "no-store" | "no-cache")) {
        return Duration::ZERO;
    }
    let value = |name: &str| {
        directives().find_map(|directive| {
            let value = directive.strip_prefix(name)?.strip_prefix('=')?;
            value.trim_matches('"').parse::<u64>().ok()
        })
    };
    let seconds = value("s-maxage").into_iter().chain(value("max-age")).max();
    Duration::from_secs(seconds.unwrap_or_default())
}
