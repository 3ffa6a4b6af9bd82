use alloc::borrow::Cow;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroizing;

use crate::header::Headers;
use crate::sent_request::SentRequest;
use crate::{Error, HttpResponse, SecureUrl};

/// The header with which requests ask for no coding.
pub(crate) const IDENTITY: (&str, &str) = ("Accept-Encoding", "identity");

/// An HTTP request as plain data, to be sent by a [`Transport`](crate::Transport)
/// or by any HTTP client.
///
/// `Debug` shows method, URL and header names: body and header values may be
/// secrets.
pub struct HttpRequest {
    method: Cow<'static, str>,
    /// Shared with the response, which is compared with it.
    sent: Arc<SentRequest>,
}

impl HttpRequest {
    /// A `GET` that asks for JSON.
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
        Self::get_accepting(url, "application/json")
    }

    /// A `GET` that asks for a JWK Set, in its media type
    /// ([RFC 7517 section 8.5](https://www.rfc-editor.org/rfc/rfc7517#section-8.5)) or as JSON: some
    /// servers refuse a request that accepts only the other one.
    #[must_use]
    pub fn get_jwk_set(url: &SecureUrl) -> Self {
        Self::get_accepting(url, "application/jwk-set+json, application/json")
    }

    fn get_accepting(url: &SecureUrl, media_types: &str) -> Self {
        let mut headers = Headers::default();
        headers.set_known("Accept", media_types);
        headers.set_known(IDENTITY.0, IDENTITY.1);
        Self::new("GET", url, headers, Zeroizing::default())
    }

    /// A `POST` of a form that asks for JSON.
    ///
    /// The media type stands without parameters: the NHS gateway answers a
    /// `charset` with 415. `Accept` is set because oidc-provider writes its
    /// errors as HTML to whoever prefers that. `Accept-Encoding` is set because a server may
    /// compress for whoever does not ask it not to (RFC 9110 section 12.5.3).
    pub(crate) fn post_form(url: &SecureUrl, headers: Headers, form: Zeroizing<Vec<u8>>) -> Self {
        let mut all = Headers::default();
        all.set_known("Content-Type", "application/x-www-form-urlencoded");
        all.set_known("Accept", "application/json");
        all.set_known(IDENTITY.0, IDENTITY.1);
        for header in headers.iter() {
            all.set_known(header.name(), header.secret_value());
        }
        Self::new("POST", url, all, form)
    }

    pub(crate) fn new(
        method: impl Into<Cow<'static, str>>,
        url: &SecureUrl,
        headers: Headers,
        body: Zeroizing<Vec<u8>>,
    ) -> Self {
        Self {
            method: method.into(),
            sent: Arc::new(SentRequest {
                url: url.clone(),
                headers,
                body,
                has_secret_client_id: false,
            }),
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
        Arc::make_mut(&mut self.sent).headers.set(name, value)?;
        Ok(self)
    }

    /// Puts the response to this request together, for an HTTP client that is
    /// no [`Transport`](crate::Transport).
    ///
    /// What is read from it is compared with what this request holds, so that
    /// no error repeats a secret that the server echoes.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_oauth::{ErrorResponse, HttpRequest, SecureUrl};
    ///
    /// let url = SecureUrl::new("https://example.com/")?;
    /// let request = HttpRequest::get(&url).with_header("X-Api-Key", "S3CRET-4711-0815")?;
    /// let body = br#"{"error":"denied","error_description":"no such key: s3cret 4711 0815"}"#;
    /// let response = request.response(403, Vec::new(), body.to_vec());
    /// assert_eq!(
    ///     ErrorResponse::parse(&response).to_string(),
    ///     "status 403, denied: [withheld: it repeats what was sent]",
    /// );
    /// # Ok::<(), tokenring_oauth::Error>(())
    /// ```
    #[must_use]
    pub fn response(
        &self,
        status: u16,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    ) -> HttpResponse {
        HttpResponse::new(status, headers, body).answering(self.sent())
    }

    /// The method, in capitals.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The absolute URL.
    #[must_use]
    pub fn url(&self) -> &str {
        self.sent.url.as_str()
    }

    /// The names and values of the headers, each name once.
    ///
    /// `Content-Length` and `Host` are left to the transport.
    ///
    /// # Security
    ///
    /// A value may be a secret, such as an API key.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.sent
            .headers
            .iter()
            .map(|header| (header.name(), header.secret_value()))
    }

    /// The body, which holds the client assertion. Empty for `GET`.
    #[must_use]
    pub fn secret_body(&self) -> &[u8] {
        &self.sent.body
    }

    /// The same in its parts.
    #[must_use]
    pub fn secure_url(&self) -> &SecureUrl {
        &self.sent.url
    }

    /// What an answer is compared with.
    pub(crate) fn sent(&self) -> Arc<SentRequest> {
        Arc::clone(&self.sent)
    }

    pub(crate) fn with_secret_client_id(mut self) -> Self {
        Arc::make_mut(&mut self.sent).has_secret_client_id = true;
        self
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self
            .sent
            .headers
            .iter()
            .map(|header| header.name())
            .collect();
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &self.sent.url.as_str())
            .field("headers", &names)
            .finish_non_exhaustive()
    }
}
