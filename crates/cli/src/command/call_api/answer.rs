use std::fs::File;
use std::io::{self, IsTerminal};
use std::path::Path;

use tokenring_oauth::{ApiResponse, ErrorResponse, printable};

use super::limits::Limits;
use crate::ExitCode;
use crate::atomic_file::Staged;
use crate::console::Console;
use crate::failure::{Failure, Result};
use crate::options::CallOptions;
use crate::output::{self, Copied, Patient};
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
    if options.includes_head {
        let mut head = format!("HTTP {status}\n");
        for (name, value) in response.headers() {
            head.push_str(&format!("{name}: {}\n", printable(value)));
        }
        head.push('\n');
        output::print(&head)?;
    }
    let is_refusal = status >= 400;
    let reason = reason(&response.head_as_error());
    let copied = match &options.output {
        Some(path) if !is_refusal || options.fails_with_body => {
            save(response, path.value(), limits, console)?
        }
        _ => output::copy(
            response.into_body(),
            io::stdout().is_terminal(),
            limits.deadline,
        )?,
    };
    if let Copied::ReadFailed(error) | Copied::TimedOut(error) = copied {
        return Err(limits.describe(&error));
    }
    if is_refusal {
        console.say(format_args!(
            "The API answered with status {status}{reason}."
        ));
        return Ok(ExitCode::ApiStatus);
    }
    if status >= 300 {
        console.warning(format_args!("the API answered with status {status}"));
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

/// Saves the body to a file, which is there when it is whole.
fn save(response: ApiResponse, path: &Path, limits: &Limits, console: &Console) -> Result<Copied> {
    let unwritable =
        |error: &io::Error| Failure::output(format_args!("cannot write {}", path.display()), error);
    let transfer = Transfer::start(length(&response), console);
    let mut body = transfer.watch(response.into_body());
    if let Some(device) = open_device(path).map_err(|error| unwritable(&error))? {
        let mut device = Patient::new(device, limits.deadline);
        return output::copy_into(&mut body, &mut device).map_err(|error| unwritable(&error));
    }
    let mut staged = Staged::create(path).map_err(|error| unwritable(&error))?;
    let copied = output::copy_into(&mut body, staged.file()).map_err(|error| unwritable(&error))?;
    if !matches!(copied, Copied::Whole) {
        return Ok(copied);
    }
    staged.replace().map_err(|error| unwritable(&error))?;
    Ok(Copied::Whole)
}

/// How long the body is said to be.
fn length(response: &ApiResponse) -> Option<u64> {
    response.header("content-length")?.parse().ok()
}

/// Opens what is there and is no file of its own, such as `/dev/null`, `/dev/stdout` or a pipe:
/// it is written to, and nothing is put in its place.
fn open_device(path: &Path) -> io::Result<Option<File>> {
    match path.metadata() {
        Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => open_at_once(path).map(Some),
        // Standard output that goes into a file; what is in it stays.
        Ok(_) if names_descriptor(path) => File::options().append(true).open(path).map(Some),
        _ => Ok(None),
    }
}

/// Whether this is a link to an open descriptor, as `/dev/stdout` is.
fn names_descriptor(path: &Path) -> bool {
    let target = path.read_link().unwrap_or_default();
    target.parent().is_some_and(|folder| folder.ends_with("fd"))
}

/// Opens a pipe or device to write, and waits for no reader.
#[cfg(unix)]
fn open_at_once(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, fcntl_getfl, fcntl_setfl, open};
    use rustix::io::{Errno, retry_on_intr};

    // A terminal must not become the one of this process.
    let flags = OFlags::WRONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    let opened = match retry_on_intr(|| open(path, flags, Mode::empty())) {
        Err(Errno::NXIO) => {
            let text = "nobody reads from it; start its reader first, or name a file";
            return Err(io::Error::other(text));
        }
        opened => opened?,
    };
    fcntl_setfl(&opened, fcntl_getfl(&opened)? & !OFlags::NONBLOCK)?;
    Ok(File::from(opened))
}

#[cfg(not(unix))]
fn open_at_once(path: &Path) -> io::Result<File> {
    File::options().write(true).open(path)
}
