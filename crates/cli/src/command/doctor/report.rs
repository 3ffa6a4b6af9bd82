use serde_json::{Value, json};
use tokenring::{Check, CheckLine, CheckRemedy, CheckStatus, CheckStep, ChosenGateway, Error};
use tokenring_gateway::Remedy;

use crate::endpoint::read_gateway;
use crate::options::TokenOptions;
use crate::{ExitCode, Failure, option_words, output, words};

/// What came of each step, in order.
#[derive(Default)]
pub(super) struct Report(Vec<Row>);

/// What came of one step, in words.
pub(super) struct Row {
    line: CheckLine,
    code: ExitCode,
}

impl Row {
    /// A check of the library.
    pub(super) fn of(check: &Check, options: &TokenOptions) -> Self {
        let mut row = match &check.error {
            Some(error) => Self::failed(check.step, &options.to_failure(error)),
            None => Self::new(check.step, check.status).with_text(check.text.clone()),
        };
        match &check.error {
            Some(Error::Rejected(rejection)) => {
                row.line.details = words::error::causes(rejection, Remedy::text_in_examination);
            }
            Some(_) => {}
            None => row.code = code(check),
        }
        row.line.details.extend(check.details.iter().cloned());
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
                    row.line.text.push_str(&format!("; {words}"));
                }
                _ => row.line.remedy = Some(words),
            }
        }
        row
    }

    pub(super) fn ok(step: CheckStep, text: String) -> Self {
        Self::new(step, CheckStatus::Ok).with_text(text)
    }

    pub(super) fn warning(step: CheckStep, text: String, remedy: impl Into<String>) -> Self {
        let mut row = Self::new(step, CheckStatus::Warning).with_text(text);
        row.line.remedy = Some(remedy.into());
        row
    }

    /// What went wrong in a step; the step says what fixes it.
    pub(super) fn failed(step: CheckStep, failure: &Failure) -> Self {
        let mut row = Self::new(step, CheckStatus::Failure).with_text(failure.to_string());
        row.line.details = failure.details().to_vec();
        row.line.remedy = Some(option_words::words(&step.remedy()));
        row.code = match failure.exit_code() {
            // Nobody gave a wrong argument to this command: something is not set up.
            ExitCode::Usage => ExitCode::Configuration,
            code => code,
        };
        row
    }

    fn with_text(mut self, text: String) -> Self {
        self.line.text = text;
        self
    }

    const fn new(step: CheckStep, status: CheckStatus) -> Self {
        Self {
            line: CheckLine::new(step, status),
            code: ExitCode::Success,
        }
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
            .find(|row| row.line.status == CheckStatus::Failure)
            .map_or(ExitCode::Success, |row| row.code)
    }

    /// A line for each step, what fixes it on the next; without what is in order if that is not
    /// wanted.
    pub(super) fn text(&self, is_quiet: bool) -> String {
        let is_told = |row: &&Row| {
            !is_quiet || !matches!(row.line.status, CheckStatus::Ok | CheckStatus::Skipped)
        };
        let rows = self.0.iter().filter(is_told);
        rows.map(|row| row.line.to_string()).collect()
    }

    pub(super) fn json(&self) -> String {
        let checks: Vec<Value> = self.0.iter().map(|row| row.line.to_json()).collect();
        let document = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "checks": checks,
            "exit_code": self.exit_code().number(),
        });
        output::json(&document)
    }
}
