use tokenring_token_cache::{CacheEntry, TokenCache, Unusable};

use crate::ExitCode;
use crate::clock;
use crate::explanation::Explanation;
use crate::failure::{Failure, Result};
use crate::output;
use crate::settings::Settings;
use crate::tokens;

/// Lists the tokens that are kept, or forgets them.
pub(crate) fn run(settings: &Settings<'_>) -> Result<ExitCode> {
    let Some(path) = tokens::cache_directory(settings)? else {
        return Err(Failure::new(
            ExitCode::Configuration,
            "this platform tells no place for caches; name one with --cache-dir",
        ));
    };
    let unusable = |reason: Unusable| {
        Failure::new(
            ExitCode::Configuration,
            format!("the cache {} is not usable: {reason}", path.display()),
        )
    };
    if settings.flag("explain")? {
        let action = match settings.action() {
            Some("clear") => "remove all tokens",
            _ => "list the tokens, without the tokens themselves",
        };
        let mut explanation = Explanation::new(settings);
        explanation.section(
            "Action, not done",
            [format!("{action} in {}", path.display())],
        );
        explanation.print()?;
        return Ok(ExitCode::Success);
    }
    let cache = TokenCache::open(&path).map_err(unusable)?;
    if settings.action() == Some("clear") {
        let removed = cache.clear().map_err(unusable)?;
        output::print(&format!("{removed} removed\n"))?;
        return Ok(ExitCode::Success);
    }
    let now = clock::now()?.as_seconds();
    let mut text = String::new();
    for entry in cache.list().map_err(unusable)? {
        text.push_str(&describe(&entry, now));
        text.push('\n');
    }
    output::print(&text)?;
    Ok(ExitCode::Success)
}

/// One line for a token, without the token.
fn describe(entry: &CacheEntry, now: u64) -> String {
    let hash: String = entry.hash().chars().take(12).collect();
    let life = match entry.expires_at().map(|at| at.as_seconds()) {
        Some(at) if at > now => format!("good for {} s", at - now),
        Some(_) => "expired".into(),
        None => "of unknown lifetime".into(),
    };
    let mut line = format!("{hash}  {life}");
    let facts = [
        ("gateway", entry.gateway()),
        ("environment", entry.environment()),
        ("kid", entry.key_id()),
        ("scope", entry.requested_scope()),
        ("endpoint", entry.token_endpoint()),
    ];
    for (name, value) in facts {
        if let Some(value) = value {
            line.push_str(&format!("  {name} {value}"));
        }
    }
    tokenring_oauth::printable(&line).to_string()
}
