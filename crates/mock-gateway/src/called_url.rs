use hyper::header::HOST;
use hyper::http::request::Parts;

use crate::header::only_value;

/// The URL that the client called, character for character, with its query.
///
/// A request in absolute form (RFC 9112, section 3.2.2) names its host there, any other in its
/// one `Host` header. Nothing comes of a request that names no host, or two.
pub(crate) fn called_url(request: &Parts) -> Option<String> {
    let uri = &request.uri;
    let authority = match uri.authority() {
        Some(authority) => authority.as_str(),
        None => only_value(&request.headers, &HOST)?,
    };
    let path_and_query = uri.path_and_query()?;
    Some(format!("http://{authority}{path_and_query}"))
}
