mod metadata;

use std::ffi::OsString;
use std::path::PathBuf;

use serde_json::{Value, json};
use tokenring::GatewayFile;
use tokenring_gateway::{FactSheet, Gateway, GatewaySummary, Text};
use tokenring_text::printable;

use crate::endpoint::read_gateway;
use crate::explanation::explain;
use crate::options::{FactFormat, GatewayAction, GatewayFileOptions};
use crate::{Console, ExitCode, Failure, Origin, Result, Setting, option_words, output, words};
use tokenring_text::columns;

/// Lists the gateways, shows one, checks a file, or compares with what servers publish.
pub(crate) fn run(options: &GatewayFileOptions, console: &Console) -> Result<ExitCode> {
    if let Some(effective) = &options.explanation {
        explain(effective, [options.action_name.clone()])?;
        return Ok(ExitCode::Success);
    }
    let format = options.format;
    let text = match &options.action {
        GatewayAction::Show(name) => show(name, format)?,
        GatewayAction::Check(name) => check(name, format)?,
        GatewayAction::List => list(format)?,
        GatewayAction::Verify(gateway, connection) => {
            return metadata::verify(gateway, connection, format);
        }
        GatewayAction::Discover(url, connection) => {
            return metadata::discover(url, connection, console);
        }
    };
    match format {
        FactFormat::Text => output::print_page(&text),
        FactFormat::Json | FactFormat::Toml => output::print(&text),
    }
}

/// One line for each gateway that is built in.
fn list(format: FactFormat) -> Result<String> {
    let gateways: Vec<_> = GatewaySummary::builtin().collect();
    match format {
        FactFormat::Text => Ok(columns(&gateways.iter().map(row).collect::<Vec<_>>())),
        FactFormat::Json => Ok(output::json(&Value::from_iter(gateways.iter().map(entry)))),
        FactFormat::Toml => Err(Failure::usage(
            "a list has no TOML; to have one gateway's file: tokenring gateways show NAME \
             --format toml",
        )),
    }
}

fn entry(gateway: &GatewaySummary) -> Value {
    json!({
        "name": gateway.name,
        "title": gateway.title,
        "grant": grant(gateway),
        "environments": gateway.environments,
        "flows": gateway.flows,
    })
}

fn grant(gateway: &GatewaySummary) -> &'static str {
    gateway.grant.name()
}

fn row(gateway: &GatewaySummary) -> Vec<String> {
    vec![
        gateway.name.clone(),
        gateway.title.clone(),
        grant(gateway).to_owned(),
        gateway.environments.join(" "),
    ]
}

/// All that is known of one gateway.
fn show(name: &OsString, format: FactFormat) -> Result<String> {
    let file = read(name)?;
    let gateway = file.gateway();
    let unreadable = |error| Failure::from_error(ExitCode::Configuration, &error);
    Ok(match format {
        FactFormat::Toml => in_own_words(&file),
        FactFormat::Json => {
            let json = Gateway::file_to_json(&in_own_words(&file), gateway.name());
            output::json(&json.map_err(unreadable)?)
        }
        FactFormat::Text => {
            let sheet = FactSheet::new(gateway, &file.text()).map_err(unreadable)?;
            let mut page = format!("{}: {}\n", gateway.name(), printable(gateway.title()));
            for section in &sheet.sections {
                page.push_str(&format!("\n{}\n", option_words::words(&section.heading)));
                for line in &section.lines {
                    page.push_str(&format!("  {}\n", printable(&option_words::words(line))));
                }
            }
            page
        }
    })
}

/// The file, whose texts name the command's options, as they do elsewhere.
fn in_own_words(file: &GatewayFile) -> String {
    match Text::parse(&file.text()) {
        Ok(text) => option_words::words(&text),
        Err(_) => file.text().into_owned(),
    }
}

/// Whether a file is in order, with each of its flows.
fn check(name: &OsString, format: FactFormat) -> Result<String> {
    if format == FactFormat::Toml {
        return Err(Failure::usage(
            "a check has no TOML; leave --format out, or use text or json",
        ));
    }
    let path = PathBuf::from(name);
    let file = GatewayFile::open(&path).map_err(|error| words::error::of_library(&error))?;
    let gateway = file.gateway();
    let summary = GatewaySummary::from(gateway);
    for flow in gateway.flows() {
        gateway
            .clone()
            .with_flow(flow.name())
            .map_err(|error| Failure::from_error(ExitCode::Configuration, &error))?;
    }
    if format == FactFormat::Json {
        return Ok(output::json(&json!({
            "file": path.display().to_string(),
            "in_order": true,
            "gateway": entry(&summary),
        })));
    }
    let line = format!(
        "{} is in order: gateway {}, environments {}",
        path.display(),
        summary.name,
        summary.environments.join(", ")
    );
    Ok(format!("{}\n", printable(&line)))
}

fn read(name: &OsString) -> Result<GatewayFile> {
    let Some(name) = name.to_str() else {
        return Err(Failure::usage("the name is not UTF-8; give it in UTF-8"));
    };
    read_gateway(&Setting::new(name.to_owned(), Origin::Argument))
}
