//! Where values come from besides the arguments.

use tokenring::CheckStep;
use tokenring_keystore::FileAccess;
use tokenring_text::shell_word;

use super::report::{Report, Row};
use crate::console::Console;
use crate::options::ConfigurationState;

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
        let access = FileAccess::of(path);
        let name = path.display().to_string();
        let remedy = match access {
            FileAccess::Shared { .. } => Some(format!("Run: chmod 600 {}", shell_word(&name))),
            FileAccess::OfAnother { .. } => Some("Let each user have a file of their own.".into()),
            _ => None,
        };
        if let Some(remedy) = remedy {
            report.add(Row::warning(STEP, format!("{name}, {access}"), remedy));
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
