use hyper::header::HOST;
use hyper::http::request::Parts;

use crate::header::only_value;
use crate::shortened::shortened_text;
use crate::stand_in::MeantHost;

/// Longer URLs are cut.
const LONGEST_SHOWN: usize = 400;

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
    if let Some(MeantHost { scheme, authority }) = MeantHost::of(request) {
        return Some(format!("{scheme}://{authority}{path_and_query}"));
    }
    Some(format!("http://{authority}{path_and_query}"))
}

/// The URL as it can be shown and kept: with the names in its query and none of the values.
pub(crate) fn shown_url(url: &str) -> String {
    let (rest, query) = match url.split_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (url, None),
    };
    let mut shown = without_user(rest);
    for (index, parameter) in query.iter().flat_map(|query| query.split('&')).enumerate() {
        shown.push(if index == 0 { '?' } else { '&' });
        match parameter.split_once('=') {
            Some((name, "")) => shown.push_str(&format!("{}=", shortened_text(name))),
            Some((name, _)) => shown.push_str(&format!("{}=…", shortened_text(name))),
            // It may be a value as well as a name.
            None if parameter.is_empty() => {}
            None => shown.push('…'),
        }
    }
    match shown.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}…", shown.get(..end).unwrap_or_default()),
        None => shown,
    }
}

/// A user and a password in front of the host are not shown.
fn without_user(url: &str) -> String {
    let start = url.find("://").map_or(0, |scheme| scheme + 3);
    let (scheme, rest) = url.split_at(start);
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    match authority.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}…@{host}{path}"),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::shown_url;

    #[test]
    fn no_value_of_a_query_is_shown() {
        for (url, shown) in [
            ("http://h:1/oauth2/token", "http://h:1/oauth2/token"),
            ("http://h/t?", "http://h/t?"),
            ("http://h/t?key=hunter2&v=&w", "http://h/t?key=…&v=&…"),
            ("http://h/t?hunter2", "http://h/t?…"),
            ("http://h/t?a=1?b=hunter2", "http://h/t?a=…"),
            ("http://u:hunter2@h/t?a=1", "http://…@h/t?a=…"),
        ] {
            assert_eq!(shown_url(url), shown);
        }
        let long = format!("http://h/{}", "a".repeat(5000));
        assert_eq!(shown_url(&long).chars().count(), 401);
    }
}
