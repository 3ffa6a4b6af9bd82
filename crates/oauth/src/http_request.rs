use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroizing;

use crate::header::Headers;
use crate::{Error, SecureUrl};

/// An HTTP request as plain data, to be sent by a [`Transport`](crate::Transport)
/// or by any HTTP client.
///
/// `Debug` shows method, URL and header names: body and header values may be
/// secrets.
pub struct HttpRequest {
    method: &'static str,
    url: SecureUrl,
    headers: Headers,
    body: Zeroizing<Vec<u8>>,
}

impl HttpRequest {
    /// A `GET` that asks for JSON, such as a JWK Set.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_oauth::{HttpRequest, SecureUrl};
    ///
    /// let request = HttpRequest::get(&SecureUrl::new("https://example.com/jwks.json")?);
    /// assert_eq!(request.method(), "GET");
    /// # Ok::<(), tokenring_oauth::Error>(())
    /// ```
    #[must_use]
    pub fn get(url: &SecureUrl) -> Self {
        let mut headers = Headers::default();
        headers.set_known("Accept", "application/json");
        Self {
            method: "GET",
            url: url.clone(),
            headers,
            body: Zeroizing::default(),
        }
    }

    /// A `POST` of a form that asks for JSON.
    ///
    /// The media type stands without parameters: the NHS gateway answers a
    /// `charset` with 415. `Accept` is set because oidc-provider writes its
    /// errors as HTML to whoever prefers that.
    pub(crate) fn post_form(url: &SecureUrl, headers: Headers, form: Zeroizing<Vec<u8>>) -> Self {
        let mut all = Headers::default();
        all.set_known("Content-Type", "application/x-www-form-urlencoded");
        all.set_known("Accept", "application/json");
        for header in headers.iter() {
            all.set_known(header.name(), header.secret_value());
        }
        Self {
            method: "POST",
            url: url.clone(),
            headers: all,
            body: form,
        }
    }

    /// Sets a header, in place of one with the same name.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidHeaderName`], [`Error::InvalidHeaderValue`] for a line
    /// break, control or non-ASCII character, [`Error::ReservedHeader`] for one
    /// that frames the message.
    pub fn with_header(mut self, name: &str, value: &str) -> Result<Self, Error> {
        self.headers.set(name, value)?;
        Ok(self)
    }

    /// The method, in capitals.
    #[must_use]
    pub const fn method(&self) -> &str {
        self.method
    }

    /// The absolute URL.
    #[must_use]
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// The names and values of the headers, each name once.
    ///
    /// `Content-Length` and `Host` are left to the transport.
    ///
    /// # Security
    ///
    /// A value may be a secret, such as an API key.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers
            .iter()
            .map(|header| (header.name(), header.secret_value()))
    }

    /// The body, which holds the client assertion. Empty for `GET`.
    #[must_use]
    pub fn secret_body(&self) -> &[u8] {
        &self.body
    }

    #[cfg(feature = "ureq")]
    pub(crate) const fn secure_url(&self) -> &SecureUrl {
        &self.url
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|header| header.name()).collect();
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &self.url.as_str())
            .field("headers", &names)
            .finish_non_exhaustive()
    }
}
