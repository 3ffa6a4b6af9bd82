mod bound_calls;
mod cached_token;
mod configuration;
mod gateway;
mod get_token;
mod inspect;
mod key_generation;
mod key_loading;
mod mock_gateway;
mod openssl4;
mod python_package;
mod resource;
mod signing;
mod statistics;
mod streaming;
mod token_source;

use crate::arguments::Arguments;
use crate::binary_size;
use crate::failure::Failure;
use crate::report;

const PARTS: &str = "bound-calls, cached-token, configuration, get-token, inspect, key-generation, key-loading, mock-gateway, \
     python-package, signing, size, streaming, token-source";

/// Measures the named parts, or all, and compares them with their targets.
pub(crate) fn run(mut arguments: Arguments) -> Result<(), Failure> {
    let mut parts = Vec::new();
    while let Some(word) = arguments.word() {
        parts.push(word);
    }
    if parts.is_empty() {
        parts = PARTS.split(", ").map(str::to_owned).collect();
    }
    let mut rows = Vec::new();
    for part in &parts {
        eprintln!("measuring {part}");
        rows.extend(match part.as_str() {
            "bound-calls" => bound_calls::measure(),
            "cached-token" => cached_token::measure(),
            "configuration" => configuration::measure(),
            "get-token" => get_token::measure(),
            "inspect" => inspect::measure(),
            "key-generation" => key_generation::measure(),
            "key-loading" => key_loading::measure(),
            "mock-gateway" => mock_gateway::measure(),
            "python-package" => python_package::measure(),
            "signing" => signing::measure(),
            "size" => binary_size::measure(),
            "streaming" => streaming::measure(),
            "token-source" => token_source::measure(),
            other => Err(Failure::new(format!(
                "no part is called `{other}`; there are {PARTS}"
            ))),
        }?);
    }
    report::finish(&rows)
}

/// Runs a command as a child and prints what it took; called by this program itself.
pub(crate) fn run_measured(arguments: Arguments) -> Result<(), Failure> {
    resource::run_measured(arguments)
}
