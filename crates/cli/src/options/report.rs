use std::fmt;

use crate::failure::{Reason, Result};
use crate::setting::Setting;
use crate::settings::Settings;

/// Whether a report is for a person or for a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReportFormat {
    Text,
    Json,
}

impl fmt::Display for ReportFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Json => "json",
        })
    }
}

impl Settings<'_> {
    pub(super) fn report_format(&self) -> Result<Option<Setting<ReportFormat>>> {
        self.parsed("format", |name| match name {
            "text" => Ok(ReportFormat::Text),
            "json" => Ok(ReportFormat::Json),
            _ => Err(Reason::new(format!(
                "unknown format {name:?}; use text or json"
            ))),
        })
    }

    /// Whether a program reads standard output, and reads JSON there.
    pub(crate) fn wants_json(&self) -> bool {
        self.report_format()
            .is_ok_and(|format| is_json(format.as_ref()))
    }
}

pub(super) fn is_json(format: Option<&Setting<ReportFormat>>) -> bool {
    format.map(Setting::value) == Some(&ReportFormat::Json)
}
