use std::io::{self, IsTerminal};

use tokenring::{BodyTarget, CopyError};
use tokenring_oauth::{ApiResponse, ErrorResponse, printable};

use super::limits::Limits;
use crate::ExitCode;
use crate::console::Console;
use crate::failure::{Failure, Result};
use crate::options::CallOptions;
use crate::output;
use crate::progress::Transfer;

/// Copies an answer to where it goes, and gives the exit code that it means.
pub(super) fn write(
    response: ApiResponse,
    options: &CallOptions,
    limits: &Limits,
    console: &Console,
) -> Result<ExitCode> {
    let status = response.status();
    let response = limits.limit(response)?;
    let words = match response.reason() {
        Some(reason) => format!("{status} {reason}"),
        None => status.to_string(),
    };
    if options.includes_head {
        let mut head = format!("{}\n", response.status_line().trim_end());
        for (name, value) in response.headers() {
            head.push_str(&format!("{name}: {}\n", printable(value)));
        }
        head.push('\n');
        output::print(&head)?;
    }
    let is_refusal = status >= 400;
    let reason = reason(&response.head_as_error());
    let mut is_line_open = false;
    match &options.output {
        Some(path) if !is_refusal || options.fails_with_body => {
            let path = path.value();
            let transfer = Transfer::start(length(&response), console);
            let target = BodyTarget::new(path).with_deadline(limits.deadline);
            let copied = target.write(transfer.watch(response.into_body()));
            copied.map_err(|error| match error {
                CopyError::Write(error) => {
                    Failure::output(format_args!("cannot write {}", path.display()), &error)
                }
                error => limits.describe(&error.into()),
            })?;
        }
        _ => {
            let is_terminal = io::stdout().is_terminal();
            let copied = output::copy(response.into_body(), is_terminal, limits.deadline);
            is_line_open = copied.map_err(|error| match error {
                CopyError::Write(error) => {
                    Failure::output("cannot write to standard output", &error)
                }
                error => limits.describe(&error.into()),
            })?;
        }
    }
    if is_line_open && status >= 300 {
        console.end_line_of_output();
    }
    if is_refusal {
        console.error(format_args!("the API answered {words}{reason}"));
        return Ok(ExitCode::ApiStatus);
    }
    if status >= 300 {
        console.warning(format_args!("the API answered {words}"));
    }
    Ok(ExitCode::Success)
}

/// What the headers of an answer say of a refusal (RFC 6750 section 3).
fn reason(refusal: &ErrorResponse) -> String {
    let mut reason = String::new();
    if let Some(error) = refusal.error() {
        reason.push_str(&format!(", {}", printable(error)));
    }
    if let Some(description) = refusal.description() {
        reason.push_str(&format!(": {}", printable(description)));
    }
    let ids = refusal.message_id().into_iter();
    let ids = ids.chain(refusal.request_ids().iter().map(String::as_str));
    let ids: Vec<_> = ids.map(|id| printable(id).to_string()).collect();
    if !ids.is_empty() {
        reason.push_str(&format!(" (request ID {})", ids.join(", ")));
    }
    reason
}

/// How long the body is said to be.
fn length(response: &ApiResponse) -> Option<u64> {
    response.header("content-length")?.parse().ok()
}
