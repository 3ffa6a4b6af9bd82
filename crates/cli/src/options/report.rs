use std::path::PathBuf;

use serde_json::Value;

use super::help::OUTPUT;
use super::{named, options};
use crate::ExitCode;
use crate::failure::Result;
use crate::output;
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

named! {
    /// Whether a report is for a person or for a program.
    "format" enum ReportFormat {
        Text = "text",
        Json = "json",
    }
}

named! {
    /// How facts are printed.
    "format" enum FactFormat {
        Text = "text",
        Json = "json",
        Toml = "toml",
    }
}

options! {
    /// How a report is printed.
    #[derive(Default)]
    struct ReportOptions {
        /// text or json [default: text]
        format: Option<Setting<ReportFormat>> = "format" "NAME" in OUTPUT;
    }

    /// How facts are printed.
    struct FactOptions {
        /// text, json or toml [default: text]
        format: Setting<FactFormat> = "format" "NAME" in OUTPUT, or FactFormat::Text;
    }
}

impl ReportOptions {
    /// Prints facts for a program, or a text for a person.
    pub(crate) fn print(
        &self,
        facts: impl FnOnce() -> Value,
        text: impl FnOnce() -> String,
    ) -> Result<ExitCode> {
        match self.is_json() {
            true => output::print(&output::json(&facts())),
            false => output::print_page(&text()),
        }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.format.as_ref().map(Setting::value) == Some(&ReportFormat::Json)
    }
}
