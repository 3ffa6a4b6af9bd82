//! The gateway that somebody named, for commands that do without one.

use tokenring_gateway::Gateway;

use crate::endpoint::read_gateway;
use crate::failure::Result;
use crate::options::GatewayChoice;

/// The gateway, if one is named.
pub(crate) fn read(choice: &GatewayChoice) -> Result<Option<Gateway>> {
    let Some(name) = &choice.gateway else {
        return Ok(None);
    };
    let gateway = read_gateway(name)?.into_gateway();
    match &choice.flow {
        None => Ok(Some(gateway)),
        Some(flow) => {
            let gateway = flow.parse("flow", |flow| gateway.with_flow(flow))?;
            Ok(Some(gateway.into_value()))
        }
    }
}
