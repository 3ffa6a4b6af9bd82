//! Where a redirect leads, as it can be shown.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// A URL without what may be a secret: user information, query, fragment, and parts of the path
/// that are no names.
pub(crate) fn without_values(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let url = url.get(..end).unwrap_or_default();
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let (authority, path) = match (scheme, rest.find('/')) {
        ("", _) => ("", rest),
        (_, Some(start)) => rest.split_at(start),
        (_, None) => (rest, ""),
    };
    let host = authority.rsplit('@').next().unwrap_or_default();
    let parts = path.split('/').map(|part| match is_name(part) {
        true => part,
        false => "…",
    });
    let path = parts.collect::<Vec<_>>().join("/");
    match scheme {
        "" => path,
        scheme => format!("{scheme}://{host}{path}"),
    }
}

/// Whether a part of a path is a name such as `oauth2`, `v2.0` or `protocol-openid-connect`.
fn is_name(part: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let has_digit = part.contains(|c: char| c.is_ascii_digit());
    part.len() <= if has_digit { 8 } else { 24 } && part.chars().all(is_plain)
}
