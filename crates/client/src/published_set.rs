use std::time::Duration;

use tokenring_jwk::JwkSetDocument;
use tokenring_oauth::{HttpRequest, HttpResponse, SecureUrl, Transport, TransportError};

use crate::Error;
use crate::error::{Cause, Reason};
use crate::request_plan::shown_url;

/// A JWK Set where gateways fetch it.
#[derive(Debug)]
pub struct PublishedSet {
    document: JwkSetDocument,
    headers: Vec<(&'static str, String)>,
    copies: Duration,
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
const LONGEST_COPIES: u64 = 24 * 60 * 60;

impl PublishedSet {
    /// Fetches the set, as a gateway does: without redirects.
    ///
    /// # Errors
    ///
    /// [`Error::ApiUnreachable`], or [`Error::UnusableSet`] for an answer that is no JWK Set.
    pub fn fetch<T: Transport + ?Sized>(url: &SecureUrl, transport: &T) -> Result<Self, Error> {
        let place = shown_url(url.as_str());
        let unusable = |status: u16, source: Cause| Error::UnusableSet {
            url: place.clone(),
            status,
            source,
        };
        let response = Self::response(url, transport).map_err(|source| Error::ApiUnreachable {
            url: place.clone(),
            source: std::sync::Arc::new(source),
        })?;
        let status = response.status();
        if status != 200 {
            let reason = format!("the server answers with status {status}");
            return Err(unusable(status, Cause::from(Box::from(reason))));
        }
        let text = std::str::from_utf8(response.body()).map_err(|_| {
            let reason = Reason::new("it is no text; serve the file as it is");
            unusable(status, std::sync::Arc::new(reason))
        })?;
        let document = JwkSetDocument::parse(text)
            .map_err(|error| unusable(status, std::sync::Arc::new(error)))?;
        Ok(Self {
            document,
            copies: copies(&response),
            headers: HEADERS
                .into_iter()
                .filter_map(|name| Some((name, response.header(name)?.to_owned())))
                .collect(),
        })
    }

    /// What the server answers, whatever that is.
    pub(crate) fn response<T: Transport + ?Sized>(
        url: &SecureUrl,
        transport: &T,
    ) -> Result<HttpResponse, TransportError> {
        transport.send(HttpRequest::get_jwk_set(url))
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

fn copies(response: &HttpResponse) -> Duration {
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
    Duration::from_secs(seconds.unwrap_or_default().min(LONGEST_COPIES))
}
