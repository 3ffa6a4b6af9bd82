use super::help::OUTPUT;
use super::{named, options};
use crate::setting::Setting;

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
    pub(crate) fn is_json(&self) -> bool {
        self.format.as_ref().map(Setting::value) == Some(&ReportFormat::Json)
    }
}
