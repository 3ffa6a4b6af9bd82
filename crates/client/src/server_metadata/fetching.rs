use serde_json::Value;
use tokenring_oauth::{HttpRequest, HttpResponse, SecureUrl, Transport, TransportError};

use super::{ServerMetadata, shown};
use crate::Error;
use crate::error::{Cause, Reason};
use crate::request_plan::shown_url;

/// How many redirects are followed within the server's origin.
const REDIRECTS: u32 = 3;
const WELL_KNOWN: &str = "/.well-known/";
const OPENID: &str = "openid-configuration";
const OAUTH: &str = "oauth-authorization-server";
const SMART: &str = "smart-configuration";

impl ServerMetadata {
    /// Fetches a document. A redirect is followed within the document's origin.
    ///
    /// # Errors
    ///
    /// [`Error::DocumentUnreachable`]; [`Error::UnusableMetadata`] for an answer that is not the metadata
    /// of an authorization server.
    pub fn fetch<T: Transport + ?Sized>(url: &SecureUrl, transport: &T) -> Result<Self, Error> {
        let answer = Answer::get(url, transport).map_err(|error| unreachable(url, error))?;
        let metadata = answer.read().map_err(|reason| Error::UnusableMetadata {
            url: shown_url(url.as_str()),
            status: answer.response.status(),
            source: Cause::from(Box::from(Reason::new(reason))),
        })?;
        Ok(metadata.asked_for(issuer_at(url.as_str())))
    }

    /// Finds the document of an issuer or of a FHIR server, at the places that RFC 8414 section 3,
    /// OpenID Connect Discovery section 4 and SMART App Launch name. A URL of such a document is
    /// taken as it is.
    ///
    /// # Errors
    ///
    /// Those of [`fetch`](Self::fetch); where several places were tried, the error names each.
    pub fn find<T: Transport + ?Sized>(url: &SecureUrl, transport: &T) -> Result<Self, Error> {
        let places = places(url);
        if let [place] = places.as_slice() {
            return Self::fetch(place, transport);
        }
        let mut tried = Vec::new();
        let mut foreign = None;
        let mut status = 0;
        for place in places {
            let answer =
                Answer::get(&place, transport).map_err(|error| unreachable(&place, error))?;
            match answer.read() {
                Ok(metadata) => {
                    let is_smart = place.as_str().ends_with(SMART);
                    let issuer = url.as_str().split(['?', '#']).next();
                    let issuer = issuer.filter(|_| !is_smart).map(str::to_owned);
                    let metadata = metadata.asked_for(issuer);
                    if metadata.foreign_to().is_none() {
                        return Ok(metadata);
                    }
                    // Another place can have the document of this issuer.
                    foreign.get_or_insert(metadata);
                }
                Err(reason) => tried.push(format!("{reason} at {}", shown_url(place.as_str()))),
            }
            status = answer.response.status();
        }
        if let Some(metadata) = foreign {
            return Ok(metadata);
        }
        Err(Error::UnusableMetadata {
            url: shown_url(url.as_str()),
            status,
            source: Cause::from(Box::from(Reason::new(tried.join("; ")))),
        })
    }
}

fn unreachable(url: &SecureUrl, error: TransportError) -> Error {
    Error::DocumentUnreachable {
        document: "metadata",
        url: shown_url(url.as_str()),
        source: std::sync::Arc::new(error),
    }
}

/// Where the metadata of an issuer can be, most frequent first.
fn places(url: &SecureUrl) -> Vec<SecureUrl> {
    let text = url.as_str().split(['?', '#']).next().unwrap_or_default();
    if text.contains(WELL_KNOWN) {
        return vec![url.clone()];
    }
    let base = text.trim_end_matches('/');
    let host_end = base.find("://").map_or(0, |scheme| scheme + "://".len());
    let path_start = base.get(host_end..).and_then(|rest| rest.find('/'));
    let (origin, path) = base.split_at(path_start.map_or(base.len(), |start| host_end + start));
    let mut texts = vec![format!("{base}{WELL_KNOWN}{OPENID}")];
    for text in [
        // RFC 8414 section 3.1 puts the name in front of the path.
        format!("{origin}{WELL_KNOWN}{OAUTH}{path}"),
        format!("{base}{WELL_KNOWN}{OAUTH}"),
        format!("{base}{WELL_KNOWN}{SMART}"),
    ] {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    let urls = texts.iter();
    urls.filter_map(|text| SecureUrl::new(text).ok()).collect()
}

/// The issuer whose document is at a URL, by RFC 8414 section 3.1 and OpenID Connect Discovery
/// section 4; none where the URL is of another form.
fn issuer_at(url: &str) -> Option<String> {
    let url = url.split(['?', '#']).next()?;
    let (base, name) = url.split_once(WELL_KNOWN)?;
    match name.split_once('/') {
        None if matches!(name, OPENID | OAUTH) => Some(base.to_owned()),
        Some((OPENID | OAUTH, path)) => Some(format!("{base}/{path}")),
        _ => None,
    }
}

impl ServerMetadata {
    fn asked_for(self, issuer: Option<String>) -> Self {
        Self {
            expected_issuer: issuer,
            ..self
        }
    }
}

/// What came back, and from where.
struct Answer {
    url: SecureUrl,
    response: HttpResponse,
    /// Why a redirect is not followed, if there is one.
    redirect: Option<String>,
}

impl Answer {
    fn get<T: Transport + ?Sized>(url: &SecureUrl, transport: &T) -> Result<Self, TransportError> {
        let mut url = url.clone();
        let mut followed = 0;
        loop {
            let response = transport.send(HttpRequest::get(&url))?;
            let location = match response.status() {
                301 | 302 | 303 | 307 | 308 => response.header("Location").map(str::to_owned),
                _ => None,
            };
            let next = location.as_deref().and_then(|location| url.join(location));
            let next = next.filter(|next| next.is_same_origin(&url));
            let redirect = match (&next, location) {
                (Some(_), _) if followed == REDIRECTS => {
                    Some(format!("more than {REDIRECTS} redirects"))
                }
                (None, Some(_)) => Some(format!(
                    "a redirect to {}, which is not followed",
                    response.location_to_show().unwrap_or_default()
                )),
                _ => None,
            };
            match next.filter(|_| redirect.is_none()) {
                Some(next) => url = next,
                None => {
                    return Ok(Self {
                        url,
                        response,
                        redirect,
                    });
                }
            }
            followed += 1;
        }
    }

    /// The metadata, or why it is none.
    fn read(&self) -> Result<ServerMetadata, String> {
        if let Some(reason) = &self.redirect {
            return Err(reason.clone());
        }
        let status = self.response.status();
        if status != 200 {
            return Err(format!("status {status}"));
        }
        let body = self.response.body();
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let members = match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => members,
            Ok(_) => return Err("JSON, but not an object".into()),
            Err(_) if body.trim_ascii_start().starts_with(b"<") => {
                return Err("HTML or XML, not JSON".into());
            }
            Err(_) if body.trim_ascii().is_empty() => return Err("an empty answer".into()),
            Err(_) => {
                let kind = self.response.header("Content-Type");
                let kind = kind.map(|kind| format!(" ({})", shown(kind)));
                return Err(format!("not JSON{}", kind.unwrap_or_default()));
            }
        };
        let metadata = ServerMetadata {
            url: shown_url(self.url.as_str()),
            members,
            expected_issuer: None,
        };
        if metadata.token_endpoint().is_none() {
            return Err("JSON without a token_endpoint".into());
        }
        Ok(metadata)
    }
}
