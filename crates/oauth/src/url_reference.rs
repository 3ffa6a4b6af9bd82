use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::SecureUrl;

impl SecureUrl {
    /// Whether scheme, host and port are the same (RFC 6454 section 5).
    #[must_use]
    pub fn is_same_origin(&self, other: &Self) -> bool {
        self.is_https() == other.is_https()
            && self.port() == other.port()
            && self.host().eq_ignore_ascii_case(other.host())
    }

    /// Resolves a reference, such as the value of `Location`, against this URL
    /// (RFC 3986 section 5.2).
    ///
    /// A fragment is left out, as it is never sent. [`None`] for what doesn't
    /// lead to a secure URL.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_oauth::SecureUrl;
    ///
    /// let url = SecureUrl::new("https://api.example.com/a/b?c")?;
    /// let next = |reference| url.join(reference).map(|url| url.as_str().to_owned());
    /// assert_eq!(next("/d").as_deref(), Some("https://api.example.com/d"));
    /// assert_eq!(next("../e").as_deref(), Some("https://api.example.com/e"));
    /// assert_eq!(next("http://api.example.com/"), None);
    /// # Ok::<(), tokenring_oauth::Error>(())
    /// ```
    #[must_use]
    pub fn join(&self, reference: &str) -> Option<Self> {
        let reference = reference.split('#').next().unwrap_or_default();
        if has_scheme(reference) {
            return Self::new(reference).ok();
        }
        let (scheme, rest) = self.as_str().split_once("://")?;
        if let Some(elsewhere) = reference.strip_prefix("//") {
            return Self::new(&format!("{scheme}://{elsewhere}")).ok();
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path_and_query) = rest.split_at(end);
        let (path, query) = split_query(path_and_query);
        let (new_path, new_query) = split_query(reference);
        let (path, query) = match new_path {
            "" => (String::from(path), new_query.or(query)),
            _ if new_path.starts_with('/') => (without_dots(new_path), new_query),
            _ => {
                let folder = path.rfind('/').map_or("/", |end| path.split_at(end + 1).0);
                (without_dots(&format!("{folder}{new_path}")), new_query)
            }
        };
        let query = query.map_or_else(String::new, |query| format!("?{query}"));
        Self::new(&format!("{scheme}://{authority}{path}{query}")).ok()
    }
}

/// Whether the reference names a scheme (RFC 3986 section 4.2).
fn has_scheme(reference: &str) -> bool {
    let Some((scheme, _)) = reference.split_once(':') else {
        return false;
    };
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn split_query(text: &str) -> (&str, Option<&str>) {
    match text.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (text, None),
    }
}

/// Removes the segments `.` and `..` (RFC 3986 section 5.2.4).
fn without_dots(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    let mut rest = path.split('/').skip(1).peekable();
    while let Some(segment) = rest.next() {
        let is_last = rest.peek().is_none();
        match segment {
            "." => {}
            ".." => {
                segments.pop();
            }
            segment => {
                segments.push(segment);
                continue;
            }
        }
        if is_last {
            segments.push("");
        }
    }
    format!("/{}", segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(reference: &str, expected: Option<&str>) {
        let base = SecureUrl::new("https://a.example/b/c/d;p?q").unwrap();
        let joined = base.join(reference);
        assert_eq!(
            joined.as_ref().map(SecureUrl::as_str),
            expected,
            "{reference}"
        );
    }

    /// The examples of RFC 3986 sections 5.4.1 and 5.4.2 that lead to a URL.
    #[test]
    fn section_5_4() {
        check("g", Some("https://a.example/b/c/g"));
        check("./g", Some("https://a.example/b/c/g"));
        check("g/", Some("https://a.example/b/c/g/"));
        check("/g", Some("https://a.example/g"));
        check("//g.example", Some("https://g.example"));
        check("?y", Some("https://a.example/b/c/d;p?y"));
        check("g?y", Some("https://a.example/b/c/g?y"));
        check("#s", Some("https://a.example/b/c/d;p?q"));
        check("g#s", Some("https://a.example/b/c/g"));
        check(";x", Some("https://a.example/b/c/;x"));
        check("", Some("https://a.example/b/c/d;p?q"));
        check(".", Some("https://a.example/b/c/"));
        check("..", Some("https://a.example/b/"));
        check("../g", Some("https://a.example/b/g"));
        check("../../g", Some("https://a.example/g"));
        check("../../../g", Some("https://a.example/g"));
        check("/../g", Some("https://a.example/g"));
        check("g..", Some("https://a.example/b/c/g.."));
        check("g;x=1/../y", Some("https://a.example/b/c/y"));
        check("g?y/../x", Some("https://a.example/b/c/g?y/../x"));
        check("http:g", None);
        check("g:h", None);
        check("http://a.example/", None);
        check("//user@a.example/", None);
    }

    #[test]
    fn origins() {
        let base = SecureUrl::new("https://a.example/b").unwrap();
        let same = |url: &str| SecureUrl::new(url).unwrap().is_same_origin(&base);
        assert!(same("https://A.example:443/"));
        assert!(!same("https://a.example:8443/"));
        assert!(!same("https://b.example/"));
        assert!(!same("http://localhost:443/"));
    }
}
