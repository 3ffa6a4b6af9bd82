//! The gateway that somebody named, for commands that do without one.

use tokenring_gateway::Gateway;

use crate::endpoint::read_gateway;
use crate::failure::Result;
use crate::settings::Settings;

/// The gateway, if one is named.
pub(crate) fn read(settings: &Settings<'_>) -> Result<Option<Gateway>> {
    let Some(name) = settings.text("gateway")? else {
        return Ok(None);
    };
    let gateway = read_gateway(&name)?.gateway;
    match settings.text("flow")? {
        None => Ok(Some(gateway)),
        Some(flow) => {
            let gateway = flow.parse("flow", |flow| gateway.with_flow(flow))?;
            Ok(Some(gateway.into_value()))
        }
    }
}
