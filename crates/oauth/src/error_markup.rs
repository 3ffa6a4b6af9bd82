//! Words of error answers that are XML or HTML.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// So much of a page is looked at, in bytes.
const LOOKED_AT: usize = 16 * 1024;

/// The elements of XML errors that hold a code, and those that hold words: AWS, WSO2, SOAP.
const CODES: [&str; 3] = ["code", "errorcode", "error"];
const WORDS: [&str; 6] = [
    "message",
    "error_description",
    "description",
    "faultstring",
    "reason",
    "detail",
];

/// Elements of whole pages, and of parts of pages.
const PAGE: [&str; 5] = ["<html", "<!doctype html", "<head", "<body", "<title"];
const PART: [&str; 8] = [
    "<p", "<h1", "<div", "<br", "<script", "<meta", "<form", "<center",
];

/// Whether a text that begins with `<` is for a browser.
pub(crate) fn is_page(text: &str) -> bool {
    has_tag(text, &PAGE) || has_tag(text, &PART)
}

fn has_tag(text: &str, tags: &[&str]) -> bool {
    let head = head(text).to_ascii_lowercase();
    tags.iter().any(|tag| head.contains(tag))
}

/// Whether a text that begins with `<` is XML and no page.
pub(crate) fn is_xml(text: &str, content_type: &str) -> bool {
    let is_page = has_tag(text, &PAGE);
    let head = head(text).to_ascii_lowercase();
    let is_said = content_type.to_ascii_lowercase().contains("xml");
    // A problem of RFC 9457 has a title, too.
    let is_problem = head.starts_with("<problem");
    is_problem || !is_page && (is_said || head.starts_with("<?xml") || description(text).is_some())
}

/// The code of an XML error.
pub(crate) fn code(text: &str) -> Option<String> {
    element(text, &CODES)
}

/// The words of an XML error.
pub(crate) fn description(text: &str) -> Option<String> {
    element(text, &WORDS)
}

/// The title of an HTML page, or else its heading.
pub(crate) fn title(text: &str) -> Option<String> {
    element(text, &["title", "h1", "h2"])
}

/// The ID by which a firewall's page wants to be asked about.
pub(crate) fn support_id(text: &str) -> Option<&str> {
    /// F5, Imperva, Cloudflare, Akamai, and others.
    const LABELS: [&str; 5] = [
        "support id",
        "incident id",
        "ray id",
        "request id",
        "reference&#32;&#35;",
    ];
    let head = head(text);
    let lower = head.to_ascii_lowercase();
    let after = LABELS.iter().find_map(|label| {
        let at = lower.find(label)?;
        head.get(at.checked_add(label.len())?..)
    })?;
    let is_part = |character: char| character.is_ascii_alphanumeric() || "-._".contains(character);
    let mut words = after.split(|character: char| !is_part(character));
    words.find(|word| word.len() >= 6 && word.chars().any(|digit| digit.is_ascii_digit()))
}

/// The text of the first element of one of these names that holds text alone, whatever its prefix.
fn element(text: &str, names: &[&str]) -> Option<String> {
    let tags: Vec<&str> = head(text).split('<').collect();
    names.iter().find_map(|name| {
        tags.iter().zip(tags.get(1..)?).find_map(|(tag, next)| {
            let (tag, inner) = tag.split_once('>')?;
            let tag = tag.split_whitespace().next()?;
            let local = tag.rsplit(':').next()?;
            let inner = decoded(inner);
            let inner = inner.trim();
            let is_it = local.eq_ignore_ascii_case(name) && next.starts_with('/');
            (is_it && !inner.is_empty()).then(|| inner.to_string())
        })
    })
}

fn head(text: &str) -> &str {
    let mut end = text.len().min(LOOKED_AT);
    while !text.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    text.get(..end).unwrap_or_default()
}

/// A text with the characters for which its references stand.
pub(crate) fn decoded(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        decoded.push_str(before);
        let reference = after.split_once(';');
        let known = reference.and_then(|(name, after)| Some((character(name)?, after)));
        match known {
            Some((character, after)) => {
                decoded.push(character);
                rest = after;
            }
            None => {
                decoded.push('&');
                rest = after;
            }
        }
    }
    decoded.push_str(rest);
    decoded
}

/// The character of a reference, such as `#39` or `amp`.
fn character(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        for (text, wanted) in [
            ("Client&#39;s &quot;x&quot;", "Client's \"x\""),
            ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
            ("&#x27;&#X41;", "'A"),
            (
                "AT&T; & &unknown; &#1114112;",
                "AT&T; & &unknown; &#1114112;",
            ),
        ] {
            assert_eq!(decoded(text), wanted);
        }
    }

    #[test]
    fn elements() {
        let xml = "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>no &lt;access&gt;</Message></Error>";
        assert!(is_xml(xml, ""));
        assert_eq!(code(xml).as_deref(), Some("AccessDenied"));
        assert_eq!(description(xml).as_deref(), Some("no <access>"));
        let soap = "<x:fault xmlns:x=\"urn:x\"><x:code>900902</x:code></x:fault>";
        assert!(is_xml(soap, "application/xml"));
        assert_eq!(code(soap).as_deref(), Some("900902"));
        let page = "<!DOCTYPE html><html><head><title>Stopped | X</title></head><body>Your support ID is: <b>123456789</b></body>";
        assert!(!is_xml(page, "application/xhtml+xml"));
        assert_eq!(title(page).as_deref(), Some("Stopped | X"));
        assert_eq!(support_id(page), Some("123456789"));
        assert_eq!(title("<html><body>no title"), None);
        let page = "<html><h1>Access denied</h1>Incapsula incident ID: 123-4567-89</html>";
        assert_eq!(title(page).as_deref(), Some("Access denied"));
        assert_eq!(support_id(page), Some("123-4567-89"));
        let page =
            "<html>Reference&#32;&#35;18&#46;2d351ab8</html><p>Ray ID: <b>7d1e2f3a4b5c6d7e</b>";
        assert_eq!(support_id(page), Some("7d1e2f3a4b5c6d7e"));
        let problem = "<problem><title>Forbidden</title><detail>disabled</detail></problem>";
        assert!(is_xml(problem, "application/problem+xml"));
        assert_eq!(description(problem).as_deref(), Some("disabled"));
    }
}
