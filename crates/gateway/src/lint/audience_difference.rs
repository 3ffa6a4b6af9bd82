//! Where two spellings of one address differ: to a server they are two addresses.

/// A URL in pieces. What is missing is empty.
struct Pieces<'t> {
    scheme: &'t str,
    host: &'t str,
    port: &'t str,
    path: &'t str,
    /// With its `?`, and a fragment with its `#`.
    query: &'t str,
}

const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Tells in words how an address is spelt otherwise; nothing if it is another one.
pub(super) fn difference(found: &str, wanted: &str) -> Option<String> {
    let trimmed = found.trim();
    let (ours, theirs) = (Pieces::of(trimmed), Pieces::of(wanted));
    let mut differences: Vec<String> = Vec::new();
    if trimmed.len() < found.len() {
        differences.push("there is white space around it".to_owned());
    }
    differences.extend(scheme(&ours, &theirs));
    differences.extend(host(&ours, &theirs)?);
    differences.extend(port(&ours, &theirs)?);
    differences.extend(path(&ours, &theirs)?);
    differences.extend(query(&ours, &theirs));
    if differences.is_empty() {
        None
    } else {
        Some(differences.join(", and "))
    }
}

impl<'t> Pieces<'t> {
    fn of(url: &'t str) -> Self {
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        let split_before = |text: &'t str, marks: &[char]| {
            let at = text.find(marks).unwrap_or(text.len());
            text.split_at(at)
        };
        let (rest, query) = split_before(rest, &['?', '#']);
        let (authority, path) = split_before(rest, &['/']);
        let colon = authority.rfind(':').filter(|colon| {
            let digits = authority.get(colon + 1..).unwrap_or_default();
            digits.bytes().all(|byte| byte.is_ascii_digit())
        });
        let (host, port) = authority.split_at(colon.unwrap_or(authority.len()));
        Self {
            scheme,
            host,
            port: port.trim_start_matches(':'),
            path,
            query,
        }
    }

    fn default_port(&self) -> &'static str {
        if self.scheme.eq_ignore_ascii_case("http") {
            "80"
        } else {
            "443"
        }
    }
}

fn scheme(ours: &Pieces<'_>, theirs: &Pieces<'_>) -> Option<String> {
    if ours.scheme == theirs.scheme {
        return None;
    }
    Some(if ours.scheme.is_empty() {
        format!("{}:// is missing at its front", theirs.scheme)
    } else if ours.scheme.eq_ignore_ascii_case(theirs.scheme) {
        format!("its scheme is not written {}", theirs.scheme)
    } else {
        let found: String = ours.scheme.chars().take(10).collect();
        let found = found.escape_debug();
        format!("it begins with {found} instead of {}", theirs.scheme)
    })
}

/// Nothing for another host; otherwise the difference, if there is one.
fn host(ours: &Pieces<'_>, theirs: &Pieces<'_>) -> Option<Vec<String>> {
    let is_loopback = |host: &str| LOOPBACK.contains(&host.to_ascii_lowercase().as_str());
    if ours.host == theirs.host {
        Some(Vec::new())
    } else if ours.host.eq_ignore_ascii_case(theirs.host) {
        Some(vec!["its host is in other capitals".to_owned()])
    } else if is_loopback(ours.host) && is_loopback(theirs.host) {
        let (ours, theirs) = (ours.host.to_ascii_lowercase(), theirs.host);
        Some(vec![format!("it has {ours} for {theirs}")])
    } else {
        None
    }
}

/// Nothing for another port.
fn port(ours: &Pieces<'_>, theirs: &Pieces<'_>) -> Option<Vec<String>> {
    if ours.port == theirs.port {
        Some(Vec::new())
    } else if theirs.port.is_empty() && ours.port == ours.default_port() {
        Some(vec![format!("the port :{} is superfluous", ours.port)])
    } else if ours.port.is_empty() && theirs.port == theirs.default_port() {
        Some(vec![format!("the port :{} is missing", theirs.port)])
    } else {
        None
    }
}

/// Nothing for another path.
fn path(ours: &Pieces<'_>, theirs: &Pieces<'_>) -> Option<Vec<String>> {
    let mut differences = Vec::new();
    let single = |path: &str| {
        let mut path = path.to_owned();
        while path.contains("//") {
            path = path.replace("//", "/");
        }
        path
    };
    let (our_single, their_single) = (single(ours.path), single(theirs.path));
    let our_end = our_single.trim_end_matches('/');
    let their_end = their_single.trim_end_matches('/');
    if !our_end.eq_ignore_ascii_case(their_end) {
        return None;
    }
    if our_end != their_end {
        differences.push("its path is in other capitals".to_owned());
    }
    if our_single != ours.path && their_single == theirs.path {
        differences.push("a slash stands twice".to_owned());
    }
    match (our_single.ends_with('/'), their_single.ends_with('/')) {
        (false, true) => differences.push("the slash at its end is missing".to_owned()),
        (true, false) => differences.push("the slash at its end is too much".to_owned()),
        _ => {}
    }
    Some(differences)
}

fn query(ours: &Pieces<'_>, theirs: &Pieces<'_>) -> Option<String> {
    if ours.query == theirs.query {
        None
    } else if theirs.query.is_empty() {
        let what = if ours.query.starts_with('#') {
            "fragment"
        } else {
            "query"
        };
        Some(format!("a {what} is attached to it"))
    } else if ours.query.is_empty() {
        Some("its query is missing".to_owned())
    } else {
        Some("its query is another".to_owned())
    }
}
