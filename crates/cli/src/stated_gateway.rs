//! The gateway that somebody named, for commands that do without one.

use tokenring_gateway::Gateway;

use crate::endpoint::{choose_flow, read_gateway};
use crate::failure::Result;
use crate::options::GatewayChoice;

/// The gateway, if one is named.
pub(crate) fn read(choice: &GatewayChoice) -> Result<Option<Gateway>> {
    let Some(name) = &choice.gateway else {
        return Ok(None);
    };
    let gateway = read_gateway(name)?.into_gateway();
    choose_flow(gateway, choice.flow.as_ref()).map(Some)
}
