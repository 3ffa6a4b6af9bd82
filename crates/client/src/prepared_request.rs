use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use tokenring_assertion::DpopProof;
use tokenring_gateway::Gateway;
use tokenring_oauth::{HttpRequest, TokenRequest};
use tokenring_text::is_secret_parameter;

use crate::options::RequestOptions;

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
    /// Name and value of each header; those that the caller gave, or whose names speak of a secret,
    /// are [`None`].
    pub headers: Vec<(String, Option<String>)>,
    /// Name and value of each field of the form, in order; the assertion is [`None`], and so are
    /// the gateway's secret parameters and those whose names speak of a secret.
    pub form: Vec<(String, Option<String>)>,
    /// The JOSE header of the assertion, as JSON.
    pub header: String,
    /// The claims of the assertion, as JSON.
    pub claims: String,
}

impl PreparedRequest {
    pub(crate) fn new(request: TokenRequest, secrets: &RequestSecrets) -> Self {
        let mut redacted = RedactedRequest::of(&request, secrets);
        let http = request.into_http();
        redacted.take_headers(&http, secrets);
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

    /// With the header of a proof that nobody has signed.
    pub(crate) fn with_unsigned_proof(mut self) -> Self {
        let header = (DpopProof::HEADER.to_owned(), None);
        self.redacted.headers.push(header);
        self
    }
}

/// What of a token request is a secret besides the assertion.
#[derive(Default)]
pub(crate) struct RequestSecrets {
    /// Those that the gateway's file calls so.
    parameters: Vec<String>,
    headers: Vec<String>,
}

impl RequestSecrets {
    pub(crate) fn of(gateway: &Gateway, options: &RequestOptions) -> Self {
        Self {
            parameters: options
                .parameters
                .iter()
                .map(|(name, _)| name)
                .filter(|name| gateway.calls_secret(name))
                .cloned()
                .collect(),
            // Mostly a key for the gateway in front, under any name.
            headers: options
                .headers
                .iter()
                .map(|(name, _)| name.clone())
                .collect(),
        }
    }

    fn has_parameter(&self, name: &str) -> bool {
        /// Parameters of the standards whose names only sound like it.
        const PLAIN: [&str; 3] = [
            "client_assertion_type",
            "requested_token_type",
            "grant_type",
        ];
        let is_stated = self.parameters.iter().any(|secret| secret == name);
        is_stated || (is_secret_parameter(name) && !PLAIN.contains(&name))
    }

    fn has_header(&self, name: &str) -> bool {
        let mut given = self.headers.iter();
        let is_proof = name.eq_ignore_ascii_case(DpopProof::HEADER);
        given.any(|header| header.eq_ignore_ascii_case(name))
            || is_secret_parameter(name)
            || is_proof
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
    fn of(request: &TokenRequest, secrets: &RequestSecrets) -> Self {
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
                let is_shown = !secrets.has_parameter(name);
                form.push((name.to_owned(), is_shown.then(|| value.to_owned())));
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

    fn take_headers(&mut self, http: &HttpRequest, secrets: &RequestSecrets) {
        let headers = http.headers();
        let headers = headers.map(|(name, value)| {
            let is_shown = !secrets.has_header(name);
            (name.to_owned(), is_shown.then(|| value.to_owned()))
        });
        self.headers = headers.collect();
    }
}

fn decode(part: &str) -> String {
    let bytes = Base64UrlUnpadded::decode_vec(part).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
