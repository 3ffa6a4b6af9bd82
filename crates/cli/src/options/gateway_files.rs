use std::ffi::OsString;
use std::fmt;

use super::Effective;
use crate::failure::{Failure, Reason, Result};
use crate::setting::{Origin, Setting};
use crate::settings::Settings;

/// What is to be told of the gateways, and how.
#[derive(Clone, Debug)]
pub(crate) struct GatewayFileOptions {
    pub(crate) action: GatewayAction,
    pub(crate) format: FactFormat,
    pub(crate) explanation: Option<Effective>,
}

#[derive(Clone, Debug)]
pub(crate) enum GatewayAction {
    List,
    /// A gateway by its name, or by its file.
    Show(OsString),
    /// A gateway file.
    Check(OsString),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FactFormat {
    Text,
    Json,
    Toml,
}

impl fmt::Display for FactFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Toml => "toml",
        })
    }
}

impl Settings<'_> {
    pub(crate) fn gateway_file_options(&self) -> Result<GatewayFileOptions> {
        let format = self.parsed("format", |name| match name {
            "text" => Ok(FactFormat::Text),
            "json" => Ok(FactFormat::Json),
            "toml" => Ok(FactFormat::Toml),
            _ => Err(Reason::new(format!(
                "unknown format {name:?}; use text, json or toml"
            ))),
        })?;
        let default = || Setting::new(FactFormat::Text, Origin::Default("default".into()));
        let format = format.unwrap_or_else(default);
        let name = self.positional("name");
        let explanation = self.explanation_with(|effective| {
            effective.add_given("format", Some(&format));
            if let Some(name) = name {
                effective.add("name", &name.to_string_lossy(), Origin::Argument);
            }
        })?;
        let required = |usage| {
            name.map(ToOwned::to_owned).ok_or_else(|| {
                Failure::usage(format!(
                    "the name is missing; write it as: tokenring gateways {usage}"
                ))
            })
        };
        Ok(GatewayFileOptions {
            action: match self.action() {
                Some("show") => GatewayAction::Show(required("show NAME")?),
                Some("check") => GatewayAction::Check(required("check FILE")?),
                _ if name.is_some() && explanation.is_none() => {
                    return Err(Failure::usage(
                        "list takes no name; to see one gateway: tokenring gateways show NAME",
                    ));
                }
                _ => GatewayAction::List,
            },
            format: format.into_value(),
            explanation,
        })
    }
}
