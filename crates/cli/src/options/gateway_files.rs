use std::ffi::OsString;

use tokenring_oauth::SecureUrl;

use super::{ConnectionOptions, Effective, FactFormat, FactOptions, Field, GatewayOptions};
use crate::ExitCode;
use crate::failure::{Failure, Result};
use crate::setting::{Origin, Setting};
use crate::settings::Settings;

/// What is to be told of the gateways, and how.
#[derive(Clone, Debug)]
pub(crate) struct GatewayFileOptions {
    pub(crate) action: GatewayAction,
    pub(crate) action_name: String,
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

impl Settings<'_> {
    pub(crate) fn gateway_file_options(&self) -> Result<GatewayFileOptions> {
        let facts: FactOptions = self.options()?;
        let name = self.positionals("name").into_iter().next();
        let explanation = self.explanation_with(|effective| {
            facts.add_to("", effective);
            if let Some(name) = &name {
                effective.add("name", &name.to_string_lossy(), Origin::Argument);
            }
        })?;
        let required = |usage| {
            name.clone().ok_or_else(|| {
                Failure::usage(format!(
                    "the name is missing; write it as: tokenring gateways {usage}"
                ))
            })
        };
        Ok(GatewayFileOptions {
            action_name: self.action().unwrap_or("list").to_owned(),
            action: match self.action() {
                Some("show") => GatewayAction::Show(required("show NAME")?),
                Some("check") => GatewayAction::Check(required("check FILE")?),
                Some("verify") => {
                    let name = in_utf8(required("verify NAME")?)?;
                    let mut gateway: GatewayOptions = self.options()?;
                    gateway.choice.gateway = Some(Setting::new(name, Origin::Argument));
                    GatewayAction::Verify(Box::new(gateway), self.options()?)
                }
                Some("discover") => {
                    let url = in_utf8(required("discover URL")?)?;
                    let url = SecureUrl::new(&url)
                        .map_err(|error| Failure::from_error(ExitCode::Usage, &error))?;
                    GatewayAction::Discover(url, self.options()?)
                }
                _ if name.is_some() && explanation.is_none() => {
                    return Err(Failure::usage(
                        "list takes no name; to see one gateway: tokenring gateways show NAME",
                    ));
                }
                _ => GatewayAction::List,
            },
            format: facts.format.into_value(),
            explanation,
        })
    }
}

fn in_utf8(name: OsString) -> Result<String> {
    let name = name.into_string();
    name.map_err(|_| Failure::usage("the name is not UTF-8; give it in UTF-8"))
}
