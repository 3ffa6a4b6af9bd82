//! What a server publishes about itself, next to what a gateway's file says.

use std::time::SystemTime;

use tokenring::{ClientBuilder, Error, Parameter, ServerMetadata};
use tokenring_oauth::SecureUrl;
use tokenring_text::{redact, shell_word};

use crate::options::{ConnectionOptions, FactFormat, GatewayOptions};
use crate::words::error::of_library;
use crate::{Console, ExitCode, Failure, Result, connection, output};

/// Compares the facts of a gateway with the metadata of its servers.
pub(super) fn verify(
    options: &GatewayOptions,
    connection: &ConnectionOptions,
    format: FactFormat,
) -> Result<ExitCode> {
    if format == FactFormat::Toml {
        return Err(Failure::usage(
            "verify has no TOML output; use --format text or json",
        ));
    }
    let transport = connection::transport(connection)?;
    let builder = options.add_to_builder(ClientBuilder::default());
    let comparison = builder.compare_metadata(&transport);
    let comparison = comparison.map_err(|error| match &error {
        Error::Missing {
            parameter: Parameter::Issuer,
            gateway: Some(gateway),
        } => Failure::usage(format!(
            "gateway {gateway} names no server metadata and no issuer to find it by"
        ))
        .with_advice("give the issuer with --issuer URL"),
        error => options.to_failure(error),
    })?;
    let describe = |error: &Error| of_library(error).to_string();
    if let [only] = comparison.environments.as_slice() {
        if let Some(Err(error)) = &only.outcome {
            return Err(of_library(error));
        }
    }
    match format {
        FactFormat::Json => output::print(&output::json(&comparison.to_json(describe)))?,
        _ => output::print_page(&comparison.to_text(describe))?,
    };
    Ok(match (comparison.differs(), comparison.first_error()) {
        (true, _) => ExitCode::RuleBroken,
        (false, Some(error)) => of_library(error).exit_code(),
        (false, None) => ExitCode::Success,
    })
}

/// Prints a gateway file to start from.
pub(super) fn discover(
    url: &SecureUrl,
    connection: &ConnectionOptions,
    console: &Console,
) -> Result<ExitCode> {
    let transport = connection::transport(connection)?;
    let metadata = ServerMetadata::find(url, &transport).map_err(|error| of_library(&error))?;
    if let (Some(asked), Some(stated)) = (metadata.foreign_to(), metadata.issuer()) {
        let text = format!(
            "{} is the metadata of the issuer {stated}, not of {asked}",
            metadata.url()
        );
        let command = format!(
            "tokenring gateways discover {}",
            shell_word(&redact(stated))
        );
        let advice = format!("if that issuer is the one you want, run: {command}");
        return Err(Failure::new(ExitCode::RuleBroken, text).with_advice(&advice));
    }
    let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    let today = now.split('T').next().unwrap_or_default();
    let name = url.host().trim_matches(['[', ']']).replace(':', "-");
    let file = metadata.gateway_file(&name, today);
    let file = file.map_err(|error| of_library(&error))?;
    for doubt in metadata.doubts() {
        console.warning(doubt);
    }
    output::print(&file)
}
