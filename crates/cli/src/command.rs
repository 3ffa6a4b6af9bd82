mod assertion;
mod cache;
mod call_api;
#[cfg(feature = "completions")]
mod completions;
mod config;
#[cfg(feature = "mock-gateway")]
mod demo;
mod doctor;
mod gateways;
mod generate_keys;
mod get_token;
mod inspect;
mod jwks;
mod keys;
#[cfg(feature = "mock-gateway")]
mod mock_gateway;
mod rotate;
mod run;
#[cfg(unix)]
mod watch;

use crate::ExitCode;
use crate::console::Console;
use crate::failure::{Failure, Result};
#[cfg(unix)]
use crate::file_size_limit;
use crate::options::ReportOptions;
use crate::output;
use crate::settings::Settings;

/// Commands that tell a program of a failure too, where it asked for JSON.
const TELLING: &[&str] = &["doctor", "gateways", "inspect"];

/// Runs the command of this name as the settings say.
///
/// Trouble with the configuration ends each but the one that looks for trouble.
pub(crate) fn start(
    name: &str,
    settings: &Settings<'_>,
    console: &mut Console,
) -> Result<ExitCode> {
    let is_examined = name == "doctor";
    match settings.trouble() {
        Some(failure) if !is_examined => return Err(failure.clone()),
        _ => {}
    }
    let configured = settings
        .options()
        .and_then(|options| console.configure(&options));
    match configured {
        Err(failure) if is_examined && failure.exit_code() == ExitCode::Configuration => {}
        result => result?,
    }
    for text in settings.vague_keys() {
        console.warning(text);
    }
    for (variable, meant) in settings.unknown_variables() {
        match meant {
            Some(meant) => console.warning(format_args!(
                "unknown environment variable {variable}; did you mean {meant}?"
            )),
            None => console.detail(format_args!("unknown environment variable {variable}")),
        }
    }
    if console.is_verbose() {
        for variable in settings.empty_variables() {
            console.detail(format_args!("{variable} is empty, which counts as not set"));
        }
    }
    #[cfg(unix)]
    file_size_limit::report_as_error();
    match settings.check_inputs() {
        Err(failure) if is_examined && failure.exit_code() == ExitCode::Configuration => {}
        result => result?,
    }
    run(name, settings, console)
}

/// Writes a failure to standard output, for a program that reads JSON there.
pub(crate) fn tell_program(name: &str, settings: &Settings<'_>, failure: &Failure) {
    if !TELLING.contains(&name) || !is_json(settings) || failure.exit_code() == ExitCode::Output {
        return;
    }
    let document = serde_json::json!({
        "error": failure.to_string(),
        "exit_code": failure.exit_code().number(),
    });
    // The failure has been told; one more to tell it again helps nobody.
    let _ = output::print(&output::json(&document));
}

/// Whether a program reads standard output, and reads JSON there.
fn is_json(settings: &Settings<'_>) -> bool {
    let report = settings.options::<ReportOptions>();
    report.is_ok_and(|report| report.is_json())
}

/// Runs the command of this name.
fn run(name: &str, settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    match name {
        "generate-keys" => generate_keys::run(&settings.options()?, console),
        "get-token" => get_token::run(settings, console),
        "assertion" => assertion::run(settings, console),
        "call-api" => call_api::run(settings, console),
        "cache" => cache::run(settings),
        "config" => config::run(settings),
        "run" => run::run(settings, console),
        "keys ids" => keys::ids::run(&settings.options()?, console),
        "keys show" => keys::show::run(&settings.options()?, console),
        "keys convert" => keys::convert::run(&settings.options()?, console),
        "jwks add" => jwks::change::add(&settings.options()?, console),
        "jwks remove" => jwks::change::remove(&settings.options()?, console),
        "jwks merge" => jwks::change::merge(&settings.options()?, console),
        "jwks list" => jwks::list::list(&settings.options()?),
        "jwks show" => jwks::list::show(&settings.options()?),
        "jwks diff" => jwks::compare::diff(&settings.options()?),
        "jwks check" => jwks::check::run(&settings.options()?),
        "jwks verify-published" => jwks::compare::verify_published(&settings.options()?, console),
        "rotate begin" => rotate::begin::run(settings.options()?, console),
        "rotate status" => rotate::status::run(settings.options()?),
        "rotate activate" => rotate::activate::run(settings.options()?, console),
        "rotate retire" => rotate::retire::run(settings.options()?, console),
        "doctor" => doctor::run(settings, console),
        "gateways" => gateways::run(&settings.gateway_file_options()?, console),
        "inspect" => inspect::run(&settings.options()?, console),
        #[cfg(unix)]
        "watch" => watch::run(settings, console),
        #[cfg(feature = "mock-gateway")]
        "demo" => demo::run(settings.explanation()?.is_some(), console),
        #[cfg(feature = "mock-gateway")]
        "mock-gateway" => mock_gateway::run(&settings.options()?, console),
        #[cfg(feature = "completions")]
        "completions" => completions::run(settings.shell()),
        _ => Err(Failure::usage(format!("there is no command {name:?}"))),
    }
}
