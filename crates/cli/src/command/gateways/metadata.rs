//! What a server publishes about itself, next to what a gateway's file says.

use std::time::SystemTime;

use serde_json::{Value, json};
use tokenring::{ApiClient, FactDifference, ServerMetadata, Target};
use tokenring_gateway::Gateway;
use tokenring_oauth::SecureUrl;
use tokenring_text::{printable, redact, shell_word};

use crate::ExitCode;
use crate::connection;
use crate::console::Console;
use crate::endpoint;
use crate::failure::{Failure, Result};
use crate::options::{ConnectionOptions, FactFormat, GatewayOptions};
use crate::output;
use crate::setting::{Origin, Setting};
use crate::words::error::of_library;

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
    let targets = targets(options)?;
    let mut verified = Vec::new();
    for target in &targets {
        let name = target.endpoint().environment();
        let url = target.metadata_place();
        let url = url.map_err(|error| options.to_failure(&error))?;
        verified.push((name, url.map(|url| compare(target, &url, &transport))));
    }
    if verified.iter().all(|(_, outcome)| outcome.is_none()) {
        let text = format!(
            "gateway {} names no server metadata and no issuer to find it by",
            targets.first().map_or("", |target| target.gateway().name())
        );
        return Err(Failure::usage(text).with_advice("give the issuer with --issuer URL"));
    }
    if let [(_, Some(Err(failure)))] = verified.as_slice() {
        return Err(failure.clone());
    }
    match format {
        FactFormat::Json => output::print(&output::json(&as_json(&targets, &verified)))?,
        _ => output::print_page(&as_text(&verified))?,
    };
    let mut outcomes = verified.iter().filter_map(|(_, outcome)| outcome.as_ref());
    let differs = |outcome: &Outcome| outcome.as_ref().is_ok_and(|it| !it.1.is_empty());
    if outcomes.clone().any(differs) {
        return Ok(ExitCode::RuleBroken);
    }
    let failed = outcomes.find_map(|outcome| outcome.as_ref().err());
    Ok(failed.map_or(ExitCode::Success, Failure::exit_code))
}

/// Where the metadata is, and what it says otherwise than the file.
type Outcome = Result<(String, Vec<FactDifference>)>;

fn compare(target: &Target, url: &SecureUrl, transport: &ApiClient) -> Outcome {
    let metadata = ServerMetadata::find(url, transport).map_err(|error| of_library(&error))?;
    let differences = metadata.differences_from(target);
    Ok((metadata.url().to_owned(), differences))
}

/// The environment that is named, or else each one.
fn targets(options: &GatewayOptions) -> Result<Vec<Target>> {
    let Some(name) = &options.choice.gateway else {
        return Ok(Vec::new());
    };
    if options.choice.environment.is_some() {
        return Ok(vec![endpoint::target(options, Gateway::uses_in_addresses)?]);
    }
    let gateway = endpoint::read_gateway(name)?.into_gateway();
    let environments = gateway.environments().iter();
    let targets = environments.map(|environment| {
        let name = environment.name().to_owned();
        let mut options = options.clone();
        options.choice.environment = Some(Setting::new(name, Origin::Argument));
        endpoint::target(&options, Gateway::uses_in_addresses)
    });
    targets.collect()
}

fn as_text(verified: &[(&str, Option<Outcome>)]) -> String {
    let mut text = String::new();
    for (environment, outcome) in verified {
        let lines = match outcome {
            None => vec![format!(
                "{environment}: skipped, no metadata and no issuer known"
            )],
            Some(Err(failure)) => vec![format!("{environment}: {failure}")],
            Some(Ok((url, differences))) if differences.is_empty() => {
                vec![format!("{environment}: agrees with {url}")]
            }
            Some(Ok((_, differences))) => differences.iter().map(ToString::to_string).collect(),
        };
        for line in lines {
            text.push_str(&printable(&redact(&line)).to_string());
            text.push('\n');
        }
    }
    text
}

fn as_json(targets: &[Target], verified: &[(&str, Option<Outcome>)]) -> Value {
    let environments = verified.iter().map(|(environment, outcome)| match outcome {
        None => json!({"environment": environment, "metadata": null}),
        Some(Err(failure)) => json!({"environment": environment, "error": failure.to_string()}),
        Some(Ok((url, differences))) => {
            let differences = differences.iter().map(|it| {
                json!({"key": it.key, "member": it.member, "ours": it.ours, "theirs": it.theirs})
            });
            json!({
                "environment": environment,
                "metadata": url,
                "differences": differences.collect::<Vec<_>>(),
            })
        }
    });
    json!({
        "gateway": targets.first().map(|target| target.gateway().name()),
        "environments": environments.collect::<Vec<_>>(),
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
