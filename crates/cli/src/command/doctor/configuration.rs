//! Where values come from besides the arguments.

use std::path::Path;

use tokenring::CheckStep;

use super::report::{Report, Row};
use crate::console::Console;
use crate::options::ConfigurationState;
use crate::shell::shell_word;

pub(super) fn check(state: &ConfigurationState, report: &mut Report) {
    const STEP: CheckStep = CheckStep::Configuration;
    let mut text = match (&state.file, &state.default_path) {
        (Some((path, origin)), _) => format!("{} (by {origin})", path.display()),
        (None, Some(path)) => format!("no file {}", path.display()),
        (None, None) => "no file, and no place for one".into(),
    };
    if !state.variables.is_empty() {
        text.push_str(&format!(
            "; set in the environment: {}",
            state.variables.join(", ")
        ));
    }
    let console = state.console.as_ref().map_err(Clone::clone);
    let configured = console.and_then(|options| Console::new().configure(options));
    match (&state.trouble, configured) {
        (Some(failure), _) => report.add(Row::failed(STEP, failure)),
        (None, Err(failure)) => report.add(Row::failed(STEP, &failure)),
        (None, Ok(())) => report.add(Row::ok(STEP, text)),
    }
    if let Some((path, _)) = &state.file {
        if let Some((words, remedy)) = reach(path) {
            let text = format!("{}, {words}", path.display());
            report.add(Row::warning(STEP, text, remedy));
        }
    }
    if !state.empty_variables.is_empty() {
        report.add(Row::warning(
            STEP,
            format!(
                "set to nothing, and so not counted: {}",
                state.empty_variables.join(", ")
            ),
            "Unset what is not meant, or give it a value.",
        ));
    }
}

/// Who else can reach a file, and what to do about it.
#[cfg(unix)]
fn reach(path: &Path) -> Option<(String, String)> {
    use std::os::unix::fs::MetadataExt;

    let metadata = path.metadata().ok()?;
    let mode = metadata.mode() & 0o777;
    let own = rustix::process::geteuid().as_raw();
    if mode & 0o077 != 0 {
        let reach = match mode & 0o022 {
            0 => "read it",
            _ => "read or change it",
        };
        let word = shell_word(&path.display().to_string());
        let text = format!("mode {mode:04o}: others can {reach}");
        return Some((text, format!("Run: chmod 600 {word}")));
    }
    (metadata.uid() != own).then(|| {
        (
            format!("owned by user {} and used by user {own}", metadata.uid()),
            "Let each user have a file of their own.".into(),
        )
    })
}

#[cfg(not(unix))]
fn reach(_: &Path) -> Option<(String, String)> {
    None
}
