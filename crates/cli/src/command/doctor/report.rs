use std::fmt::Write as _;

use serde_json::{Value, json};
use tokenring_oauth::printable;

use crate::ExitCode;
use crate::disclosure::fit_to_show;
use crate::failure::Failure;
use crate::output;

/// What came of each step, in order.
#[derive(Default)]
pub(super) struct Report(Vec<Check>);

/// What came of one step.
pub(super) struct Check {
    name: &'static str,
    status: Status,
    text: String,
    details: Vec<String>,
    remedy: Option<String>,
    code: ExitCode,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Ok,
    Warning,
    Failure,
    Skipped,
}

impl Check {
    pub(super) fn ok(name: &'static str, text: impl Into<String>) -> Self {
        Self::new(name, Status::Ok, text.into())
    }

    /// Something that may do harm; the remedy is a sentence.
    pub(super) fn warning(
        name: &'static str,
        text: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            remedy: Some(remedy.into()),
            ..Self::new(name, Status::Warning, text.into())
        }
    }

    pub(super) fn failure(
        name: &'static str,
        code: ExitCode,
        text: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            remedy: Some(remedy.into()),
            code,
            ..Self::new(name, Status::Failure, text.into())
        }
    }

    /// What could not be looked at, because of something else that is missing.
    pub(super) fn blocked(name: &'static str, why: &str, remedy: impl Into<String>) -> Self {
        Self::warning(name, format!("not looked at: {why}"), remedy)
    }

    /// What went wrong in a step; the step says what mends it.
    pub(super) fn failed(name: &'static str, failure: &Failure) -> Self {
        let code = match failure.exit_code() {
            // Nobody gave a wrong argument to this command: something is not set up.
            ExitCode::Usage => ExitCode::Configuration,
            code => code,
        };
        Self {
            code,
            remedy: Some(remedy(name).to_owned()),
            ..Self::new(name, Status::Failure, failure.to_string())
        }
    }

    /// A step that there is nothing to say of.
    pub(super) fn skipped(name: &'static str, text: impl Into<String>) -> Self {
        Self::new(name, Status::Skipped, text.into())
    }

    pub(super) fn with_details(mut self, details: impl IntoIterator<Item = String>) -> Self {
        self.details.extend(details);
        self
    }

    fn new(name: &'static str, status: Status, text: String) -> Self {
        Self {
            name,
            status,
            text,
            details: Vec::new(),
            remedy: None,
            code: ExitCode::Success,
        }
    }

    fn json(&self) -> Value {
        let shown = |text: &String| printable(&fit_to_show(text)).to_string();
        json!({
            "check": self.name,
            "status": self.status.name(),
            "text": shown(&self.text),
            "details": self.details.iter().map(shown).collect::<Vec<_>>(),
            "remedy": self.remedy.as_ref().map(shown),
        })
    }
}

/// What mends most of what goes wrong in a step.
fn remedy(name: &str) -> &'static str {
    match name {
        "configuration" => {
            "Correct the configuration; `tokenring config check` judges the file, --config names \
             another."
        }
        "gateway" => {
            "Give what is named; `tokenring gateways show NAME` tells what a gateway leaves open."
        }
        "client" => "Give --client-id exactly as the gateway's portal shows it.",
        "key" => {
            "Name the key's file with --private-key, or make one with `tokenring generate-keys`."
        }
        "assertion" => {
            "Correct the option that is named, or leave it out: the gateway has a value of its own."
        }
        "published" => "Name the JWK Set that is registered with --jwks FILE|URL.",
        "tls" => {
            "Name the authority's certificate with --ca-cert FILE, or have the server present a \
             certificate for this host."
        }
        "connection" => {
            "Check the token endpoint's host and port, a proxy and the firewall between."
        }
        "token" => "Mend the likeliest cause, then run this again.",
        "api" => "Check --url, and whether this machine reaches that host.",
        _ => "Mend it, then run this again.",
    }
}

impl Status {
    const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failure => "failure",
            Self::Skipped => "skipped",
        }
    }
}

impl Report {
    pub(super) fn add(&mut self, check: Check) {
        self.0.push(check);
    }

    /// That of the first failure.
    pub(super) fn exit_code(&self) -> ExitCode {
        let mut failures = self.0.iter();
        failures
            .find(|check| check.status == Status::Failure)
            .map_or(ExitCode::Success, |check| check.code)
    }

    /// A line for each step, what mends it on the next; without what is in order if that is not
    /// wanted.
    pub(super) fn text(&self, is_quiet: bool) -> String {
        let mut text = String::new();
        for check in &self.0 {
            if is_quiet && matches!(check.status, Status::Ok | Status::Skipped) {
                continue;
            }
            // Writing to a String does not fail.
            let _ = writeln!(
                text,
                "{:8} {:13} {}",
                check.status.name(),
                check.name,
                printable(&fit_to_show(&check.text))
            );
            for detail in &check.details {
                let _ = writeln!(text, "{:23}{}", "", printable(&fit_to_show(detail)));
            }
            if let Some(remedy) = &check.remedy {
                let _ = writeln!(text, "{:23}> {}", "", printable(&fit_to_show(remedy)));
            }
        }
        text
    }

    pub(super) fn json(&self) -> String {
        let checks: Vec<Value> = self.0.iter().map(Check::json).collect();
        let document = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "checks": checks,
            "exit_code": self.exit_code().number(),
        });
        output::json(&document)
    }
}
