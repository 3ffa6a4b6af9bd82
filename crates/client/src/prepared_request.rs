use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use tokenring_oauth::{HttpRequest, TokenRequest};

/// A token request that is ready to be sent, and that can be looked at.
///
/// It is made by the code that a client's own requests come from.
pub struct PreparedRequest {
    http: HttpRequest,
    redacted: RedactedRequest,
}

/// A token request without its secrets: what would be sent, but for the assertion's signature.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct RedactedRequest {
    /// The method, which is `POST`.
    pub method: &'static str,
    /// The token endpoint.
    pub url: String,
    /// Name and value of each header.
    pub headers: Vec<(String, String)>,
    /// Name and value of each field of the form, in order; the assertion is [`None`]. Values of
    /// parameters that the caller gave may be secrets.
    pub form: Vec<(String, Option<String>)>,
    /// The JOSE header of the assertion, as JSON.
    pub header: String,
    /// The claims of the assertion, as JSON.
    pub claims: String,
}

impl PreparedRequest {
    pub(crate) fn new(request: TokenRequest) -> Self {
        let mut redacted = RedactedRequest::of(&request);
        let http = request.into_http();
        redacted.take_headers(&http);
        Self { http, redacted }
    }

    /// The request, as any HTTP client sends it. An assertion can be sent once.
    #[must_use]
    pub fn into_http(self) -> HttpRequest {
        self.http
    }

    /// The request without its secrets.
    #[must_use]
    pub const fn redacted(&self) -> &RedactedRequest {
        &self.redacted
    }

    pub(crate) fn into_redacted(self) -> RedactedRequest {
        self.redacted
    }
}

impl fmt::Debug for PreparedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.redacted.form.iter().map(|(name, _)| name).collect();
        f.debug_struct("PreparedRequest")
            .field("url", &self.redacted.url)
            .field("fields", &names)
            .finish_non_exhaustive()
    }
}

impl RedactedRequest {
    fn of(request: &TokenRequest) -> Self {
        let (mut header, mut claims) = (String::new(), String::new());
        let mut form = Vec::new();
        for (name, value) in request.secret_fields() {
            if matches!(name, "assertion" | "client_assertion") {
                // Of two the grant comes first, and is the one that differs from call to call.
                if header.is_empty() {
                    let mut parts = value.split('.').map(decode);
                    header = parts.next().unwrap_or_default();
                    claims = parts.next().unwrap_or_default();
                }
                form.push((name.to_owned(), None));
            } else {
                form.push((name.to_owned(), Some(value.to_owned())));
            }
        }
        Self {
            method: "POST",
            url: request.url().to_owned(),
            headers: Vec::new(),
            form,
            header,
            claims,
        }
    }

    fn take_headers(&mut self, http: &HttpRequest) {
        let headers = http.headers();
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.headers = headers.collect();
    }
}

fn decode(part: &str) -> String {
    let bytes = Base64UrlUnpadded::decode_vec(part).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
