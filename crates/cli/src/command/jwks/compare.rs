use serde_json::json;
use tokenring::Publication;
use tokenring_jwk::JwkSetChange;
use tokenring_text::printable;

use crate::connection::fetch_set;
use crate::endpoint::stated_gateway;
use crate::explanation::explain;
use crate::options::{PublicationOptions, SetComparisonOptions};
use crate::{Console, ExitCode, Result, clock, keystore, option_words};

/// Tells what is different between two sets.
pub(crate) fn diff(options: &SetComparisonOptions) -> Result<ExitCode> {
    let SetComparisonOptions { before, after, .. } = options;
    let step = format!("compare {} with {}", before.display(), after.display());
    if explain(&options.explanation, [step])? {
        return Ok(ExitCode::Success);
    }
    let before = keystore::open_set(before)?;
    let after = keystore::open_set(after)?;
    let changes = before.document.changes_to(&after.document);
    let report = &options.report;
    report.print(|| json!(changes), || lines(&changes))?;
    Ok(ExitCode::of_check(changes.is_empty()))
}

/// Compares a set with the one that gateways fetch.
pub(crate) fn verify_published(
    options: &PublicationOptions,
    console: &Console,
) -> Result<ExitCode> {
    let (path, url) = (&options.set, options.url.value());
    let gateway = stated_gateway(&options.gateway)?;
    if explain(
        &options.explanation,
        [format!("compare {} with {}", path.display(), url.as_str())],
    )? {
        return Ok(ExitCode::Success);
    }
    let own = keystore::open_set(path)?;
    console.detail(format_args!("Fetching {}", url.as_str()));
    let published = fetch_set(url, &options.connection)?;
    let publication = Publication::new(&own.document, &published, gateway.as_ref(), clock::now()?);
    let text = || publication.to_text(path, option_words::words);
    options.report.print(|| publication.to_json(), text)?;
    Ok(ExitCode::of_check(publication.is_clean()))
}

/// One line for each difference, in the way of `diff`.
fn lines(changes: &[JwkSetChange]) -> String {
    let line = |change: &JwkSetChange| format!("{}\n", printable(&change.to_string()));
    changes.iter().map(line).collect()
}
