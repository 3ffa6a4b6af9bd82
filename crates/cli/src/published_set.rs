//! A JWK Set where gateways fetch it.

use std::time::Duration;

use tokenring_jwk::JwkSetDocument;
use tokenring_oauth::{HttpRequest, HttpResponse, SecureUrl, Transport};

use crate::ExitCode;
use crate::connection;
use crate::failure::{Failure, Result, chain};
use crate::options::ConnectionOptions;

/// What was found there.
pub(crate) struct PublishedSet {
    pub(crate) document: JwkSetDocument,
    /// The headers about copies that came with it.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// For how long copies on the way to the gateway are good.
    pub(crate) copies: Duration,
}

const HEADERS: [&str; 6] = [
    "Cache-Control",
    "Expires",
    "Age",
    "ETag",
    "Last-Modified",
    "Date",
];
/// Nobody waits longer for a web server's copies; who does says so with --cache-seconds.
const LONGEST_COPIES: u64 = 24 * 60 * 60;

impl PublishedSet {
    /// Fetches it.
    pub(crate) fn fetch(url: &SecureUrl, options: &ConnectionOptions) -> Result<Self> {
        // What is behind the question mark may be a secret.
        let shown = url.as_str().split(['?', '#']).next().unwrap_or_default();
        let step = format!("published JWK Set {shown}");
        let response = connection::transport(options)?
            .send(HttpRequest::get(url))
            .map_err(|error| connection::unreachable(&error).while_doing(&step))?;
        if response.status() != 200 {
            return Err(Failure::new(
                ExitCode::Unreachable,
                format!(
                    "{step}: the server answers with status {}; serve the set there, to everybody \
                     and without redirects",
                    response.status()
                ),
            ));
        }
        let unusable = |text: String| Failure::new(ExitCode::RuleBroken, format!("{step}: {text}"));
        let text = std::str::from_utf8(response.body())
            .map_err(|_| unusable("it is no text; serve the file as it is".into()))?;
        let document = JwkSetDocument::parse(text).map_err(|error| unusable(chain(&error)))?;
        Ok(Self {
            document,
            copies: copies(&response),
            headers: HEADERS
                .into_iter()
                .filter_map(|name| Some((name, response.header(name)?.to_owned())))
                .collect(),
        })
    }
}

/// How long others may keep what came, by RFC 9111 section 5.2.2.
fn copies(response: &HttpResponse) -> Duration {
    let control = response.header("Cache-Control").unwrap_or_default();
    let control = control.to_ascii_lowercase();
    let directives = || control.split(',').map(str::trim);
    if directives().any(|directive| matches!(directive, "no-store" | "no-cache")) {
        return Duration::ZERO;
    }
    let value = |name: &str| {
        directives().find_map(|directive| {
            let value = directive.strip_prefix(name)?.strip_prefix('=')?;
            value.trim_matches('"').parse::<u64>().ok()
        })
    };
    let seconds = value("s-maxage").into_iter().chain(value("max-age")).max();
    Duration::from_secs(seconds.unwrap_or_default().min(LONGEST_COPIES))
}
