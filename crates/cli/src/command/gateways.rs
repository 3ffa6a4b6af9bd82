mod facts;

use std::ffi::OsString;
use std::path::PathBuf;

use serde_json::{Value, json};
use tokenring_gateway::{Gateway, Grant, Text};
use tokenring_oauth::printable;

use self::facts::Facts;
use crate::ExitCode;
use crate::endpoint::{GatewayFile, read_gateway};
use crate::explanation::Explanation;
use crate::failure::{Failure, Reason, Result};
use crate::option_words;
use crate::output;
use crate::setting::{Origin, Setting};
use crate::settings::Settings;

/// Lists the gateways, shows one, or checks a file.
pub(crate) fn run(settings: &Settings<'_>) -> Result<ExitCode> {
    let action = settings.action().unwrap_or("list");
    let format = Format::read(settings)?;
    if settings.flag("explain")? {
        if let Some(name) = settings.bare("name") {
            settings.note("name", &name.to_string_lossy(), Origin::Argument);
        }
        let mut explanation = Explanation::new(&settings.noted());
        explanation.section("Action, not done", [action.to_owned()]);
        explanation.print()?;
        return Ok(ExitCode::Success);
    }
    let text = match action {
        "show" => show(&required_name(settings, "show NAME")?, format)?,
        "check" => check(&required_name(settings, "check FILE")?, format)?,
        _ if settings.bare("name").is_some() => {
            return Err(Failure::usage(
                "list takes no name; to see one gateway: tokenring gateways show NAME",
            ));
        }
        _ => list(format)?,
    };
    output::print(&text)?;
    Ok(ExitCode::Success)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Text,
    Json,
    Toml,
}

impl Format {
    fn read(settings: &Settings<'_>) -> Result<Self> {
        let Some(name) = settings.noted_text("format")? else {
            settings.note("format", "text", Origin::Default("default".into()));
            return Ok(Self::Text);
        };
        let format = name.parse("format", |name| match name.as_str() {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            "toml" => Ok(Self::Toml),
            _ => Err(Reason::new(format!(
                "unknown format {name:?}; use text, json or toml"
            ))),
        })?;
        Ok(format.into_value())
    }
}

fn required_name(settings: &Settings<'_>, usage: &str) -> Result<OsString> {
    settings.bare("name").map(ToOwned::to_owned).ok_or_else(|| {
        Failure::usage(format!(
            "the name is missing; write it as: tokenring gateways {usage}"
        ))
    })
}

/// One line for each gateway that is built in.
fn list(format: Format) -> Result<String> {
    let mut gateways = Vec::new();
    for name in Gateway::names() {
        let gateway = Gateway::builtin(name)
            .map_err(|error| Failure::from_error(ExitCode::Unexpected, &error))?;
        gateways.push(gateway);
    }
    match format {
        Format::Text => Ok(table(&gateways)),
        Format::Json => Ok(output::json(&Value::from_iter(gateways.iter().map(entry)))),
        Format::Toml => Err(Failure::usage(
            "a list has no TOML; to have one gateway's file: tokenring gateways show NAME \
             --format toml",
        )),
    }
}

fn environments(gateway: &Gateway) -> impl Iterator<Item = &str> {
    gateway
        .environments()
        .iter()
        .map(|environment| environment.name())
}

fn entry(gateway: &Gateway) -> Value {
    let flows = gateway.flows().iter().map(|flow| flow.name());
    json!({
        "name": gateway.name(),
        "title": gateway.title(),
        "grant": grant(gateway),
        "environments": environments(gateway).collect::<Vec<_>>(),
        "flows": flows.collect::<Vec<_>>(),
    })
}

fn grant(gateway: &Gateway) -> &'static str {
    match gateway.request().grant() {
        Grant::JwtBearer => "jwt-bearer",
        _ => "client-credentials",
    }
}

fn table(gateways: &[Gateway]) -> String {
    let rows: Vec<[String; 4]> = gateways
        .iter()
        .map(|gateway| {
            [
                gateway.name().to_owned(),
                gateway.title().to_owned(),
                grant(gateway).to_owned(),
                environments(gateway).collect::<Vec<_>>().join(" "),
            ]
        })
        .collect();
    let mut text = String::new();
    let widths: Vec<usize> = (0..3)
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    for row in &rows {
        for (index, cell) in row.iter().enumerate() {
            match widths.get(index) {
                Some(width) => text.push_str(&format!("{cell:width$}  ")),
                None => text.push_str(cell),
            }
        }
        text.push('\n');
    }
    text
}

/// All that is known of one gateway.
fn show(name: &OsString, format: Format) -> Result<String> {
    let mut file = read(name)?;
    // Its texts name the command's options, as they do elsewhere.
    if let Ok(text) = Text::parse(&file.text) {
        file.text = option_words::words(&text).into();
    }
    Ok(match format {
        Format::Toml => file.text.to_string(),
        Format::Json => output::json(&Facts::read(&file)?.json()),
        Format::Text => Facts::read(&file)?.describe(&file.gateway),
    })
}

/// Whether a file is in order, with each of its flows.
fn check(name: &OsString, format: Format) -> Result<String> {
    if format == Format::Toml {
        return Err(Failure::usage(
            "a check has no TOML; leave --format out, or use text or json",
        ));
    }
    let path = PathBuf::from(name);
    let file = GatewayFile::open(&path, &path.display().to_string())?;
    let gateway = &file.gateway;
    for flow in gateway.flows() {
        gateway
            .clone()
            .with_flow(flow.name())
            .map_err(|error| Failure::from_error(ExitCode::Configuration, &error))?;
    }
    if format == Format::Json {
        return Ok(output::json(&json!({
            "file": path.display().to_string(),
            "in_order": true,
            "gateway": entry(gateway),
        })));
    }
    let line = format!(
        "{} is in order: gateway {}, environments {}",
        path.display(),
        gateway.name(),
        environments(gateway).collect::<Vec<_>>().join(", ")
    );
    Ok(format!("{}\n", printable(&line)))
}

fn read(name: &OsString) -> Result<GatewayFile> {
    let Some(name) = name.to_str() else {
        return Err(Failure::usage("the name is not UTF-8; give it in UTF-8"));
    };
    read_gateway(&Setting::new(name.to_owned(), Origin::Argument))
}
