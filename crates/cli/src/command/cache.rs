use tokenring_assertion::NumericDate;
use tokenring_token_store::{CacheEntry, DirectoryStore, Unusable};

use crate::explanation::explain;
use crate::options::KeptTokenOptions;
use crate::{ExitCode, Failure, Result, Settings, clock, output, rejected_token};

/// Lists the tokens that are kept, or forgets them.
pub(crate) fn run(settings: &Settings<'_>) -> Result<ExitCode> {
    let options: KeptTokenOptions = settings.options()?;
    let directory = options.directory()?;
    if settings.action() == Some("path") && !settings.explains()? {
        output::print(&format!("{}\n", directory.value().display()))?;
        return Ok(ExitCode::Success);
    }
    let (clears, path) = (settings.action() == Some("clear"), directory.value());
    let unusable = |reason: Unusable| {
        Failure::new(
            ExitCode::Configuration,
            format!("the cache {} is not usable: {reason}", path.display()),
        )
    };
    if settings.explains()? {
        let mut effective = settings.effective();
        effective.add_given("cache-dir", Some(&directory));
        let action = match (clears, options.only_expired) {
            _ if settings.action() == Some("drop") => "remove the token on standard input",
            _ if settings.action() == Some("path") => "print where the tokens are",
            (true, false) => "remove all tokens",
            (true, true) => "remove the tokens that have expired",
            (false, false) => "list the tokens, without the tokens themselves",
            (false, true) => "list the tokens that have expired, without the tokens themselves",
        };
        explain(
            Some(&effective),
            [format!("{action} in {}", path.display())],
        )?;
        return Ok(ExitCode::Success);
    }
    let cache = DirectoryStore::open(path).map_err(unusable)?;
    if settings.action() == Some("drop") {
        let token = rejected_token::read()?;
        let removed = cache.forget(&token).map_err(unusable)?;
        output::print(&format!("{removed} removed\n"))?;
        return Ok(ExitCode::Success);
    }
    let now = clock::now()?;
    let mut text = String::new();
    if clears {
        let removed = match options.only_expired {
            true => cache.clear_expired(now),
            false => cache.clear(),
        };
        text = format!("{} removed\n", removed.map_err(unusable)?);
    } else {
        for entry in cache.list().map_err(unusable)? {
            if !options.only_expired || entry.remaining(now).is_zero() {
                text.push_str(&describe(&entry, now));
                text.push('\n');
            }
        }
    }
    output::print(&text)
}

/// One line for a token, without the token.
fn describe(entry: &CacheEntry, now: NumericDate) -> String {
    let hash: String = entry.hash().chars().take(12).collect();
    let life = match (entry.remaining(now).as_secs(), entry.expires_at()) {
        (0, None) => "of unknown lifetime".into(),
        (0, Some(at)) if at > now => "not used: its date is in the future".into(),
        (0, Some(_)) => "expired".into(),
        (left, _) => format!("good for {left} s"),
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
    tokenring_text::printable(&line).to_string()
}
