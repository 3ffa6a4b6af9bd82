use std::ffi::OsString;
use std::fmt;

use tokenring_oauth::SecureUrl;

use super::{ConnectionOptions, Effective, GatewayOptions};
use crate::ExitCode;
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
    /// A gateway by its name, or by its file, with what replaces its values.
    Verify(Box<GatewayOptions>, ConnectionOptions),
    /// An issuer, or the URL of its metadata.
    Discover(SecureUrl, ConnectionOptions),
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
                Some("verify") => {
                    let name = in_utf8(required("verify NAME")?)?;
                    let gateway = GatewayOptions {
                        gateway: Some(Setting::new(name, Origin::Argument)),
                        ..self.gateway_options()?
                    };
                    GatewayAction::Verify(Box::new(gateway), self.connection_options()?)
                }
                Some("discover") => {
                    let url = in_utf8(required("discover URL")?)?;
                    let url = SecureUrl::new(&url)
                        .map_err(|error| Failure::from_error(ExitCode::Usage, &error))?;
                    GatewayAction::Discover(url, self.connection_options()?)
                }
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

fn in_utf8(name: OsString) -> Result<String> {
    let name = name.into_string();
    name.map_err(|_| Failure::usage("the name is not UTF-8; give it in UTF-8"))
}
