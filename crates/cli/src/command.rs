mod assertion;
mod cache;
mod call_api;
#[cfg(feature = "completions")]
mod completions;
mod config;
#[cfg(feature = "mock-gateway")]
mod demo;
#[cfg(feature = "diagnosis")]
mod doctor;
#[cfg(feature = "diagnosis")]
mod gateways;
mod generate_keys;
mod get_token;
#[cfg(feature = "diagnosis")]
mod inspect;
#[cfg(feature = "keys")]
mod jwks;
#[cfg(feature = "keys")]
mod keys;
#[cfg(feature = "mock-gateway")]
mod mock_gateway;
#[cfg(feature = "keys")]
mod rotate;
mod run;
#[cfg(unix)]
mod watch;

use crate::ExitCode;
use crate::console::Console;
use crate::failure::{Failure, Result};
use crate::settings::Settings;

/// Runs the command of this name.
pub(crate) fn run(name: &str, settings: &Settings<'_>, console: &Console) -> Result<ExitCode> {
    match name {
        "generate-keys" => generate_keys::run(settings, console),
        "get-token" => get_token::run(settings, console),
        "assertion" => assertion::run(settings, console),
        "call-api" => call_api::run(settings, console),
        "cache" => cache::run(settings),
        "config" => config::run(settings),
        "run" => run::run(settings, console),
        #[cfg(feature = "keys")]
        name if name.starts_with("keys ") => keys::run(name, settings, console),
        #[cfg(feature = "keys")]
        name if name.starts_with("jwks ") => jwks::run(name, settings, console),
        #[cfg(feature = "keys")]
        name if name.starts_with("rotate ") => rotate::run(name, settings, console),
        #[cfg(feature = "diagnosis")]
        "doctor" => doctor::run(settings, console),
        #[cfg(feature = "diagnosis")]
        "gateways" => gateways::run(settings),
        #[cfg(feature = "diagnosis")]
        "inspect" => inspect::run(settings, console),
        #[cfg(unix)]
        "watch" => watch::run(settings, console),
        #[cfg(feature = "mock-gateway")]
        "demo" => demo::run(settings, console),
        #[cfg(feature = "mock-gateway")]
        "mock-gateway" => mock_gateway::run(settings, console),
        #[cfg(feature = "completions")]
        "completions" => completions::run(settings),
        _ => Err(Failure::usage(format!("there is no command {name:?}"))),
    }
}
