use std::path::PathBuf;

use super::help::OUTPUT;
use super::options;
use crate::setting::Setting;

options! {
    /// What says where other values come from.
    struct SourceOptions {
        /// Configuration file [default: the platform's place]
        config: Option<Setting<PathBuf>> = "config" "FILE" in OUTPUT;
        /// Profile in the configuration file
        profile: Option<Setting<String>> = "profile" "NAME" in OUTPUT;
    }

    /// Whether values are only shown.
    struct ExplainOptions {
        /// Show every value, its origin and what would happen, and do nothing
        explain: bool = "explain" in OUTPUT;
    }

    /// How much is said on standard error.
    #[derive(Default)]
    struct ConsoleOptions {
        /// Print failures only
        quiet: Option<Setting<bool>> = "quiet" in OUTPUT, with |argument| argument.short('q');
        /// Print each step
        verbose: Option<Setting<bool>> = "verbose" in OUTPUT, with |argument| argument.short('v');
    }
}
