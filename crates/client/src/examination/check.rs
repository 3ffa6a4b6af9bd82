use std::fmt;

use serde_json::{Value, json};
use tokenring_text::{printable, redact};

use super::{CheckRemedy, CheckStep};
use crate::{Error, PublicationFault};

/// What came of one step of an examination.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Check {
    /// Which step.
    pub step: CheckStep,
    /// Whether it is in order.
    pub status: CheckStatus,
    /// What was found, in one line; empty where [`error`](Self::error) says it.
    pub text: String,
    /// More of it, a line each.
    pub details: Vec<String>,
    /// What to do, where the step or its error doesn't say it.
    pub remedy: Option<CheckRemedy>,
    /// Why the step failed.
    pub error: Option<Error>,
}

/// Whether a step is in order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum CheckStatus {
    /// It is.
    Ok,
    /// It may do harm.
    Warning,
    /// It is not.
    Failure,
    /// There is nothing to check.
    Skipped,
    /// It could not be checked, because of another step.
    Blocked,
}

impl CheckStatus {
    /// A word for it, as in a report: a step that could not be checked is a warning there.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning | Self::Blocked => "warning",
            Self::Failure => "failure",
            Self::Skipped => "skipped",
        }
    }
}

/// What came of one step, in words.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct CheckLine {
    /// Which step.
    pub step: CheckStep,
    /// Whether it is in order.
    pub status: CheckStatus,
    /// What was found.
    pub text: String,
    /// More of it, a line each.
    pub details: Vec<String>,
    /// What to do.
    pub remedy: Option<String>,
}

impl CheckLine {
    /// A step of which nothing is said yet.
    #[must_use]
    pub const fn new(step: CheckStep, status: CheckStatus) -> Self {
        Self {
            step,
            status,
            text: String::new(),
            details: Vec::new(),
            remedy: None,
        }
    }

    /// For a program, without secrets.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "check": self.step.name(),
            "status": self.status.name(),
            "text": shown(&self.text),
            "details": self.details.iter().map(|it| shown(it)).collect::<Vec<_>>(),
            "remedy": self.remedy.as_ref().map(|it| shown(it)),
        })
    }
}

/// A line, more lines below it, and what to do; without secrets, and safe on a terminal.
impl fmt::Display for CheckLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (status, step) = (self.status.name(), self.step.name());
        writeln!(f, "{status:8} {step:13} {}", shown(&self.text))?;
        for detail in &self.details {
            writeln!(f, "{:23}{}", "", shown(detail))?;
        }
        match &self.remedy {
            Some(remedy) => writeln!(f, "{:23}> {}", "", shown(remedy)),
            None => Ok(()),
        }
    }
}

fn shown(text: &str) -> String {
    printable(&redact(text)).to_string()
}

impl Check {
    pub(super) fn ok(step: CheckStep, text: impl Into<String>) -> Self {
        Self::new(step, CheckStatus::Ok, text.into())
    }

    pub(super) fn warning(step: CheckStep, text: impl Into<String>, remedy: CheckRemedy) -> Self {
        Self::new(step, CheckStatus::Warning, text.into()).with_remedy(remedy)
    }

    pub(super) fn failure(step: CheckStep, text: impl Into<String>, remedy: CheckRemedy) -> Self {
        Self::new(step, CheckStatus::Failure, text.into()).with_remedy(remedy)
    }

    /// What could not be checked, because of something above.
    pub(super) fn blocked(step: CheckStep, why: &str) -> Self {
        Self::blocked_by(step, why, CheckRemedy::FixAbove)
    }

    pub(super) fn blocked_by(step: CheckStep, why: &str, remedy: CheckRemedy) -> Self {
        let text = format!("not looked at: {why}");
        Self::new(step, CheckStatus::Blocked, text).with_remedy(remedy)
    }

    /// What may keep a gateway from reading a set, and how to serve it instead.
    pub(super) fn fault(step: CheckStep, fault: &PublicationFault) -> Self {
        let status = match fault.is_failure() {
            true => CheckStatus::Failure,
            false => CheckStatus::Warning,
        };
        Self::new(step, status, fault.to_string())
    }

    /// What went wrong in a step.
    pub(super) fn failed(step: CheckStep, error: Error) -> Self {
        Self {
            error: Some(error),
            ..Self::new(step, CheckStatus::Failure, String::new())
        }
    }

    pub(super) fn skipped(step: CheckStep, text: impl Into<String>) -> Self {
        Self::new(step, CheckStatus::Skipped, text.into())
    }

    pub(super) fn with_remedy(mut self, remedy: CheckRemedy) -> Self {
        self.remedy = Some(remedy);
        self
    }

    pub(super) fn with_details(mut self, details: impl IntoIterator<Item = String>) -> Self {
        self.details.extend(details);
        self
    }

    const fn new(step: CheckStep, status: CheckStatus, text: String) -> Self {
        Self {
            step,
            status,
            text,
            details: Vec::new(),
            remedy: None,
            error: None,
        }
    }
}
