use std::fmt::Write as _;

use serde_json::{Value, json};
use tokenring::{Check, CheckRemedy, CheckStatus, CheckStep, ChosenGateway, Error};
use tokenring_gateway::Remedy;
use tokenring_text::{printable, redact};

use crate::endpoint::read_gateway;
use crate::options::TokenOptions;
use crate::{ExitCode, Failure, option_words, output, words};

/// What came of each step, in order.
#[derive(Default)]
pub(super) struct Report(Vec<Row>);

/// What came of one step, in words.
pub(super) struct Row {
    step: CheckStep,
    status: CheckStatus,
    text: String,
    details: Vec<String>,
    remedy: Option<String>,
    code: ExitCode,
}

impl Row {
    /// A check of the library.
    pub(super) fn of(check: &Check, options: &TokenOptions) -> Self {
        let mut row = match &check.error {
            Some(error @ Error::Rejected(rejection)) => Self {
                details: words::error::causes(rejection, Remedy::text_in_examination),
                ..Self::failed(check.step, &options.to_failure(error))
            },
            Some(error) => Self::failed(check.step, &options.to_failure(error)),
            None => Self {
                text: check.text.clone(),
                code: code(check),
                ..Self::new(check.step, check.status)
            },
        };
        row.details.extend(check.details.iter().cloned());
        if let Some(remedy) = &check.remedy {
            // A gateway that is not known is no help to another command.
            let choice = &options.gateway.choice;
            let is_known = match &choice.gateway {
                Some(name) => read_gateway(name).is_ok(),
                None => choice.chosen().environment.is_none(),
            };
            let chosen = match is_known {
                true => choice.chosen(),
                false => ChosenGateway::default(),
            };
            let words = option_words::words_for(&remedy.text(), &chosen);
            match remedy {
                CheckRemedy::NameApi | CheckRemedy::NameJwkSet => {
                    row.text.push_str(&format!("; {words}"));
                }
                _ => row.remedy = Some(words),
            }
        }
        row
    }

    pub(super) fn ok(step: CheckStep, text: String) -> Self {
        Self {
            text,
            ..Self::new(step, CheckStatus::Ok)
        }
    }

    pub(super) fn warning(step: CheckStep, text: String, remedy: impl Into<String>) -> Self {
        Self {
            text,
            remedy: Some(remedy.into()),
            ..Self::new(step, CheckStatus::Warning)
        }
    }

    /// What went wrong in a step; the step says what fixes it.
    pub(super) fn failed(step: CheckStep, failure: &Failure) -> Self {
        Self {
            text: failure.to_string(),
            details: failure.details().to_vec(),
            remedy: Some(option_words::words(&step.remedy())),
            code: match failure.exit_code() {
                // Nobody gave a wrong argument to this command: something is not set up.
                ExitCode::Usage => ExitCode::Configuration,
                code => code,
            },
            ..Self::new(step, CheckStatus::Failure)
        }
    }

    const fn new(step: CheckStep, status: CheckStatus) -> Self {
        Self {
            step,
            status,
            text: String::new(),
            details: Vec::new(),
            remedy: None,
            code: ExitCode::Success,
        }
    }

    fn json(&self) -> Value {
        let shown = |text: &String| printable(&redact(text)).to_string();
        json!({
            "check": self.step.name(),
            "status": self.status.name(),
            "text": shown(&self.text),
            "details": self.details.iter().map(shown).collect::<Vec<_>>(),
            "remedy": self.remedy.as_ref().map(shown),
        })
    }
}

/// The exit code of a check that failed without an error.
fn code(check: &Check) -> ExitCode {
    match (check.status, check.step, &check.remedy) {
        (CheckStatus::Failure, CheckStep::Api, _) => ExitCode::ApiStatus,
        (CheckStatus::Failure, CheckStep::Proxy | CheckStep::Dns, _)
        | (CheckStatus::Failure, _, Some(CheckRemedy::ServeToEverybody)) => ExitCode::Unreachable,
        (CheckStatus::Failure, ..) => ExitCode::Configuration,
        _ => ExitCode::Success,
    }
}

impl Report {
    pub(super) fn add(&mut self, row: Row) {
        self.0.push(row);
    }

    /// Adds steps that could not even begin.
    pub(super) fn extend_with(&mut self, failures: Vec<(CheckStep, Failure)>) {
        let rows = failures.into_iter();
        self.0
            .extend(rows.map(|(step, failure)| Row::failed(step, &failure)));
    }

    /// That of the first failure.
    pub(super) fn exit_code(&self) -> ExitCode {
        let mut failures = self.0.iter();
        failures
            .find(|row| row.status == CheckStatus::Failure)
            .map_or(ExitCode::Success, |row| row.code)
    }

    /// A line for each step, what fixes it on the next; without what is in order if that is not
    /// wanted.
    pub(super) fn text(&self, is_quiet: bool) -> String {
        let mut text = String::new();
        for row in &self.0 {
            if is_quiet && matches!(row.status, CheckStatus::Ok | CheckStatus::Skipped) {
                continue;
            }
            // Writing to a String does not fail.
            let _ = writeln!(
                text,
                "{:8} {:13} {}",
                row.status.name(),
                row.step.name(),
                printable(&redact(&row.text))
            );
            for detail in &row.details {
                let _ = writeln!(text, "{:23}{}", "", printable(&redact(detail)));
            }
            if let Some(remedy) = &row.remedy {
                let _ = writeln!(text, "{:23}> {}", "", printable(&redact(remedy)));
            }
        }
        text
    }

    pub(super) fn json(&self) -> String {
        let checks: Vec<Value> = self.0.iter().map(Row::json).collect();
        let document = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "checks": checks,
            "exit_code": self.exit_code().number(),
        });
        output::json(&document)
    }
}
