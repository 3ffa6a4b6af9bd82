use std::path::PathBuf;

use etcetera::BaseStrategy;

/// The directory that the platform's convention gives to what a program keeps and does
/// not share, if the user has a home directory.
///
/// `tokenring` in `$XDG_STATE_HOME` or `~/.local/state`.
#[must_use]
pub fn default_state_directory() -> Option<PathBuf> {
    let strategy = etcetera::choose_base_strategy().ok()?;
    let state = strategy.state_dir().unwrap_or_else(|| strategy.data_dir());
    Some(state.join("tokenring"))
}

/// The directory that the platform's convention gives the cache, if the user has
/// a home directory.
///
/// `tokenring` in `$XDG_CACHE_HOME` or `~/.cache`. Whether an option or an
/// environment variable names another one is the caller's business.
#[must_use]
pub fn default_directory() -> Option<PathBuf> {
    let strategy = etcetera::choose_base_strategy().ok()?;
    Some(strategy.cache_dir().join("tokenring"))
}
